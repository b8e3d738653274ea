//! From drawn ways to a network: bridges over the river, a node wherever ways meet or cross, nothing that cannot be reached.

use super::network::{Link, Network, RoadClass};
use super::plane::{Plane, Point, crossing, nearest_on};
use super::river::{CLEAR_M, HALF_WIDTH_M, River};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};
use std::collections::BTreeMap;

/// Nodes nearer to each other are one, and a way that ends nearer to another meets it, metres.
const TOUCH_M: f64 = 11.0;
/// A dead end that is shorter is left out, metres.
const STUB_M: f64 = 38.0;
/// A bridge begins this far from the river's middle line, metres.
const ABUTMENT_M: f64 = HALF_WIDTH_M + 22.0;
/// How often ways are cut where they cross: the second time because joining nodes moved some.
const PASSES: usize = 3;

/// A way as it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) points: Vec<Point>,
    pub(crate) class: RoadClass,
    pub(crate) name: Option<u32>,
    pub(crate) one_way: bool,
    /// Whether it may cross the river.
    pub(crate) bridges: bool,
}

#[derive(Clone, Copy)]
struct Piece {
    from: Point,
    to: Point,
    way: usize,
    bridge: bool,
}

/// Makes the network of the ways that are `within` the county.
pub(crate) fn network(ways: &[Way], river: &River, plane: &Plane, within: impl Fn(Point) -> bool) -> Network {
    let mut pieces = Vec::new();
    for (index, way) in ways.iter().enumerate() {
        let keep = |p: &&Point| within(**p) && river.distance(**p) >= ABUTMENT_M + TOUCH_M;
        let points: Vec<Point> = if way.bridges { way.points.iter().filter(keep).copied().collect() } else { way.points.clone() };
        for pair in points.windows(2) {
            if within(pair[0]) && within(pair[1]) {
                over_the_river(pair[0], pair[1], index, way.bridges, river, &mut pieces);
            }
        }
    }
    let mut nodes = Nodes::default();
    for _ in 0..PASSES {
        nodes = Nodes::default();
        pieces = cut(&pieces, ways, &mut nodes);
        pieces.retain(|piece| piece.bridge || river.is_clear(piece.from, piece.to, CLEAR_M));
    }
    let banks = river.ring();
    // A bridge that another way met before the water is cut there: what lies on the bank is a street.
    let wet = |piece: &Piece| {
        let edges = banks.iter().zip(banks.iter().cycle().skip(1));
        piece.bridge && edges.into_iter().any(|(c, d)| crossing(piece.from, piece.to, *c, *d).is_some())
    };
    let links = pieces.iter().filter_map(|piece| {
        let way = ways.get(piece.way)?;
        let (from, to) = (nodes.number(piece.from), nodes.number(piece.to));
        Some(Link { from, to, class: way.class, one_way: way.one_way, bridge: wet(piece), name: way.name })
    });
    let links: Vec<Link> = links.filter(|link| link.from != link.to).collect();
    connected(nodes.points, links, plane)
}

/// Adds a piece, with a bridge where it crosses the river and may; else it is left out there.
fn over_the_river(from: Point, to: Point, way: usize, bridges: bool, river: &River, pieces: &mut Vec<Piece>) {
    let piece = |from, to, bridge| Piece { from, to, way, bridge };
    let crossings = river.crossings(from, to);
    let (Some(first), Some(last)) = (crossings.first(), crossings.last()) else {
        return pieces.extend(river.is_clear(from, to, CLEAR_M).then_some(piece(from, to, false)));
    };
    if !bridges || crossings.len().is_multiple_of(2) {
        return;
    }
    let middle = from.lerp(to, f64::midpoint(*first, *last));
    let across = river.direction(middle).left();
    let across = if across.dot(to - from) < 0.0 { across * -1.0 } else { across };
    let (near, far) = (middle - across * ABUTMENT_M, middle + across * ABUTMENT_M);
    let straight = crossings.len() == 1 && river.is_clear(from, near, CLEAR_M) && river.is_clear(far, to, CLEAR_M);
    let (near, far) = if straight {
        (near, far)
    } else {
        // Slantwise: from the last dry point before the water to the first one behind it.
        let length_m = from.distance(to);
        let dry = |fraction: f64, step: f64| {
            let mut fraction = fraction;
            while (0.0..=1.0).contains(&fraction) && river.distance(from.lerp(to, fraction)) < ABUTMENT_M {
                fraction += step;
            }
            from.lerp(to, fraction.clamp(0.0, 1.0))
        };
        (dry(*first, -5.0 / length_m), dry(*last, 5.0 / length_m))
    };
    pieces.extend([piece(from, near, false), piece(near, far, true), piece(far, to, false)]);
}

/// Nodes by place: what is nearer than [`TOUCH_M`] to one that exists is that one.
#[derive(Default)]
struct Nodes {
    points: Vec<Point>,
    cells: BTreeMap<(i64, i64), Vec<usize>>,
}

impl Nodes {
    #[allow(clippy::cast_possible_truncation)] // metres within a county
    fn cell(p: Point) -> (i64, i64) {
        ((p.x / TOUCH_M).floor() as i64, (p.y / TOUCH_M).floor() as i64)
    }

