//! The rules of the room beyond the table: lending, attendance, plans, duplicates, safety, staffing. Every section has a default,
//! so that a policy written before it existed can still be read.

use super::NamedReason;
use crate::assignment::AssignmentRole;
use crate::classification::Team;
use crate::ids::{CategoryKey, ReasonKey, TypeKey};
use crate::incident::LendingStep;
use crate::unit::UnitKind;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Clocks of the room, in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoomClocks {
    /// Passed down → signed (签收); then the desk above dispatches directly.
    pub sign_ms: u64,
    /// On scene → the unit says that it is safe; then the room is alarmed.
    pub safety_check_ms: u64,
    /// Cleared without an outcome → the outcome is reported.
    pub feedback_ms: u64,
    /// Transfer asked → answered.
    pub transfer_ms: u64,
    /// Support asked → answered; then it climbs.
    pub support_ms: u64,
    /// Shift ended → hand-over signed.
    pub hand_over_ms: u64,
    /// Nothing heard of a unit on an assignment → the room is alarmed.
    pub lost_contact_ms: u64,
    /// Longest hold.
    pub hold_max_ms: u64,
}

impl Default for RoomClocks {
    fn default() -> Self {
        Self {
            sign_ms: 60_000,
            safety_check_ms: 600_000,
            feedback_ms: 1_800_000,
            transfer_ms: 120_000,
            support_ms: 120_000,
            hand_over_ms: 900_000,
            lost_contact_ms: 120_000,
            hold_max_ms: 1_800_000,
        }
    }
}

/// Lending between teams, beats and stations (各负其责又互相借力), where the rules dispatch by themselves and the priority does not
/// open every team.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LendingRule {
    /// The steps that are taken, in their order; the owning team is always the first.
    pub steps: Vec<LendingStep>,
    /// Time at each step before the next is taken, in milliseconds.
    pub step_ms: u64,
    /// Minutes of community time a station may lend in a month (不得挪作他用); 0 sets no limit.
    pub community_minutes_per_month: u32,
}

impl Default for LendingRule {
    fn default() -> Self {
        Self { steps: LendingStep::ALL.to_vec(), step_ms: 30_000, community_minutes_per_month: 0 }
    }
}

/// Attendance of the beat's community officer (社区案事件必到现场).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttendanceRule {
    /// Categories it is owed for; every category that a unit is sent to where this is empty.
    pub categories: Vec<CategoryKey>,
    /// Whether it is owed at all.
    pub enabled: bool,
}

/// When two calls look like one incident. Place, time and kind give points, at most 100 together: how many, no public source says,
/// so the defaults are an assumption.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DuplicateRule {
    /// Farther apart than this they are not suggested, in metres; 1 to 2,000.
    pub radius_m: u32,
    /// Longer apart than this they are not suggested, in milliseconds.
    pub window_ms: u64,
    /// Score from which they are suggested, 1 to 100.
    pub min_score: u8,
    /// Points for the same place, 0 to 100; fewer the farther, none at `radius_m`.
    pub space_points: u8,
    /// Points for the same moment, 0 to 100; fewer the longer apart, none at `window_ms`.
    pub time_points: u8,
    /// Points for the same type, 0 to 100. With those for place and moment they are 100.
    pub same_type_points: u8,
    /// Points for the same category, where the types differ or one is not known; at most those for the same type.
    pub same_category_points: u8,
    /// Points for two kinds of thing, since two callers rarely name one event alike; at most those for the same category.
    pub other_kind_points: u8,
}

impl Default for DuplicateRule {
    fn default() -> Self {
        Self {
            radius_m: 300,
            window_ms: 1_800_000,
            min_score: 50,
            space_points: 40,
            time_points: 30,
            same_type_points: 30,
            same_category_points: 20,
            other_kind_points: 5,
        }
    }
}

/// When an incident repeats an earlier one (重复警情).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RepeatRule {
    /// The same place, in metres; 1 to 500.
    pub place_m: u32,
    /// How far back, in days; 1 to 60.
    pub window_days: u32,
    /// Premise notes within this distance are shown, in metres; 1 to 500.
    pub premise_m: u32,
}

impl Default for RepeatRule {
    fn default() -> Self {
        Self { place_m: 50, window_days: 30, premise_m: 30 }
    }
}

