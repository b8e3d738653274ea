//! Compares the World of the core with what is on paper.

use super::both::Both;
use super::reference::{Case, Clock, Free, Order, Visit};
use domain::assignment::Assignment;
use domain::incident::{Attendance, Incident, IncidentState};
use domain::unit::Duty;
use std::collections::BTreeSet;
use std::fmt::Debug;

pub(super) fn same<T: PartialEq + Debug>(what: &str, core: &T, model: &T) -> Result<(), String> {
    if core == model { Ok(()) } else { Err(format!("{what}: the core has {core:?}, the model {model:?}")) }
}

impl Both {
    pub(super) fn compare(&self) -> Result<(), String> {
        for (place, (expected, id)) in self.paper.cases.iter().zip(&self.incidents).enumerate() {
            match self.bench.world.incident(id) {
                Some(actual) if !expected.gone => self.compare_case(place, actual, expected)?,
                None if expected.gone => {}
                actual => return Err(format!("incident {place}: the core has {actual:?}, the model {expected:?}")),
            }
        }
        for (place, (expected, id)) in self.paper.orders.iter().zip(&self.orders).enumerate() {
            match self.bench.world.assignment(id) {
                Some(actual) if !expected.gone => self.compare_order(place, actual, expected)?,
                None if expected.gone => {}
                actual => return Err(format!("order {place}: the core has {actual:?}, the model {expected:?}")),
            }
        }
        self.compare_units()?;
        for (place, (expected, id)) in self.paper.bells.iter().zip(&self.alarms).enumerate().filter(|(_, (bell, _))| !bell.gone) {
            let Some(actual) = self.bench.world.alarm(id) else {
                // An alarm of a room alone leaves some time after it ended.
                same(&format!("alarm {place} is gone, it stands"), &false, &(expected.stands || expected.case.is_some()))?;
                continue;
            };
            let core = (actual.kind, actual.incident_id, actual.unit_id.as_ref(), actual.station.as_str(), actual.end.is_none());
            let case = expected.case.map(|case| self.incidents[case]);
            let model = (expected.kind, case, expected.car.map(|car| &self.units[car]), expected.room, expected.stands);
            same(&format!("alarm {place}"), &core, &model)?;
        }
        for (place, expected) in self.paper.shifts.iter().enumerate() {
            let actual = self.bench.world.shift(&super::both_special::shift_id(place)).map(|shift| shift.state.name());
            same(&format!("shift {place}"), &actual.unwrap_or("handed_over"), &expected.state)?;
        }
        let counts = (self.incidents.len(), self.orders.len(), self.alarms.len(), self.calls.len());
        let expected = (self.paper.cases.len(), self.paper.orders.len(), self.paper.bells.len(), self.paper.calls);
        same("how many", &counts, &expected)?;
        let running: BTreeSet<_> = self.bench.deadlines().map(|deadline| self.on_paper(deadline)).collect();
        same("deadlines", &running, &self.paper.deadlines().into_iter().map(Some).collect())
    }

    fn car(&self, id: &domain::ids::UnitId) -> usize {
        self.units.iter().position(|known| known == id).unwrap_or(usize::MAX)
    }

    fn order(&self, id: &domain::ids::AssignmentId) -> usize {
        self.orders.iter().position(|known| known == id).unwrap_or(usize::MAX)
    }

