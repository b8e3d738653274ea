//! The room's operators of a run on the virtual clock: one at each station looks every few seconds, orders units to what waits, settles
//! what needs nobody and closes what is resolved.

use super::room::{Room, Step, Waiting};
use domain::assignment::AssignmentRole;
use domain::command::{AssignUnits, CloseIncident, Command, ResolveIncident, UnitOrder, WhenEngaged};
use domain::ids::{IncidentId, ReasonKey, UnitId};
use domain::matching;
use domain::situation::Situation;
use domain::time::Timestamp;
use runtime::{LogView, gather};
use sim::operator::{Assign, Operator, PendingIncident};
use std::collections::BTreeMap;

/// Units of a ranking that an operator looks at.
const RECOMMENDED: usize = 10;
/// The outcome of what nobody was sent to: the caller was told what to do.
const SETTLED_AS: &str = "advised";
/// Why a beat's officer need not come any more, when an incident is closed that one was owed at.
const EXCUSED_AS: &str = "busy_on_scene";

/// How the operators work. All times in milliseconds; assumptions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct DeskRules {
    /// A new incident is read and understood for this long before a unit is chosen.
    pub think_ms: u64,
    /// Pause between two looks at the queue.
    pub look_every_ms: u64,
    /// An incident that still waits is tried again after this.
    pub retry_ms: u64,
    /// Orders given in one look at most: one for each operator.
    pub orders_per_look: usize,
    /// What needs nobody is settled, and what is resolved is closed, after this.
    pub close_after_ms: u64,
    /// The beat's officer who still owes a visit to a resolved incident is waited for this long; then the visit is excused.
    pub excuse_after_ms: u64,
}

impl DeskRules {
    /// One operator at each of so many stations, who needs five seconds for a choice.
    #[must_use]
    pub fn for_stations(stations: usize) -> Self {
        Self {
            think_ms: 5_000,
            look_every_ms: 5_000,
            retry_ms: 15_000,
            orders_per_look: stations.max(1),
            close_after_ms: 60_000,
            excuse_after_ms: 3_600_000,
        }
    }
}

/// The operators.
pub(super) struct Desk {
    rules: DeskRules,
    mind: Operator,
    looked_at: Timestamp,
    /// When units were last ranked for what still waits: what nobody can be found for must not keep the others waiting.
    tried: BTreeMap<IncidentId, Timestamp>,
}

/// What a look led to.
pub(super) struct Look {
    /// What to do, with the incident it is about.
    pub(super) commands: Vec<(IncidentId, Command)>,
}

impl Desk {
    pub(super) fn new(rules: DeskRules, begin: Timestamp) -> Self {
        Self { rules, mind: Operator::new(rules.retry_ms, rules.orders_per_look), looked_at: begin, tried: BTreeMap::new() }
    }

    /// When there is something to look at; none while nothing waits, or nobody is free to be sent.
    pub(super) fn next_look(&self, room: &Room) -> Option<Timestamp> {
        let waits = room.waiting().map(|(id, waiting)| self.due(id, waiting)).min().filter(|_| room.free() > 0);
        let stands = room.steps().map(|(_, step, since)| since.plus_ms(self.after_ms(step))).min();
        let due = [waits, stands].into_iter().flatten().min()?;
        Some(due.max(self.looked_at.plus_ms(self.rules.look_every_ms)))
    }

    /// When units are ranked for an incident that waits.
    fn due(&self, id: IncidentId, waiting: Waiting) -> Timestamp {
        let again = self.tried.get(&id).map(|tried| tried.plus_ms(self.rules.retry_ms));
        again.unwrap_or_default().max(waiting.since.plus_ms(self.rules.think_ms))
    }

    fn after_ms(&self, step: Step) -> u64 {
        match step {
            Step::Settle | Step::Close => self.rules.close_after_ms,
            Step::CloseWithExcuse => self.rules.excuse_after_ms,
        }
    }

    /// Looks at the room, ranks units for what has waited long enough, and says what to do.
    pub(super) fn look(&mut self, room: &Room, view: &LogView, now: Timestamp) -> Look {
        self.looked_at = now;
        let waiting: BTreeMap<IncidentId, Waiting> = room.waiting().collect();
        self.tried.retain(|id, _| waiting.contains_key(id));
        let mut due: Vec<_> = waiting.iter().filter(|(id, waiting)| self.due(**id, **waiting) <= now).collect();
        due.sort_by_key(|(id, waiting)| (waiting.priority, waiting.since, **id));
        let ranked = due.into_iter().take(room.free().min(self.rules.orders_per_look));
        self.tried.extend(ranked.map(|(id, _)| (*id, now)));
        // Those that are not looked at now are named too, so that who was asked for them is not forgotten.
        let pending = waiting.into_iter().map(|(incident_id, waiting)| PendingIncident {
            incident_id,
            priority: waiting.priority,
            since: waiting.since,
            recommended: if self.tried.get(&incident_id) == Some(&now) { recommended(view, incident_id, now) } else { Vec::new() },
        });
        let pending: Vec<PendingIncident> = pending.collect();
        let orders = self.mind.decide(&pending, now).into_iter().map(|order| (order.incident_id, assign(order)));
        let due = room.steps().filter(|(_, step, since)| since.plus_ms(self.after_ms(*step)) <= now);
        let steps = due.filter_map(|(id, step, _)| Some((id, command_of(id, step)?)));
        Look { commands: orders.chain(steps).collect() }
    }
}

/// Units for an incident, best first, as the operator is shown them.
fn recommended(view: &LogView, incident_id: IncidentId, now: Timestamp) -> Vec<UnitId> {
    let Some(incident) = view.world.incident(&incident_id) else { return Vec::new() };
    let situation = Situation {
        policy: view.context.policy.clone(),
        agencies: view.context.agencies().clone(),
        local_day: view.context.local_day(now),
        candidates: gather::candidates(incident.place.position(), &[], &view.world, &view.context, &view.fleet, now),
        fresh_ids: Vec::new(),
        rehydrated: Vec::new(),
        same_caller: Vec::new(),
        incoming: None,
    };
    let ranking = matching::rank_for_operator(&view.world, incident, AssignmentRole::Primary, &situation);
    ranking.eligible.into_iter().take(RECOMMENDED).map(|line| line.unit_id).collect()
}

fn assign(order: Assign) -> Command {
    let unit = UnitOrder { unit_id: order.unit_id, role: Some(AssignmentRole::Primary), when_engaged: WhenEngaged::Refuse };
    Command::AssignUnits(AssignUnits { incident_id: order.incident_id, orders: vec![unit], expected_revision: 0 })
}

/// The command of a step; the keys are the shipped policy's.
fn command_of(incident_id: IncidentId, step: Step) -> Option<Command> {
    Some(match step {
        Step::Settle => {
            Command::ResolveIncident(ResolveIncident { incident_id, disposition: ReasonKey::new(SETTLED_AS).ok()?, expected_revision: 0 })
        }
        Step::Close => Command::CloseIncident(CloseIncident { incident_id, excuse: None, expected_revision: 0 }),
        Step::CloseWithExcuse => {
            let excuse = Some(ReasonKey::new(EXCUSED_AS).ok()?);
            Command::CloseIncident(CloseIncident { incident_id, excuse, expected_revision: 0 })
        }
    })
}
