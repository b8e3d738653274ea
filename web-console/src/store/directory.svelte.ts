// What forms and names need and what does not change with every event: each log's policy and boundaries, asked for once.
import type { Api } from "../api/clients";
import { refusal } from "../api/errors";
import { untilAnswered } from "../api/retry";
import type { NamedKey, PolicyCategory } from "../gen/oneroom/v1alpha1/policy_pb";
import type { GetPolicyResponse } from "../gen/oneroom/v1alpha1/record_service_pb";
import { language } from "../messages/language.svelte";

/** One agency node: its names, its level (city, county, station, beat, post) and the log it is of. */
export interface AgencyNode {
  zh: string;
  en: string;
  level: string;
  logId: string;
}

export class Directory {
  /** Policies by log. */
  policies: Record<string, GetPolicyResponse> = $state.raw({});
  /** GeoJSON of the boundaries by log. */
  boundaries: Record<string, string> = $state.raw({});
  /** Why boundaries are missing; empty when they are not. */
  boundariesFailed = $state("");
  agencies: ReadonlyMap<string, AgencyNode> = $state.raw(new Map());
  /** The node above each agency node. */
  parents: ReadonlyMap<string, string> = $state.raw(new Map());

  #api: Api;
  #asked = new Set<string>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Asks for what is not known yet of these logs. */
  load(logIds: readonly string[], withBoundaries: boolean): void {
    for (const logId of logIds) {
      if (this.#asked.has(logId)) continue;
      this.#asked.add(logId);
      void this.#loadPolicy(logId);
      if (withBoundaries) void this.#loadBoundaries(logId);
    }
  }

  /** The policy of a log, or any when the log has none yet: forms need words. */
  policy(logId?: string): GetPolicyResponse | undefined {
    return (logId ? this.policies[logId] : undefined) ?? Object.values(this.policies)[0];
  }

  /** A policy's category. */
  category(logId: string, key: string): PolicyCategory | undefined {
    return this.policy(logId)?.categories.find((category) => category.category?.key === key);
  }

  /** The name of an agency node in the current language, its id when unknown. */
  agencyName(id: string): string {
    const name = this.agencies.get(id);
    return name?.[language.code] || name?.zh || id;
  }

  /** Whether an agency node is one of these, or lies below one of them. */
  isUnder(id: string, roots: readonly string[]): boolean {
    const seen = new Set<string>();
    for (let at: string | undefined = id; at !== undefined && !seen.has(at); at = this.parents.get(at)) {
      if (roots.includes(at)) return true;
      seen.add(at);
    }
    return false;
  }

  /** The node above all others of an agency node's log. */
  rootOf(id: string): string {
    const seen = new Set([id]);
    let at = id;
    for (let above = this.parents.get(at); above !== undefined && !seen.has(above); above = this.parents.get(at)) seen.add((at = above));
    return at;
  }

  async #loadPolicy(logId: string): Promise<void> {
    try {
      const policy = await untilAnswered(() => this.#api.record.getPolicy({ logId }));
      this.policies = { ...this.policies, [logId]: policy };
    } catch {
      // Asked again with the next welcome.
      this.#asked.delete(logId);
    }
  }

  async #loadBoundaries(logId: string): Promise<void> {
    try {
      const { geojson } = await untilAnswered(() => this.#api.record.getBoundaries({ logId }));
      this.#readAgencies(geojson, logId);
      this.boundaries = { ...this.boundaries, [logId]: geojson };
      this.boundariesFailed = "";
    } catch (thrown) {
      this.#asked.delete(logId);
      this.boundariesFailed = refusal(thrown).detail;
    }
  }

  #readAgencies(geojson: string, logId: string): void {
    const parsed = JSON.parse(geojson) as { features?: { properties?: Record<string, unknown> }[] };
    const names = new Map(this.agencies);
    const parents = new Map(this.parents);
    for (const { properties } of parsed.features ?? []) {
      const id = properties?.["agency_id"];
      if (typeof id !== "string") continue;
      const parent = properties?.["parent"];
      if (typeof parent === "string" && parent !== "") parents.set(id, parent);
      const text = (name: string) => String(properties?.[name] ?? "");
      names.set(id, { zh: text("name_zh") || id, en: text("name_en"), level: text("level"), logId });
    }
    this.agencies = names;
    this.parents = parents;
  }
}

/** A policy key's name in the current language; the key, spelled out, when the policy does not know it. */
export function nameOf(list: readonly (NamedKey | undefined)[] | undefined, key: string): string {
  const named = list?.find((item) => item?.key === key);
  return (language.code === "zh" ? named?.nameZh : named?.nameEn) || named?.nameZh || key.replaceAll("_", " ");
}
