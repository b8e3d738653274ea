//! The null server: the same gRPC over the same accept path, one durable commit, one frame. No rules, no ranking, no tokens.

mod rows;
mod services;
mod socket;
mod writer;

pub(crate) use writer::commit_alone;

use crate::oneroom::{COUNTY_SEED, any_port};
use crate::ready::{Ready, ReadyUnit};
use crate::shape::Shape;
use axum::Router;
use axum::routing::any;
use server::drivers::county::cannot;
use server::edge::listen;
use server::exit::Failure;
use sim::county::{COUNTY_CODE, invented_county};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves until the parent goes away.
pub(crate) async fn serve(dir: PathBuf, shape: String) -> Result<(), Failure> {
    let shape: Shape = serde_json::from_str(&shape).map_err(Failure::input)?;
    let layout = invented_county(COUNTY_SEED).map_err(cannot)?;
    let sockets = Arc::new(socket::Sockets::default());
    let writer = writer::Writer::open(&dir.join("null.db")).map_err(cannot)?;
    let pages = Router::new().route("/v1alpha1/watch", any(socket::upgrade)).with_state(Arc::clone(&sockets));
    let router = pages.merge(services::routes(writer, sockets, shape).into_axum_router());
    let listener = TcpListener::bind(any_port()).await.map_err(cannot)?;
    let addr = listener.local_addr().map_err(cannot)?;
    let (log_id, units) = (COUNTY_CODE.to_owned(), layout.units.iter().map(unit).collect());
    let ready = Ready { log_id, units, ..Ready::bare(addr) };
    let stop = CancellationToken::new();
    let serving = tokio::spawn(listen::serve(listener, None, router, stop.clone()));
    let announced = ready.announce().await;
    stop.cancel();
    serving.await.map_err(cannot)?;
    announced
}

fn unit(plan: &sim::layout::UnitPlan) -> ReadyUnit {
    let (lat_e7, lon_e7) = (plan.start.lat_e7(), plan.start.lon_e7());
    ReadyUnit { unit_id: plan.unit_id.to_string(), token: "nobody".to_owned(), lat_e7, lon_e7 }
}
