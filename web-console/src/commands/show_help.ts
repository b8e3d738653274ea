// ?: shows keys and commands.
import type { Command } from "./command";

export const showHelp: Command = { verb: "?", hint: "command_hint_help", arguments: [], repeats: false, perform: (_, effects) => effects.help() };
