// The draft of a call: numbers, request ids, what is sent.
import { expect, it } from "vitest";
import { Datum } from "../gen/oneroom/v1alpha1/place_pb";
import { degreesE7, IntakeDraft } from "./intake_draft.svelte";

it("reads degrees as typed, full-width too, and nothing else", () => {
  expect(["37.7352", "-110.1693", " ３７．７ ", "95"].map(degreesE7)).toEqual([377_352_000, -1_101_693_000, 377_000_000, 950_000_000]);
  expect(["", "x", "37,7", "1e9", "NaN", "999"].map(degreesE7)).toEqual([null, null, null, null, null, null]);
});

it("sends no position when none is given, and names the field that is no number", () => {
  const draft = new IntakeDraft();
  draft.category = "dispute";
  expect(draft.unreadable()).toEqual([]);
  expect(draft.request()).not.toHaveProperty("position");
  draft.latitude = "37.7";
  expect(draft.unreadable()).toEqual(["longitude"]);
  draft.longitude = "110.1";
  draft.datum = Datum.GCJ02;
  expect(draft.request()).toMatchObject({ position: { latE7: 377_000_000, lonE7: 1_101_000_000 }, datum: Datum.GCJ02 });
});

it("keeps the request id for the same content, so that a second try opens no second incident", () => {
  const draft = new IntakeDraft();
  draft.category = "dispute";
  const first = draft.request().requestId;
  expect(draft.request().requestId).toBe(first);
  draft.address = "中山路 1 号";
  expect(draft.request().requestId).not.toBe(first);
});
