// Every command of the command line.
import { assignUnits } from "./assign_units";
import { closeIncident } from "./close_incident";
import type { Command } from "./command";
import { newIncident } from "./new_incident";
import { selectIncident } from "./select_incident";
import { selectUnit } from "./select_unit";
import { showHelp } from "./show_help";

export const COMMANDS: readonly Command[] = [assignUnits, selectIncident, selectUnit, closeIncident, newIncident, showHelp];
