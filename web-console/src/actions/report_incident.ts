// Opens an incident from the draft of a call.
import { Code } from "@connectrpc/connect";
import { untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";

/** What was wrong, by field of the request, or null when the incident is open. */
export async function reportIncident(console: Console): Promise<Record<string, string> | null> {
  const request = console.draft.request();
  console.say("working", "sending");
  try {
    const { incidentId, number } = await untilAnswered(() => console.api.intake.reportIncident(request));
    console.draft.clear();
    console.intakeOpen = false;
    console.selectedIncidentId = incidentId;
    console.say("done", "done_reported", { number });
    return null;
  } catch (thrown) {
    const refused = console.sayRefusal(thrown);
    return refused.code === Code.InvalidArgument ? refused.fields : {};
  }
}
