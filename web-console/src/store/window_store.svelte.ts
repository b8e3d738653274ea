// The one store of a window: the picture, the server's clock, the state of the link. Components only read it.
import type { Viewport, WatchResponse, Welcome } from "../gen/oneroom/v1alpha1/watch_service_pb";
import { millis } from "../shared/time";
import { ServerClock } from "./clock.svelte";
import { Connection, type LinkState, type Socket, SUBPROTOCOL } from "./connection";
import { Picture } from "./picture.svelte";
import { ALL_FIXES_UP_TO, WHOLE_WORLD } from "./viewport";

/** Long lists are sorted at most this often. */
const PUBLISH_EVERY_MS = 50;
const TICK_EVERY_MS = 250;
/** A log whose head was last heard of longer ago than this is not live, whatever the link says. */
export const HEAD_OLD_AFTER_MS = 5000;

export class WindowStore {
  readonly picture = new Picture();
  readonly clock: ServerClock;
  /** Whether frames come in. */
  link: LinkState = $state("connecting");
  /** How long nothing came in, milliseconds, while the link is not live. */
  silentMs = $state(0);
  /** Logs whose head the server itself has not heard of for 5 s. */
  oldHeads: string[] = $state.raw([]);
  /** Why the record can't be written now, in the server's words; empty while it can. */
  recordTrouble = $state("");
  /** The answer to hello; null before the first. */
  welcome: Welcome | null = $state.raw(null);
  /** Whether the first snapshot of every log is complete. */
  complete = $state(false);
  /** Why the server ended the last connection, in its words; empty when it said nothing, or a new one is up. */
  endReason = $state("");
  /** How many times the stream was taken up again after a gap or a resync. */
  resumes = $state(0);

  /** Whether every unit's fixes come in, so that an old fix means a silent unit. */
  seesAllFixes = $state(true);

  #connection: Connection;
  #mapWindow: Viewport | null = null;
  #publishTimer: ReturnType<typeof setTimeout> | undefined;
  #publishedAt = -Infinity;
  #tick: ReturnType<typeof setInterval> | undefined;

  constructor(options: { open?: () => Socket; token: () => string; tokenIsGood: () => Promise<boolean>; monotonic?: () => number }) {
    this.clock = new ServerClock(options.monotonic);
    this.#connection = new Connection({
      open: options.open ?? openWatch,
      token: options.token,
      positions: () => this.picture.logs,
      handle: (frame, helloSentAt) => this.handle(frame, helloSentAt),
      state: (state, silentMs) => {
        if (this.link !== state) this.link = state;
        this.silentMs = silentMs;
      },
      mayRetry: options.tokenIsGood,
      ended: (reason) => {
        this.picture.dropStaging();
        this.endReason = reason;
      },
      monotonic: () => this.clock.monotonic(),
    });
  }

  start(): void {
    this.#chooseViewport();
    this.#tick = setInterval(() => this.clock.tick(), TICK_EVERY_MS);
    this.#connection.start();
  }

  stop(): void {
    clearInterval(this.#tick);
    clearTimeout(this.#publishTimer);
    this.#connection.stop();
  }

  hurry(): void {
    this.#connection.hurry();
  }

  /** The map's window moved. */
  setViewport(viewport: Viewport): void {
    this.#mapWindow = viewport;
    this.#chooseViewport();
  }

  #chooseViewport(): void {
    this.seesAllFixes = this.#mapWindow === null || this.picture.units.untracked.size <= ALL_FIXES_UP_TO;
    this.#connection.setViewport(this.seesAllFixes ? WHOLE_WORLD : (this.#mapWindow ?? WHOLE_WORLD));
  }

  /** Handles one frame; false when the stream must be resumed. */
  handle(response: WatchResponse, helloSentAt: number): boolean {
    const { frame } = response;
    switch (frame.case) {
      case "welcome":
        this.clock.calibrate(millis(frame.value.serverTime), helloSentAt, frame.value.clockPace);
        this.welcome = frame.value;
        this.endReason = "";
        return true;
      case "heartbeat":
        this.clock.heartbeat(millis(frame.value.serverTime), frame.value.clockPace);
        this.recordTrouble = frame.value.heads.find((head) => head.trouble !== "")?.trouble ?? "";
        this.oldHeads = frame.value.heads.filter((head) => head.ageMs > HEAD_OLD_AFTER_MS).map((head) => head.logId);
        return true;
      case "resync":
        this.resumes += 1;
        this.picture.forgetPosition(frame.value.logId);
        return true;
      default: {
        const outcome = this.picture.apply(response, this.clock.exact());
        this.#publishSoon();
        if (outcome.kind === "gap") {
          this.resumes += 1;
          return false;
        }
        if (!this.complete && frame.case === "snapshot" && frame.value.last) this.#checkComplete();
        return true;
      }
    }
  }

  #checkComplete(): void {
    const logs = this.welcome?.logIds ?? [];
    this.complete = logs.every((logId) => this.picture.logs.has(logId));
    if (this.complete) this.#chooseViewport();
  }

  #publishSoon(): void {
    if (this.#publishTimer !== undefined) return;
    const wait = Math.max(0, this.#publishedAt + PUBLISH_EVERY_MS - this.clock.monotonic());
    const publish = () => {
      this.#publishTimer = undefined;
      this.#publishedAt = this.clock.monotonic();
      this.picture.publish();
    };
    if (wait === 0) publish();
    else this.#publishTimer = setTimeout(publish, wait);
  }
}

function openWatch(): Socket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/v1alpha1/watch`, SUBPROTOCOL) as unknown as Socket;
}
