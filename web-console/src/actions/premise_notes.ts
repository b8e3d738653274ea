// Notes about an address (地址提示): read with their words, written with an expiry, taken back.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { Datum } from "../gen/oneroom/v1alpha1/place_pb";
import type { PremiseNote } from "../gen/oneroom/v1alpha1/premise_note_pb";
import { moment } from "../shared/time";
import { send } from "./send";

const DAY_MS = 86_400_000;

/** What is written: kind and words about the place of an incident, for so many days. The author is whoever is signed in. */
export interface NoteWish {
  kind: string;
  text: string;
  days: number;
}

export async function readPremiseNotes(console: Console, { logId, incidentId }: Incident): Promise<PremiseNote[]> {
  const { premiseNotes } = await untilAnswered(() => console.api.record.listPremiseNotes({ logId, incidentId }));
  return premiseNotes;
}

export async function addPremiseNote(console: Console, incident: Incident, { kind, text, days }: NoteWish): Promise<boolean> {
  const position = incident.place?.position;
  if (!position) return false;
  const expiresMs = Math.round(console.store.clock.exact()) + days * DAY_MS;
  const request = { requestId: newRequestId(), logId: incident.logId, position, datum: Datum.WGS84, kind, text, expiresAt: timestampFromMs(expiresMs) };
  const until = moment(expiresMs, console.store.clock.exact());
  return (await send(console, () => console.api.dispatch.addPremiseNote(request), () => ["done_note_added", { until }])) !== null;
}

export async function endPremiseNote(console: Console, logId: string, premiseNoteId: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, premiseNoteId };
  return (await send(console, () => console.api.dispatch.endPremiseNote(request), () => ["done_note_ended", {}])) !== null;
}
