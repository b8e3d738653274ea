//! A layout of stations, beats and units: what a replay without an agency folder and the demo county are run on.

mod extent;
mod geojson;
mod partition;
mod staffing;

pub use extent::{Extent, robust_extent};
pub use staffing::UnitPlan;

use crate::geometry::{Side, side_of_ring};
use crate::random::{pick, seeded};
use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, InvalidTree, Organisation};
use domain::ids::{AgencyId, InvalidCode, LogId};
use domain::place::{InvalidPosition, Position};
use domain::time::Timestamp;
use partition::split;
use rand::RngExt;
use staffing::{Station, staff};
pub(crate) use staffing::{apportion, call_letters, speed_m_per_s};
use std::collections::BTreeSet;

/// Most stations a layout may have.
pub const STATIONS_MAX: usize = 256;
/// Most beats a station may have.
pub const BEATS_MAX: usize = 16;
/// Most units a layout may have.
pub const UNITS_MAX: usize = 100_000;

/// The boundary of one agency node: the corners of a simple polygon, counter-clockwise, the first not repeated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Boundary {
    /// Whose boundary.
    pub agency_id: AgencyId,
    /// Corners, WGS-84.
    pub ring: Vec<Position>,
}

/// An agency tree with its boundaries and units. Sibling boundaries share edges and together make up their parent's.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// The log of its county.
    pub log_id: LogId,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// County, stations and beats, each after its parent.
    pub nodes: Vec<AgencyNode>,
    /// One for each node, in the same order.
    pub boundaries: Vec<Boundary>,
    /// Posts (警务站): they have a seat and no ground.
    pub posts: Vec<AgencyNode>,
    /// The units, by call sign within station.
    pub units: Vec<UnitPlan>,
}

