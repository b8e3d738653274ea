//! A morning's work that touches everything. Refusals, which a planted bug may cause, are not what it is about.

use super::{Bug, NARRATIVE, PHONE};
use domain::classification::CallSource;
use domain::command::{
    AddCall, AssignUnits, Clear, ClearEmergency, CloseIncident, Command, MergeIncidents, NoteContact, PlanShift, RaiseEmergency,
    RegisterUnits, ReorderQueue, SignOn, UnitOrder, UnmergeIncidents, WhenEngaged,
};
use domain::ids::{AssignmentId, IncidentId, ReasonKey, ShiftId, UnitId};
use domain::place::{Place, Position};
use domain::shift::ShiftPlan;
use domain::testing::{Bench, call, locate, operator, profile, server, station_id, tap, unit_principal};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Time passes in steps of this, in milliseconds: a deadline fires within DLV-1's grace.
const STEP_MS: u64 = 2_000;

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

fn unit_id(name: &str) -> UnitId {
    UnitId::new(&format!("610824-{name}")).unwrap()
}

/// The morning, with a bug or without.
pub(super) fn morning(bug: Option<Bug>) -> Bench {
    let mut bench = Bench::new(2);
    bench.full_check_every = 1_000;
    bench.vault = [NARRATIVE, PHONE, "王小明"].map(str::to_owned).into();
    bench.unit(profile("A12", station_id(1)), 37.601, 108.801);
    let after = match bug {
        Some(Bug::Events(edit)) => {
            bench.edit = Some(Box::new(edit));
            None
        }
        Some(Bug::After(change)) => Some(change),
        None => None,
    };
    comes_on_duty(&mut bench, "B07");
    plan_a_shift(&mut bench);
    works(&mut bench, false);
    let _ = report(&mut bench, "criminal/robbery");
    let _ = report(&mut bench, "criminal/robbery");
    pass(&mut bench, 60_000);
    works(&mut bench, true);
    let _ = report(&mut bench, "dispute/family");
    pass(&mut bench, 120_000);
    comes_on_duty(&mut bench, "C01");
    two_callers(&mut bench);
    a_unit_with_a_queue(&mut bench);
    an_officer_in_need(&mut bench);
    pass(&mut bench, 10_000);
    if let Some(change) = after {
        change(&mut bench);
    }
    bench.check_all();
    bench
}

fn comes_on_duty(bench: &mut Bench, call_sign: &str) {
    let late = profile(call_sign, station_id(1));
    let unit_id = late.unit_id.clone();
    let _ = bench.run(&server(), Command::RegisterUnits(RegisterUnits { profiles: vec![late] }));
    bench.fixes.insert(unit_id.clone(), Position::from_degrees(37.640, 108.840).unwrap());
    let sign_on = SignOn { unit_id: unit_id.clone(), crew: None, occurred_at: None };
    let _ = bench.run(&unit_principal(&unit_id), Command::SignOn(sign_on));
}

/// A shift of nobody, so that its end changes nobody's morning; its hand-over is never signed.
fn plan_a_shift(bench: &mut Bench) {
    let plan = ShiftPlan {
        shift_id: ShiftId(Uuid::from_u128(77)),
        station: station_id(1),
        starts_at: bench.now,
        ends_at: bench.now.plus_ms(60_000),
        units: BTreeSet::new(),
    };
    let _ = bench.run(&operator("610824"), Command::PlanShift(PlanShift { plan }));
}

fn report(bench: &mut Bench, what: &str) -> Option<(IncidentId, Vec<AssignmentId>)> {
    let place = locate(&bench.agencies, 37.600, 108.800);
    let step = bench.run(&operator("610824"), Command::ReportIncident(call(what, place))).ok()?;
    Some((step.reply.reported?.0, step.reply.assignments))
}

/// A robbery that its unit sees to, or does not hear of.
fn works(bench: &mut Bench, silent: bool) {
    for id in report(bench, "criminal/robbery").map(|(_, ids)| ids).unwrap_or_default() {
        if silent {
            pass(bench, 40_000);
            continue;
        }
        see_to(bench, &unit_id("a12"), id);
        clear(bench, &unit_id("a12"), id);
    }
}

