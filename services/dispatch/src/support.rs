//! `RequestSupport`, `AnswerSupport` and `EndSupport`: a station whistles, who was asked reports (基层吹哨、机关报到).

use domain::command::{AnswerSupport, Command, EndSupport, RequestSupport};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{
    AnswerSupportRequest, AnswerSupportResponse, EndSupportRequest, EndSupportResponse, RequestSupportRequest, RequestSupportResponse,
};

pub(crate) async fn request_support(edge: &Edge, request: Request<RequestSupportRequest>) -> Result<RequestSupportResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::RequestSupport(RequestSupport {
                incident_id: fields::incident_id(&m.incident_id)?,
                to: fields::to_id(&m.to_id)?,
                team: fields::team("team", m.team)?,
                reason: fields::reason(&m.reason)?,
            }))
        })
        .await?;
    let whistle_id = outcome.reply.whistle.ok_or_else(|| Status::internal("the record names no request for support"))?;
    Ok(RequestSupportResponse { receipt: Some(receipt(&outcome)), whistle_id: whistle_id.to_string() })
}

pub(crate) async fn answer_support(edge: &Edge, request: Request<AnswerSupportRequest>) -> Result<AnswerSupportResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::AnswerSupport(AnswerSupport {
                whistle_id: fields::whistle_id(&m.whistle_id)?,
                accepted: m.accepted,
                reason: fields::refusal(m.accepted, &m.reason)?,
            }))
        })
        .await?;
    Ok(AnswerSupportResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn end_support(edge: &Edge, request: Request<EndSupportRequest>) -> Result<EndSupportResponse, Status> {
    let outcome = edge.mutate(request, |m| Ok(Command::EndSupport(EndSupport { whistle_id: fields::whistle_id(&m.whistle_id)? }))).await?;
    Ok(EndSupportResponse { receipt: Some(receipt(&outcome)) })
}
