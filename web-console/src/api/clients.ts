// The services, by gRPC-Web on the page's own origin.
import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { DispatchService } from "../gen/oneroom/v1alpha1/dispatch_service_pb";
import { IntakeService } from "../gen/oneroom/v1alpha1/intake_service_pb";
import { RecordService } from "../gen/oneroom/v1alpha1/record_service_pb";
import { SessionService } from "../gen/oneroom/v1alpha1/session_service_pb";
import { ShiftService } from "../gen/oneroom/v1alpha1/shift_service_pb";
import { UnitService } from "../gen/oneroom/v1alpha1/unit_service_pb";

/** No call is waited for longer than this. */
export const CALL_TIMEOUT_MS = 8000;

export interface Api {
  intake: Client<typeof IntakeService>;
  dispatch: Client<typeof DispatchService>;
  record: Client<typeof RecordService>;
  session: Client<typeof SessionService>;
  shift: Client<typeof ShiftService>;
  unit: Client<typeof UnitService>;
}

/** Clients that send `authorization: Bearer …` whenever there is a token. The origin is the page's own, except in tests. */
export function connectApi(token: () => string, origin: string = location.origin): Api {
  const authorize: Interceptor = (next) => (request) => {
    const value = token();
    if (value !== "") request.header.set("authorization", `Bearer ${value}`);
    return next(request);
  };
  const transport = createGrpcWebTransport({
    baseUrl: origin,
    useBinaryFormat: true,
    defaultTimeoutMs: CALL_TIMEOUT_MS,
    interceptors: [authorize],
  });
  return {
    intake: createClient(IntakeService, transport),
    dispatch: createClient(DispatchService, transport),
    record: createClient(RecordService, transport),
    session: createClient(SessionService, transport),
    shift: createClient(ShiftService, transport),
    unit: createClient(UnitService, transport),
  };
}
