//! `GetBoundaries`: the agency tree's boundaries for a map, worked out once per agency tree.

use crate::access::{belongs, forbidden, view};
use domain::ids::BlobHash;
use parking_lot::Mutex;
use runtime::edge::{Caller, Edge};
use std::sync::Arc;
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{GetBoundariesRequest, GetBoundariesResponse};

/// Lines on the map deviate from the boundaries by at most this, in metres: less than a pixel at the scale of a town.
pub const BOUNDARY_TOLERANCE_M: f64 = 5.0;
/// Agency trees whose boundaries are kept ready at most.
pub const MAX_KEPT_BOUNDARIES: usize = 8;

/// The boundaries of the agency trees that were asked for last, the latest at the end.
#[derive(Default)]
pub(crate) struct KeptBoundaries(Mutex<Vec<(BlobHash, Arc<str>)>>);

impl KeptBoundaries {
    fn get(&self, hash: BlobHash) -> Option<Arc<str>> {
        self.0.lock().iter().find(|(kept, _)| *kept == hash).map(|(_, text)| Arc::clone(text))
    }

    fn keep(&self, hash: BlobHash, text: Arc<str>) {
        let mut kept = self.0.lock();
        kept.retain(|(other, _)| *other != hash);
        if kept.len() >= MAX_KEPT_BOUNDARIES {
            kept.remove(0);
        }
        kept.push((hash, text));
    }
}

pub(crate) async fn get_boundaries(
    edge: &Edge,
    kept: &KeptBoundaries,
    request: Request<GetBoundariesRequest>,
) -> Result<GetBoundariesResponse, Status> {
    let caller = Caller::of(&request)?;
    let log_id = fields::log_id(&request.into_inner().log_id)?;
    let view = view(edge, &log_id)?;
    if !belongs(&caller.principal, &view) {
        return Err(forbidden(&caller.principal, "get_boundaries", format!("expected a principal of log {log_id}")));
    }
    let hash = view.context.agency_hash;
    let geojson = match kept.get(hash) {
        Some(ready) => ready,
        None => {
            let places = Arc::clone(&view.context.places);
            // Simplifying a large county takes a while: not on a thread that serves others.
            let made = tokio::task::spawn_blocking(move || places.boundaries_geojson(BOUNDARY_TOLERANCE_M)).await;
            let text: Arc<str> = match made {
                Ok(Ok(text)) => text.into(),
                Ok(Err(error)) => return Err(Status::internal(format!("the boundaries can not be written: {error}"))),
                Err(error) => return Err(Status::internal(format!("the boundaries can not be worked out: {error}"))),
            };
            kept.keep(hash, Arc::clone(&text));
            text
        }
    };
    Ok(GetBoundariesResponse { geojson: geojson.to_string(), agency_hash: hash.to_string() })
}
