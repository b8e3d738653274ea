//! Ways along the roads: the fastest one between two places, with where one is on it at every moment.

use super::Network;
use crate::county::plane::{Plane, Point, nearest_on};
use crate::geometry::{along, heading_deg};
use domain::place::Position;
use pathfinding::prelude::astar;
use roads::SpeedClass;
use roads::sphere::great_circle_m;
use rstar::RTree;
use rstar::primitives::{GeomWithData, Line};

/// Farther from every road one goes straight, metres.
pub const SNAP_MAX_M: f64 = 3_000.0;
/// Off the roads a vehicle does as much, metres per second.
const OFF_ROAD_M_PER_S: f64 = 2.5;
/// On foot, on a road or not: as the shipped policy reckons, metres per second.
const ON_FOOT_M_PER_S: f64 = 2.0;
/// A drone, in a straight line: as the shipped policy reckons, metres per second.
const DRONE_M_PER_S: f64 = 15.0;
/// A motorcycle is this much faster than a car in streets and lanes. Assumption.
const MOTORCYCLE_GAIN: f64 = 1.1;

/// A way and its times. It has at least one point.
#[derive(Clone, PartialEq, Debug)]
pub struct Route {
    /// Where it leads along, from the beginning to the end.
    pub points: Vec<Position>,
    /// When each point is reached, milliseconds after the beginning; never falling.
    pub reached_ms: Vec<u64>,
    /// How long it takes, milliseconds.
    pub travel_ms: u64,
    /// Where it begins.
    begin: Position,
    /// Whether it follows roads; else it is the straight line, since no road was near or the class needs none.
    pub on_roads: bool,
}

impl Route {
    /// Where one is after `elapsed_ms`, and the heading in degrees clockwise from north; at the end, the last heading. Nothing to
    /// head for is heading 0.
    #[must_use]
    pub fn at(&self, elapsed_ms: u64) -> (Position, f64) {
        let next = self.reached_ms.partition_point(|reached| *reached <= elapsed_ms);
        let piece = next.clamp(1, self.points.len().saturating_sub(1).max(1));
        let (Some(&from), Some(&to)) = (self.points.get(piece - 1), self.points.get(piece)) else {
            return (self.begin, 0.0);
        };
        let (begin, end) = (self.reached_ms.get(piece - 1).copied().unwrap_or(0), self.reached_ms.get(piece).copied().unwrap_or(0));
        let heading = heading_deg(from, to);
        if elapsed_ms >= end || end <= begin {
            return (to, heading);
        }
        (along(from, to, (elapsed_ms.saturating_sub(begin)) as f64 / (end - begin) as f64), heading)
    }

    /// Its length, metres.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        self.points.windows(2).map(|pair| great_circle_m(pair[0], pair[1])).sum()
    }

    /// From `begin` through points, each with the seconds to it.
    fn through(begin: Position, points: Vec<(Position, f64)>, on_roads: bool) -> Self {
        let mut elapsed_ms = 0.0;
        let mut route = Self { points: vec![begin], reached_ms: vec![0], travel_ms: 0, begin, on_roads };
        for (position, seconds) in points {
            elapsed_ms += seconds * 1_000.0;
            // At most some days.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let reached = elapsed_ms.ceil() as u64;
            if route.points.last() != Some(&position) {
                route.points.push(position);
                route.reached_ms.push(reached);
            }
            route.travel_ms = reached;
        }
        route
    }
}

#[derive(Clone, Copy)]
struct Road {
    from: usize,
    to: usize,
    length_m: f64,
    car_m_per_s: f64,
    one_way: bool,
}

/// Where a place is on the roads: the road, how far along it, and how far off.
#[derive(Clone, Copy)]
struct Foot {
    road: usize,
    fraction: f64,
    position: Position,
    off_m: f64,
}

/// Finds the fastest ways on one network. Building it costs as much as sorting the links; asking is bounded by their number.
pub struct Router {
    /// None without a node.
    plane: Option<Plane>,
    nodes: Vec<Position>,
    roads: Vec<Road>,
    /// For each node its roads and whether they are driven forwards.
    leaving: Vec<Vec<(usize, bool)>>,
    tree: RTree<GeomWithData<Line<[f64; 2]>, usize>>,
    fastest_m_per_s: f64,
}

