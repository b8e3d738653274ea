//! A room of one station, and the taps and clicks of its people.

use domain::alarm::{Alarm, AlarmKind};
use domain::assignment::{Assignment, AssignmentRole};
use domain::classification::{Classification, Priority, Team};
use domain::command::{
    AssignUnits, Clear, Command, Decline, HoldIncident, RecallUnit, Reclassify, ResolveIncident, Undo, UnitOrder, WhenEngaged,
};
use domain::event::Event;
use domain::ids::{AssignmentId, CategoryKey, IncidentId, ReasonKey, Seq, TypeKey, UnitId};
use domain::incident::Incident;
use domain::policy::{DispatchMode, Policy};
use domain::rejection::Rejection;
use domain::testing::{Bench, Step, call, locate, operator, profile, station_id, tap, unit_principal};
use domain::unit::{Unit, UnitProfile};
use std::sync::Arc;

pub(crate) const LAT: f64 = 37.55;
pub(crate) const LON: f64 = 108.80;

pub(crate) fn reason(key: &str) -> ReasonKey {
    ReasonKey::new(key).unwrap()
}

pub(crate) fn what(text: &str) -> Classification {
    let (category, kind) = text.split_once('/').map_or((text, None), |(category, kind)| (category, Some(kind)));
    Classification { category: CategoryKey::new(category).unwrap(), kind: kind.map(|kind| TypeKey::new(kind).unwrap()) }
}

/// A room of one station by the default policy, without beat attendance and arrival clocks.
pub(crate) struct Room {
    pub(crate) bench: Bench,
}

impl Room {
    pub(crate) fn new() -> Self {
        let bench = Bench::new(1);
        let mut room = Self { bench };
        room.policy(|policy| {
            policy.attendance.enabled = false;
            policy.priorities.iter_mut().for_each(|rule| rule.arrival = false);
        });
        room
    }

    pub(crate) fn policy(&mut self, edit: impl FnOnce(&mut Policy)) {
        edit(Arc::make_mut(&mut self.bench.policy));
    }

    pub(crate) fn mode(&mut self, level: usize, mode: DispatchMode) {
        self.policy(|policy| policy.priorities[level - 1].mode = mode);
    }

    /// A car of two sworn officers, `east` hundredths of a degree east of where things happen.
    pub(crate) fn car(&mut self, call_sign: &str, team: Team, east: f64) -> UnitId {
        self.unit(UnitProfile { team, ..profile(call_sign, station_id(1)) }, east)
    }

    pub(crate) fn unit(&mut self, profile: UnitProfile, east: f64) -> UnitId {
        self.bench.unit(profile, LAT, LON + east / 100.0)
    }

    pub(crate) fn operate(&mut self, command: Command) -> Result<Step, Rejection> {
        self.bench.run(&operator("610824-01"), command)
    }

    pub(crate) fn report(&mut self, kind: &str) -> IncidentId {
        let place = locate(&self.bench.agencies, LAT, LON);
        let step = self.operate(Command::ReportIncident(call(kind, place))).unwrap();
        step.reply.reported.unwrap().0
    }

    pub(crate) fn order(
        &mut self,
        incident_id: IncidentId,
        unit_id: &UnitId,
        when_engaged: WhenEngaged,
    ) -> Result<AssignmentId, Rejection> {
        self.order_as(incident_id, unit_id, when_engaged, None)
    }

