//! Values of columns: what is written as what, and read back with a complaint that names the row.

use crate::chain::Head;
use domain::ids::{LogId, Seq};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

/// A sequence number as SQLite's signed integer; it never gets near the limit.
pub(super) fn seq_to_sql(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A count as SQLite's LIMIT.
pub(super) fn limit_to_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A sequence number from its column.
pub(super) fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map(Seq).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// Bytes of a fixed length from their column.
pub(super) fn bytes<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    let value = row.get_ref(column)?.as_blob().map_err(|error| wrong(column, error))?;
    <[u8; N]>::try_from(value).map_err(|_| wrong(column, FromSqlError::InvalidBlobSize { expected_size: N, blob_size: value.len() }))
}

/// A UUID from its column.
pub(super) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    bytes::<16>(row, column).map(Uuid::from_bytes)
}

/// A resource from its JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str().map_err(|error| wrong(column, error))?;
    serde_json::from_str(text).map_err(|error| wrong(column, error))
}

/// A code from its column.
pub(super) fn code<T>(row: &Row<'_>, column: usize, new: fn(&str) -> Result<T, domain::ids::InvalidCode>) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str().map_err(|error| wrong(column, error))?;
    new(text).map_err(|error| wrong(column, error))
}

/// A value that can't be read back.
pub(super) fn wrong(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Null, Box::new(error))
}

/// A log's head.
pub(super) fn head(conn: &Connection, log_id: &LogId) -> rusqlite::Result<Head> {
    conn.prepare_cached("SELECT seq, hash FROM heads WHERE log_id = ?")?
        .query_row([log_id.as_str()], |row| Ok(Head { seq: seq(row, 0)?, hash: bytes(row, 1)? }))
        .optional()
        .map(|head| head.unwrap_or(Head::EMPTY))
}
