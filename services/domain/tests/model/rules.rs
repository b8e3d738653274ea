//! The reference model: what the policy says, as a table on paper, and the policy that the core is given for it.

use domain::agency::{AgencyNode, AgencyTree};
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use domain::ids::{AgencyId, LogId, ReasonKey};
use domain::incident::LendingStep;
use domain::policy::{DEFAULT_TEXT, DispatchMode, Policy, parse};
use domain::testing::{LOG, tree};
use domain::unit::UnitKind;

/// What the policy says of a kind of call: key, owner, priority, whether a unit is sent, response plan.
pub(crate) struct Row {
    pub(crate) key: &'static str,
    pub(crate) owner: Team,
    pub(crate) priority: u8,
    pub(crate) sends: bool,
    pub(crate) plan: &'static [Slot],
}

/// One unit of a response plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) role: Role,
    pub(crate) team: Option<Team>,
    pub(crate) sworn: u8,
    /// A drone and nothing else.
    pub(crate) drone: bool,
}

const fn slot(role: Role) -> Slot {
    Slot { role, team: None, sworn: 0, drone: false }
}

pub(crate) const ONE_PRIMARY: &[Slot] = &[slot(Role::Primary)];
const FAMILY_VIOLENCE: &[Slot] = &[slot(Role::Primary), Slot { team: Some(Team::Case), ..slot(Role::Backup) }];
const ABOVE: Slot = Slot { drone: true, ..slot(Role::Overwatch) };
const ARMED: &[Slot] = &[slot(Role::Primary), Slot { sworn: 1, ..slot(Role::Backup) }, ABOVE];
const MISSING_CHILD: &[Slot] = &[slot(Role::Primary), slot(Role::Backup), slot(Role::Backup), ABOVE];

const fn row(key: &'static str, owner: Team, priority: u8, sends: bool) -> Row {
    Row { key, owner, priority, sends, plan: &[] }
}

const fn planned(key: &'static str, owner: Team, plan: &'static [Slot]) -> Row {
    Row { key, owner, priority: 1, sends: true, plan }
}

/// The calls that the test makes; the last is unknown to the policy.
pub(crate) const CALLS: [Row; 14] = [
    row("criminal/robbery", Team::Case, 1, true),
    row("help/suicide_risk", Team::Community, 1, true),
    row("criminal/burglary", Team::Case, 2, true),
    row("dispute/family", Team::Community, 3, true),
    row("dispute/debt", Team::Community, 4, true),
    row("public_order/disturbance", Team::Case, 3, true),
    row("disaster/other", Team::Room, 2, true),
    planned("dispute/family_violence", Team::Community, FAMILY_VIOLENCE),
    planned("criminal/weapon", Team::Case, ARMED),
    planned("help/missing_child", Team::Community, MISSING_CHILD),
    row("public_order/officer_emergency", Team::Case, 1, true),
    row("tip_off/drugs", Team::Case, 4, false),
    row("nuisance", Team::Room, 4, false),
    row("alien", Team::Room, 4, false),
];
pub(crate) const ALIEN: usize = CALLS.len() - 1;
/// What the emergency button opens.
pub(crate) const EMERGENCY: usize = 10;
/// As many people go to it.
pub(crate) const HELPERS: usize = 2;

pub(crate) const DELIVER_MS: i64 = 10_000;
pub(crate) const ACKNOWLEDGE_MS: i64 = 30_000;
pub(crate) const RETRY_MS: i64 = 5_000;
pub(crate) const CONFIRM_MS: i64 = 10_000;
pub(crate) const STEP_MS: i64 = 30_000;
pub(crate) const SIGN_MS: i64 = 60_000;
pub(crate) const TRANSFER_MS: i64 = 120_000;
pub(crate) const ARRIVE_MS: i64 = 300_000;
pub(crate) const SAFETY_MS: i64 = 600_000;
pub(crate) const UNDO_MS: i64 = 600_000;
pub(crate) const GONE_AFTER_MS: i64 = 600_000;
pub(crate) const LONGEST_HOLD_MS: i64 = 1_800_000;
pub(crate) const HAND_OVER_MS: i64 = 900_000;
pub(crate) const LONGEST_SHIFT_MS: i64 = 86_400_000;
pub(crate) const LONGEST_WAR_MS: i64 = 30 * 86_400_000;
pub(crate) const LONGEST_QUEUE: usize = 8;
pub(crate) const OTHER_TEAM_MS: u64 = 120_000;
pub(crate) const OTHER_STATION_MS: u64 = 180_000;
pub(crate) const DISPATCH_MS: [i64; 4] = [0, 15_000, 60_000, 300_000];
/// A unit owes its outcome half an hour after it left; for a dispute a day.
pub(crate) fn feedback_ms(call: usize) -> i64 {
    if CALLS[call].key.starts_with("dispute") { 86_400_000 } else { 1_800_000 }
}

