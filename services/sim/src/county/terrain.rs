//! What was there before the roads: the county's shape, its river, and where people settled.

use super::names::{Name, Names};
use super::plane::{Point, point};
use super::river::River;
use crate::random::SimRng;
use rand::RngExt;
use std::f64::consts::TAU;

/// Half the width and height of a county of six stations, metres.
const HALF_M: (f64, f64) = (20_000.0, 14_500.0);
/// Its number of stations.
const USUAL_STATIONS: f64 = 6.0;
/// Villages for each station.
const VILLAGES_PER_STATION: usize = 9;
/// Tries to find a place for a settlement.
const TRIES: usize = 48;

/// What kind of place people live in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SettlementKind {
    /// The old half of the county town, inside a ring road.
    OldTown,
    /// Its new half: a grid.
    NewTown,
    /// A country town (镇).
    Town,
    /// A village (村).
    Village,
}

/// A place where people live.
#[derive(Clone, Debug)]
pub(crate) struct Settlement {
    pub(crate) kind: SettlementKind,
    pub(crate) centre: Point,
    /// How far its streets reach, metres.
    pub(crate) radius_m: f64,
    /// How its streets are turned, radians.
    pub(crate) angle: f64,
    pub(crate) name: Name,
}

/// The land.
pub(crate) struct Terrain {
    /// Half its width and height before the edge was made uneven.
    pub(crate) half: Point,
    edge: [(f64, f64); 3],
    pub(crate) river: River,
    /// First one for each station, in order, then villages.
    pub(crate) settlements: Vec<Settlement>,
    /// How many of them have a station.
    pub(crate) stations: usize,
}

impl Terrain {
    pub(crate) fn new(stations: usize, names: &mut Names, rng: &mut SimRng) -> Self {
        let scale = (stations as f64 / USUAL_STATIONS).sqrt();
        let half = point(HALF_M.0 * scale, HALF_M.1 * scale);
        let edge = [2.0, 3.0, 5.0].map(|waves| (waves, rng.random_range(0.0..TAU)));
        let middle = point(half.x * rng.random_range(-0.15..0.15), half.y * rng.random_range(-0.15..0.15));
        let river = River::new(middle, rng.random_range(880.0..1_250.0), half.length() * 1.35, rng);
        let mut terrain = Self { half, edge, river, settlements: Vec::new(), stations };
        terrain.settle(middle, names, rng);
        terrain
    }

    /// How far out a point lies: 0 in the middle, 1 on the county's edge.
    pub(crate) fn outness(&self, p: Point) -> f64 {
        let (x, y) = ((p.x / self.half.x).abs(), (p.y / self.half.y).abs());
        let angle = p.y.atan2(p.x);
        let uneven: f64 = self.edge.iter().map(|(waves, phase)| (waves * angle + phase).sin() / waves).sum();
        (x.powf(2.6) + y.powf(2.6)).powf(1.0 / 2.6) * (1.0 + 0.09 * uneven)
    }

    fn settle(&mut self, middle: Point, names: &mut Names, rng: &mut SimRng) {
        let spread = self.half.x.min(self.half.y) / (HALF_M.1 * 1.1);
        if self.stations >= 3 {
            self.add(SettlementKind::OldTown, middle, 1_300.0, names.town(), rng);
            let new = self.new_town(middle, rng);
            self.add(SettlementKind::NewTown, new, 1_350.0, names.town(), rng);
        }
        for index in self.settlements.len()..self.stations {
            let gap_m = if index == 0 { 0.0 } else { 6_500.0 * spread.max(0.7) };
            let place = if index == 0 { middle } else { self.free_place(0.76, gap_m, 900.0, rng) };
            // The last of several is little more than a village.
            let radius_m = if index + 1 == self.stations && index != 1 { 330.0 } else { rng.random_range(430.0..620.0) };
            self.add(SettlementKind::Town, place, radius_m, names.town(), rng);
        }
        for _ in 0..self.stations * VILLAGES_PER_STATION {
            let place = self.free_place(0.88, 1_500.0, 420.0, rng);
            let kind = SettlementKind::Village;
            let radius_m = rng.random_range(150.0..330.0);
            self.add(kind, place, radius_m, names.fresh(), rng);
        }
    }

    fn add(&mut self, kind: SettlementKind, centre: Point, radius_m: f64, name: Name, rng: &mut SimRng) {
        self.settlements.push(Settlement { kind, centre, radius_m, angle: rng.random_range(-0.7..0.7), name });
    }

    /// A place for the new town: three kilometres from the old one, off the river.
    fn new_town(&self, old: Point, rng: &mut SimRng) -> Point {
        let mut best = (f64::NEG_INFINITY, old);
        for _ in 0..TRIES {
            let candidate = old + Point::towards(rng.random_range(0.0..TAU), rng.random_range(2_750.0..3_250.0));
            let fit = (self.river.distance(candidate) - 1_500.0).min(0.0) + rng.random_range(0.0..100.0);
            if fit > best.0 {
                best = (fit, candidate);
            }
        }
        best.1
    }

    /// A place as far from all others as chance allows, at least `gap_m` if there is such a place, and off the river.
    fn free_place(&self, outness_max: f64, gap_m: f64, river_m: f64, rng: &mut SimRng) -> Point {
        let mut best = (f64::NEG_INFINITY, point(0.0, 0.0));
        for _ in 0..TRIES {
            let candidate = point(self.half.x * rng.random_range(-1.0..1.0), self.half.y * rng.random_range(-1.0..1.0));
            if self.outness(candidate) > outness_max {
                continue;
            }
            let free_m = |settlement: &Settlement| settlement.centre.distance(candidate) - settlement.radius_m;
            let nearest_m = self.settlements.iter().map(free_m).fold(f64::INFINITY, f64::min);
            // Far enough is enough: villages crowd where there is room, not in a lattice.
            let fit = (nearest_m - gap_m).min(0.0) + (self.river.distance(candidate) - river_m).min(0.0) * 3.0;
            let fit = fit + rng.random_range(0.0..0.2) * gap_m;
            if fit > best.0 {
                best = (fit, candidate);
            }
        }
        best.1
    }
}
