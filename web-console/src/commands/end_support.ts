// WX 2041: support is not needed any more; ends the whistles (吹哨) of an incident.
import type { Command } from "./command";

export const endSupport: Command = {
  verb: "WX",
  hint: "command_hint_end_support",
  arguments: ["incident"],
  repeats: false,
  perform: ({ incident }, effects) => (incident ? effects.endWhistles(incident) : undefined),
};
