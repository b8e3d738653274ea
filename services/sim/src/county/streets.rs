//! Streets of settlements: the old town's lanes in their ring, the new town's grid, country towns, villages.

use super::names::{Name, Names};
use super::network::RoadClass;
use super::planar::Way;
use super::plane::{Point, crossing, point};
use super::river::River;
use super::terrain::{Settlement, SettlementKind};
use crate::random::{SimRng, chance};
use rand::RngExt;
use std::f64::consts::TAU;

/// Streets keep this far from the river's middle line, metres: the bank-side road runs there.
const BANK_M: f64 = 96.0;
/// A street that points to the ring road within this distance runs on to it, metres.
const RING_REACH_M: f64 = 1_300.0;
/// Points of a ring road.
const RING_POINTS: u32 = 40;

/// What is drawn so far.
pub(crate) struct Drawing<'a> {
    pub(crate) ways: Vec<Way>,
    pub(crate) road_names: Vec<Name>,
    pub(crate) names: &'a mut Names,
    pub(crate) river: &'a River,
    pub(crate) rng: &'a mut SimRng,
    /// The ring road, closed; empty before there is one.
    pub(crate) ring: Vec<Point>,
}

/// How a grid of streets is drawn.
struct Grid {
    /// Lines on either side of the middle one, across and along.
    half: (i32, i32),
    spacing_m: f64,
    /// How far a corner is off, metres.
    off_m: f64,
    /// How far lines bend, metres.
    bend_m: f64,
    /// Probability that a piece of a lesser street is there.
    there: f64,
    /// Every how many lines a main street comes.
    main_every: i32,
    classes: [RoadClass; 3],
    /// Corners farther from the middle are left out, metres.
    clip_m: f64,
    /// Whether lesser streets are one-way by turns.
    one_way: bool,
}

