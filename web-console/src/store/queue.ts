// The order of the pending queue, and holding it still while somebody points at it.
import { type Incident, IncidentState } from "../gen/oneroom/v1alpha1/incident_pb";
import { millis } from "../shared/time";

/** How urgent a row looks; the marks are shown in colour, shape and text. */
export type Urgency = "normal" | "amber" | "red";

/** Priority first, then age, then number: a total order, so that equal rows never swap. */
export function byPriorityThenAge(a: Incident, b: Incident): number {
  return a.priority - b.priority || millis(a.reportedAt) - millis(b.reportedAt) || a.number - b.number || (a.incidentId < b.incidentId ? -1 : 1);
}

const PENDING = new Set([IncidentState.CLASSIFIED, IncidentState.PASSED_DOWN, IncidentState.SIGNED]);
const OVER = new Set([IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.MERGED, IncidentState.TRANSFERRED]);

/** Whether an incident waits for its first unit. */
export function isPending(incident: Incident): boolean {
  return PENDING.has(incident.state);
}

/** Whether nothing more is expected of an incident. */
export function isOver(incident: Incident): boolean {
  return OVER.has(incident.state);
}

/** Whether an incident is being worked on, or waits to be closed. */
export function isWorked(incident: Incident): boolean {
  return incident.state === IncidentState.DISPATCHED || incident.state === IncidentState.ON_SCENE || incident.state === IncidentState.RESOLVED;
}

/** Amber from dispatch_amber_at, red from dispatch_by, by the server's clock. */
export function urgency(incident: Incident, serverNowMs: number): Urgency {
  if (incident.dispatchBy && serverNowMs >= millis(incident.dispatchBy)) return "red";
  if (incident.dispatchAmberAt && serverNowMs >= millis(incident.dispatchAmberAt)) return "amber";
  return "normal";
}

/**
 * The order to show while the list is held: rows that were there stay where they are, also those that have left the queue;
 * new ones are added below. `held` is null when the list is free.
 */
export function heldOrder(held: readonly string[] | null, sorted: readonly string[]): readonly string[] {
  if (held === null) return sorted;
  const known = new Set(held);
  return [...held, ...sorted.filter((id) => !known.has(id))];
}