/// Why no layout could be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LayoutError {
    /// No call has a position.
    #[error("the calls have no position: expected at least one")]
    NoPositions,
    /// A parameter is out of range.
    #[error("{field} is {given}: expected {expected}")]
    OutOfRange {
        /// Which parameter.
        field: &'static str,
        /// What was given.
        given: String,
        /// What would be right.
        expected: String,
    },
    /// The log's code leaves no room for the codes below it.
    #[error(transparent)]
    Code(#[from] InvalidCode),
    /// A fixed place is no place.
    #[error(transparent)]
    Position(#[from] InvalidPosition),
}

/// How to lay out stations and units over recorded calls.
#[derive(Clone, PartialEq, Debug)]
pub struct LayoutParams {
    /// Code of the county, at most 24 characters, so that its units' codes fit.
    pub log_id: LogId,
    /// The county's name in Chinese.
    pub name_zh: String,
    /// The county's name in English.
    pub name_en: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// How many stations; none works it out from the load.
    pub stations: Option<usize>,
    /// Beats in each station, 1 to 16.
    pub beats_per_station: usize,
    /// Calls a day one station handles, when the number of stations is worked out. Assumption: 150, in the order of the districts
    /// of American cities whose calls are replayed.
    pub calls_per_station_per_day: f64,
    /// Calls a day one unit handles, all shifts together. Assumption: 12, i.e. one every two hours.
    pub calls_per_unit_per_day: f64,
    /// Least units of a station, so that every team has one. Assumption: 4.
    pub units_per_station_min: usize,
    /// Seed of the units' starting places.
    pub seed: u64,
}

impl LayoutParams {
    /// The usual parameters for a county.
    #[must_use]
    pub fn new(log_id: LogId, time_zone: &str, seed: u64) -> Self {
        Self {
            log_id,
            name_zh: "回放区".to_owned(),
            name_en: "Replay area".to_owned(),
            time_zone: time_zone.to_owned(),
            stations: None,
            beats_per_station: 3,
            calls_per_station_per_day: 150.0,
            calls_per_unit_per_day: 12.0,
            units_per_station_min: 4,
            seed,
        }
    }

    fn check(&self) -> Result<(), LayoutError> {
        let range = |field, given: String, expected: String| Err(LayoutError::OutOfRange { field, given, expected });
        if self.stations.is_some_and(|n| !(1..=STATIONS_MAX).contains(&n)) {
            return range("stations", format!("{:?}", self.stations), format!("1 to {STATIONS_MAX}"));
        }
        if !(1..=BEATS_MAX).contains(&self.beats_per_station) {
            return range("beats_per_station", self.beats_per_station.to_string(), format!("1 to {BEATS_MAX}"));
        }
        for (field, given) in
            [("calls_per_station_per_day", self.calls_per_station_per_day), ("calls_per_unit_per_day", self.calls_per_unit_per_day)]
        {
            if !given.is_finite() || given <= 0.0 {
                return range(field, given.to_string(), "a number above 0".to_owned());
            }
        }
        Ok(())
    }
}

/// Lays out a county over the calls' positions (WGS-84): a robust extent, split exactly into stations and beats by call density,
/// with units in proportion to each station's load. `days` is how many days the calls cover, for the load. Positions far out are
/// left outside every boundary on purpose. The extent must not cross the antimeridian.
///
/// # Errors
/// [`LayoutError`].
pub fn layout_over_calls(positions: &[Position], days: f64, params: &LayoutParams) -> Result<Layout, LayoutError> {
    params.check()?;
    if !days.is_finite() || days <= 0.0 {
        return Err(LayoutError::OutOfRange { field: "days", given: days.to_string(), expected: "a number above 0".to_owned() });
    }
    let extent = robust_extent(positions).ok_or(LayoutError::NoPositions)?;
    let mut inside: Vec<Position> = positions.iter().copied().filter(|position| extent.contains(*position)).collect();
    let calls_per_day = inside.len() as f64 / days;
    let stations = params.stations.unwrap_or_else(|| ratio(calls_per_day, params.calls_per_station_per_day).clamp(1, STATIONS_MAX));
    let centre = median(&inside);
    let mut cells = Vec::new();
    split(extent, &mut inside, stations, &mut cells);

    let loads: Vec<u64> = cells.iter().map(|cell| cell.points.len() as u64).collect();
    let wanted = ratio(calls_per_day, params.calls_per_unit_per_day).min(UNITS_MAX);
    let unit_counts = apportion(&loads, wanted, params.units_per_station_min.min(UNITS_MAX / STATIONS_MAX));

    let root = AgencyId::new(params.log_id.as_str())?;
    let mut layout = Layout::new(params.log_id.clone(), &params.time_zone);
    layout.add(&root, None, AgencyLevel::County, (&params.name_zh, &params.name_en), centre, extent.ring());
    let mut rng = seeded(params.seed, 0);
    for (index, cell) in cells.iter().enumerate() {
        let number = index + 1;
        let station = AgencyId::new(&format!("{root}-{number:02}"))?;
        let seat = median(cell.points).unwrap_or_else(|| cell.extent.centre());
        let (zh, en) = (format!("第{number}派出所"), format!("Station {number}"));
        layout.add(&station, Some(&root), AgencyLevel::Station, (&zh, &en), Some(seat), cell.extent.ring());
        let mut points = cell.points.to_vec();
        let mut beat_cells = Vec::new();
        split(cell.extent, &mut points, params.beats_per_station, &mut beat_cells);
        let mut beats = Vec::new();
        for (beat_index, beat_cell) in beat_cells.iter().enumerate() {
            let beat = AgencyId::new(&format!("{station}-{}", beat_index + 1))?;
            let names = (format!("{zh}第{}警务区", beat_index + 1), format!("{en} Beat {}", beat_index + 1));
            let seat = median(beat_cell.points).unwrap_or_else(|| beat_cell.extent.centre());
            layout.add(&beat, Some(&station), AgencyLevel::Beat, (&names.0, &names.1), Some(seat), beat_cell.extent.ring());
            beats.push(beat);
        }
        let count = unit_counts.get(index).copied().unwrap_or(0);
        let letters = call_letters(index);
        let station = Station { agency: &station, letters: &letters, beats: &beats, seat };
        // Units begin where calls came from, and anywhere in a station that has none.
        let start = || pick(&mut rng, cell.points).copied().unwrap_or_else(|| cell.extent.at(rng.random(), rng.random()));
        layout.units.extend(staff(&params.log_id, &station, count, start)?);
    }
    Ok(layout)
}

/// On how many days (UTC) these times lie: what `days` of [`layout_over_calls`] is for a file with gaps.
pub fn active_days(times: impl Iterator<Item = Timestamp>) -> u32 {
    let days: BTreeSet<i64> = times.map(|time| time.0.div_euclid(86_400_000)).collect();
    u32::try_from(days.len()).unwrap_or(u32::MAX)
}

/// How many of `per` make up `load`, at least 1, rounded up.
fn ratio(load: f64, per: f64) -> usize {
    // Cut before the cast, which then loses nothing but the fraction.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    {
        (load / per).ceil().clamp(1.0, UNITS_MAX as f64) as usize
    }
}

