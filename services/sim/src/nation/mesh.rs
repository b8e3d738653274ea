//! A county's cells in the nation's lattice: irregular lines that neighbours share.

use crate::geometry::cut_to_valid;
use crate::random::{SimRng, seeded};
use domain::place::Position;
use rand::RngExt;

/// Pieces of a county's edge; corners of its beats are among their ends.
pub(super) const PIECES: usize = 12;
/// Pieces of a line inside a county.
const INNER_PIECES: usize = 4;
/// A county's edge leaves the straight line by at most about twice this part of a cell: so little that narrow beats beside it keep
/// their middle.
const LATTICE_JITTER: f64 = 0.013;
/// A corner moves by at most this part of a cell.
const CORNER_JITTER: f64 = 0.16;
/// A point of a line moves sideways by at most this part of a cell: less than half of what corners leave between lines.
const EDGE_JITTER: f64 = 0.07;

/// Where a county is in the lattice.
pub(super) struct Frame {
    pub(super) seed: u64,
    /// Column and row.
    pub(super) place: (i64, i64),
    pub(super) centre: Position,
    /// Height and width of a cell, degrees × 10⁷.
    pub(super) cell: (i64, i64),
}

/// How many beats a county has, across and up.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// Degrees × 10⁷: longitude and latitude.
type Spot = (f64, f64);

/// The cells.
pub(super) struct Mesh {
    centre: Position,
    /// `corners[row][column]`.
    corners: Vec<Vec<Spot>>,
    /// `eastward[row][column]`: the points between a corner and the next one to the east.
    eastward: Vec<Vec<Vec<Spot>>>,
    /// `northward[row][column]`: the points between a corner and the next one to the north.
    northward: Vec<Vec<Vec<Spot>>>,
}

impl Frame {
    fn rng(&self, kind: u64, column: i64, row: i64) -> SimRng {
        let part = |value: i64| (value + (1 << 20)).cast_unsigned() & 0x3f_ffff;
        seeded(self.seed, (kind << 44) | (part(column) << 22) | part(row))
    }

    /// A corner of the lattice, by its column and row.
    fn corner(&self, column: i64, row: i64) -> Spot {
        let mut rng = self.rng(2, column, row);
        let mut along = |place: i64, size: i64| (place as f64 + rng.random_range(-CORNER_JITTER..CORNER_JITTER)) * size as f64;
        let x = along(column, self.cell.1) + f64::from(self.centre.lon_e7());
        let y = along(row, self.cell.0) + f64::from(self.centre.lat_e7());
        (x, y)
    }

    /// The points of an edge of the lattice from a corner to the next one, both included.
    fn edge(&self, column: i64, row: i64, northward: bool) -> Vec<Spot> {
        let (from, to) = (self.corner(column, row), self.corner(column + i64::from(!northward), row + i64::from(northward)));
        let sideways = if northward { (self.cell.1 as f64, 0.0) } else { (0.0, self.cell.0 as f64) };
        let mut rng = self.rng(3 + u64::from(northward), column, row);
        // Points wander a little from the one before, and are at home at both ends.
        let parts = [(); 3].map(|()| rng.random_range(-LATTICE_JITTER..LATTICE_JITTER));
        let point = |piece: usize| {
            let along = piece as f64 / PIECES as f64;
            let wave = |n: usize| (std::f64::consts::PI * along * (n + 1) as f64).sin() * parts[n] / (n + 1) as f64;
            let noise = if piece.is_multiple_of(PIECES) { 0.0 } else { rng.random_range(-0.002..0.002) };
            let push = wave(0) + wave(1) + wave(2) + noise;
            (from.0 + (to.0 - from.0) * along + push * sideways.0, from.1 + (to.1 - from.1) * along + push * sideways.1)
        };
        (0..=PIECES).map(point).collect()
    }
}

