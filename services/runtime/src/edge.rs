//! What every adapter at the edge does the same way: who calls, which request it is, how an outcome is worded.

mod mutate;
mod place;

pub use place::{declared_position, place_in};

use crate::error::RuntimeError;
use crate::log_loop::Outcome;
use crate::runtime::{Request, Runtime};
use domain::command::Command;
use domain::ids::{LogId, RequestId};
use domain::principal::Principal;
use std::sync::Arc;
use store::{PrivateEntry, RequestKey};
use tonic::Status;
use wire::v1alpha1::Receipt;

/// W3C traceparent of a request, put into its extensions by the server's trace layer.
#[derive(Clone, Debug, Default)]
pub struct TraceParent(pub String);

/// What an adapter needs.
#[derive(Clone)]
pub struct Edge {
    /// The logs.
    pub runtime: Arc<Runtime>,
    /// The log that takes calls whose place decides none.
    pub desk_log: LogId,
}

/// Who calls and from which trace: taken from a request before its message is.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub principal: Principal,
    /// W3C traceparent; empty without one.
    pub trace_parent: String,
}

impl Caller {
    /// Takes the caller that the server's authentication layer put into the request.
    ///
    /// # Errors
    /// UNAUTHENTICATED when there is none.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<Self, Status> {
        let principal = request.extensions().get::<Principal>().cloned();
        let principal = principal.ok_or_else(|| Status::unauthenticated("no token: expected «authorization: Bearer …»"))?;
        let trace_parent = request.extensions().get::<TraceParent>().map(|trace| trace.0.clone()).unwrap_or_default();
        Ok(Self { principal, trace_parent })
    }
}

/// One mutating request: its identity and what goes into the vault with it.
pub struct Mutation {
    /// The request's own id.
    pub request_id: RequestId,
    /// SHA-256 of its message without the id.
    pub digest: [u8; 32],
    /// What goes into the vault.
    pub private: Vec<PrivateEntry>,
}

impl Edge {
    /// Gives one command to a log and words the answer.
    ///
    /// # Errors
    /// The gRPC status of the refusal.
    pub async fn execute(&self, log_id: &LogId, caller: Caller, mutation: Mutation, command: Command) -> Result<Outcome, Status> {
        let key =
            RequestKey { principal_id: caller.principal.principal_id.clone(), request_id: mutation.request_id, digest: mutation.digest };
        let request = Request {
            principal: caller.principal,
            command,
            request: Some(key),
            private: mutation.private,
            trace_parent: caller.trace_parent,
        };
        self.runtime.execute(log_id, request).await.map_err(|error| status(&error))
    }
}

/// The receipt of an outcome.
#[must_use]
pub fn receipt(outcome: &Outcome) -> Receipt {
    wire::api::receipt(&outcome.log_id, outcome.seq)
}

/// The gRPC status of a refusal: one place for all services.
#[must_use]
pub fn status(error: &RuntimeError) -> Status {
    match error {
        RuntimeError::Rejected(rejection) => wire::status::rejection_to_status(rejection),
        RuntimeError::RequestIdReused => Status::already_exists(error.to_string()),
        RuntimeError::UnknownLog(_) => Status::not_found(error.to_string()),
        RuntimeError::Unavailable(_) | RuntimeError::Unknown(_) => Status::unavailable(error.to_string()),
        RuntimeError::ReadOnly { .. } => Status::failed_precondition(error.to_string()),
    }
}
