//! Where invented events happen: about the seats of beats, or anywhere within the boundaries.

use crate::geometry::{Side, offset, side_of_ring};
use crate::layout::Layout;
use crate::random::{SimRng, chance, normal, pick};
use domain::agency::AgencyLevel;
use domain::place::Position;
use rand::RngExt;

/// Share of positions that lie about a seat; the rest is spread evenly. Assumption.
const ABOUT_SEATS_PROBABILITY: f64 = 0.75;
/// Standard deviation of the distance to a seat, metres. Assumption.
const ABOUT_SEATS_M: f64 = 1_400.0;
/// Tries to hit the area before a seat itself is taken.
const TRIES_MAX: usize = 64;

/// The ground that calls come from.
pub(super) struct Ground {
    /// Boundaries a place must lie in.
    rings: Vec<Vec<Position>>,
    seats: Vec<Position>,
    /// Names of the seats' places, in Chinese and English.
    names: Vec<(String, String)>,
}

impl Ground {
    pub(super) fn new(layout: &Layout) -> Self {
        let both = || layout.nodes.iter().zip(&layout.boundaries);
        let rings = both().filter(|(node, _)| node.level == AgencyLevel::Station).map(|(_, b)| b.ring.clone()).collect();
        let name = |name: &str, ending: &str| name.trim_end_matches(ending).to_owned();
        let (seats, names) = both()
            .filter(|(node, _)| node.level == AgencyLevel::Beat)
            .filter_map(|(node, _)| Some((node.seat?, (name(&node.name_zh, "警务区"), name(&node.name_en, " Beat")))))
            .unzip();
        Self { rings, seats, names }
    }

    /// A place within the boundaries: about a seat, or anywhere; none when the layout has no seats.
    pub(super) fn somewhere(&self, rng: &mut SimRng) -> Option<Position> {
        let about = chance(rng, ABOUT_SEATS_PROBABILITY);
        for _ in 0..TRIES_MAX {
            let candidate = if about { self.about_a_seat(rng) } else { self.anywhere(rng) };
            let Some(candidate) = candidate else { break };
            if self.is_inside(candidate) {
                return Some(candidate);
            }
        }
        pick(rng, &self.seats).copied()
    }

    /// A place about another one, within the boundaries; the other one itself when none is hit.
    pub(super) fn about(&self, middle: Position, sd_m: f64, rng: &mut SimRng) -> Position {
        if sd_m <= 0.0 {
            return middle;
        }
        for _ in 0..TRIES_MAX {
            let candidate = offset(middle, normal(rng) * sd_m, normal(rng) * sd_m);
            if self.is_inside(candidate) {
                return candidate;
            }
        }
        middle
    }

    /// The name of the place whose seat is nearest.
    pub(super) fn name(&self, position: Position) -> Option<(&str, &str)> {
        let distance = |seat: &Position| roads::sphere::great_circle_m(*seat, position);
        let nearest = self.seats.iter().zip(&self.names).min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
        nearest.map(|(_, (zh, en))| (zh.as_str(), en.as_str()))
    }

    fn is_inside(&self, position: Position) -> bool {
        self.rings.iter().any(|ring| side_of_ring(ring, position) != Side::Outside)
    }

    fn about_a_seat(&self, rng: &mut SimRng) -> Option<Position> {
        let seat = *pick(rng, &self.seats)?;
        Some(offset(seat, normal(rng) * ABOUT_SEATS_M, normal(rng) * ABOUT_SEATS_M))
    }

    fn anywhere(&self, rng: &mut SimRng) -> Option<Position> {
        let corners = || self.rings.iter().flatten();
        let lats = (corners().map(|p| p.lat_e7()).min()?, corners().map(|p| p.lat_e7()).max()?);
        let lons = (corners().map(|p| p.lon_e7()).min()?, corners().map(|p| p.lon_e7()).max()?);
        Position::from_e7(rng.random_range(lats.0..=lats.1), rng.random_range(lons.0..=lons.1)).ok()
    }
}
