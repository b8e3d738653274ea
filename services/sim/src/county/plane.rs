//! The flat metres that a county is drawn in, and back to WGS-84.

use crate::geometry::offset;
use domain::place::Position;
use roads::sphere::EARTH_RADIUS_M;
use robust::{Coord, orient2d};
use std::ops::{Add, Mul, Sub};

/// A point or a vector: metres east and north of a county's middle.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

pub(crate) const fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        point(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        point(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        point(self.x * by, self.y * by)
    }
}

impl Point {
    /// The vector of this length towards an angle, radians counter-clockwise from east.
    pub(crate) fn towards(angle: f64, length_m: f64) -> Self {
        point(angle.cos() * length_m, angle.sin() * length_m)
    }

    pub(crate) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub(crate) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        (other - self).length()
    }

    /// The same direction with length 1; east for no direction.
    pub(crate) fn unit(self) -> Self {
        let length = self.length();
        if length > 1e-9 { self * (1.0 / length) } else { point(1.0, 0.0) }
    }

    /// A quarter turn to the left.
    pub(crate) fn left(self) -> Self {
        point(-self.y, self.x)
    }

    pub(crate) fn turned(self, angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        point(self.x * cos - self.y * sin, self.x * sin + self.y * cos)
    }

    pub(crate) fn lerp(self, to: Self, fraction: f64) -> Self {
        self + (to - self) * fraction
    }

    pub(crate) fn array(self) -> [f64; 2] {
        [self.x, self.y]
    }
}

/// Positive when `c` lies to the left of the way from `a` to `b`; the sign is exact.
pub(crate) fn turn(a: Point, b: Point, c: Point) -> f64 {
    let coord = |p: Point| Coord { x: p.x, y: p.y };
    orient2d(coord(a), coord(b), coord(c))
}

/// Where `a b` and `c d` cross in their insides: the fraction of the way along each.
pub(crate) fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<(f64, f64)> {
    let (c_side, d_side) = (turn(a, b, c), turn(a, b, d));
    let (a_side, b_side) = (turn(c, d, a), turn(c, d, b));
    let apart = |p: f64, q: f64| (p > 0.0 && q < 0.0) || (p < 0.0 && q > 0.0);
    (apart(c_side, d_side) && apart(a_side, b_side)).then(|| (a_side / (a_side - b_side), c_side / (c_side - d_side)))
}

/// The point of `a b` nearest to `p`: the fraction of the way and the distance.
pub(crate) fn nearest_on(a: Point, b: Point, p: Point) -> (f64, f64) {
    let way = b - a;
    let square = way.dot(way);
    let fraction = if square > 0.0 { ((p - a).dot(way) / square).clamp(0.0, 1.0) } else { 0.0 };
    (fraction, a.lerp(b, fraction).distance(p))
}

/// The least distance between two stretches.
pub(crate) fn gap(a: Point, b: Point, c: Point, d: Point) -> f64 {
    if crossing(a, b, c, d).is_some() {
        return 0.0;
    }
    let ends = [nearest_on(a, b, c).1, nearest_on(a, b, d).1, nearest_on(c, d, a).1, nearest_on(c, d, b).1];
    ends.into_iter().fold(f64::INFINITY, f64::min)
}

/// Whether a point lies in a ring (even-odd rule).
pub(crate) fn is_inside(ring: &[Point], p: Point) -> bool {
    let Some(mut from) = ring.last().copied() else { return false };
    let mut inside = false;
    for &to in ring {
        if (from.y <= p.y) != (to.y <= p.y) && (turn(from, to, p) > 0.0) == (to.y > from.y) {
            inside = !inside;
        }
        from = to;
    }
    inside
}

/// The plane that touches the sphere at a county's middle. It is linear in longitude and latitude, so what is straight stays so.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Plane {
    centre: Position,
}

impl Plane {
    pub(crate) fn new(centre: Position) -> Self {
        Self { centre }
    }

    pub(crate) fn position(&self, p: Point) -> Position {
        offset(self.centre, p.x, p.y)
    }

    pub(crate) fn point(&self, position: Position) -> Point {
        let metres = |degrees: f64| degrees.to_radians() * EARTH_RADIUS_M;
        let shrink = self.centre.lat().to_radians().cos().max(0.01);
        point(metres(position.lon() - self.centre.lon()) * shrink, metres(position.lat() - self.centre.lat()))
    }
}
