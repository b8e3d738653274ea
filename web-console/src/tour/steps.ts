// The steps of the guided tour, in order: what to try, and how the page sees that it was done.
import type { MessageKey } from "../messages/zh";

/** What the tour looks at to see that a step was done. */
export interface Seen {
  selected: boolean;
  ordered: boolean;
  helpOpen: boolean;
  languageChanged: boolean;
  paceChanged: boolean;
}

/** One step. */
export interface Step {
  key: MessageKey;
  /** The story it tells of; empty for a step of the console itself. */
  story: string;
  /** Whether it was done; a step without this is left by its button. */
  done?: (seen: Seen) => boolean;
}

export const STEPS: readonly Step[] = [
  { key: "tour_step_pick", story: "", done: (seen) => seen.selected },
  { key: "tour_step_send", story: "", done: (seen) => seen.ordered },
  { key: "tour_step_undo", story: "" },
  { key: "tour_step_drone_first", story: "drone_first" },
  { key: "tour_step_dispute_turns_criminal", story: "dispute_turns_criminal" },
  { key: "tour_step_missing_child", story: "missing_child" },
  { key: "tour_step_help", story: "", done: (seen) => seen.helpOpen },
  { key: "tour_step_language", story: "", done: (seen) => seen.languageChanged },
  { key: "tour_step_pace", story: "", done: (seen) => seen.paceChanged },
  { key: "tour_step_end", story: "" },
];

/** Steps of the console itself only: a training shift tells nothing of what is coming. */
export function stepsOf(training: boolean): readonly Step[] {
  return training ? STEPS.filter((step) => step.story === "") : STEPS;
}
