//! A mesh of six-sided cells, small where people live, that a county's ground is shared out in.
//!
//! Three cells meet at every corner, so whatever cells are put together, the outline never touches itself; and neighbours use the
//! same corners, so they fit exactly.

use super::plane::{Point, point};
use crate::random::{SimRng, seeded};
use rand::RngExt;
use std::collections::BTreeMap;

/// A corner's place in the lattice.
type CornerKey = (i32, i32);
/// Two corners that a line runs between, the lesser first.
type EdgeKey = (CornerKey, CornerKey);

/// Corners of a cell about its middle, counter-clockwise.
const CORNERS: [(i32, i32); 6] = [(1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2)];
/// Where the cell lies beyond the line from each corner to the next.
const BEYOND: [(i32, i32); 6] = [(2, 0), (1, 3), (-1, 3), (-2, 0), (-1, -3), (1, -3)];
/// How often borders are drawn smooth.
const SMOOTHINGS: usize = 4;
/// A border between two corners that are farther apart gets three more points, else one, metres.
const LONG_EDGE_M: f64 = 420.0;

/// One cell.
pub(crate) struct Cell {
    at: (i32, i32),
    pub(crate) middle: Point,
    /// The cells around it; none beyond the edge.
    pub(crate) around: [Option<usize>; 6],
}

/// The cells of a county.
pub(crate) struct Mesh {
    pub(crate) cells: Vec<Cell>,
    corners: BTreeMap<CornerKey, Point>,
}

/// A lattice pulled together about a place: there it is `tight` times as wide as far out, and half-way at `reach_m`.
#[derive(Clone, Copy)]
pub(crate) struct Pull {
    pub(crate) place: Point,
    pub(crate) tight: f64,
    pub(crate) reach_m: f64,
}

impl Pull {
    fn pulled(&self, p: Point) -> Point {
        let from = p - self.place;
        let square = from.dot(from);
        self.place + from * (self.tight + (1.0 - self.tight) * square / (square + self.reach_m * self.reach_m))
    }
}

impl Mesh {
    /// The cells, `width_m` wide far from `pull`, whose middles are `within`. `half` bounds the county.
    pub(crate) fn new(half: Point, width_m: f64, pull: Pull, within: impl Fn(Point) -> bool, rng: &mut SimRng) -> Self {
        let unit = point(width_m / 2.0, width_m / 12.0_f64.sqrt());
        let place = |(x, y): (i32, i32)| point(f64::from(x) * unit.x, f64::from(y) * unit.y);
        // The pull moves cells inwards, so the lattice begins farther out.
        #[allow(clippy::cast_possible_truncation)]
        let reach = |half_m: f64, step_m: f64| (half_m * 1.6 / step_m).ceil() as i32;
        let (columns, rows) = (reach(half.x, width_m), reach(half.y, unit.y * 3.0));
        let lattice = (-rows..=rows).flat_map(|row| (-columns..=columns).map(move |column| (2 * column + (row & 1), 3 * row)));
        let inside = lattice.filter_map(|at| Some((at, pull.pulled(place(at)))).filter(|(_, middle)| within(*middle)));
        let index: BTreeMap<(i32, i32), (usize, Point)> = inside.enumerate().map(|(n, (at, middle))| (at, (n, middle))).collect();
        let mut numbered: Vec<_> = index.iter().map(|(at, (n, middle))| (*n, *at, *middle)).collect();
        numbered.sort_by_key(|(n, _, _)| *n);
        let beyond = |at: (i32, i32), by: (i32, i32)| index.get(&(at.0 + by.0, at.1 + by.1)).map(|(n, _)| *n);
        let cells = numbered.iter().map(|(_, at, middle)| Cell { at: *at, middle: *middle, around: BEYOND.map(|by| beyond(*at, by)) });
        let cells: Vec<Cell> = cells.collect();
        let mut corners = BTreeMap::new();
        for cell in &cells {
            for key in corner_keys(cell) {
                corners.entry(key).or_insert_with(|| {
                    let mut moved = || rng.random_range(-0.14..0.14) * width_m;
                    pull.pulled(place(key) + point(moved(), moved()))
                });
            }
        }
        Self { cells, corners }
    }

