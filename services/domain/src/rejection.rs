//! Why a command was refused. Nothing is lost by it and nothing was written.

use crate::ids::UnitId;
use crate::reason::Reason;

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A field is not valid.
    #[error("{field} {given:?} is not valid: expected {expected}")]
    Invalid {
        /// The request's field.
        field: &'static str,
        /// What was given, cut short.
        given: String,
        /// What was expected.
        expected: String,
    },
    /// What the command speaks of is not there.
    #[error("{kind} {id} is not known in this log")]
    NotFound {
        /// `incident`, `assignment`, `unit`, `alarm`.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// The state table does not have this move.
    #[error("{subject} is {state}{}: {event} is not possible there, only {}", held_by(holder.as_ref()), possible.join(", "))]
    IllegalMove {
        /// `incident 2041`, `assignment of A12`.
        subject: String,
        /// The state it is in.
        state: &'static str,
        /// Who holds it, where somebody does.
        holder: Option<String>,
        /// The event that was wanted.
        event: &'static str,
        /// The events that are possible.
        possible: Vec<&'static str>,
    },
    /// Somebody was faster.
    #[error("{unit} is held by incident {holder}: somebody was faster, choose another unit")]
    LostRace {
        /// The call sign.
        unit: String,
        /// The number of the incident that has it.
        holder: u32,
    },
    /// The incident changed since the caller saw it.
    #[error("incident {number} changed since revision {expected}: it is at {actual}, look again")]
    StaleRevision {
        /// Its number.
        number: u32,
        /// What the caller had.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// The incident's last change can not be undone.
    #[error("incident {number} can not be put back: {why}")]
    CanNotUndo {
        /// Its number.
        number: u32,
        /// What stands against it.
        why: String,
    },
    /// The unit can't take it.
    #[error("{unit} can not take this order: {}", list(reasons))]
    NotEligible {
        /// The unit.
        unit: UnitId,
        /// Why not.
        reasons: Vec<Reason>,
    },
    /// The principal may not do this.
    #[error("{principal} may not {action}: {expected}")]
    Forbidden {
        /// Who.
        principal: String,
        /// What.
        action: &'static str,
        /// What would be needed.
        expected: String,
    },
    /// The log is not set up yet.
    #[error("this log has no active {0}: activate one first")]
    NotReady(&'static str),
    /// A deadline fired that is not due any more: somebody acted, or another node fired it.
    #[error("the deadline has passed its purpose")]
    DeadlineGone,
    /// The Situation did not hold what the decision needs: the caller gathers again.
    #[error("the situation lacks {0}")]
    SituationLacks(&'static str),
}

fn held_by(holder: Option<&String>) -> String {
    holder.map(|who| format!(", held by {who}")).unwrap_or_default()
}

fn list(reasons: &[Reason]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
