//! Calls against real logs.

mod changes;
mod duplicates;
mod reports;

use crate::IntakeAdapter;
use domain::ids::{IncidentId, LogId};
use domain::incident::Incident;
use runtime::testing::{Bench, LOG, NEIGHBOUR, operator, request};
use std::sync::Arc;
use wire::v1alpha1::intake_service_server::IntakeService;
use wire::v1alpha1::{CallSource, Classification, Position, ReportIncidentRequest, ReportIncidentResponse};

const ID: &str = "0195f2a4-7c1e-7b32-9d55-3f0a6b1c2d4e";
const OTHER_ID: &str = "0195f2a4-7c1e-7b32-9d55-3f0a6b1c2d4f";

fn what(category: &str, r#type: &str) -> Option<Classification> {
    Some(Classification { category: category.to_owned(), r#type: r#type.to_owned() })
}

fn call(id: &str, at: Option<(i32, i32)>) -> ReportIncidentRequest {
    ReportIncidentRequest {
        request_id: id.to_owned(),
        source: CallSource::Emergency110.into(),
        classification: what("dispute", "neighbour"),
        position: at.map(|(lat_e7, lon_e7)| Position { lat_e7, lon_e7 }),
        ..ReportIncidentRequest::default()
    }
}

async fn report(bench: &Bench, message: ReportIncidentRequest) -> Result<ReportIncidentResponse, tonic::Status> {
    let adapter = IntakeAdapter::new(bench.edge.clone());
    adapter.report_incident(request(&operator(&[LOG, NEIGHBOUR]), message)).await.map(tonic::Response::into_inner)
}

fn incident(bench: &Bench, log: &str, id: &str) -> Arc<Incident> {
    let view = bench.edge.runtime.view(&LogId::new(log).unwrap()).unwrap();
    Arc::clone(view.world.incident(&IncidentId(id.parse().unwrap())).unwrap())
}
