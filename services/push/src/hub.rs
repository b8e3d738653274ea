//! The hub: one feed per log, and who a token belongs to.

use crate::feed::LogFeed;
use domain::ids::LogId;
use domain::principal::Principal;
use parking_lot::Mutex;
use runtime::Runtime;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_util::sync::CancellationToken;

/// Sessions at once, at most; more are refused at the door.
const MAX_SESSIONS: usize = 20_000;

/// Answers whose token this is; none when it is not valid (any more).
pub type Authenticate = Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Option<Principal>> + Send>> + Send + Sync>;

/// One feed per log, shared by all sessions.
pub struct Hub {
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) authenticate: Authenticate,
    pub(crate) stop: CancellationToken,
    feeds: Mutex<BTreeMap<LogId, Arc<LogFeed>>>,
    sessions: AtomicUsize,
}

impl Hub {
    /// A hub over a runtime. Cancelling `stop` ends every session and feed.
    #[must_use]
    pub fn new(runtime: Arc<Runtime>, authenticate: Authenticate, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { runtime, authenticate, stop, feeds: Mutex::new(BTreeMap::new()), sessions: AtomicUsize::new(0) })
    }

    /// The feed of a log, started when it is first watched.
    pub(crate) fn feed(&self, log_id: &LogId) -> Option<Arc<LogFeed>> {
        let mut feeds = self.feeds.lock();
        if let Some(feed) = feeds.get(log_id) {
            return Some(Arc::clone(feed));
        }
        let feed = LogFeed::start(Arc::clone(&self.runtime), log_id.clone(), self.stop.clone())?;
        feeds.insert(log_id.clone(), Arc::clone(&feed));
        Some(feed)
    }

    /// Takes a place for one session; none when the house is full.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Place> {
        let before = self.sessions.fetch_add(1, Ordering::Relaxed);
        let place = Place { hub: Arc::clone(self) };
        metrics::gauge!("oneroom_watch_sessions").increment(1.0);
        if before >= MAX_SESSIONS {
            metrics::counter!("oneroom_watch_refused_total").increment(1);
            return None;
        }
        Some(place)
    }
}

/// One session's place; given back when it is dropped.
pub(crate) struct Place {
    hub: Arc<Hub>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.sessions.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("oneroom_watch_sessions").decrement(1.0);
    }
}
