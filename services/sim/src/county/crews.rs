//! The units of a county: what each station, the traffic police, the patrol special police at the posts and the drone docks have.

use crate::layout::{UnitPlan, apportion, speed_m_per_s};
use domain::classification::Team;
use domain::ids::{AgencyId, InvalidCode, LogId, UnitId};
use domain::place::Position;
use domain::unit::UnitKind;

/// A station that units are made for.
pub(crate) struct StationCrews {
    pub(crate) agency: AgencyId,
    pub(crate) letters: String,
    pub(crate) seat: Position,
    pub(crate) beats: Vec<AgencyId>,
    /// Whether its beats are urban ones (一区两辅), else rural ones (一村一辅).
    pub(crate) urban: bool,
    /// Its share of the units.
    pub(crate) weight: u64,
}

/// What stands ready for the whole county.
pub(crate) struct Ready {
    pub(crate) county: AgencyId,
    pub(crate) county_seat: Position,
    /// Posts with their seats.
    pub(crate) posts: Vec<(AgencyId, Position)>,
    /// The stations that drone docks belong to, with the docks' places.
    pub(crate) docks: Vec<(AgencyId, Position)>,
}

/// One line of a recipe.
struct Crew {
    team: Team,
    kind: UnitKind,
    sworn: u8,
    auxiliary: u8,
    capabilities: &'static [&'static str],
    /// Whether it is at home in a beat.
    of_beat: bool,
}

const fn crew(team: Team, kind: UnitKind, (sworn, auxiliary): (u8, u8), of_beat: bool, capabilities: &'static [&'static str]) -> Crew {
    Crew { team, kind, sworn, auxiliary, capabilities, of_beat }
}

/// The patrol car of the community team that every station begins with.
const FIRST: Crew = crew(Team::Community, UnitKind::Car, (1, 2), true, &["mediation", "transport"]);
/// A beat's officer with the auxiliaries that its template asks for: 一区两辅 on foot in town, 一村一辅 on a motorcycle elsewhere.
const URBAN_BEAT: Crew = crew(Team::Community, UnitKind::Foot, (1, 2), true, &["mediation"]);
const RURAL_BEAT: Crew = crew(Team::Community, UnitKind::Motorcycle, (1, 1), true, &["mediation"]);
/// The rest of a station, repeated: case team and community team in about equal strength, so that at least 40 % of the sworn are
/// community officers with the beats' on top; patrol, grid workers, guards and volunteers. Otherwise an assumption.
const STATION: [Crew; 10] = [
    crew(Team::Case, UnitKind::Car, (2, 0), false, &["evidence", "transport"]),
    crew(Team::Case, UnitKind::Car, (2, 1), false, &["evidence", "transport"]),
    crew(Team::Community, UnitKind::Car, (2, 1), false, &["mediation", "transport"]),
    crew(Team::Community, UnitKind::Volunteers, (0, 0), true, &[]),
    crew(Team::Community, UnitKind::Motorcycle, (1, 1), true, &["mediation"]),
    crew(Team::Case, UnitKind::Motorcycle, (2, 0), false, &["evidence"]),
    crew(Team::Community, UnitKind::GridWorker, (0, 0), true, &[]),
    crew(Team::Community, UnitKind::Foot, (2, 0), true, &["mediation"]),
    crew(Team::Patrol, UnitKind::Car, (2, 1), false, &["armed", "first_aid", "transport"]),
    crew(Team::Community, UnitKind::Guards, (0, 0), true, &[]),
];
/// Patrol special police at posts, repeated.
const POST: [Crew; 3] = [
    crew(Team::Patrol, UnitKind::Car, (3, 2), false, &["armed", "first_aid", "transport"]),
    crew(Team::Patrol, UnitKind::Motorcycle, (2, 0), false, &["first_aid"]),
    crew(Team::Patrol, UnitKind::Foot, (2, 2), false, &["armed", "first_aid"]),
];
/// Traffic police, repeated.
const TRAFFIC: [Crew; 3] = [
    crew(Team::Traffic, UnitKind::Car, (2, 1), false, &["first_aid", "transport"]),
    crew(Team::Traffic, UnitKind::Motorcycle, (1, 1), false, &["first_aid"]),
    crew(Team::Traffic, UnitKind::Motorcycle, (1, 0), false, &[]),
];
const DRONE: Crew = crew(Team::Patrol, UnitKind::Drone, (1, 0), false, &["overwatch"]);

