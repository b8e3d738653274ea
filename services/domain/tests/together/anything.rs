//! Whatever a room does with its incidents, in whatever order: every invariant holds after every step, and no call is lost.

use crate::room::{LAT, LON, at, key};
use domain::assignment::AssignmentState;
use domain::classification::{CallSource, Classification, Team, TransferTarget};
use domain::command::{
    AddCall, AnswerTransfer, AssignUnits, CancelIncident, Clear, CloseIncident, Command, Decline, MergeIncidents, OpenOnTheSpot,
    RecallUnit, Reclassify, ReopenIncident, ResolveIncident, SplitIncident, TransferIncident, Undo, UnitOrder, UnmergeIncidents,
    WhenEngaged,
};
use domain::ids::{AssignmentId, CallId, CategoryKey, IncidentId, TypeKey, UnitId};
use domain::policy::DispatchMode;
use domain::testing::{Bench, LOG, call, operator, profile, station_id, tap};
use domain::unit::{UnitKind, UnitProfile};
use proptest::prelude::*;
use std::collections::BTreeSet;

const WHAT: [(&str, &str); 6] = [
    ("criminal", "robbery"),
    ("public_order", "fight"),
    ("dispute", "neighbour"),
    ("dispute", "family_violence"),
    ("tip_off", "other"),
    ("criminal", "theft"),
];

/// One thing that is done: what, to which incident, and with what.
type Move = (u8, usize, usize);

struct Day {
    bench: Bench,
    incidents: Vec<IncidentId>,
    units: Vec<UnitId>,
    /// Every call that was acknowledged.
    calls: BTreeSet<CallId>,
    /// What was accepted, to be told when something is wrong.
    told: Vec<String>,
}

impl Day {
    fn new() -> Self {
        let mut bench = Bench::new(1);
        bench.full_check_every = 10;
        let policy = std::sync::Arc::make_mut(&mut bench.policy);
        policy.priorities[1].mode = DispatchMode::Automatic;
        policy.priorities[2].mode = DispatchMode::Confirm;
        let officer = UnitProfile {
            team: Team::Community,
            home: domain::ids::AgencyId::new("610824-01-01").unwrap(),
            ..profile("C1", station_id(1))
        };
        let worker = UnitProfile { kind: UnitKind::GridWorker, sworn: 0, auxiliary: 1, ..profile("G1", station_id(1)) };
        let profiles = [profile("A1", station_id(1)), profile("A2", station_id(1)), officer, worker];
        let units = profiles.into_iter().map(|profile| bench.unit(profile, LAT + 0.06, LON)).collect();
        Self { bench, incidents: Vec::new(), units, calls: BTreeSet::new(), told: Vec::new() }
    }

    fn classification(place: usize) -> Classification {
        let (category, kind) = WHAT[place % WHAT.len()];
        Classification { category: CategoryKey::new(category).unwrap(), kind: Some(TypeKey::new(kind).unwrap()) }
    }

    fn orders_of(&self, id: IncidentId) -> Vec<AssignmentId> {
        let incident = self.bench.world.incident(&id);
        let orders = incident.iter().flat_map(|incident| &incident.assignments).copied();
        orders.filter(|id| self.bench.world.assignment(id).is_some_and(|order| !order.state.is_ended())).collect()
    }

