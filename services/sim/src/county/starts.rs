//! Where units begin.

use super::Network;
use crate::geometry::{Side, side_of_ring};
use crate::layout::Layout;
use crate::random::SimRng;
use domain::agency::AgencyLevel;
use domain::ids::AgencyId;
use domain::place::Position;
use rand::RngExt;

/// Where units begin: at streets of their ground.
pub(super) struct Starts {
    /// For each beat, station and the county: the streets on its ground, or else its seat.
    places: Vec<(AgencyId, Vec<Position>)>,
    instead: Position,
    rng: SimRng,
}

impl Starts {
    pub(super) fn new(layout: &Layout, network: &Network, instead: Position, rng: SimRng) -> Self {
        let places = layout.nodes.iter().zip(&layout.boundaries).map(|(node, boundary)| {
            let bounds = |of: fn(&Position) -> i32| {
                (boundary.ring.iter().map(of).min().unwrap_or(0), boundary.ring.iter().map(of).max().unwrap_or(0))
            };
            let (lat, lon) = (bounds(|p| p.lat_e7()), bounds(|p| p.lon_e7()));
            let near = |p: &&Position| (lat.0..=lat.1).contains(&p.lat_e7()) && (lon.0..=lon.1).contains(&p.lon_e7());
            let inside = |p: &&Position| node.level == AgencyLevel::County || side_of_ring(&boundary.ring, **p) == Side::Inside;
            let mut places: Vec<Position> = network.nodes.iter().filter(near).filter(inside).copied().collect();
            if places.is_empty() {
                places.extend(node.seat);
            }
            (node.agency_id.clone(), places)
        });
        Self { places: places.collect(), instead, rng }
    }

    /// A place to begin at on a home's ground.
    pub(super) fn at(&mut self, home: &AgencyId) -> Position {
        let of_home = self.places.iter().find(|(agency, places)| agency == home && !places.is_empty());
        let any = of_home.or_else(|| self.places.iter().find(|(_, places)| !places.is_empty()));
        let places = any.map(|(_, places)| places.as_slice()).unwrap_or_default();
        let index = self.rng.random_range(0..places.len().max(1));
        places.get(index).copied().unwrap_or(self.instead)
    }
}
