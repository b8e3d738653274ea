//! Planted bugs: what the core decides is changed on its way into the log, and an invariant must notice.
//!
//! Prints a table, name → caught by. A bug that nothing catches fails the test.
#![allow(clippy::unwrap_used)]

use domain::command::{Clear, Command, RegisterUnits, SignOn};
use domain::event::{Event, Recorded};
use domain::ids::{AgencyId, ReasonKey, UnitId};
use domain::invariants::ALL;
use domain::place::Position;
use domain::testing::{Bench, call, locate, operator, profile, station_id, tap, tree, unit_principal};
use std::collections::BTreeSet;

const NARRATIVE: &str = "two men with knives took his bag";
const PHONE: &str = "138 0013 8000";

/// What goes wrong: in the events of a decision, or in the log behind the core's back.
enum Bug {
    /// Changes the events of each decision before they are committed.
    Events(fn(&mut Vec<Recorded>)),
    /// Changes the bench after the day's work.
    After(fn(&mut Bench)),
}

fn without(events: &mut Vec<Recorded>, name: &str) {
    events.retain(|recorded| recorded.event.name() != name);
}

fn offers(events: &mut [Recorded]) -> impl Iterator<Item = &mut Box<domain::event::AssignmentOffered>> {
    events.iter_mut().filter_map(|recorded| match &mut recorded.event {
        Event::AssignmentOffered(offered) => Some(offered),
        _ => None,
    })
}

fn reports(events: &mut [Recorded]) -> impl Iterator<Item = &mut Box<domain::event::IncidentReported>> {
    events.iter_mut().filter_map(|recorded| match &mut recorded.event {
        Event::IncidentReported(reported) => Some(reported),
        _ => None,
    })
}

/// Name, the invariant that must notice, the bug.
fn bugs() -> Vec<(&'static str, &'static str, Bug)> {
    vec![
        (
            "a busy unit is offered a second order",
            "UNIT-1",
            Bug::Events(|events| {
                let busy = UnitId::new("610824-a12").unwrap();
                offers(events).for_each(|offered| offered.unit_id = busy.clone());
            }),
        ),
        (
            "one order is written twice",
            "UNIT-1",
            Bug::Events(|events| {
                let doubled: Vec<_> = events.iter().filter(|recorded| recorded.event.name() == "assignment_offered").cloned().collect();
                for mut recorded in doubled {
                    if let Event::AssignmentOffered(offered) = &mut recorded.event {
                        offered.assignment_id.0 = uuid::Uuid::from_u128(u128::MAX - u128::from(recorded.meta.seq.0));
                    }
                    events.push(recorded);
                }
            }),
        ),
        (
            "a unit signs off in the middle of its order",
            "UNIT-1",
            Bug::Events(|events| {
                for recorded in events.iter_mut().filter(|recorded| recorded.event.name() == "assignment_en_route") {
                    recorded.event = Event::UnitSignedOff { unit_id: UnitId::new(recorded.meta.actor.as_str()).unwrap() };
                }
            }),
        ),
        (
            "an order is offered to a unit of another log",
            "UNIT-1",
            Bug::Events(|events| {
                let foreign = UnitId::new("610825-a12").unwrap();
                offers(events).for_each(|offered| offered.unit_id = foreign.clone());
            }),
        ),
        ("the unit's outcome does not resolve the incident", "INC-2", Bug::Events(|events| without(events, "incident_resolved"))),
        ("an order does not move its incident", "INC-2", Bug::Events(|events| without(events, "incident_dispatched"))),
        (
            "an incident nobody took does not return to the queue",
            "INC-2",
            Bug::Events(|events| {
                without(events, "incident_returned_to_queue");
            }),
        ),
        (
            "an order that was not delivered does not expire",
            "DLV-1",
            Bug::Events(|events| {
                if events.iter().any(|recorded| recorded.event.name() == "assignment_expired") {
                    events.clear();
                }
            }),
        ),
        ("the room is not alarmed of an order that was not taken", "DLV-1", Bug::Events(|events| without(events, "alarm_raised"))),
        (
            "the room is not alarmed of an incident nobody was sent to",
            "DLV-1",
            Bug::Events(|events| {
                let lapsed = events.iter().any(|recorded| recorded.event.name() == "incident_dispatch_lapsed");
                if lapsed {
                    without(events, "alarm_raised");
                }
            }),
        ),
        (
            "an incident in the queue loses its clock's alarm",
            "DLV-1",
            Bug::Events(|events| {
                if events.iter().any(|recorded| recorded.event.name() == "incident_dispatch_lapsed") {
                    events.clear();
                }
            }),
        ),
        (
            "an incident goes to a station of another county",
            "JUR-1",
            Bug::Events(|events| {
                reports(events).for_each(|reported| reported.station = AgencyId::new("610825-01").unwrap());
            }),
        ),
        (
            "an incident is placed in a beat of another county",
            "JUR-1",
            Bug::Events(|events| {
                let foreign = locate(&tree(9), 37.6, 109.5);
                reports(events).for_each(|reported| reported.place = foreign.clone());
            }),
        ),
        (
            "a unit is registered with a home of another county",
            "JUR-1",
            Bug::Events(|events| {
                for recorded in events {
                    if let Event::UnitRegistered { profile } = &mut recorded.event {
                        profile.home = AgencyId::new("610825-01").unwrap();
                    }
                }
            }),
        ),
        (
            "what the caller said is in a reason",
            "PRV-1",
            Bug::Events(|events| {
                reports(events).for_each(|reported| reported.owner_reasons[0].values.push(NARRATIVE.to_owned()));
            }),
        ),
        (
            "the caller's number is in a reason, written together",
            "PRV-1",
            Bug::Events(|events| {
                reports(events).for_each(|reported| reported.owner_reasons[0].values[0] = PHONE.replace(' ', ""));
            }),
        ),
        ("an acknowledged incident is lost", "INC-1", Bug::After(|bench| bench.lose_last("incident_reported"))),
        ("a byte of a stored event is changed", "AUD-1", Bug::After(|bench| bench.tamper(5))),
    ]
}

