// Reads the whole time line of one incident.
import { untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Event } from "../gen/oneroom/v1alpha1/event_pb";

/** Pages read at most; an incident with more events than 5 × 200 shows its first thousand. */
const PAGES = 5;
const PAGE_SIZE = 200;

export async function readTimeLine(console: Console, logId: string, incidentId: string): Promise<Event[]> {
  const events: Event[] = [];
  let afterSeq = 0n;
  for (let page = 0; page < PAGES; page += 1) {
    const request = { logId, incidentId, afterSeq, pageSize: PAGE_SIZE };
    const answer = await untilAnswered(() => console.api.record.listEvents(request));
    events.push(...answer.events);
    if (answer.nextAfterSeq === 0n) break;
    afterSeq = answer.nextAfterSeq;
  }
  return events;
}
