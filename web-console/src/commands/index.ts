// Every command of the command line.
import { assignUnits } from "./assign_units";
import { cancelIncident } from "./cancel_incident";
import { closeIncident } from "./close_incident";
import type { Command } from "./command";
import { divertUnit } from "./divert_unit";
import { endSupport } from "./end_support";
import { endWartime } from "./end_wartime";
import { holdIncident } from "./hold_incident";
import { mergeIncidents } from "./merge_incidents";
import { newIncident } from "./new_incident";
import { queueUnit } from "./queue_unit";
import { recallUnit } from "./recall_unit";
import { requestSupport } from "./request_support";
import { selectIncident } from "./select_incident";
import { selectUnit } from "./select_unit";
import { setPriority } from "./set_priority";
import { showHelp } from "./show_help";
import { showShifts } from "./show_shifts";
import { signIncident } from "./sign_incident";
import { splitIncident } from "./split_incident";
import { startWartime } from "./start_wartime";
import { undoChange } from "./undo_change";
import { writeNote } from "./write_note";

export const COMMANDS: readonly Command[] = [
  assignUnits,
  selectIncident,
  selectUnit,
  closeIncident,
  recallUnit,
  queueUnit,
  divertUnit,
  holdIncident,
  setPriority,
  signIncident,
  mergeIncidents,
  cancelIncident,
  splitIncident,
  writeNote,
  requestSupport,
  endSupport,
  startWartime,
  endWartime,
  undoChange,
  showShifts,
  newIncident,
  showHelp,
];
