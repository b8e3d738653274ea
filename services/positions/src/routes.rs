//! Which log a unit's fixes go to, and whether this sender may report it.

use domain::ids::{LogId, UnitId};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use runtime::{LogView, Runtime};
use std::collections::HashMap;
use std::sync::Arc;

/// Units of one stream whose log is remembered at most.
pub const MAX_ROUTES: usize = 200_000;
/// How long it is remembered, in milliseconds: a unit that changed its home or a sender that lost a jurisdiction is noticed
/// after that.
pub const ROUTES_KEPT_MS: u64 = 5_000;

/// The logs as they were when a batch came in.
pub(crate) struct Logs(Vec<(LogId, Arc<LogView>)>);

impl Logs {
    pub(crate) fn now(runtime: &Runtime) -> Self {
        let views = runtime.logs().into_iter().filter_map(|log_id| runtime.view(&log_id).map(|view| (log_id, view)));
        Self(views.collect())
    }

    pub(crate) fn views(&self) -> impl Iterator<Item = &Arc<LogView>> {
        self.0.iter().map(|(_, view)| view)
    }
}

/// Whether this principal may report positions at all.
pub(crate) fn may_report(principal: &Principal) -> bool {
    matches!(principal.role, Role::Unit { .. } | Role::Gateway { .. } | Role::System)
}

/// Whether `principal` may report where `unit_id`, a unit of `view`, is.
fn may_report_unit(principal: &Principal, unit_id: &UnitId, view: &LogView) -> bool {
    match &principal.role {
        Role::Unit { unit_id: own } => own == unit_id,
        Role::Gateway { .. } | Role::System => {
            view.world.unit(unit_id).is_some_and(|unit| principal.covers(view.context.agencies(), &unit.profile.home))
        }
        Role::Operator { .. } | Role::Observer { .. } => false,
    }
}

/// A unit this sender may report, and its log.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) unit_id: UnitId,
    /// Place of its log in [`Logs`].
    pub(crate) log: usize,
}

/// What one stream remembers of its units. Only units that were found are remembered, so made-up names cost nothing.
pub(crate) struct Routes {
    by_text: HashMap<String, Route, foldhash::fast::RandomState>,
    logs: Vec<LogId>,
    made_at: Timestamp,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self { by_text: HashMap::default(), logs: Vec::new(), made_at: Timestamp::default() }
    }

    /// Forgets what is too old, or was found among other logs.
    pub(crate) fn refresh(&mut self, logs: &Logs, now: Timestamp) {
        let same = self.logs.len() == logs.0.len() && self.logs.iter().zip(&logs.0).all(|(known, (log_id, _))| known == log_id);
        if !same || now.since_ms(self.made_at) >= ROUTES_KEPT_MS {
            self.by_text.clear();
            self.logs = logs.0.iter().map(|(log_id, _)| log_id.clone()).collect();
            self.made_at = now;
        }
    }

    /// The unit that is called `text` and its log; none when it is in no log or not this sender's to report.
    pub(crate) fn find(&mut self, text: &str, principal: &Principal, logs: &Logs) -> Option<Route> {
        if let Some(known) = self.by_text.get(text) {
            return Some(known.clone());
        }
        let unit_id = UnitId::new(text).ok()?;
        let (log, view) = logs.views().enumerate().find(|(_, view)| view.world.unit(&unit_id).is_some())?;
        if !may_report_unit(principal, &unit_id, view) {
            return None;
        }
        if self.by_text.len() >= MAX_ROUTES {
            self.by_text.clear();
        }
        let route = Route { unit_id, log };
        self.by_text.insert(text.to_owned(), route.clone());
        Some(route)
    }
}
