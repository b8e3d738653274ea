// Says that an incident is dealt with, and closes it.
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import { type Incident, IncidentState } from "../gen/oneroom/v1alpha1/incident_pb";

/** Resolves with the outcome unless that is done, then closes. Each step has a request id of its own. */
export async function closeIncident(console: Console, incident: Incident, disposition: string): Promise<boolean> {
  const { logId, incidentId } = incident;
  console.say("working", "sending");
  try {
    let expectedRevision = incident.revision;
    if (incident.state !== IncidentState.RESOLVED) {
      const resolve = { requestId: newRequestId(), logId, incidentId, disposition, expectedRevision };
      await untilAnswered(() => console.api.dispatch.resolveIncident(resolve));
      expectedRevision = 0n;
    }
    const close = { requestId: newRequestId(), logId, incidentId, expectedRevision };
    await untilAnswered(() => console.api.dispatch.closeIncident(close));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_closed", { number: incident.number });
  return true;
}
