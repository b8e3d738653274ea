// Frames for unit tests, made by hand.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AlarmKind, AlarmSchema } from "../gen/oneroom/v1alpha1/alarm_pb";
import { type Assignment, AssignmentSchema, AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import { type Incident, IncidentSchema, IncidentState } from "../gen/oneroom/v1alpha1/incident_pb";
import { type Unit, UnitSchema, UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { type Resource, ResourceSchema, type WatchResponse, WatchResponseSchema } from "../gen/oneroom/v1alpha1/watch_service_pb";

export const LOG = "610824";

export function incident(number: number, over: { priority?: number; reportedMs?: number; state?: IncidentState; logId?: string; day?: number } = {}): Incident {
  return create(IncidentSchema, {
    incidentId: `incident-${over.logId ?? LOG}-${number}-${over.day ?? 20261121}`,
    logId: over.logId ?? LOG,
    number,
    localDay: over.day ?? 20261121,
    state: over.state ?? IncidentState.CLASSIFIED,
    priority: over.priority ?? 2,
    reportedAt: timestampFromMs(over.reportedMs ?? number * 1000),
    dispatchAmberAt: timestampFromMs((over.reportedMs ?? number * 1000) + 7_500),
    dispatchBy: timestampFromMs((over.reportedMs ?? number * 1000) + 15_000),
  });
}

export const unit = (callSign: string, state = UnitState.AVAILABLE, logId = LOG): Unit =>
  create(UnitSchema, { unitId: `unit-${logId}-${callSign}`, callSign, state, logId });

export const assignment = (id: string, to: Incident, by: Unit, state = AssignmentState.OFFERED): Assignment =>
  create(AssignmentSchema, { assignmentId: id, incidentId: to.incidentId, incidentNumber: to.number, unitId: by.unitId, callSign: by.callSign, state });

export const asIncident = (value: Incident): Resource => create(ResourceSchema, { resource: { case: "incident", value } });
export const asUnit = (value: Unit): Resource => create(ResourceSchema, { resource: { case: "unit", value } });
export const asAssignment = (value: Assignment): Resource => create(ResourceSchema, { resource: { case: "assignment", value } });
export const asAlarm = (alarmId: string, endedMs?: number): Resource =>
  create(ResourceSchema, {
    resource: { case: "alarm", value: create(AlarmSchema, { alarmId, kind: AlarmKind.NO_UNIT, ...(endedMs === undefined ? {} : { endedAt: timestampFromMs(endedMs) }) }) },
  });


export const snapshot = (seq: number, resources: Resource[], part: { first?: boolean; last?: boolean; logId?: string } = {}): WatchResponse => {
  const value = { logId: part.logId ?? LOG, seq: BigInt(seq), hash: `h${seq}`, first: part.first ?? true, last: part.last ?? true, resources };
  return create(WatchResponseSchema, { frame: { case: "snapshot", value } });
};
export const delta = (prevSeq: number, seq: number, changed: Resource[] = [], logId = LOG): WatchResponse =>
  create(WatchResponseSchema, { frame: { case: "delta", value: { logId, prevSeq: BigInt(prevSeq), seq: BigInt(seq), hash: `h${seq}`, changed } } });
export const advance = (prevSeq: number, throughSeq: number, logId = LOG): WatchResponse =>
  create(WatchResponseSchema, { frame: { case: "advance", value: { logId, prevSeq: BigInt(prevSeq), throughSeq: BigInt(throughSeq), hash: `h${throughSeq}` } } });
export const fixes = (unitIds: string[], latE7: number[], lonE7: number[], ageMs: number[]): WatchResponse =>
  create(WatchResponseSchema, { frame: { case: "fixes", value: { unitIds, latE7, lonE7, ageMs, headingDeg: unitIds.map(() => 65535) } } });
export const heartbeat = (serverMs: number, headAgeMs = 0): WatchResponse =>
  create(WatchResponseSchema, { frame: { case: "heartbeat", value: { serverTime: timestampFromMs(serverMs), heads: [{ logId: LOG, seq: 1n, ageMs: headAgeMs }] } } });
export const welcome = (serverMs: number): WatchResponse =>
  create(WatchResponseSchema, { frame: { case: "welcome", value: { serverTime: timestampFromMs(serverMs), sessionId: "s", principalId: "p", logIds: [LOG] } } });
export const resync = (logId: string): WatchResponse => create(WatchResponseSchema, { frame: { case: "resync", value: { logId, reason: "too_slow" } } });
