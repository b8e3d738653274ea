//! The invented county of the demo, by seed: four stations of three beats with irregular boundaries that fit exactly, 120 units.
//!
//! Every place name is made up (乌有 means "there is no such thing"); the county lies where it does only to have a map's shape.

use crate::geometry::{cut_to_valid, offset};
use crate::layout::{Layout, LayoutError, Station, apportion, call_letters, staff};
use crate::random::{SimRng, normal, seeded};
use domain::agency::AgencyLevel;
use domain::ids::{AgencyId, LogId};
use domain::place::Position;
use rand::RngExt;
use rand::seq::SliceRandom;

/// Code of the invented county. No province's codes begin with 99.
pub const COUNTY_CODE: &str = "990001";
/// Its units.
pub const UNITS: usize = 120;

/// Latitude and longitude, degrees × 10⁷.
const CENTRE_E7: (i32, i32) = (376_000_000, 1_088_000_000);
/// Beats in a row from west to east; three of them are a station.
const COLUMNS: usize = 6;
/// Rows of beats from south to north.
const ROWS: usize = 2;
const BEATS_PER_STATION: usize = 3;
/// Width and height of a beat before its corners are moved, degrees × 10⁷: about 7 km by 15 km.
const CELL_E7: (f64, f64) = (800_000.0, 1_350_000.0);
/// A corner moves by at most this part of a cell.
const CORNER_JITTER: f64 = 0.18;
/// A boundary between two corners has this many pieces.
const PIECES: usize = 7;
/// A point of a boundary moves sideways by at most this part of a cell: less than half of what corners leave between boundaries.
const EDGE_JITTER: f64 = 0.09;

/// Share of the calls and units: the first station is the county town.
const STATION_WEIGHTS: [u64; 4] = [5, 3, 2, 2];

/// Names of stations: pairs of made-up Chinese and English names.
const TOWNS: [(&str, &str); 8] = [
    ("子虚", "Zixu"),
    ("云桥", "Yunqiao"),
    ("梦溪滩", "Mengxitan"),
    ("柳影", "Liuying"),
    ("风铃坡", "Fenglingpo"),
    ("星渡", "Xingdu"),
    ("镜泊原", "Jingboyuan"),
    ("鹿鸣沟", "Luminggou"),
];
/// Names of beats, given out in a shuffled order.
const QUARTERS: [(&str, &str); 12] = [
    ("东市", "East Market"),
    ("西关", "West Gate"),
    ("纸鸢巷", "Kite Lane"),
    ("灯塔街", "Lighthouse Street"),
    ("石磨村", "Millstone Village"),
    ("半月湾", "Half Moon Bend"),
    ("青瓦里", "Blue Tile Quarter"),
    ("榆钱坡", "Elm Seed Slope"),
    ("铁匠营", "Smithy Camp"),
    ("白鹭洲", "Egret Isle"),
    ("驼铃驿", "Camel Bell Post"),
    ("杏林庄", "Apricot Grove"),
];

/// Makes the county of a seed: the same seed gives the same county.
///
/// # Errors
/// [`LayoutError`], which the fixed codes and places never cause.
pub fn invented_county(seed: u64) -> Result<Layout, LayoutError> {
    let mut rng = seeded(seed, 0);
    let mesh = Mesh::new(Position::from_e7(CENTRE_E7.0, CENTRE_E7.1)?, &mut rng);
    let log_id = LogId::new(COUNTY_CODE)?;
    let root = AgencyId::new(COUNTY_CODE)?;
    let mut towns = TOWNS;
    let mut quarters = QUARTERS;
    towns.shuffle(&mut rng);
    quarters.shuffle(&mut rng);

    let mut layout = Layout::new(log_id.clone(), "Asia/Shanghai");
    let town_seat = mesh.middle(1, 0);
    layout.add(&root, None, AgencyLevel::County, ("乌有县", "Wuyou County"), Some(town_seat), mesh.ring((0, COLUMNS), (0, ROWS)));
    let unit_counts = apportion(&STATION_WEIGHTS, UNITS, 4);
    let stations = (0..ROWS).flat_map(|row| (0..COLUMNS / BEATS_PER_STATION).map(move |block| (block * BEATS_PER_STATION, row)));
    for (index, ((first_column, row), (zh, en))) in stations.zip(towns).enumerate() {
        let station = AgencyId::new(&format!("{root}-{:02}", index + 1))?;
        let columns = (first_column, first_column + BEATS_PER_STATION);
        let seat = mesh.middle(first_column + 1, row);
        let names = (format!("{zh}派出所"), format!("{en} Station"));
        layout.add(&station, Some(&root), AgencyLevel::Station, (&names.0, &names.1), Some(seat), mesh.ring(columns, (row, row + 1)));
        let mut beats = Vec::new();
        for column in columns.0..columns.1 {
            let beat = AgencyId::new(&format!("{station}-{}", column - columns.0 + 1))?;
            let (zh, en) = quarters.get(row * COLUMNS + column).copied().unwrap_or(("无名", "Nameless"));
            let names = (format!("{zh}警务区"), format!("{en} Beat"));
            let ring = mesh.ring((column, column + 1), (row, row + 1));
            layout.add(&beat, Some(&station), AgencyLevel::Beat, (&names.0, &names.1), Some(mesh.middle(column, row)), ring);
            beats.push(beat);
        }
        let count = unit_counts.get(index).copied().unwrap_or(0);
        let letters = call_letters(index);
        let plan = Station { agency: &station, letters: &letters, beats: &beats, seat };
        // Units stand about the seats of the beats, where people live.
        let mut about = (columns.0..columns.1).cycle();
        let start = || {
            let middle = mesh.middle(about.next().unwrap_or(first_column), row);
            let mut metres = || normal(&mut rng).clamp(-2.0, 2.0) * 900.0;
            offset(middle, metres(), metres())
        };
        layout.units.extend(staff(&log_id, &plan, count, start)?);
    }
    Ok(layout)
}

