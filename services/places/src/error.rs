//! What an import reports: every error by file, line, feature and field, and notes about what was repaired.

use domain::agency::AgencyLevel;
use domain::ids::{AgencyId, InvalidCode};
use domain::place::InvalidPosition;
use std::fmt;

/// Most errors and most notes kept; further ones are only counted.
pub const REPORTS_MAX: usize = 200;

/// Where in the import directory something was found. Parts that a file format or a problem doesn't have are none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Location {
    /// The file, relative to the directory.
    pub file: String,
    /// The line, from 1. For a feature's own content: the line the feature starts on, or the exact one where it is known.
    pub line: Option<usize>,
    /// The feature's index in its file, from 0.
    pub feature: Option<usize>,
    /// The field, as a path: `properties.level`, `geometry.coordinates[0][1]`, `agency[2].parent`.
    pub field: Option<String>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(feature) = self.feature {
            write!(f, ": feature {feature}")?;
        }
        match &self.field {
            Some(field) => write!(f, ": {field}"),
            None => Ok(()),
        }
    }
}

/// What was wrong, and what was expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The file or directory can't be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is not in its format.
    #[error("not valid {format}: {reason}")]
    Malformed {
        /// `TOML`, `JSON` or `UTF-8`.
        format: &'static str,
        /// What the parser says.
        reason: String,
    },
    /// Something is too large.
    #[error("{what} is {found}, above the limit of {limit}")]
    TooLarge {
        /// What was measured, with its unit.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much is allowed.
        limit: usize,
    },
    /// A field is absent.
    #[error("is missing: expected {expected}")]
    Missing {
        /// What should be there.
        expected: &'static str,
    },
    /// A field has another kind of value.
    #[error("is {found}: expected {expected}")]
    Unexpected {
        /// What is there, cut to a readable length.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// A code has characters that codes can't have.
    #[error(transparent)]
    Code(#[from] InvalidCode),
    /// A position is not finite or out of range.
    #[error(transparent)]
    Position(#[from] InvalidPosition),
    /// A ring can't bound an area.
    #[error("has {found} different positions: expected a closed ring of at least 4 positions, the first repeated at the end")]
    TooFewPositions {
        /// Different positions in it.
        found: usize,
    },
    /// A ring has an area of zero.
    #[error("encloses no area: expected a ring that does")]
    NoArea,
    /// A ring is wider than half the Earth.
    #[error("spans {degrees:.1}° of longitude: expected at most 180°; cut the area at the antimeridian into two parts (RFC 7946 § 3.1.9)")]
    TooWide {
        /// Width in degrees.
        degrees: f64,
    },
    /// A ring crosses itself so that its inside is ambiguous.
    #[error(
        "crosses itself near {lat:.6}, {lon:.6} (WGS-84): by its turns it encloses {declared_m2:.0} m², by its sides {cleaned_m2:.0} m²; \
         expected a difference below 0.1 %"
    )]
    CrossesItself {
        /// Latitude of a crossing, WGS-84 degrees.
        lat: f64,
        /// Longitude of a crossing, WGS-84 degrees.
        lon: f64,
        /// Area by the ring's direction.
        declared_m2: f64,
        /// Area of what can be separated into sides.
        cleaned_m2: f64,
    },
    /// A shape so folded that set operations on it fail.
    #[error("is folded over itself so that it can't be separated into simple parts: expected rings that don't cross or retrace themselves")]
    Inseparable,
    /// Parts overlap, or a hole lies outside its part or over another hole.
    #[error(
        "has parts that overlap or holes outside their part: {declared_m2:.0} m² are declared, {cleaned_m2:.0} m² remain; \
         expected a difference below 0.1 %"
    )]
    PartsOverlap {
        /// Area of the outer rings less the holes.
        declared_m2: f64,
        /// Area that remains.
        cleaned_m2: f64,
    },
    /// One code for two nodes.
    #[error("agency {agency_id} appears twice, first at {first}: codes must be unique")]
    Duplicate {
        /// The code.
        agency_id: AgencyId,
        /// Where it was first.
        first: String,
    },
    /// The parent is not in the tree.
    #[error("agency {agency_id} names parent {parent}, which is in no feature and in no [[agency]] of org.toml")]
    UnknownParent {
        /// The node.
        agency_id: AgencyId,
        /// What it names.
        parent: AgencyId,
    },
    /// The parent's level is not above the node's.
    #[error("agency {agency_id} ({level:?}) stands under {parent} ({parent_level:?}): expected a higher level above it")]
    LevelOrder {
        /// The node.
        agency_id: AgencyId,
        /// Its level.
        level: AgencyLevel,
        /// Its parent.
        parent: AgencyId,
        /// The parent's level.
        parent_level: AgencyLevel,
    },
    /// The nodes above a node lead back to it.
    #[error("the tree runs in a circle: {chain}: expected every node to lead up to one root")]
    Circular {
        /// The codes in the order of parents, the first repeated at the end.
        chain: String,
    },
    /// A field that only nodes of some levels have.
    #[error("is {found} on a {level}: expected only on {allowed}", level = level_key(*.level))]
    WrongLevel {
        /// The value.
        found: String,
        /// The node's level.
        level: AgencyLevel,
        /// Where it may be.
        allowed: &'static str,
    },
    /// A node reaches out of the ground of a node above it.
    #[error(
        "agency {agency_id} lies outside {above} with {area_m2:.0} m² ({percent:.0} % of it), up to about {width_m:.0} m wide: \
         expected it inside but for slivers"
    )]
    OutsideParent {
        /// The node.
        agency_id: AgencyId,
        /// The nearest node above it that has a boundary.
        above: AgencyId,
        /// Ground outside.
        area_m2: f64,
        /// Share of its own ground, in percent.
        percent: f64,
        /// Mean width of the widest piece.
        width_m: f64,
    },
    /// Not exactly one root.
    #[error("the tree has {count} nodes without a parent ({roots}): expected exactly one")]
    Roots {
        /// How many.
        count: usize,
        /// The first few.
        roots: String,
    },
    /// Two nodes of one level claim the same ground.
    #[error(
        "agency {first} and agency {second} overlap by {area_m2:.0} m², up to about {width_m:.0} m wide: \
         expected nodes of one level not to overlap by more than slivers"
    )]
    Overlap {
        /// The lower code.
        first: AgencyId,
        /// The higher code.
        second: AgencyId,
        /// Ground claimed twice.
        area_m2: f64,
        /// Mean width of the widest piece.
        width_m: f64,
    },
}

