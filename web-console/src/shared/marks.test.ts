// Every order and unit has a shape and a word; an emergency and a queued order are told apart from everything else.
import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import { UnitEmergencySchema, UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { assignment, incident, unit } from "../store/frames.testing";
import { assignmentMark, isUnacknowledged, unitMark } from "./marks";

const STATES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as AssignmentState[];
const marked = (state: AssignmentState) => assignmentMark(assignment("a", incident(1), unit("A12"), state));

it("gives each state of an order a word of its own", () => {
  const words = STATES.map((state) => marked(state).word);
  expect(new Set(words).size).toBe(STATES.length);
  expect(words).not.toContain("unit_engaged");
});

it("does not wait for an acknowledgement of what is only queued", () => {
  expect(marked(AssignmentState.QUEUED)).toMatchObject({ shape: "bars", word: "state_queued" });
  expect(isUnacknowledged(AssignmentState.QUEUED)).toBe(false);
  expect(isUnacknowledged(AssignmentState.OFFERED)).toBe(true);
});

it("shows an emergency before anything else the unit is doing", () => {
  const engaged = { ...unit("A12", UnitState.ENGAGED), emergency: create(UnitEmergencySchema, {}) };
  const order = assignment("a", incident(1), engaged, AssignmentState.EN_ROUTE);
  expect(unitMark(engaged, order).word).toBe("unit_emergency");
  expect(unitMark({ ...engaged, emergency: undefined }, order).word).toBe("state_en_route");
});
