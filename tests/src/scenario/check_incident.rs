//! What is checked of an incident in a scenario.

use super::check::{because, same};
use super::runner::Runner;
use super::words::{self, Outcome, Words};
use domain::duplicates;
use domain::incident::{Incident, IncidentState};

/// `then incident 1 is dispatched, owner case, priority 1, …`.
pub(super) fn incident(runner: &Runner, words: &mut Words) -> Outcome {
    let id = runner.incident(words)?;
    if words.take("is gone") {
        same("in the World", &runner.bench.world.incident(&id).is_some(), &false)?;
        return words.done();
    }
    let incident = runner.bench.world.incident(&id).ok_or("there is no such incident")?;
    loop {
        // "is" and "has" may stand before any fact; "is" before none is followed by a state.
        let is = words.take("is");
        words.take("has");
        let fact = [incident_fact, room_fact].into_iter().find_map(|fact| fact(incident, words));
        match fact.or_else(|| linked_fact(runner, incident, words)) {
            Some(outcome) => outcome?,
            None if is => same("state", &incident.state_name().to_owned(), &words.next("a state")?)?,
            None => clocks(incident, words)?,
        }
        if !words.take(",") {
            return words.done();
        }
    }
}

/// What it is and who has it.
fn incident_fact(incident: &Incident, words: &mut Words) -> Option<Outcome> {
    Some(if words.take("owner") {
        words.next("a team").and_then(|team| same("owner", &incident.owner.key().to_owned(), &team))
    } else if words.take("priority") {
        words.value("a priority").and_then(|priority| same("priority", &incident.priority.level(), &priority))
    } else if words.take("station") {
        words.next("an agency").and_then(|agency| same("station", &incident.station.to_string(), &agency))
    } else if words.take("number") {
        number(incident, words)
    } else if words.take("flagged") {
        flags(incident, words)
    } else if words.take("unflagged") {
        same("flags", &incident.flags.len(), &0)
    } else if words.take("reported as") {
        words.next("a category").and_then(|what| same("reported as", &incident.reported_as.to_string(), &what))
    } else if words.take("verified as") {
        let actual = incident.verified_as.as_ref().map(ToString::to_string);
        words.next("a category").and_then(|what| same("verified as", &actual, &Some(what)))
    } else if words.take("because") {
        because(words, &incident.owner_reasons)
    } else if words.take("reported at") {
        words.time().and_then(|time| same("reported at", &incident.reported_at, &time))
    } else if words.take("answered at") {
        words.time().and_then(|time| same("answered at", &incident.answered_at, &Some(time)))
    } else if words.take("refused orders") {
        words.value("a number").and_then(|times| same("refused orders", &incident.refused_orders, &times))
    } else {
        return None;
    })
}

fn number(incident: &Incident, words: &mut Words) -> Outcome {
    same("number", &incident.number, &words.value("a number")?)?;
    words.expect("of")?;
    same("day", &incident.local_day.0, &words.value("a day")?)
}

/// `flagged repeat and nuisance`.
fn flags(incident: &Incident, words: &mut Words) -> Outcome {
    let flags: Vec<_> = incident.flags.iter().map(|flag| flag.key().to_owned()).collect();
    let mut expected = vec![words.next("a flag")?];
    while words.take("and") {
        expected.push(words.next("a flag")?);
    }
    same("flags", &flags, &expected)
}

/// Who must sign it, who holds it, what is proposed, planned, owed.
fn room_fact(incident: &Incident, words: &mut Words) -> Option<Outcome> {
    let passing = incident.passing.as_ref();
    Some(if words.take("to be signed by") {
        let due = passing.filter(|passing| passing.signed.is_none() && !passing.lapsed).map(|passing| passing.sign_by);
        words.time().and_then(|time| same("to be signed by", &due, &Some(time)))
    } else if words.take("signed by") {
        let by = passing.and_then(|passing| passing.signed.as_ref()).map(|signed| signed.by.to_string());
        words.next("who").and_then(|who| same("signed by", &by, &Some(who)))
    } else if words.take("not signed in time") {
        same("lapsed", &passing.map(|passing| passing.lapsed), &Some(true))
    } else if words.take("held by") {
        held(incident, words)
    } else if words.take("not held") {
        same("hold", &incident.hold, &None)
    } else if words.take("proposes") {
        proposes(incident, words)
    } else if words.take("no proposal") {
        same("proposal", &incident.proposal, &None)
    } else if words.take("plan filled") {
        same("unfilled", &incident.plan.as_ref().map(|chosen| chosen.unfilled.len()), &Some(0))
    } else if words.take("plan") {
        let plan = incident.plan.as_ref().map(|chosen| chosen.plan.to_string());
        words.next("a plan").and_then(|wanted| same("plan", &plan, &Some(wanted)))
    } else if words.take("nobody for") {
        let unfilled = incident.plan.as_ref().map(|chosen| chosen.unfilled.clone()).unwrap_or_default();
        words.next("a role").and_then(|role| words::role(&role)).and_then(|role| same("unfilled", &unfilled.contains(&role), &true))
    } else if words.take("looks at step") {
        words.next("a step").and_then(|step| same("step", &incident.lending.step.key().to_owned(), &step))
    } else if words.take("wider at") {
        words.time().and_then(|time| same("wider at", &incident.lending.next_at, &Some(time)))
    } else if words.take("not wider") {
        same("wider at", &incident.lending.next_at, &None)
    } else if words.take("no attendance") {
        same("attendance", &incident.attendance, &None)
    } else if words.take("attendance") {
        let attendance = incident.attendance.as_ref().map(|attendance| attendance.name().to_owned());
        words.next("how it stands").and_then(|wanted| same("attendance", &attendance, &Some(wanted)))
    } else if words.take("arrival by") {
        words.time().and_then(|time| same("arrival by", &incident.arrival.map(|clock| clock.arrive_by), &Some(time)))
    } else if words.take("no arrival clock") {
        same("arrival clock", &incident.arrival, &None)
    } else if words.take("seeks a primary at") {
        words.time().and_then(|time| same("seeks a primary at", &incident.seek_primary_at, &Some(time)))
    } else if words.take("seeks no primary") {
        same("seeks a primary at", &incident.seek_primary_at, &None)
    } else if words.take("can be undone") {
        same("can be undone", &incident.last_change.is_some(), &true)
    } else if words.take("can not be undone") {
        same("can be undone", &incident.last_change.is_some(), &false)
    } else {
        return None;
    })
}

