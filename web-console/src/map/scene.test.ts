// What the overlays draw: an emergency is never out of sight, neither by place nor by silence.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { type Unit, UnitEmergencySchema, UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { GLYPH } from "../shared/marks";
import { asUnit, snapshot, unit } from "../store/frames.testing";
import { Picture } from "../store/picture.svelte";
import { buildScene } from "./scene";

const CAMERA = { lon: 108.59, lat: 37.52, zoom: 12, width: 600, height: 400 };
const HERE = { latE7: 375_200_000, lonE7: 1_085_900_000 };
const FAR_NORTH = { latE7: 385_200_000, lonE7: 1_085_900_000 };

/** A room with one unit whose last fix is at `position`, drawn `ageMs` later. */
function drawn(position: { latE7: number; lonE7: number }, over: Partial<Unit>, ageMs = 0) {
  const picture = new Picture();
  const image = { ...unit("A12"), position, fixAt: timestampFromMs(1_000), ...over } as Unit;
  picture.apply(snapshot(1, [asUnit(image)]), 0);
  return buildScene(picture, CAMERA, 1_000 + ageMs).units;
}
const emergency = (position: { latE7: number; lonE7: number }) => create(UnitEmergencySchema, { incidentId: "i", raisedAt: timestampFromMs(900), position });

it("draws a unit in sight, not one outside", () => {
  expect(drawn(HERE, {}).map(({ callSign, pinned }) => [callSign, pinned])).toEqual([["A12", false]]);
  expect(drawn(FAR_NORTH, {})).toEqual([]);
});

it("pins an emergency outside the window to the edge on its side, with a shape and a word of its own", () => {
  const [spot] = drawn(FAR_NORTH, { emergency: emergency(FAR_NORTH) });
  expect(spot).toMatchObject({ pinned: true, mark: { shape: "star", tone: "alert", word: "unit_emergency" } });
  expect(spot!.y).toBeLessThan(40);
  expect(spot!.x).toBeGreaterThan(0);
  expect(spot!.x).toBeLessThan(CAMERA.width);
  expect(GLYPH[spot!.mark.shape]).toBe("⚠");
});

it("draws an emergency in full however old its fix, also off duty and where only the button said where", () => {
  expect(drawn(HERE, {}, 600_000)[0]!.opacity).toBeLessThan(0.5);
  expect(drawn(HERE, { emergency: emergency(HERE), state: UnitState.OFF_DUTY }, 600_000)[0]).toMatchObject({ opacity: 1, pinned: false });
  const picture = new Picture();
  picture.apply(snapshot(1, [asUnit({ ...unit("A12"), emergency: emergency(HERE) } as Unit)]), 0);
  expect(buildScene(picture, CAMERA, 1_000).units).toHaveLength(1);
});
