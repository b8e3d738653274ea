// X 2041 test: calls an incident off.
import type { Command } from "./command";

export const cancelIncident: Command = {
  verb: "X",
  hint: "command_hint_cancel",
  arguments: ["incident", "cancel"],
  repeats: false,
  perform: ({ incident, reason }, effects) => (incident ? effects.cancel(incident, reason) : undefined),
};
