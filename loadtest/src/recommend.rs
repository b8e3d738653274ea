//! The API's own question for the nearest: `RecommendUnits` for incidents that wait for an operator.

use crate::engine::open_loop::one_after_the_other;
use crate::engine::tally::Tally;
use crate::load::field::places;
use crate::nearest::NEAREST;
use crate::ready::Ready;
use server::drivers::county::{bearer, cannot};
use server::drivers::link::{Link, fresh_request_id};
use server::exit::Failure;
use std::time::{Duration, Instant};
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::{CallSource, Classification, Datum, Position, RecommendUnitsRequest, ReportIncidentRequest};

/// Incidents that are asked about in turn.
const INCIDENTS: usize = 50;

/// Reports incidents anywhere in the county that nobody is ordered to.
pub(crate) async fn incidents(ready: &Ready, seed: u64) -> Result<Vec<String>, Failure> {
    let (link, operator) = (Link::open(ready.addr, 1).await.map_err(cannot)?, bearer(&ready.operator)?);
    let mut incidents = Vec::new();
    for (lat_e7, lon_e7) in places(INCIDENTS, seed) {
        let message = ReportIncidentRequest {
            request_id: fresh_request_id(),
            source: CallSource::Emergency110 as i32,
            classification: Some(Classification { category: "public_order".to_owned(), r#type: "disturbance".to_owned() }),
            position: Some(Position { lat_e7, lon_e7 }),
            datum: Datum::Wgs84 as i32,
            address: "东市，灯塔街口".to_owned(),
            desk_log_id: ready.log_id.clone(),
            ..ReportIncidentRequest::default()
        };
        let answer = IntakeServiceClient::new(link.channel()).report_incident(operator.request(message)).await.map_err(cannot)?;
        incidents.push(answer.into_inner().incident_id);
    }
    Ok(incidents)
}

/// Asks at these times over a connection of its own, on this thread.
pub(crate) fn ask(ready: &Ready, incidents: &[String], times: &[Duration]) -> Result<Tally, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
    let (link, operator) = (runtime.block_on(Link::open(ready.addr, 1)).map_err(cannot)?, bearer(&ready.operator)?);
    let mut client = DispatchServiceClient::new(link.channel());
    let limit = u32::try_from(NEAREST).unwrap_or(1);
    Ok(one_after_the_other(Instant::now(), times, |number| {
        let incident_id = incidents[number % incidents.len()].clone();
        let message = RecommendUnitsRequest { log_id: ready.log_id.clone(), incident_id, limit };
        match runtime.block_on(client.recommend_units(operator.request(message))) {
            Ok(answer) if answer.get_ref().recommended.len() == NEAREST => Ok(()),
            Ok(answer) => Err(format!("{} units", answer.get_ref().recommended.len())),
            Err(status) => Err(status.to_string()),
        }
    }))
}