/// One error of an import.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct ImportError {
    /// Where.
    pub at: Location,
    /// What.
    pub problem: Problem,
}

/// Everything that is wrong with an import, in the order of files and lines. Nothing was applied.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportErrors {
    /// The errors, at most [`REPORTS_MAX`].
    pub errors: Vec<ImportError>,
    /// How many more there were.
    pub further: usize,
}

impl std::error::Error for ImportErrors {}

impl fmt::Display for ImportErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.errors.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        if self.further > 0 {
            write!(f, "\nand {} more", self.further)?;
        }
        Ok(())
    }
}

/// Something an operator should know about an import that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportNote {
    /// Where.
    pub at: Location,
    /// What was done.
    pub text: String,
}

impl fmt::Display for ImportNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}

/// Collects errors and notes while an import goes on to find all of them.
#[derive(Debug, Default)]
pub(crate) struct Report {
    errors: Vec<ImportError>,
    further: usize,
    notes: Vec<ImportNote>,
}

impl Report {
    pub(crate) fn error(&mut self, at: Location, problem: impl Into<Problem>) {
        if self.errors.len() < REPORTS_MAX {
            self.errors.push(ImportError { at, problem: problem.into() });
        } else {
            self.further += 1;
        }
    }

    pub(crate) fn note(&mut self, at: Location, text: String) {
        if self.notes.len() < REPORTS_MAX {
            self.notes.push(ImportNote { at, text });
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// All errors, in the order of files and lines.
    pub(crate) fn into_errors(mut self) -> ImportErrors {
        self.errors.sort_by(|a, b| a.at.cmp(&b.at));
        ImportErrors { errors: self.errors, further: self.further }
    }

    /// The notes when there was no error, else all errors.
    pub(crate) fn finish(self) -> Result<Vec<ImportNote>, ImportErrors> {
        if self.is_clean() { Ok(self.notes) } else { Err(self.into_errors()) }
    }
}

/// A level's key, as files write it.
pub(crate) fn level_key(level: AgencyLevel) -> &'static str {
    match level {
        AgencyLevel::City => "city",
        AgencyLevel::County => "county",
        AgencyLevel::Station => "station",
        AgencyLevel::Beat => "beat",
        AgencyLevel::Post => "post",
    }
}

/// What a JSON or TOML value looks like, cut to a readable length.
pub(crate) fn shown(text: &str) -> String {
    const SHOWN_CHARS: usize = 60;
    let mut out: String = text.chars().take(SHOWN_CHARS).collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        out.push('…');
    }
    out
}
