// A tap of an officer as it is kept until it is answered.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Api } from "../api/clients";
import { Availability } from "../gen/oneroom/v1alpha1/unit_service_pb";
import { Datum } from "../gen/oneroom/v1alpha1/place_pb";
import { type Receipt, ReceiptSchema } from "../gen/oneroom/v1alpha1/receipt_pb";

/** What was tapped (or noticed by the app: delivered, seen), with what it needs. Plain data: it is stored. */
export type TapBody =
  | { kind: "sign_on"; unitId: string; sworn: number; auxiliary: number }
  | { kind: "sign_off"; unitId: string }
  | { kind: "set_availability"; unitId: string; availability: Availability; reason: string }
  | { kind: "mark_delivered"; assignmentId: string }
  | { kind: "mark_seen"; assignmentId: string }
  | { kind: "acknowledge"; assignmentId: string }
  | { kind: "decline"; assignmentId: string; reason: string }
  | { kind: "mark_en_route"; assignmentId: string }
  | { kind: "mark_on_scene"; assignmentId: string }
  | { kind: "confirm_safe"; assignmentId: string }
  | { kind: "raise_emergency"; unitId: string; position: { latE7: number; lonE7: number } | null }
  | { kind: "clear"; assignmentId: string; reason: string; disposition: string; feedback: string };

export type TapKind = TapBody["kind"];

export interface Tap {
  /** Order in which taps were made; given by the store. */
  order?: number;
  requestId: string;
  logId: string;
  /** When it was tapped, milliseconds since 1970. */
  occurredAtMs: number;
  body: TapBody;
}

/** Sends one tap; the request id is the same on every try. */
export async function sendTap(api: Api, tap: Tap): Promise<Receipt> {
  const head = { requestId: tap.requestId, logId: tap.logId, occurredAt: timestampFromMs(tap.occurredAtMs) };
  const { receipt } = await call(api, head, tap.body);
  return receipt ?? create(ReceiptSchema, { logId: tap.logId });
}

function call(api: Api, head: { requestId: string; logId: string; occurredAt: ReturnType<typeof timestampFromMs> }, body: TapBody): Promise<{ receipt?: Receipt }> {
  const { kind, ...fields } = body;
  const request = { ...head, ...fields };
  switch (kind) {
    case "sign_on":
      return api.unit.signOn(request);
    case "sign_off":
      return api.unit.signOff(request);
    case "set_availability":
      return api.unit.setAvailability(request);
    case "mark_delivered":
      return api.unit.markDelivered(request);
    case "mark_seen":
      return api.unit.markSeen(request);
    case "acknowledge":
      return api.unit.acknowledge(request);
    case "decline":
      return api.unit.decline(request);
    case "confirm_safe":
      return api.unit.confirmSafe(request);
    case "raise_emergency":
      return api.unit.raiseEmergency({ ...head, unitId: body.unitId, ...(body.position ? { position: body.position, datum: Datum.WGS84 } : {}) });
    case "mark_en_route":
      return api.unit.markEnRoute(request);
    case "mark_on_scene":
      return api.unit.markOnScene(request);
    case "clear":
      return api.unit.clear(request);
  }
}
