//! The null server's gRPC services: what a call and its answers need, and nothing of what decides about them.

use super::rows::Rows;
use super::socket::Sockets;
use super::writer::Writer;
use crate::shape::Shape;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use prost::Message as _;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Message;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use wire::v1alpha1::dispatch_service_server::{DispatchService, DispatchServiceServer};
use wire::v1alpha1::intake_service_server::{IntakeService, IntakeServiceServer};
use wire::v1alpha1::position_service_server::{PositionService, PositionServiceServer};
use wire::v1alpha1::resource::Resource as Kind;
use wire::v1alpha1::unit_service_server::{UnitService, UnitServiceServer};
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::*;

#[derive(Clone)]
struct Null {
    writer: Writer,
    sockets: Arc<Sockets>,
    shape: Arc<Shape>,
    /// What consoles get with every commit.
    console_frame: Message,
}

/// The services.
pub(super) fn routes(writer: Writer, sockets: Arc<Sockets>, shape: Shape) -> Routes {
    let console_frame = order(&Uuid::nil().to_string(), Uuid::nil(), shape.console_frame).encode_to_vec();
    let null = Null { writer, sockets, shape: Arc::new(shape), console_frame: Message::Binary(console_frame.into()) };
    let mut routes = Routes::builder();
    routes.add_service(IntakeServiceServer::new(null.clone()));
    routes.add_service(UnitServiceServer::new(null.clone()));
    routes.add_service(DispatchServiceServer::new(null.clone()));
    routes.add_service(PositionServiceServer::new(null));
    routes.routes()
}

impl Null {
    async fn step(&self, assignment_id: &str) -> Result<(), Status> {
        self.writer.write(Rows::of_step(&self.shape, Uuid::parse_str(assignment_id).ok())).await?;
        self.sockets.tell_consoles(&self.console_frame);
        Ok(())
    }
}

/// The frame with an order, filled up to `bytes`.
fn order(incident_id: &str, assignment_id: Uuid, bytes: usize) -> WatchResponse {
    let of = |narrative: String| {
        let assignment = Assignment {
            assignment_id: assignment_id.to_string(),
            incident_id: incident_id.to_owned(),
            state: AssignmentState::Offered as i32,
            narrative,
            ..Assignment::default()
        };
        let changed = vec![Resource { resource: Some(Kind::Assignment(assignment)) }];
        WatchResponse { frame: Some(Frame::Delta(Delta { changed, ..Delta::default() })) }
    };
    // Tag and length of the text, and the lengths around it that grow by a byte.
    const AROUND: usize = 6;
    of("x".repeat(bytes.saturating_sub(of(String::new()).encoded_len() + AROUND)))
}

macro_rules! not_here {
    ($($method:ident: $Request:ident => $Response:ident),* $(,)?) => {
        $(
            // An `async fn` of this trait, as tonic writes it out.
            fn $method<'life0, 'async_trait>(
                &'life0 self,
                _: Request<$Request>,
            ) -> std::pin::Pin<Box<dyn Future<Output = Result<Response<$Response>, Status>> + Send + 'async_trait>>
            where
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(async { Err(not_here()) })
            }
        )*
    };
}

#[tonic::async_trait]
impl IntakeService for Null {
    async fn report_incident(&self, _: Request<ReportIncidentRequest>) -> Result<Response<ReportIncidentResponse>, Status> {
        let (incident_id, assignment_id) = (Uuid::now_v7().to_string(), Uuid::now_v7());
        self.writer.write(Rows::of_call(&self.shape, assignment_id)).await?;
        self.sockets.send(&order(&incident_id, assignment_id, self.shape.frame)).await;
        self.sockets.tell_consoles(&self.console_frame);
        Ok(Response::new(ReportIncidentResponse { incident_id, ..ReportIncidentResponse::default() }))
    }

    not_here! {
        reclassify: ReclassifyRequest => ReclassifyResponse,
        add_call: AddCallRequest => AddCallResponse,
        merge_incidents: MergeIncidentsRequest => MergeIncidentsResponse,
        unmerge_incidents: UnmergeIncidentsRequest => UnmergeIncidentsResponse,
        split_incident: SplitIncidentRequest => SplitIncidentResponse,
        cancel_incident: CancelIncidentRequest => CancelIncidentResponse,
        transfer_incident: TransferIncidentRequest => TransferIncidentResponse,
        answer_transfer: AnswerTransferRequest => AnswerTransferResponse,
        suggest_duplicates: SuggestDuplicatesRequest => SuggestDuplicatesResponse,
    }
}

fn not_here() -> Status {
    Status::unimplemented("the null server does not do this")
}

