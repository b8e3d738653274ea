// M 2043 2041: merges the first into the second.
import type { Command } from "./command";

export const mergeIncidents: Command = {
  verb: "M",
  hint: "command_hint_merge",
  arguments: ["incident", "other"],
  repeats: false,
  perform: ({ incident, other }, effects) => (incident && other ? effects.merge(incident, other) : undefined),
};
