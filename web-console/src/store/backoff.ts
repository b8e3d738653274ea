// How long to wait before the next try: exponential, bounded, with jitter, so that a room does not reconnect in one beat.

const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** Waiting time before try `attempt` (0 is the first retry), between half and all of 250 ms × 2ⁿ, at most 10 s. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return full / 2 + (full / 2) * random();
}