#[tonic::async_trait]
impl UnitService for Null {
    async fn sign_on(&self, _: Request<SignOnRequest>) -> Result<Response<SignOnResponse>, Status> {
        Ok(Response::new(SignOnResponse::default()))
    }

    async fn acknowledge(&self, request: Request<AcknowledgeRequest>) -> Result<Response<AcknowledgeResponse>, Status> {
        self.step(&request.get_ref().assignment_id).await?;
        Ok(Response::new(AcknowledgeResponse::default()))
    }

    async fn clear(&self, request: Request<ClearRequest>) -> Result<Response<ClearResponse>, Status> {
        self.step(&request.get_ref().assignment_id).await?;
        Ok(Response::new(ClearResponse::default()))
    }

    not_here! {
        sign_off: SignOffRequest => SignOffResponse,
        set_availability: SetAvailabilityRequest => SetAvailabilityResponse,
        mark_delivered: MarkDeliveredRequest => MarkDeliveredResponse,
        mark_seen: MarkSeenRequest => MarkSeenResponse,
        decline: DeclineRequest => DeclineResponse,
        mark_en_route: MarkEnRouteRequest => MarkEnRouteResponse,
        mark_on_scene: MarkOnSceneRequest => MarkOnSceneResponse,
        confirm_safe: ConfirmSafeRequest => ConfirmSafeResponse,
        submit_feedback: SubmitFeedbackRequest => SubmitFeedbackResponse,
        raise_emergency: RaiseEmergencyRequest => RaiseEmergencyResponse,
        open_on_the_spot: OpenOnTheSpotRequest => OpenOnTheSpotResponse,
    }
}

#[tonic::async_trait]
impl DispatchService for Null {
    async fn close_incident(&self, _: Request<CloseIncidentRequest>) -> Result<Response<CloseIncidentResponse>, Status> {
        self.step("").await?;
        Ok(Response::new(CloseIncidentResponse::default()))
    }

    not_here! {
        recommend_units: RecommendUnitsRequest => RecommendUnitsResponse,
        assign_units: AssignUnitsRequest => AssignUnitsResponse,
        resolve_incident: ResolveIncidentRequest => ResolveIncidentResponse,
        confirm_alarm: ConfirmAlarmRequest => ConfirmAlarmResponse,
        recall_unit: RecallUnitRequest => RecallUnitResponse,
        reorder_queue: ReorderQueueRequest => ReorderQueueResponse,
        confirm_proposal: ConfirmProposalRequest => ConfirmProposalResponse,
        reject_proposal: RejectProposalRequest => RejectProposalResponse,
        set_priority: SetPriorityRequest => SetPriorityResponse,
        set_owner: SetOwnerRequest => SetOwnerResponse,
        pass_down: PassDownRequest => PassDownResponse,
        sign_incident: SignIncidentRequest => SignIncidentResponse,
        hold_incident: HoldIncidentRequest => HoldIncidentResponse,
        release_hold: ReleaseHoldRequest => ReleaseHoldResponse,
        reopen_incident: ReopenIncidentRequest => ReopenIncidentResponse,
        undo: UndoRequest => UndoResponse,
        excuse_attendance: ExcuseAttendanceRequest => ExcuseAttendanceResponse,
        request_support: RequestSupportRequest => RequestSupportResponse,
        answer_support: AnswerSupportRequest => AnswerSupportResponse,
        end_support: EndSupportRequest => EndSupportResponse,
        start_wartime: StartWartimeRequest => StartWartimeResponse,
        end_wartime: EndWartimeRequest => EndWartimeResponse,
        clear_emergency: ClearEmergencyRequest => ClearEmergencyResponse,
        add_premise_note: AddPremiseNoteRequest => AddPremiseNoteResponse,
        end_premise_note: EndPremiseNoteRequest => EndPremiseNoteResponse,
    }
}

#[tonic::async_trait]
impl PositionService for Null {
    type StreamPositionsStream = BoxStream<'static, Result<StreamPositionsResponse, Status>>;

    async fn stream_positions(
        &self,
        request: Request<Streaming<StreamPositionsRequest>>,
    ) -> Result<Response<Self::StreamPositionsStream>, Status> {
        let answers = request.into_inner().map_ok(|batch| StreamPositionsResponse {
            batch_number: batch.batch_number,
            accepted: u32::try_from(batch.unit_ids.len()).unwrap_or(u32::MAX),
            ..StreamPositionsResponse::default()
        });
        Ok(Response::new(answers.boxed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_the_size_that_was_asked_for() {
        for bytes in [300, 700, 2_500] {
            let length = order(&Uuid::now_v7().to_string(), Uuid::now_v7(), bytes).encoded_len();
            assert!(length.abs_diff(bytes) <= 8, "{length} for {bytes}");
        }
    }
}
