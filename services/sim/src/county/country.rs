//! Roads between settlements: as few as connect them all, then those that spare long ways round, and trunk roads to the edge.

use super::names::Name;
use super::network::RoadClass;
use super::planar::Way;
use super::plane::{Point, crossing, is_inside, nearest_on};
use super::streets::Drawing;
use super::terrain::{SettlementKind, Terrain};
use crate::random::normal;
use pathfinding::prelude::{dijkstra, kruskal_indices};
use rand::RngExt;
use std::collections::BTreeSet;
use std::f64::consts::TAU;

/// Each settlement is tried with so many of its nearest.
const NEAREST: usize = 9;
/// What a bridge costs, in metres of road.
const BRIDGE_M: f64 = 6_500.0;
/// A road that spares a way round this many times as long is built; over the river, the second.
const ROUND: (f64, f64) = (1.5, 2.6);
/// Distance between the points of a country road, metres.
const STEP_M: f64 = 240.0;
/// Steps of a trunk road between places where others may join it.
const JUNCTION_STEPS: usize = 14;
/// Country roads keep this far from the river, metres.
const BANK_M: f64 = 150.0;
/// Tracks into the fields for each settlement.
const TRACKS_PER_SETTLEMENT: usize = 3;

/// A road that is planned: between two places, by their index.
#[derive(Clone, Copy)]
struct Planned {
    from: usize,
    to: usize,
    length_m: f64,
    bridges: bool,
    class: RoadClass,
    /// Whether its line is drawn already, as part of a trunk road.
    drawn: bool,
}

/// A place that roads go to.
struct Place {
    centre: Point,
    radius_m: f64,
    gates: Vec<Point>,
    name: Option<Name>,
}

/// Where trunk roads leave the county: points of its ring, one for each of `count` directions.
fn exits(ring: &[Point], count: usize, turn: f64) -> Vec<Point> {
    let towards = |n: usize| TAU * (n as f64 + turn) / count as f64;
    let hit = |angle: f64| {
        let far = Point::towards(angle, 1e6);
        let around = ring.iter().zip(ring.iter().cycle().skip(1));
        let hits = around.filter_map(|(a, b)| crossing(Point::default(), far, *a, *b).map(|(fraction, _)| fraction));
        hits.min_by(f64::total_cmp).map(|fraction| far * fraction * 0.997)
    };
    (0..count).filter_map(|n| hit(towards(n))).collect()
}

