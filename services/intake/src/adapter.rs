//! The gRPC service: each call has its own file.

use crate::{reclassify, report};
use runtime::edge::Edge;
use tonic::{Request, Response, Status};
use wire::v1alpha1::intake_service_server::IntakeService;
use wire::v1alpha1::{ReclassifyRequest, ReclassifyResponse, ReportIncidentRequest, ReportIncidentResponse};

/// `IntakeService`: calls come in here.
pub struct IntakeAdapter {
    edge: Edge,
}

impl IntakeAdapter {
    /// An adapter over the logs of `edge`.
    #[must_use]
    pub fn new(edge: Edge) -> Self {
        Self { edge }
    }
}

#[tonic::async_trait]
impl IntakeService for IntakeAdapter {
    async fn report_incident(&self, request: Request<ReportIncidentRequest>) -> Result<Response<ReportIncidentResponse>, Status> {
        report::report_incident(&self.edge, request).await.map(Response::new)
    }

    async fn reclassify(&self, request: Request<ReclassifyRequest>) -> Result<Response<ReclassifyResponse>, Status> {
        reclassify::reclassify(&self.edge, request).await.map(Response::new)
    }
}