impl Drawing<'_> {
    /// The number of a new road name.
    pub(crate) fn road_name(&mut self, name: Name) -> Option<u32> {
        self.road_names.push(name);
        u32::try_from(self.road_names.len() - 1).ok()
    }

    fn street_name(&mut self, class: RoadClass) -> Option<u32> {
        let kind = match class {
            RoadClass::Trunk | RoadClass::Primary => ("大道", "Avenue"),
            RoadClass::Secondary => ("大街", "Street"),
            RoadClass::Country | RoadClass::Residential => ("路", "Road"),
            RoadClass::Lane | RoadClass::Track => ("巷", "Lane"),
        };
        let name = self.names.fresh().of_kind(kind);
        self.road_name(name)
    }

    /// Draws the streets of a settlement; the answer is where country roads may begin.
    pub(crate) fn settle(&mut self, place: &Settlement) -> Vec<Point> {
        match place.kind {
            SettlementKind::OldTown => self.old_town(place),
            SettlementKind::NewTown => {
                let classes = [RoadClass::Primary, RoadClass::Secondary, RoadClass::Residential];
                let grid = Grid {
                    half: (4, 3),
                    spacing_m: 265.0,
                    off_m: 4.0,
                    bend_m: 0.0,
                    there: 0.93,
                    main_every: 2,
                    classes,
                    clip_m: 1_500.0,
                    one_way: true,
                };
                let gates = self.grid(place, &grid);
                self.courts(place, &grid);
                gates
            }
            SettlementKind::Town => {
                let classes = [RoadClass::Secondary, RoadClass::Residential, RoadClass::Lane];
                let spacing_m = self.rng.random_range(105.0..150.0);
                // A handful of lines.
                #[allow(clippy::cast_possible_truncation)]
                let lines = (place.radius_m / spacing_m).round() as i32;
                let half = (lines, (lines - 1).max(1));
                let (off_m, bend_m, clip_m) = (14.0, 35.0, place.radius_m * 1.1);
                let grid = Grid { half, spacing_m, off_m, bend_m, there: 0.72, main_every: 2, classes, clip_m, one_way: false };
                self.grid(place, &grid)
            }
            SettlementKind::Village => self.village(place),
        }
    }

    fn old_town(&mut self, place: &Settlement) -> Vec<Point> {
        let (wave, phase) = (self.rng.random_range(0.03..0.07), self.rng.random_range(0.0..TAU));
        let ring: Vec<Point> = (0..RING_POINTS)
            .map(|n| {
                let angle = TAU * f64::from(n) / f64::from(RING_POINTS);
                let radius_m = place.radius_m * (1.0 + wave * (2.0 * angle + phase).sin() + 0.4 * wave * (5.0 * angle + phase).cos());
                place.centre + Point::towards(angle, radius_m)
            })
            .collect();
        let closed: Vec<Point> = ring.iter().chain(ring.first()).copied().collect();
        let name = Name::new("环城路", "Ring Road");
        let name = self.road_name(name);
        self.ways.push(Way { points: closed.clone(), class: RoadClass::Primary, name, one_way: false, bridges: true });
        let classes = [RoadClass::Secondary, RoadClass::Residential, RoadClass::Lane];
        let clip_m = place.radius_m * 0.84;
        let grid = Grid {
            half: (10, 10),
            spacing_m: 112.0,
            off_m: 20.0,
            bend_m: 70.0,
            there: 0.76,
            main_every: 3,
            classes,
            clip_m,
            one_way: false,
        };
        self.ring = closed;
        self.grid(place, &grid);
        self.bank_road(place);
        ring.into_iter().filter(|p| self.river.distance(*p) > 2.0 * BANK_M).collect()
    }

    /// A road along the river within the ring.
    fn bank_road(&mut self, place: &Settlement) {
        let left = self.river.left_of(place.centre) > 0.0;
        let reach_m = place.radius_m * 1.04;
        // A few dozen points.
        #[allow(clippy::cast_possible_truncation)]
        let steps = (reach_m / 75.0) as i32;
        let beside = (-steps..=steps).map(|step| self.river.beside(f64::from(step) * 75.0, left, BANK_M + 4.0));
        let points: Vec<Point> = beside.filter(|p| p.distance(place.centre) < reach_m).collect();
        let name = Name::new("滨河路", "Riverside Road");
        let name = self.road_name(name);
        self.ways.push(Way { points, class: RoadClass::Secondary, name, one_way: false, bridges: false });
    }

    /// Draws a grid on the settlement's bank. Main streets run on to the ring, if there is one. The ends of main streets come out.
    fn grid(&mut self, place: &Settlement, grid: &Grid) -> Vec<Point> {
        let left = self.river.left_of(place.centre) > 0.0;
        let phases = [self.rng.random_range(0.0..TAU), self.rng.random_range(0.0..TAU)];
        let corner = |column: i32, row: i32, rng: &mut SimRng| {
            let flat = point(f64::from(column) * grid.spacing_m, f64::from(row) * grid.spacing_m);
            let bend = point((flat.y / 420.0 + phases[0]).sin(), (flat.x / 420.0 + phases[1]).sin()) * grid.bend_m;
            let mut off = || rng.random_range(-1.0..1.0) * grid.off_m;
            let p = flat + bend + point(off(), off());
            place.centre + p.turned(place.angle)
        };
        let (across, along) = grid.half;
        let mut corners = Vec::new();
        for column in -across..=across {
            for row in -along..=along {
                let p = corner(column, row, self.rng);
                let dry = (self.river.left_of(p) > 0.0) == left && self.river.distance(p) > BANK_M;
                corners.push((dry && p.distance(place.centre) <= grid.clip_m).then_some(p));
            }
        }
        let at = |column: i32, row: i32| {
            let index = (column + across) * (2 * along + 1) + row + along;
            usize::try_from(index).ok().and_then(|index| corners.get(index)).copied().flatten()
        };
        let mut gates = Vec::new();
        let columns = (-across..=across).map(|line| (line, (-along..=along).map(|n| at(line, n)).collect::<Vec<_>>()));
        let rows = (-along..=along).map(|line| (line, (-across..=across).map(|n| at(n, line)).collect::<Vec<_>>()));
        for (line, points) in columns.chain(rows) {
            let class = grid.classes[usize::from(line != 0) + usize::from(line % grid.main_every != 0)];
            let main = line % grid.main_every == 0;
            let one_way = grid.one_way && !main;
            let there = if main { 1.0 } else { grid.there };
            let mut runs = runs(&points, there, self.rng);
            if main {
                runs.iter_mut().for_each(|run| to_the_ring(run, &self.ring, self.river));
                gates.extend(runs.iter().flat_map(|run| [run.first(), run.last()]).flatten().copied());
            }
            let name = if runs.is_empty() { None } else { self.street_name(class) };
            for mut points in runs {
                if one_way && line.rem_euclid(4) == 1 {
                    points.reverse();
                }
                self.ways.push(Way { points, class, name, one_way, bridges: false });
            }
        }
        gates
    }

    /// Lanes through the blocks of a wide grid: how people get to their courtyards.
    fn courts(&mut self, place: &Settlement, grid: &Grid) {
        for column in -grid.half.0..grid.half.0 {
            for row in -grid.half.1..grid.half.1 {
                if !chance(self.rng, 0.6) {
                    continue;
                }
                let corner = point(f64::from(column), f64::from(row)) * grid.spacing_m;
                let mut part = || self.rng.random_range(0.35..0.65) * grid.spacing_m;
                let (x, y) = (part(), part());
                let inner = corner + point(x, y);
                let upright = self.rng.random::<bool>();
                let ends = if upright {
                    [point(inner.x, corner.y), point(inner.x, corner.y + grid.spacing_m)]
                } else {
                    [point(corner.x, inner.y), point(corner.x + grid.spacing_m, inner.y)]
                };
                let through = chance(self.rng, 0.6);
                let line = [ends[0], inner, if through { ends[1] } else { inner + (ends[1] - inner) * 0.45 }];
                let points: Vec<Point> = line.iter().map(|p| place.centre + p.turned(place.angle)).collect();
                if points.iter().all(|p| self.river.distance(*p) > BANK_M && p.distance(place.centre) < grid.clip_m * 0.95) {
                    self.ways.push(Way { points, class: RoadClass::Lane, name: None, one_way: false, bridges: false });
                }
            }
        }
    }

    /// A main lane with side lanes, some of which join.
    fn village(&mut self, place: &Settlement) -> Vec<Point> {
        let along = Point::towards(place.angle, 1.0);
        let spacing_m = self.rng.random_range(75.0..105.0);
        // A handful of points.
        #[allow(clippy::cast_possible_truncation)]
        let count = (place.radius_m / spacing_m).round().max(1.0) as i32;
        let mut wander = |scale: f64| self.rng.random_range(-1.0..1.0) * scale;
        let spine: Vec<(i32, Point)> = (-count..=count)
            .map(|n| {
                let off = if n == 0 { 0.0 } else { wander(16.0) };
                (n, place.centre + along * (f64::from(n) * spacing_m) + along.left() * off)
            })
            .collect();
        let name = self.street_name(RoadClass::Residential);
        let points = spine.iter().map(|(_, p)| *p).collect();
        self.ways.push(Way { points, class: RoadClass::Residential, name, one_way: false, bridges: false });
        for side in [1.0, -1.0] {
            let mut before: Option<Point> = None;
            for (_, foot) in &spine {
                if chance(self.rng, 0.35) {
                    before = None;
                    continue;
                }
                let mut points = vec![*foot];
                let lots = self.rng.random_range(1..=2_u8);
                for lot in 1..=lots {
                    let out = spacing_m * f64::from(lot) * side;
                    points.push(*foot + along.left() * out + along * (self.rng.random_range(-14.0..14.0)));
                }
                if let (true, Some(before)) = (chance(self.rng, 0.5), before) {
                    points.push(before);
                }
                before = points.get(usize::from(lots)).copied();
                self.ways.push(Way { points, class: RoadClass::Lane, name: None, one_way: false, bridges: false });
            }
        }
        vec![place.centre]
    }
}

/// The unbroken runs of a line of which each piece is there with a probability.
fn runs(points: &[Option<Point>], there: f64, rng: &mut SimRng) -> Vec<Vec<Point>> {
    let mut runs = vec![Vec::new()];
    for p in points {
        match (p, runs.last_mut()) {
            (Some(p), Some(run)) if run.is_empty() || chance(rng, there) => run.push(*p),
            (Some(p), _) => runs.push(vec![*p]),
            (None, _) => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// Lengthens a street at both ends until it meets the ring.
fn to_the_ring(run: &mut Vec<Point>, ring: &[Point], river: &River) {
    for _ in 0..2 {
        run.reverse();
        let [.., before, last] = run.as_slice() else { return };
        let far = *last + (*last - *before).unit() * RING_REACH_M;
        let hits = ring.windows(2).filter_map(|pair| crossing(*last, far, pair[0], pair[1]));
        if let Some((fraction, _)) = hits.min_by(|a, b| a.0.total_cmp(&b.0)) {
            let meets = last.lerp(far, fraction);
            if river.is_clear(*last, meets, BANK_M) {
                run.push(meets);
            }
        }
    }
}