    fn at(&mut self, p: Point) -> Point {
        let (x, y) = Self::cell(p);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        let near = around.filter_map(|cell| self.cells.get(&cell)).flatten().map(|index| self.points[*index]);
        let nearest = near.min_by(|a, b| a.distance(p).total_cmp(&b.distance(p)));
        if let Some(found) = nearest.filter(|found| found.distance(p) < TOUCH_M) {
            return found;
        }
        self.cells.entry((x, y)).or_default().push(self.points.len());
        self.points.push(p);
        p
    }

    /// The number of a point that [`Self::at`] gave.
    fn number(&self, p: Point) -> u32 {
        let known = self.cells.get(&Self::cell(p)).into_iter().flatten();
        let index = known.copied().find(|index| self.points[*index] == p).unwrap_or(0);
        u32::try_from(index).unwrap_or(u32::MAX)
    }
}

/// Cuts pieces where they cross or touch; of two that become the same the more important stays.
fn cut(pieces: &[Piece], ways: &[Way], nodes: &mut Nodes) -> Vec<Piece> {
    let line = |piece: &Piece| Line::new(piece.from.array(), piece.to.array());
    let tree = RTree::bulk_load(pieces.iter().enumerate().map(|(index, piece)| GeomWithData::new(line(piece), index)).collect());
    // Ends of the most important ways first, so that lesser ones are drawn to them.
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|index| (!pieces[*index].bridge, ways[pieces[*index].way].class));
    for index in &order {
        nodes.at(pieces[*index].from);
        nodes.at(pieces[*index].to);
    }
    let mut best: BTreeMap<(u32, u32), (usize, Piece)> = BTreeMap::new();
    for index in order {
        let piece = pieces[index];
        let (low, high) = (piece.from, piece.to);
        let grow = |least: f64, most: f64| (least.min(most) - TOUCH_M, least.max(most) + TOUCH_M);
        let ((west, east), (south, north)) = (grow(low.x, high.x), grow(low.y, high.y));
        let mut cuts = vec![(0.0, piece.from), (1.0, piece.to)];
        for near in tree.locate_in_envelope_intersecting(&AABB::from_corners([west, south], [east, north])) {
            let other = pieces[near.data];
            if near.data == index {
                continue;
            }
            let mut ends = [other.from, other.to].into_iter().map(|end| (nearest_on(low, high, end), end)).peekable();
            let touching: Vec<_> = ends.by_ref().filter(|((_, distance), _)| *distance < TOUCH_M).collect();
            cuts.extend(touching.iter().map(|((fraction, _), end)| (*fraction, *end)));
            if let (true, Some((fraction, _))) = (touching.is_empty(), crossing(low, high, other.from, other.to)) {
                cuts.push((fraction, low.lerp(high, fraction)));
            }
        }
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut at = nodes.at(piece.from);
        for (_, p) in cuts {
            let next = nodes.at(p);
            if next == at {
                continue;
            }
            let (a, b) = (nodes.number(at), nodes.number(next));
            let candidate = (best.len(), Piece { from: at, to: next, ..piece });
            best.entry((a.min(b), a.max(b))).or_insert(candidate);
            at = next;
        }
    }
    let mut kept: Vec<(usize, Piece)> = best.into_values().collect();
    kept.sort_by_key(|(order, piece)| (piece.way, *order));
    kept.into_iter().map(|(_, piece)| piece).collect()
}

/// Leaves out what cannot be reached and short dead ends, and opens one-way links that cut something off.
fn connected(points: Vec<Point>, mut links: Vec<Link>, plane: &Plane) -> Network {
    let degree = |links: &[Link]| {
        let mut degree = vec![0_u32; points.len()];
        links.iter().flat_map(|link| [link.from, link.to]).for_each(|end| degree[end as usize] += 1);
        degree
    };
    for _ in 0..2 {
        let degree = degree(&links);
        let short = |link: &Link| points[link.from as usize].distance(points[link.to as usize]) < STUB_M;
        links.retain(|link| !(short(link) && (degree[link.from as usize] == 1 || degree[link.to as usize] == 1)));
    }
    let piece = largest_piece(points.len(), &links);
    links.retain(|link| piece[link.from as usize]);
    let degree = degree(&links);
    let kept: Vec<usize> = (0..points.len()).filter(|node| degree[*node] > 0).collect();
    let mut number = vec![0_u32; points.len()];
    for (new, old) in (0_u32..).zip(&kept) {
        number[*old] = new;
    }
    for link in &mut links {
        (link.from, link.to) = (number[link.from as usize], number[link.to as usize]);
    }
    let nodes = kept.iter().map(|node| plane.position(points[*node])).collect();
    let mut network = Network { nodes, links, names: Vec::new() };
    let (forwards, backwards) = (network.reached(false), network.reached(true));
    let both = |node: u32| forwards[node as usize] && backwards[node as usize];
    for link in &mut network.links {
        link.one_way = link.one_way && both(link.from) && both(link.to);
    }
    network
}

/// Which nodes are in the largest piece.
fn largest_piece(count: usize, links: &[Link]) -> Vec<bool> {
    let mut next = vec![Vec::new(); count];
    for link in links {
        next[link.from as usize].push(link.to as usize);
        next[link.to as usize].push(link.from as usize);
    }
    let mut piece = vec![usize::MAX; count];
    let mut best = (0, 0);
    for start in 0..count {
        let (mut open, mut size) = (vec![start], 0_usize);
        while let Some(node) = open.pop() {
            if piece[node] == usize::MAX {
                piece[node] = start;
                size += 1;
                open.extend(&next[node]);
            }
        }
        best = best.max((size, start));
    }
    piece.into_iter().map(|piece| piece == best.1).collect()
}
