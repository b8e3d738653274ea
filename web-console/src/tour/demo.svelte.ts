// What a demo server tells beside its API: pace, stories that were told, how a training shift goes. Any other server has none of it.

import type { Streets } from "../map/streets";

/** How often a demo is asked, in milliseconds. */
const ASK_EVERY_MS = 2000;

/** A call of a story that has come in. */
export interface Told {
  story: string;
  /** The incident's number, as it is spoken of. */
  number: number;
}

/** How often something that should be done was done. */
export interface Mark {
  key: string;
  done: number;
  of: number;
  missed: number[];
}

/** How a training shift goes, or went. */
export interface Lesson {
  over: boolean;
  incidents: number;
  by_rules: number;
  by_operator: number;
  first_order_median_ms: number | null;
  alarm_median_ms: number | null;
  marks: Mark[];
}

/** What a demo shows. */
export interface Shown {
  pace: number;
  training: boolean;
  /** Whether the tour's card is open at the beginning. */
  tour: boolean;
  stories: Told[];
  lesson: Lesson | null;
}

/** The demo behind this page, if it is one. */
export class Demo {
  shown: Shown | null = $state.raw(null);
  /** Why the last change was not taken; empty when it was. */
  trouble = $state("");

  #token: () => string | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(token: () => string | null) {
    this.#token = token;
  }

  /** Asks once whether this is a demo, and goes on asking while it is. Gives back what ends that. */
  start(): () => void {
    void this.#ask(true);
    return () => clearTimeout(this.#timer);
  }

  async setPace(pace: number): Promise<void> {
    await this.#change("/demo/pace", JSON.stringify({ pace }));
  }

  async reset(): Promise<void> {
    await this.#change("/demo/reset");
  }

  /** The county's streets and water; null when this is no demo or they can't be had. */
  async streets(): Promise<Streets | null> {
    try {
      const answer = await fetch("/demo/map");
      return answer.ok ? ((await answer.json()) as Streets) : null;
    } catch {
      return null;
    }
  }

  /** The numbers of a story's newest round: its incidents, the earliest first. */
  numbers(story: string): number[] {
    const told = (this.shown?.stories ?? []).filter((one) => one.story === story).map((one) => one.number);
    return story === "missing_child" ? told.slice(-3) : told.slice(-1);
  }

  async #ask(first: boolean): Promise<void> {
    try {
      const answer = await fetch("/demo", { headers: { accept: "application/json" } });
      const isDemo = answer.ok && (answer.headers.get("content-type") ?? "").includes("json");
      // A server that is no demo says so once, and is not asked again.
      if (!isDemo && first) return;
      if (isDemo) this.shown = (await answer.json()) as Shown;
    } catch {
      // A demo that begins anew is away for a moment.
    }
    this.#timer = setTimeout(() => void this.#ask(false), ASK_EVERY_MS);
  }

  async #change(path: string, body?: string): Promise<void> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#token() ?? ""}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    try {
      const answer = await fetch(path, { method: "POST", headers, ...(body === undefined ? {} : { body }) });
      this.trouble = answer.ok ? "" : (await answer.text()).trim();
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    clearTimeout(this.#timer);
    await this.#ask(false);
  }
}
