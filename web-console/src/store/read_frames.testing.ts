// Reads the stream's frames for tests that stand between the browser and the server.
import { fromBinary } from "@bufbuild/protobuf";
import { type WatchClientFrame, WatchClientFrameSchema, type WatchResponse, WatchResponseSchema } from "../gen/oneroom/v1alpha1/watch_service_pb";

export const readClientFrame = (bytes: Uint8Array): WatchClientFrame["frame"] => fromBinary(WatchClientFrameSchema, bytes).frame;
export const readServerFrame = (bytes: Uint8Array): WatchResponse["frame"] => fromBinary(WatchResponseSchema, bytes).frame;
