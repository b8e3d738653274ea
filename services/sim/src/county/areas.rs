//! Who owns which ground: stations about their towns, beats about where people live.

use super::mesh::{Mesh, Pull};
use super::plane::{Point, point};
use super::terrain::{SettlementKind, Terrain};
use crate::random::SimRng;
use rand::RngExt;
use std::f64::consts::TAU;

/// Cells for each station, and for the county besides.
const CELLS: (f64, f64) = (110.0, 120.0);
/// How far a station of the county town reaches into the country, metres, at most.
const TOWN_REACH_M: f64 = 2_700.0;
/// How much more a cell counts in the middle of the county town, and how far that reaches, metres.
const CROWD: (f64, f64) = (60.0, 1_500.0);
/// Rounds of finding a beat's middle.
const ROUNDS: usize = 10;
/// Rounds of giving cut-off cells away.
const REPAIRS: usize = 12;
/// Other drawings before giving up: one of some hundred seeds needs a second.
const ATTEMPTS: usize = 24;

/// The ground of a station or beat.
pub(crate) struct Ground {
    pub(crate) ring: Vec<Point>,
    /// Where most of it lies, surely inside.
    pub(crate) middle: Point,
    /// Where most of its people live, near its middle; it may lie a little outside.
    pub(crate) heart: Point,
}

/// A county's ground.
pub(crate) struct Areas {
    pub(crate) county: Ground,
    /// One for each station, with its beats.
    pub(crate) stations: Vec<(Ground, Vec<Ground>)>,
}

/// How many beats a station has.
pub(crate) fn beats(kind: SettlementKind, small: bool) -> usize {
    match kind {
        SettlementKind::OldTown => 5,
        SettlementKind::NewTown => 4,
        SettlementKind::Town if !small => 3,
        SettlementKind::Town | SettlementKind::Village => 2,
    }
}

/// Shares the ground out. None when no drawing fits, which the tests have not seen.
pub(crate) fn share_out(terrain: &Terrain, beats: &[usize], seed: u64, rng: &mut SimRng) -> Option<Areas> {
    (0..ATTEMPTS).find_map(|attempt| drawing(terrain, beats, seed, attempt, rng))
}

fn drawing(terrain: &Terrain, beats: &[usize], seed: u64, attempt: usize, rng: &mut SimRng) -> Option<Areas> {
    let stations = terrain.stations;
    let first = terrain.settlements.first()?.centre;
    let half = terrain.half;
    let width_m = (4.0 * half.x * half.y / (stations as f64 * CELLS.0 + CELLS.1) * 2.0 / 3.0_f64.sqrt()).sqrt();
    let tight = if stations >= 3 { 0.42 } else { 0.7 };
    let pull = Pull { place: first, tight, reach_m: half.y * 0.45 };
    let mut mesh = Mesh::new(half, width_m, pull, |p| terrain.outness(p) < 1.0, rng);
    let middles: Vec<Point> = mesh.cells.iter().map(|cell| cell.middle).collect();
    // What is asked is moved by slow waves, so that borders bend.
    let waves = [(); 4].map(|()| (rng.random_range(0.0..TAU), rng.random_range(0.8..1.3) / half.y));
    let calm = if attempt < ATTEMPTS / 2 { 1.0 } else { 0.3 };
    let bent = |p: Point| {
        let wave = |n: usize, along: f64| (waves[n].0 + TAU * along * waves[n].1).sin() * half.y * 0.05 * calm;
        p + point(wave(0, p.y) + wave(1, p.x + p.y) * 0.5, wave(2, p.x) + wave(3, p.x - p.y) * 0.5)
    };
    let bent: Vec<Point> = middles.iter().map(|middle| bent(*middle)).collect();

    let sites = station_sites(terrain);
    let mut station_of: Vec<usize> = bent.iter().map(|p| nearest(&sites, *p)).collect();
    hang_together(&mesh, &mut station_of, stations, |_, _| true);
    let mut beat_of = vec![0; middles.len()];
    let (mut first_beat, mut beat_station, mut hearts) = (0, Vec::new(), Vec::new());
    for (station, &count) in beats.iter().enumerate().take(stations) {
        let ours: Vec<usize> = (0..middles.len()).filter(|cell| station_of.get(*cell) == Some(&station)).collect();
        let town = terrain.settlements.get(station)?;
        let crowd = |p: Point| match town.kind {
            SettlementKind::OldTown | SettlementKind::NewTown => 1.0 + CROWD.0 * (-(p.distance(town.centre) / CROWD.1).powi(2)).exp(),
            SettlementKind::Town | SettlementKind::Village => 1.0,
        };
        let cells: Vec<(Point, f64)> = ours.iter().map(|cell| (bent[*cell], crowd(middles[*cell]))).collect();
        let seats = beat_sites(&cells, town.centre, count);
        hearts.extend(seats.iter().map(|(seat, _)| *seat));
        for cell in ours {
            beat_of[cell] = first_beat + nearest(&seats, bent[cell]);
        }
        beat_station.extend(std::iter::repeat_n(station, count));
        first_beat += count;
    }
    hang_together(&mesh, &mut beat_of, first_beat, |from, to| beat_station.get(from) == beat_station.get(to));
    mesh.smooth(&beat_of);
    let ground = |heart: Point, ours: &dyn Fn(usize) -> bool| {
        let mut rings = mesh.outlines(seed, ours);
        let ring = rings.pop().filter(|_| rings.is_empty())?;
        Some(Ground { ring, middle: deepest(&mesh, ours)?, heart })
    };
    let mut grounds = Vec::new();
    for station in 0..stations {
        let of_beats = (0..first_beat).filter(|beat| beat_station.get(*beat) == Some(&station));
        let parts: Option<Vec<Ground>> = of_beats.map(|beat| ground(*hearts.get(beat)?, &|cell| beat_of[cell] == beat)).collect();
        grounds.push((ground(terrain.settlements.get(station)?.centre, &|cell| station_of[cell] == station)?, parts?));
    }
    Some(Areas { county: ground(first, &|_| true)?, stations: grounds })
}