    fn compare_case(&self, place: usize, actual: &Incident, expected: &Case) -> Result<(), String> {
        let what = |of: &str| format!("incident {place}, {of}");
        let tried: BTreeSet<_> = actual.tried.iter().map(|unit| self.car(unit)).collect();
        let core =
            (actual.state.name(), actual.owner, actual.priority.level(), actual.priority_by_operator, actual.station.as_str(), tried);
        let model = (expected.state, expected.owner, expected.priority, expected.chosen_priority, expected.room, expected.tried.clone());
        same(&what("standing"), &core, &model)?;
        if let IncidentState::Classified { alarmed, .. } = actual.state {
            same(&what("alarmed"), &alarmed, &expected.waits.alarmed)?;
        }
        if let IncidentState::Merged { into } = actual.state {
            same(&what("merged into"), &Some(into), &expected.merged.as_ref().map(|(into, _)| self.incidents[*into]))?;
        }
        same(&what("can be undone"), &actual.last_change.is_some(), &expected.undo.is_some())?;
        let visit = actual.attendance.as_ref().map(|attendance| match attendance {
            Attendance::Owed { .. } => Visit::Owed,
            Attendance::Ordered { assignment_id, .. } => Visit::Ordered(self.order(assignment_id)),
            Attendance::Attended { assignment_id, .. } => Visit::Attended(self.order(assignment_id)),
            Attendance::Excused { .. } => Visit::Excused,
        });
        same(&what("attendance"), &visit, &expected.visit)?;
        let calls: Vec<_> = actual.calls.iter().map(|call| self.calls.iter().position(|known| *known == call.call_id)).collect();
        same(&what("calls"), &calls, &expected.calls.iter().copied().map(Some).collect())?;
        // What is dealt with waits for nothing: whatever was asked before has no deadline any more.
        if !super::reference::OPEN.contains(&expected.state) {
            return Ok(());
        }
        let passing = actual.passing.as_ref().map(|passing| (passing.sign_by.0, passing.signed.is_some(), passing.lapsed));
        same(&what("passing"), &passing, &expected.passing.map(|passing| (passing.sign_by, passing.signed, passing.lapsed)))?;
        let proposed = |proposal: &domain::incident::Proposal| {
            let who = proposal.orders.iter().map(|order| (order.role, self.car(&order.ranking.unit_id))).collect::<BTreeSet<_>>();
            (who, proposal.send_at.0)
        };
        let on_paper = expected.proposal.as_ref().map(|proposal| (proposal.who.iter().copied().collect(), proposal.send_at));
        same(&what("proposal"), &actual.proposal.as_ref().map(proposed), &on_paper)?;
        let lending = (actual.lending.step, actual.lending.next_at.map(|at| at.0));
        same(&what("lending"), &lending, &(expected.step, expected.widens_at))?;
        let waits = (actual.hold.as_ref().map(|hold| hold.until.0), actual.seek_primary_at.map(|at| at.0));
        same(&what("held, seeking"), &waits, &(expected.held_until, expected.seeks_at))?;
        let transfer = actual.transfer.as_ref().map(|transfer| transfer.answer_by.map(|at| at.0));
        same(&what("transfer"), &transfer, &expected.transfer)?;
        let arrival = actual.arrival.map(|clock| Clock { due_at: clock.arrive_by.0, rang: clock.alarmed });
        same(&what("arrival"), &arrival, &expected.arrive)
    }

    fn compare_order(&self, place: usize, actual: &Assignment, expected: &Order) -> Result<(), String> {
        let core = (&actual.unit_id, actual.role, actual.state.name(), actual.incident_id);
        let model = (&self.units[expected.car], expected.role, expected.state, self.incidents[expected.case]);
        same(&format!("order {place}"), &core, &model)?;
        let clock = |clock: Option<domain::assignment::UnitClock>| clock.map(|clock| Clock { due_at: clock.due_at.0, rang: clock.alarmed });
        let core = (clock(actual.safety_check), clock(actual.feedback_clock), actual.lent.as_ref().map(|lent| lent.station.as_str()));
        same(&format!("order {place}, clocks"), &core, &(expected.safe, expected.feedback, expected.lent_by))
    }

    fn compare_units(&self) -> Result<(), String> {
        for (place, (expected, id)) in self.paper.cars.iter().zip(&self.units).enumerate() {
            let actual = self.bench.world.unit(id).ok_or("a unit is gone")?;
            let engaged_in = self.paper.order_of(place).map(|order| self.orders[order]);
            let state = match (expected.on_duty, engaged_in, expected.free) {
                (false, ..) => "off_duty",
                (_, Some(_), _) => "engaged",
                (_, _, Free::Fully) => "available",
                (_, _, Free::UrgentOnly) => "conditionally_available",
                (_, _, Free::NotAtAll) => "out_of_service",
            };
            let queue: Vec<_> = expected.queue.iter().map(|order| self.orders[*order]).collect();
            same(&format!("queue of unit {place}"), &actual.queue, &queue)?;
            let pressed = actual.emergency.as_ref().map(|emergency| emergency.incident_id);
            let special = (actual.off_after, pressed, actual.contact_lost_at.map(|at| at.0));
            let on_paper = (expected.off_after, expected.emergency.map(|case| self.incidents[case]), expected.lost_at);
            same(&format!("unit {place}, special"), &special, &on_paper)?;
            let on_duty = actual.duty != Duty::Off;
            let core = (actual.duty.name(), actual.engaged_in(), actual.profile.sworn, on_duty);
            same(&format!("unit {place}"), &core, &(state, engaged_in, expected.sworn, expected.on_duty))?;
        }
        Ok(())
    }
}
