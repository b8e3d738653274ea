//! A boundary: the area of one agency node, as polygons of WGS-84 vertices.

use crate::edges::{Edge, Extent, Vertex, doubled_area, ring_edges};
use domain::ids::AgencyId;
use domain::place::Position;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Metres per degree of latitude on a sphere of the Earth's mean radius (6,371,008.8 m).
pub(crate) const M_PER_DEGREE: f64 = 111_195.080;
/// Most positions one ring may have.
pub const RING_POSITIONS_MAX: usize = 100_000;
/// Most positions all boundaries of one tree may have together.
pub const POSITIONS_MAX: usize = 4_000_000;

/// The boundaries of a tree by node. A node without one owns no point (its parent may).
pub type Boundaries = BTreeMap<AgencyId, Boundary>;

/// A closed line: at least three different vertices as `[longitude, latitude]` in degrees × 10⁷. The edge from the last vertex
/// back to the first is implied: the first vertex is not repeated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ring(Vec<[i32; 2]>);

/// One connected part: an outer ring and the holes in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Polygon {
    /// The outer ring, counter-clockwise.
    pub outer: Ring,
    /// Holes, each clockwise; a point in a hole is outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Ring>,
}

/// The area of one agency node: parts that do not overlap.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Boundary {
    polygons: Vec<Polygon>,
}

/// Why a boundary was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBoundary {
    /// There is no part, or a ring has too few or too many vertices.
    #[error("{what} has {count}: expected {expected}")]
    Count {
        /// `the boundary` or `a ring`.
        what: &'static str,
        /// What was found.
        count: usize,
        /// What is needed.
        expected: &'static str,
    },
    /// A vertex beyond ±180° or ±90°.
    #[error("vertex {lon_e7}, {lat_e7} (longitude, latitude × 10⁷) is out of range: expected ±180° and ±90°")]
    OutOfRange {
        /// Longitude in degrees × 10⁷.
        lon_e7: i32,
        /// Latitude in degrees × 10⁷.
        lat_e7: i32,
    },
    /// A ring wider than 180° of longitude: it crosses the antimeridian the short way.
    #[error("a ring spans more than 180° of longitude: expected one cut at the antimeridian (RFC 7946 § 3.1.9)")]
    TooWide,
}

impl Ring {
    /// A ring from vertices that need not repeat the first at the end.
    pub(crate) fn from_vertices(vertices: Vec<Vertex>) -> Self {
        Self(vertices)
    }

    /// The vertices as `[longitude, latitude]` in degrees × 10⁷, the first not repeated.
    #[must_use]
    pub fn vertices(&self) -> &[[i32; 2]] {
        &self.0
    }

    fn check(&self) -> Result<(), InvalidBoundary> {
        if !(3..=RING_POSITIONS_MAX).contains(&self.0.len()) {
            return Err(InvalidBoundary::Count { what: "a ring", count: self.0.len(), expected: "3 to 100,000 vertices" });
        }
        if let Some([lon_e7, lat_e7]) = self.0.iter().find(|[lon, lat]| Position::from_e7(*lat, *lon).is_err()) {
            return Err(InvalidBoundary::OutOfRange { lon_e7: *lon_e7, lat_e7: *lat_e7 });
        }
        let wide = Extent::around(&self.0).is_some_and(|e| i64::from(e.lon_max) - i64::from(e.lon_min) > 1_800_000_000);
        if wide { Err(InvalidBoundary::TooWide) } else { Ok(()) }
    }
}

impl Boundary {
    /// A boundary from polygons.
    ///
    /// # Errors
    /// [`InvalidBoundary`] when it has no part, or a ring has fewer than 3 vertices, too many, one out of range, or spans more
    /// than 180° of longitude. Whether rings cross is the import's business (`repair`), not checked again here: containment is
    /// by the even-odd rule, which is defined for any rings.
    pub fn new(polygons: Vec<Polygon>) -> Result<Self, InvalidBoundary> {
        let boundary = Self { polygons };
        boundary.check()?;
        Ok(boundary)
    }

    pub(crate) fn check(&self) -> Result<(), InvalidBoundary> {
        if self.polygons.is_empty() {
            return Err(InvalidBoundary::Count { what: "the boundary", count: 0, expected: "at least one polygon" });
        }
        self.rings().try_for_each(Ring::check)
    }

