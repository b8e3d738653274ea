// SP 2041: opens the form that makes two incidents of one.
import type { Command } from "./command";

export const splitIncident: Command = {
  verb: "SP",
  hint: "command_hint_split",
  arguments: ["incident"],
  repeats: false,
  perform: ({ incident }, effects) => (incident ? effects.split(incident) : undefined),
};
