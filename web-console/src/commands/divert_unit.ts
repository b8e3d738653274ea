// DV 2041 A12: takes a unit off what it is on, for something more urgent.
import type { Command } from "./command";

export const divertUnit: Command = {
  verb: "DV",
  hint: "command_hint_divert",
  arguments: ["incident", "unit"],
  repeats: false,
  perform: ({ incident, units }, effects) => (incident && units[0] ? effects.divert(incident, units[0]) : undefined),
};
