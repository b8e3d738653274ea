//! The gRPC service: its calls have files of their own.

use crate::{assign, confirm, recommend, settle};
use runtime::edge::Edge;
use tonic::{Request, Response, Status};
use wire::v1alpha1::dispatch_service_server::DispatchService;
use wire::v1alpha1::{
    AssignUnitsRequest, AssignUnitsResponse, CloseIncidentRequest, CloseIncidentResponse, ConfirmAlarmRequest, ConfirmAlarmResponse,
    RecommendUnitsRequest, RecommendUnitsResponse, ResolveIncidentRequest, ResolveIncidentResponse,
};

/// `DispatchService`: the room decides here.
pub struct DispatchAdapter {
    edge: Edge,
}

impl DispatchAdapter {
    /// An adapter over the logs of `edge`.
    #[must_use]
    pub fn new(edge: Edge) -> Self {
        Self { edge }
    }
}

#[tonic::async_trait]
impl DispatchService for DispatchAdapter {
    async fn recommend_units(&self, request: Request<RecommendUnitsRequest>) -> Result<Response<RecommendUnitsResponse>, Status> {
        recommend::recommend_units(&self.edge, request).map(Response::new)
    }

    async fn assign_units(&self, request: Request<AssignUnitsRequest>) -> Result<Response<AssignUnitsResponse>, Status> {
        assign::assign_units(&self.edge, request).await.map(Response::new)
    }

    async fn resolve_incident(&self, request: Request<ResolveIncidentRequest>) -> Result<Response<ResolveIncidentResponse>, Status> {
        settle::resolve_incident(&self.edge, request).await.map(Response::new)
    }

    async fn close_incident(&self, request: Request<CloseIncidentRequest>) -> Result<Response<CloseIncidentResponse>, Status> {
        settle::close_incident(&self.edge, request).await.map(Response::new)
    }

    async fn confirm_alarm(&self, request: Request<ConfirmAlarmRequest>) -> Result<Response<ConfirmAlarmResponse>, Status> {
        confirm::confirm_alarm(&self.edge, request).await.map(Response::new)
    }
}
