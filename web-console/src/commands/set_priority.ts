// P 2041 1: sets how urgent an incident is.
import type { Command } from "./command";

export const setPriority: Command = {
  verb: "P",
  hint: "command_hint_priority",
  arguments: ["incident", "priority"],
  repeats: false,
  perform: ({ incident, priority }, effects) => (incident ? effects.setPriority(incident, priority) : undefined),
};
