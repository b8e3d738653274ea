// PN 2041: opens the form for a note about the address of an incident (地址提示).
import type { Command } from "./command";

export const writeNote: Command = {
  verb: "PN",
  hint: "command_hint_note",
  arguments: ["incident"],
  repeats: false,
  perform: ({ incident }, effects) => (incident ? effects.writeNote(incident) : undefined),
};
