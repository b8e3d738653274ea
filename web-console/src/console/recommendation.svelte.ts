// The ranking for the selected incident, as the server worked it out, and how old it is.
import type { Api } from "../api/clients";
import { type Refusal, refusal } from "../api/errors";
import type { AssignmentRole, RankedUnit } from "../gen/oneroom/v1alpha1/ranking_pb";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { millis } from "../shared/time";

/** A ranking older than this is worked out again before anything is sent on it. */
export const FRESH_MS = 10_000;
const LIMIT = 5;

export class Recommendation {
  incidentId = $state("");
  status: "idle" | "working" | "ready" | "failed" = $state("idle");
  recommended: RankedUnit[] = $state.raw([]);
  notEligible: RankedUnit[] = $state.raw([]);
  /** The response plan that applies, a key of the policy; empty when none does. */
  plan = $state("");
  /** Roles of the plan that nobody can be found for, one entry for each unit that is missing. */
  missingRoles: AssignmentRole[] = $state.raw([]);
  /** When the server worked it out, by its clock. */
  computedAtMs = $state(0);
  failure: Refusal | null = $state.raw(null);
  /** When the order of lines last changed, by this window's monotonic clock. */
  reorderedAt = -Infinity;

  #api: Api;
  #serverNow: () => number;
  #running: { incidentId: string; abort: AbortController; done: Promise<void> } | null = null;

  constructor(api: Api, serverNow: () => number) {
    this.#api = api;
    this.#serverNow = serverNow;
  }

  get top(): RankedUnit | undefined {
    return this.recommended[0];
  }

  clear(): void {
    this.#running?.abort.abort();
    this.#running = null;
    this.incidentId = "";
    this.status = "idle";
    this.recommended = [];
    this.notEligible = [];
    this.plan = "";
    this.missingRoles = [];
  }

  /** Asks for the ranking now. What is shown for the same incident stays until the answer is there. */
  async load(incident: Incident): Promise<void> {
    this.#running?.abort.abort();
    if (this.incidentId !== incident.incidentId) {
      this.recommended = [];
      this.notEligible = [];
      this.plan = "";
      this.missingRoles = [];
      this.computedAtMs = 0;
    }
    this.incidentId = incident.incidentId;
    this.status = "working";
    const abort = new AbortController();
    const done = this.#ask(incident, abort.signal);
    this.#running = { incidentId: incident.incidentId, abort, done };
    await done;
  }

  /** Makes sure that the ranking is this incident's and younger than 10 s. */
  async freshen(incident: Incident): Promise<void> {
    const running = this.#running;
    if (this.status === "working" && running?.incidentId === incident.incidentId) await running.done;
    const fits = this.incidentId === incident.incidentId && this.status === "ready";
    if (fits && this.#serverNow() - this.computedAtMs <= FRESH_MS) return;
    await this.load(incident);
  }

  async #ask(incident: Incident, signal: AbortSignal): Promise<void> {
    const request = { logId: incident.logId, incidentId: incident.incidentId, limit: LIMIT };
    try {
      const answer = await this.#api.dispatch.recommendUnits(request, { signal });
      if (signal.aborted) return;
      if (!sameUnits(this.recommended, answer.recommended)) this.reorderedAt = performance.now();
      this.recommended = answer.recommended;
      this.notEligible = answer.notEligible;
      this.plan = answer.plan;
      this.missingRoles = answer.missingRoles;
      this.computedAtMs = answer.computedAt ? millis(answer.computedAt) : this.#serverNow();
      this.failure = null;
      this.status = "ready";
    } catch (thrown) {
      if (signal.aborted) return;
      this.failure = refusal(thrown);
      this.status = "failed";
    }
  }
}

function sameUnits(a: readonly RankedUnit[], b: readonly RankedUnit[]): boolean {
  return a.length === b.length && a.every(({ unitId }, i) => unitId === b[i]?.unitId);
}
