//! Recorded calls for replay: a CSV file and a mapping of its columns and categories, read row by row.

mod mapping;
mod reader;

pub use mapping::{CATEGORIES_MAX, MAPPING_MAX_BYTES, Mapping, MappingError};
pub use reader::{COLUMNS_MAX, CallFileError, CallReader, FileHash, ROW_MAX_BYTES};

use domain::ids::{CategoryKey, RequestId, TypeKey};
use domain::place::Datum;
use domain::time::Timestamp;

/// Coordinates as the file gives them, in degrees of [`RecordedCall::datum`]. They are not checked: out of range, infinite and
/// not-a-number values are delivered, so that a replay shows how the service refuses them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RawPosition {
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
}

/// One row of a call file.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordedCall {
    /// Number of the row among the data rows: the first one after the header is 1.
    pub row: u64,
    /// Line of the file the row begins on; the header is on line 1.
    pub line: u64,
    /// Made from the file's hash and the row number, so it is the same in every run, whatever ids the file has.
    pub request_id: RequestId,
    /// When the call came in; none when the text can't be read as a time.
    pub time: Option<Timestamp>,
    /// Where; none when the file has no coordinates there or no numbers.
    pub position: Option<RawPosition>,
    /// The datum of `position`, as the mapping declares it.
    pub datum: Datum,
    /// Category, first level.
    pub category: CategoryKey,
    /// Type, second level.
    pub call_type: TypeKey,
    /// The category as the file writes it.
    pub raw_category: String,
    /// How the call ended, as the file writes it; none when the file has no such column or it is empty.
    pub outcome: Option<String>,
    /// What the call turned out to be (反馈类别), where the file has such a column and the mapping knows its value.
    pub cleared: Option<(CategoryKey, TypeKey)>,
    /// Address line, as the file writes it. Personal data: it belongs in the vault only.
    pub address: Option<String>,
    /// A district or township in words, as the file writes it.
    pub location: Option<String>,
    /// The file's own number of the call, as it writes it; none when the file has no such column or it is empty. Numbers repeat.
    pub number: Option<String>,
    /// What is wrong with the row; empty for a clean one.
    pub flaws: Vec<Flaw>,
}

/// Something wrong with a row that is delivered all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Both coordinates are empty.
    NoPosition,
    /// A coordinate is not a number (then there is no position) or out of range (then it is delivered as given).
    BadCoordinates {
        /// Name of the file's column.
        field: String,
        /// What stands there, cut to 64 characters.
        given: String,
    },
    /// The time can't be read by the mapping's format.
    BadTime {
        /// What stands there, cut to 64 characters.
        given: String,
    },
    /// The mapping doesn't have this category; the default stands in for it.
    UnknownCategory,
}

impl Flaw {
    /// A word for reports: `no_position`, `bad_coordinates`, `bad_time`, `unknown_category`.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoPosition => "no_position",
            Self::BadCoordinates { .. } => "bad_coordinates",
            Self::BadTime { .. } => "bad_time",
            Self::UnknownCategory => "unknown_category",
        }
    }
}

#[cfg(test)]
mod tests;
