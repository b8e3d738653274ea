// Adds the call that is being written down to an incident the room already has: nothing is typed twice.
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import { t } from "../messages/language.svelte";

export async function addCall(console: Console, logId: string, incidentId: string, number: number): Promise<boolean> {
  const { source, address, narrative, callerPhone, callerName } = console.draft;
  const request = {
    requestId: newRequestId(),
    logId,
    incidentId,
    source,
    address: address.trim(),
    narrative: narrative.trim(),
    callerPhone: callerPhone.trim(),
    callerName: callerName.trim(),
  };
  console.say("working", "sending");
  try {
    await untilAnswered(() => console.api.intake.addCall(request));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.draft.clear();
  console.intakeOpen = false;
  console.selectedIncidentId = incidentId;
  console.say("done", "done_room", { number, what: t("event_incident_call_added") });
  return true;
}
