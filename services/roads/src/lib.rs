//! Travel times from many units to one place: the interface they come through, and the straight-line estimate.
//!
//! Callers hold an `Arc<dyn TravelTimes>` and never know which implementation answers; every time that comes back says what it
//! was worked out from, so that an estimate is never shown as a road time.

pub mod speed;
pub mod sphere;
pub mod straight_line;
pub mod travel;

pub use speed::{InvalidSpeed, SpeedClass, SpeedTable};
pub use sphere::{EARTH_RADIUS_M, UnitVector, great_circle_m};
pub use straight_line::StraightLine;
pub use travel::{Origin, TravelSource, TravelTime, TravelTimes};
