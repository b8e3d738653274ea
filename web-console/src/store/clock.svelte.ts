// The server's clock as this window knows it. All timers run on it; the window's own wall clock is never trusted.

/** Heartbeats looked back on to notice that the local clock drifts. */
const DRIFT_WINDOW = 60;

/**
 * The server's clock beside this window's monotonic clock. Calibrated when hello is answered (the middle of the round trip), then
 * held so that no frame seems to come from the future and the fastest of 60 heartbeats keeps the calibrated delay.
 *
 * A demo's clock may run faster than the wall, or stand still: then each heartbeat that is ahead becomes the new anchor, and a change
 * of pace counts from the heartbeat that brings it.
 */
export class ServerClock {
  /** The server's time, milliseconds since 1970, renewed four times a second for timers on screen; 0 before the first answer. */
  nowMs = $state(0);
  /** One-way delay of the last heartbeat in milliseconds; null before the first. */
  delayMs: number | null = $state(null);

  /** How many times faster than the wall the server's clock runs: 1 everywhere but in a demo, 0 while it stands still. */
  pace = $state(1);

  #monotonic: () => number;
  /** The server's time at a moment of the monotonic clock. */
  #anchor: { serverMs: number; atMs: number } | null = null;
  #baseline = 0;
  #fastest = Infinity;
  #samples = 0;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Milliseconds of this window's monotonic clock. */
  monotonic(): number {
    return this.#monotonic();
  }

  /** The server's time right now, for code outside components; falls back to the local clock before the first answer. */
  exact(): number {
    return this.#anchor === null ? Date.now() : this.#at(this.#anchor, this.#monotonic());
  }

  /** Hello was sent at `sentAt` (monotonic) and has just been answered with the server's time. */
  calibrate(serverMs: number, sentAt: number, pace = 1): void {
    const now = this.#monotonic();
    this.#baseline = (now - sentAt) / 2;
    this.#begin(serverMs + this.#baseline * pace, now, pace);
    this.tick();
  }

  /** A heartbeat has just come in. */
  heartbeat(serverMs: number, pace = 1): void {
    const now = this.#monotonic();
    if (this.#anchor === null || pace !== this.pace) this.#begin(serverMs, now, pace);
    const anchor = this.#anchor!;
    if (serverMs > this.#at(anchor, now)) [anchor.serverMs, anchor.atMs] = [serverMs, now];
    // While the clock stands still nothing says how long a frame was under way.
    if (pace === 0) return this.tick();
    const delay = (this.#at(anchor, now) - serverMs) / pace;
    this.delayMs = delay;
    this.#fastest = Math.min(this.#fastest, delay);
    this.#samples += 1;
    if (this.#samples >= DRIFT_WINDOW) {
      if (this.#fastest > this.#baseline) anchor.serverMs -= (this.#fastest - this.#baseline) * pace;
      this.#fastest = Infinity;
      this.#samples = 0;
    }
    this.tick();
  }

  /** Renews `nowMs`. */
  tick(): void {
    if (this.#anchor !== null) this.nowMs = Math.round(this.exact());
  }

  #begin(serverMs: number, atMs: number, pace: number): void {
    this.#anchor = { serverMs, atMs };
    this.pace = pace;
    this.#fastest = Infinity;
    this.#samples = 0;
  }

  #at({ serverMs, atMs }: { serverMs: number; atMs: number }, now: number): number {
    return serverMs + (now - atMs) * this.pace;
  }
}