/// A morning's work that touches everything; refusals, which a planted bug may cause, are not what it is about.
fn morning(bug: Option<Bug>) -> Bench {
    let mut bench = Bench::new(2);
    bench.full_check_every = 10;
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
    let late = profile("B07", station_id(1));
    let command = Command::RegisterUnits(RegisterUnits { profiles: vec![late] });
    let _ = bench.run(&domain::testing::server(), command);
    let unit_id = UnitId::new("610824-b07").unwrap();
    bench.fixes.insert(unit_id.clone(), Position::from_degrees(37.640, 108.840).unwrap());
    let sign_on = SignOn { unit_id: unit_id.clone(), crew: None, occurred_at: None };
    let _ = bench.run(&unit_principal(&unit_id), Command::SignOn(sign_on));
    let report = |bench: &mut Bench, what| {
        let place = locate(&bench.agencies, 37.600, 108.800);
        bench.run(&operator("610824"), Command::ReportIncident(call(what, place))).map(|step| step.reply.assignments)
    };
    let work = |bench: &mut Bench, silent: bool| {
        for id in report(bench, "criminal/robbery").unwrap_or_default() {
            if silent {
                pass(bench, 40_000);
                continue;
            }
            let unit_id = UnitId::new("610824-a12").unwrap();
            let unit = unit_principal(&unit_id);
            let (done, handled) = (ReasonKey::new("done").unwrap(), ReasonKey::new("handled").unwrap());
            let clear = Clear { tap: tap(id), reason: done, disposition: Some(handled), feedback: None };
            for command in
                [Command::Acknowledge(tap(id)), Command::MarkEnRoute(tap(id)), Command::MarkOnScene(tap(id)), Command::Clear(clear)]
            {
                pass(bench, STEP_MS);
                let _ = bench.run(&unit, command);
            }
        }
    };
    work(&mut bench, false);
    let _ = report(&mut bench, "criminal/robbery");
    let _ = report(&mut bench, "criminal/robbery");
    pass(&mut bench, 60_000);
    work(&mut bench, true);
    let _ = report(&mut bench, "dispute/family");
    pass(&mut bench, 120_000);
    if let Some(change) = after {
        change(&mut bench);
    }
    bench.check_all();
    bench
}

/// Time passes in steps of this, in milliseconds: a deadline fires within DLV-1's grace.
const STEP_MS: u64 = 2_000;

/// Lets time pass step by step; what is due is fired, whatever a planted bug makes of it.
fn pass(bench: &mut Bench, duration_ms: u64) {
    for _ in 0..duration_ms / STEP_MS {
        bench.now = bench.now.plus_ms(STEP_MS);
        let due: Vec<_> = bench.deadlines().filter(|deadline| deadline.due_at <= bench.now).copied().collect();
        for deadline in due {
            let _ = bench.fire(deadline);
        }
    }
    bench.check_all();
}

#[test]
fn a_morning_without_a_bug_is_in_order() {
    let bench = morning(None);
    bench.assert_sound();
    assert!(bench.log().len() > 40, "{}", bench.log().len());
}

#[test]
fn every_planted_bug_is_caught_by_the_invariant_that_guards_against_it() {
    let (mut table, mut missed, mut red) = (String::new(), Vec::new(), BTreeSet::new());
    for (name, guard, bug) in bugs() {
        let caught: BTreeSet<_> = morning(Some(bug)).violations.iter().map(|violation| violation.id).collect();
        table += &format!("{name:<60} → {}\n", caught.iter().copied().collect::<Vec<_>>().join(", "));
        if !caught.contains(guard) {
            missed.push(format!("{name}: expected {guard}, caught by {caught:?}"));
        }
        red.insert(guard);
    }
    println!("{table}");
    assert!(missed.is_empty(), "{}\n{table}", missed.join("\n"));
    assert_eq!(red, BTreeSet::from(ALL), "an invariant has no planted bug");
}
