//! A road network: nodes with positions, links between them, classes with speeds.

mod export;
mod geojson;
mod router;

pub use export::{NetworkError, read_network};
pub use router::{Route, Router, SNAP_MAX_M};

use crate::county::names::Name;
use domain::place::Position;
use roads::sphere::great_circle_m;

/// Most nodes a network may have.
pub const NODES_MAX: usize = 1 << 20;

/// The class of a road: how important it is, and so how fast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RoadClass {
    /// A trunk road to the neighbouring counties (国道、省道).
    Trunk,
    /// A ring road or an avenue (城市主干路).
    Primary,
    /// A main street, or a road between towns (次干路、县道).
    Secondary,
    /// A road between villages (乡村公路).
    Country,
    /// A street where people live (支路).
    Residential,
    /// A narrow lane (巷).
    Lane,
    /// A track through the fields (机耕路).
    Track,
}

/// Every class, most important first, with its key and the speed that a car drives there, metres per second. Assumption: about four
/// fifths of the usual limits (80, 60, 50, 40, 30, 20, 20 km/h), junctions included.
pub const ROAD_CLASSES: [(RoadClass, &str, f64); 7] = [
    (RoadClass::Trunk, "trunk", 18.0),
    (RoadClass::Primary, "primary", 13.5),
    (RoadClass::Secondary, "secondary", 11.0),
    (RoadClass::Country, "country", 10.0),
    (RoadClass::Residential, "residential", 7.0),
    (RoadClass::Lane, "lane", 4.5),
    (RoadClass::Track, "track", 4.5),
];

impl RoadClass {
    fn row(self) -> &'static (RoadClass, &'static str, f64) {
        let row = ROAD_CLASSES.iter().find(|row| row.0 == self);
        row.unwrap_or(&ROAD_CLASSES[0])
    }

    /// The key, as in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The class of a key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        ROAD_CLASSES.iter().find(|row| row.1 == key).map(|row| row.0)
    }

    /// How fast a car drives there, metres per second.
    #[must_use]
    pub fn speed_m_per_s(self) -> f64 {
        self.row().2
    }
}

/// A stretch of road between two nodes, straight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// Index of the node it begins at.
    pub from: u32,
    /// Index of the node it ends at.
    pub to: u32,
    /// Its class.
    pub class: RoadClass,
    /// Whether it may be driven only from `from` to `to`.
    pub one_way: bool,
    /// Whether it is a bridge over the river.
    pub bridge: bool,
    /// Its name, an index into [`Network::names`].
    pub name: Option<u32>,
}

/// A road network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// Where the nodes are: junctions, bends and ends. A node's number is its index.
    pub nodes: Vec<Position>,
    /// The links.
    pub links: Vec<Link>,
    /// Names of roads.
    pub names: Vec<Name>,
}

impl Network {
    /// Both ends of a link.
    #[must_use]
    pub fn ends(&self, link: &Link) -> Option<(Position, Position)> {
        let node = |index: u32| usize::try_from(index).ok().and_then(|index| self.nodes.get(index)).copied();
        Some((node(link.from)?, node(link.to)?))
    }

    /// A link's length along the great circle, metres.
    #[must_use]
    pub fn length_m(&self, link: &Link) -> f64 {
        self.ends(link).map_or(0.0, |(from, to)| great_circle_m(from, to))
    }

    /// For each node, the nodes that one can drive to at once; `backwards`: come from.
    fn reachable(&self, backwards: bool) -> Vec<Vec<usize>> {
        let mut next = vec![Vec::new(); self.nodes.len()];
        for link in &self.links {
            let (from, to) = (link.from as usize, link.to as usize);
            let ways = [(from, to, !backwards || !link.one_way), (to, from, backwards || !link.one_way)];
            for (a, b, open) in ways {
                if let (true, Some(list)) = (open, next.get_mut(a)) {
                    list.push(b);
                }
            }
        }
        next
    }

    /// Which nodes one can drive to from the first one; `backwards`: from which one can drive to it.
    pub(crate) fn reached(&self, backwards: bool) -> Vec<bool> {
        let next = self.reachable(backwards);
        let mut seen = vec![false; self.nodes.len()];
        let mut open = if seen.is_empty() { Vec::new() } else { vec![0] };
        while let Some(node) = open.pop() {
            if let Some(seen) = seen.get_mut(node).filter(|seen| !**seen) {
                *seen = true;
                open.extend(next.get(node).into_iter().flatten());
            }
        }
        seen
    }

    /// Whether one can drive from every node to every other.
    #[must_use]
    pub fn is_strongly_connected(&self) -> bool {
        self.reached(false).into_iter().all(|seen| seen) && self.reached(true).into_iter().all(|seen| seen)
    }

    /// At how many links' ends each node is.
    #[must_use]
    pub fn degrees(&self) -> Vec<u32> {
        let mut degrees = vec![0; self.nodes.len()];
        for end in self.links.iter().flat_map(|link| [link.from, link.to]) {
            if let Some(degree) = degrees.get_mut(end as usize) {
                *degree += 1;
            }
        }
        degrees
    }
}
