// What a command of the command line is made of. Each command has a file of its own.
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import type { MessageKey } from "../messages/zh";

/** What an argument names. */
export type Argument = "incident" | "other" | "unit" | "disposition" | "priority" | "agency" | "wartime_area" | "hours" | ReasonList;

/** Lists of coded reasons that a command may ask for. */
export type ReasonList = "hold" | "cancel" | "wartime";

/** What the arguments were found to be. */
export interface Resolved {
  incident?: Incident;
  /** A second incident. */
  other?: Incident;
  units: Unit[];
  disposition: string;
  /** A coded reason. */
  reason: string;
  /** 1 to 4; 0 when none was asked for. */
  priority: number;
  /** An agency's id. */
  agencyId: string;
  /** How long, in hours; 0 when none were asked for. */
  hours: number;
}

/** What a command may do. The console hands these in; nothing else is reachable from the command line. */
export interface Effects {
  assign(incident: Incident, units: Unit[]): Promise<void>;
  closeIncident(incident: Incident, disposition: string): Promise<void>;
  recall(incident: Incident, units: Unit[]): Promise<void>;
  hold(incident: Incident, reason: string): Promise<void>;
  undo(incident: Incident): Promise<void>;
  sign(incident: Incident): Promise<void>;
  setPriority(incident: Incident, priority: number): Promise<void>;
  queue(incident: Incident, unit: Unit): Promise<void>;
  divert(incident: Incident, unit: Unit): Promise<void>;
  merge(incident: Incident, into: Incident): Promise<void>;
  cancel(incident: Incident, reason: string): Promise<void>;
  whistle(incident: Incident, agencyId: string): Promise<void>;
  endWhistles(incident: Incident): Promise<void>;
  startWartime(areaId: string, hours: number, reason: string): Promise<void>;
  endWartime(areaId: string): Promise<void>;
  split(incident: Incident): void;
  writeNote(incident: Incident): void;
  shifts(): void;
  selectIncident(incident: Incident): void;
  selectUnit(unit: Unit): void;
  newIncident(): void;
  help(): void;
}

export interface Command {
  /** What is typed first, upper case. */
  verb: string;
  /** One line on how to write it. */
  hint: MessageKey;
  /** Its arguments in order. */
  arguments: readonly Argument[];
  /** Whether the last argument may be repeated. */
  repeats: boolean;
  perform(resolved: Resolved, effects: Effects): Promise<void> | void;
}

/** A key of the policy, or an agency, as the command line accepts it: by key or by either name. */
export interface Names {
  key: string;
  zh: string;
  en: string;
}

/** What can be named right now. */
export interface Vocabulary {
  /** Open incidents. */
  incidents(): Iterable<Incident>;
  units(): Iterable<Unit>;
  dispositions(): readonly Names[];
  reasons(list: ReasonList): readonly Names[];
  agencies(): readonly Names[];
  /** Areas in wartime mode. */
  wartimeAreas(): readonly Names[];
}

/** Longest wartime mode, in hours: the server takes 30 days. */
export const WARTIME_HOURS_MAX = 720;

/** An incident's full name: 610824-20261121-2041. */
export function fullNumber(incident: Incident): string {
  return `${incident.logId}-${incident.localDay}-${incident.number}`;
}
