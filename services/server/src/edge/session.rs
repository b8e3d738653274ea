//! SessionService: operators sign in and out here.

use super::auth::{self, BearerToken};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use runtime::Runtime;
use runtime::identity::Authenticator;
use std::sync::Arc;
use tonic::{Request, Response, Status};
use wire::v1alpha1::session_service_server::SessionService;
use wire::v1alpha1::{
    self as api, CreateSessionRequest, CreateSessionResponse, EndSessionRequest, EndSessionResponse, GetSessionRequest, GetSessionResponse,
};

/// The adapter.
pub struct SessionAdapter {
    authenticator: Arc<Authenticator>,
    runtime: Arc<Runtime>,
}

impl SessionAdapter {
    /// An adapter over the principals and the logs.
    #[must_use]
    pub fn new(authenticator: Arc<Authenticator>, runtime: Arc<Runtime>) -> Self {
        Self { authenticator, runtime }
    }

    /// The logs a principal may watch: those with an agency of its jurisdictions, or with its unit.
    fn logs_of(&self, principal: &Principal) -> Vec<String> {
        let may_watch = |log_id: &domain::ids::LogId| {
            let Some(view) = self.runtime.view(log_id) else { return false };
            let tree = view.context.agencies();
            match &principal.role {
                Role::Unit { unit_id } => view.world.unit(unit_id).is_some(),
                _ => tree.nodes().any(|node| principal.covers(tree, &node.agency_id)),
            }
        };
        self.runtime.logs().iter().filter(|log_id| may_watch(log_id)).map(ToString::to_string).collect()
    }
}

fn unauthenticated() -> Status {
    Status::unauthenticated(auth::NoPrincipal::Missing.to_string())
}

fn to_proto(time: Timestamp) -> pbjson_types::Timestamp {
    let nanos = i32::try_from(time.0.rem_euclid(1_000)).unwrap_or_default() * 1_000_000;
    pbjson_types::Timestamp { seconds: time.0.div_euclid(1_000), nanos }
}

#[tonic::async_trait]
impl SessionService for SessionAdapter {
    async fn create_session(&self, request: Request<CreateSessionRequest>) -> Result<Response<CreateSessionResponse>, Status> {
        let CreateSessionRequest { principal_id, password } = request.into_inner();
        let session = self.authenticator.sign_in(&principal_id, &password).await.map_err(|error| auth::status(&error))?;
        Ok(Response::new(CreateSessionResponse { token: session.token, expires_at: Some(to_proto(session.expires_at)) }))
    }

    async fn get_session(&self, request: Request<GetSessionRequest>) -> Result<Response<GetSessionResponse>, Status> {
        let principal = request.extensions().get::<Principal>().ok_or_else(unauthenticated)?;
        let listed =
            |jurisdictions: &std::collections::BTreeSet<domain::ids::AgencyId>| jurisdictions.iter().map(ToString::to_string).collect();
        let (role, jurisdictions, unit_id) = match &principal.role {
            Role::Operator { jurisdictions } => (api::Role::Operator, listed(jurisdictions), String::new()),
            Role::Observer { jurisdictions } => (api::Role::Observer, listed(jurisdictions), String::new()),
            Role::Gateway { jurisdictions } => (api::Role::Gateway, listed(jurisdictions), String::new()),
            Role::Unit { unit_id } => (api::Role::Unit, Vec::new(), unit_id.to_string()),
            Role::System => (api::Role::Unspecified, Vec::new(), String::new()),
        };
        Ok(Response::new(GetSessionResponse {
            principal_id: principal.principal_id.to_string(),
            role: role.into(),
            jurisdictions,
            unit_id,
            log_ids: self.logs_of(principal),
        }))
    }

    async fn end_session(&self, request: Request<EndSessionRequest>) -> Result<Response<EndSessionResponse>, Status> {
        let token = request.extensions().get::<BearerToken>().ok_or_else(unauthenticated)?;
        self.authenticator.sign_out(&token.0).await.map_err(|error| auth::status(&error))?;
        Ok(Response::new(EndSessionResponse {}))
    }
}