/// What the emergency button does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SafetyRule {
    /// Category of the incident it opens.
    pub category: CategoryKey,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<TypeKey>,
    /// Units sent to help, 1 to 8.
    pub helpers: u8,
}

impl Default for SafetyRule {
    fn default() -> Self {
        let category = CategoryKey::new("public_order");
        let kind = TypeKey::new("officer_emergency").ok();
        // The key is a literal that fits the alphabet: the test of the shipped default proves it.
        #[allow(clippy::expect_used)]
        Self { category: category.expect("a literal key"), kind, helpers: 2 }
    }
}

/// Bands in which a clock is reported, upper ends in milliseconds; what is longer is the last band.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bands {
    /// Ring → answered.
    pub answer_ms: Vec<u64>,
    /// Order → acknowledged.
    pub acknowledge_ms: Vec<u64>,
    /// Reported → on scene.
    pub arrive_ms: Vec<u64>,
}

impl Default for Bands {
    fn default() -> Self {
        Self {
            answer_ms: vec![10_000, 15_000, 20_000, 40_000],
            acknowledge_ms: vec![30_000, 60_000, 120_000, 180_000],
            arrive_ms: vec![60_000, 180_000, 300_000, 600_000],
        }
    }
}

/// By what the arrival clock is set: the two models of 1·3·5 快速反应.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArrivalModel {
    /// By the class of the place.
    #[default]
    PlaceClass,
    /// By the echelon of the first unit that is ordered.
    Echelon,
}

/// How soon somebody should be at places of one class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceClassRule {
    /// The class, a key: `urban`.
    pub key: ReasonKey,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Reported → on scene, in milliseconds; 0 runs no clock.
    pub arrive_ms: u64,
}

/// How soon units of one echelon should be there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EchelonRule {
    /// Level of the units' home.
    pub level: crate::agency::AgencyLevel,
    /// Ordered → on scene, in milliseconds.
    pub arrive_ms: u64,
}

/// One kind of place in a response plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSlot {
    /// What for.
    pub role: AssignmentRole,
    /// How many, 1 to 8.
    #[serde(default = "one")]
    pub count: u8,
    /// Of these kinds; any where this is empty.
    #[serde(default)]
    pub kinds: Vec<UnitKind>,
    /// Of this team; none takes any.
    #[serde(default)]
    pub team: Option<Team>,
    /// With all of these capabilities.
    #[serde(default)]
    pub capabilities: BTreeSet<SmolStr>,
    /// Sworn officers on board at least.
    #[serde(default)]
    pub sworn: u8,
}

fn one() -> u8 {
    1
}

/// A line the operator or the officer is reminded of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A response plan: kinds × count, capabilities, prompts; chosen jointly.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRule {
    /// The key.
    pub key: ReasonKey,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Who is to go; one of them is primary.
    pub slots: Vec<PlanSlot>,
    /// What to think of.
    #[serde(default)]
    pub prompts: Vec<Prompt>,
}

/// A staffing template that a station or beat is checked against at import.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffingRule {
    /// The key: `urban_station`, `urban_beat`.
    pub key: ReasonKey,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Sworn officers at least.
    #[serde(default)]
    pub sworn_min: u32,
    /// Auxiliaries at least.
    #[serde(default)]
    pub auxiliary_min: u32,
    /// Share of community officers among the sworn at least, in percent.
    #[serde(default)]
    pub community_percent_min: u8,
}

/// Lists of coded reasons that the rules of the room ask for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoomReasons {
    /// Why an incident is given to another team.
    #[serde(rename = "override")]
    pub override_owner: Vec<NamedReason>,
    /// Why an order is taken back.
    pub recall: Vec<NamedReason>,
    /// Why an incident is held.
    pub hold: Vec<NamedReason>,
    /// Why an incident is called off.
    pub cancel: Vec<NamedReason>,
    /// Why a closed incident is opened again.
    pub reopen: Vec<NamedReason>,
    /// Why an incident is handed to another side, or not taken by it.
    pub transfer: Vec<NamedReason>,
    /// Why the beat's officer need not attend.
    pub excuse: Vec<NamedReason>,
    /// Why support is asked for, or not given.
    pub support: Vec<NamedReason>,
    /// Why wartime mode is switched on.
    pub wartime: Vec<NamedReason>,
    /// How an emergency ended.
    pub emergency_end: Vec<NamedReason>,
    /// Kinds of premise note.
    pub premise: Vec<NamedReason>,
}
