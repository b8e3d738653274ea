// Words for codes: states, teams, kinds, flags, reasons. Every language words a reason from its code and values.
import { AlarmKind } from "../gen/oneroom/v1alpha1/alarm_pb";
import { AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import { AssignmentRole } from "../gen/oneroom/v1alpha1/ranking_pb";
import { CallSource } from "../gen/oneroom/v1alpha1/call_pb";
import { type Classification, Team } from "../gen/oneroom/v1alpha1/classification_pb";
import { IncidentFlag, IncidentState } from "../gen/oneroom/v1alpha1/incident_pb";
import type { Reason } from "../gen/oneroom/v1alpha1/reason_pb";
import { UnitKind, UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { t, tMaybe } from "../messages/language.svelte";
import type { MessageKey } from "../messages/zh";
import { type Directory, nameOf } from "../store/directory.svelte";
import { span } from "./time";

type Words<E extends number> = Partial<Record<E, MessageKey>>;

const ASSIGNMENT: Words<AssignmentState> = {
  [AssignmentState.OFFERED]: "state_offered",
  [AssignmentState.DELIVERED]: "state_delivered",
  [AssignmentState.SEEN]: "state_seen",
  [AssignmentState.ACKNOWLEDGED]: "state_acknowledged",
  [AssignmentState.EN_ROUTE]: "state_en_route",
  [AssignmentState.ON_SCENE]: "state_on_scene",
  [AssignmentState.CLEARED]: "state_cleared",
  [AssignmentState.DECLINED]: "state_declined",
  [AssignmentState.EXPIRED]: "state_expired",
  [AssignmentState.RECALLED]: "state_recalled",
  [AssignmentState.QUEUED]: "state_queued",
};
const INCIDENT: Words<IncidentState> = {
  [IncidentState.CLASSIFIED]: "incident_classified",
  [IncidentState.DISPATCHED]: "incident_dispatched",
  [IncidentState.ON_SCENE]: "incident_on_scene",
  [IncidentState.RESOLVED]: "incident_resolved",
  [IncidentState.CLOSED]: "incident_closed",
  [IncidentState.PASSED_DOWN]: "incident_passed_down",
  [IncidentState.SIGNED]: "incident_signed",
  [IncidentState.CANCELLED]: "incident_cancelled",
  [IncidentState.MERGED]: "incident_merged",
  [IncidentState.TRANSFERRED]: "incident_transferred",
};
const UNIT: Words<UnitState> = {
  [UnitState.OFF_DUTY]: "unit_off_duty",
  [UnitState.AVAILABLE]: "unit_available",
  [UnitState.CONDITIONALLY_AVAILABLE]: "unit_conditional",
  [UnitState.ENGAGED]: "unit_engaged",
  [UnitState.OUT_OF_SERVICE]: "unit_out_of_service",
};
const KIND: Words<UnitKind> = {
  [UnitKind.FOOT]: "kind_foot",
  [UnitKind.CAR]: "kind_car",
  [UnitKind.MOTORCYCLE]: "kind_motorcycle",
  [UnitKind.DRONE]: "kind_drone",
  [UnitKind.GRID_WORKER]: "kind_grid_worker",
  [UnitKind.GUARDS]: "kind_guards",
  [UnitKind.VOLUNTEERS]: "kind_volunteers",
};
const ROLE: Words<AssignmentRole> = {
  [AssignmentRole.PRIMARY]: "role_primary",
  [AssignmentRole.BACKUP]: "role_backup",
  [AssignmentRole.OVERWATCH]: "role_overwatch",
  [AssignmentRole.BEAT_ATTENDANCE]: "role_beat_attendance",
};
const TEAM: Words<Team> = {
  [Team.COMMUNITY]: "team_community",
  [Team.CASE]: "team_case",
  [Team.ROOM]: "team_room",
  [Team.TRAFFIC]: "team_traffic",
  [Team.PATROL]: "team_patrol",
};
const FLAG: Words<IncidentFlag> = {
  [IncidentFlag.UNVERIFIED_LOCATION]: "flag_unverified_location",
  [IncidentFlag.OUTSIDE_BOUNDARIES]: "flag_outside_boundaries",
  [IncidentFlag.TIME_CLAMPED]: "flag_time_clamped",
  [IncidentFlag.NUISANCE]: "flag_nuisance",
  [IncidentFlag.REPEAT]: "flag_repeat",
  [IncidentFlag.FALSE_CALL]: "flag_false_call",
  [IncidentFlag.CATEGORY_WITHDRAWN]: "flag_category_withdrawn",
};
const ALARM: Words<AlarmKind> = {
  [AlarmKind.UNDELIVERED]: "alarm_undelivered",
  [AlarmKind.UNACKNOWLEDGED]: "alarm_unacknowledged",
  [AlarmKind.NOT_DISPATCHED]: "alarm_not_dispatched",
  [AlarmKind.NO_UNIT]: "alarm_no_unit",
  [AlarmKind.DECLINED]: "alarm_declined",
  [AlarmKind.NOT_SIGNED]: "alarm_not_signed",
  [AlarmKind.HOLD_EXPIRED]: "alarm_hold_expired",
  [AlarmKind.TRANSFER_REFUSED]: "alarm_transfer_refused",
  [AlarmKind.TRANSFER_UNANSWERED]: "alarm_transfer_unanswered",
  [AlarmKind.NOT_ARRIVED]: "alarm_not_arrived",
  [AlarmKind.SAFETY_CHECK_MISSED]: "alarm_safety_check_missed",
  [AlarmKind.LOST_CONTACT]: "alarm_lost_contact",
  [AlarmKind.EMERGENCY]: "alarm_emergency",
  [AlarmKind.FEEDBACK_OVERDUE]: "alarm_feedback_overdue",
  [AlarmKind.HAND_OVER_UNSIGNED]: "alarm_hand_over_unsigned",
  [AlarmKind.SUPPORT_UNANSWERED]: "alarm_support_unanswered",
  [AlarmKind.SUPPORT_REFUSED]: "alarm_support_refused",
  [AlarmKind.PLAN_INCOMPLETE]: "alarm_plan_incomplete",
};

const SOURCE: Words<CallSource> = {
  [CallSource.EMERGENCY_110]: "source_110",
  [CallSource.TRAFFIC_122]: "source_122",
  [CallSource.WALK_IN]: "source_walk_in",
  [CallSource.OFFICER]: "source_officer",
  [CallSource.VISIT]: "source_visit",
  [CallSource.CHAT_GROUP]: "source_chat_group",
  [CallSource.WEB]: "source_web",
  [CallSource.SENSOR]: "source_sensor",
  [CallSource.CITIZENS_LINE_12345]: "source_12345",
  [CallSource.FIRE_119]: "source_119",
  [CallSource.MEDICAL_120]: "source_120",
  [CallSource.OTHER_JURISDICTION]: "source_other",
  [CallSource.SELF_SERVICE]: "source_self_service",
};

/** Every way a call comes in, in the order of forms. */
export const SOURCES: readonly CallSource[] = Object.keys(SOURCE).map(Number);

const say = (key: MessageKey | undefined, code: number) => (key ? t(key) : `#${code}`);

export const assignmentWord = (state: AssignmentState) => say(ASSIGNMENT[state], state);
export const incidentWord = (state: IncidentState) => say(INCIDENT[state], state);
export const unitWord = (state: UnitState) => say(UNIT[state], state);
export const kindWord = (kind: UnitKind) => say(KIND[kind], kind);
export const roleWord = (role: AssignmentRole) => say(ROLE[role] ?? "role_primary", role);
export const teamWord = (team: Team) => t(TEAM[team] ?? "team_unknown");
export const flagWord = (flag: IncidentFlag) => say(FLAG[flag], flag);
export const sourceWord = (source: CallSource) => say(SOURCE[source], source);
export const alarmWord = (kind: AlarmKind) => t(ALARM[kind] ?? "alarm_unknown");

/** A classification in words: the type when it is known, else the category. */
export function classificationWord(directory: Directory, logId: string, what: Classification | undefined): string {
  if (!what) return "";
  const category = directory.category(logId, what.category);
  const name = nameOf([category?.category], what.category);
  return what.type === "" ? name : `${name} · ${nameOf(category?.types, what.type)}`;
}

/** A call sign for a unit id, if the window knows the unit. */
export type CallSignOf = (unitId: string) => string | undefined;

type ValueKind =
  | "classification"
  | "team"
  | "number"
  | "words"
  | "agency"
  | "ms"
  | "unit"
  | "unit_kind"
  | "availability_reason"
  | "policy_reason"
  | "lending_step"
  | "role";

/** What each reason's values are, in order. */
const REASON_VALUES: Record<string, ValueKind[]> = {
  owner_by_table: ["classification", "team"],
  priority_by_table: ["classification", "number"],
  priority_by_operator: ["number", "number"],
  owner_moved: ["team", "team", "classification"],
  type_not_in_policy: ["words", "classification"],
  desk_handles: ["agency"],
  own_team: ["team"],
  borrowed: ["team", "ms"],
  own_station: ["agency"],
  other_station: ["agency", "ms"],
  engaged: ["number"],
  out_of_service: ["availability_reason"],
  urgent_work_only: ["availability_reason"],
  kind_never_primary: ["unit_kind"],
  ranked_behind: ["unit"],
  next_candidate: ["unit"],
  same_type: ["classification"],
  same_category: ["classification"],
  opened_on_the_spot: ["unit"],
  helps_officer: ["unit"],
  owner_by_operator: ["team", "team", "policy_reason"],
  by_post_station: ["agency"],
  wartime_pool: ["agency"],
  kind_not_for_category: ["unit_kind", "classification"],
  lending_step: ["lending_step"],
  beyond_lending_step: ["lending_step", "lending_step"],
  lending_budget_spent: ["agency"],
  over_lending_budget: ["agency"],
  officer_of_beat: ["agency"],
  slot_wants_kind: ["unit_kind"],
  slot_wants_team: ["team"],
  taken_for: ["role"],
  owner_follows: ["team"],
  owner_takes_over: ["team"],
};

/** A reason in words. A code this console does not know is shown as it is, with its values: never hidden. */
export function reasonWord(directory: Directory, logId: string, reason: Reason, callSignOf: CallSignOf): string {
  const kinds = REASON_VALUES[reason.code] ?? [];
  const values: Record<string, string> = {};
  reason.values.forEach((value, i) => {
    values[String(i)] = valueWord(kinds[i] ?? "words", value, directory, logId, callSignOf);
  });
  const worded = tMaybe(`reason_${reason.code}`, values);
  return worded ?? [reason.code.replaceAll("_", " "), ...Object.values(values)].join(" ");
}

function valueWord(kind: ValueKind, value: string, directory: Directory, logId: string, callSignOf: CallSignOf): string {
  switch (kind) {
    case "classification": {
      const [category = "", type = ""] = value.split("/");
      const known = directory.category(logId, category);
      const name = nameOf([known?.category], category);
      return type === "" ? name : `${name} · ${nameOf(known?.types, type)}`;
    }
    case "team":
      return tMaybe(`team_${value}`) ?? value;
    case "agency":
      return directory.agencyName(value);
    case "ms":
      return span(Number(value));
    case "unit":
      return callSignOf(value) ?? value;
    case "unit_kind":
      return value.split(" ").map((kind) => tMaybe(`kind_${kind}`) ?? kind).join(" ");
    case "lending_step":
      return tMaybe(`lending_${value}`) ?? value;
    case "role":
      return tMaybe(`role_${value}`) ?? value;
    case "policy_reason":
      return nameOf(directory.policy(logId)?.roomReasons?.overrideOwner, value);
    case "availability_reason":
      return nameOf(directory.policy(logId)?.availabilityReasons, value);
    case "number":
    case "words":
      return value;
  }
}
