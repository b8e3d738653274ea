//! Policy: the rules of the room as data. A complete default ships; an event activates one by its hash.

mod check_room;
mod check_rows;
mod layout;
mod nobody;
mod parse;
mod room;
mod select;
#[cfg(test)]
mod tests;

pub use nobody::{ForNobody, for_nobody, unknown_place_classes};
pub use parse::{MAX_POLICY_BYTES, PolicyError, parse, row_line};
pub use room::{
    ArrivalModel, AttendanceRule, Bands, DuplicateRule, EchelonRule, LendingRule, PlaceClassRule, PlanRule, PlanSlot, Prompt, RepeatRule,
    RoomClocks, RoomReasons, SafetyRule, StaffingRule,
};
pub use select::Decided;

use crate::classification::{Team, TransferTarget};
use crate::ids::{CategoryKey, ReasonKey, TypeKey};
use crate::unit::UnitKind;
use serde::{Deserialize, Serialize};

/// The shipped default, as text: documented row by row.
pub const DEFAULT_TEXT: &str = include_str!("default.toml");

/// A key with its names on screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedReason {
    /// The key.
    pub key: ReasonKey,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
}

/// How a first unit is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispatchMode {
    /// The rules order the best unit in the same commit, and the next when it does not take the order.
    Automatic,
    /// The rules propose, and send when a countdown ends unless an operator decides otherwise before.
    Confirm,
    /// An operator chooses.
    Manual,
}

/// What holds for one priority.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityRule {
    /// 1 to 4.
    pub level: u8,
    /// How a first unit is found.
    pub mode: DispatchMode,
    /// Saved → first unit ordered, in milliseconds; the room is alarmed after it.
    pub dispatch_ms: u64,
    /// Whether every eligible unit is a candidate at once, whatever its team.
    pub any_team: bool,
    /// Countdown of a proposal, in milliseconds, where the mode is `confirm`.
    #[serde(default = "default_confirm_ms")]
    pub confirm_ms: u64,
    /// Whether a unit of the owning team follows when the first to go is of another: it takes over on arrival.
    #[serde(default)]
    pub owner_follows: bool,
    /// Whether the arrival clock runs.
    #[serde(default)]
    pub arrival: bool,
    /// Whether an incident may be held.
    #[serde(default = "yes")]
    pub may_hold: bool,
}

fn default_confirm_ms() -> u64 {
    10_000
}

fn yes() -> bool {
    true
}

/// The clocks of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// Order → on the device, in milliseconds.
    pub deliver_ms: u64,
    /// Order → acknowledged, in milliseconds.
    pub acknowledge_ms: u64,
    /// A waiting automatic dispatch looks again after this, in milliseconds.
    pub retry_ms: u64,
    /// Rows turn amber after this share of their clock, in percent.
    pub amber_percent: u8,
    /// A fix older than this says nothing: the unit is ranked at its station. In milliseconds.
    pub stale_fix_ms: u64,
}

/// What a ranking adds to the travel time. All in milliseconds of travel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankingCosts {
    /// For a unit of another team, where the priority does not open every team.
    pub other_team_ms: u64,
    /// For a unit of another station, where the priority does not open every team.
    pub other_station_ms: u64,
}

/// Speed of one kind of unit in a straight line, until roads say better.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// The kind.
    pub kind: UnitKind,
    /// Metres per second, 1 to 100.
    pub speed_m_per_s: u32,
    /// Whether it may be primary at all, given a sworn officer on board.
    pub may_be_primary: bool,
    /// The only categories it may be ordered for; any where this is empty. Volunteers, guards and grid workers get only what
    /// the policy allows.
    #[serde(default)]
    pub only_categories: Vec<CategoryKey>,
}

/// One type under a category.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRule {
    /// The key.
    pub key: TypeKey,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Owner, where it differs from its category's.
    #[serde(default)]
    pub owner: Option<Team>,
    /// Priority, where it differs from its category's.
    #[serde(default)]
    pub priority: Option<u8>,
    /// Response plan, where it differs from its category's.
    #[serde(default)]
    pub plan: Option<ReasonKey>,
}

/// One category.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRule {
    /// The key.
    pub key: CategoryKey,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// The team that owns it.
    pub owner: Team,
    /// 1 to 4.
    pub priority: u8,
    /// Whether a unit is to be sent at all; a tip-off waits for its team.
    #[serde(default = "yes")]
    pub dispatch: bool,
    /// Whether it is flagged as false or nuisance.
    #[serde(default)]
    pub nuisance: bool,
    /// Response plan; none sends one unit.
    #[serde(default)]
    pub plan: Option<ReasonKey>,
    /// How an outcome is owed after clearing, in milliseconds, where it differs from the room's clock.
    #[serde(default)]
    pub feedback_ms: Option<u64>,
    /// To whom it is handed with one click; none where it is not.
    #[serde(default)]
    pub transfer_to: Option<TransferTarget>,
    /// Its types.
    #[serde(default, rename = "type")]
    pub types: Vec<TypeRule>,
}

/// The rules of the room. Only a checked one exists: see [`parse`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// The clocks of an order.
    pub clocks: Clocks,
    /// What a ranking adds to the travel time.
    pub ranking: RankingCosts,
    /// Clocks of the room.
    #[serde(default)]
    pub room_clocks: RoomClocks,
    /// Lending between teams, beats and stations.
    #[serde(default)]
    pub lending: LendingRule,
    /// Attendance of the beat's officer.
    #[serde(default)]
    pub attendance: AttendanceRule,
    /// When two calls look like one incident.
    #[serde(default)]
    pub duplicates: DuplicateRule,
    /// When an incident repeats an earlier one.
    #[serde(default)]
    pub repeats: RepeatRule,
    /// What the emergency button does.
    #[serde(default)]
    pub safety: SafetyRule,
    /// Bands in which clocks are reported.
    #[serde(default)]
    pub bands: Bands,
    /// By what the arrival clock is set.
    #[serde(default)]
    pub arrival_model: ArrivalModel,
    /// How soon somebody should be at places of each class; the first holds where a place has none.
    #[serde(default, rename = "place_class")]
    pub place_classes: Vec<PlaceClassRule>,
    /// How soon units of each echelon should be there.
    #[serde(default, rename = "echelon")]
    pub echelons: Vec<EchelonRule>,
    /// Response plans.
    #[serde(default, rename = "plan")]
    pub plans: Vec<PlanRule>,
    /// Staffing templates.
    #[serde(default, rename = "staffing")]
    pub staffing: Vec<StaffingRule>,
    /// Coded reasons of the rules of the room.
    #[serde(default)]
    pub reasons: RoomReasons,
    /// What holds for each priority.
    #[serde(rename = "priority")]
    pub priorities: Vec<PriorityRule>,
    /// What holds for each kind of unit.
    #[serde(rename = "kind")]
    pub kinds: Vec<KindRule>,
    /// The table of categories.
    #[serde(rename = "category")]
    pub categories: Vec<CategoryRule>,
    /// Dispositions (处理结果).
    #[serde(rename = "disposition")]
    pub dispositions: Vec<NamedReason>,
    /// Why a unit may decline.
    #[serde(rename = "decline_reason")]
    pub decline_reasons: Vec<NamedReason>,
    /// Why an assignment may be cleared.
    #[serde(rename = "clear_reason")]
    pub clear_reasons: Vec<NamedReason>,
    /// Why a unit may not be (fully) available.
    #[serde(rename = "availability_reason")]
    pub availability_reasons: Vec<NamedReason>,
    /// Why personal data may be looked at.
    #[serde(rename = "read_purpose")]
    pub read_purposes: Vec<NamedReason>,
}
