// QS 2041: signs (签收) what a desk above passed down.
import type { Command } from "./command";

export const signIncident: Command = {
  verb: "QS",
  hint: "command_hint_sign",
  arguments: ["incident"],
  repeats: false,
  perform: ({ incident }, effects) => (incident ? effects.sign(incident) : undefined),
};
