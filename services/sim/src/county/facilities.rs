//! What stands in a county besides houses: schools, hospitals, squares; 1·3·5 points; cameras, drone docks, checkpoints.

use super::names::{Name, Names};
use super::plane::{Plane, Point};
use super::terrain::{Settlement, SettlementKind};
use crate::random::SimRng;
use domain::ids::AgencyId;
use domain::place::Position;
use rand::RngExt;
use std::collections::BTreeSet;
use std::f64::consts::TAU;

/// What a facility is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FacilityKind {
    /// A school (学校).
    School,
    /// A hospital or health centre (医院、卫生院).
    Hospital,
    /// A railway or bus station (车站).
    TransportStation,
    /// A public square (广场).
    Square,
    /// A market or shopping street (市场).
    Market,
    /// A government building (政府).
    Government,
}

/// Keys of the kinds, and the place class of the 1·3·5 point at each: schools, stations and squares in one minute, hospitals and
/// markets in three, the rest in five.
const KINDS: [(FacilityKind, &str, &str); 6] = [
    (FacilityKind::School, "school", "one_minute"),
    (FacilityKind::Hospital, "hospital", "three_minutes"),
    (FacilityKind::TransportStation, "transport_station", "one_minute"),
    (FacilityKind::Square, "square", "one_minute"),
    (FacilityKind::Market, "market", "three_minutes"),
    (FacilityKind::Government, "government", "urban"),
];

impl FacilityKind {
    fn row(self) -> &'static (FacilityKind, &'static str, &'static str) {
        KINDS.iter().find(|row| row.0 == self).unwrap_or(&KINDS[0])
    }

    /// The key, as in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The place class of the shipped policy by which the arrival clock runs there.
    #[must_use]
    pub fn place_class(self) -> &'static str {
        self.row().2
    }
}

/// A facility.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facility {
    /// Its code in the county.
    pub id: String,
    /// What it is.
    pub kind: FacilityKind,
    /// Its name.
    pub name: Name,
    /// Where it is, WGS-84, at a street.
    pub position: Position,
    /// The beat it lies in.
    pub agency: AgencyId,
}

/// A 1·3·5 point: a place that must be reached within its class's time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResponsePoint {
    /// Its code.
    pub id: String,
    /// Its name: the facility's.
    pub name: Name,
    /// Where it is, WGS-84.
    pub position: Position,
    /// A place class of the shipped policy: `one_minute`, `three_minutes` or `urban` (five minutes).
    pub place_class: &'static str,
}

/// A camera: a place on the map with the address of its stream, nothing more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Camera {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// Where it is, WGS-84.
    pub position: Position,
    /// The address of its stream. The host is in `.invalid` (RFC 2606), so nothing ever answers.
    pub stream: String,
}

/// A dock (机巢) that a drone stands ready in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dock {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// Where it is, WGS-84.
    pub position: Position,
    /// The station it belongs to.
    pub agency: AgencyId,
}

/// A checkpoint (公安检查站) where a trunk road leaves the county.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// Where it is, WGS-84.
    pub position: Position,
}

/// A facility before it has a code and an agency.
pub(crate) struct Site {
    pub(crate) kind: FacilityKind,
    pub(crate) name: Name,
    pub(crate) at: Point,
}

/// How many nodes count as near.
const NEAR: usize = 80;

/// The network's nodes, taken one by one for what needs a place at a street.
pub(crate) struct StreetPlaces {
    nodes: Vec<Point>,
    taken: BTreeSet<usize>,
}

impl StreetPlaces {
    pub(crate) fn new(plane: &Plane, nodes: &[Position]) -> Self {
        Self { nodes: nodes.iter().map(|node| plane.point(*node)).collect(), taken: BTreeSet::new() }
    }

    /// The node nearest to a place, whether taken or not.
    pub(crate) fn nearest(&self, to: Point) -> Option<Point> {
        self.nodes.iter().min_by(|a, b| a.distance(to).total_cmp(&b.distance(to))).copied()
    }

