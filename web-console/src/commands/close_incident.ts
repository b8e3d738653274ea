// C 2041 handled: resolves an incident with its outcome, and closes it.
import type { Command } from "./command";

export const closeIncident: Command = {
  verb: "C",
  hint: "command_hint_close",
  arguments: ["incident", "disposition"],
  repeats: false,
  perform: ({ incident, disposition }, effects) => (incident ? effects.closeIncident(incident, disposition) : undefined),
};
