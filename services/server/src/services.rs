//! Which gRPC services a process offers, by its roles.

use crate::config::Role;
use crate::edge::session::SessionAdapter;
use crate::edge::watch::{ServeSocket, Subprotocol};
use crate::trail_sink::TrailWriter;
use dispatch::DispatchAdapter;
use intake::IntakeAdapter;
use positions::PositionsAdapter;
use push::{Format, Hub, WatchAdapter};
use records::RecordsAdapter;
use runtime::Runtime;
use runtime::edge::Edge;
use runtime::identity::Authenticator;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::trails::Trails;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use units::UnitsAdapter;
use wire::v1alpha1::dispatch_service_server::DispatchServiceServer;
use wire::v1alpha1::intake_service_server::IntakeServiceServer;
use wire::v1alpha1::position_service_server::PositionServiceServer;
use wire::v1alpha1::record_service_server::RecordServiceServer;
use wire::v1alpha1::session_service_server::SessionServiceServer;
use wire::v1alpha1::shift_service_server::ShiftServiceServer;
use wire::v1alpha1::unit_service_server::UnitServiceServer;
use wire::v1alpha1::watch_service_server::WatchServiceServer;

/// Largest request message, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1 << 20;
/// Largest batch of positions, in bytes.
pub const MAX_POSITIONS_BYTES: usize = 4 << 20;

/// What the adapters are made of.
pub struct Parts {
    /// The logs.
    pub runtime: Arc<Runtime>,
    /// What adapters need.
    pub edge: Edge,
    /// Whose token it is.
    pub authenticator: Arc<Authenticator>,
    /// The live stream.
    pub hub: Arc<Hub>,
    /// Where fixes leave their trail.
    pub trails: Arc<Trails>,
}

/// Reflection could not be set up: the built-in descriptors are damaged.
#[derive(Debug, thiserror::Error)]
#[error("the descriptors of the API can not be read: {0}")]
pub struct ReflectionError(String);

/// The services of these roles, with health and reflection.
///
/// # Errors
/// [`ReflectionError`].
pub fn routes(parts: &Parts, roles: &BTreeSet<Role>) -> Result<(Routes, HealthReporter), ReflectionError> {
    let session = SessionAdapter::new(Arc::clone(&parts.authenticator), Arc::clone(&parts.runtime));
    let mut routes = Routes::builder();
    routes.add_service(SessionServiceServer::new(session).max_decoding_message_size(MAX_MESSAGE_BYTES));
    if roles.contains(&Role::Intake) {
        let intake = IntakeAdapter::new(parts.edge.clone());
        routes.add_service(IntakeServiceServer::new(intake).max_decoding_message_size(MAX_MESSAGE_BYTES));
    }
    if roles.contains(&Role::Dispatch) {
        let dispatch = DispatchAdapter::new(parts.edge.clone());
        routes.add_service(DispatchServiceServer::new(dispatch).max_decoding_message_size(MAX_MESSAGE_BYTES));
        let shifts = DispatchAdapter::new(parts.edge.clone());
        routes.add_service(ShiftServiceServer::new(shifts).max_decoding_message_size(MAX_MESSAGE_BYTES));
    }
    if roles.contains(&Role::Units) {
        let units = UnitsAdapter::new(parts.edge.clone());
        routes.add_service(UnitServiceServer::new(units).max_decoding_message_size(MAX_MESSAGE_BYTES));
    }
    if roles.contains(&Role::Records) {
        let records = RecordsAdapter::new(parts.edge.clone());
        routes.add_service(RecordServiceServer::new(records).max_decoding_message_size(MAX_MESSAGE_BYTES));
    }
    if roles.contains(&Role::Positions) {
        let positions = PositionsAdapter::new(parts.edge.clone(), Some(Arc::new(TrailWriter(Arc::clone(&parts.trails)))));
        routes.add_service(PositionServiceServer::new(positions).max_decoding_message_size(MAX_POSITIONS_BYTES));
    }
    if roles.contains(&Role::Push) {
        let watch = WatchAdapter::new(Arc::clone(&parts.hub));
        routes.add_service(WatchServiceServer::new(watch).max_decoding_message_size(MAX_MESSAGE_BYTES));
    }
    let (reporter, health) = tonic_health::server::health_reporter();
    routes.add_service(health.max_decoding_message_size(MAX_MESSAGE_BYTES));
    let failed = |error: tonic_reflection::server::Error| ReflectionError(error.to_string());
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(wire::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    routes.add_service(builder().build_v1().map_err(failed)?.max_decoding_message_size(MAX_MESSAGE_BYTES));
    routes.add_service(builder().build_v1alpha().map_err(failed)?.max_decoding_message_size(MAX_MESSAGE_BYTES));
    Ok((routes.routes(), reporter))
}

/// Tells health checks whether the server serves.
pub async fn report_health(reporter: &HealthReporter, serving: bool) {
    let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
    for service in ["", "oneroom.v1alpha1.SessionService"] {
        reporter.set_service_status(service, status).await;
    }
}

/// A hub whose viewers are known by their tokens.
#[must_use]
pub fn hub(runtime: Arc<Runtime>, authenticator: Arc<Authenticator>, stop: tokio_util::sync::CancellationToken) -> Arc<Hub> {
    let authenticate: push::Authenticate = Arc::new(move |token| {
        let authenticator = Arc::clone(&authenticator);
        Box::pin(async move { authenticator.authenticate(&token).await.ok() })
    });
    Hub::new(runtime, authenticate, stop)
}

/// Serves viewers' sockets from the hub.
#[must_use]
pub fn socket_server(hub: Arc<Hub>) -> ServeSocket {
    Arc::new(move |socket, subprotocol, _peer| {
        let format = match subprotocol {
            Subprotocol::Protobuf => Format::Protobuf,
            Subprotocol::Json => Format::Json,
        };
        Box::pin(push::serve_socket(socket, format, Arc::clone(&hub)))
    })
}
