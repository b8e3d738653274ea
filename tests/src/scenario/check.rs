//! What is checked in a scenario.

use super::runner::{Last, Runner};
use super::words::{Outcome, Words};
use super::{check_incident, check_station, check_unit};
use domain::reason::Reason;
use std::fmt::Debug;

/// `then …`.
pub(super) fn check(runner: &mut Runner, words: &mut Words) -> Outcome {
    if words.take("refused") {
        return refused(runner, words);
    }
    if let Last::Refused(error) = &runner.last {
        return Err(format!("it was refused: {error}"));
    }
    if words.take("nothing happened") {
        return same("events", &names(runner), &Vec::<String>::new());
    }
    if words.take("events") {
        return events(runner, words);
    }
    if words.take("event") {
        return event(runner, words);
    }
    if words.take("incident") {
        return check_incident::incident(runner, words);
    }
    if words.take("the room is alarmed") || words.take("the room is not alarmed") {
        return check_station::alarms(runner, words);
    }
    if words.take("no alarm stands") {
        let standing: Vec<_> = runner.bench.world.alarms().filter(|alarm| alarm.end.is_none()).map(|alarm| alarm.kind).collect();
        return if standing.is_empty() { words.done() } else { Err(format!("these stand: {standing:?}")) };
    }
    match check_station::of_station(runner, words) {
        Some(outcome) => outcome,
        None => check_unit::unit(runner, words),
    }
}

pub(super) fn same<T: PartialEq + Debug>(what: &str, actual: &T, expected: &T) -> Outcome {
    if actual == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, got {actual:?}")) }
}

fn refused(runner: &mut Runner, words: &mut Words) -> Outcome {
    let expected = words.next("a part of the refusal, in quotes")?;
    words.done()?;
    match std::mem::replace(&mut runner.last, Last::Nothing) {
        Last::Refused(error) if error.contains(&expected) => Ok(()),
        Last::Refused(error) => Err(format!("it was refused with another reason: {error}")),
        _ => Err("it was not refused".to_owned()),
    }
}

fn names(runner: &Runner) -> Vec<String> {
    match &runner.last {
        Last::Done(events) => events.iter().map(|recorded| recorded.event.name().to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// `then events incident_reported, assignment_offered, incident_dispatched`: these and no others, in this order.
fn events(runner: &Runner, words: &mut Words) -> Outcome {
    let mut expected = vec![words.next("an event")?];
    while words.take(",") {
        expected.push(words.next("an event")?);
    }
    words.done()?;
    same("events", &names(runner), &expected)
}

/// `then event assignment_acknowledged happened at 09:00:03 [clamped]` or `… has no time of its own`.
fn event(runner: &Runner, words: &mut Words) -> Outcome {
    let name = words.next("an event")?;
    let Last::Done(events) = &runner.last else { return Err("nothing happened".to_owned()) };
    let recorded = events.iter().find(|recorded| recorded.event.name() == name).ok_or_else(|| format!("{:?} happened", names(runner)))?;
    if words.take("has no time of its own") {
        same("time", &recorded.meta.occurred_at, &None)?;
    } else if words.take("by") {
        same("actor", &recorded.meta.actor.to_string(), &words.next("who")?)?;
    } else {
        words.expect("happened at")?;
        same("time", &recorded.meta.happened_at(), &words.time()?)?;
        same("clamped", &recorded.meta.clamped, &words.take("clamped"))?;
    }
    words.done()
}

pub(super) fn because(words: &mut Words, reasons: &[Reason]) -> Outcome {
    let code = words.next("the code of a reason")?;
    if reasons.iter().any(|reason| reason.code == code) {
        return Ok(());
    }
    Err(format!("because {code}: the reasons are {}", reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
}
