//! A whole server in this process: opens the logs, listens, and stops without losing what it has acknowledged.

use crate::config::Role;
use crate::edge::auth::Gate;
use crate::edge::origin::OriginRule;
use crate::edge::rate::RateLimit;
use crate::edge::tls::{self, TlsError, TlsFiles};
use crate::edge::web::Web;
use crate::edge::{grpc, listen, prometheus, web};
use crate::record::Record;
use crate::{checkpoints, chores, contact, services};
use bus::LocalBus;
use domain::ids::LogId;
use push::Hub;
use runtime::clock::{Clock, WallClock};
use runtime::edge::Edge;
use runtime::identity::Authenticator;
use runtime::{OpenError, Runtime};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::StoreError;
use store::trails::Trails;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic_health::server::HealthReporter;

/// How long viewers' sockets may take to close.
const SOCKETS_TIMEOUT: Duration = Duration::from_secs(5);
/// How often ended tokens are deleted.
const EXPIRE_EVERY: Duration = Duration::from_secs(3_600);

/// How a server is started.
#[derive(Clone)]
pub struct AppOptions {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key; none for plain HTTP.
    pub tls: Option<TlsFiles>,
    /// What the process does.
    pub roles: BTreeSet<Role>,
    /// Other pages that may talk to this server.
    pub allowed_origins: Vec<String>,
    /// The log that takes calls whose place decides none; the first log when none is given.
    pub desk_log: Option<LogId>,
    /// Requests a second that each principal may send; none sets no limit, as where the process sends them itself.
    pub requests_per_s: Option<NonZeroU32>,
    /// Pages of whoever drives this server, beside its own.
    pub pages: Option<axum::Router<web::Web>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl AppOptions {
    /// All roles, plain HTTP, no limit of requests, the wall clock.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            roles: Role::all(),
            allowed_origins: Vec::new(),
            desk_log: None,
            requests_per_s: None,
            pages: None,
            clock: Arc::new(WallClock::default()),
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The record can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing to serve.
    #[error("{0}: there is no log in this record: run `oneroom org import DIR --data {0}` first")]
    NoLogs(String),
    /// The desk's log is not there.
    #[error("desk_log: {given} is not in this record: expected one of {there}")]
    DeskLog {
        /// What was given.
        given: LogId,
        /// What is there.
        there: String,
    },
    /// A log can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Certificate or key can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Somebody else listens there.
    #[error("listen {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Metrics can't be kept.
    #[error("metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// The API's descriptors are damaged.
    #[error(transparent)]
    Reflection(#[from] services::ReflectionError),
    /// Checkpoints can't be signed.
    #[error(transparent)]
    Checkpoints(#[from] store::CheckpointError),
}

/// A running server.
pub struct App {
    /// Where it listens.
    pub local_addr: SocketAddr,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Whose token it is; issues tokens.
    pub authenticator: Arc<Authenticator>,
    /// The logs.
    pub runtime: Arc<Runtime>,
    /// What adapters need; its desk log.
    pub edge: Edge,
    /// The live stream.
    pub hub: Arc<Hub>,
    record: Record,
    ready: Arc<AtomicBool>,
    health: HealthReporter,
    stop: CancellationToken,
    listener: JoinHandle<()>,
    sockets: TaskTracker,
    tasks: TaskTracker,
}

impl App {
    /// Opens every log of the record and listens.
    ///
    /// # Errors
    /// [`AppError`]; nothing runs then.
    pub async fn start(record: Record, options: AppOptions) -> Result<Self, AppError> {
        let tls = options.tls.as_ref().map(tls::load).transpose()?;
        let speaks_tls = tls.is_some();
        let handle = prometheus::install()?;
        let address = options.listen;
        let listener = TcpListener::bind(address).await.map_err(|source| AppError::Listen { address, source })?;
        let local_addr = listener.local_addr().map_err(|source| AppError::Listen { address, source })?;
        let runtime = Arc::new(Runtime::new(record.store(), Arc::new(LocalBus::default()), Arc::clone(&options.clock)));
        let desk_log = match open_logs(&runtime, &record, options.desk_log).await {
            Ok(desk_log) => desk_log,
            Err(error) => {
                runtime.drain().await;
                return Err(error);
            }
        };
        let authenticator = Arc::new(Authenticator::new(record.identities(), options.clock));
        let stop = CancellationToken::new();
        let hub = services::hub(Arc::clone(&runtime), Arc::clone(&authenticator), stop.clone());
        let edge = Edge { runtime: Arc::clone(&runtime), desk_log };
        let trails = Arc::new(Trails::open(record.dir())?);
        let parts = services::Parts {
            runtime: Arc::clone(&runtime),
            edge: edge.clone(),
            authenticator: Arc::clone(&authenticator),
            hub: Arc::clone(&hub),
            trails: Arc::clone(&trails),
        };
        let (routes, health) = services::routes(&parts, &options.roles)?;
        let loopback_only = local_addr.ip().is_loopback();
        let origins = Arc::new(OriginRule { allowed: options.allowed_origins, loopback_only });
        let limit = Arc::new(RateLimit::new(options.requests_per_s));
        let grpc = grpc::router(routes, Gate { authenticator: Arc::clone(&authenticator), limit }, Arc::clone(&origins));
        let (ready, sockets, tasks) = (Arc::new(AtomicBool::new(false)), TaskTracker::new(), TaskTracker::new());
        let web = Web {
            ready: Arc::clone(&ready),
            prometheus: handle.clone(),
            authenticator: Arc::clone(&authenticator),
            serve_socket: services::socket_server(Arc::clone(&hub)),
            sockets: sockets.clone(),
        };
        let router = web::router(web, origins, grpc, &options.roles, options.pages);
        tasks.spawn(prometheus::upkeep(handle, stop.clone()));
        tasks.spawn(expire_tokens(Arc::clone(&authenticator), stop.clone()));
        tasks.spawn(chores::keep(record.clone(), Arc::clone(&runtime), trails, stop.clone()));
        tasks.spawn(contact::watch(Arc::clone(&runtime), stop.clone()));
        tasks.spawn(checkpoints::keep(checkpoints::Keeper::new(&record, Arc::clone(&runtime))?, stop.clone()));
        let listener = tokio::spawn(listen::serve(listener, tls, router, stop.clone()));
        ready.store(true, Ordering::Relaxed);
        services::report_health(&health, true).await;
        let tls = speaks_tls;
        Ok(Self { local_addr, tls, authenticator, runtime, edge, hub, record, ready, health, stop, listener, sockets, tasks })
    }

    /// The address to give to clients.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.local_addr)
    }

    /// The record it serves.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Takes no new connections, finishes what is under way (for [`listen::DRAIN_TIMEOUT`] at most), answers what is queued, and
    /// closes the record.
    pub async fn stop(self) {
        self.ready.store(false, Ordering::Relaxed);
        services::report_health(&self.health, false).await;
        self.stop.cancel();
        if self.listener.await.is_err() {
            tracing::error!("the listener ended in a panic");
        }
        self.sockets.close();
        if tokio::time::timeout(SOCKETS_TIMEOUT, self.sockets.wait()).await.is_err() {
            tracing::warn!("some viewers' sockets did not close in time");
        }
        self.runtime.drain().await;
        self.tasks.close();
        self.tasks.wait().await;
        self.record.close().await;
    }
}

/// Opens all logs; gives the desk's.
async fn open_logs(runtime: &Runtime, record: &Record, desk_log: Option<LogId>) -> Result<LogId, AppError> {
    for log in record.store().logs().await? {
        runtime.open(&log.log_id).await?;
        tracing::info!(log = %log.log_id, seq = log.head.seq.0, "log open");
    }
    let logs = runtime.logs();
    match desk_log {
        Some(given) if logs.contains(&given) => Ok(given),
        Some(given) => {
            let there = logs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(AppError::DeskLog { given, there })
        }
        None => logs.into_iter().next().ok_or_else(|| AppError::NoLogs(record.dir().display().to_string())),
    }
}

async fn expire_tokens(authenticator: Arc<Authenticator>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(EXPIRE_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => match authenticator.expire().await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "ended tokens were deleted"),
                Err(error) => tracing::warn!(%error, "ended tokens could not be deleted"),
            },
            () = stop.cancelled() => return,
        }
    }
}