impl Drawing<'_> {
    /// Draws the country roads; `gates` are where each settlement's begin. The exits of the trunk roads come out.
    pub(crate) fn country(&mut self, terrain: &Terrain, gates: Vec<Vec<Point>>, ring: &[Point]) -> Vec<Point> {
        let count = if terrain.stations >= 3 { 4 } else { 2 };
        let turn = self.rng.random_range(0.0..1.0);
        let exits: Vec<Point> = exits(ring, count, turn).into_iter().filter(|p| self.river.distance(*p) > 2.0 * BANK_M).collect();
        let settlements = terrain.settlements.iter().zip(gates);
        let mut places: Vec<Place> =
            settlements.map(|(s, gates)| Place { centre: s.centre, radius_m: s.radius_m, gates, name: Some(s.name.clone()) }).collect();
        let mut planned = Vec::new();
        for (index, exit) in exits.iter().enumerate() {
            self.trunk(index, *exit, &mut places, &mut planned);
        }
        self.plan(&places, &mut planned);
        rank(&mut planned, terrain, places.len());
        for road in planned.iter().filter(|road| !road.drawn) {
            let name = self.name_of(road, &places);
            let points = self.line(road, &places);
            self.ways.push(Way { points, class: road.class, name, one_way: false, bridges: road.bridges });
        }
        self.tracks(terrain, ring);
        exits
    }

    /// A trunk road from the county town to an exit, in one line, with places where other roads may join it. Opposite exits are two
    /// apart: one trunk road runs through from the first to the third, another from the second to the fourth.
    fn trunk(&mut self, index: usize, exit: Point, places: &mut Vec<Place>, planned: &mut Vec<Planned>) {
        let class = if index.is_multiple_of(2) { RoadClass::Trunk } else { RoadClass::Secondary };
        let (zh, en) = if index.is_multiple_of(2) { ("乌901国道", "Trunk Road W901") } else { ("乌902省道", "Provincial Road W902") };
        let known = self.road_names.iter().position(|name| name.zh == zh).and_then(|known| u32::try_from(known).ok());
        let name = known.or_else(|| self.road_name(Name::new(zh, en)));
        places.push(Place { centre: exit, radius_m: 0.0, gates: vec![exit], name: None });
        let far = places.len() - 1;
        let road = Planned { from: 0, to: far, length_m: 0.0, bridges: true, class, drawn: true };
        let points = self.line(&road, places);
        let mut before = 0;
        for junction in (JUNCTION_STEPS..points.len().saturating_sub(JUNCTION_STEPS / 2)).step_by(JUNCTION_STEPS) {
            let at = points[junction];
            if self.river.distance(at) < 2.0 * BANK_M {
                continue;
            }
            places.push(Place { centre: at, radius_m: 0.0, gates: vec![at], name: None });
            let length_m = places[before].centre.distance(at);
            planned.push(Planned { from: before, to: places.len() - 1, length_m, ..road });
            before = places.len() - 1;
        }
        planned.push(Planned { from: before, to: far, length_m: places[before].centre.distance(exit), ..road });
        self.ways.push(Way { points, class, name, one_way: false, bridges: true });
    }

    /// Adds roads until every place is connected, and then those that spare long ways round.
    fn plan(&self, places: &[Place], planned: &mut Vec<Planned>) {
        let mut tried = BTreeSet::new();
        let ends: BTreeSet<usize> = planned.iter().flat_map(|road| [road.from, road.to]).collect();
        for (from, place) in places.iter().enumerate() {
            let mut by_distance: Vec<usize> = (0..places.len()).filter(|to| *to != from).collect();
            by_distance.sort_by(|a, b| place.centre.distance(places[*a].centre).total_cmp(&place.centre.distance(places[*b].centre)));
            tried.extend(by_distance.into_iter().take(NEAREST).map(|to| (from.min(to), from.max(to))));
        }
        // Places of trunk roads are connected already.
        tried.retain(|(from, to)| !(ends.contains(from) && ends.contains(to)));
        tried.extend(planned.iter().map(|road| (road.from.min(road.to), road.from.max(road.to))));
        let given: BTreeSet<(usize, usize)> = planned.iter().map(|road| (road.from.min(road.to), road.from.max(road.to))).collect();
        let cost = |from: usize, to: usize| {
            if given.contains(&(from, to)) {
                return 0.0;
            }
            let (a, b) = (places[from].centre, places[to].centre);
            let crossings = self.river.crossings(a, b).len();
            let through = |(n, place): (usize, &Place)| n != from && n != to && nearest_on(a, b, place.centre).1 < place.radius_m + 250.0;
            let detour = if places.iter().enumerate().any(through) { 2.0 } else { 1.0 };
            a.distance(b) * detour + BRIDGE_M * crossings as f64 * crossings as f64
        };
        // Whole metres below 10^6.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let edges: Vec<(usize, usize, u64)> = tried.iter().map(|(from, to)| (*from, *to, cost(*from, *to) as u64)).collect();
        let road = |from: usize, to: usize| Planned {
            from,
            to,
            length_m: places[from].centre.distance(places[to].centre),
            bridges: !self.river.crossings(places[from].centre, places[to].centre).is_empty(),
            class: RoadClass::Country,
            drawn: false,
        };
        let needed = kruskal_indices(places.len(), &edges).filter(|(from, to, _)| !given.contains(&(*from, *to)));
        planned.extend(needed.map(|(from, to, _)| road(from, to)));
        let mut rest: Vec<_> = edges.into_iter().filter(|(from, to, _)| !planned.iter().any(|p| (p.from, p.to) == (*from, *to))).collect();
        rest.sort_by_key(|(from, to, cost)| (*cost, *from, *to));
        let mut ways = ways_of(planned, places.len());
        for (from, to, cost) in rest {
            let new = road(from, to);
            let meets = |old: &Planned| {
                let ends = [old.from, old.to];
                let shared = ends.contains(&from) || ends.contains(&to);
                !shared && crossing(places[from].centre, places[to].centre, places[old.from].centre, places[old.to].centre).is_some()
            };
            let round = if new.bridges { ROUND.1 } else { ROUND.0 };
            if planned.iter().any(meets) || cost as f64 > new.length_m * 1.9 + BRIDGE_M {
                continue;
            }
            if shortest(&ways, from, to).is_none_or(|(_, way_m)| way_m as f64 > new.length_m * round) {
                join(&mut ways, &new);
                planned.push(new);
            }
        }
    }

    fn name_of(&mut self, road: &Planned, places: &[Place]) -> Option<u32> {
        let ends = [road.from, road.to].map(|end| places.get(end).and_then(|place| place.name.clone()));
        let name = match ends {
            [Some(a), Some(b)] => Name::new(format!("{}{}公路", a.zh, b.zh), format!("{}–{} Road", a.en, b.en)),
            [Some(a), None] | [None, Some(a)] => {
                let fresh = self.names.fresh();
                Name::new(format!("{}{}联络线", a.zh, fresh.zh), format!("{} {} Link", a.en, fresh.en))
            }
            [None, None] => return None,
        };
        self.road_name(name)
    }

    /// A road's line: between the gates nearest to the other end, bent a little, on the right side of the river.
    fn line(&mut self, road: &Planned, places: &[Place]) -> Vec<Point> {
        let gate = |of: &Place, other: &Place| {
            let nearest = |a: &&Point, b: &&Point| a.distance(other.centre).total_cmp(&b.distance(other.centre));
            of.gates.iter().min_by(nearest).copied().unwrap_or(of.centre)
        };
        let (Some(a), Some(b)) = (places.get(road.from), places.get(road.to)) else { return Vec::new() };
        let (from, to) = (gate(a, b), gate(b, a));
        let length_m = from.distance(to);
        // A county's length in steps.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let steps = (length_m / STEP_M).ceil().max(1.0) as usize;
        let bends = [0.045, 0.03, 0.012].map(|part| length_m.min(9_000.0) * part * normal(self.rng).clamp(-1.6, 1.6));
        let sideways = (to - from).unit().left();
        let (left_from, left_to) = (self.river.left_of(from) > 0.0, self.river.left_of(to) > 0.0);
        let crossings = self.river.crossings(from, to);
        let over = crossings.get(crossings.len() / 2).copied().unwrap_or(2.0);
        let mut points = vec![from];
        for step in 1..steps {
            let fraction = step as f64 / steps as f64;
            let wave = |n: usize| (std::f64::consts::PI * fraction * (n + 1) as f64).sin() * bends[n];
            let p = from.lerp(to, fraction) + sideways * (wave(0) + wave(1) + wave(2) + self.rng.random_range(-9.0..9.0));
            points.push(self.river.kept_to(p, if fraction < over { left_from } else { left_to }, BANK_M));
        }
        points.push(to);
        if left_from == left_to { self.around_bends(points, left_from) } else { points }
    }

    /// Puts points where a road on one bank would cut across a bend of the river.
    fn around_bends(&self, points: Vec<Point>, left: bool) -> Vec<Point> {
        let mut points = points;
        for _ in 0..3 {
            let mut denser = Vec::with_capacity(points.len() * 2);
            for pair in points.windows(2) {
                denser.push(pair[0]);
                if !self.river.is_clear(pair[0], pair[1], BANK_M * 0.6) {
                    denser.push(self.river.kept_to(pair[0].lerp(pair[1], 0.5), left, BANK_M));
                }
            }
            denser.extend(points.last());
            points = denser;
        }
        points
    }

    /// Dead ends into the fields.
    fn tracks(&mut self, terrain: &Terrain, ring: &[Point]) {
        let roads: Vec<(Point, Point)> = self
            .ways
            .iter()
            .filter(|way| matches!(way.class, RoadClass::Country | RoadClass::Secondary))
            .flat_map(|way| way.points.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>())
            .filter(|(a, b)| a.distance(*b) > 120.0)
            .collect();
        for _ in 0..terrain.settlements.len() * TRACKS_PER_SETTLEMENT {
            if roads.is_empty() {
                return;
            }
            let (a, b) = roads[self.rng.random_range(0..roads.len())];
            let foot = a.lerp(b, 0.5);
            let near = |s: &crate::county::terrain::Settlement| s.centre.distance(foot) < s.radius_m + 400.0;
            if terrain.settlements.iter().any(|s| s.kind != SettlementKind::Village && near(s)) {
                continue;
            }
            let side = if self.rng.random::<bool>() { 1.0 } else { -1.0 };
            let mut direction = (b - a).unit().left().turned(self.rng.random_range(-0.5..0.5)) * side;
            let mut points = vec![foot];
            let steps = self.rng.random_range(2..7_u8);
            for _ in 0..steps {
                direction = direction.turned(self.rng.random_range(-0.35..0.35));
                let Some(next) = points.last().map(|p: &Point| *p + direction * self.rng.random_range(160.0..230.0)) else { break };
                if !is_inside(ring, next) || self.river.distance(next) < BANK_M {
                    break;
                }
                points.push(next);
            }
            if points.len() > 1 {
                self.ways.push(Way { points, class: RoadClass::Track, name: None, one_way: false, bridges: false });
            }
        }
    }
}