    /// Its parts.
    #[must_use]
    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    /// All rings, outer and holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.polygons.iter().flat_map(|p| std::iter::once(&p.outer).chain(&p.holes))
    }

    /// How many vertices it has.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.rings().map(|r| r.0.len()).sum()
    }

    /// Whether the position lies inside, exactly, looking at every edge. On the boundary's line itself the lower and left
    /// side counts as inside and the other not, so that of two areas with a common edge exactly one contains a point on it.
    #[must_use]
    pub fn contains(&self, position: Position) -> bool {
        let point = [position.lon_e7(), position.lat_e7()];
        self.edges().filter(|e| e.crossed_by_ray_east_of(point)).count() % 2 == 1
    }

    /// Its area in square metres, on a cylinder that is true to area at the boundary's middle latitude (good to about 0.1 %
    /// for a county).
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        let Some(extent) = self.extent() else { return 0.0 };
        let doubled: i128 = self
            .polygons
            .iter()
            .map(|p| doubled_area(&p.outer.0).abs() - p.holes.iter().map(|h| doubled_area(&h.0).abs()).sum::<i128>())
            .sum();
        doubled as f64 / 2e14 * m2_per_square_degree(extent)
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = Edge> {
        self.rings().flat_map(|r| ring_edges(&r.0))
    }

    pub(crate) fn extent(&self) -> Option<Extent> {
        Extent::around(self.polygons.iter().flat_map(|p| &p.outer.0))
    }
}

/// Square metres in a square degree at the middle latitude of `extent`.
pub(crate) fn m2_per_square_degree(extent: Extent) -> f64 {
    let middle_lat = (f64::from(extent.lat_min) + f64::from(extent.lat_max)) / 2e7;
    M_PER_DEGREE * M_PER_DEGREE * middle_lat.to_radians().cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(low: i32, high: i32) -> Ring {
        Ring(vec![[low, low], [high, low], [high, high], [low, high]])
    }

    #[test]
    fn a_hole_is_outside_and_a_common_edge_has_one_owner() {
        let with_hole = Boundary::new(vec![Polygon { outer: square(0, 100), holes: vec![square(40, 60)] }]).unwrap();
        let at = |lat, lon| Position::from_e7(lat, lon).unwrap();
        assert!(with_hole.contains(at(10, 10)));
        assert!(!with_hole.contains(at(50, 50)));
        let plug = Boundary::new(vec![Polygon { outer: square(40, 60), holes: vec![] }]).unwrap();
        for lat in 39..62 {
            for lon in 39..62 {
                assert!(with_hole.contains(at(lat, lon)) ^ plug.contains(at(lat, lon)), "{lat} {lon}");
            }
        }
    }

    #[test]
    fn a_ring_that_cannot_be_one_is_refused() {
        let ring = |v: Vec<[i32; 2]>| Boundary::new(vec![Polygon { outer: Ring(v), holes: vec![] }]);
        assert!(matches!(ring(vec![[0, 0], [1, 1]]), Err(InvalidBoundary::Count { count: 2, .. })));
        assert!(matches!(ring(vec![[0, 0], [1, 1], [0, 900_000_001]]), Err(InvalidBoundary::OutOfRange { .. })));
        assert_eq!(ring(vec![[-1_700_000_000, 0], [1_700_000_000, 0], [1_700_000_000, 10]]), Err(InvalidBoundary::TooWide));
        assert!(matches!(Boundary::new(vec![]), Err(InvalidBoundary::Count { count: 0, .. })));
    }

    #[test]
    fn area_counts_holes_once() {
        let degree = 10_000_000;
        let ring = |a: i32, b: i32| Ring(vec![[a, -b], [b, -b], [b, b], [a, b]]);
        let boundary = Boundary::new(vec![Polygon { outer: ring(0, degree), holes: vec![ring(degree / 4, degree / 2)] }]).unwrap();
        let expected = M_PER_DEGREE * M_PER_DEGREE * (2.0 - 0.25);
        assert!((boundary.area_m2() / expected - 1.0).abs() < 1e-6);
    }
}
