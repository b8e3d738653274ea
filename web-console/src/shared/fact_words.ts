// Words for the facts beside an incident's state: lending, attendance, transfer, repeats, time left.
import { TransferTarget } from "../gen/oneroom/v1alpha1/classification_pb";
import { AttendanceState, LendingStep, RepeatBy } from "../gen/oneroom/v1alpha1/incident_facts_pb";
import { t } from "../messages/language.svelte";
import type { MessageKey } from "../messages/zh";
import { span } from "./time";

const STEP: Partial<Record<LendingStep, MessageKey>> = {
  [LendingStep.OWN_TEAM]: "lending_own_team",
  [LendingStep.OTHER_TEAM]: "lending_other_team",
  [LendingStep.ADJACENT_BEAT]: "lending_adjacent_beat",
  [LendingStep.NEIGHBOUR_STATION]: "lending_neighbour_station",
  [LendingStep.WHISTLE]: "lending_whistle",
  [LendingStep.COUNTY]: "lending_county",
  [LendingStep.CITY]: "lending_city",
};
const ATTENDANCE: Partial<Record<AttendanceState, MessageKey>> = {
  [AttendanceState.OWED]: "attendance_owed",
  [AttendanceState.ORDERED]: "attendance_ordered",
  [AttendanceState.ATTENDED]: "attendance_attended",
  [AttendanceState.EXCUSED]: "attendance_excused",
};
const TARGET: Partial<Record<TransferTarget, MessageKey>> = {
  [TransferTarget.FIRE_119]: "transfer_fire",
  [TransferTarget.MEDICAL_120]: "transfer_medical",
  [TransferTarget.CITIZENS_LINE_12345]: "transfer_citizens",
  [TransferTarget.OTHER_JURISDICTION]: "transfer_other",
};
const REPEAT: Partial<Record<RepeatBy, MessageKey>> = {
  [RepeatBy.PLACE]: "repeat_by_place",
  [RepeatBy.CALLER]: "repeat_by_caller",
  [RepeatBy.PLACE_AND_CALLER]: "repeat_by_both",
};

export const TRANSFER_TARGETS: readonly TransferTarget[] = [
  TransferTarget.FIRE_119,
  TransferTarget.MEDICAL_120,
  TransferTarget.CITIZENS_LINE_12345,
  TransferTarget.OTHER_JURISDICTION,
];

export const stepWord = (step: LendingStep) => t(STEP[step] ?? "lending_own_team");
export const targetWord = (target: TransferTarget) => t(TARGET[target] ?? "transfer_other");
export const repeatWord = (by: RepeatBy) => t(REPEAT[by] ?? "repeat_by_place");
export const attendanceWord = (state: AttendanceState, beat: string, reason: string) => t(ATTENDANCE[state] ?? "attendance_owed", { beat, reason });

/** How long until `untilMs`, or for how long it is over: in words, so that colour is not needed. */
export function leftWord(untilMs: number, nowMs: number): string {
  return untilMs >= nowMs ? t("left_for", { time: span(untilMs - nowMs) }) : t("over_for", { time: span(nowMs - untilMs) });
}
