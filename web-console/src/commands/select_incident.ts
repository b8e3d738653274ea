// S 2041: selects an incident.
import type { Command } from "./command";

export const selectIncident: Command = {
  verb: "S",
  hint: "command_hint_select_incident",
  arguments: ["incident"],
  repeats: false,
  perform: ({ incident }, effects) => {
    if (incident) effects.selectIncident(incident);
  },
};
