//! How fast units get nearer: speed classes and their speeds, as data.

use serde::{Deserialize, Serialize};

/// What a unit moves by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeedClass {
    /// A patrol car.
    Car,
    /// A motorcycle.
    Motorcycle,
    /// On foot.
    Foot,
    /// A drone: no roads.
    Drone,
}

/// Slowest speed a table may state, in m/s: below it a travel time says nothing.
pub const MIN_SPEED_M_PER_S: f64 = 0.1;
/// Fastest speed a table may state, in m/s.
pub const MAX_SPEED_M_PER_S: f64 = 120.0;

/// Speeds along the *straight line*, in metres per second: how fast the great-circle distance shrinks, detours and junctions
/// included. For ground units that is the speed on the road divided by how much longer roads are (about 1.3 in towns).
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Speeds", into = "Speeds")]
pub struct SpeedTable {
    speeds: Speeds,
}

/// A speed table as it is written in a policy file; checked when it becomes a [`SpeedTable`]. Absent speeds are the defaults.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Speeds {
    /// A patrol car. Default 10: 47 km/h on the road.
    pub car_m_per_s: f64,
    /// A motorcycle. Default 11: as a car, with shorter ways through town.
    pub motorcycle_m_per_s: f64,
    /// On foot. Default 1.3: a brisk walk, few detours.
    pub foot_m_per_s: f64,
    /// A drone. Default 15: a usual cruising speed of police multicopters, no detours.
    pub drone_m_per_s: f64,
}

impl Default for Speeds {
    fn default() -> Self {
        Self { car_m_per_s: 10.0, motorcycle_m_per_s: 11.0, foot_m_per_s: 1.3, drone_m_per_s: 15.0 }
    }
}

/// A speed was refused: which one, what was given, what is expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} {given} is not a usable speed: expected {MIN_SPEED_M_PER_S} to {MAX_SPEED_M_PER_S} m/s")]
pub struct InvalidSpeed {
    /// The field's name, for example `car_m_per_s`.
    pub field: &'static str,
    /// What was given, in m/s.
    pub given: f64,
}

impl SpeedTable {
    /// The speed of a class in m/s: finite, from [`MIN_SPEED_M_PER_S`] to [`MAX_SPEED_M_PER_S`].
    #[must_use]
    pub fn m_per_s(&self, class: SpeedClass) -> f64 {
        match class {
            SpeedClass::Car => self.speeds.car_m_per_s,
            SpeedClass::Motorcycle => self.speeds.motorcycle_m_per_s,
            SpeedClass::Foot => self.speeds.foot_m_per_s,
            SpeedClass::Drone => self.speeds.drone_m_per_s,
        }
    }
}

impl TryFrom<Speeds> for SpeedTable {
    type Error = InvalidSpeed;

    fn try_from(speeds: Speeds) -> Result<Self, InvalidSpeed> {
        let fields = [
            ("car_m_per_s", speeds.car_m_per_s),
            ("motorcycle_m_per_s", speeds.motorcycle_m_per_s),
            ("foot_m_per_s", speeds.foot_m_per_s),
            ("drone_m_per_s", speeds.drone_m_per_s),
        ];
        // Not a number is in no range, so it is refused too.
        match fields.into_iter().find(|(_, given)| !(MIN_SPEED_M_PER_S..=MAX_SPEED_M_PER_S).contains(given)) {
            Some((field, given)) => Err(InvalidSpeed { field, given }),
            None => Ok(Self { speeds }),
        }
    }
}

impl From<SpeedTable> for Speeds {
    fn from(table: SpeedTable) -> Self {
        table.speeds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_pass_their_own_check() {
        assert_eq!(SpeedTable::try_from(Speeds::default()), Ok(SpeedTable::default()));
    }

    #[test]
    fn a_speed_that_cannot_be_used_is_refused_by_field() {
        for given in [0.0, -3.0, f64::INFINITY, 500.0] {
            let error = SpeedTable::try_from(Speeds { foot_m_per_s: given, ..Speeds::default() }).unwrap_err();
            assert_eq!(error, InvalidSpeed { field: "foot_m_per_s", given });
        }
        let error = SpeedTable::try_from(Speeds { drone_m_per_s: f64::NAN, ..Speeds::default() }).unwrap_err();
        assert_eq!(error.to_string(), "drone_m_per_s NaN is not a usable speed: expected 0.1 to 120 m/s");
    }
}
