// The server's clock as this window knows it. All timers run on it; the window's own wall clock is never trusted.

/** Heartbeats looked back on to notice that the local clock drifts. */
const DRIFT_WINDOW = 60;

/**
 * Offset between the server's clock and this window's monotonic clock. Calibrated when hello is answered (the middle of the
 * round trip), then held so that no frame seems to come from the future and the fastest of 60 heartbeats keeps the
 * calibrated delay.
 */
export class ServerClock {
  /** The server's time, milliseconds since 1970, renewed four times a second for timers on screen; 0 before the first answer. */
  nowMs = $state(0);
  /** One-way delay of the last heartbeat in milliseconds; null before the first. */
  delayMs: number | null = $state(null);

  #monotonic: () => number;
  #offset: number | null = null;
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
    return this.#offset === null ? Date.now() : this.#monotonic() + this.#offset;
  }

  /** Hello was sent at `sentAt` (monotonic) and has just been answered with the server's time. */
  calibrate(serverMs: number, sentAt: number): void {
    const now = this.#monotonic();
    this.#baseline = (now - sentAt) / 2;
    this.#offset = serverMs + this.#baseline - now;
    this.#fastest = Infinity;
    this.#samples = 0;
    this.tick();
  }

  /** A heartbeat has just come in. */
  heartbeat(serverMs: number): void {
    const now = this.#monotonic();
    if (this.#offset === null || serverMs > now + this.#offset) this.#offset = serverMs - now;
    const delay = now + this.#offset - serverMs;
    this.delayMs = delay;
    this.#fastest = Math.min(this.#fastest, delay);
    this.#samples += 1;
    if (this.#samples >= DRIFT_WINDOW) {
      if (this.#fastest > this.#baseline) this.#offset -= this.#fastest - this.#baseline;
      this.#fastest = Infinity;
      this.#samples = 0;
    }
    this.tick();
  }

  /** Renews `nowMs`. */
  tick(): void {
    if (this.#offset !== null) this.nowMs = Math.round(this.exact());
  }
}
