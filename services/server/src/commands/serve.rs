//! `oneroom serve`: runs until it is told to stop.

use crate::app::{App, AppOptions};
use crate::config::ServeFlags;
use crate::exit::Failure;
use crate::record::Record;
use crate::telemetry;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// [`Failure::BadInput`] when the configuration, the record or the address can't be used.
pub async fn run(flags: ServeFlags) -> Result<(), Failure> {
    let config = flags.resolve()?;
    let telemetry = telemetry::start(flags.log_format, config.otlp_endpoint.as_deref()).map_err(Failure::input)?;
    let record = Record::open_existing(&config.data)?;
    if !config.listen.ip().is_loopback() && record.identities().list_principals().await.map_err(Failure::input)?.is_empty() {
        let data = config.data.display();
        return Err(Failure::BadInput(format!(
            "listen {}: others can reach this address, and nobody may sign in yet: run `oneroom init --data {data} --host NAME --operator NAME --jurisdiction ID` first",
            config.listen
        )));
    }
    let options = AppOptions {
        tls: config.tls,
        roles: config.roles,
        allowed_origins: config.allowed_origins,
        desk_log: config.desk_log,
        requests_per_s: config.requests_per_s,
        ..AppOptions::new(config.listen)
    };
    let app = App::start(record, options).await.map_err(Failure::input)?;
    tracing::info!(url = %app.url(), "serving");
    wait_for_signal().await?;
    tracing::info!("stopping: no new connections, finishing what is under way");
    app.stop().await;
    telemetry.shut_down().await;
    Ok(())
}

/// Waits for SIGINT (Ctrl-C) or SIGTERM. A second one ends the process at once, without the drain.
///
/// # Errors
/// [`Failure::BadInput`] when the system gives no signals.
pub async fn wait_for_signal() -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::input)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::input)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::warn!("stopped at once: what was under way may have to be sent again");
        std::process::exit(130);
    });
    Ok(())
}
