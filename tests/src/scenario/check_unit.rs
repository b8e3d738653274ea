//! What is checked of a unit and its orders in a scenario.

use super::check::{because, same};
use super::runner::Runner;
use super::words::{self, Outcome, Words};
use domain::assignment::Assignment;
use domain::event::Event;
use domain::ids::UnitId;
use domain::unit::Unit;

/// `then A12 is offered incident 1 as primary because nearest`, `then A12 is available`.
pub(super) fn unit(runner: &Runner, words: &mut Words) -> Outcome {
    let unit_id = runner.unit(&words.next("what is checked")?)?;
    if words.take("was not taken because") {
        return not_taken(runner, &unit_id, None, words);
    }
    if words.take("was not taken for") {
        let instead = runner.unit(&words.next("a call sign")?)?;
        words.expect("because")?;
        return not_taken(runner, &unit_id, Some(&instead), words);
    }
    let unit = runner.bench.world.unit(&unit_id).ok_or_else(|| format!("there is no unit {unit_id}"))?;
    if words.take("has sworn") {
        same("sworn", &unit.profile.sworn, &words.value("a number")?)?;
        return words.done();
    }
    if let Some(outcome) = room_fact(runner, unit, words) {
        outcome?;
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
        } else if let Some(outcome) = room_of_order(assignment, words) {
            outcome?;
        } else {
            times(assignment, words)?;
        }
        if words.peek().is_none() {
            return Ok(());
        }
    }
}

/// `has an emergency`, `has no emergency`, `is out of contact`, `is in contact`, `works in shift 1`, `goes off afterwards`,
/// `has nothing queued`, `has queued incident 2, incident 3`.
fn room_fact(runner: &Runner, unit: &Unit, words: &mut Words) -> Option<Outcome> {
    Some(if words.take("has an emergency") {
        same("emergency", &unit.emergency.is_some(), &true)
    } else if words.take("has no emergency") {
        same("emergency", &unit.emergency, &None)
    } else if words.take("is out of contact") {
        same("out of contact", &unit.contact_lost_at.is_some(), &true)
    } else if words.take("is in contact") {
        same("out of contact", &unit.contact_lost_at, &None)
    } else if words.take("works in shift") {
        super::runner::shift(words).and_then(|shift| same("shift", &unit.shift, &Some(shift)))
    } else if words.take("works in no shift") {
        same("shift", &unit.shift, &None)
    } else if words.take("goes off afterwards") {
        same("goes off afterwards", &unit.off_after, &true)
    } else if words.take("has nothing queued") {
        same("queue", &unit.queue.len(), &0)
    } else if words.take("has queued") {
        queue(runner, unit, words)
    } else {
        return None;
    })
}

fn queue(runner: &Runner, unit: &Unit, words: &mut Words) -> Outcome {
    let of = |id| runner.bench.world.assignment(id).map(|assignment| assignment.incident_id);
    let actual: Vec<_> = unit.queue.iter().map(of).collect();
    let mut expected = Vec::new();
    loop {
        words.expect("incident")?;
        expected.push(Some(runner.incident(words)?));
        if !words.take(",") {
            return same("queue", &actual, &expected);
        }
    }
}

/// `safe by 09:20:00`, `no safety check`, `owes its outcome by 09:30:00`, `owes nothing`, `lent by 610824-02`, `not lent`,
/// `recalled because diverted`.
fn room_of_order(assignment: &Assignment, words: &mut Words) -> Option<Outcome> {
    let by = |clock: &Option<domain::assignment::UnitClock>| clock.map(|clock| clock.due_at);
    Some(if words.take("safe by") {
        words.time().and_then(|time| same("safe by", &by(&assignment.safety_check), &Some(time)))
    } else if words.take("no safety check") {
        same("safety check", &assignment.safety_check, &None)
    } else if words.take("owes its outcome by") {
        words.time().and_then(|time| same("owes its outcome by", &by(&assignment.feedback_clock), &Some(time)))
    } else if words.take("owes nothing") {
        same("owes its outcome by", &by(&assignment.feedback_clock), &None)
    } else if words.take("lent by") {
        let lent = assignment.lent.as_ref().map(|lent| lent.station.to_string());
        words.next("an agency").and_then(|station| same("lent by", &lent, &Some(station)))
    } else if words.take("not lent") {
        same("lent", &assignment.lent, &None)
    } else if words.take("recalled for") {
        let actual = match &assignment.state {
            domain::assignment::AssignmentState::Recalled { reason } => Some(reason.to_string()),
            _ => None,
        };
        words.next("a reason").and_then(|reason| same("recalled for", &actual, &Some(reason)))
    } else {
        return None;
    })
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
        ("queued at", times.queued_at),
        ("ordered at", Some(times.offered_at)),
    ];
    for (name, time) in named {
        if words.take(name) {
            return same(name, &time, &Some(words.time()?));
        }
    }
    if words.peek().is_none() { Ok(()) } else { words.done() }
}

/// `then B07 was not taken [for A12] because ranked_behind`: in the ranking of the last order, or of A12's last.
fn not_taken(runner: &Runner, unit_id: &UnitId, instead: Option<&UnitId>, words: &mut Words) -> Outcome {
    let last = runner.bench.log().iter().rev().find_map(|recorded| match &recorded.event {
        Event::AssignmentOffered(offered) if instead.is_none_or(|instead| instead == &offered.unit_id) => Some(offered),
        _ => None,
    });
    let lines = &last.ok_or("nobody was ever ordered")?.not_taken;
    let line = lines.iter().find(|line| &line.unit_id == unit_id).ok_or_else(|| format!("{unit_id} is not in the ranking"))?;
    because(words, &line.reasons)?;
    words.done()
}