/// How many of a county's units are drones, traffic police and patrol special police, in hundredths. Assumption.
const SHARES: [usize; 3] = [4, 8, 10];

/// A unit's start: for a beat any street in it, for a station any street on its ground.
pub(crate) type Start<'a> = dyn FnMut(&AgencyId) -> Position + 'a;

struct Roll<'a, 'b> {
    log_id: &'a LogId,
    start: &'a mut Start<'b>,
    units: Vec<UnitPlan>,
}

impl Roll<'_, '_> {
    fn add(&mut self, crew: &Crew, letters: &str, number: usize, home: &AgencyId, seat: Option<Position>) -> Result<(), InvalidCode> {
        let call_sign = format!("{letters}{number:02}");
        let start = seat.unwrap_or_else(|| (self.start)(home));
        self.units.push(UnitPlan {
            unit_id: UnitId::new(&format!("{}-{}", self.log_id, call_sign.to_lowercase()))?,
            call_sign,
            kind: crew.kind,
            team: crew.team,
            home: home.clone(),
            sworn: crew.sworn,
            auxiliary: crew.auxiliary,
            capabilities: crew.capabilities.iter().map(|key| (*key).to_owned()).collect(),
            start,
            speed_m_per_s: speed_m_per_s(crew.kind),
        });
        Ok(())
    }
}

/// All units: `count` of them, each station at least one for each beat and one more where there are enough.
pub(crate) fn units(
    log_id: &LogId,
    stations: &[StationCrews],
    ready: &Ready,
    count: usize,
    start: &mut Start<'_>,
) -> Result<Vec<UnitPlan>, InvalidCode> {
    let mut roll = Roll { log_id, start, units: Vec::with_capacity(count) };
    let [drones, traffic, patrol] = SHARES.map(|share| (count * share / 100).max(2));
    // One station alone has neither traffic police nor posts, and one drone.
    let drones = if stations.len() == 1 { count.div_ceil(100).min(count / 8) } else { drones };
    let drones = if ready.docks.is_empty() { 0 } else { drones };
    let traffic = if stations.len() == 1 { 0 } else { traffic };
    let patrol = if ready.posts.is_empty() { 0 } else { patrol };
    let weights: Vec<u64> = stations.iter().map(|station| station.weight).collect();
    let shares = apportion(&weights, count.saturating_sub(drones + traffic + patrol), 0);
    for (station, share) in stations.iter().zip(shares) {
        let beat = if station.urban { &URBAN_BEAT } else { &RURAL_BEAT };
        let recipe = std::iter::once(&FIRST).chain(station.beats.iter().skip(1).map(|_| beat)).chain(STATION.iter().cycle());
        let mut beats = station.beats.iter().cycle();
        for (index, crew) in recipe.take(share).enumerate() {
            let home = if crew.of_beat { beats.next() } else { None };
            // Every third that is not of a beat stands ready at the station.
            let seat = (!crew.of_beat && index % 3 == 0).then_some(station.seat);
            roll.add(crew, &station.letters, index + 1, home.unwrap_or(&station.agency), seat)?;
        }
    }
    for (index, (crew, (post, seat))) in POST.iter().cycle().zip(ready.posts.iter().cycle()).take(patrol).enumerate() {
        roll.add(crew, "XT", index + 1, post, Some(*seat))?;
    }
    for (index, crew) in TRAFFIC.iter().cycle().take(traffic).enumerate() {
        let seat = (index % 4 == 0).then_some(ready.county_seat);
        roll.add(crew, "JT", index + 1, &ready.county, seat)?;
    }
    for (index, (station, dock)) in ready.docks.iter().cycle().take(drones).enumerate() {
        roll.add(&DRONE, "WR", index + 1, station, Some(*dock))?;
    }
    Ok(roll.units)
}
