// What the word under the cursor could become.
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { type Unit, UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { byPriorityThenAge } from "../store/queue";
import type { Names, Vocabulary } from "./command";
import { COMMANDS } from "./index";
import { commandOf, tokens } from "./parse";

/** Offers shown at most. */
export const OFFERS = 8;
/** Periods that are offered, in hours. */
const HOURS = ["1", "2", "4", "8", "12", "24", "48", "72"];

export interface Offer {
  /** What replaces the word. */
  text: string;
  /** What it is, for the list: kept as ids, worded by the component. */
  of:
    | { kind: "verb"; verb: string }
    | { kind: "incident"; id: string }
    | { kind: "unit"; id: string }
    | { kind: "disposition"; key: string }
    | { kind: "named"; zh: string; en: string };
}

export interface Completion {
  offers: Offer[];
  /** The part of the text that an offer replaces. */
  start: number;
  end: number;
}

/** Offers for the word that ends at the cursor (an empty word after a space). */
export function complete(text: string, cursor: number, vocabulary: Vocabulary): Completion {
  const before = tokens(text.slice(0, cursor));
  const open = before.at(-1)?.end === cursor ? before.at(-1) : undefined;
  const index = open ? before.length - 1 : before.length;
  const prefix = (open?.text ?? "").normalize("NFKC").toUpperCase();
  const at = { start: open?.start ?? cursor, end: cursor };
  if (index === 0) {
    const offers: Offer[] = COMMANDS.filter(({ verb }) => verb.startsWith(prefix)).map(({ verb }) => ({ text: verb, of: { kind: "verb", verb } }));
    return { offers, ...at };
  }
  const command = commandOf(before[0]!.text);
  const kind = command?.arguments[index - 1] ?? (command?.repeats ? command.arguments.at(-1) : undefined);
  switch (kind) {
    case "incident":
    case "other":
      return { offers: incidents(prefix.replace(/^#/, ""), vocabulary), ...at };
    case "unit":
      return { offers: units(prefix, new Set(before.slice(2, index).map(({ text: word }) => word.toUpperCase())), vocabulary), ...at };
    case "disposition":
      return { offers: dispositions(prefix, vocabulary), ...at };
    case "priority":
      return { offers: ["1", "2", "3", "4"].map((text) => ({ text, of: { kind: "named", zh: "", en: "" } })), ...at };
    case "agency":
      return { offers: named(prefix, vocabulary.agencies()), ...at };
    case "wartime_area":
      return { offers: named(prefix, vocabulary.wartimeAreas()), ...at };
    case "hours":
      return { offers: HOURS.filter((text) => text.startsWith(prefix)).map((text) => ({ text, of: { kind: "named", zh: "小时", en: "hours" } })), ...at };
    case "hold":
    case "cancel":
    case "wartime":
      return { offers: named(prefix, vocabulary.reasons(kind)), ...at };
    default:
      return { offers: [], ...at };
  }
}

function named(prefix: string, list: readonly Names[]): Offer[] {
  return list
    .filter(({ key, zh, en }) => [key, zh, en].some((name) => name.toUpperCase().startsWith(prefix)))
    .slice(0, OFFERS)
    .map(({ key, zh, en }) => ({ text: key, of: { kind: "named", zh, en } }));
}

function incidents(prefix: string, vocabulary: Vocabulary): Offer[] {
  const fitting: Incident[] = [];
  for (const incident of vocabulary.incidents()) if (String(incident.number).startsWith(prefix)) fitting.push(incident);
  return fitting
    .sort(byPriorityThenAge)
    .slice(0, OFFERS)
    .map(({ number, incidentId }) => ({ text: String(number), of: { kind: "incident", id: incidentId } }));
}

function units(prefix: string, taken: ReadonlySet<string>, vocabulary: Vocabulary): Offer[] {
  const free: Unit[] = [];
  const others: Unit[] = [];
  for (const unit of vocabulary.units()) {
    const name = unit.callSign.toUpperCase();
    if (!name.startsWith(prefix) || taken.has(name) || unit.state === UnitState.OFF_DUTY) continue;
    (unit.state === UnitState.AVAILABLE ? free : others).push(unit);
  }
  const byCallSign = (a: { callSign: string }, b: { callSign: string }) => (a.callSign < b.callSign ? -1 : a.callSign > b.callSign ? 1 : 0);
  const ordered = free.sort(byCallSign).slice(0, OFFERS);
  if (ordered.length < OFFERS) ordered.push(...others.sort(byCallSign).slice(0, OFFERS - ordered.length));
  return ordered.map(({ callSign, unitId }) => ({ text: callSign, of: { kind: "unit", id: unitId } }));
}

function dispositions(prefix: string, vocabulary: Vocabulary): Offer[] {
  return vocabulary
    .dispositions()
    .filter(({ key, zh, en }) => [key, zh, en].some((name) => name.toUpperCase().startsWith(prefix)))
    .slice(0, OFFERS)
    .map(({ key }) => ({ text: key, of: { kind: "disposition", key } }));
}
