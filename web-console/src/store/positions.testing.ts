// Batches of fixes as bytes, for browser tests: they speak gRPC to the server as a gateway does.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Datum } from "../gen/oneroom/v1alpha1/place_pb";
import { StreamPositionsRequestSchema, StreamPositionsResponseSchema } from "../gen/oneroom/v1alpha1/position_service_pb";

/** One fix, taken and sent at `nowMs`. */
export function writeBatch(unitId: string, { latE7, lonE7 }: { latE7: number; lonE7: number }, nowMs: number): Uint8Array {
  const now = BigInt(nowMs);
  const fix = { unitIds: [unitId], latE7: [latE7], lonE7: [lonE7], fixTimeMs: [now], sequences: [now] };
  return toBinary(StreamPositionsRequestSchema, create(StreamPositionsRequestSchema, { batchNumber: 1n, sentAt: timestampFromMs(nowMs), datum: Datum.WGS84, ...fix }));
}

export const readBatchAnswer = (bytes: Uint8Array) => fromBinary(StreamPositionsResponseSchema, bytes);
