// What one console window is doing: who is signed in, what is selected, what was answered last.
import { getContext, setContext } from "svelte";
import { Code } from "@connectrpc/connect";
import { type Api, connectApi } from "../api/clients";
import { type Refusal, refusal } from "../api/errors";
import { TokenKeeper } from "../api/token";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { type GetSessionResponse, Role } from "../gen/oneroom/v1alpha1/session_service_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import type { Wartime } from "../gen/oneroom/v1alpha1/wartime_pb";
import type { Values } from "../messages/language.svelte";
import type { Streets } from "../map/streets";
import type { MessageKey } from "../messages/zh";
import { millis } from "../shared/time";
import { Directory } from "../store/directory.svelte";
import { WindowStore } from "../store/window_store.svelte";
import { IntakeDraft } from "./intake_draft.svelte";
import { Recommendation } from "./recommendation.svelte";

/** One line about the last thing done or refused; kept as a key, so that it is reworded when the language changes. */
export interface Notice {
  tone: "working" | "done" | "problem";
  key: MessageKey;
  values: Values;
}

/** One's own last change, which can be taken back with one key for a moment. */
export interface UndoOffer {
  incidentId: string;
  /** Where in the log the change is: what came after it is somebody else's. */
  seq: bigint;
  /** Until when it is offered, by this window's monotonic clock in milliseconds. */
  untilMs: number;
}

/** How long the undo of one's own change is offered. Later it is a command: Z number. */
export const UNDO_OFFERED_MS = 5000;

/** What stands over the side column: an empty name is nothing. A new call comes before it. */
export type Panel = "" | "wartime" | "shifts";

/** A form that is open beside the facts of one incident. */
export interface DetailForm {
  form: "split" | "note";
  incidentId: string;
}

/** The panes that keys lead to. */
export type Pane = "pending" | "map" | "recommended" | "active" | "units" | "alarms" | "command";

export class Console {
  readonly tokens = new TokenKeeper(sessionStorage, "oneroom.token");
  readonly api: Api = connectApi(() => this.tokens.get());
  readonly store: WindowStore;
  readonly directory = new Directory(this.api);
  readonly recommendation: Recommendation;
  readonly draft = new IntakeDraft();

  signedIn = $state(false);
  session: GetSessionResponse | null = $state.raw(null);
  selectedIncidentId = $state("");
  selectedUnitId = $state("");
  notice: Notice | null = $state.raw(null);
  undoOffer: UndoOffer | null = $state.raw(null);
  intakeOpen = $state(false);
  helpOpen = $state(false);
  panel: Panel = $state("");
  detailForm: DetailForm | null = $state.raw(null);
  /** The next click on the map is the place of the call. */
  pickingPlace = $state(false);
  /** The unit the map follows; empty when none. */
  followUnitId = $state("");
  /** Where the map should go next; the map clears it. */
  goTo: { latE7: number; lonE7: number } | null = $state.raw(null);

  /** Streets and water of the county, where the server has them. */
  streets: Streets | null = $state.raw(null);

  #focus = new Map<Pane, () => void>();

