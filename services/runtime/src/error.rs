//! Why the runtime did not take a command.

use domain::ids::LogId;
use domain::rejection::Rejection;

/// Why a command was not taken. Nothing was written, except as [`RuntimeError::Unknown`] says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// The rules refuse it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The request id was used for another command.
    #[error("request_id was used before for another command: expected a fresh UUID for each command")]
    RequestIdReused,
    /// This server has no such log.
    #[error("log {0} is not served here")]
    UnknownLog(LogId),
    /// The record can't be written now, or the log's queue is full.
    #[error("not taken, try again: {0}")]
    Unavailable(String),
    /// It may or may not be recorded: send the same request id again.
    #[error("the record did not answer, send the same request_id again: {0}")]
    Unknown(String),
    /// The log holds an event this version does not know.
    #[error("log {log_id} is read-only on this node: {reason}")]
    ReadOnly {
        /// The log.
        log_id: LogId,
        /// Why.
        reason: String,
    },
}
