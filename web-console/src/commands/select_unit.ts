// U A12: selects a unit.
import type { Command } from "./command";

export const selectUnit: Command = {
  verb: "U",
  hint: "command_hint_select_unit",
  arguments: ["unit"],
  repeats: false,
  perform: ({ units }, effects) => {
    if (units[0]) effects.selectUnit(units[0]);
  },
};