  constructor() {
    this.store = new WindowStore({ token: () => this.tokens.get(), tokenIsGood: () => this.#tokenIsGood() });
    this.recommendation = new Recommendation(this.api, () => this.store.clock.exact());
  }

  /** Whether this account may give orders. */
  get mayOrder(): boolean {
    return this.session === null || this.session.role === Role.OPERATOR;
  }

  get selectedIncident(): Incident | undefined {
    return this.selectedIncidentId === "" ? undefined : this.store.picture.incidents.get(this.selectedIncidentId)?.image;
  }

  get selectedUnit(): Unit | undefined {
    return this.selectedUnitId === "" ? undefined : this.store.picture.units.get(this.selectedUnitId)?.image;
  }

  start(): void {
    this.tokens.takeFromAddress(location, history);
    if (this.tokens.get() === "") return;
    this.signedIn = true;
    this.store.start();
    void this.#tokenIsGood();
  }

  async signIn(principalId: string, password: string): Promise<Refusal | null> {
    try {
      const { token } = await this.api.session.createSession({ principalId, password });
      this.tokens.set(token);
    } catch (thrown) {
      return refusal(thrown);
    }
    this.notice = null;
    this.start();
    return null;
  }

  async signOut(): Promise<void> {
    this.store.stop();
    // The window is signed out whatever the server says; a token it could not end expires by itself.
    await this.api.session.endSession({}).catch(() => undefined);
    this.tokens.clear();
    location.reload();
  }

  selectIncident(incident: Incident): void {
    this.selectedIncidentId = incident.incidentId;
    if (incident.place?.position) this.goTo = incident.place.position;
  }

  selectUnit(unit: Unit): void {
    this.selectedUnitId = unit.unitId;
    const fix = this.store.picture.units.untracked.get(unit.unitId)?.fix;
    if (fix) this.goTo = { latE7: fix.latE7, lonE7: fix.lonE7 };
  }

  /** Offers to take back what was just recorded at `seq`. */
  offerUndo(incidentId: string, seq: bigint): void {
    this.undoOffer = { incidentId, seq, untilMs: performance.now() + UNDO_OFFERED_MS };
  }

  /** The incident whose change is offered to be taken back, once the picture shows that it can be. */
  get undoable(): Incident | undefined {
    const offer = this.undoOffer;
    const incident = offer ? this.store.picture.incidents.get(offer.incidentId)?.image : undefined;
    return offer && incident?.lastChange && incident.lastChange.seq <= offer.seq ? incident : undefined;
  }

  /** Wartime modes (战时联勤) that hold now, the first to end first. */
  get wartimeModes(): Wartime[] {
    const now = this.store.clock.nowMs;
    const modes = [...this.store.picture.wartime.rows.values()].map(({ image }) => image);
    return modes.filter((mode) => !mode.endedAt && (now === 0 || millis(mode.until) > now)).sort((a, b) => millis(a.until) - millis(b.until));
  }

  /** The form that is open for this incident; empty when none is. */
  formOf(incidentId: string): DetailForm["form"] | "" {
    return this.detailForm?.incidentId === incidentId ? this.detailForm.form : "";
  }

  /** Opens a form beside an incident, which is selected. */
  openForm(form: DetailForm["form"], incident: Incident): void {
    if (this.selectedIncidentId !== incident.incidentId) this.selectIncident(incident);
    this.detailForm = { form, incidentId: incident.incidentId };
  }

  openPanel(panel: Panel): void {
    this.intakeOpen = false;
    this.panel = panel;
  }

  /** Whether this account answers for an agency: its room, or one below it. */
  covers(agencyId: string): boolean {
    return this.directory.isUnder(agencyId, this.session?.jurisdictions ?? []);
  }

  say(tone: Notice["tone"], key: MessageKey, values: Values = {}): void {
    this.notice = { tone, key, values };
  }

  /** Shows a refusal in one line: what, where, who holds it. */
  sayRefusal(thrown: unknown): Refusal {
    const refused = refusal(thrown);
    const key = refused.key === "error_lost_race" && refused.holder !== "" ? "error_lost_race_holder" : refused.key;
    this.say("problem", key, { detail: refused.detail, holder: refused.holder });
    if (refused.code === Code.Unauthenticated) this.#ended();
    return refused;
  }

  callSignOf = (unitId: string): string | undefined => this.store.picture.units.get(unitId)?.image.callSign;

  /** A pane says how it takes the focus; the answer takes it back. */
  offerFocus(pane: Pane, take: () => void): () => void {
    this.#focus.set(pane, take);
    return () => this.#focus.delete(pane);
  }

  focus(pane: Pane): void {
    this.#focus.get(pane)?.();
  }

  async #tokenIsGood(): Promise<boolean> {
    try {
      this.session = await this.api.session.getSession({});
      return true;
    } catch (thrown) {
      if (refusal(thrown).code !== Code.Unauthenticated) return true;
      this.#ended();
      return false;
    }
  }

  #ended(): void {
    this.store.stop();
    this.tokens.clear();
    this.signedIn = false;
    this.say("problem", "error_signed_out");
  }
}

const CONTEXT = Symbol("console");
export const provideConsole = (console: Console) => setContext(CONTEXT, console);
export const useConsole = () => getContext<Console>(CONTEXT);
