// Orders units to an incident, all or none.
import { Code } from "@connectrpc/connect";
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import { span } from "../shared/time";

/** The core gives the roles: the first is primary unless the incident has one, the others back it up. Answers whether it was done. */
export async function assignUnits(console: Console, incident: Incident, units: readonly Pick<Unit, "unitId" | "callSign">[], etaMs?: number): Promise<boolean> {
  const request = {
    requestId: newRequestId(),
    logId: incident.logId,
    incidentId: incident.incidentId,
    orders: units.map(({ unitId }) => ({ unitId })),
    expectedRevision: incident.revision,
  };
  console.say("working", "sending");
  try {
    const { receipt } = await untilAnswered(() => console.api.dispatch.assignUnits(request));
    if (receipt) console.offerUndo(incident.incidentId, receipt.seq);
  } catch (thrown) {
    const { code } = console.sayRefusal(thrown);
    // What was on screen was no longer so: the ranking is worked out again, so that the next try is on what is.
    if (code === Code.Aborted && console.recommendation.incidentId === incident.incidentId) void console.recommendation.load(incident);
    return false;
  }
  const values = { units: units.map(({ callSign }) => callSign).join("+"), number: incident.number };
  if (etaMs) console.say("done", "done_assigned_eta", { ...values, eta: span(etaMs) });
  else console.say("done", "done_assigned", values);
  return true;
}
