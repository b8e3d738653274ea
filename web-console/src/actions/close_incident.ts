// Says that an incident is dealt with, and closes it.
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import { type Incident, IncidentState } from "../gen/oneroom/v1alpha1/incident_pb";

/**
 * Resolves with the outcome unless that is done, then closes. Each step has a request id of its own. `excuse` is why the beat's
 * officer need not attend, where attendance is still owed; without it the server says what is owed, and the incident stays resolved.
 */
export async function closeIncident(console: Console, incident: Incident, disposition: string, excuse = ""): Promise<boolean> {
  const { logId, incidentId } = incident;
  console.say("working", "sending");
  try {
    let expectedRevision = incident.revision;
    if (incident.state !== IncidentState.RESOLVED) {
      const resolve = { requestId: newRequestId(), logId, incidentId, disposition, expectedRevision };
      await untilAnswered(() => console.api.dispatch.resolveIncident(resolve));
      expectedRevision = 0n;
    }
    const close = { requestId: newRequestId(), logId, incidentId, expectedRevision, excuse };
    const { receipt } = await untilAnswered(() => console.api.dispatch.closeIncident(close));
    if (receipt) console.offerUndo(incidentId, receipt.seq);
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_closed", { number: incident.number });
  return true;
}
