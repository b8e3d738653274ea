// J: shifts and hand-overs (交接班).
import type { Command } from "./command";

export const showShifts: Command = {
  verb: "J",
  hint: "command_hint_shifts",
  arguments: [],
  repeats: false,
  perform: (_, effects) => effects.shifts(),
};
