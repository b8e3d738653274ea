// Switches wartime mode (战时联勤) of an area on for a period, and off.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { newRequestId } from "../api/retry";
import type { Console } from "../console/console.svelte";
import { moment } from "../shared/time";
import { send } from "./send";

const HOUR_MS = 3_600_000;

/** When a wartime mode that is switched on now would end, in milliseconds since 1970. */
export function endsAfter(console: Console, hours: number): number {
  return Math.round(console.store.clock.exact()) + hours * HOUR_MS;
}

export async function startWartime(console: Console, areaId: string, hours: number, reason: string): Promise<boolean> {
  const { directory, store } = console;
  const untilMs = endsAfter(console, hours);
  const request = { requestId: newRequestId(), logId: directory.agencies.get(areaId)?.logId ?? "", areaId, reason, until: timestampFromMs(untilMs) };
  const area = directory.agencyName(areaId);
  const answer = await send(console, () => console.api.dispatch.startWartime(request), () => ["done_wartime_on", { area, until: moment(untilMs, store.clock.exact()) }]);
  return answer !== null;
}

export async function endWartime(console: Console, areaId: string): Promise<boolean> {
  const logId = console.store.picture.wartime.untracked.get(areaId)?.logId ?? console.directory.agencies.get(areaId)?.logId ?? "";
  const request = { requestId: newRequestId(), logId, areaId };
  const area = console.directory.agencyName(areaId);
  return (await send(console, () => console.api.dispatch.endWartime(request), () => ["done_wartime_off", { area }])) !== null;
}