fn see_to(bench: &mut Bench, unit_id: &UnitId, id: AssignmentId) {
    for command in [Command::Acknowledge(tap(id)), Command::MarkEnRoute(tap(id)), Command::MarkOnScene(tap(id))] {
        pass(bench, STEP_MS);
        let _ = bench.run(&unit_principal(unit_id), command);
    }
}

fn clear(bench: &mut Bench, unit_id: &UnitId, id: AssignmentId) {
    pass(bench, STEP_MS);
    let clear = Clear { tap: tap(id), reason: key("done"), disposition: Some(key("handled")), feedback: None };
    let _ = bench.run(&unit_principal(unit_id), Command::Clear(clear));
}

/// Two calls about one thing, merged and unmerged, and one more call.
fn two_callers(bench: &mut Bench) {
    let desk = operator("610824");
    let (Some((first, _)), Some((second, _))) = (report(bench, "criminal/theft"), report(bench, "criminal/theft")) else { return };
    let merge = MergeIncidents { incident_id: second, into: first, expected_revision: 0 };
    let _ = bench.run(&desk, Command::MergeIncidents(merge));
    let _ = bench.run(&desk, Command::UnmergeIncidents(UnmergeIncidents { incident_id: second }));
    let another = AddCall { incident_id: first, source: CallSource::Emergency110, private: None, occurred_at: None };
    let _ = bench.run(&desk, Command::AddCall(another));
}

/// A unit that has an order, and two more that wait for it; contact with it is lost, and it forgets to say that it is safe.
fn a_unit_with_a_queue(bench: &mut Bench) {
    let desk = operator("610824");
    let busy = unit_id("c01");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let Some((incident_id, _)) = report(bench, "criminal/theft") else { return };
        let order = UnitOrder { unit_id: busy.clone(), role: None, when_engaged: WhenEngaged::Queue };
        let assign = AssignUnits { incident_id, orders: vec![order], expected_revision: 0 };
        let step = bench.run(&desk, Command::AssignUnits(assign));
        ids.extend(step.ok().and_then(|step| step.reply.assignments.first().copied()));
    }
    let [order, first, second] = ids[..] else { return };
    let _ = bench.run(&desk, Command::ReorderQueue(ReorderQueue { unit_id: busy.clone(), queue: vec![second, first] }));
    see_to(bench, &busy, order);
    let _ = bench.run(&server(), Command::NoteContact(NoteContact { unit_id: busy.clone(), lost: true }));
    pass(bench, 610_000);
    clear(bench, &busy, order);
}

/// The emergency button, settled by the room at last.
fn an_officer_in_need(bench: &mut Bench) {
    let desk = operator("610824");
    let a12 = unit_id("a12");
    let press = RaiseEmergency { unit_id: a12.clone(), place: Place::Unverified, occurred_at: None };
    let Ok(step) = bench.run(&unit_principal(&a12), Command::RaiseEmergency(press)) else { return };
    pass(bench, 400_000);
    let _ = bench.run(&desk, Command::ClearEmergency(ClearEmergency { unit_id: a12, reason: key("safe") }));
    let Some((incident_id, ..)) = step.reply.reported else { return };
    let _ = bench.run(&desk, Command::CloseIncident(CloseIncident { incident_id, excuse: None, expected_revision: 0 }));
}

/// Lets time pass step by step; what is due is fired, whatever a planted bug makes of it.
fn pass(bench: &mut Bench, duration_ms: u64) {
    for _ in 0..duration_ms / STEP_MS {
        bench.now = bench.now.plus_ms(STEP_MS);
        let due: Vec<_> = bench.deadlines().filter(|deadline| deadline.due_at <= bench.now).cloned().collect();
        for deadline in due {
            let _ = bench.fire(deadline);
        }
    }
    bench.check_all();
}
