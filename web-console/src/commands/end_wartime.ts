// WE 610824-01: switches wartime mode of an area off.
import type { Command } from "./command";

export const endWartime: Command = {
  verb: "WE",
  hint: "command_hint_end_wartime",
  arguments: ["wartime_area"],
  repeats: false,
  perform: ({ agencyId }, effects) => effects.endWartime(agencyId),
};
