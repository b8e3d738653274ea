//! `StartWartime` and `EndWartime`: the county switches wartime mode for an area and a period (战时联勤).

use domain::command::{Command, EndWartime, StartWartime};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{EndWartimeRequest, EndWartimeResponse, StartWartimeRequest, StartWartimeResponse};

pub(crate) async fn start_wartime(edge: &Edge, request: Request<StartWartimeRequest>) -> Result<StartWartimeResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::StartWartime(StartWartime {
                area: fields::area_id(&m.area_id)?,
                reason: fields::reason(&m.reason)?,
                until: fields::required_time("until", m.until.as_ref())?,
            }))
        })
        .await?;
    Ok(StartWartimeResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn end_wartime(edge: &Edge, request: Request<EndWartimeRequest>) -> Result<EndWartimeResponse, Status> {
    let outcome = edge.mutate(request, |m| Ok(Command::EndWartime(EndWartime { area: fields::area_id(&m.area_id)? }))).await?;
    Ok(EndWartimeResponse { receipt: Some(receipt(&outcome)) })
}
