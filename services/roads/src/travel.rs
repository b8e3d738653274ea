//! The interface travel times come through.

use crate::speed::SpeedClass;
use domain::place::Position;
use serde::{Deserialize, Serialize};

/// What a travel time was worked out from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelSource {
    /// The great-circle distance at a speed: an estimate.
    StraightLine,
    /// The road network.
    Road,
}

/// Where a unit sets out from, and how it moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Where it is, WGS-84.
    pub position: Position,
    /// What it moves by.
    pub speed_class: SpeedClass,
}

/// How long one origin needs to the destination.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct TravelTime {
    /// Travel time in milliseconds, rounded up.
    pub travel_ms: u64,
    /// What it was worked out from.
    pub source: TravelSource,
}

/// Travel times from many origins to one destination.
pub trait TravelTimes: Send + Sync {
    /// One travel time per origin, in the order of `origins`. Where an implementation knows no way it answers with the
    /// straight line and says so in the time's source; it never leaves an origin out.
    fn to_one(&self, destination: Position, origins: &[Origin]) -> Vec<TravelTime>;

    /// The best source this implementation answers from.
    fn source(&self) -> TravelSource;
}
