// The live stream over a WebSocket: hello, frames, resume, silence watch, reconnect.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ResumePointSchema,
  type Viewport,
  WatchClientFrameSchema,
  WatchRequestSchema,
  type WatchClientFrame,
  type WatchResponse,
  WatchResponseSchema,
} from "../gen/oneroom/v1alpha1/watch_service_pb";
import { backoffMs } from "./backoff";
import type { LogPosition } from "./picture.svelte";

export const SUBPROTOCOL = "oneroom.pb";
/** Silence after which the picture is called stale. */
export const STALE_AFTER_MS = 3000;
/** Silence after which the connection is given up: a dead link sends no close event. */
export const GIVE_UP_AFTER_MS = 8000;
/** Snapshot chunks granted in advance. */
const FIRST_CREDIT = 8;
const SEEN_EVERY_MS = 1000;
const WATCH_EVERY_MS = 250;
const NORMAL_CLOSURE = 1000;

/** The part of WebSocket that is used here; tests put their own. */
export interface Socket {
  binaryType: string;
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
}

export type LinkState = "connecting" | "live" | "stale";

export interface ConnectionPorts {
  open(): Socket;
  token(): string;
  /** Where the picture stands, for hello and for Seen. */
  positions(): ReadonlyMap<string, LogPosition>;
  /** Handles a frame; false when something was missed and the stream must be resumed. */
  handle(frame: WatchResponse, helloSentAt: number): boolean;
  state(state: LinkState, silentMs: number): void;
  /** The connection ended before a welcome: is the token still good? Answers false to stop. */
  mayRetry(): Promise<boolean>;
  /** A connection ended, with the server's reason if it gave one: half-received snapshots are void. */
  ended(reason: string): void;
  monotonic(): number;
}

/** Keeps one stream alive until `stop`. */
export class Connection {
  #ports: ConnectionPorts;
  #socket: Socket | null = null;
  #attempt = 0;
  #welcomed = false;
  #helloSentAt = 0;
  #lastFrameAt: number;
  #connectedAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #seenAt = -Infinity;
  #viewport: Viewport | undefined;
  #stopped = true;

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
    this.#lastFrameAt = ports.monotonic();
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#lastFrameAt = this.#ports.monotonic();
    this.#watch = setInterval(() => this.#check(), WATCH_EVERY_MS);
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Tries again at once, for example when the browser says that the network is back. */
  hurry(): void {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /** Only fixes inside this window are wanted. */
  setViewport(viewport: Viewport): void {
    if (viewport === this.#viewport) return;
    this.#viewport = viewport;
    if (this.#welcomed) this.#send({ case: "setViewport", value: viewport });
  }

  #connect(): void {
    this.#welcomed = false;
    const socket = this.#ports.open();
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    this.#connectedAt = this.#ports.monotonic();
    socket.onopen = () => {
      this.#helloSentAt = this.#ports.monotonic();
      const resume = [...this.#ports.positions()].map(([logId, { seq, hash }]) => create(ResumePointSchema, { logId, seq, hash }));
      const hello = create(WatchRequestSchema, { token: this.#ports.token(), resume });
      if (this.#viewport) hello.viewport = this.#viewport;
      this.#send({ case: "hello", value: hello });
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && data instanceof ArrayBuffer) this.#receive(data);
    };
    socket.onclose = ({ reason }) => {
      if (socket === this.#socket) void this.#lost(reason);
    };
    socket.onerror = () => {};
  }

  #receive(data: ArrayBuffer): void {
    let response: WatchResponse;
    try {
      response = fromBinary(WatchResponseSchema, new Uint8Array(data));
    } catch {
      void this.#lost();
      return;
    }
    this.#lastFrameAt = this.#ports.monotonic();
    const kind = response.frame.case;
    if (kind === "welcome") {
      this.#welcomed = true;
      this.#attempt = 0;
      this.#send({ case: "credit", value: FIRST_CREDIT });
    }
    const continuous = this.#ports.handle(response, this.#helloSentAt);
    if (!continuous) {
      void this.#lost();
      return;
    }
    if (kind === "snapshot") this.#send({ case: "credit", value: 1 });
    if (kind === "heartbeat") {
      this.#ports.state("live", 0);
      this.#sayWhatWasSeen();
    }
  }

  #sayWhatWasSeen(): void {
    const now = this.#ports.monotonic();
    if (now - this.#seenAt < SEEN_EVERY_MS / 2) return;
    this.#seenAt = now;
    for (const [logId, { seq, hash }] of this.#ports.positions()) {
      this.#send({ case: "seen", value: create(ResumePointSchema, { logId, seq, hash }) });
    }
  }

  #check(): void {
    const now = this.#ports.monotonic();
    const silentMs = now - this.#lastFrameAt;
    if (silentMs >= STALE_AFTER_MS) this.#ports.state("stale", silentMs);
    // A connection gets its own time to answer, however long the silence before it was.
    const unansweredMs = now - Math.max(this.#lastFrameAt, this.#connectedAt);
    if (this.#socket && unansweredMs >= GIVE_UP_AFTER_MS) void this.#lost();
  }

  async #lost(reason = ""): Promise<void> {
    const welcomed = this.#welcomed;
    this.#drop();
    this.#ports.ended(reason);
    if (this.#stopped) return;
    const wait = backoffMs(this.#attempt);
    this.#attempt += 1;
    if (!welcomed && !(await this.#ports.mayRetry())) {
      this.stop();
      return;
    }
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close(NORMAL_CLOSURE);
  }

  #send(frame: WatchClientFrame["frame"]): void {
    if (this.#socket?.readyState !== 1) return;
    this.#socket.send(toBinary(WatchClientFrameSchema, create(WatchClientFrameSchema, { frame })));
  }
}
