//! From raw rings to a boundary: closes, cleans, and refuses what can't be made unambiguous.
//!
//! A ring that only touches itself (a neck, a spike, an island joined by a point) encloses the same area however it is read,
//! and is separated into simple rings. A ring that crosses itself encloses one area by its turns (the signed sum) and another
//! by its sides (even-odd); if the two differ by more than [`AREA_TOLERANCE`], nobody can say what was meant and the ring is
//! refused. Direction of rings is never trusted: the first ring of a polygon is its outer one, the rest are holes.

use crate::boundary::{Boundary, M_PER_DEGREE, Polygon, RING_POSITIONS_MAX, Ring};
use crate::edges::{Extent, Vertex, doubled_area, self_contact};
use crate::error::Problem;
use crate::overlay::guarded;
use domain::place::{Datum, Position};
use geo::bool_ops::FillRule;
use geo::{Area, BooleanOps, LineString, MultiPolygon};

/// The share of area by which a repair may change what was declared.
pub(crate) const AREA_TOLERANCE: f64 = 1e-3;
/// Holes and parts below this many square metres that a repair cuts off are dropped (a spike's end, a rounding triangle).
const CRUMB_M2: f64 = 1.0;

/// One position of a GeoJSON ring in degrees of its datum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RawPosition {
    pub(crate) lon: f64,
    pub(crate) lat: f64,
}

/// A polygon as read: outer ring and holes.
pub(crate) type RawPolygon = Vec<Vec<RawPosition>>;

/// A problem and the path below `coordinates` where it is, for example `[0][2]`.
pub(crate) type Refusal = (String, Problem);

/// A boundary that could be made, and what had to be done.
pub(crate) struct Repaired {
    pub(crate) boundary: Boundary,
    pub(crate) notes: Vec<String>,
}

/// Makes a boundary. `multi` says whether the path has a polygon index.
pub(crate) fn repair(polygons: &[RawPolygon], multi: bool, datum: Datum) -> Result<Repaired, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut notes = Vec::new();
    let mut read: Vec<Vec<CleanRing>> = Vec::new();
    for (p, polygon) in polygons.iter().enumerate() {
        let mut rings = Vec::new();
        for (r, ring) in polygon.iter().enumerate() {
            let path = if multi { format!("[{p}][{r}]") } else { format!("[{r}]") };
            match clean_ring(ring, datum, &path, &mut notes) {
                Ok(ring) => rings.push(ring),
                Err((inside, problem)) => refusals.push((format!("{path}{inside}"), problem)),
            }
        }
        if polygon.is_empty() {
            let path = if multi { format!("[{p}]") } else { String::new() };
            refusals.push((path, Problem::Missing { expected: "an outer ring" }));
        }
        read.push(rings);
    }
    if polygons.is_empty() {
        refusals.push((String::new(), Problem::Missing { expected: "at least one polygon" }));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let parts = assemble(read, &mut notes).map_err(|problem| vec![(String::new(), problem)])?;
    let boundary = Boundary::new(parts).map_err(|e| {
        vec![(String::new(), Problem::Unexpected { found: e.to_string(), expected: "an area that can be used".to_owned() })]
    })?;
    Ok(Repaired { boundary, notes })
}

/// A ring after cleaning: simple as it was, or the area it separates into.
enum CleanRing {
    Simple(Vec<Vertex>),
    Separated(MultiPolygon<f64>),
}

impl CleanRing {
    fn area(self) -> MultiPolygon<f64> {
        match self {
            Self::Simple(ring) => MultiPolygon::new(vec![geo::Polygon::new(to_line(&ring), vec![])]),
            Self::Separated(area) => area,
        }
    }
}

fn clean_ring(raw: &[RawPosition], datum: Datum, path: &str, notes: &mut Vec<String>) -> Result<CleanRing, Refusal> {
    let here = |problem| (String::new(), problem);
    if raw.len() > RING_POSITIONS_MAX + 1 {
        return Err(here(Problem::TooLarge { what: "number of positions", found: raw.len(), limit: RING_POSITIONS_MAX + 1 }));
    }
    let mut ring: Vec<Vertex> = Vec::with_capacity(raw.len());
    for (n, at) in raw.iter().enumerate() {
        let position = crate::datum::to_wgs84(at.lat, at.lon, datum).map_err(|e| (format!("[{n}]"), e.into()))?;
        let vertex = [position.lon_e7(), position.lat_e7()];
        if ring.last() != Some(&vertex) {
            ring.push(vertex);
        }
    }
    let closed = ring.len() > 1 && ring.first() == ring.last();
    if closed {
        ring.pop();
    }
    if ring.len() < 3 {
        return Err(here(Problem::TooFewPositions { found: ring.len() }));
    }
    if let Some(extent) = Extent::around(&ring) {
        let degrees = f64::from(extent.lon_max) / 1e7 - f64::from(extent.lon_min) / 1e7;
        if degrees > 180.0 {
            return Err(here(Problem::TooWide { degrees }));
        }
    }
    if !closed {
        notes.push(format!("coordinates{path}: ring was not closed; closed"));
    }
    let Some(contact) = self_contact(&ring) else { return Ok(CleanRing::Simple(ring)) };
    let Some(separated) = guarded(|| separate(&ring)) else { return Err(here(Problem::Inseparable)) };
    let area = without_crumbs(separated, &ring);
    let declared = doubled_area(&ring).unsigned_abs() as f64 / 2e14;
    let cleaned = area_deg2(&area);
    if area.0.is_empty() {
        return Err(here(Problem::NoArea));
    }
    if (declared - cleaned).abs() > AREA_TOLERANCE * declared.max(cleaned) {
        let (lat, lon) = (f64::from(contact[1]) / 1e7, f64::from(contact[0]) / 1e7);
        let scale = m2_scale(&ring);
        return Err(here(Problem::CrossesItself { lat, lon, declared_m2: declared * scale, cleaned_m2: cleaned * scale }));
    }
    notes.push(format!("coordinates{path}: ring touched itself; separated into {} simple part(s)", area.0.len()));
    Ok(CleanRing::Separated(area))
}

