//! The gRPC services: their calls have files of their own.

use crate::{assign, confirm, hold, orders, passing, premise, proposal, recommend, settle, shift, standing, support, undo, wartime};
use runtime::edge::Edge;
use tonic::{Request, Response, Status};
use wire::v1alpha1 as api;
use wire::v1alpha1::dispatch_service_server::DispatchService;
use wire::v1alpha1::shift_service_server::ShiftService;

/// `DispatchService` and `ShiftService`: the room decides here.
#[derive(Clone)]
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
    async fn recommend_units(&self, request: Request<api::RecommendUnitsRequest>) -> Result<Response<api::RecommendUnitsResponse>, Status> {
        recommend::recommend_units(&self.edge, request).map(Response::new)
    }

    async fn assign_units(&self, request: Request<api::AssignUnitsRequest>) -> Result<Response<api::AssignUnitsResponse>, Status> {
        assign::assign_units(&self.edge, request).await.map(Response::new)
    }

    async fn recall_unit(&self, request: Request<api::RecallUnitRequest>) -> Result<Response<api::RecallUnitResponse>, Status> {
        orders::recall_unit(&self.edge, request).await.map(Response::new)
    }

    async fn reorder_queue(&self, request: Request<api::ReorderQueueRequest>) -> Result<Response<api::ReorderQueueResponse>, Status> {
        orders::reorder_queue(&self.edge, request).await.map(Response::new)
    }

    async fn confirm_proposal(
        &self,
        request: Request<api::ConfirmProposalRequest>,
    ) -> Result<Response<api::ConfirmProposalResponse>, Status> {
        proposal::confirm_proposal(&self.edge, request).await.map(Response::new)
    }

    async fn reject_proposal(&self, request: Request<api::RejectProposalRequest>) -> Result<Response<api::RejectProposalResponse>, Status> {
        proposal::reject_proposal(&self.edge, request).await.map(Response::new)
    }

    async fn set_priority(&self, request: Request<api::SetPriorityRequest>) -> Result<Response<api::SetPriorityResponse>, Status> {
        standing::set_priority(&self.edge, request).await.map(Response::new)
    }

    async fn set_owner(&self, request: Request<api::SetOwnerRequest>) -> Result<Response<api::SetOwnerResponse>, Status> {
        standing::set_owner(&self.edge, request).await.map(Response::new)
    }

    async fn pass_down(&self, request: Request<api::PassDownRequest>) -> Result<Response<api::PassDownResponse>, Status> {
        passing::pass_down(&self.edge, request).await.map(Response::new)
    }

    async fn sign_incident(&self, request: Request<api::SignIncidentRequest>) -> Result<Response<api::SignIncidentResponse>, Status> {
        passing::sign_incident(&self.edge, request).await.map(Response::new)
    }

    async fn hold_incident(&self, request: Request<api::HoldIncidentRequest>) -> Result<Response<api::HoldIncidentResponse>, Status> {
        hold::hold_incident(&self.edge, request).await.map(Response::new)
    }

    async fn release_hold(&self, request: Request<api::ReleaseHoldRequest>) -> Result<Response<api::ReleaseHoldResponse>, Status> {
        hold::release_hold(&self.edge, request).await.map(Response::new)
    }

    async fn resolve_incident(
        &self,
        request: Request<api::ResolveIncidentRequest>,
    ) -> Result<Response<api::ResolveIncidentResponse>, Status> {
        settle::resolve_incident(&self.edge, request).await.map(Response::new)
    }

    async fn close_incident(&self, request: Request<api::CloseIncidentRequest>) -> Result<Response<api::CloseIncidentResponse>, Status> {
        settle::close_incident(&self.edge, request).await.map(Response::new)
    }

    async fn reopen_incident(&self, request: Request<api::ReopenIncidentRequest>) -> Result<Response<api::ReopenIncidentResponse>, Status> {
        settle::reopen_incident(&self.edge, request).await.map(Response::new)
    }

    async fn excuse_attendance(
        &self,
        request: Request<api::ExcuseAttendanceRequest>,
    ) -> Result<Response<api::ExcuseAttendanceResponse>, Status> {
        settle::excuse_attendance(&self.edge, request).await.map(Response::new)
    }

    async fn undo(&self, request: Request<api::UndoRequest>) -> Result<Response<api::UndoResponse>, Status> {
        undo::undo(&self.edge, request).await.map(Response::new)
    }

    async fn confirm_alarm(&self, request: Request<api::ConfirmAlarmRequest>) -> Result<Response<api::ConfirmAlarmResponse>, Status> {
        confirm::confirm_alarm(&self.edge, request).await.map(Response::new)
    }

    async fn clear_emergency(&self, request: Request<api::ClearEmergencyRequest>) -> Result<Response<api::ClearEmergencyResponse>, Status> {
        confirm::clear_emergency(&self.edge, request).await.map(Response::new)
    }

    async fn request_support(&self, request: Request<api::RequestSupportRequest>) -> Result<Response<api::RequestSupportResponse>, Status> {
        support::request_support(&self.edge, request).await.map(Response::new)
    }

    async fn answer_support(&self, request: Request<api::AnswerSupportRequest>) -> Result<Response<api::AnswerSupportResponse>, Status> {
        support::answer_support(&self.edge, request).await.map(Response::new)
    }

    async fn end_support(&self, request: Request<api::EndSupportRequest>) -> Result<Response<api::EndSupportResponse>, Status> {
        support::end_support(&self.edge, request).await.map(Response::new)
    }

    async fn start_wartime(&self, request: Request<api::StartWartimeRequest>) -> Result<Response<api::StartWartimeResponse>, Status> {
        wartime::start_wartime(&self.edge, request).await.map(Response::new)
    }

    async fn end_wartime(&self, request: Request<api::EndWartimeRequest>) -> Result<Response<api::EndWartimeResponse>, Status> {
        wartime::end_wartime(&self.edge, request).await.map(Response::new)
    }

    async fn add_premise_note(
        &self,
        request: Request<api::AddPremiseNoteRequest>,
    ) -> Result<Response<api::AddPremiseNoteResponse>, Status> {
        premise::add_premise_note(&self.edge, request).await.map(Response::new)
    }

    async fn end_premise_note(
        &self,
        request: Request<api::EndPremiseNoteRequest>,
    ) -> Result<Response<api::EndPremiseNoteResponse>, Status> {
        premise::end_premise_note(&self.edge, request).await.map(Response::new)
    }
}

#[tonic::async_trait]
impl ShiftService for DispatchAdapter {
    async fn plan_shift(&self, request: Request<api::PlanShiftRequest>) -> Result<Response<api::PlanShiftResponse>, Status> {
        shift::plan_shift(&self.edge, request).await.map(Response::new)
    }

    async fn offer_hand_over(&self, request: Request<api::OfferHandOverRequest>) -> Result<Response<api::OfferHandOverResponse>, Status> {
        shift::offer_hand_over(&self.edge, request).await.map(Response::new)
    }

    async fn sign_hand_over(&self, request: Request<api::SignHandOverRequest>) -> Result<Response<api::SignHandOverResponse>, Status> {
        shift::sign_hand_over(&self.edge, request).await.map(Response::new)
    }
}
