// D 2041 A12 [B07…]: orders units to an incident.
import type { Command } from "./command";

export const assignUnits: Command = {
  verb: "D",
  hint: "command_hint_assign",
  arguments: ["incident", "unit"],
  repeats: true,
  perform: ({ incident, units }, effects) => (incident ? effects.assign(incident, units) : undefined),
};
