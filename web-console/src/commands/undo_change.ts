// Z 2041: takes back the last change of an incident.
import type { Command } from "./command";

export const undoChange: Command = {
  verb: "Z",
  hint: "command_hint_undo",
  arguments: ["incident"],
  repeats: false,
  perform: ({ incident }, effects) => (incident ? effects.undo(incident) : undefined),
};
