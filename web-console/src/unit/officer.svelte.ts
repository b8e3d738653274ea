// What the officers' app is doing: its unit, its order, its outbox.
import { Code } from "@connectrpc/connect";
import { type Api, connectApi } from "../api/clients";
import { refusal } from "../api/errors";
import { TokenKeeper } from "../api/token";
import { type Assignment, AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import { millis } from "../shared/time";
import { Directory } from "../store/directory.svelte";
import { isActive } from "../store/picture.svelte";
import { WindowStore } from "../store/window_store.svelte";
import { Outbox } from "./outbox.svelte";
import { tappedState } from "./steps";
import { sendTap, type TapBody } from "./tap";
import { TapStore } from "./tap_store";

const CLOCK_KEY = "oneroom.clock_offset_ms";

export class Officer {
  /** The device keeps its token: taps that wait must still be delivered after the app was closed. */
  readonly tokens = new TokenKeeper(localStorage, "oneroom.unit_token");
  readonly api: Api = connectApi(() => this.tokens.get());
  readonly store: WindowStore;
  readonly directory = new Directory(this.api);
  readonly outbox: Outbox;

  signedIn = $state(false);
  /** Why a tap could not even be kept; empty when it could. */
  storageProblem = $state("");
  #marked = new Set<string>();

  constructor() {
    this.store = new WindowStore({ token: () => this.tokens.get(), tokenIsGood: () => this.#tokenIsGood() });
    this.outbox = new Outbox({
      store: new TapStore(),
      send: (tap) => sendTap(this.api, tap),
      nowMs: () => this.nowMs(),
      alone: (run) => (navigator.locks ? navigator.locks.request("oneroom-outbox", run) : run()),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      signedOut: () => this.#ended(),
    });
  }

  start(): void {
    this.tokens.takeFromAddress(location, history);
    if (this.tokens.get() === "") return;
    this.signedIn = true;
    this.store.start();
    this.outbox.start().catch((thrown: unknown) => (this.storageProblem = String(thrown)));
  }

  useToken(token: string): void {
    this.tokens.set(token.trim());
    this.start();
  }

  signOut(): void {
    this.tokens.clear();
    location.reload();
  }

  get unit(): Unit | undefined {
    const unitId = this.store.welcome?.unitId ?? "";
    return unitId === "" ? undefined : this.store.picture.units.get(unitId)?.image;
  }

  /** This unit's assignments that are not over, oldest first, as far as it has tapped them itself. */
  get orders(): { assignment: Assignment; logId: string; state: AssignmentState }[] {
    const unitId = this.store.welcome?.unitId ?? "";
    const unseen = this.outbox.unseen;
    return [...this.store.picture.assignments.rows.values()]
      .filter(({ image }) => image.unitId === unitId && isActive(image))
      .sort((a, b) => millis(a.image.offeredAt) - millis(b.image.offeredAt))
      .map(({ image, logId }) => ({ assignment: image, logId, state: tappedState(image, unseen) }))
      .filter(({ state }) => state <= AssignmentState.ON_SCENE);
  }

  /** Orders that wait until this unit is free, the next first. */
  get queued(): Assignment[] {
    const ids = this.unit?.queuedAssignmentIds ?? [];
    return ids.map((id) => this.store.picture.assignments.get(id)?.image).filter((image) => image !== undefined);
  }

  /** The server's time, from the last known difference when there is no connection. */
  nowMs(): number {
    if (this.store.clock.nowMs !== 0) return this.store.clock.exact();
    const kept = Number(localStorage.getItem(CLOCK_KEY) ?? "0");
    return Date.now() + (Number.isFinite(kept) ? kept : 0);
  }

  /** Remembers how far this device's clock is off, for taps without a connection. */
  keepClock(): void {
    if (this.store.clock.nowMs !== 0) localStorage.setItem(CLOCK_KEY, String(Math.round(this.store.clock.exact() - Date.now())));
  }

  async tap(logId: string, body: TapBody): Promise<boolean> {
    try {
      await this.outbox.tap(logId, body);
      this.storageProblem = "";
      return true;
    } catch (thrown) {
      this.storageProblem = thrown instanceof Error ? thrown.message : String(thrown);
      return false;
    }
  }

  /** Says once that an order is on this device, and once that it was on screen. */
  mark(assignment: Assignment, logId: string, onScreen: boolean): void {
    const { assignmentId, state } = assignment;
    if (state === AssignmentState.OFFERED) this.#once("mark_delivered", assignmentId, logId);
    if (onScreen && (state === AssignmentState.OFFERED || state === AssignmentState.DELIVERED)) this.#once("mark_seen", assignmentId, logId);
  }

  #once(kind: "mark_delivered" | "mark_seen", assignmentId: string, logId: string): void {
    const key = `${kind} ${assignmentId}`;
    const kept = this.outbox.unseen.some(({ body }) => body.kind === kind && "assignmentId" in body && body.assignmentId === assignmentId);
    if (kept || this.#marked.has(key)) return;
    this.#marked.add(key);
    void this.tap(logId, { kind, assignmentId }).then((done) => {
      if (!done) this.#marked.delete(key);
    });
  }

  async #tokenIsGood(): Promise<boolean> {
    try {
      await this.api.session.getSession({});
      return true;
    } catch (thrown) {
      if (refusal(thrown).code !== Code.Unauthenticated) return true;
      this.#ended();
      return false;
    }
  }

  /** The token is refused: nothing is forgotten, taps wait for a good one. */
  #ended(): void {
    this.store.stop();
    this.tokens.clear();
    this.signedIn = false;
  }
}
