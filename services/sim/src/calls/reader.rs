//! Reads a call file row by row within fixed bounds, plain or gzipped.

use super::mapping::{Columns, Mapping};
use super::{Flaw, RawPosition, RecordedCall};
use csv::{ErrorKind, StringRecord};
use domain::ids::RequestId;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::Arc;

/// Longest row accepted, in bytes: an unclosed quote must not take the whole file into memory.
pub const ROW_MAX_BYTES: u64 = 64 * 1024;
/// Most columns accepted.
pub const COLUMNS_MAX: usize = 512;
/// How much of a bad value errors and flaws repeat, in characters.
const GIVEN_MAX_CHARS: usize = 64;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A call file can't be read on: the rows before were good.
#[derive(Debug, thiserror::Error)]
pub enum CallFileError {
    /// The bytes are not the CSV they should be.
    #[error("{file}, line {line}, {field}: {problem}: expected {expected}")]
    Malformed {
        /// The name the file was given under.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The column, or `header` or `row`.
        field: String,
        /// What is wrong.
        problem: String,
        /// What would be right.
        expected: String,
    },
    /// The bytes can't be had: a broken disk or a broken gzip stream.
    #[error("{file}, after line {line}: {source}: expected a readable .csv or .csv.gz")]
    Unreadable {
        /// The name the file was given under.
        file: String,
        /// The last line that was read.
        line: u64,
        /// What the system said.
        source: io::Error,
    },
}

/// SHA-256 of a file's bytes as they lie on disk: with a row number it makes the row's request id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileHash([u8; 32]);

impl FileHash {
    /// The hash of all bytes of `input`. `file` is the name errors speak of.
    ///
    /// # Errors
    /// [`CallFileError::Unreadable`].
    pub fn of(file: &str, mut input: impl Read) -> Result<Self, CallFileError> {
        let mut hasher = Sha256::new();
        let mut chunk = vec![0_u8; 64 * 1024];
        loop {
            match input.read(&mut chunk) {
                Ok(0) => return Ok(Self(hasher.finalize().into())),
                Ok(read) => hasher.update(chunk.get(..read).unwrap_or_default()),
                Err(source) if source.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(CallFileError::Unreadable { file: file.to_owned(), line: 0, source }),
            }
        }
    }

    /// The request id of a row: a version 8 UUID (RFC 9562, custom) from SHA-256 of a fixed text, the file's hash and the row number.
    #[must_use]
    pub fn request_id(self, row: u64) -> RequestId {
        let mut hasher = Sha256::new();
        hasher.update(b"oneroom recorded call");
        hasher.update(self.0);
        hasher.update(row.to_be_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        RequestId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// Refuses to read further once a row has become too long.
struct RowBound<R> {
    inner: R,
    given_out: u64,
    limit: u64,
}

impl<R: Read> Read for RowBound<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given_out >= self.limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row too long"));
        }
        let read = self.inner.read(buffer)?;
        self.given_out += read as u64;
        Ok(read)
    }
}

/// Where the mapping's columns are in this file.
struct Indexes {
    time: usize,
    lat: usize,
    lon: usize,
    category: usize,
    outcome: Option<usize>,
    cleared: Option<usize>,
    address: Option<usize>,
    location: Option<usize>,
    number: Option<usize>,
}

/// The calls of a file, in its order. A row with wrong values is delivered with its flaws; after an error there is nothing more.
pub struct CallReader {
    file: String,
    mapping: Arc<Mapping>,
    hash: FileHash,
    rows: csv::Reader<RowBound<Box<dyn Read + Send>>>,
    indexes: Indexes,
    record: StringRecord,
    row: u64,
    done: bool,
}

