//! Who may read what: rooms what they handle, a unit its own orders, gateways nothing.

use domain::assignment::Assignment;
use domain::ids::{AgencyId, LogId};
use domain::principal::{Principal, Role};
use domain::rejection::Rejection;
use runtime::edge::{Edge, status};
use runtime::{LogView, RuntimeError};
use std::sync::Arc;
use store::StoreError;
use tonic::Status;

/// A log as it is now.
pub(crate) fn view(edge: &Edge, log_id: &LogId) -> Result<Arc<LogView>, Status> {
    edge.runtime.view(log_id).ok_or_else(|| status(&RuntimeError::UnknownLog(log_id.clone())))
}

/// The status of a record that can't be read.
pub(crate) fn unreadable(error: &StoreError) -> Status {
    match error {
        StoreError::Unavailable(_) => Status::unavailable(error.to_string()),
        StoreError::Damaged(_) => Status::data_loss(error.to_string()),
    }
}

/// The status of something that is not in the log.
pub(crate) fn not_found(kind: &'static str, id: impl ToString) -> Status {
    status(&Rejection::NotFound { kind, id: id.to_string() }.into())
}

/// The status of a principal that may not read.
pub(crate) fn forbidden(principal: &Principal, action: &'static str, expected: String) -> Status {
    status(&Rejection::Forbidden { principal: principal.principal_id.to_string(), action, expected }.into())
}

/// Whether this principal reads as a room of `station`, or of a node above it.
pub(crate) fn reads_as_room(principal: &Principal, view: &LogView, station: &AgencyId) -> bool {
    let reads = matches!(principal.role, Role::Operator { .. } | Role::Observer { .. } | Role::System);
    reads && principal.covers(view.context.agencies(), station)
}

/// Whether `assignment` is this unit's own.
pub(crate) fn is_own(principal: &Principal, assignment: &Assignment) -> bool {
    matches!(&principal.role, Role::Unit { unit_id } if unit_id == &assignment.unit_id)
}

/// Whether this principal has anything to do with the log: it covers a node of it, or is one of its units.
pub(crate) fn belongs(principal: &Principal, view: &LogView) -> bool {
    match &principal.role {
        Role::Operator { jurisdictions } | Role::Observer { jurisdictions } | Role::Gateway { jurisdictions } => {
            jurisdictions.iter().any(|id| view.context.agencies().get(id).is_some())
        }
        Role::Unit { unit_id } => view.world.unit(unit_id).is_some(),
        Role::System => true,
    }
}
