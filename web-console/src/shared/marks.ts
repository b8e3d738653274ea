// The mark of a unit or an order: always a shape and a word, and a colour only when it means «look here».
import { type Assignment, AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import { type Unit, UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import type { MessageKey } from "../messages/zh";
import { millis } from "./time";

/** Shapes of the map, the lists and the legend alike. */
export type Shape = "circle" | "half" | "diamond" | "open_diamond" | "dotted_diamond" | "triangle" | "square" | "cross" | "star" | "bars";
/** Tones of the theme: `look` is amber, `alert` red, `move` blue, `calm` plain text, `faint` grey. */
export type Tone = "calm" | "move" | "look" | "alert" | "faint";

export interface Mark {
  shape: Shape;
  tone: Tone;
  word: MessageKey;
}

/** The glyph of a shape, for text. */
export const GLYPH: Record<Shape, string> = {
  circle: "●",
  half: "◐",
  diamond: "◆",
  open_diamond: "◇",
  dotted_diamond: "◈",
  triangle: "▲",
  square: "■",
  cross: "✕",
  star: "⚠",
  bars: "≡",
};

/** A fix older than this is stale: milliseconds. */
export const STALE_FIX_MS = 60_000;

const ASSIGNMENT: Partial<Record<AssignmentState, Mark>> = {
  [AssignmentState.OFFERED]: { shape: "open_diamond", tone: "look", word: "state_offered" },
  [AssignmentState.DELIVERED]: { shape: "dotted_diamond", tone: "look", word: "state_delivered" },
  [AssignmentState.SEEN]: { shape: "dotted_diamond", tone: "look", word: "state_seen" },
  [AssignmentState.ACKNOWLEDGED]: { shape: "diamond", tone: "calm", word: "state_acknowledged" },
  [AssignmentState.EN_ROUTE]: { shape: "triangle", tone: "move", word: "state_en_route" },
  [AssignmentState.ON_SCENE]: { shape: "square", tone: "calm", word: "state_on_scene" },
  [AssignmentState.QUEUED]: { shape: "bars", tone: "faint", word: "state_queued" },
  [AssignmentState.CLEARED]: { shape: "circle", tone: "faint", word: "state_cleared" },
  [AssignmentState.DECLINED]: { shape: "cross", tone: "alert", word: "state_declined" },
  [AssignmentState.EXPIRED]: { shape: "cross", tone: "alert", word: "state_expired" },
  [AssignmentState.RECALLED]: { shape: "cross", tone: "faint", word: "state_recalled" },
};
const UNIT: Partial<Record<UnitState, Mark>> = {
  [UnitState.OFF_DUTY]: { shape: "cross", tone: "faint", word: "unit_off_duty" },
  [UnitState.AVAILABLE]: { shape: "circle", tone: "calm", word: "unit_available" },
  [UnitState.CONDITIONALLY_AVAILABLE]: { shape: "half", tone: "calm", word: "unit_conditional" },
  [UnitState.OUT_OF_SERVICE]: { shape: "cross", tone: "faint", word: "unit_out_of_service" },
};
/** A unit whose emergency button was pressed: whatever else it does, this is what is seen. */
const EMERGENCY: Mark = { shape: "star", tone: "alert", word: "unit_emergency" };
const ENGAGED: Mark = { shape: "diamond", tone: "calm", word: "unit_engaged" };

/** Whether an order waits for its unit to take it. */
export function isUnacknowledged(state: AssignmentState): boolean {
  return state === AssignmentState.OFFERED || state === AssignmentState.DELIVERED || state === AssignmentState.SEEN;
}

/** Milliseconds left to acknowledge, negative when over, null when nothing is waited for. */
export function acknowledgeLeftMs(assignment: Assignment, serverNowMs: number): number | null {
  if (!isUnacknowledged(assignment.state) || !assignment.acknowledgeBy) return null;
  return millis(assignment.acknowledgeBy) - serverNowMs;
}

export function assignmentMark(assignment: Assignment): Mark {
  return ASSIGNMENT[assignment.state] ?? ENGAGED;
}

/** A unit in an emergency shows that; an engaged unit shows its assignment's mark, any other its own state. */
export function unitMark(unit: Unit, assignment: Assignment | undefined): Mark {
  if (unit.emergency) return EMERGENCY;
  if (unit.state !== UnitState.ENGAGED) return UNIT[unit.state] ?? ENGAGED;
  return assignment ? assignmentMark(assignment) : ENGAGED;
}