/// Corners of a grid and the wiggly lines between them. Neighbours use the same line, so they fit exactly.
struct Mesh {
    centre: Position,
    corners: Vec<Vec<Position>>,
    /// `eastward[row][column]`: the points between a corner and the next one to the east.
    eastward: Vec<Vec<Vec<Position>>>,
    /// `northward[row][column]`: the points between a corner and the next one to the north.
    northward: Vec<Vec<Vec<Position>>>,
}

impl Mesh {
    fn new(centre: Position, rng: &mut SimRng) -> Self {
        let corners: Vec<Vec<Position>> =
            (0..=ROWS).map(|row| (0..=COLUMNS).map(|column| corner(centre, row, column, rng)).collect()).collect();
        let at = |row: usize, column: usize| corners.get(row).and_then(|line: &Vec<Position>| line.get(column)).copied();
        let mut between = |from: Option<Position>, to: Option<Position>, sideways: (f64, f64)| match (from, to) {
            (Some(from), Some(to)) => wiggle(from, to, sideways, rng),
            _ => Vec::new(),
        };
        let (width, height) = CELL_E7;
        let eastward = (0..=ROWS)
            .map(|row| (0..COLUMNS).map(|column| between(at(row, column), at(row, column + 1), (height, 0.0))).collect())
            .collect();
        let northward = (0..ROWS)
            .map(|row| (0..=COLUMNS).map(|column| between(at(row, column), at(row + 1, column), (0.0, width))).collect())
            .collect();
        Self { centre, corners, eastward, northward }
    }

    /// The boundary of a block of cells, counter-clockwise from its south-west corner.
    fn ring(&self, columns: (usize, usize), rows: (usize, usize)) -> Vec<Position> {
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
    fn push(&self, ring: &mut Vec<Position>, corner: (usize, usize), lines: &[Vec<Vec<Position>>], line: (usize, usize), backwards: bool) {
        ring.extend(self.corners.get(corner.0).and_then(|row| row.get(corner.1)));
        let points = lines.get(line.0).and_then(|row| row.get(line.1)).map(Vec::as_slice).unwrap_or_default();
        if backwards {
            ring.extend(points.iter().rev());
        } else {
            ring.extend(points);
        }
    }

    /// The middle of a cell before its corners were moved; it stays inside.
    fn middle(&self, column: usize, row: usize) -> Position {
        grid_point(self.centre, row as f64 + 0.5, column as f64 + 0.5)
    }
}

/// A point of the even grid about the centre.
fn grid_point(centre: Position, row: f64, column: f64) -> Position {
    let north = (row - ROWS as f64 / 2.0) * CELL_E7.1;
    let east = (column - COLUMNS as f64 / 2.0) * CELL_E7.0;
    moved(centre, north, east)
}

/// A position moved by degrees × 10⁷.
fn moved(from: Position, north_e7: f64, east_e7: f64) -> Position {
    // A county's worth of degrees × 10⁷: far below 2^31.
    #[allow(clippy::cast_possible_truncation)]
    let (north_e7, east_e7) = (north_e7.round() as i64, east_e7.round() as i64);
    cut_to_valid(i64::from(from.lat_e7()) + north_e7, i64::from(from.lon_e7()) + east_e7, from)
}

/// A corner of the grid, moved a little.
fn corner(centre: Position, row: usize, column: usize, rng: &mut SimRng) -> Position {
    let mut jitter = |size: f64| rng.random_range(-CORNER_JITTER..CORNER_JITTER) * size;
    let (north, east) = (jitter(CELL_E7.1), jitter(CELL_E7.0));
    moved(grid_point(centre, row as f64, column as f64), north, east)
}

/// The points between two corners, each moved by a part of `sideways` (north and east, degrees × 10⁷).
fn wiggle(from: Position, to: Position, sideways: (f64, f64), rng: &mut SimRng) -> Vec<Position> {
    let (north, east) = (f64::from(to.lat_e7() - from.lat_e7()), f64::from(to.lon_e7() - from.lon_e7()));
    let point = |piece: usize| {
        let fraction = piece as f64 / PIECES as f64;
        let push = rng.random_range(-EDGE_JITTER..EDGE_JITTER);
        moved(from, north * fraction + push * sideways.0, east * fraction + push * sideways.1)
    };
    (1..PIECES).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Side, doubled_area, side_of_ring};
    use crate::layout::Boundary;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn of_level(layout: &Layout, level: AgencyLevel) -> Vec<&Boundary> {
        layout.nodes.iter().zip(&layout.boundaries).filter(|(node, _)| node.level == level).map(|(_, b)| b).collect()
    }

