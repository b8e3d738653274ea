//! Travel times along the straight line: great-circle distance at the speed of the unit's class.

use crate::speed::SpeedTable;
use crate::sphere::great_circle_m;
use crate::travel::{Origin, TravelSource, TravelTime, TravelTimes};
use domain::place::Position;

/// Estimates every travel time as `distance / speed`. Every answer is marked [`TravelSource::StraightLine`].
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct StraightLine {
    speeds: SpeedTable,
}

impl StraightLine {
    /// Estimates with these speeds.
    #[must_use]
    pub fn new(speeds: SpeedTable) -> Self {
        Self { speeds }
    }

    fn one(&self, destination: Position, origin: &Origin) -> TravelTime {
        let travel_s = great_circle_m(origin.position, destination) / self.speeds.m_per_s(origin.speed_class);
        // At most half the Earth's circumference at the slowest speed, 2 × 10¹¹ ms: neither negative nor too large.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let travel_ms = (travel_s * 1000.0).ceil() as u64;
        TravelTime { travel_ms, source: TravelSource::StraightLine }
    }
}

impl TravelTimes for StraightLine {
    fn to_one(&self, destination: Position, origins: &[Origin]) -> Vec<TravelTime> {
        origins.iter().map(|origin| self.one(destination, origin)).collect()
    }

    fn source(&self) -> TravelSource {
        TravelSource::StraightLine
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speed::{SpeedClass, Speeds};

    fn at(lat: f64, lon: f64) -> Position {
        Position::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn times_come_back_in_order_at_the_speed_of_the_class_and_marked() {
        let speeds = Speeds { car_m_per_s: 10.0, foot_m_per_s: 1.0, ..Speeds::default() };
        let travel: &dyn TravelTimes = &StraightLine::new(SpeedTable::try_from(speeds).unwrap());
        let near = at(37.600_899_32, 108.8); // 100 m north: 100 / R radians
        let times = travel.to_one(
            at(37.6, 108.8),
            &[
                Origin { position: near, speed_class: SpeedClass::Foot },
                Origin { position: near, speed_class: SpeedClass::Car },
                Origin { position: at(37.6, 108.8), speed_class: SpeedClass::Drone },
            ],
        );
        assert_eq!(times.len(), 3);
        assert!((99_990..=100_010).contains(&times[0].travel_ms), "{times:?}");
        assert!((9_999..=10_001).contains(&times[1].travel_ms), "{times:?}");
        assert_eq!(times[2].travel_ms, 0, "already there");
        assert!(times.iter().all(|time| time.source == TravelSource::StraightLine));
        assert_eq!(travel.source(), TravelSource::StraightLine);
    }

    #[test]
    fn the_longest_way_at_the_slowest_speed_is_a_finite_time() {
        let speeds = Speeds { foot_m_per_s: 0.1, ..Speeds::default() };
        let travel = StraightLine::new(SpeedTable::try_from(speeds).unwrap());
        let times = travel.to_one(at(90.0, 0.0), &[Origin { position: at(-90.0, 0.0), speed_class: SpeedClass::Foot }]);
        assert!((200_000_000_000..201_000_000_000).contains(&times[0].travel_ms), "{times:?}");
    }
}