/// What differs from site to site.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// How a first unit is found for priorities 2 to 4; for priority 1 by the rules.
    pub(crate) modes: [DispatchMode; 3],
    /// The beat's officer attends.
    pub(crate) attendance: bool,
    /// For priorities 1 and 2 the owner follows.
    pub(crate) follows: [bool; 2],
    /// How far the rules look, step by step.
    pub(crate) steps: Vec<LendingStep>,
    /// Community time that a station lends in a month; 0 is no limit.
    pub(crate) budget_minutes: u32,
}

impl Default for Rules {
    fn default() -> Self {
        let modes = [DispatchMode::Manual; 3];
        Self { modes, attendance: true, follows: [true, false], steps: vec![LendingStep::OwnTeam], budget_minutes: 0 }
    }
}

impl Rules {
    pub(crate) fn mode(&self, priority: u8) -> DispatchMode {
        match priority {
            1 => DispatchMode::Automatic,
            other => self.modes[usize::from(other) - 2],
        }
    }

    pub(crate) fn owner_follows(&self, priority: u8) -> bool {
        self.follows.get(usize::from(priority) - 1).is_some_and(|follows| *follows)
    }

    /// The shipped default with these rules instead of its own.
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = parse("default.toml", DEFAULT_TEXT).unwrap();
        policy.attendance.enabled = self.attendance;
        for rule in &mut policy.priorities {
            rule.mode = self.mode(rule.level);
            rule.owner_follows = self.owner_follows(rule.level);
        }
        policy.lending.steps.clone_from(&self.steps);
        policy.lending.community_minutes_per_month = self.budget_minutes;
        policy
    }
}

/// The county's desk, and its three stations side by side. The second is in the country: nobody is late there.
pub(crate) const DESK: &str = LOG;
pub(crate) const ROOMS: [&str; 3] = ["610824-01", "610824-02", "610824-03"];
const RURAL: &str = ROOMS[1];
const BEATS: [&str; 3] = ["610824-01-01", "610824-02-01", "610824-03-01"];

/// Where wartime mode is switched.
pub(crate) const AREAS: [&str; 4] = [DESK, ROOMS[0], ROOMS[1], BEATS[0]];

/// A place: where on the map, if anywhere, which room handles it, the beat it is in, whether that is ground of the county, and
/// whether somebody can be late there.
pub(crate) struct Spot {
    pub(crate) at: Option<(f64, f64)>,
    pub(crate) room: &'static str,
    pub(crate) beat: Option<&'static str>,
    pub(crate) located: bool,
    pub(crate) clocked: bool,
}

pub(crate) const SPOTS: [Spot; 6] = [
    Spot { at: Some((37.61, 108.80)), room: ROOMS[0], beat: Some(BEATS[0]), located: true, clocked: true },
    Spot { at: Some((37.55, 108.80)), room: ROOMS[0], beat: None, located: true, clocked: true },
    Spot { at: Some((37.62, 108.90)), room: ROOMS[1], beat: Some(BEATS[1]), located: true, clocked: false },
    Spot { at: Some((37.60, 109.06)), room: DESK, beat: None, located: true, clocked: true },
    Spot { at: Some((39.0, 110.0)), room: DESK, beat: None, located: false, clocked: true },
    Spot { at: None, room: DESK, beat: None, located: false, clocked: true },
];

/// The room that a unit's home belongs to.
pub(crate) fn room_of(home: &'static str) -> &'static str {
    ROOMS.into_iter().find(|room| home.starts_with(room)).unwrap_or(DESK)
}

/// Whether two stations lie side by side.
pub(crate) fn are_neighbours(room: &str, other: &str) -> bool {
    [(ROOMS[0], ROOMS[1]), (ROOMS[1], ROOMS[2])].iter().any(|pair| *pair == (room, other) || *pair == (other, room))
}

/// The agency tree of it.
pub(crate) fn agencies() -> AgencyTree {
    let plain = tree(ROOMS.len());
    let classed = |node: &AgencyNode| {
        let class = (node.agency_id.as_str() == RURAL).then(|| ReasonKey::new("rural").unwrap());
        AgencyNode { place_class: class, ..node.clone() }
    };
    AgencyTree::new(LogId::new(LOG).unwrap(), "Asia/Shanghai".to_owned(), plain.nodes().map(classed).collect()).unwrap()
}

/// The units: home, team, kind, sworn officers. One a drone, one without a sworn officer, two officers of beats.
pub(crate) const CARS: [(&str, Team, UnitKind, u8); 10] = [
    (ROOMS[0], Team::Case, UnitKind::Car, 2),
    (ROOMS[1], Team::Community, UnitKind::Car, 2),
    (ROOMS[0], Team::Case, UnitKind::Car, 2),
    (ROOMS[1], Team::Patrol, UnitKind::Car, 2),
    (ROOMS[0], Team::Community, UnitKind::Car, 2),
    (ROOMS[1], Team::Case, UnitKind::Drone, 0),
    (ROOMS[0], Team::Case, UnitKind::Car, 0),
    (BEATS[0], Team::Community, UnitKind::Motorcycle, 1),
    (ROOMS[2], Team::Case, UnitKind::Car, 2),
    (BEATS[1], Team::Community, UnitKind::Motorcycle, 1),
];

pub(crate) fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).unwrap()
}