    fn command(&self, (what, which, with): Move) -> Option<Command> {
        // Half of them in the beat, whose officer must attend.
        let place = at(&self.bench, if with % 2 == 0 { LAT } else { LAT + 0.06 }, LON);
        if what % 24 == 0 || self.incidents.is_empty() {
            let (category, kind) = WHAT[with % WHAT.len()];
            return Some(Command::ReportIncident(call(&format!("{category}/{kind}"), place)));
        }
        let incident_id = self.incidents[which % self.incidents.len()];
        let other = self.incidents[with % self.incidents.len()];
        let unit_id = self.units[with % self.units.len()].clone();
        let orders = self.orders_of(incident_id);
        let order = (!orders.is_empty()).then(|| orders[with % orders.len()]);
        let occurred_at = (with % 3 == 0).then_some(self.bench.now);
        Some(match what % 24 {
            1 => Command::AddCall(AddCall { incident_id, source: CallSource::Web, private: None, occurred_at }),
            2..=4 => Command::MergeIncidents(MergeIncidents { incident_id, into: other, expected_revision: 0 }),
            5 => Command::UnmergeIncidents(UnmergeIncidents { incident_id }),
            6 => {
                let calls = &self.bench.world.incident(&incident_id)?.calls;
                let call_id = calls.get(with % calls.len().max(1))?.call_id;
                let classification = Self::classification(with);
                Command::SplitIncident(SplitIncident { incident_id, call_id, classification, place, expected_revision: 0 })
            }
            7 => {
                let to = TransferTarget::Medical120;
                Command::TransferIncident(TransferIncident { incident_id, to, reason: key("medical"), expected_revision: 0 })
            }
            8 => Command::AnswerTransfer(AnswerTransfer { incident_id, accepted: with % 2 == 0, reason: Some(key("no_capacity")) }),
            9 => Command::CancelIncident(CancelIncident { incident_id, reason: key("test"), expected_revision: 0 }),
            10 => Command::ReopenIncident(ReopenIncident { incident_id, reason: key("again"), expected_revision: 0 }),
            11 => {
                let classification = Self::classification(with);
                Command::OpenOnTheSpot(OpenOnTheSpot { unit_id, classification, place, private: None, occurred_at })
            }
            12..=14 => {
                let when_engaged = [WhenEngaged::Queue, WhenEngaged::Divert, WhenEngaged::Refuse][with % 3];
                let orders = vec![UnitOrder { unit_id, role: None, when_engaged }];
                Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 })
            }
            15 => Command::Acknowledge(tap(order?)),
            16 | 17 => Command::MarkOnScene(tap(order?)),
            18 => {
                let disposition = (with % 2 == 0).then(|| key("handled"));
                Command::Clear(Clear { tap: tap(order?), reason: key("done"), disposition, feedback: None })
            }
            19 => Command::Decline(Decline { tap: tap(order?), reason: key("too_far") }),
            20 => Command::RecallUnit(RecallUnit { assignment_id: order?, reason: key("mistake") }),
            21 => Command::ResolveIncident(ResolveIncident { incident_id, disposition: key("false_call"), expected_revision: 0 }),
            22 => Command::CloseIncident(CloseIncident { incident_id, excuse: Some(key("remote")), expected_revision: 0 }),
            _ if with % 2 == 0 => Command::Undo(Undo { incident_id, seq: self.bench.world.head() }),
            _ => Command::Reclassify(Reclassify { incident_id, verified_as: Self::classification(with), expected_revision: 0 }),
        })
    }

    fn step(&mut self, (what, which, with): Move) {
        if what % 25 == 24 {
            self.bench.pass([500, 20_000, 90_000, 700_000][with % 4]);
            return;
        }
        let Some(command) = self.command((what, which, with)) else { return };
        // An order is acknowledged before its unit arrives.
        if let Command::MarkOnScene(arrives) = &command
            && self.bench.world.assignment(&arrives.assignment_id).is_some_and(|order| order.state.acknowledge_by().is_some())
        {
            self.bench.run(&operator(LOG), Command::Acknowledge(arrives.clone())).unwrap();
        }
        let said = format!("{command:?}");
        let Ok(step) = self.bench.run(&operator(LOG), command) else { return };
        self.told.push(said);
        self.calls.extend(step.reply.call);
        if let Some((incident_id, _, call_id)) = step.reply.reported {
            self.incidents.push(incident_id);
            self.calls.insert(call_id);
        }
    }

    /// What does not hold: an invariant, a call that is gone, or a unit that waits or works for what is over.
    fn wrong(&self) -> Vec<String> {
        let world = &self.bench.world;
        let mut wrong: Vec<_> = self.bench.violations.iter().map(ToString::to_string).collect();
        let held: BTreeSet<CallId> = world.incidents().flat_map(|incident| &incident.calls).map(|call| call.call_id).collect();
        let let_go = self.incidents.iter().any(|id| world.incident(id).is_none());
        wrong.extend(self.calls.difference(&held).filter(|_| !let_go).map(|call_id| format!("call {call_id} is lost")));
        for incident in world.incidents().filter(|incident| incident.state.is_closed()) {
            let orders = incident.assignments.iter().filter_map(|id| world.assignment(id));
            let waits = incident.hold.is_some() || incident.transfer.is_some() || incident.proposal.is_some();
            if waits || orders.filter(|order| !order.state.is_ended()).count() > 0 {
                wrong.push(format!("{} is {} and something is still open", incident.number, incident.state.name()));
            }
        }
        for unit in world.units() {
            let queue: Vec<_> = unit.queue.iter().map(|id| world.assignment(id).unwrap()).collect();
            let incidents: BTreeSet<_> = queue.iter().map(|order| order.incident_id).collect();
            if incidents.len() != queue.len() || queue.iter().any(|order| order.state != AssignmentState::Queued) {
                wrong.push(format!("the queue of {} is {queue:?}", unit.profile.call_sign));
            }
        }
        wrong
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_in_whatever_order(moves in prop::collection::vec((any::<u8>(), 0_usize..12, 0_usize..12), 20..70)) {
        let mut day = Day::new();
        for made in moves {
            day.step(made);
            prop_assert_eq!(day.wrong(), Vec::<String>::new(), "{}", day.told.join("\n"));
        }
        day.bench.pass(60_000);
        prop_assert_eq!(day.wrong(), Vec::<String>::new(), "{}", day.told.join("\n"));
    }
}