/// The middle latitude with the middle longitude.
fn median(points: &[Position]) -> Option<Position> {
    let mut lats: Vec<i32> = points.iter().map(|p| p.lat_e7()).collect();
    let mut lons: Vec<i32> = points.iter().map(|p| p.lon_e7()).collect();
    let middle = points.len() / 2;
    if points.is_empty() {
        return None;
    }
    let (_, lat, _) = lats.select_nth_unstable(middle);
    let (_, lon, _) = lons.select_nth_unstable(middle);
    Position::from_e7(*lat, *lon).ok()
}

impl Layout {
    pub(crate) fn new(log_id: LogId, time_zone: &str) -> Self {
        Self { log_id, time_zone: time_zone.to_owned(), nodes: Vec::new(), boundaries: Vec::new(), posts: Vec::new(), units: Vec::new() }
    }

    pub(crate) fn add(
        &mut self,
        id: &AgencyId,
        parent: Option<&AgencyId>,
        level: AgencyLevel,
        (name_zh, name_en): (&str, &str),
        seat: Option<Position>,
        ring: Vec<Position>,
    ) {
        self.nodes.push(AgencyNode {
            agency_id: id.clone(),
            parent: parent.cloned(),
            level,
            name_zh: name_zh.to_owned(),
            name_en: name_en.to_owned(),
            seat,
            organisation: Organisation::TwoTeams,
            place_class: None,
            staffing: None,
            neighbours: BTreeSet::new(),
        });
        self.boundaries.push(Boundary { agency_id: id.clone(), ring });
    }

    /// The agency tree.
    ///
    /// # Errors
    /// [`InvalidTree`], which a layout made here never is.
    pub fn tree(&self) -> Result<AgencyTree, InvalidTree> {
        AgencyTree::new(self.log_id.clone(), self.time_zone.clone(), self.nodes.iter().chain(&self.posts).cloned().collect())
    }

    /// The boundary of a node.
    #[must_use]
    pub fn boundary(&self, agency_id: &AgencyId) -> Option<&Boundary> {
        self.boundaries.iter().find(|boundary| &boundary.agency_id == agency_id)
    }

    /// The nodes of a level that contain a position, edges included: one, or those that meet there.
    pub fn containing(&self, level: AgencyLevel, position: Position) -> impl Iterator<Item = &AgencyNode> {
        let both = self.nodes.iter().zip(&self.boundaries);
        both.filter(move |(node, boundary)| node.level == level && side_of_ring(&boundary.ring, position) != Side::Outside)
            .map(|(node, _)| node)
    }

    /// The `org.toml` that goes with the boundaries when they are imported or written to an agency folder.
    #[must_use]
    pub fn org_toml(&self) -> String {
        format!("log_id = \"{}\"\ntime_zone = \"{}\"\ndatum = \"wgs84\"\n", self.log_id, self.time_zone)
    }

    /// All boundaries and posts as a GeoJSON feature collection (RFC 7946, WGS-84), as `places` imports it: each feature has
    /// `agency_id`, `parent`, `level`, `name_zh`, `name_en` and `seat` (`[longitude, latitude]`), and `organisation`, `place_class`
    /// and `staffing` where they say something.
    #[must_use]
    pub fn boundaries_geojson(&self) -> String {
        geojson::collection(self)
    }
}

#[cfg(test)]
mod tests;
