// Which fixes a window asks for.
import { create } from "@bufbuild/protobuf";
import { type Viewport, ViewportSchema } from "../gen/oneroom/v1alpha1/watch_service_pb";

/** Everywhere: every fix this viewer may see. */
export const WHOLE_WORLD: Viewport = create(ViewportSchema, { southE7: -900_000_000, westE7: -1_800_000_000, northE7: 900_000_000, eastE7: 1_800_000_000 });

/**
 * With up to this many units every fix is asked for, wherever the map looks: the lists show how old a fix is, and a unit outside
 * the map's window must not look silent. 10,000 fixes are 95 kB.
 */
export const ALL_FIXES_UP_TO = 20_000;
