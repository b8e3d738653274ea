// N: opens the form for a new call.
import type { Command } from "./command";

export const newIncident: Command = { verb: "N", hint: "command_hint_new", arguments: [], repeats: false, perform: (_, effects) => effects.newIncident() };