    /// Draws the borders between cells of different `owner`s smooth. Call it once, before taking outlines.
    pub(crate) fn smooth(&mut self, owner: &[usize]) {
        let mut beside: BTreeMap<CornerKey, Vec<CornerKey>> = BTreeMap::new();
        for (from, to) in self.borders(|index| owner.get(index).copied()) {
            beside.entry(from).or_default().push(to);
            beside.entry(to).or_default().push(from);
        }
        for ends in beside.values_mut() {
            ends.sort_unstable();
            ends.dedup();
        }
        for _ in 0..SMOOTHINGS {
            let mean = |key: &CornerKey, ends: &Vec<CornerKey>| {
                let own = self.corners.get(key)?;
                let sum = ends.iter().filter_map(|end| self.corners.get(end)).fold(point(0.0, 0.0), |sum, end| sum + *end);
                let pull = if ends.len() == 2 { 0.5 } else { 0.25 };
                Some((*key, own.lerp(sum * (1.0 / ends.len() as f64), pull)))
            };
            let moved: Vec<_> = beside.iter().filter_map(|(key, ends)| mean(key, ends)).collect();
            self.corners.extend(moved);
        }
    }

    /// The lines between cells of different owners, each from both sides.
    fn borders<'a, T: PartialEq + 'a>(
        &'a self,
        owner: impl Fn(usize) -> Option<T> + 'a,
    ) -> impl Iterator<Item = (CornerKey, CornerKey)> + 'a {
        self.cells.iter().enumerate().flat_map(move |(index, cell)| {
            let keys = corner_keys(cell);
            let own = owner(index);
            let differs: Vec<bool> = cell.around.iter().map(|other| other.and_then(&owner) != own).collect();
            (0..6).filter(move |side| differs.get(*side).copied().unwrap_or(false)).map(move |side| (keys[side], keys[(side + 1) % 6]))
        })
    }

    /// The outlines of the cells that are `ours`: one when they hang together without holes. Counter-clockwise, first corner not
    /// repeated. `seed` decides how lines between corners bend; the same for all outlines of a county.
    pub(crate) fn outlines(&self, seed: u64, ours: impl Fn(usize) -> bool) -> Vec<Vec<Point>> {
        let mut next: BTreeMap<CornerKey, CornerKey> = BTreeMap::new();
        for (index, cell) in self.cells.iter().enumerate().filter(|(index, _)| ours(*index)) {
            let keys = corner_keys(cell);
            for side in 0..6 {
                if !cell.around[side].is_some_and(&ours) {
                    next.insert(keys[side], keys[(side + 1) % 6]);
                }
            }
            debug_assert!(index < self.cells.len());
        }
        let mut rings = Vec::new();
        while let Some((&start, _)) = next.first_key_value() {
            let (mut ring, mut at) = (Vec::new(), start);
            while let Some(to) = next.remove(&at) {
                ring.extend(self.corners.get(&at));
                self.bend(seed, at, to, &mut ring);
                at = to;
            }
            rings.push(ring);
        }
        rings
    }

    /// Adds the points between two corners: the same ones, whichever side asks.
    fn bend(&self, seed: u64, from: CornerKey, to: CornerKey, ring: &mut Vec<Point>) {
        let key: EdgeKey = (from.min(to), from.max(to));
        let (Some(&low), Some(&high)) = (self.corners.get(&key.0), self.corners.get(&key.1)) else { return };
        let mix = |(x, y): CornerKey| (u64::from(x.cast_unsigned()) << 32) | u64::from(y.cast_unsigned());
        let mut rng = seeded(seed, mix(key.0).rotate_left(17) ^ mix(key.1));
        let mut between = |a: Point, b: Point, part: f64| a.lerp(b, 0.5) + (b - a).left() * rng.random_range(-part..part);
        let middle = between(low, high, 0.10);
        let mut points = if low.distance(high) > LONG_EDGE_M {
            vec![between(low, middle, 0.08), middle, between(middle, high, 0.08)]
        } else {
            vec![middle]
        };
        if from > to {
            points.reverse();
        }
        ring.extend(points);
    }
}

fn corner_keys(cell: &Cell) -> [CornerKey; 6] {
    CORNERS.map(|(x, y)| (cell.at.0 + x, cell.at.1 + y))
}
