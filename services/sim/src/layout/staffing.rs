//! Units of a station: kinds, teams, crews and call signs in a fixed mix.

use domain::classification::Team;
use domain::ids::{AgencyId, InvalidCode, LogId, UnitId};
use domain::place::Position;
use domain::unit::{UnitKind, UnitProfile};

/// Speed over the ground on the way to a call, metres per second: the same assumptions as in the shipped policy. A car 40 km/h
/// through streets, a motorcycle 43 km/h, a pair on foot 7 km/h, a drone 54 km/h in a straight line.
pub(crate) fn speed_m_per_s(kind: UnitKind) -> f64 {
    match kind {
        UnitKind::Car => 11.0,
        UnitKind::Motorcycle => 12.0,
        UnitKind::Drone => 15.0,
        UnitKind::Foot | UnitKind::GridWorker | UnitKind::Guards | UnitKind::Volunteers => 2.0,
    }
}

/// A unit as it signs on.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitPlan {
    /// Its code: log and call sign, `990001-a12`.
    pub unit_id: UnitId,
    /// What is spoken, `A12`.
    pub call_sign: String,
    /// What it moves with.
    pub kind: UnitKind,
    /// Its team.
    pub team: Team,
    /// Its home: a beat for community units, else a station.
    pub home: AgencyId,
    /// Sworn officers (民警) in it.
    pub sworn: u8,
    /// Auxiliaries (辅警) in it.
    pub auxiliary: u8,
    /// Capability keys, sorted.
    pub capabilities: Vec<String>,
    /// Where it is at the beginning.
    pub start: Position,
    /// Its speed on the way to a call.
    pub speed_m_per_s: f64,
}

/// The station that units are made for.
pub(crate) struct Station<'a> {
    pub(crate) agency: &'a AgencyId,
    pub(crate) letters: &'a str,
    pub(crate) beats: &'a [AgencyId],
    pub(crate) seat: Position,
}

impl UnitPlan {
    /// Whether it flies.
    #[must_use]
    pub fn is_drone(&self) -> bool {
        self.kind == UnitKind::Drone
    }

    /// What the service registers of it.
    #[must_use]
    pub fn profile(&self) -> UnitProfile {
        UnitProfile {
            unit_id: self.unit_id.clone(),
            call_sign: self.call_sign.as_str().into(),
            kind: self.kind,
            team: self.team,
            home: self.home.clone(),
            sworn: self.sworn,
            auxiliary: self.auxiliary,
            capabilities: self.capabilities.iter().map(|key| key.as_str().into()).collect(),
        }
    }
}

struct Post {
    team: Team,
    kind: UnitKind,
    sworn: u8,
    auxiliary: u8,
    capabilities: &'static [&'static str],
}

const fn post(team: Team, kind: UnitKind, sworn: u8, auxiliary: u8, capabilities: &'static [&'static str]) -> Post {
    Post { team, kind, sworn, auxiliary, capabilities }
}

/// The mix, repeated: 40 % community units as the staffing template asks (≥ 40 % community officers; in town one officer and two
/// auxiliaries a beat), one pair of auxiliaries only, which is never primary. Four units already have every team. Otherwise an
/// assumption.
const MIX: [Post; 10] = [
    post(Team::Community, UnitKind::Car, 1, 2, &["mediation", "transport"]),
    post(Team::Case, UnitKind::Car, 2, 0, &["evidence", "transport"]),
    post(Team::Patrol, UnitKind::Car, 2, 1, &["armed", "first_aid", "transport"]),
    post(Team::Community, UnitKind::Motorcycle, 1, 1, &["mediation"]),
    post(Team::Case, UnitKind::Car, 2, 1, &["evidence", "transport"]),
    post(Team::Community, UnitKind::Foot, 1, 1, &["mediation"]),
    post(Team::Patrol, UnitKind::Motorcycle, 1, 1, &["first_aid"]),
    post(Team::Patrol, UnitKind::Drone, 1, 0, &["overwatch"]),
    post(Team::Community, UnitKind::Foot, 0, 2, &[]),
    post(Team::Case, UnitKind::Motorcycle, 2, 0, &["evidence"]),
];

/// The units of a station. Drones and every fourth other unit begin at its seat, the rest where `start` says.
pub(crate) fn staff(
    log_id: &LogId,
    station: &Station<'_>,
    count: usize,
    mut start: impl FnMut() -> Position,
) -> Result<Vec<UnitPlan>, InvalidCode> {
    let mut beats = station.beats.iter().cycle();
    let mut units = Vec::with_capacity(count);
    for (index, post) in MIX.iter().cycle().take(count).enumerate() {
        let call_sign = format!("{}{:02}", station.letters, index + 1);
        let beat = if post.team == Team::Community { beats.next() } else { None };
        let at_seat = post.kind == UnitKind::Drone || index % 4 == 3;
        units.push(UnitPlan {
            unit_id: UnitId::new(&format!("{log_id}-{}", call_sign.to_lowercase()))?,
            call_sign,
            kind: post.kind,
            team: post.team,
            home: beat.unwrap_or(station.agency).clone(),
            sworn: post.sworn,
            auxiliary: post.auxiliary,
            capabilities: post.capabilities.iter().map(|key| (*key).to_owned()).collect(),
            start: if at_seat { station.seat } else { start() },
            speed_m_per_s: speed_m_per_s(post.kind),
        });
    }
    Ok(units)
}

/// The letters of a station's call signs by its index: A to Z, then AA, AB and so on.
pub(crate) fn call_letters(index: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    if index < 26 { letter(index).to_string() } else { [letter(index / 26 - 1), letter(index)].iter().collect() }
}

/// Shares `total` out in proportion to `loads` by largest remainder, but at least `minimum` to each.
pub(crate) fn apportion(loads: &[u64], total: usize, minimum: usize) -> Vec<usize> {
    let sum: u128 = loads.iter().map(|load| u128::from(*load)).sum::<u128>().max(1);
    let product = |load: &u64| u128::from(*load) * total as u128;
    let mut shares: Vec<usize> = loads.iter().map(|load| usize::try_from(product(load) / sum).unwrap_or(0)).collect();
    let mut by_remainder: Vec<usize> = (0..loads.len()).collect();
    by_remainder.sort_by_key(|index| std::cmp::Reverse(loads.get(*index).map(|load| product(load) % sum)));
    let missing = total.saturating_sub(shares.iter().sum());
    for index in by_remainder.into_iter().take(missing) {
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
        }
    }
    shares.into_iter().map(|share| share.max(minimum)).collect()
}
