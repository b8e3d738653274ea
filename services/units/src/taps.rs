//! The taps that say nothing but that and when: `MarkDelivered`, `MarkSeen`, `Acknowledge`, `MarkEnRoute`, `MarkOnScene`.

use domain::command::{Command, Tap};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{FieldError, digest, fields};
use wire::v1alpha1 as api;

/// The assignment and the time of a tap.
pub(crate) fn tap(assignment_id: &str, occurred_at: Option<&pbjson_types::Timestamp>) -> Result<Tap, FieldError> {
    Ok(Tap { assignment_id: fields::assignment_id(assignment_id)?, occurred_at: fields::time("occurred_at", occurred_at)? })
}

macro_rules! taps {
    ($($name:ident: $request:ident -> $response:ident = $command:ident;)*) => {$(
        pub(crate) async fn $name(edge: &Edge, request: Request<api::$request>) -> Result<api::$response, Status> {
            let caller = Caller::of(&request)?;
            let mut message = request.into_inner();
            let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
            let log_id = fields::log_id(&message.log_id)?;
            let command = Command::$command(tap(&message.assignment_id, message.occurred_at.as_ref())?);
            let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
            let outcome = edge.execute(&log_id, caller, mutation, command).await?;
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
