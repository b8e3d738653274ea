//! What is checked in a scenario.

use super::runner::{Last, Runner};
use super::words::{self, Outcome, Words};
use domain::alarm::AlarmEnd;
use domain::assignment::Assignment;
use domain::event::Event;
use domain::ids::UnitId;
use domain::incident::{Incident, IncidentState};
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
        return incident(runner, words);
    }
    if words.take("the room is alarmed") || words.take("the room is not alarmed") {
        return alarms(runner, words);
    }
    if words.take("no alarm stands") {
        let standing: Vec<_> = runner.bench.world.alarms().filter(|alarm| alarm.end.is_none()).map(|alarm| alarm.kind).collect();
        return if standing.is_empty() { words.done() } else { Err(format!("these stand: {standing:?}")) };
    }
    if words.take("alarm") {
        return alarm(runner, words);
    }
    unit(runner, words)
}

fn same<T: PartialEq + Debug>(what: &str, actual: &T, expected: &T) -> Outcome {
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

fn because(words: &mut Words, reasons: &[Reason]) -> Outcome {
    let code = words.next("the code of a reason")?;
    if reasons.iter().any(|reason| reason.code == code) {
        return Ok(());
    }
    Err(format!("because {code}: the reasons are {}", reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
}

/// `then incident 1 is dispatched, owner case, priority 1, …`.
fn incident(runner: &Runner, words: &mut Words) -> Outcome {
    let id = runner.incident(words)?;
    if words.take("is gone") {
        same("in the World", &runner.bench.world.incident(&id).is_some(), &false)?;
        return words.done();
    }
    let incident = runner.bench.world.incident(&id).ok_or("there is no such incident")?;
    loop {
        incident_fact(incident, words)?;
        if !words.take(",") {
            return words.done();
        }
    }
}

fn incident_fact(incident: &Incident, words: &mut Words) -> Outcome {
    if words.take("is") {
        same("state", &incident.state.name().to_owned(), &words.next("a state")?)
    } else if words.take("owner") {
        same("owner", &incident.owner.key().to_owned(), &words.next("a team")?)
    } else if words.take("priority") {
        same("priority", &incident.priority.level(), &words.value("a priority")?)
    } else if words.take("station") {
        same("station", &incident.station.to_string(), &words.next("an agency")?)
    } else if words.take("number") {
        same("number", &incident.number, &words.value("a number")?)?;
        words.expect("of")?;
        same("day", &incident.local_day.0, &words.value("a day")?)
    } else if words.take("flagged") {
        let flags: Vec<_> = incident.flags.iter().map(|flag| flag.key().to_owned()).collect();
        same("flags", &flags, &vec![words.next("a flag")?])
    } else if words.take("unflagged") {
        same("flags", &incident.flags.len(), &0)
    } else if words.take("reported as") {
        same("reported as", &incident.reported_as.to_string(), &words.next("a category")?)
    } else if words.take("verified as") {
        same("verified as", &incident.verified_as.as_ref().map(ToString::to_string), &Some(words.next("a category")?))
    } else if words.take("because") {
        because(words, &incident.owner_reasons)
    } else if words.take("reported at") {
        same("reported at", &incident.reported_at, &words.time()?)
    } else if words.take("refused orders") {
        same("refused orders", &incident.refused_orders, &words.value("a number")?)
    } else {
        clocks(incident, words)
    }
}

fn clocks(incident: &Incident, words: &mut Words) -> Outcome {
    let IncidentState::Classified { clock, alarmed, retry_at } = &incident.state else {
        return Err(format!("it is {} and has no clock", incident.state.name()));
    };
    if words.take("no clock") {
        same("clock", clock, &None)
    } else if words.take("not retried") {
        same("retry", retry_at, &None)
    } else if words.take("alarmed") {
        same("alarmed", alarmed, &true)
    } else if words.take("amber at") {
        same("amber", &clock.map(|clock| clock.amber_at), &Some(words.time()?))
    } else if words.take("red at") {
        same("red", &clock.map(|clock| clock.dispatch_by), &Some(words.time()?))
    } else {
        words.expect("retried at")?;
        same("retry", retry_at, &Some(words.time()?))
    }
}

/// `then the room is [not] alarmed: undelivered A12 of incident 1`.
fn alarms(runner: &Runner, words: &mut Words) -> Outcome {
    let wanted = !words.was("not alarmed");
    let kind = words::alarm_kind(&words.next("a kind of alarm")?)?;
    let unit_id = match words.peek() {
        None | Some("of") => None,
        Some(call_sign) => Some(runner.unit(call_sign)?),
    };
    if unit_id.is_some() {
        words.next("a call sign")?;
    }
    let incident = if words.take("of incident") { Some(runner.incident(words)?) } else { None };
    words.done()?;
    let standing: Vec<_> = runner.bench.world.alarms().filter(|alarm| alarm.end.is_none()).collect();
    let found = standing
        .iter()
        .any(|alarm| alarm.kind == kind && alarm.unit_id == unit_id && incident.is_none_or(|incident| Some(incident) == alarm.incident_id));
    let stand: Vec<_> = standing.iter().map(|alarm| (alarm.kind, alarm.unit_id.as_ref().map(ToString::to_string))).collect();
    if found == wanted { Ok(()) } else { Err(format!("these alarms stand: {stand:?}")) }
}

/// `then alarm no_unit was raised 1 times`, `then alarm no_unit of incident 1 is over`, `… is confirmed by op-610824`.
fn alarm(runner: &Runner, words: &mut Words) -> Outcome {
    let kind = words::alarm_kind(&words.next("a kind of alarm")?)?;
    if words.take("was raised") {
        let times = words.value::<usize>("a number")?;
        words.expect("times")?;
        let raised = |event: &Event| matches!(event, Event::AlarmRaised { kind: raised, .. } if *raised == kind);
        return same("times", &runner.bench.log().iter().filter(|recorded| raised(&recorded.event)).count(), &times);
    }
    words.expect("of incident")?;
    let incident_id = runner.incident(words)?;
    let alarm = runner.bench.world.alarms_of(incident_id).filter(|alarm| alarm.kind == kind).last().ok_or("there is no such alarm")?;
    if words.take("is over") {
        return same("over", &matches!(alarm.end, Some(AlarmEnd::Over { .. })), &true);
    }
    words.expect("is confirmed by")?;
    let by = match &alarm.end {
        Some(AlarmEnd::Confirmed { by, .. }) => Some(by.to_string()),
        _ => None,
    };
    same("confirmed by", &by, &Some(words.next("who")?))
}

/// `then A12 is offered incident 1 as primary because nearest`, `then A12 is available`.
fn unit(runner: &Runner, words: &mut Words) -> Outcome {
    let unit_id = runner.unit(&words.next("what is checked")?)?;
    if words.take("was not taken because") {
        return not_taken(runner, &unit_id, words);
    }
    let unit = runner.bench.world.unit(&unit_id).ok_or_else(|| format!("there is no unit {unit_id}"))?;
    if words.take("has sworn") {
        same("sworn", &unit.profile.sworn, &words.value("a number")?)?;
        return words.done();
    }
    words.expect("is")?;
    let state = words.next("a state")?;
    if !words.take("incident") {
        same("state", &unit.duty.name().to_owned(), &state)?;
        return words.done();
    }
    let incident = runner.incident(words)?;
    let id = runner.order(&unit_id, Some(incident)).ok_or("this unit never had an order for it")?;
    let assignment = runner.bench.world.assignment(&id).ok_or("its order is gone")?;
    same("state", &assignment.state.name().to_owned(), &state)?;
    loop {
        if words.take("as") {
            same("role", &assignment.role, &words::role(&words.next("a role")?)?)?;
        } else if words.take("because") {
            because(words, &assignment.ranking.reasons)?;
        } else if words.take("by the rules") {
            same("automatic", &assignment.automatic, &true)?;
        } else if words.take("by an operator") {
            same("automatic", &assignment.automatic, &false)?;
        } else {
            times(assignment, words)?;
        }
        if words.peek().is_none() {
            return Ok(());
        }
    }
}

fn times(assignment: &Assignment, words: &mut Words) -> Outcome {
    let times = &assignment.times;
    let named = [
        ("delivered at", times.delivered_at),
        ("seen at", times.seen_at),
        ("acknowledged at", times.acknowledged_at),
        ("en route at", times.en_route_at),
        ("arrived at", times.on_scene_at),
        ("ended at", times.ended_at),
        ("ordered at", Some(times.offered_at)),
    ];
    for (name, time) in named {
        if words.take(name) {
            return same(name, &time, &Some(words.time()?));
        }
    }
    if words.peek().is_none() { Ok(()) } else { words.done() }
}

/// `then B07 was not taken because ranked_behind`: in the last order's ranking.
fn not_taken(runner: &Runner, unit_id: &UnitId, words: &mut Words) -> Outcome {
    let last = runner.bench.log().iter().rev().find_map(|recorded| match &recorded.event {
        Event::AssignmentOffered(offered) => Some(offered),
        _ => None,
    });
    let lines = &last.ok_or("nobody was ever ordered")?.not_taken;
    let line = lines.iter().find(|line| &line.unit_id == unit_id).ok_or_else(|| format!("{unit_id} is not in the ranking"))?;
    because(words, &line.reasons)?;
    words.done()
}
