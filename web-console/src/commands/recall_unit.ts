// R 2041 A12: takes an order back.
import type { Command } from "./command";

export const recallUnit: Command = {
  verb: "R",
  hint: "command_hint_recall",
  arguments: ["incident", "unit"],
  repeats: true,
  perform: ({ incident, units }, effects) => (incident ? effects.recall(incident, units) : undefined),
};
