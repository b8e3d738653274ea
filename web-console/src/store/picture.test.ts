// The picture: snapshots, deltas, gaps, fixes, eviction.
import { describe, expect, it } from "vitest";
import { IncidentState } from "../gen/oneroom/v1alpha1/incident_pb";
import { UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { advance, asAlarm, asAssignment, asIncident, assignment, asUnit, delta, fixes, incident, LOG, snapshot, unit } from "./frames.testing";
import { CLOSED_KEPT, Picture } from "./picture.svelte";

const APPLIED = { kind: "applied" };
const a12 = unit("A12");

describe("snapshot", () => {
  it("shows nothing of a snapshot before its last part", () => {
    const picture = new Picture();
    expect(picture.apply(snapshot(5, [asIncident(incident(1))], { last: false }), 0)).toEqual(APPLIED);
    expect(picture.incidents.untracked.size).toBe(0);
    expect(picture.logs.has(LOG)).toBe(false);
    expect(picture.apply(snapshot(5, [asIncident(incident(2))], { first: false }), 0)).toEqual(APPLIED);
    expect([...picture.incidents.untracked.values()].map((row) => row.image.number)).toEqual([1, 2]);
    expect(picture.logs.get(LOG)).toEqual({ seq: 5n, hash: "h5" });
  });

  it("replaces what was known of its log, keeps rows that stay, leaves other logs alone", () => {
    const picture = new Picture();
    picture.apply(snapshot(5, [asIncident(incident(1)), asIncident(incident(2)), asUnit(a12)]), 0);
    picture.apply(snapshot(9, [asIncident(incident(7, { logId: "610825" }))], { logId: "610825" }), 0);
    const kept = picture.incidents.untracked.get(incident(2).incidentId);
    picture.apply(snapshot(20, [asIncident(incident(2, { priority: 1 }))]), 0);
    const left = [...picture.incidents.untracked.values()].map((row) => row.image.number).sort();
    expect(left).toEqual([2, 7]);
    expect(picture.incidents.untracked.get(incident(2).incidentId)).toBe(kept);
    expect(kept?.image.priority).toBe(1);
    expect(picture.units.untracked.size).toBe(0);
  });

  it("applies deltas that came between its parts", () => {
    const picture = new Picture();
    picture.apply(snapshot(5, [asIncident(incident(1))], { last: false }), 0);
    expect(picture.apply(delta(5, 6, [asIncident(incident(1, { state: IncidentState.DISPATCHED }))]), 0)).toEqual(APPLIED);
    expect(picture.apply(advance(6, 8), 0)).toEqual(APPLIED);
    picture.apply(snapshot(5, [], { first: false }), 0);
    expect(picture.logs.get(LOG)?.seq).toBe(8n);
    expect(picture.incidents.untracked.get(incident(1).incidentId)?.image.state).toBe(IncidentState.DISPATCHED);
  });
});

describe("continuity", () => {
  it("takes deltas in order and reports a gap without applying it", () => {
    const picture = new Picture();
    picture.apply(snapshot(5, []), 0);
    expect(picture.apply(delta(5, 7, [asIncident(incident(1))]), 0)).toEqual(APPLIED);
    expect(picture.apply(delta(8, 9, [asIncident(incident(2))]), 0)).toEqual({ kind: "gap", logId: LOG, have: 7n, prevSeq: 8n });
    expect(picture.incidents.untracked.size).toBe(1);
    expect(picture.logs.get(LOG)).toEqual({ seq: 7n, hash: "h7" });
  });

  it("ignores what it already has, so that a resume doubles nothing", () => {
    const picture = new Picture();
    picture.apply(snapshot(5, [asIncident(incident(1, { priority: 1 }))]), 0);
    expect(picture.apply(delta(3, 5, [asIncident(incident(1, { priority: 4 }))]), 0)).toEqual(APPLIED);
    expect(picture.incidents.untracked.get(incident(1).incidentId)?.image.priority).toBe(1);
  });

  it("moves along what it may not see", () => {
    const picture = new Picture();
    picture.apply(snapshot(5, []), 0);
    expect(picture.apply(advance(5, 9), 0)).toEqual(APPLIED);
    expect(picture.apply(advance(11, 12), 0).kind).toBe("gap");
    expect(picture.logs.get(LOG)).toEqual({ seq: 9n, hash: "h9" });
  });

  it("calls a delta of a log without a snapshot a gap", () => {
    expect(new Picture().apply(delta(0, 1), 0).kind).toBe("gap");
  });

  it("drops half a snapshot when the connection ends", () => {
    const picture = new Picture();
    picture.apply(snapshot(5, [asIncident(incident(1))]), 0);
    picture.apply(snapshot(9, [], { last: false }), 0);
    picture.dropStaging();
    expect(picture.logs.has(LOG)).toBe(false);
    expect(picture.apply(snapshot(9, [], { first: false }), 0).kind).toBe("gap");
    expect(picture.incidents.untracked.size).toBe(1);
  });
});

describe("resources", () => {
  it("keeps assignments by incident and forgets ended alarms", () => {
    const picture = new Picture();
    const one = incident(1);
    picture.apply(snapshot(1, [asIncident(one), asUnit(a12), asAssignment(assignment("x", one, a12)), asAlarm("alarm")]), 0);
    expect(picture.assignmentsOf(one.incidentId).map((row) => row.image.callSign)).toEqual(["A12"]);
    expect(picture.alarms.untracked.size).toBe(1);
    picture.apply(delta(1, 2, [asAlarm("alarm", 5)]), 0);
    expect(picture.alarms.untracked.size).toBe(0);
  });

  it("keeps a bounded number of closed incidents, with their assignments", () => {
    const picture = new Picture();
    const first = incident(1);
    picture.apply(snapshot(1, [asIncident(first), asAssignment(assignment("x", first, a12))]), 0);
    for (let i = 1; i <= CLOSED_KEPT + 1; i += 1) {
      picture.apply(delta(i, i + 1, [asIncident(incident(i, { state: IncidentState.CLOSED }))]), 0);
    }
    expect(picture.incidents.untracked.size).toBe(CLOSED_KEPT);
    expect(picture.incidents.untracked.has(first.incidentId)).toBe(false);
    expect(picture.assignments.untracked.size).toBe(0);
  });

  it("takes the latest fix by columns, dated by the server's clock, and leaves unknown units out", () => {
    const picture = new Picture();
    picture.apply(snapshot(1, [asUnit(a12), asUnit(unit("B07", UnitState.ENGAGED))]), 0);
    picture.apply(fixes([a12.unitId, "unknown", unit("B07").unitId], [1, 2, 3], [4, 5, 6], [100, 0, 9000]), 50_000);
    expect(picture.units.untracked.get(a12.unitId)?.fix).toEqual({ latE7: 1, lonE7: 4, atMs: 49_900, headingDeg: null });
    expect(picture.units.untracked.get(unit("B07").unitId)?.fix?.atMs).toBe(41_000);
  });
});
