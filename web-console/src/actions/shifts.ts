// Hands a shift over and signs a hand-over (交接班).
import { newRequestId, untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Shift } from "../gen/oneroom/v1alpha1/shift_pb";
import type { Row } from "../store/row.svelte";
import { send } from "./send";

export async function offerHandOver(console: Console, { image, logId }: Row<Shift>, notes: string): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, shiftId: image.shiftId, notes };
  const station = console.directory.agencyName(image.stationId);
  return (await send(console, () => console.api.shift.offerHandOver(request), () => ["done_handed_over", { station }])) !== null;
}

export async function signHandOver(console: Console, { image, logId }: Row<Shift>): Promise<boolean> {
  const request = { requestId: newRequestId(), logId, shiftId: image.shiftId };
  const station = console.directory.agencyName(image.stationId);
  return (await send(console, () => console.api.shift.signHandOver(request), () => ["done_signed_over", { station }])) !== null;
}

/** The words of a hand-over, from the vault. */
export async function readHandOver(console: Console, { image, logId }: Row<Shift>): Promise<string> {
  const { shift } = await untilAnswered(() => console.api.record.getShift({ logId, shiftId: image.shiftId }));
  return shift?.handOver?.notes ?? "";
}
