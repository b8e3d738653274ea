//! Which log a unit's fixes go to, and whether this sender may report it.

use domain::ids::{LogId, Seq, UnitId};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use runtime::fleet::Hint;
use runtime::{LogView, Runtime};
use std::collections::HashMap;
use std::sync::Arc;

/// Units of one stream whose log is remembered, at most, before all are forgotten; a batch goes beyond it by its size.
pub const MAX_ROUTES: usize = 200_000;
/// How long it is remembered, in milliseconds: a unit that changed its home or a sender that lost a jurisdiction is noticed
/// after that.
pub const ROUTES_KEPT_MS: u64 = 5_000;

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

/// A unit this sender may report.
pub(crate) struct Route {
    pub(crate) unit_id: UnitId,
    /// Place of its log among those of [`Routes`].
    pub(crate) log: usize,
    /// Where its log's fleet found it last.
    pub(crate) hint: Hint,
    /// The check of its log that it was seen in.
    checked: u64,
    /// The route that was found after it last time: gateways report their units in the same order again and again.
    after: usize,
}

/// A log that has units of this stream.
struct RouteLog {
    log_id: LogId,
    /// Where it stood when its units were last checked: while it stands there, nothing about them can have changed.
    head: Seq,
    checked: u64,
    /// The log as it is for this batch, once the batch has a fix for it.
    view: Option<Arc<LogView>>,
}

/// What one stream remembers of its units. Only units that were found are remembered, so made-up names cost nothing.
pub(crate) struct Routes {
    by_text: HashMap<String, usize, foldhash::fast::RandomState>,
    routes: Vec<Route>,
    logs: Vec<RouteLog>,
    served: Vec<LogId>,
    checked_at: Option<Timestamp>,
    last: usize,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self { by_text: HashMap::default(), routes: Vec::new(), logs: Vec::new(), served: Vec::new(), checked_at: None, last: 0 }
    }

    /// Begins a batch. Every [`ROUTES_KEPT_MS`] it looks which logs have moved on: their units are checked again when they report.
    pub(crate) fn begin(&mut self, runtime: &Runtime, now: Timestamp) {
        if self.routes.len() >= MAX_ROUTES {
            self.forget();
        }
        for log in &mut self.logs {
            log.view = None;
        }
        if self.checked_at.is_some_and(|checked_at| now.since_ms(checked_at) < ROUTES_KEPT_MS) {
            return;
        }
        self.checked_at = Some(now);
        let served = runtime.logs();
        if served != self.served {
            self.forget();
            self.served = served;
        }
        for log in &mut self.logs {
            let head = runtime.view(&log.log_id).map(|view| view.head.seq);
            if head != Some(log.head) {
                log.head = head.unwrap_or_default();
                log.checked += 1;
            }
        }
    }

    fn forget(&mut self) {
        self.by_text.clear();
        self.routes.clear();
        self.logs.clear();
        self.last = 0;
    }

    /// How many logs have units of this stream.
    pub(crate) fn logs(&self) -> usize {
        self.logs.len()
    }

    /// The log at a place, as it is for this batch.
    pub(crate) fn view(&mut self, runtime: &Runtime, log: usize) -> Option<Arc<LogView>> {
        let log = self.logs.get_mut(log)?;
        if log.view.is_none() {
            log.view = runtime.view(&log.log_id);
        }
        log.view.clone()
    }

    /// A route by its place.
    pub(crate) fn route(&mut self, place: usize) -> Option<&mut Route> {
        self.routes.get_mut(place)
    }

    /// The place of the route of the unit that is called `text`; none when it is in no log or not this sender's to report.
    pub(crate) fn find(&mut self, text: &str, principal: &Principal, runtime: &Runtime) -> Option<usize> {
        let guess = self.routes.get(self.last).map_or(0, |last| last.after);
        let known = match self.routes.get(guess) {
            Some(route) if route.unit_id.as_str() == text => Some(guess),
            _ => self.by_text.get(text).copied(),
        };
        let place = match known {
            Some(place) if self.is_good(place, principal, runtime) => place,
            _ => self.search(text, known, principal, runtime)?,
        };
        if let Some(last) = self.routes.get_mut(self.last) {
            last.after = place;
        }
        self.last = place;
        Some(place)
    }

    /// Whether what is remembered still holds.
    fn is_good(&mut self, place: usize, principal: &Principal, runtime: &Runtime) -> bool {
        let Some((log, checked)) = self.routes.get(place).map(|route| (route.log, route.checked)) else { return false };
        let Some(now) = self.logs.get(log).map(|log| log.checked) else { return false };
        if checked == now {
            return true;
        }
        let Some(view) = self.view(runtime, log) else { return false };
        let Some(route) = self.routes.get_mut(place) else { return false };
        let good = view.world.unit(&route.unit_id).is_some() && may_report_unit(principal, &route.unit_id, &view);
        if good {
            route.checked = now;
        }
        good
    }

    /// Looks for a unit in every log, and first in the one that the last was in: a gateway's units lie together. `known` is the place
    /// of a route that does not hold any more.
    fn search(&mut self, text: &str, known: Option<usize>, principal: &Principal, runtime: &Runtime) -> Option<usize> {
        let unit_id = UnitId::new(text).ok()?;
        let last = self.routes.get(self.last).and_then(|route| Some(self.logs.get(route.log)?.log_id.clone()));
        let near = last.as_ref().and_then(|log_id| has(runtime, log_id, &unit_id));
        let (log_id, view) = near.or_else(|| self.served.iter().find_map(|log_id| has(runtime, log_id, &unit_id)))?;
        if !may_report_unit(principal, &unit_id, &view) {
            return None;
        }
        let log = match self.logs.iter().position(|log| log.log_id == log_id) {
            Some(log) => log,
            None => {
                self.logs.push(RouteLog { log_id, head: view.head.seq, checked: 0, view: Some(view) });
                self.logs.len() - 1
            }
        };
        let checked = self.logs.get(log).map_or(0, |log| log.checked);
        let route = Route { unit_id, log, hint: Hint::default(), checked, after: 0 };
        if let Some(stale) = known.and_then(|place| self.routes.get_mut(place)) {
            *stale = route;
            return known;
        }
        self.routes.push(route);
        self.by_text.insert(text.to_owned(), self.routes.len() - 1);
        Some(self.routes.len() - 1)
    }
}

fn has(runtime: &Runtime, log_id: &LogId, unit_id: &UnitId) -> Option<(LogId, Arc<LogView>)> {
    let view = runtime.view(log_id)?;
    view.world.unit(unit_id).is_some().then(|| (log_id.clone(), view))
}
