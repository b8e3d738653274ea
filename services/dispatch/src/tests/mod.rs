//! The room against real logs.

mod incidents;
mod orders;
mod refusals;
mod room;

use crate::DispatchAdapter;
use domain::classification::{CallSource, Classification};
use domain::command::{ActivatePolicy, Command, ReportIncident};
use domain::ids::{CategoryKey, IncidentId, LogId, TypeKey};
use domain::incident::Incident;
use domain::place::{Datum, Place, Position};
use runtime::LogView;
use runtime::testing::{BEGIN, Bench, IN_WEST, LOG, WEST_STATION, operator, request};
use std::sync::Arc;
use tonic::Status;
use wire::v1alpha1 as api;
use wire::v1alpha1::dispatch_service_server::DispatchService;

const A11: &str = "610824-a11";
const A12: &str = "610824-a12";

fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn log() -> LogId {
    LogId::new(LOG).unwrap()
}

fn view(bench: &Bench) -> Arc<LogView> {
    bench.edge.runtime.view(&log()).unwrap()
}

async fn reported(bench: &Bench, at: Option<(i32, i32)>) -> IncidentId {
    reported_as(bench, at, "neighbour").await
}

async fn reported_as(bench: &Bench, at: Option<(i32, i32)>, kind: &str) -> IncidentId {
    let place = at.map_or(Place::Unverified, |(lat_e7, lon_e7)| {
        view(bench).context.places.locate(Position::from_e7(lat_e7, lon_e7).unwrap(), Datum::Wgs84)
    });
    let call = ReportIncident {
        source: CallSource::WalkIn,
        classification: Classification { category: CategoryKey::new("dispute").unwrap(), kind: Some(TypeKey::new(kind).unwrap()) },
        place,
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    };
    bench.as_server(LOG, Command::ReportIncident(call)).await.reply.reported.unwrap().0
}

/// From here on the rules propose where they left it to the operator.
async fn propose_from_here_on(bench: &Bench) {
    let text = domain::policy::DEFAULT_TEXT.replace("mode = \"manual\"", "mode = \"confirm\"");
    let hash = bench.edge.runtime.store().put_blob(text.into_bytes()).await.unwrap();
    bench.as_server(LOG, Command::ActivatePolicy(ActivatePolicy { hash })).await;
}

fn incident(bench: &Bench, id: IncidentId) -> Arc<Incident> {
    Arc::clone(view(bench).world.incident(&id).unwrap())
}

fn question(id: IncidentId, limit: u32) -> api::RecommendUnitsRequest {
    api::RecommendUnitsRequest { log_id: LOG.to_owned(), incident_id: id.to_string(), limit }
}

fn order(id: IncidentId, units: &[&str]) -> api::AssignUnitsRequest {
    let orders = units.iter().map(|unit| api::UnitOrder { unit_id: (*unit).to_owned(), ..Default::default() }).collect();
    api::AssignUnitsRequest { request_id: fresh(), log_id: LOG.to_owned(), incident_id: id.to_string(), orders, expected_revision: 0 }
}

async fn assign(adapter: &DispatchAdapter, message: api::AssignUnitsRequest) -> Result<api::AssignUnitsResponse, Status> {
    adapter.assign_units(request(&operator(&[LOG]), message)).await.map(tonic::Response::into_inner)
}

/// A request on the bench's log with its own id; the fields that are not given are left out.
macro_rules! message {
    ($type:ident { $($field:ident: $value:expr),* $(,)? }) => {
        {
            // Some messages have no field but these: then nothing is left out.
            #[allow(clippy::needless_update)]
            let message = wire::v1alpha1::$type { request_id: super::fresh(), log_id: runtime::testing::LOG.to_owned(), $($field: $value,)* ..Default::default() };
            message
        }
    };
}

/// Sends a message as an operator of the county and wants it taken.
macro_rules! taken {
    ($adapter:ident.$call:ident($message:expr)) => {
        $adapter
            .$call(runtime::testing::request(&runtime::testing::operator(&[runtime::testing::LOG]), $message))
            .await
            .unwrap()
            .into_inner()
    };
}

/// Sends a message as an operator of the county and wants it refused.
macro_rules! refused {
    ($adapter:ident.$call:ident($message:expr)) => {
        $adapter.$call(runtime::testing::request(&runtime::testing::operator(&[runtime::testing::LOG]), $message)).await.unwrap_err()
    };
}

use {message, refused, taken};
