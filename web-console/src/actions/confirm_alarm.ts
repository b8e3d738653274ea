// Confirms an alarm: somebody in the room has seen it.
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";

export async function confirmAlarm(console: Console, logId: string, alarmId: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, alarmId };
  try {
    await untilAnswered(() => console.api.dispatch.confirmAlarm(request));
  } catch (thrown) {
    console.sayRefusal(thrown);
    return false;
  }
  console.say("done", "done_alarm");
  return true;
}