impl CallReader {
    /// Opens a file: reads its header and finds the mapping's columns. Gzip is recognised by its first bytes. `file` is the name
    /// errors speak of, `hash` the [`FileHash`] of the same bytes.
    ///
    /// # Errors
    /// [`CallFileError`] when the header lacks a column or is no header.
    pub fn new(file: &str, mut input: impl Read + Send + 'static, mapping: Arc<Mapping>, hash: FileHash) -> Result<Self, CallFileError> {
        let unreadable = |source| CallFileError::Unreadable { file: file.to_owned(), line: 0, source };
        let magic = first_bytes(&mut input, GZIP_MAGIC.len()).map_err(unreadable)?;
        let gzipped = magic == GZIP_MAGIC;
        let whole = io::Cursor::new(magic).chain(input);
        let mut inner: Box<dyn Read + Send> = if gzipped { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        // The csv crate drops a byte order mark only when it comes in one piece, which these readers don't promise.
        let mark = first_bytes(&mut inner, BYTE_ORDER_MARK.len()).map_err(unreadable)?;
        let inner: Box<dyn Read + Send> = if mark == BYTE_ORDER_MARK { inner } else { Box::new(io::Cursor::new(mark).chain(inner)) };
        let bounded = RowBound { inner, given_out: 0, limit: ROW_MAX_BYTES };
        let mut rows = csv::ReaderBuilder::new().from_reader(bounded);
        let header = rows.headers().cloned().map_err(|error| row_error(file, 1, error))?;
        let indexes = find_columns(file, &header, &mapping.columns)?;
        Ok(Self { file: file.to_owned(), mapping, hash, rows, indexes, record: StringRecord::new(), row: 0, done: false })
    }

    fn read(&mut self) -> Result<Option<RecordedCall>, CallFileError> {
        // Everything handed out so far is at most what is parsed plus this row, because the parser asks only when it has used all.
        let begin = self.rows.position().clone();
        self.rows.get_mut().limit = begin.byte().saturating_add(ROW_MAX_BYTES);
        if !self.rows.read_record(&mut self.record).map_err(|error| row_error(&self.file, begin.line(), error))? {
            return Ok(None);
        }
        self.row += 1;
        let line = self.record.position().map_or(begin.line(), csv::Position::line);
        Ok(Some(self.call(line)))
    }

    fn call(&self, line: u64) -> RecordedCall {
        let field = |index: usize| self.record.get(index).unwrap_or("").trim();
        let optional = |index: Option<usize>| index.map(field).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut flaws = Vec::new();
        let time = self.mapping.time(field(self.indexes.time));
        if time.is_none() {
            flaws.push(Flaw::BadTime { given: cut(field(self.indexes.time)) });
        }
        let position = self.position(field(self.indexes.lat), field(self.indexes.lon), &mut flaws);
        let raw_category = field(self.indexes.category);
        let (category, call_type) = self.mapping.category(raw_category).unwrap_or_else(|| {
            flaws.push(Flaw::UnknownCategory);
            self.mapping.default_category()
        });
        RecordedCall {
            row: self.row,
            line,
            request_id: self.hash.request_id(self.row),
            time,
            position,
            datum: self.mapping.datum(),
            category: category.clone(),
            call_type: call_type.clone(),
            raw_category: raw_category.to_owned(),
            outcome: optional(self.indexes.outcome),
            cleared: optional(self.indexes.cleared).and_then(|raw| self.mapping.cleared(&raw).cloned()),
            address: optional(self.indexes.address),
            location: optional(self.indexes.location),
            number: optional(self.indexes.number),
            flaws,
        }
    }

    fn position(&self, lat: &str, lon: &str, flaws: &mut Vec<Flaw>) -> Option<RawPosition> {
        if lat.is_empty() && lon.is_empty() {
            flaws.push(Flaw::NoPosition);
            return None;
        }
        let columns = &self.mapping.columns;
        let mut degrees = |field: &str, given: &str, limit: f64| {
            let value = given.parse::<f64>().ok();
            if !value.is_some_and(|value| value.is_finite() && value.abs() <= limit) {
                flaws.push(Flaw::BadCoordinates { field: field.to_owned(), given: cut(given) });
            }
            value
        };
        let (lat, lon) = (degrees(&columns.lat, lat, 90.0), degrees(&columns.lon, lon, 180.0));
        Some(RawPosition { lat: lat?, lon: lon? })
    }
}

impl Iterator for CallReader {
    type Item = Result<RecordedCall, CallFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let call = self.read().transpose();
        self.done = !matches!(call, Some(Ok(_)));
        call
    }
}

/// The first `count` bytes of an input, or all when it has less.
fn first_bytes(input: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut first = Vec::with_capacity(count);
    input.take(count as u64).read_to_end(&mut first)?;
    Ok(first)
}

fn cut(given: &str) -> String {
    given.chars().take(GIVEN_MAX_CHARS).collect()
}

fn find_columns(file: &str, header: &StringRecord, columns: &Columns) -> Result<Indexes, CallFileError> {
    let malformed = |field: &str, problem: String, expected: String| CallFileError::Malformed {
        file: file.to_owned(),
        line: 1,
        field: field.to_owned(),
        problem,
        expected,
    };
    if header.len() > COLUMNS_MAX {
        return Err(malformed("header", format!("{} columns", header.len()), format!("at most {COLUMNS_MAX}")));
    }
    let find = |name: &String| {
        let mut found = header.iter().enumerate().filter(|(_, column)| column.trim() == name).map(|(index, _)| index);
        match (found.next(), found.next()) {
            (Some(index), None) => Ok(index),
            (Some(_), Some(_)) => Err(malformed(name, "it stands in the header twice".to_owned(), "every name once".to_owned())),
            (None, _) => {
                let names = header.iter().take(32).map(cut).collect::<Vec<_>>().join(", ");
                Err(malformed(name, "no such column".to_owned(), format!("the mapping to name one of: {names}")))
            }
        }
    };
    Ok(Indexes {
        time: find(&columns.time)?,
        lat: find(&columns.lat)?,
        lon: find(&columns.lon)?,
        category: find(&columns.category)?,
        outcome: columns.outcome.as_ref().map(find).transpose()?,
        cleared: columns.cleared.as_ref().map(find).transpose()?,
        address: columns.address.as_ref().map(find).transpose()?,
        location: columns.location.as_ref().map(find).transpose()?,
        number: columns.number.as_ref().map(find).transpose()?,
    })
}

fn row_error(file: &str, line: u64, error: csv::Error) -> CallFileError {
    let line = error.position().map_or(line, csv::Position::line);
    let malformed = |field: String, problem: String, expected: String| CallFileError::Malformed {
        file: file.to_owned(),
        line,
        field,
        problem,
        expected,
    };
    match error.into_kind() {
        ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            let expected = format!("at most {ROW_MAX_BYTES} bytes; is a quote left open?");
            malformed("row".to_owned(), "the row does not end".to_owned(), expected)
        }
        ErrorKind::Io(source) => CallFileError::Unreadable { file: file.to_owned(), line, source },
        ErrorKind::Utf8 { err, .. } => {
            malformed(format!("field {}", err.field() + 1), "it is not UTF-8".to_owned(), "UTF-8 text".to_owned())
        }
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            malformed("row".to_owned(), format!("it has {len} fields"), format!("{expected_len} as in the header"))
        }
        other => malformed("row".to_owned(), format!("{other:?}"), "a row of CSV".to_owned()),
    }
}
