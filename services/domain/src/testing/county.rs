//! An invented county: stations side by side from west to east, one beat in the north of each, and land that no station owns.

use crate::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use crate::classification::{CallSource, Classification, Team};
use crate::command::{ReportIncident, Tap};
use crate::ids::{AgencyId, AssignmentId, CategoryKey, LogId, PrincipalId, TypeKey, UnitId};
use crate::place::{Datum, H3Cell, Place, Position};
use crate::principal::{Principal, Role};
use crate::time::{LocalDay, Timestamp};
use crate::unit::{UnitKind, UnitProfile};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The county's code and log.
pub const LOG: &str = "610824";
/// Midnight at the county's place on [`BASE_DAY`].
pub const BASE: Timestamp = Timestamp(1_795_190_400_000);
/// The first day.
pub const BASE_DAY: u32 = 20_261_121;
/// A day in milliseconds.
pub const DAY_MS: u64 = 86_400_000;

const WEST: f64 = 108.75;
const STATION_WIDTH: f64 = 0.1;
const SOUTH: f64 = 37.5;
const MIDDLE: f64 = 37.6;
const NORTH: f64 = 37.7;
/// East of the last station there is this much land that no station owns, in degrees.
const COUNTY_LAND_WIDTH: f64 = 0.05;

/// An id that nothing has.
#[must_use]
pub fn unknown_id() -> Uuid {
    Uuid::from_u128(u128::MAX)
}

/// The code of station `number`, from 1.
#[must_use]
pub fn station_id(number: usize) -> AgencyId {
    AgencyId::new(&format!("{LOG}-{number:02}")).unwrap()
}

fn beat_id(number: usize) -> AgencyId {
    AgencyId::new(&format!("{LOG}-{number:02}-01")).unwrap()
}

/// The county's agency tree with `stations` stations; each borders on those beside it, and so do their beats.
#[must_use]
pub fn tree(stations: usize) -> AgencyTree {
    let node = |agency_id: AgencyId, parent: Option<AgencyId>, level, seat| AgencyNode {
        name_zh: agency_id.to_string(),
        name_en: agency_id.to_string(),
        agency_id,
        parent,
        level,
        seat,
        organisation: Organisation::TwoTeams,
        place_class: None,
        staffing: None,
        neighbours: BTreeSet::new(),
    };
    let beside = |number: usize, id: fn(usize) -> AgencyId| {
        let numbers = [number - 1, number + 1].into_iter().filter(|beside| (1..=stations).contains(beside));
        numbers.map(id).collect::<BTreeSet<_>>()
    };
    let root = AgencyId::new(LOG).unwrap();
    let mut nodes = vec![node(root.clone(), None, AgencyLevel::County, Position::from_degrees(MIDDLE, WEST).ok())];
    for (number, offset) in (1..=stations).zip(0u32..) {
        let middle = WEST + STATION_WIDTH * (f64::from(offset) + 0.5);
        let seat = Position::from_degrees(MIDDLE, middle).ok();
        let station = node(station_id(number), Some(root.clone()), AgencyLevel::Station, seat);
        nodes.push(AgencyNode { neighbours: beside(number, station_id), ..station });
        let beat = node(beat_id(number), Some(station_id(number)), AgencyLevel::Beat, None);
        nodes.push(AgencyNode { neighbours: beside(number, beat_id), ..beat });
    }
    AgencyTree::new(LogId::new(LOG).unwrap(), "Asia/Shanghai".to_owned(), nodes).unwrap()
}

/// The place at `lat`, `lon`: beat, station, county land, or outside.
#[must_use]
pub fn locate(agencies: &AgencyTree, lat: f64, lon: f64) -> Place {
    let position = Position::from_degrees(lat, lon).unwrap();
    let h3_cell = H3Cell(0x0089_0000_0000_0000 | u64::from(position.lat_e7().unsigned_abs() / 1000));
    let datum = Datum::Wgs84;
    let stations = agencies.nodes().filter(|node| node.level == AgencyLevel::Station).count();
    let east = WEST + STATION_WIDTH * f64::from(u32::try_from(stations).unwrap());
    if !(SOUTH..NORTH).contains(&lat) || !(WEST..east + COUNTY_LAND_WIDTH).contains(&lon) {
        return Place::OutsideBoundaries { position, datum, h3_cell };
    }
    let agency = if lon >= east {
        AgencyId::new(LOG).unwrap()
    } else {
        // In range, so the quotient is a small positive number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let number = ((lon - WEST) / STATION_WIDTH) as usize + 1;
        if lat >= MIDDLE { beat_id(number) } else { station_id(number) }
    };
    Place::Located { position, datum, h3_cell, agency }
}

/// The calendar day in the county.
#[must_use]
pub fn local_day(now: Timestamp) -> LocalDay {
    LocalDay(BASE_DAY + u32::try_from(now.since_ms(BASE) / DAY_MS).unwrap())
}

/// A call of `category` or `category/type` at `place`.
#[must_use]
pub fn call(what: &str, place: Place) -> ReportIncident {
    let (category, kind) = what.split_once('/').map_or((what, None), |(category, kind)| (category, Some(kind)));
    let classification = Classification { category: CategoryKey::new(category).unwrap(), kind: kind.map(|k| TypeKey::new(k).unwrap()) };
    ReportIncident {
        source: CallSource::Emergency110,
        classification,
        place,
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    }
}

/// A tap on an assignment, without a time of its own.
#[must_use]
pub fn tap(assignment_id: AssignmentId) -> Tap {
    Tap { assignment_id, occurred_at: None }
}

/// A car of two sworn officers of the case team.
#[must_use]
pub fn profile(call_sign: &str, home: AgencyId) -> UnitProfile {
    UnitProfile {
        unit_id: UnitId::new(&format!("{LOG}-{}", call_sign.to_lowercase())).unwrap(),
        call_sign: SmolStr::new(call_sign),
        kind: UnitKind::Car,
        team: Team::Case,
        home,
        sworn: 2,
        auxiliary: 0,
        capabilities: BTreeSet::new(),
    }
}

fn principal(name: &str, role: Role) -> Principal {
    Principal { principal_id: PrincipalId::new(name).unwrap(), role }
}

/// An operator of one agency and all below it.
#[must_use]
pub fn operator(agency: &str) -> Principal {
    let jurisdictions = BTreeSet::from([AgencyId::new(agency).unwrap()]);
    principal(&format!("op-{agency}"), Role::Operator { jurisdictions })
}

/// An observer of one agency and all below it.
#[must_use]
pub fn observer(agency: &str) -> Principal {
    let jurisdictions = BTreeSet::from([AgencyId::new(agency).unwrap()]);
    principal(&format!("watch-{agency}"), Role::Observer { jurisdictions })
}

/// A unit's device.
#[must_use]
pub fn unit_principal(unit_id: &UnitId) -> Principal {
    principal(unit_id.as_str(), Role::Unit { unit_id: unit_id.clone() })
}

/// The server itself.
#[must_use]
pub fn server() -> Principal {
    principal("server", Role::System)
}
