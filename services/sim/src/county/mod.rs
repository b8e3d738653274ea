//! Invented counties by seed: river and towns first, then ground, roads, what stands there, and units.
//!
//! Every place name is made up (乌有 means "there is no such thing"); a county lies where it does only to have a map's shape.

mod agencies;
mod areas;
mod build;
mod country;
mod crews;
mod facilities;
mod mesh;
pub(crate) mod names;
pub mod network;
mod org;
mod planar;
pub(crate) mod plane;
mod river;
mod starts;
mod streets;
mod terrain;
mod watch;

pub(crate) use crews::{Ready, StationCrews, units as crew_units};
pub use facilities::{Camera, Checkpoint, Dock, Facility, FacilityKind, ResponsePoint};
pub use names::Name;
pub use network::{Link, Network, ROAD_CLASSES, RoadClass, Route, Router};
pub use org::FolderFile;

use crate::layout::{Layout, LayoutError, UNITS_MAX};
use domain::place::Position;

/// Code of the invented county. No province's codes begin with 99.
pub const COUNTY_CODE: &str = "990001";
/// Its units.
pub const UNITS: usize = 120;
/// Its stations.
pub const STATIONS: usize = 6;
/// Most stations a county may have.
pub const COUNTY_STATIONS_MAX: usize = 24;
/// Least units for each station of a county.
pub const STATION_UNITS_MIN: usize = 8;

/// Latitude and longitude, degrees × 10⁷.
const CENTRE_E7: (i32, i32) = (376_000_000, 1_088_000_000);

/// What county to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CountyPlan {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Its code: the log's name and the beginning of every code in it. At most 24 characters of `a-z 0-9 -`.
    pub code: String,
    /// Its name.
    pub name: Name,
    /// Where its middle is, WGS-84: at most 75° from the equator and 2° from the antimeridian.
    pub centre: Position,
    /// How many stations, 1 to [`COUNTY_STATIONS_MAX`]. From 3 the first two are the old and the new county town's; the last, or the
    /// only one, is small and organised by post (岗位制).
    pub stations: usize,
    /// How many units, at least [`STATION_UNITS_MIN`] for each station and at most [`UNITS_MAX`].
    pub units: usize,
}

impl CountyPlan {
    /// The demo's county of a seed: Wuyou (乌有县), six stations, 120 units.
    ///
    /// # Errors
    /// [`LayoutError`], which the fixed place never causes.
    pub fn new(seed: u64) -> Result<Self, LayoutError> {
        let centre = Position::from_e7(CENTRE_E7.0, CENTRE_E7.1)?;
        let name = Name::new("乌有县", "Wuyou County");
        Ok(Self { seed, code: COUNTY_CODE.to_owned(), name, centre, stations: STATIONS, units: UNITS })
    }

    fn check(&self) -> Result<(), LayoutError> {
        let range = |field, given: String, expected: String| Err(LayoutError::OutOfRange { field, given, expected });
        if !(1..=COUNTY_STATIONS_MAX).contains(&self.stations) {
            return range("stations", self.stations.to_string(), format!("1 to {COUNTY_STATIONS_MAX}"));
        }
        let least = self.stations * STATION_UNITS_MIN;
        if !(least..=UNITS_MAX).contains(&self.units) {
            return range("units", self.units.to_string(), format!("{least} to {UNITS_MAX} for {} stations", self.stations));
        }
        if self.code.len() > 24 {
            return range("code", self.code.clone(), "at most 24 characters".to_owned());
        }
        if self.centre.lat().abs() > 75.0 || self.centre.lon().abs() > 178.0 {
            return range("centre", format!("{:?}", self.centre), "at most 75 degrees of latitude and 178 of longitude".to_owned());
        }
        Ok(())
    }
}

/// An area of water.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Water {
    /// Its name.
    pub name: Name,
    /// Its bank: corners of a simple polygon, WGS-84, the first not repeated.
    pub ring: Vec<Position>,
    /// A river's middle line; empty for still water.
    pub line: Vec<Position>,
}

/// A county with everything in it.
#[derive(Clone, PartialEq, Debug)]
pub struct County {
    /// Its agencies, boundaries, posts and units.
    pub layout: Layout,
    /// Its roads.
    pub network: Network,
    /// Its waters.
    pub water: Vec<Water>,
    /// Schools, hospitals, squares and the like.
    pub facilities: Vec<Facility>,
    /// 1·3·5 points.
    pub response_points: Vec<ResponsePoint>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Drone docks.
    pub docks: Vec<Dock>,
    /// Checkpoints on the trunk roads.
    pub checkpoints: Vec<Checkpoint>,
}

impl County {
    /// Its schools.
    pub fn schools(&self) -> impl Iterator<Item = &Facility> {
        self.of_kind(FacilityKind::School)
    }

    /// Its hospitals and health centres.
    pub fn hospitals(&self) -> impl Iterator<Item = &Facility> {
        self.of_kind(FacilityKind::Hospital)
    }

    /// The facilities of a kind.
    pub fn of_kind(&self, kind: FacilityKind) -> impl Iterator<Item = &Facility> {
        self.facilities.iter().filter(move |facility| facility.kind == kind)
    }
}

/// Makes a county: the same plan gives the same county.
///
/// # Errors
/// [`LayoutError`] when the plan is out of range.
pub fn county(plan: &CountyPlan) -> Result<County, LayoutError> {
    plan.check()?;
    build::build(plan)
}

/// The agencies and units of the demo's county of a seed: the same seed gives the same ones.
///
/// # Errors
/// [`LayoutError`], which the fixed codes and places never cause.
pub fn invented_county(seed: u64) -> Result<Layout, LayoutError> {
    Ok(county(&CountyPlan::new(seed)?)?.layout)
}

#[cfg(test)]
pub(crate) mod tests;