/// Station towns with how much less of the ground each wants (square metres): a power diagram's weights. Both halves of the county
/// town want the same, so that they part half-way.
fn station_sites(terrain: &Terrain) -> Vec<(Point, f64)> {
    let towns: Vec<_> = terrain.settlements.iter().take(terrain.stations).collect();
    let urban = |kind| matches!(kind, SettlementKind::OldTown | SettlementKind::NewTown);
    let pairs = towns.iter().filter(|town| urban(town.kind)).flat_map(|town| {
        let others = towns.iter().filter(|other| !urban(other.kind));
        others.map(|other| other.centre.distance(town.centre))
    });
    let nearest_m = pairs.fold(f64::INFINITY, f64::min);
    let less = if towns.len() < 5 { 0.0 } else { 2.0 * nearest_m * (nearest_m / 2.0 - TOWN_REACH_M).max(0.0) };
    towns.iter().map(|town| (town.centre, if urban(town.kind) { less } else { 0.0 })).collect()
}

fn nearest(sites: &[(Point, f64)], p: Point) -> usize {
    let cost = |site: &(Point, f64)| (p - site.0).dot(p - site.0) + site.1;
    let best = sites.iter().enumerate().min_by(|a, b| cost(a.1).total_cmp(&cost(b.1)));
    best.map_or(0, |(index, _)| index)
}

/// Middles of beats: `count` of them among the cells, each in the middle of those nearest to it by their weight (Lloyd's algorithm).
fn beat_sites(cells: &[(Point, f64)], first: Point, count: usize) -> Vec<(Point, f64)> {
    let mut sites = vec![(first, 0.0)];
    while sites.len() < count {
        let far =
            |(p, weight): &(Point, f64)| sites.iter().map(|(site, _)| site.distance(*p)).fold(f64::INFINITY, f64::min) * weight.sqrt();
        let Some((next, _)) = cells.iter().max_by(|a, b| far(a).total_cmp(&far(b))) else { break };
        sites.push((*next, 0.0));
    }
    for _ in 0..ROUNDS {
        let mut sums = vec![(point(0.0, 0.0), 0.0_f64); sites.len()];
        for (p, weight) in cells {
            if let Some(sum) = sums.get_mut(nearest(&sites, *p)) {
                *sum = (sum.0 + *p * *weight, sum.1 + weight);
            }
        }
        for (site, (sum, weight)) in sites.iter_mut().zip(sums) {
            if weight > 0.0 {
                site.0 = sum * (1.0 / weight);
            }
        }
    }
    sites
}

/// Gives cells that are cut off from most of their area to an area beside them that `may` have them.
fn hang_together(mesh: &Mesh, owner: &mut [usize], areas: usize, may: impl Fn(usize, usize) -> bool) {
    for _ in 0..REPAIRS {
        let (piece, sizes) = pieces(mesh, owner);
        let mut largest = vec![(0, 0); areas];
        for (index, (area, size)) in sizes.iter().enumerate() {
            if largest.get(*area).is_some_and(|(_, most)| size > most) {
                largest[*area] = (index, *size);
            }
        }
        let cut_off: Vec<usize> = (0..owner.len()).filter(|cell| largest[owner[*cell]].0 != piece[*cell]).collect();
        if cut_off.is_empty() {
            return;
        }
        for cell in cut_off {
            let beside = mesh.cells[cell].around.iter().flatten().map(|other| owner[*other]);
            if let Some(new) = beside.filter(|area| *area != owner[cell] && may(owner[cell], *area)).min() {
                owner[cell] = new;
            }
        }
    }
}

/// The connected piece that each cell is in, and for each piece its area and its size.
fn pieces(mesh: &Mesh, owner: &[usize]) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut piece = vec![usize::MAX; owner.len()];
    let mut sizes = Vec::new();
    for start in 0..owner.len() {
        if piece[start] != usize::MAX {
            continue;
        }
        let (mut open, mut size) = (vec![start], 0);
        piece[start] = sizes.len();
        while let Some(cell) = open.pop() {
            size += 1;
            for &other in mesh.cells[cell].around.iter().flatten() {
                if piece[other] == usize::MAX && owner[other] == owner[start] {
                    piece[other] = sizes.len();
                    open.push(other);
                }
            }
        }
        sizes.push((owner[start], size));
    }
    (piece, sizes)
}

/// The middle of the cell that is nearest to the middle of all of them among those with none but their own around, if there is one.
fn deepest(mesh: &Mesh, ours: &dyn Fn(usize) -> bool) -> Option<Point> {
    let cells: Vec<usize> = (0..mesh.cells.len()).filter(|cell| ours(*cell)).collect();
    let sum = cells.iter().fold(point(0.0, 0.0), |sum, cell| sum + mesh.cells[*cell].middle);
    let centre = sum * (1.0 / cells.len().max(1) as f64);
    let shallow = |cell: usize| mesh.cells[cell].around.iter().filter(|other| !other.is_some_and(ours)).count();
    let best = cells.into_iter().min_by(|a, b| {
        let far = |cell: usize| mesh.cells[cell].middle.distance(centre);
        shallow(*a).cmp(&shallow(*b)).then(far(*a).total_cmp(&far(*b)))
    });
    best.map(|cell| mesh.cells[cell].middle)
}