/// The parts of all polygons as simple rings. A single simple ring keeps every vertex it had.
fn assemble(mut polygons: Vec<Vec<CleanRing>>, notes: &mut Vec<String>) -> Result<Vec<Polygon>, Problem> {
    if let [rings] = polygons.as_mut_slice()
        && rings.len() == 1
        && let Some(CleanRing::Simple(ring)) = rings.first_mut()
    {
        let outer = oriented(std::mem::take(ring), true);
        return Ok(vec![Polygon { outer, holes: vec![] }]);
    }
    let mut declared = 0.0;
    let mut separate_parts = 0;
    let mut whole = MultiPolygon::<f64>::new(vec![]);
    for rings in polygons {
        let mut rings = rings.into_iter().map(CleanRing::area);
        let Some(mut part) = rings.next() else { continue };
        declared += area_deg2(&part);
        for hole in rings {
            declared -= area_deg2(&hole);
            part = guarded(|| part.difference(&hole)).ok_or(Problem::Inseparable)?;
        }
        separate_parts += part.0.len();
        whole = if whole.0.is_empty() { part } else { guarded(|| whole.union(&part)).ok_or(Problem::Inseparable)? };
    }
    let cleaned = area_deg2(&whole);
    let out: Vec<Polygon> = whole.0.into_iter().filter_map(to_polygon).collect();
    if out.is_empty() {
        return Err(Problem::NoArea);
    }
    if (declared - cleaned).abs() > AREA_TOLERANCE * declared.max(cleaned) {
        let scale = m2_scale(out[0].outer.vertices());
        return Err(Problem::PartsOverlap { declared_m2: declared * scale, cleaned_m2: cleaned * scale });
    }
    if out.len() < separate_parts {
        notes.push(format!("coordinates: {separate_parts} parts met along a line or overlapped by a sliver; joined into {}", out.len()));
    }
    Ok(out)
}

/// The area on the odd side of the ring.
fn separate(ring: &[Vertex]) -> MultiPolygon<f64> {
    let area = geo::Polygon::new(to_line(ring), vec![]);
    area.union_with_fill_rule(&MultiPolygon::<f64>::new(vec![]), FillRule::EvenOdd)
}

fn without_crumbs(area: MultiPolygon<f64>, ring: &[Vertex]) -> MultiPolygon<f64> {
    let scale = m2_scale(ring);
    MultiPolygon::new(area.0.into_iter().filter(|p| p.unsigned_area() * scale >= CRUMB_M2).collect())
}

fn to_line(ring: &[Vertex]) -> LineString<f64> {
    ring.iter().map(|v| (f64::from(v[0]) / 1e7, f64::from(v[1]) / 1e7)).collect()
}

/// A polygon's rings rounded to 10⁻⁷ degrees; none when rounding leaves no outer ring.
fn to_polygon(polygon: geo::Polygon<f64>) -> Option<Polygon> {
    let (outer, holes) = polygon.into_inner();
    let outer = to_ring(&outer)?;
    let holes = holes.iter().filter_map(to_ring).map(|h| oriented(h, false)).collect();
    Some(Polygon { outer: oriented(outer, true), holes })
}

fn to_ring(line: &LineString<f64>) -> Option<Vec<Vertex>> {
    let mut ring: Vec<Vertex> = Vec::with_capacity(line.0.len());
    for at in &line.0 {
        let position = Position::from_degrees(at.y.clamp(-90.0, 90.0), at.x.clamp(-180.0, 180.0)).ok()?;
        let vertex = [position.lon_e7(), position.lat_e7()];
        if ring.last() != Some(&vertex) {
            ring.push(vertex);
        }
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    (ring.len() >= 3 && doubled_area(&ring) != 0).then_some(ring)
}

fn oriented(mut ring: Vec<Vertex>, counter_clockwise: bool) -> Ring {
    if (doubled_area(&ring) > 0) != counter_clockwise {
        ring.reverse();
    }
    Ring::from_vertices(ring)
}

/// Area in square degrees.
pub(crate) fn area_deg2(area: &MultiPolygon<f64>) -> f64 {
    area.unsigned_area()
}

fn m2_scale(ring: &[Vertex]) -> f64 {
    Extent::around(ring).map_or(M_PER_DEGREE * M_PER_DEGREE, crate::boundary::m2_per_square_degree)
}
