// The outbox: a tap is kept first, then sent, in order, until it is answered. It survives reload, dead networks and a closed tab.
import { Code } from "@connectrpc/connect";
import { isWorthRetrying, type Refusal, refusal } from "../api/errors";
import type { Receipt } from "../gen/oneroom/v1alpha1/receipt_pb";
import { backoffMs } from "../store/backoff";
import { newRequestId } from "../api/retry";
import type { Tap, TapBody } from "./tap";
import type { TapStore } from "./tap_store";

/** A fault of the server that does not go away holds up the other taps no longer than this many tries. */
const FAULTS_BORNE = 8;
const FAULTS: readonly Code[] = [Code.Internal, Code.Unknown];

/** A tap that was answered with yes but whose effect the stream has not shown yet. */
interface Answered {
  tap: Tap;
  logId: string;
  seq: bigint;
}

export interface OutboxPorts {
  store: TapStore;
  send(tap: Tap): Promise<Receipt>;
  nowMs(): number;
  /** Runs the sender alone among all tabs of this browser. */
  alone(run: () => Promise<void>): Promise<void>;
  /** Waits before the next try. */
  sleep(ms: number): Promise<void>;
  /** The token is no longer good. */
  signedOut(): void;
}

export class Outbox {
  /** Kept and not answered yet, oldest first. */
  waiting: Tap[] = $state.raw([]);
  /** Answered, not yet seen on the stream. */
  answered: Answered[] = $state.raw([]);
  /** The last tap that was refused for good, until the officer has read it. */
  refused: { tap: Tap; refusal: Refusal } | null = $state.raw(null);
  /** Whether the sender waits for a network. */
  stuck = $state(false);

  #ports: OutboxPorts;
  #running: Promise<void> | null = null;
  #attempt = 0;
  #wake: (() => void) | null = null;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /** Reads what was kept before, and goes on sending it. */
  async start(): Promise<void> {
    this.waiting = await this.#ports.store.all();
    this.drain();
  }

  /** Keeps a tap. When this answers it is on the disk; then it is sent. Throws when it could not be kept. */
  async tap(logId: string, body: TapBody): Promise<Tap> {
    const tap: Tap = { requestId: newRequestId(), logId, occurredAtMs: Math.round(this.#ports.nowMs()), body };
    await this.#ports.store.add(tap);
    this.waiting = [...this.waiting, tap];
    this.drain();
    return tap;
  }

  /** Tries again at once: the network is back, or the officer is signed in again. */
  hurry(): void {
    this.#attempt = 0;
    this.#wake?.();
    this.drain();
  }

  /** Forgets answered taps that the stream has caught up with. */
  caughtUp(positions: ReadonlyMap<string, { seq: bigint }>): void {
    const left = this.answered.filter(({ logId, seq }) => (positions.get(logId)?.seq ?? 0n) < seq);
    if (left.length !== this.answered.length) this.answered = left;
  }

  /** Everything tapped whose effect is not on screen yet, oldest first. */
  get unseen(): Tap[] {
    return [...this.answered.map(({ tap }) => tap), ...this.waiting];
  }

  /** Sends what waits; one sender at a time. */
  drain(): void {
    this.#running ??= this.#ports
      .alone(() => this.#sendAll())
      .finally(() => {
        this.#running = null;
      });
  }

  /** Resolves when the sender has nothing left to do, or gave up until it is hurried. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #sendAll(): Promise<void> {
    let faults = 0;
    for (;;) {
      // Read from the disk, not from memory: another tab may have kept or sent something.
      this.waiting = await this.#ports.store.all();
      // A call for help does not queue behind anything.
      const tap = this.waiting.find(({ body }) => body.kind === "raise_emergency") ?? this.waiting[0];
      if (!tap) {
        this.stuck = false;
        return;
      }
      try {
        const receipt = await this.#ports.send(tap);
        this.answered = [...this.answered, { tap, logId: receipt.logId, seq: receipt.seq }];
      } catch (thrown) {
        const refused = refusal(thrown);
        if (refused.code === Code.Unauthenticated) {
          this.stuck = true;
          this.#ports.signedOut();
          return;
        }
        if (FAULTS.includes(refused.code)) faults += 1;
        if (isWorthRetrying(refused) && faults < FAULTS_BORNE) {
          this.stuck = true;
          await Promise.race([this.#ports.sleep(backoffMs(this.#attempt)), new Promise<void>((resolve) => (this.#wake = resolve))]);
          this.#wake = null;
          this.#attempt += 1;
          continue;
        }
        this.refused = { tap, refusal: refused };
      }
      this.#attempt = 0;
      faults = 0;
      this.stuck = false;
      await this.#ports.store.remove(tap.requestId);
    }
  }
}
