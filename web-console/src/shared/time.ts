// Times as the console counts and shows them.
import type { Timestamp } from "@bufbuild/protobuf/wkt";

/** Milliseconds since 1970, 0 when absent. */
export function millis(time: Timestamp | undefined): number {
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : 0;
}

/** A span as an operator reads it: 0:52, 14:20, 1:02:03, 3d 4h. Negative spans count as nothing. */
export function span(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s >= 86_400) return `${Math.floor(s / 86_400)}d ${Math.floor((s % 86_400) / 3600)}h`;
  const seconds = String(s % 60).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${seconds}`;
  return `${Math.floor(s / 3600)}:${String(Math.floor((s % 3600) / 60)).padStart(2, "0")}:${seconds}`;
}

/** Local wall clock, 24 hours: 09:41:22. */
export function wall(ms: number): string {
  const d = new Date(ms);
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
}

/** A moment near now in local time, 24 hours: 09:41 today, 11-23 09:41 on another day, 2027-11-23 in another year. */
export function moment(ms: number, nowMs: number): string {
  const [d, now] = [new Date(ms), new Date(nowMs)];
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  if (d.getFullYear() !== now.getFullYear()) return `${d.getFullYear()}-${day}`;
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}`;
  return d.getMonth() === now.getMonth() && d.getDate() === now.getDate() ? clock : `${day} ${clock}`;
}
