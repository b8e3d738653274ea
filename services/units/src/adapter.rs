//! The gRPC service: its calls have files of their own.

use crate::{clear, decline, duty, safety, spot, taps};
use runtime::edge::Edge;
use tonic::{Request, Response, Status};
use wire::v1alpha1 as api;
use wire::v1alpha1::unit_service_server::UnitService;

/// `UnitService`: a unit speaks for itself here.
pub struct UnitsAdapter {
    edge: Edge,
}

impl UnitsAdapter {
    /// An adapter over the logs of `edge`.
    #[must_use]
    pub fn new(edge: Edge) -> Self {
        Self { edge }
    }
}

#[tonic::async_trait]
impl UnitService for UnitsAdapter {
    async fn sign_on(&self, request: Request<api::SignOnRequest>) -> Result<Response<api::SignOnResponse>, Status> {
        duty::sign_on(&self.edge, request).await.map(Response::new)
    }

    async fn sign_off(&self, request: Request<api::SignOffRequest>) -> Result<Response<api::SignOffResponse>, Status> {
        duty::sign_off(&self.edge, request).await.map(Response::new)
    }

    async fn set_availability(
        &self,
        request: Request<api::SetAvailabilityRequest>,
    ) -> Result<Response<api::SetAvailabilityResponse>, Status> {
        duty::set_availability(&self.edge, request).await.map(Response::new)
    }

    async fn mark_delivered(&self, request: Request<api::MarkDeliveredRequest>) -> Result<Response<api::MarkDeliveredResponse>, Status> {
        taps::mark_delivered(&self.edge, request).await.map(Response::new)
    }

    async fn mark_seen(&self, request: Request<api::MarkSeenRequest>) -> Result<Response<api::MarkSeenResponse>, Status> {
        taps::mark_seen(&self.edge, request).await.map(Response::new)
    }

    async fn acknowledge(&self, request: Request<api::AcknowledgeRequest>) -> Result<Response<api::AcknowledgeResponse>, Status> {
        taps::acknowledge(&self.edge, request).await.map(Response::new)
    }

    async fn decline(&self, request: Request<api::DeclineRequest>) -> Result<Response<api::DeclineResponse>, Status> {
        decline::decline(&self.edge, request).await.map(Response::new)
    }

    async fn mark_en_route(&self, request: Request<api::MarkEnRouteRequest>) -> Result<Response<api::MarkEnRouteResponse>, Status> {
        taps::mark_en_route(&self.edge, request).await.map(Response::new)
    }

    async fn mark_on_scene(&self, request: Request<api::MarkOnSceneRequest>) -> Result<Response<api::MarkOnSceneResponse>, Status> {
        taps::mark_on_scene(&self.edge, request).await.map(Response::new)
    }

    async fn clear(&self, request: Request<api::ClearRequest>) -> Result<Response<api::ClearResponse>, Status> {
        clear::clear(&self.edge, request).await.map(Response::new)
    }

    async fn submit_feedback(&self, request: Request<api::SubmitFeedbackRequest>) -> Result<Response<api::SubmitFeedbackResponse>, Status> {
        clear::submit_feedback(&self.edge, request).await.map(Response::new)
    }

    async fn confirm_safe(&self, request: Request<api::ConfirmSafeRequest>) -> Result<Response<api::ConfirmSafeResponse>, Status> {
        safety::confirm_safe(&self.edge, request).await.map(Response::new)
    }

    async fn raise_emergency(&self, request: Request<api::RaiseEmergencyRequest>) -> Result<Response<api::RaiseEmergencyResponse>, Status> {
        safety::raise_emergency(&self.edge, request).await.map(Response::new)
    }

    async fn open_on_the_spot(&self, request: Request<api::OpenOnTheSpotRequest>) -> Result<Response<api::OpenOnTheSpotResponse>, Status> {
        spot::open_on_the_spot(&self.edge, request).await.map(Response::new)
    }
}
