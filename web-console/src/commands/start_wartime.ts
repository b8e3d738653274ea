// WT 610824-01 8 exercise: switches wartime mode (战时联勤) on for an area, for so many hours, for a reason.
import type { Command } from "./command";

export const startWartime: Command = {
  verb: "WT",
  hint: "command_hint_start_wartime",
  arguments: ["agency", "hours", "wartime"],
  repeats: false,
  perform: ({ agencyId, hours, reason }, effects) => effects.startWartime(agencyId, hours, reason),
};