impl Router {
    /// A router over a network.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let plane = network.nodes.get(network.nodes.len() / 2).copied().map(Plane::new);
        let mut leaving = vec![Vec::new(); network.nodes.len()];
        let mut roads = Vec::with_capacity(network.links.len());
        let mut lines = Vec::with_capacity(network.links.len());
        for link in &network.links {
            let (Some((from, to)), Some(plane)) = (network.ends(link), plane) else { continue };
            let index = roads.len();
            leaving[link.from as usize].push((index, true));
            if !link.one_way {
                leaving[link.to as usize].push((index, false));
            }
            lines.push(GeomWithData::new(Line::new(plane.point(from).array(), plane.point(to).array()), index));
            roads.push(Road {
                from: link.from as usize,
                to: link.to as usize,
                length_m: great_circle_m(from, to),
                car_m_per_s: link.class.speed_m_per_s(),
                one_way: link.one_way,
            });
        }
        let fastest = roads.iter().map(|road| road.car_m_per_s).fold(1.0, f64::max);
        let tree = RTree::bulk_load(lines);
        Self { plane, nodes: network.nodes.clone(), roads, leaving, tree, fastest_m_per_s: fastest * MOTORCYCLE_GAIN }
    }

    /// The fastest way from one place to another. Off the roads, and for drones, it is straight; so is the whole of it where a place
    /// is farther than [`SNAP_MAX_M`] from every road or no road leads there.
    #[must_use]
    pub fn route(&self, from: Position, to: Position, class: SpeedClass) -> Route {
        let straight = || {
            let speed = match class {
                SpeedClass::Drone => DRONE_M_PER_S,
                SpeedClass::Foot => ON_FOOT_M_PER_S,
                // Cross-country on unknown ground: as slow as the slowest roads with their bends.
                SpeedClass::Car | SpeedClass::Motorcycle => 2.0 * OFF_ROAD_M_PER_S,
            };
            Route::through(from, vec![(to, great_circle_m(from, to) / speed)], false)
        };
        if class == SpeedClass::Drone {
            return straight();
        }
        let (Some(begin), Some(end)) = (self.foot(from), self.foot(to)) else { return straight() };
        let off = if class == SpeedClass::Foot { ON_FOOT_M_PER_S } else { OFF_ROAD_M_PER_S };
        // Two who stand nearer to each other than to the road don't go by it.
        if great_circle_m(from, to) <= begin.off_m + end.off_m {
            return Route::through(from, vec![(to, great_circle_m(from, to) / off)], false);
        }
        let Some(mut between) = self.between(begin, end, class) else { return straight() };
        let mut points = vec![(begin.position, begin.off_m / off)];
        points.append(&mut between);
        points.push((to, end.off_m / off));
        Route::through(from, points, true)
    }

    fn speed(&self, road: &Road, class: SpeedClass) -> f64 {
        match class {
            SpeedClass::Foot => ON_FOOT_M_PER_S,
            SpeedClass::Motorcycle => (road.car_m_per_s * MOTORCYCLE_GAIN).min(self.fastest_m_per_s),
            SpeedClass::Car | SpeedClass::Drone => road.car_m_per_s,
        }
    }

    fn foot(&self, position: Position) -> Option<Foot> {
        let plane = self.plane?;
        let p = plane.point(position);
        let nearest = self.tree.nearest_neighbor(&p.array())?;
        let line = nearest.geom();
        let ends = [line.from, line.to].map(|[x, y]| Point { x, y });
        let (fraction, off_m) = nearest_on(ends[0], ends[1], p);
        let at = plane.position(ends[0].lerp(ends[1], fraction));
        (off_m <= SNAP_MAX_M).then_some(Foot { road: nearest.data, fraction, position: at, off_m })
    }

    /// The points behind the first foot up to the second, each with the seconds to it.
    fn between(&self, begin: Foot, end: Foot, class: SpeedClass) -> Option<Vec<(Position, f64)>> {
        let seconds = |road: &Road, part: f64| road.length_m * part / self.speed(road, class);
        let first = self.roads.get(begin.road)?;
        if begin.road == end.road && (end.fraction >= begin.fraction || !first.one_way) {
            return Some(vec![(end.position, seconds(first, (end.fraction - begin.fraction).abs()))]);
        }
        // Nodes are numbers; the two feet are the numbers behind them.
        let (start, goal) = (self.nodes.len(), self.nodes.len() + 1);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most some days
        let whole_ms = |seconds: f64| (seconds * 1_000.0).ceil() as u64;
        let steps = |node: usize| {
            let mut next: Vec<(usize, f64)> = Vec::new();
            if node == start {
                next.push((first.to, seconds(first, 1.0 - begin.fraction)));
                next.extend((!first.one_way).then(|| (first.from, seconds(first, begin.fraction))));
            } else if node != goal {
                for (index, forwards) in self.leaving.get(node).into_iter().flatten() {
                    let Some(road) = self.roads.get(*index) else { continue };
                    next.push((if *forwards { road.to } else { road.from }, seconds(road, 1.0)));
                    if *index == end.road {
                        next.push((goal, seconds(road, if *forwards { end.fraction } else { 1.0 - end.fraction })));
                    }
                }
            }
            next
        };
        let place = |node: usize| self.nodes.get(node).copied().unwrap_or(if node == start { begin.position } else { end.position });
        let fastest = if class == SpeedClass::Foot { ON_FOOT_M_PER_S } else { self.fastest_m_per_s };
        // Below the true time by more than rounding can take away.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let least_ms = |node: &usize| (great_circle_m(place(*node), end.position) / fastest * 998.0) as u64;
        let successors = |node: &usize| steps(*node).into_iter().map(|(to, seconds)| (to, whole_ms(seconds))).collect::<Vec<_>>();
        let (way, _) = astar(&start, successors, least_ms, |node| *node == goal)?;
        let fastest_step = |from: usize, to: usize| {
            steps(from).into_iter().filter(|(next, _)| *next == to).map(|(_, seconds)| seconds).fold(f64::INFINITY, f64::min)
        };
        Some(way.windows(2).map(|pair| (place(pair[1]), fastest_step(pair[0], pair[1]))).collect())
    }
}
