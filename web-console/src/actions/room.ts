// What an operator does to an incident by the rules of the room: one line each, sent until answered, said in one line.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Assignment } from "../gen/oneroom/v1alpha1/assignment_pb";
import type { Team, TransferTarget } from "../gen/oneroom/v1alpha1/classification_pb";
import { WhenEngaged } from "../gen/oneroom/v1alpha1/dispatch_service_pb";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { Receipt } from "../gen/oneroom/v1alpha1/receipt_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import type { Whistle } from "../gen/oneroom/v1alpha1/whistle_pb";
import { t } from "../messages/language.svelte";
import type { MessageKey } from "../messages/zh";

/** How long a hold given from the console lasts. */
export const HOLD_MS = 10 * 60 * 1000;

/** What every command on an incident carries. */
interface Named {
  requestId: string;
  logId: string;
  incidentId: string;
  expectedRevision: bigint;
}

/** Where an answered command is recorded. */
interface Recorded {
  receipt?: Receipt | undefined;
}

async function act(console: Console, incident: Incident, what: MessageKey, send: (named: Named) => Promise<Recorded>): Promise<boolean> {
  const { logId, incidentId, revision: expectedRevision } = incident;
  const named = { requestId: newRequestId(), logId, incidentId, expectedRevision };
  console.say("working", "sending");
  try {
    const { receipt } = await untilAnswered(() => send(named));
    if (receipt) console.offerUndo(incidentId, receipt.seq);
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_room", { number: incident.number, what: t(what) });
  return true;
}

export const signIncident = (console: Console, incident: Incident) =>
  act(console, incident, "do_sign", (named) => console.api.dispatch.signIncident(named));

/** `fromId` is the desk that passes it down: the operator's own. */
export const passDown = (console: Console, incident: Incident, fromId: string) =>
  act(console, incident, "do_pass_down", (named) => console.api.dispatch.passDown({ ...named, fromId }));

export const confirmProposal = (console: Console, incident: Incident) =>
  act(console, incident, "do_send_now", (named) => console.api.dispatch.confirmProposal(named));

export const rejectProposal = (console: Console, incident: Incident) =>
  act(console, incident, "do_reject", (named) => console.api.dispatch.rejectProposal(named));

export const holdIncident = (console: Console, incident: Incident, reason: string) =>
  act(console, incident, "do_hold", (named) =>
    console.api.dispatch.holdIncident({ ...named, reason, until: timestampFromMs(Math.round(console.store.clock.exact()) + HOLD_MS) }),
  );

export const releaseHold = (console: Console, incident: Incident) =>
  act(console, incident, "do_release", (named) => console.api.dispatch.releaseHold(named));

export const cancelIncident = (console: Console, incident: Incident, reason: string) =>
  act(console, incident, "do_cancel", (named) => console.api.intake.cancelIncident({ ...named, reason }));

export const reopenIncident = (console: Console, incident: Incident, reason: string) =>
  act(console, incident, "do_reopen", (named) => console.api.dispatch.reopenIncident({ ...named, reason }));

export const mergeInto = (console: Console, incident: Incident, intoIncidentId: string) =>
  act(console, incident, "do_merge", (named) => console.api.intake.mergeIncidents({ ...named, intoIncidentId }));

export const unmerge = (console: Console, incident: Incident) =>
  act(console, incident, "do_unmerge", (named) => console.api.intake.unmergeIncidents(named));

export const transferIncident = (console: Console, incident: Incident, to: TransferTarget, reason: string) =>
  act(console, incident, "do_transfer", (named) => console.api.intake.transferIncident({ ...named, to, reason }));

export const answerTransfer = (console: Console, incident: Incident, accepted: boolean, reason: string) =>
  act(console, incident, accepted ? "do_accept" : "do_refuse", (named) => console.api.intake.answerTransfer({ ...named, accepted, reason }));

export const setPriority = (console: Console, incident: Incident, priority: number) =>
  act(console, incident, "do_priority", (named) => console.api.dispatch.setPriority({ ...named, priority }));

export const setOwner = (console: Console, incident: Incident, ownerTeam: Team, reason: string) =>
  act(console, incident, "do_owner", (named) => console.api.dispatch.setOwner({ ...named, ownerTeam, reason }));

export const excuseAttendance = (console: Console, incident: Incident, reason: string) =>
  act(console, incident, "do_excuse", (named) => console.api.dispatch.excuseAttendance({ ...named, reason }));

export const requestSupport = (console: Console, incident: Incident, toId: string, reason: string) =>
  act(console, incident, "do_support", (named) => console.api.dispatch.requestSupport({ ...named, toId, reason }));

/** Orders that wait until the unit is free, or that take it off what it is on. */
export const orderEngaged = (console: Console, incident: Incident, unit: Unit, how: WhenEngaged) =>
  act(console, incident, how === WhenEngaged.QUEUE ? "state_queued" : "event_assignment_offered", (named) =>
    console.api.dispatch.assignUnits({ ...named, orders: [{ unitId: unit.unitId, whenEngaged: how }] }),
  );

/** Takes back the last change, while nothing came after it; `seq` is where one's own change was recorded. */
export async function undo(console: Console, incident: Incident, seq: bigint = incident.lastChange?.seq ?? 0n): Promise<boolean> {
  const request = { requestId: newRequestId(), logId: incident.logId, incidentId: incident.incidentId, seq };
  console.say("working", "sending");
  try {
    await untilAnswered(() => console.api.dispatch.undo(request));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.undoOffer = null;
  console.say("done", "done_undone", { number: incident.number });
  return true;
}

export async function recallUnit(console: Console, logId: string, assignment: Assignment, reason: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, assignmentId: assignment.assignmentId, reason };
  console.say("working", "sending");
  try {
    await untilAnswered(() => console.api.dispatch.recallUnit(request));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_recalled", { unit: assignment.callSign });
  return true;
}

export async function answerSupport(console: Console, whistle: Whistle, logId: string, accepted: boolean, reason: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, whistleId: whistle.whistleId, accepted, reason };
  try {
    await untilAnswered(() => console.api.dispatch.answerSupport(request));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_room", { number: whistle.incidentNumber, what: t(accepted ? "do_accept_support" : "do_refuse_support") });
  return true;
}

/** Says that a unit's emergency is over, and how it ended. */
export async function clearEmergency(console: Console, unit: Unit, reason: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId: unit.logId, unitId: unit.unitId, reason };
  console.say("working", "sending");
  try {
    await untilAnswered(() => console.api.dispatch.clearEmergency(request));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_emergency", { unit: unit.callSign });
  return true;
}
