//! Questions to the record, and what goes wrong with it.

use crate::chain::Head;
use domain::ids::{LogId, Seq};
use domain::incident::Incident;

/// Why the record could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It can't be reached or used now.
    #[error("the record is not available: {0}")]
    Unavailable(String),
    /// What it holds can't be read.
    #[error("the record is damaged: {0}")]
    Damaged(String),
}

/// A log and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogSummary {
    /// The log.
    pub log_id: LogId,
    /// Its head.
    pub head: Head,
}

/// A World at one position, as bytes of a state version. Can be thrown away: the events make it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The version of the bytes' form.
    pub state_version: u32,
    /// The position it is of.
    pub head: Head,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Which incidents. Empty fields do not filter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IncidentFilter {
    /// In this H3 cell (lowercase hex, resolution 9).
    pub h3_cell: Option<String>,
    /// In this state, by its name.
    pub state: Option<String>,
    /// Of this category: the verified one, else the reported one.
    pub category: Option<String>,
    /// With this number.
    pub number: Option<u32>,
    /// Of this local day.
    pub local_day: Option<u32>,
    /// Reported at or after, milliseconds since 1970.
    pub reported_from_ms: Option<i64>,
    /// Reported before, milliseconds since 1970.
    pub reported_to_ms: Option<i64>,
    /// Handled by one of these stations; empty for all.
    pub stations: Vec<String>,
    /// Only those before this (by the position of their first event), for the next page.
    pub before: Option<Seq>,
    /// At most this many.
    pub limit: usize,
}

/// One page of incidents, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentPage {
    /// The incidents.
    pub incidents: Vec<Incident>,
    /// Pass it as `before` for the next page; none at the end.
    pub next_before: Option<Seq>,
}
