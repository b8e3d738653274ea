//! Exact integer geometry on edges: which side a point lies on, whether two edges meet, and a latitude index over edges.
//!
//! Coordinates are degrees × 10⁷. A difference of longitudes is below 3.6·10⁹ and of latitudes below 1.8·10⁹, so every
//! product below fits an `i64`; products are compared, never subtracted.

use std::cmp::Ordering;

/// Longitude and latitude in degrees × 10⁷.
pub(crate) type Vertex = [i32; 2];

/// One edge of a ring, in the ring's direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Edge {
    pub(crate) from: Vertex,
    pub(crate) to: Vertex,
}

/// A closed box in longitude and latitude, degrees × 10⁷.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    pub(crate) lon_min: i32,
    pub(crate) lat_min: i32,
    pub(crate) lon_max: i32,
    pub(crate) lat_max: i32,
}

impl Extent {
    /// The smallest box around `vertices`; none when there are none.
    pub(crate) fn around<'a>(vertices: impl IntoIterator<Item = &'a Vertex>) -> Option<Self> {
        let mut vertices = vertices.into_iter();
        let first = vertices.next()?;
        let start = Self { lon_min: first[0], lat_min: first[1], lon_max: first[0], lat_max: first[1] };
        Some(vertices.fold(start, |b, v| Self {
            lon_min: b.lon_min.min(v[0]),
            lat_min: b.lat_min.min(v[1]),
            lon_max: b.lon_max.max(v[0]),
            lat_max: b.lat_max.max(v[1]),
        }))
    }

    pub(crate) fn contains(&self, [lon, lat]: Vertex) -> bool {
        self.lon_min <= lon && lon <= self.lon_max && self.lat_min <= lat && lat <= self.lat_max
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.lon_min <= other.lon_max && other.lon_min <= self.lon_max && self.lat_min <= other.lat_max && other.lat_min <= self.lat_max
    }
}

/// On which side of the line `from → to` the point lies: `Greater` is left.
fn side(from: Vertex, to: Vertex, point: Vertex) -> Ordering {
    let d = |a: i32, b: i32| i64::from(a) - i64::from(b);
    (d(to[0], from[0]) * d(point[1], from[1])).cmp(&(d(point[0], from[0]) * d(to[1], from[1])))
}

impl Edge {
    pub(crate) fn extent(&self) -> Extent {
        Extent {
            lon_min: self.from[0].min(self.to[0]),
            lat_min: self.from[1].min(self.to[1]),
            lon_max: self.from[0].max(self.to[0]),
            lat_max: self.from[1].max(self.to[1]),
        }
    }

    /// Whether a ray from the point towards the east crosses this edge. An edge owns its lower end and not its upper one, so
    /// that a ray through a vertex counts once and of two areas with a common edge exactly one owns a point on it.
    pub(crate) fn crossed_by_ray_east_of(&self, point: Vertex) -> bool {
        let upward = self.from[1] <= point[1] && point[1] < self.to[1];
        let downward = self.to[1] <= point[1] && point[1] < self.from[1];
        (upward && side(self.from, self.to, point) == Ordering::Greater) || (downward && side(self.from, self.to, point) == Ordering::Less)
    }

    /// Whether any point of the edge lies in the box or on its rim.
    pub(crate) fn touches(&self, extent: &Extent) -> bool {
        if !self.extent().meets(extent) {
            return false;
        }
        let corners = [
            [extent.lon_min, extent.lat_min],
            [extent.lon_min, extent.lat_max],
            [extent.lon_max, extent.lat_min],
            [extent.lon_max, extent.lat_max],
        ];
        let first = side(self.from, self.to, corners[0]);
        first == Ordering::Equal || corners[1..].iter().any(|c| side(self.from, self.to, *c) != first)
    }

    /// Whether the two edges have any point in common.
    fn meets(&self, other: &Self) -> bool {
        if !self.extent().meets(&other.extent()) {
            return false;
        }
        let (a, b) = (side(self.from, self.to, other.from), side(self.from, self.to, other.to));
        let (c, d) = (side(other.from, other.to, self.from), side(other.from, other.to, self.to));
        // With boxes that meet, edges on one line have a common point; otherwise each must reach the other's line.
        (a != b || a == Ordering::Equal) && (c != d || c == Ordering::Equal)
    }
}

/// The edges of a ring whose last vertex is joined to its first.
pub(crate) fn ring_edges(ring: &[Vertex]) -> impl Iterator<Item = Edge> + '_ {
    ring.iter().enumerate().map(|(i, from)| Edge { from: *from, to: ring[(i + 1) % ring.len()] })
}

/// Twice the signed area of a ring in degrees² × 10¹⁴; positive when it runs counter-clockwise.
pub(crate) fn doubled_area(ring: &[Vertex]) -> i128 {
    ring_edges(ring).map(|e| i128::from(e.from[0]) * i128::from(e.to[1]) - i128::from(e.to[0]) * i128::from(e.from[1])).sum()
}

/// Edges by latitude: which edges a parallel can cross, without looking at the others.
#[derive(Debug)]
pub(crate) struct Slabs {
    edges: Vec<Edge>,
    lat_min: i32,
    slab_height: i64,
    /// Slab `s` holds `members[starts[s]..starts[s + 1]]`.
    starts: Vec<u32>,
    members: Vec<u32>,
}

/// Most references an edge may have on average: bounds the memory when many edges are long.
const REFERENCES_PER_EDGE_MAX: usize = 6;

