// W 2041 610824-02: asks a station or a level above for support (吹哨).
import type { Command } from "./command";

export const requestSupport: Command = {
  verb: "W",
  hint: "command_hint_whistle",
  arguments: ["incident", "agency"],
  repeats: false,
  perform: ({ incident, agencyId }, effects) => (incident ? effects.whistle(incident, agencyId) : undefined),
};
