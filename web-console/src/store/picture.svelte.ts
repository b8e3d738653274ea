// The picture of the room: what the stream's frames add up to. Post-images only; no rule of the core is repeated here.
import type { Alarm } from "../gen/oneroom/v1alpha1/alarm_pb";
import { type Assignment, AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { PremiseNote } from "../gen/oneroom/v1alpha1/premise_note_pb";
import type { Shift } from "../gen/oneroom/v1alpha1/shift_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import type { Delta, Fixes, Resource, Snapshot, WatchResponse } from "../gen/oneroom/v1alpha1/watch_service_pb";
import type { Wartime } from "../gen/oneroom/v1alpha1/wartime_pb";
import type { Whistle } from "../gen/oneroom/v1alpha1/whistle_pb";
import { Collection } from "./collection.svelte";
import { isOver } from "./queue";
import { Row, UnitRow } from "./row.svelte";
import { millis } from "../shared/time";

/** Closed incidents kept for a look back. */
export const CLOSED_KEPT = 200;
/** Deltas kept while a snapshot of their log is still coming in; more means the link is too slow and a gap is reported. */
export const STEPS_KEPT = 4096;
const HEADING_UNKNOWN = 65535;

/** Where the picture stands in one log. */
export interface LogPosition {
  seq: bigint;
  hash: string;
}

/** What became of a frame: `gap` means that something was missed and the stream must be resumed. */
export type Outcome = { kind: "applied" } | { kind: "gap"; logId: string; have: bigint | null; prevSeq: bigint };
const APPLIED: Outcome = { kind: "applied" };

/** A delta, or an advance, which is a delta without content. */
type Step = Pick<Delta, "logId" | "prevSeq" | "seq" | "hash" | "changed">;

interface Staging {
  seq: bigint;
  hash: string;
  resources: Resource[];
  steps: Step[];
}

const ENDED = new Set([
  AssignmentState.CLEARED,
  AssignmentState.DECLINED,
  AssignmentState.EXPIRED,
  AssignmentState.RECALLED,
]);

/** Whether an assignment still binds its unit. */
export function isActive(assignment: Assignment): boolean {
  return !ENDED.has(assignment.state);
}

export class Picture {
  readonly incidents = new Collection<Incident, Row<Incident>>((image, logId) => new Row(image, logId));
  readonly assignments = new Collection<Assignment, Row<Assignment>>((image, logId) => new Row(image, logId));
  readonly units = new Collection<Unit, UnitRow>((image, logId) => new UnitRow(image, logId));
  readonly alarms = new Collection<Alarm, Row<Alarm>>((image, logId) => new Row(image, logId));
  readonly whistles = new Collection<Whistle, Row<Whistle>>((image, logId) => new Row(image, logId));
  readonly shifts = new Collection<Shift, Row<Shift>>((image, logId) => new Row(image, logId));
  readonly wartime = new Collection<Wartime, Row<Wartime>>((image, logId) => new Row(image, logId));
  readonly premiseNotes = new Collection<PremiseNote, Row<PremiseNote>>((image, logId) => new Row(image, logId));
  /** Where each log stands: the resume tokens. */
  readonly logs = new Map<string, LogPosition>();

  #byIncident = new Map<string, Set<string>>();
  #staging = new Map<string, Staging>();
  #closed: string[] = [];

  /** Applies one frame. `serverNowMs` dates fixes, which come with ages. */
  apply(response: WatchResponse, serverNowMs: number): Outcome {
    const { frame } = response;
    switch (frame.case) {
      case "snapshot":
        return this.#snapshot(frame.value);
      case "delta":
        return this.#step(frame.value);
      case "advance": {
        const { logId, prevSeq, throughSeq, hash } = frame.value;
        return this.#step({ logId, prevSeq, seq: throughSeq, hash, changed: [] });
      }
      case "fixes":
        this.#fixes(frame.value, serverNowMs);
        return APPLIED;
      default:
        return APPLIED;
    }
  }

  /** Shows everything applied so far to readers of the collections. */
  publish(): void {
    for (const collection of [this.incidents, this.assignments, this.units, this.alarms]) collection.publish();
    for (const collection of [this.whistles, this.shifts, this.wartime, this.premiseNotes]) collection.publish();
  }

  /** Forgets where a log stands (all logs when the id is empty), so that the next hello asks for a snapshot. What is shown stays. */
  forgetPosition(logId: string): void {
    if (logId === "") {
      this.logs.clear();
      this.#staging.clear();
    } else {
      this.logs.delete(logId);
      this.#staging.delete(logId);
    }
  }

  /** Forgets half-received snapshots: the next connection starts them anew. */
  dropStaging(): void {
    for (const logId of this.#staging.keys()) this.logs.delete(logId);
    this.#staging.clear();
  }

  /** The assignments of an incident, oldest first; subscribes to membership. */
  assignmentsOf(incidentId: string): Row<Assignment>[] {
    const rows = this.assignments.rows;
    const found: Row<Assignment>[] = [];
    for (const id of this.#byIncident.get(incidentId) ?? []) {
      const row = rows.get(id);
      if (row) found.push(row);
    }
    return found.sort((a, b) => millis(a.image.offeredAt) - millis(b.image.offeredAt));
  }

  #snapshot(part: Snapshot): Outcome {
    if (part.first) this.#staging.set(part.logId, { seq: part.seq, hash: part.hash, resources: [], steps: [] });
    const staging = this.#staging.get(part.logId);
    if (!staging || staging.seq !== part.seq) return { kind: "gap", logId: part.logId, have: staging?.seq ?? null, prevSeq: part.seq };
    for (const resource of part.resources) staging.resources.push(resource);
    if (!part.last) return APPLIED;
    this.#staging.delete(part.logId);
    this.#replaceLog(part.logId, staging.resources);
    this.logs.set(part.logId, { seq: staging.seq, hash: staging.hash });
    for (const step of staging.steps) {
      const outcome = this.#step(step);
      if (outcome.kind === "gap") return outcome;
    }
    return APPLIED;
  }

  /** Swaps a log's rows for a snapshot's in one step: rows that stay keep their identity, and with it focus and selection. */
  #replaceLog(logId: string, resources: Resource[]): void {
    const kept = new Set<string>();
    for (const resource of resources) kept.add(idOf(resource));
    for (const [id, row] of [...this.alarms.untracked]) if (row.logId === logId && !kept.has(id)) this.alarms.remove(id);
    for (const [id, row] of [...this.assignments.untracked]) if (row.logId === logId && !kept.has(id)) this.#removeAssignment(id);
    for (const [id, row] of [...this.incidents.untracked]) if (row.logId === logId && !kept.has(id)) this.#removeIncident(id);
    for (const collection of [this.units, this.whistles, this.shifts, this.wartime, this.premiseNotes]) {
      for (const [id, row] of [...collection.untracked]) if (row.logId === logId && !kept.has(id)) collection.remove(id);
    }
    for (const resource of resources) this.#put(resource, logId);
  }

  #step(step: Step): Outcome {
    const { logId, prevSeq, seq, hash } = step;
    const staging = this.#staging.get(logId);
    if (staging) {
      if (seq <= staging.seq) return APPLIED;
      if (staging.steps.length >= STEPS_KEPT) return { kind: "gap", logId, have: staging.seq, prevSeq };
      staging.steps.push(step);
      return APPLIED;
    }
    const position = this.logs.get(logId);
    if (position && seq <= position.seq) return APPLIED;
    if (!position || position.seq !== prevSeq) return { kind: "gap", logId, have: position?.seq ?? null, prevSeq };
    for (const resource of step.changed) this.#put(resource, logId);
    this.logs.set(logId, { seq, hash });
    return APPLIED;
  }

  #put({ resource }: Resource, logId: string): void {
    switch (resource.case) {
      case "incident":
        this.incidents.put(resource.value.incidentId, resource.value, logId);
        if (isOver(resource.value)) this.#keepClosed(resource.value.incidentId);
        else this.#forgetClosed(resource.value.incidentId);
        break;
      case "assignment": {
        const { assignmentId, incidentId } = resource.value;
        this.assignments.put(assignmentId, resource.value, logId);
        const ids = this.#byIncident.get(incidentId);
        if (ids) ids.add(assignmentId);
        else this.#byIncident.set(incidentId, new Set([assignmentId]));
        break;
      }
      case "unit": {
        const { unitId, position, fixAt } = resource.value;
        const row = this.units.put(unitId, resource.value, logId);
        const atMs = millis(fixAt);
        if (position && (row.fix === null || row.fix.atMs < atMs)) {
          row.fix = { latE7: position.latE7, lonE7: position.lonE7, atMs, headingDeg: row.fix?.headingDeg ?? null };
        }
        break;
      }
      case "alarm":
        if (resource.value.endedAt) this.alarms.remove(resource.value.alarmId);
        else this.alarms.put(resource.value.alarmId, resource.value, logId);
        break;
      case "whistle":
        this.whistles.put(resource.value.whistleId, resource.value, logId);
        break;
      case "shift":
        this.shifts.put(resource.value.shiftId, resource.value, logId);
        break;
      case "wartime":
        this.wartime.put(resource.value.areaId, resource.value, logId);
        break;
      case "premiseNote":
        this.premiseNotes.put(resource.value.premiseNoteId, resource.value, logId);
        break;
      default:
        break;
    }
  }

  #fixes(fixes: Fixes, serverNowMs: number): void {
    for (let i = 0; i < fixes.unitIds.length; i += 1) {
      const row = this.units.untracked.get(fixes.unitIds[i]!);
      const latE7 = fixes.latE7[i];
      const lonE7 = fixes.lonE7[i];
      const ageMs = fixes.ageMs[i];
      if (!row || latE7 === undefined || lonE7 === undefined || ageMs === undefined) continue;
      const heading = fixes.headingDeg[i] ?? HEADING_UNKNOWN;
      row.fix = { latE7, lonE7, atMs: serverNowMs - ageMs, headingDeg: heading === HEADING_UNKNOWN ? null : heading };
    }
  }

  #keepClosed(incidentId: string): void {
    if (this.#closed.includes(incidentId)) return;
    this.#closed.push(incidentId);
    if (this.#closed.length > CLOSED_KEPT) this.#removeIncident(this.#closed[0]!);
  }

  /** It is open (again): it stays however many others close. */
  #forgetClosed(incidentId: string): void {
    const at = this.#closed.indexOf(incidentId);
    if (at >= 0) this.#closed.splice(at, 1);
  }

  #removeIncident(incidentId: string): void {
    this.incidents.remove(incidentId);
    this.#forgetClosed(incidentId);
    for (const id of [...(this.#byIncident.get(incidentId) ?? [])]) this.#removeAssignment(id);
  }

  #removeAssignment(assignmentId: string): void {
    const incidentId = this.assignments.untracked.get(assignmentId)?.image.incidentId;
    this.assignments.remove(assignmentId);
    if (incidentId === undefined) return;
    const ids = this.#byIncident.get(incidentId);
    ids?.delete(assignmentId);
    if (ids?.size === 0) this.#byIncident.delete(incidentId);
  }
}

function idOf({ resource }: Resource): string {
  switch (resource.case) {
    case "incident":
      return resource.value.incidentId;
    case "assignment":
      return resource.value.assignmentId;
    case "unit":
      return resource.value.unitId;
    case "alarm":
      return resource.value.alarmId;
    case "whistle":
      return resource.value.whistleId;
    case "shift":
      return resource.value.shiftId;
    case "wartime":
      return resource.value.areaId;
    case "premiseNote":
      return resource.value.premiseNoteId;
    default:
      return "";
  }
}