impl Slabs {
    pub(crate) fn new(edges: Vec<Edge>) -> Self {
        let (lat_min, lat_max) = edges.iter().fold((i32::MAX, i32::MIN), |(low, high), e| {
            let extent = e.extent();
            (low.min(extent.lat_min), high.max(extent.lat_max))
        });
        let span = if edges.is_empty() { 1 } else { i64::from(lat_max) - i64::from(lat_min) + 1 };
        let mut count = (edges.len() / 2).max(1);
        let height = |count: usize| (span / i64::try_from(count).unwrap_or(i64::MAX)).max(1) + 1;
        let slab = |lat: i32, height: i64| usize::try_from((i64::from(lat) - i64::from(lat_min)) / height).unwrap_or(0);
        let references = |count: usize| -> usize {
            let height = height(count);
            edges.iter().map(|e| slab(e.extent().lat_max, height) - slab(e.extent().lat_min, height) + 1).sum()
        };
        while count > 1 && references(count) > REFERENCES_PER_EDGE_MAX * edges.len() {
            count /= 2;
        }
        let slab_height = height(count);
        let mut starts = vec![0u32; count + 2];
        for e in &edges {
            for s in slab(e.extent().lat_min, slab_height)..=slab(e.extent().lat_max, slab_height) {
                starts[s + 1] += 1;
            }
        }
        for s in 1..starts.len() {
            starts[s] += starts[s - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![0u32; starts.last().map_or(0, |n| *n as usize)];
        for (at, e) in (0u32..).zip(&edges) {
            for s in slab(e.extent().lat_min, slab_height)..=slab(e.extent().lat_max, slab_height) {
                members[next[s] as usize] = at;
                next[s] += 1;
            }
        }
        Self { edges, lat_min, slab_height, starts, members }
    }

    fn slab(&self, index: usize) -> &[u32] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(from), Some(to)) => &self.members[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// Whether an odd number of edges lies east of the point: whether the area contains it.
    pub(crate) fn contains(&self, point: Vertex) -> bool {
        let Ok(index) = usize::try_from((i64::from(point[1]) - i64::from(self.lat_min)).div_euclid(self.slab_height)) else { return false };
        self.slab(index).iter().filter(|m| self.edges[**m as usize].crossed_by_ray_east_of(point)).count() % 2 == 1
    }

    /// The edges whose box meets `extent`. One may come more than once.
    pub(crate) fn near(&self, extent: &Extent) -> impl Iterator<Item = &Edge> {
        let index = |lat: i32| usize::try_from((i64::from(lat) - i64::from(self.lat_min)).div_euclid(self.slab_height));
        let last = self.starts.len().saturating_sub(2);
        let above = index(extent.lat_max).map_or(0, |to| to.min(last) + 1);
        let slabs = index(extent.lat_min).unwrap_or(0)..above;
        let members = slabs.flat_map(|slab| self.slab(slab)).map(|member| &self.edges[*member as usize]);
        let extent = *extent;
        members.filter(move |edge| edge.extent().meets(&extent))
    }

    /// All edges.
    pub(crate) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Heap bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.edges.capacity() * size_of::<Edge>() + (self.starts.capacity() + self.members.capacity()) * size_of::<u32>()
    }
}

/// The first place where a ring meets itself other than where one edge joins the next; none for a simple ring.
/// Expects no two equal vertices in succession. Where an edge runs back along the one before it, one of the two also meets the
/// edge beyond the other; only a triangle has none such, and has contact when it has no area.
pub(crate) fn self_contact(ring: &[Vertex]) -> Option<Vertex> {
    if let [first, _, _] = ring {
        return (doubled_area(ring) == 0).then_some(*first);
    }
    let slabs = Slabs::new(ring_edges(ring).collect());
    let last = ring.len() - 1;
    for index in 0..slabs.starts.len().saturating_sub(1) {
        let members = slabs.slab(index);
        for (n, a_at) in members.iter().enumerate() {
            for b_at in &members[n + 1..] {
                let (a, b) = (&slabs.edges[*a_at as usize], &slabs.edges[*b_at as usize]);
                let (first, second) = (*a_at as usize, *b_at as usize);
                let joined = second == first + 1 || (first == 0 && second == last);
                if !joined && a.meets(b) {
                    return Some(b.from);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contact_is_found_for_a_bow_tie_a_touch_and_spikes_but_not_for_a_simple_ring() {
        let simple: &[Vertex] = &[[0, 0], [10, 0], [10, 10], [5, 5], [0, 10]];
        let bow_tie: &[Vertex] = &[[0, 0], [10, 10], [10, 0], [0, 10]];
        let touch: &[Vertex] = &[[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]];
        let spike: &[Vertex] = &[[0, 0], [10, 0], [20, 0], [10, 0], [10, 10]];
        assert_eq!(self_contact(simple), None);
        let overshoot: &[Vertex] = &[[0, 0], [20, 0], [5, 0], [5, 10]];
        let flat: &[Vertex] = &[[0, 0], [10, 0], [5, 0]];
        for ring in [bow_tie, touch, spike, overshoot, flat] {
            assert!(self_contact(ring).is_some(), "{ring:?}");
        }
    }

    #[test]
    fn an_edge_touches_a_box_it_runs_through_without_a_vertex_inside() {
        let extent = Extent { lon_min: 0, lat_min: 0, lon_max: 10, lat_max: 10 };
        assert!(Edge { from: [-5, 5], to: [15, 6] }.touches(&extent));
        assert!(Edge { from: [10, -5], to: [10, 20] }.touches(&extent), "along the rim");
        assert!(!Edge { from: [-5, 8], to: [5, 18] }.touches(&extent), "past a corner, though its box meets");
    }
}
