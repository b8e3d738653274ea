//! The gRPC service: its calls have files of their own.

use crate::{duplicates, elsewhere, reclassify, report, same};
use runtime::edge::Edge;
use tonic::{Request, Response, Status};
use wire::v1alpha1 as api;
use wire::v1alpha1::intake_service_server::IntakeService;

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
    async fn report_incident(&self, request: Request<api::ReportIncidentRequest>) -> Result<Response<api::ReportIncidentResponse>, Status> {
        report::report_incident(&self.edge, request).await.map(Response::new)
    }

    async fn add_call(&self, request: Request<api::AddCallRequest>) -> Result<Response<api::AddCallResponse>, Status> {
        report::add_call(&self.edge, request).await.map(Response::new)
    }

    async fn reclassify(&self, request: Request<api::ReclassifyRequest>) -> Result<Response<api::ReclassifyResponse>, Status> {
        reclassify::reclassify(&self.edge, request).await.map(Response::new)
    }

    async fn merge_incidents(&self, request: Request<api::MergeIncidentsRequest>) -> Result<Response<api::MergeIncidentsResponse>, Status> {
        same::merge_incidents(&self.edge, request).await.map(Response::new)
    }

    async fn unmerge_incidents(
        &self,
        request: Request<api::UnmergeIncidentsRequest>,
    ) -> Result<Response<api::UnmergeIncidentsResponse>, Status> {
        same::unmerge_incidents(&self.edge, request).await.map(Response::new)
    }

    async fn split_incident(&self, request: Request<api::SplitIncidentRequest>) -> Result<Response<api::SplitIncidentResponse>, Status> {
        same::split_incident(&self.edge, request).await.map(Response::new)
    }

    async fn cancel_incident(&self, request: Request<api::CancelIncidentRequest>) -> Result<Response<api::CancelIncidentResponse>, Status> {
        elsewhere::cancel_incident(&self.edge, request).await.map(Response::new)
    }

    async fn transfer_incident(
        &self,
        request: Request<api::TransferIncidentRequest>,
    ) -> Result<Response<api::TransferIncidentResponse>, Status> {
        elsewhere::transfer_incident(&self.edge, request).await.map(Response::new)
    }

    async fn answer_transfer(&self, request: Request<api::AnswerTransferRequest>) -> Result<Response<api::AnswerTransferResponse>, Status> {
        elsewhere::answer_transfer(&self.edge, request).await.map(Response::new)
    }

    async fn suggest_duplicates(
        &self,
        request: Request<api::SuggestDuplicatesRequest>,
    ) -> Result<Response<api::SuggestDuplicatesResponse>, Status> {
        duplicates::suggest_duplicates(&self.edge, request).map(Response::new)
    }
}