    pub(crate) fn order_as(
        &mut self,
        incident_id: IncidentId,
        unit_id: &UnitId,
        when_engaged: WhenEngaged,
        role: Option<AssignmentRole>,
    ) -> Result<AssignmentId, Rejection> {
        let orders = vec![UnitOrder { unit_id: unit_id.clone(), role, when_engaged }];
        let step = self.operate(Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 }))?;
        Ok(step.reply.assignments[0])
    }

    pub(crate) fn recall(&mut self, assignment_id: AssignmentId) -> Result<Step, Rejection> {
        self.operate(Command::RecallUnit(RecallUnit { assignment_id, reason: reason("not_needed") }))
    }

    pub(crate) fn hold(&mut self, incident_id: IncidentId, for_ms: u64) -> Result<Step, Rejection> {
        let until = self.bench.now.plus_ms(for_ms);
        self.operate(Command::HoldIncident(HoldIncident { incident_id, reason: reason("call_back"), until, expected_revision: 0 }))
    }

    /// Undoes what was answered last.
    pub(crate) fn undo(&mut self, incident_id: IncidentId) -> Result<Step, Rejection> {
        let seq = self.bench.world.head();
        self.undo_at(incident_id, seq)
    }

    pub(crate) fn undo_at(&mut self, incident_id: IncidentId, seq: Seq) -> Result<Step, Rejection> {
        self.operate(Command::Undo(Undo { incident_id, seq }))
    }

    pub(crate) fn reclassify(&mut self, incident_id: IncidentId, kind: &str) {
        let command = Reclassify { incident_id, verified_as: what(kind), expected_revision: 0 };
        self.operate(Command::Reclassify(command)).unwrap();
    }

    pub(crate) fn resolve(&mut self, incident_id: IncidentId) {
        let command = ResolveIncident { incident_id, disposition: reason("handled"), expected_revision: 0 };
        self.operate(Command::ResolveIncident(command)).unwrap();
    }

    pub(crate) fn acknowledge(&mut self, id: AssignmentId) {
        let unit_id = self.assignment(id).unit_id.clone();
        self.bench.run(&unit_principal(&unit_id), Command::Acknowledge(tap(id))).unwrap();
    }

    pub(crate) fn arrive(&mut self, id: AssignmentId) {
        let unit_id = self.assignment(id).unit_id.clone();
        self.bench.run(&unit_principal(&unit_id), Command::MarkOnScene(tap(id))).unwrap();
    }

    pub(crate) fn decline(&mut self, id: AssignmentId) {
        let unit_id = self.assignment(id).unit_id.clone();
        let command = Decline { tap: tap(id), reason: reason("too_far") };
        self.bench.run(&unit_principal(&unit_id), Command::Decline(command)).unwrap();
    }

    pub(crate) fn clear(&mut self, id: AssignmentId, outcome: Option<&str>) {
        let unit_id = self.assignment(id).unit_id.clone();
        let command = Clear { tap: tap(id), reason: reason("done"), disposition: outcome.map(reason), feedback: None };
        self.bench.run(&unit_principal(&unit_id), Command::Clear(command)).unwrap();
    }

    pub(crate) fn incident(&self, id: IncidentId) -> &Incident {
        self.bench.world.incident(&id).unwrap()
    }

    pub(crate) fn assignment(&self, id: AssignmentId) -> &Assignment {
        self.bench.world.assignment(&id).unwrap()
    }

    pub(crate) fn on(&self, unit_id: &UnitId) -> &Unit {
        self.bench.world.unit(unit_id).unwrap()
    }

    /// The order that binds a unit.
    pub(crate) fn order_of(&self, unit_id: &UnitId) -> AssignmentId {
        self.on(unit_id).engaged_in().expect("the unit is engaged")
    }

    /// Who is on the incident, and what for, in the order they were sent.
    pub(crate) fn sent(&self, id: IncidentId) -> Vec<(String, AssignmentRole)> {
        let orders = self.bench.world.active_assignments(self.incident(id));
        orders.map(|order| (self.on(&order.unit_id).profile.call_sign.to_string(), order.role)).collect()
    }

    /// The state of an order.
    pub(crate) fn state(&self, id: AssignmentId) -> &'static str {
        self.assignment(id).state.name()
    }

    /// The alarms that stand for an incident.
    pub(crate) fn alarms(&self, id: IncidentId) -> Vec<AlarmKind> {
        self.bench.world.standing_alarms(id).map(|alarm| alarm.kind).collect()
    }

    /// How often the room was ever alarmed of `kind` for an incident.
    pub(crate) fn alarmed(&self, id: IncidentId, kind: AlarmKind) -> usize {
        let of_kind = |alarm: &&Arc<Alarm>| alarm.kind == kind;
        self.bench.world.alarms_of(id).filter(of_kind).count()
    }

    pub(crate) fn p(level: u8) -> Priority {
        Priority::new(level).unwrap()
    }
}

/// The codes of a line's reasons.
pub(crate) fn codes(assignment: &Assignment) -> Vec<&str> {
    assignment.ranking.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

/// The names of a step's events.
pub(crate) fn names(step: &Step) -> Vec<&'static str> {
    step.events.iter().map(|recorded| Event::name(&recorded.event)).collect()
}