    fn cross(o: Position, a: Position, b: Position) -> i64 {
        let d = |p: Position| (i64::from(p.lon_e7() - o.lon_e7()), i64::from(p.lat_e7() - o.lat_e7()));
        let ((ax, ay), (bx, by)) = (d(a), d(b));
        ax * by - ay * bx
    }

    fn is_simple(ring: &[Position]) -> bool {
        let edges: Vec<_> = ring.iter().zip(ring.iter().cycle().skip(1)).collect();
        edges.iter().enumerate().all(|(i, (a, b))| {
            edges.iter().enumerate().skip(i + 2).filter(|(j, _)| !(i == 0 && *j == edges.len() - 1)).all(|(_, (c, d))| {
                let apart = |p: i64, q: i64| (p > 0 && q > 0) || (p < 0 && q < 0);
                apart(cross(**a, **b, **c), cross(**a, **b, **d)) || apart(cross(**c, **d, **a), cross(**c, **d, **b))
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_seed_makes_a_county_that_fits(seed in any::<u64>(), probes in prop::collection::vec((-1_800_000..1_800_000i32, -3_000_000..3_000_000i32), 50)) {
            let layout = invented_county(seed).unwrap();
            prop_assert_eq!(&layout, &invented_county(seed).unwrap());
            prop_assert!(layout.tree().is_ok());
            prop_assert_eq!(layout.units.len(), UNITS);
            let county = &layout.boundaries[0];
            prop_assert!(layout.boundaries.iter().all(|b| doubled_area(&b.ring) > 0 && is_simple(&b.ring)));
            for (level, count) in [(AgencyLevel::Station, 4), (AgencyLevel::Beat, 12)] {
                let parts = of_level(&layout, level);
                prop_assert_eq!(parts.len(), count);
                prop_assert_eq!(parts.iter().map(|b| doubled_area(&b.ring)).sum::<i128>(), doubled_area(&county.ring));
                for (lat, lon) in &probes {
                    let probe = Position::from_e7(376_000_000 + lat, 1_088_000_000 + lon).unwrap();
                    let inside = parts.iter().filter(|b| side_of_ring(&b.ring, probe) == Side::Inside).count();
                    let edge = parts.iter().any(|b| side_of_ring(&b.ring, probe) == Side::Edge);
                    let in_county = side_of_ring(&county.ring, probe) == Side::Inside;
                    prop_assert!(edge || inside == usize::from(in_county));
                }
            }
            for (node, boundary) in layout.nodes.iter().zip(&layout.boundaries) {
                prop_assert_eq!(side_of_ring(&boundary.ring, node.seat.unwrap()), Side::Inside, "{} has its seat inside", &node.agency_id);
            }
            let signs: BTreeSet<_> = layout.units.iter().map(|unit| unit.call_sign.as_str()).collect();
            prop_assert_eq!(signs.len(), UNITS);
        }
    }

    #[test]
    fn seeds_differ_and_names_are_unique() {
        let (one, other) = (invented_county(1).unwrap(), invented_county(2).unwrap());
        assert_ne!(one.boundaries, other.boundaries);
        let names: BTreeSet<_> = one.nodes.iter().map(|node| node.name_zh.as_str()).collect();
        assert_eq!(names.len(), 17);
        assert!(one.units.iter().all(|unit| one.containing(AgencyLevel::County, unit.start).count() == 1));
        let town_units = one.units.iter().filter(|unit| unit.home.as_str().starts_with("990001-01")).count();
        assert_eq!(town_units, 50, "the county town has five twelfths of the load");
    }
}