impl Mesh {
    /// The cells of a county. `rng` draws what is inside it.
    pub(super) fn new(frame: &Frame, grid: Grid, rng: &mut SimRng) -> Self {
        let (column, row) = frame.place;
        let edges = [
            frame.edge(column, row, false),
            frame.edge(column, row + 1, false),
            frame.edge(column, row, true),
            frame.edge(column + 1, row, true),
        ];
        let [south, north, west, east] = &edges;
        let (columns, rows) = (grid.columns, grid.rows);
        let mut corner = |up: usize, right: usize| {
            let (x, y) = (end_at(right, columns), end_at(up, rows));
            match (up, right) {
                (0, _) => south[x],
                (up, _) if up == rows => north[x],
                (_, 0) => west[y],
                (_, right) if right == columns => east[y],
                _ => {
                    // Between the edges, as far along as on them.
                    let (bottom, top) = (south[x].1, north[x].1);
                    let (u, v) = (right as f64 / columns as f64, up as f64 / rows as f64);
                    let mix = |a: f64, b: f64, part: f64| a + (b - a) * part;
                    let mut jitter = |size: f64| rng.random_range(-0.12..0.12) * size;
                    let (width, height) = (frame.cell.1 as f64 / columns as f64, frame.cell.0 as f64 / rows as f64);
                    let x = mix(west[y].0, east[y].0, u) + jitter(width);
                    (x, mix(bottom, top, v) + jitter(height))
                }
            }
        };
        let corners: Vec<Vec<Spot>> = (0..=rows).map(|up| (0..=columns).map(|right| corner(up, right)).collect()).collect();
        let piece = |edge: &[Spot], from: usize, to: usize| edge.get(from + 1..to).unwrap_or_default().to_vec();
        let (width, height) = (frame.cell.1 as f64 / columns as f64, frame.cell.0 as f64 / rows as f64);
        let eastward = (0..=rows).map(|up| {
            let line = (0..columns).map(|right| match up {
                0 => piece(south, end_at(right, columns), end_at(right + 1, columns)),
                up if up == rows => piece(north, end_at(right, columns), end_at(right + 1, columns)),
                _ => wiggle(corners[up][right], corners[up][right + 1], (0.0, height), rng),
            });
            line.collect::<Vec<_>>()
        });
        let eastward: Vec<Vec<Vec<Spot>>> = eastward.collect();
        let northward = (0..rows).map(|up| {
            let line = (0..=columns).map(|right| match right {
                0 => piece(west, end_at(up, rows), end_at(up + 1, rows)),
                right if right == columns => piece(east, end_at(up, rows), end_at(up + 1, rows)),
                _ => wiggle(corners[up][right], corners[up + 1][right], (width, 0.0), rng),
            });
            line.collect::<Vec<_>>()
        });
        let northward = northward.collect();
        Self { centre: frame.centre, corners, eastward, northward }
    }

    /// The boundary of a block of cells, counter-clockwise from its south-west corner.
    pub(super) fn ring(&self, columns: (usize, usize), rows: (usize, usize)) -> Vec<Position> {
        let mut ring = Vec::new();
        for column in columns.0..columns.1 {
            self.push(&mut ring, (rows.0, column), &self.eastward, (rows.0, column), false);
        }
        for row in rows.0..rows.1 {
            self.push(&mut ring, (row, columns.1), &self.northward, (row, columns.1), false);
        }
        for column in (columns.0..columns.1).rev() {
            self.push(&mut ring, (rows.1, column + 1), &self.eastward, (rows.1, column), true);
        }
        for row in (rows.0..rows.1).rev() {
            self.push(&mut ring, (row + 1, columns.0), &self.northward, (row, columns.0), true);
        }
        ring
    }

    /// Adds a corner and the line that begins there, walked backwards if so wanted.
    fn push(&self, ring: &mut Vec<Position>, corner: (usize, usize), lines: &[Vec<Vec<Spot>>], line: (usize, usize), backwards: bool) {
        ring.extend(self.corners.get(corner.0).and_then(|row| row.get(corner.1)).map(|spot| self.position(*spot)));
        let points = lines.get(line.0).and_then(|row| row.get(line.1)).map(Vec::as_slice).unwrap_or_default();
        let points = points.iter().map(|spot| self.position(*spot));
        if backwards {
            ring.extend(points.rev());
        } else {
            ring.extend(points);
        }
    }

    #[allow(clippy::cast_possible_truncation)] // degrees × 10⁷
    fn position(&self, spot: Spot) -> Position {
        cut_to_valid(spot.1.round() as i64, spot.0.round() as i64, self.centre)
    }

    /// The middle of a cell, between its corners.
    pub(super) fn middle(&self, column: usize, row: usize) -> Position {
        self.inside(column, row, 0.5, 0.5)
    }

    /// A place in a cell, by fractions (0 to 1) of the way across and up; kept off its edges.
    pub(super) fn inside(&self, column: usize, row: usize, across: f64, up: f64) -> Position {
        let kept = |fraction: f64| 0.3 + 0.4 * fraction;
        let (across, up) = (kept(across), kept(up));
        let at = |up: usize, right: usize| self.corners.get(row + up).and_then(|row| row.get(column + right)).copied().unwrap_or_default();
        let mix = |a: Spot, b: Spot, part: f64| (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
        self.position(mix(mix(at(0, 0), at(0, 1), across), mix(at(1, 0), at(1, 1), across), up))
    }
}

/// Which end of an edge's pieces corner `index` of `count` cells is.
fn end_at(index: usize, count: usize) -> usize {
    (index * PIECES + count / 2) / count.max(1)
}

/// The points between two corners, each moved by a part of `sideways`.
fn wiggle(from: Spot, to: Spot, sideways: Spot, rng: &mut SimRng) -> Vec<Spot> {
    let point = |piece: usize| {
        let part = piece as f64 / INNER_PIECES as f64;
        let push = rng.random_range(-EDGE_JITTER..EDGE_JITTER);
        (from.0 + (to.0 - from.0) * part + push * sideways.0, from.1 + (to.1 - from.1) * part + push * sideways.1)
    };
    (1..INNER_PIECES).map(point).collect()
}
