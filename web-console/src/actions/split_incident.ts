// Makes two incidents of one: a call goes with the second, which is of another kind.
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { PrivateCall } from "../gen/oneroom/v1alpha1/record_service_pb";
import { send } from "./send";

/** Splits and selects the second incident. */
export async function splitIncident(console: Console, incident: Incident, callId: string, classification: { category: string; type: string }): Promise<boolean> {
  const { logId, incidentId, revision: expectedRevision } = incident;
  const request = { requestId: newRequestId(), logId, incidentId, callId, classification, expectedRevision };
  const answer = await send(console, () => console.api.intake.splitIncident(request), ({ number }) => ["done_split", { number: incident.number, second: number }]);
  if (answer) console.selectedIncidentId = answer.incidentId;
  return answer !== null;
}

/** What each caller said, from the vault, for a purpose of the policy: the record keeps who looked, and why. Null when refused. */
export async function readCalls(console: Console, { logId, incidentId }: Incident, purpose: string): Promise<PrivateCall[] | null> {
  try {
    return (await untilAnswered(() => console.api.record.getPrivate({ logId, incidentId, purpose }))).calls;
  } catch (thrown) {
    console.sayRefusal(thrown);
    return null;
  }
}