/// For each place, where planned roads lead from there, and how far in whole metres.
type Ways = Vec<Vec<(usize, u64)>>;

fn ways_of(planned: &[Planned], places: usize) -> Ways {
    let mut ways = vec![Vec::new(); places];
    for road in planned {
        join(&mut ways, road);
    }
    ways
}

fn join(ways: &mut Ways, road: &Planned) {
    // Whole metres below 10^6.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let length_m = road.length_m as u64;
    for (from, to) in [(road.from, road.to), (road.to, road.from)] {
        if let Some(list) = ways.get_mut(from) {
            list.push((to, length_m));
        }
    }
}

/// The shortest way over planned roads: places and metres.
fn shortest(ways: &Ways, from: usize, to: usize) -> Option<(Vec<usize>, u64)> {
    let next = |place: &usize| ways.get(*place).cloned().unwrap_or_default();
    dijkstra(&from, next, |place| *place == to)
}

/// Gives roads their class by where they lead: main roads between towns, an avenue between the halves of the county town.
fn rank(planned: &mut [Planned], terrain: &Terrain, places: usize) {
    let ways = ways_of(planned, places);
    let mut raise = |from: usize, class: RoadClass| {
        let Some((way, _)) = shortest(&ways, from, 0) else { return };
        for pair in way.windows(2) {
            let ends = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            for road in planned.iter_mut().filter(|road| (road.from.min(road.to), road.from.max(road.to)) == ends) {
                road.class = road.class.min(class);
            }
        }
    };
    for town in 1..terrain.stations {
        raise(town, RoadClass::Secondary);
    }
    if terrain.stations >= 3 {
        raise(1, RoadClass::Primary);
    }
}
