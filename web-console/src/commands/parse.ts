// Reads the command line: a command with what its arguments name, or the token that is wrong and why.
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import type { Values } from "../messages/language.svelte";
import type { MessageKey } from "../messages/zh";
import { type Argument, type Command, fullNumber, type Names, type Resolved, type Vocabulary, WARTIME_HOURS_MAX } from "./command";
import { COMMANDS } from "./index";

/** A word and where it stands. */
export interface Token {
  text: string;
  start: number;
  end: number;
}

/** What is wrong, and where: `start` to `end` is marked under the text. */
export interface SyntaxProblem {
  key: MessageKey;
  values: Values;
  start: number;
  end: number;
}

export type Parsed = { ok: true; command: Command; resolved: Resolved } | { ok: false; problem: SyntaxProblem };

/** Splits at white space, also the full-width one a Chinese keyboard makes. */
export function tokens(text: string): Token[] {
  return [...text.matchAll(/[^\s\u3000]+/gu)].map((found) => ({ text: found[0], start: found.index, end: found.index + found[0].length }));
}

const fold = (text: string) => text.normalize("NFKC").toUpperCase();

/** The command a verb names; full-width and lower-case letters are taken too. */
export function commandOf(verb: string): Command | undefined {
  return COMMANDS.find((command) => command.verb === fold(verb));
}

export function parse(text: string, vocabulary: Vocabulary): Parsed {
  const words = tokens(text);
  const verb = words[0];
  if (!verb) return wrong("command_unknown", { text: "", start: 0, end: 0 });
  const command = commandOf(verb.text);
  if (!command) return wrong("command_unknown", verb);
  const resolved: Resolved = { units: [], disposition: "", reason: "", priority: 0, agencyId: "", hours: 0 };
  const last = command.arguments.at(-1);
  const given = words.slice(1);
  for (let i = 0; i < Math.max(given.length, command.arguments.length); i += 1) {
    const kind = command.arguments[i] ?? (command.repeats ? last : undefined);
    const word = given[i];
    if (!word) return missing(kind, text);
    if (!kind) return wrong("command_too_much", word);
    const problem = resolve(kind, word, resolved, vocabulary);
    if (problem) return { ok: false, problem };
  }
  return { ok: true, command, resolved };
}

function resolve(kind: Argument, word: Token, into: Resolved, vocabulary: Vocabulary): SyntaxProblem | null {
  switch (kind) {
    case "incident":
    case "other": {
      const found = incidentsNamed(word.text, vocabulary);
      if (found.length === 0) return problemAt("command_no_incident", word);
      if (found.length > 1) return problemAt("command_many_incidents", word, { n: found.length, example: fullNumber(found[0]!) });
      into[kind] = found[0]!;
      return null;
    }
    case "priority": {
      const level = /^[1-4]$/.test(fold(word.text)) ? Number(fold(word.text)) : 0;
      if (level === 0) return problemAt("command_no_priority", word);
      into.priority = level;
      return null;
    }
    case "agency": {
      const found = named(vocabulary.agencies(), word.text);
      if (!found) return problemAt("command_no_agency", word);
      into.agencyId = found.key;
      return null;
    }
    case "wartime_area": {
      const found = named(vocabulary.wartimeAreas(), word.text);
      if (!found) return problemAt("command_no_wartime", word);
      into.agencyId = found.key;
      return null;
    }
    case "hours": {
      const hours = /^\d{1,3}$/.test(fold(word.text)) ? Number(fold(word.text)) : 0;
      if (hours < 1 || hours > WARTIME_HOURS_MAX) return problemAt("command_no_hours", word, { max: WARTIME_HOURS_MAX });
      into.hours = hours;
      return null;
    }
    case "hold":
    case "cancel":
    case "wartime": {
      const found = named(vocabulary.reasons(kind), word.text);
      if (!found) return problemAt("command_no_reason", word);
      into.reason = found.key;
      return null;
    }
    case "unit": {
      const found = unitsNamed(word.text, vocabulary, into.incident?.logId);
      if (found.length === 0) return problemAt("command_no_unit", word);
      if (found.length > 1) return problemAt("command_many_units", word, { n: found.length });
      if (into.units.includes(found[0]!)) return problemAt("command_unit_twice", word);
      into.units.push(found[0]!);
      return null;
    }
    case "disposition": {
      const found = named(vocabulary.dispositions(), word.text);
      if (!found) return problemAt("command_no_disposition", word);
      into.disposition = found.key;
      return null;
    }
  }
}

/** What a word names: a key or either name, with underscores for spaces. */
function named(list: readonly Names[], word: string): Names | undefined {
  const wanted = fold(word);
  return list.find(({ key, zh, en }) => [key, zh, en.replaceAll(" ", "_")].some((name) => fold(name) === wanted));
}

/** Open incidents by running number, or one by its full number. */
function incidentsNamed(word: string, vocabulary: Vocabulary): Incident[] {
  const name = word.normalize("NFKC").replace(/^#/, "");
  const found: Incident[] = [];
  for (const incident of vocabulary.incidents()) {
    if (String(incident.number) === name || fullNumber(incident) === name) found.push(incident);
  }
  return found;
}

/** Units by call sign; call signs are unique in a log, so the incident's log decides between equal ones. */
function unitsNamed(word: string, vocabulary: Vocabulary, logId: string | undefined): Unit[] {
  const name = fold(word);
  const found: Unit[] = [];
  for (const unit of vocabulary.units()) if (fold(unit.callSign) === name) found.push(unit);
  const own = found.filter((unit) => unit.logId === logId);
  return own.length > 0 ? own : found;
}

const MISSING: Partial<Record<Argument, MessageKey>> = {
  incident: "command_missing_incident",
  other: "command_missing_incident",
  unit: "command_missing_unit",
  disposition: "command_missing_disposition",
};

function missing(kind: Argument | undefined, text: string): Parsed {
  const key = (kind && MISSING[kind]) ?? "command_missing_word";
  const end = text.trimEnd().length;
  return { ok: false, problem: { key, values: {}, start: end + 1, end: end + 2 } };
}

const problemAt = (key: MessageKey, token: Token, values: Values = {}): SyntaxProblem => ({
  key,
  values: { token: token.text, ...values },
  start: token.start,
  end: token.end,
});
const wrong = (key: MessageKey, token: Token): Parsed => ({ ok: false, problem: problemAt(key, token) });