    /// The nearest of the nodes near a place that is as wanted.
    pub(crate) fn nearest_that(&self, to: Point, wanted: impl Fn(Point) -> bool) -> Option<Point> {
        let mut by_distance: Vec<(f64, Point)> = self.nodes.iter().map(|node| (node.distance(to), *node)).collect();
        by_distance.sort_by(|a, b| a.0.total_cmp(&b.0));
        by_distance.into_iter().take(NEAR).map(|(_, node)| node).find(|node| wanted(*node))
    }

    /// The nearest node that nothing stands at yet; from now on something does.
    pub(crate) fn take(&mut self, near: Point) -> Option<Point> {
        let free = self.nodes.iter().enumerate().filter(|(index, _)| !self.taken.contains(index));
        let (index, place) = free.min_by(|a, b| a.1.distance(near).total_cmp(&b.1.distance(near)))?;
        self.taken.insert(index);
        Some(*place)
    }
}

/// What each kind of settlement has: kind, how far from its middle (in its radius), its kind of name.
type Wanted = (FacilityKind, f64, (&'static str, &'static str));
const OLD_TOWN: [Wanted; 9] = [
    (FacilityKind::Square, 0.05, ("鼓楼广场", "Drum Tower Square")),
    (FacilityKind::Government, 0.25, ("县府", "County Hall")),
    (FacilityKind::Hospital, 0.5, ("人民医院", "Hospital")),
    (FacilityKind::Market, 0.3, ("老街市场", "Old Street Market")),
    (FacilityKind::TransportStation, 0.8, ("汽车站", "Bus Station")),
    (FacilityKind::School, 0.5, ("第一小学", "First Primary School")),
    (FacilityKind::School, 0.55, ("第二小学", "Second Primary School")),
    (FacilityKind::School, 0.6, ("中学", "Middle School")),
    (FacilityKind::Market, 0.65, ("夜市", "Night Market")),
];
const NEW_TOWN: [Wanted; 8] = [
    (FacilityKind::TransportStation, 0.75, ("火车站", "Railway Station")),
    (FacilityKind::Square, 0.2, ("市民广场", "Civic Square")),
    (FacilityKind::Market, 0.35, ("商业街", "Shopping Street")),
    (FacilityKind::Hospital, 0.5, ("中医院", "Second Hospital")),
    (FacilityKind::School, 0.4, ("小学", "Primary School")),
    (FacilityKind::School, 0.5, ("实验学校", "Model School")),
    (FacilityKind::School, 0.6, ("高中", "High School")),
    (FacilityKind::Government, 0.3, ("政务中心", "Service Centre")),
];
const TOWN: [Wanted; 5] = [
    (FacilityKind::Market, 0.2, ("集市", "Market")),
    (FacilityKind::School, 0.5, ("镇小学", "Town School")),
    (FacilityKind::Hospital, 0.5, ("镇卫生院", "Health Centre")),
    (FacilityKind::TransportStation, 0.7, ("客运站", "Bus Stop")),
    (FacilityKind::Government, 0.3, ("镇政府", "Town Hall")),
];
const LARGE_VILLAGE: [Wanted; 1] = [(FacilityKind::School, 0.3, ("村小学", "Village School"))];
/// A village this large has a school, metres.
const LARGE_VILLAGE_M: f64 = 240.0;

/// The facilities of the settlements, at streets.
pub(crate) fn sites(settlements: &[Settlement], streets: &mut StreetPlaces, names: &mut Names, rng: &mut SimRng) -> Vec<Site> {
    let mut sites = Vec::new();
    for place in settlements {
        let wanted: &[Wanted] = match place.kind {
            SettlementKind::OldTown => &OLD_TOWN,
            SettlementKind::NewTown => &NEW_TOWN,
            SettlementKind::Town => &TOWN,
            SettlementKind::Village if place.radius_m >= LARGE_VILLAGE_M => &LARGE_VILLAGE,
            SettlementKind::Village => &[],
        };
        for (kind, out, ending) in wanted {
            let about = place.centre + Point::towards(rng.random_range(0.0..TAU), out * place.radius_m);
            let Some(at) = streets.take(about) else { continue };
            // Second schools and hospitals have names of their own.
            let own = matches!(kind, FacilityKind::School) && place.kind != SettlementKind::Town && place.kind != SettlementKind::Village;
            let name = if own { names.fresh() } else { place.name.clone() };
            sites.push(Site { kind: *kind, name: name.of_kind(*ending), at });
        }
    }
    sites
}
