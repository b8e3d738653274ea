//! The taps that say nothing but that and when: `MarkDelivered`, `MarkSeen`, `Acknowledge`, `MarkEnRoute`, `MarkOnScene`.

use domain::command::{Command, Tap};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::{FieldError, fields};
use wire::v1alpha1 as api;

/// The assignment and the time of a tap.
pub(crate) fn tap(assignment_id: &str, occurred_at: Option<&pbjson_types::Timestamp>) -> Result<Tap, FieldError> {
    Ok(Tap { assignment_id: fields::assignment_id(assignment_id)?, occurred_at: fields::time("occurred_at", occurred_at)? })
}

macro_rules! taps {
    ($($name:ident: $request:ident -> $response:ident = $command:ident;)*) => {$(
        pub(crate) async fn $name(edge: &Edge, request: Request<api::$request>) -> Result<api::$response, Status> {
            let command = |m: &api::$request| Ok(Command::$command(tap(&m.assignment_id, m.occurred_at.as_ref())?));
            let outcome = edge.mutate(request, command).await?;
            Ok(api::$response { receipt: Some(receipt(&outcome)) })
        }
    )*};
}

taps! {
    mark_delivered: MarkDeliveredRequest -> MarkDeliveredResponse = MarkDelivered;
    mark_seen: MarkSeenRequest -> MarkSeenResponse = MarkSeen;
    acknowledge: AcknowledgeRequest -> AcknowledgeResponse = Acknowledge;
    mark_en_route: MarkEnRouteRequest -> MarkEnRouteResponse = MarkEnRoute;
    mark_on_scene: MarkOnSceneRequest -> MarkOnSceneResponse = MarkOnScene;
}
