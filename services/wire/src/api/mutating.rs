//! What every request that changes something has: its own id and a log. A report has no log: its place decides.

use crate::v1alpha1 as api;

/// A request that changes something. Two with one id are told apart by their [`super::digest`] without it.
pub trait Mutating: prost::Message + prost::Name {
    /// Takes the request's own id out of it.
    fn take_request_id(&mut self) -> String;
    /// The log it is for.
    fn log_id(&self) -> &str;
}

macro_rules! mutating {
    ($($request:ident),* $(,)?) => {$(
        impl Mutating for api::$request {
            fn take_request_id(&mut self) -> String {
                std::mem::take(&mut self.request_id)
            }
            fn log_id(&self) -> &str {
                &self.log_id
            }
        }
    )*};
}

mutating! {
    AcknowledgeRequest, AddCallRequest, AddPremiseNoteRequest, AnswerSupportRequest, AnswerTransferRequest, AssignUnitsRequest,
    CancelIncidentRequest, ClearEmergencyRequest, ClearRequest, CloseIncidentRequest, ConfirmAlarmRequest, ConfirmProposalRequest,
    ConfirmSafeRequest, DeclineRequest, EndPremiseNoteRequest, EndSupportRequest, EndWartimeRequest, ExcuseAttendanceRequest,
    HoldIncidentRequest, MarkDeliveredRequest, MarkEnRouteRequest, MarkOnSceneRequest, MarkSeenRequest, MergeIncidentsRequest,
    OfferHandOverRequest, OpenOnTheSpotRequest, PassDownRequest, PlanShiftRequest, RaiseEmergencyRequest, RecallUnitRequest,
    ReclassifyRequest, RejectProposalRequest, ReleaseHoldRequest, ReopenIncidentRequest, ReorderQueueRequest,
    RequestSupportRequest, ResolveIncidentRequest, SetAvailabilityRequest, SetOwnerRequest, SetPriorityRequest, SignHandOverRequest,
    SignIncidentRequest, SignOffRequest, SignOnRequest, SplitIncidentRequest, StartWartimeRequest, SubmitFeedbackRequest,
    TransferIncidentRequest, UndoRequest, UnmergeIncidentsRequest,
}
