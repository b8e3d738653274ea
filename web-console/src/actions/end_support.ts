// Says that support is not needed any more (吹哨结束).
import { newRequestId } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { type Whistle, WhistleState } from "../gen/oneroom/v1alpha1/whistle_pb";
import { send } from "./send";

/** Whether a whistle waits for an answer, or somebody comes. */
export const stands = ({ state }: Whistle) => state === WhistleState.ASKED || state === WhistleState.ACCEPTED;

export async function endSupport(console: Console, whistle: Whistle, logId: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, whistleId: whistle.whistleId };
  return (await send(console, () => console.api.dispatch.endSupport(request), () => ["done_support_ended", { number: whistle.incidentNumber }])) !== null;
}

/** Ends every whistle of an incident that stands, the oldest first, until one is refused. */
export async function endSupportOf(console: Console, incident: Incident): Promise<boolean> {
  const rows = [...console.store.picture.whistles.untracked.values()].filter(({ image }) => image.incidentId === incident.incidentId && stands(image));
  if (rows.length === 0) {
    console.say("problem", "support_none", { number: incident.number });
    return false;
  }
  for (const row of rows) if (!(await endSupport(console, row.image, row.logId))) return false;
  return true;
}
