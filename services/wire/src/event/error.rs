//! Why stored bytes could not be read.

/// Longest piece of a bad value that is shown, in characters.
const SHOWN_MAX_CHARS: usize = 64;

/// Why stored bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A newer release wrote a kind of event that this one does not know: the log can only be served read-only here.
    #[error("event kind {number} is not known to this release: a newer one wrote it")]
    UnknownKind {
        /// Its field number in `StoredEvent`.
        number: u32,
    },
    /// A newer release wrote a value that this one does not know.
    #[error("{field} has value {value}, which is not known to this release: a newer one wrote it")]
    UnknownValue {
        /// The message and field.
        field: &'static str,
        /// The enum's value.
        value: i32,
    },
    /// A newer release wrote a form of the bytes that this one does not know.
    #[error("the event has schema version {version}: this release reads up to {newest}")]
    UnknownVersion {
        /// What the bytes say.
        version: u32,
        /// The newest this release reads.
        newest: u32,
    },
    /// The bytes are not what any release wrote.
    #[error("{field} {given:?} is not valid: expected {expected}")]
    Malformed {
        /// The message and field.
        field: &'static str,
        /// What is there, cut short.
        given: String,
        /// What was expected.
        expected: String,
    },
}

impl DecodeError {
    /// Whether a newer release may read these bytes. Otherwise they are damaged.
    #[must_use]
    pub fn is_from_newer_release(&self) -> bool {
        !matches!(self, Self::Malformed { .. })
    }

    pub(crate) fn malformed(field: &'static str, given: impl std::fmt::Display, expected: impl Into<String>) -> Self {
        let given: String = given.to_string().chars().take(SHOWN_MAX_CHARS).collect();
        Self::Malformed { field, given, expected: expected.into() }
    }

    pub(crate) fn missing(field: &'static str) -> Self {
        Self::malformed(field, "", "a value")
    }
}
