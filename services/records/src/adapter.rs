//! The gRPC service: each call has its own file.

use crate::boundaries::{self, KeptBoundaries};
use crate::{events, incident, policy, premise, private, search, shift};
use runtime::edge::Edge;
use tonic::{Request, Response, Status};
use wire::v1alpha1 as api;
use wire::v1alpha1::record_service_server::RecordService;

/// `RecordService`: what is recorded can be read here.
pub struct RecordsAdapter {
    edge: Edge,
    boundaries: KeptBoundaries,
}

impl RecordsAdapter {
    /// An adapter over the logs of `edge`.
    #[must_use]
    pub fn new(edge: Edge) -> Self {
        Self { edge, boundaries: KeptBoundaries::default() }
    }
}

#[tonic::async_trait]
impl RecordService for RecordsAdapter {
    async fn get_incident(&self, request: Request<api::GetIncidentRequest>) -> Result<Response<api::GetIncidentResponse>, Status> {
        incident::get_incident(&self.edge, request).await.map(Response::new)
    }

    async fn search_incidents(
        &self,
        request: Request<api::SearchIncidentsRequest>,
    ) -> Result<Response<api::SearchIncidentsResponse>, Status> {
        search::search_incidents(&self.edge, request).await.map(Response::new)
    }

    async fn list_events(&self, request: Request<api::ListEventsRequest>) -> Result<Response<api::ListEventsResponse>, Status> {
        events::list_events(&self.edge, request).await.map(Response::new)
    }

    async fn get_boundaries(&self, request: Request<api::GetBoundariesRequest>) -> Result<Response<api::GetBoundariesResponse>, Status> {
        boundaries::get_boundaries(&self.edge, &self.boundaries, request).await.map(Response::new)
    }

    async fn get_policy(&self, request: Request<api::GetPolicyRequest>) -> Result<Response<api::GetPolicyResponse>, Status> {
        policy::get_policy(&self.edge, request).map(Response::new)
    }

    async fn get_private(&self, request: Request<api::GetPrivateRequest>) -> Result<Response<api::GetPrivateResponse>, Status> {
        private::get_private(&self.edge, request).await.map(Response::new)
    }

    async fn list_premise_notes(
        &self,
        request: Request<api::ListPremiseNotesRequest>,
    ) -> Result<Response<api::ListPremiseNotesResponse>, Status> {
        premise::list_premise_notes(&self.edge, request).await.map(Response::new)
    }

    async fn get_shift(&self, request: Request<api::GetShiftRequest>) -> Result<Response<api::GetShiftResponse>, Status> {
        shift::get_shift(&self.edge, request).await.map(Response::new)
    }
}
