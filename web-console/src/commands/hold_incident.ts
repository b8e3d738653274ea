// H 2041 call_back: keeps an incident back for ten minutes.
import type { Command } from "./command";

export const holdIncident: Command = {
  verb: "H",
  hint: "command_hint_hold",
  arguments: ["incident", "hold"],
  repeats: false,
  perform: ({ incident, reason }, effects) => (incident ? effects.hold(incident, reason) : undefined),
};