fn held(incident: &Incident, words: &mut Words) -> Outcome {
    let hold = incident.hold.as_ref().ok_or("it is not held")?;
    same("held by", &hold.by.to_string(), &words.next("who")?)?;
    if words.take("until") { same("held until", &hold.until, &words.time()?) } else { Ok(()) }
}

/// `proposes 610824-a12 and 610824-b07 at 09:00:10`: unit ids, in the order they would go.
fn proposes(incident: &Incident, words: &mut Words) -> Outcome {
    let proposal = incident.proposal.as_ref().ok_or("nothing is proposed")?;
    let actual: Vec<_> = proposal.orders.iter().map(|order| order.ranking.unit_id.to_string()).collect();
    let mut expected = vec![words.next("a unit id")?];
    while words.take("and") {
        expected.push(words.next("a unit id")?);
    }
    same("proposed", &actual, &expected)?;
    words.expect("at")?;
    same("sent at", &proposal.send_at, &words.time()?)
}

/// What it has to do with other incidents and other sides.
fn linked_fact(runner: &Runner, incident: &Incident, words: &mut Words) -> Option<Outcome> {
    Some(if words.take("awaits nobody") {
        same("transfer", &incident.transfer, &None)
    } else if words.take("awaits") {
        awaits(incident, words)
    } else if words.take("repeats incident") {
        repeats(runner, incident, words)
    } else if words.take("repeats nothing") {
        same("repeats", &incident.repeats.len(), &0)
    } else if words.take("calls") {
        words.value("a number").and_then(|number| same("calls", &incident.calls.len(), &number))
    } else if words.take("looks like incident") {
        looks_like(runner, incident, words)
    } else if words.take("notes") {
        words.value("a number").and_then(|number| same("notes", &incident.premise_notes.len(), &number))
    } else if words.take("split from incident") {
        runner.incident(words).and_then(|from| same("split from", &incident.split_from, &Some(from)))
    } else if words.take("merged into incident") {
        let into = match &incident.state {
            IncidentState::Merged { into } => Some(*into),
            _ => None,
        };
        runner.incident(words).and_then(|wanted| same("merged into", &into, &Some(wanted)))
    } else if words.take("reopened") {
        let times = words.value("a number");
        times.and_then(|times| same("reopened", &incident.reopened, &times)).and_then(|()| words.expect("times"))
    } else {
        return None;
    })
}

/// `looks like incident 1 with score 90 for same_type`, `looks like incident 1 not at all`: as duplicates are suggested now.
fn looks_like(runner: &Runner, incident: &Incident, words: &mut Words) -> Outcome {
    let other = runner.incident(words)?;
    let (world, policy) = (&runner.bench.world, &runner.bench.policy);
    let (what, position) = (incident.classification(), incident.place.position());
    let found = duplicates::suggest(world, policy, what, position, runner.bench.now, Some(incident.incident_id));
    let found = found.into_iter().find(|suggestion| suggestion.incident_id == other);
    if words.take("not at all") {
        return same("score", &found.map(|suggestion| suggestion.score), &None);
    }
    words.expect("with score")?;
    let found = found.ok_or("it is not suggested")?;
    same("score", &found.score, &words.value("a score")?)?;
    runner.explained.borrow_mut().extend(found.reasons.iter().map(|reason| reason.code.to_string()));
    while words.take("for") {
        because(words, &found.reasons)?;
    }
    Ok(())
}

/// `awaits fire119 until 09:02:00`, `awaits fire119 without end`.
fn awaits(incident: &Incident, words: &mut Words) -> Outcome {
    let transfer = incident.transfer.as_ref().ok_or("no transfer waits")?;
    same("awaits", &transfer.to, &words::other_side(&words.next("the other side")?)?)?;
    if words.take("without end") {
        return same("until", &transfer.answer_by, &None);
    }
    words.expect("until")?;
    same("until", &transfer.answer_by, &Some(words.time()?))
}

/// `repeats incident 1 by place_and_caller [settled handled]`.
fn repeats(runner: &Runner, incident: &Incident, words: &mut Words) -> Outcome {
    let earlier = runner.incident(words)?;
    let repeat = incident.repeats.iter().find(|repeat| repeat.incident_id == earlier);
    let repeat = repeat.ok_or_else(|| format!("it repeats {:?}", incident.repeats))?;
    words.expect("by")?;
    same("by", &words::snake(&format!("{:?}", repeat.by)), &words.next("what links them")?)?;
    if words.take("settled") {
        let disposition = repeat.disposition.as_ref().map(ToString::to_string);
        return same("settled", &disposition, &Some(words.next("a disposition")?));
    }
    Ok(())
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
