//! Identifiers: short codes people speak and write, and UUIDs for records nobody speaks of.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;
use uuid::Uuid;

/// Longest code accepted, in characters.
pub const CODE_MAX_LEN: usize = 32;

/// A code was refused: which kind, what was given, what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {given:?} is not valid: expected 1 to 32 characters of {alphabet}")]
pub struct InvalidCode {
    /// What the code should have named, for example `log_id`.
    pub kind: &'static str,
    /// What was given, cut to 64 characters.
    pub given: String,
    /// The characters that are allowed.
    pub alphabet: &'static str,
}

fn check_code(kind: &'static str, given: &str, alphabet: &'static str, allowed: fn(char) -> bool) -> Result<SmolStr, InvalidCode> {
    if given.is_empty() || given.len() > CODE_MAX_LEN || !given.chars().all(allowed) {
        return Err(InvalidCode { kind, given: given.chars().take(64).collect(), alphabet });
    }
    Ok(SmolStr::new(given))
}

fn lower_code(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn key_code(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $alphabet:literal, $allowed:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(SmolStr);

        impl $name {
            /// Checks and takes a code.
            ///
            /// # Errors
            /// [`InvalidCode`] when it is empty, longer than 32 characters, or has another character in it.
            pub fn new(text: &str) -> Result<Self, InvalidCode> {
                check_code($kind, text, $alphabet, $allowed).map(Self)
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidCode;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

code!(
    /// One ordered log of events: the code of the county (or city) that owns it, `610824`.
    LogId, "log_id", "a-z, 0-9 and -", lower_code
);
code!(
    /// A node of the agency tree: city, county, station or beat, `610824-01`.
    AgencyId, "agency_id", "a-z, 0-9 and -", lower_code
);
code!(
    /// A unit, unique in the whole installation, `610824-a12`. What is spoken is its call sign.
    UnitId, "unit_id", "a-z, 0-9 and -", lower_code
);
code!(
    /// Who acts: an operator's, device's or internal principal's name, never a person's real name.
    PrincipalId, "principal_id", "a-z, 0-9 and -", lower_code
);
code!(
    /// First level of the three-level classification: `dispute`, `criminal`.
    CategoryKey, "category", "a-z, 0-9 and _", key_code
);
code!(
    /// Second level of the classification: `family` under `dispute`.
    TypeKey, "type", "a-z, 0-9 and _", key_code
);
code!(
    /// A coded reason or disposition from policy: `handled`, `no_trace`.
    ReasonKey, "reason", "a-z, 0-9 and _", key_code
);

impl ReasonKey {
    /// A reason that the rules themselves give, as the policy's lists name it.
    pub(crate) const fn literal(key: &'static str) -> Self {
        Self(SmolStr::new_static(key))
    }
}

macro_rules! record_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

record_id!(
    /// One incident (警情).
    IncidentId
);
record_id!(
    /// One call (接警单): one report of an incident.
    CallId
);
record_id!(
    /// One assignment (派警): one unit on one incident in one role.
    AssignmentId
);
record_id!(
    /// One alarm to the room.
    AlarmId
);
record_id!(
    /// One request for support (基层吹哨).
    WhistleId
);
record_id!(
    /// One shift of one station (班次).
    ShiftId
);
record_id!(
    /// One note about an address.
    PremiseNoteId
);
record_id!(
    /// A reference from the log into the erasable vault; says nothing by itself.
    PrivateRef
);
record_id!(
    /// The caller's own id of a mutating request, scoped to its principal.
    RequestId
);

/// SHA-256 of a blob (policy, agency tree): its address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobHash(pub [u8; 32]);

impl BlobHash {
    /// The address of `content`.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(content).into())
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

/// Position of an event in its log: the first event has 1, an empty log's head is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Seq(pub u64);

impl Seq {
    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seq({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_refused_with_what_was_expected() {
        assert!(LogId::new("610824").is_ok());
        let error = LogId::new("Jingbian").unwrap_err().to_string();
        assert_eq!(error, "log_id \"Jingbian\" is not valid: expected 1 to 32 characters of a-z, 0-9 and -");
        assert!(UnitId::new("").is_err());
        assert!(UnitId::new(&"a".repeat(33)).is_err());
    }
}
