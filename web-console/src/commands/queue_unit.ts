// Q 2041 A12: the order waits until the unit is free.
import type { Command } from "./command";

export const queueUnit: Command = {
  verb: "Q",
  hint: "command_hint_queue",
  arguments: ["incident", "unit"],
  repeats: false,
  perform: ({ incident, units }, effects) => (incident && units[0] ? effects.queue(incident, units[0]) : undefined),
};
