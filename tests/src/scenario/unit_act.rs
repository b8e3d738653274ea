//! What a unit does in a scenario, or an operator says for it.

use super::room_act::{place, private, reason};
use super::runner::Runner;
use super::words::{Outcome, Words};
use domain::command::{
    Clear, Command, ConfirmSafe, Decline, OpenOnTheSpot, RaiseEmergency, SetAvailability, SignOff, SignOn, SubmitFeedback, Tap,
};
use domain::ids::{AssignmentId, UnitId};
use domain::place::Place;
use domain::testing::{call, unknown_id};
use domain::time::Timestamp;
use domain::unit::Availability;

/// `A12 acknowledges [its order for incident 1] [tapped 09:00:03]`.
pub(super) fn unit_act(runner: &Runner, words: &mut Words) -> Outcome<(UnitId, Command)> {
    let unit_id = runner.unit(&words.next("a call sign")?)?;
    if let Some(command) = duty(&unit_id, words)? {
        return Ok((unit_id, command));
    }
    let order = |words: &mut Words| order(runner, &unit_id, words);
    let command = if words.take("has the order") {
        Command::MarkDelivered(order(words)?)
    } else if words.take("sees the order") {
        Command::MarkSeen(order(words)?)
    } else if words.take("acknowledges") {
        Command::Acknowledge(order(words)?)
    } else if words.take("is en route") {
        Command::MarkEnRoute(order(words)?)
    } else if words.take("is on scene") {
        Command::MarkOnScene(order(words)?)
    } else if words.take("declines") {
        let reason = reason(words, "a decline reason")?;
        Command::Decline(Decline { tap: order(words)?, reason })
    } else if words.take("clears") {
        let why = reason(words, "a clear reason")?;
        let disposition = if words.take(",") { Some(reason(words, "a disposition")?) } else { None };
        let feedback = words.take("with feedback").then(|| private(9));
        Command::Clear(Clear { tap: order(words)?, reason: why, disposition, feedback })
    } else if words.take("confirms that it is safe") {
        Command::ConfirmSafe(ConfirmSafe { tap: order(words)? })
    } else if words.take("reports") {
        let disposition = reason(words, "an outcome")?;
        let feedback = words.take("with feedback").then(|| private(4));
        Command::SubmitFeedback(SubmitFeedback { tap: order(words)?, disposition, feedback })
    } else if let Some(command) = by_itself(runner, &unit_id, words)? {
        command
    } else {
        return Err(format!("{}, expected what is done", words.here()));
    };
    Ok((unit_id, command))
}

/// `opens dispute/family on the spot at 37.600,108.800 [with private data] [tapped …]`, `presses the emergency button [at …] [tapped …]`.
fn by_itself(runner: &Runner, unit_id: &UnitId, words: &mut Words) -> Outcome<Option<Command>> {
    let unit_id = unit_id.clone();
    if words.take("opens") {
        let classification = call(&words.next("a category")?, Place::Unverified).classification;
        words.expect("on the spot")?;
        let place = place(runner, words)?;
        let private = words.take("with private data").then(|| private(3));
        let occurred_at = tapped(words)?;
        return Ok(Some(Command::OpenOnTheSpot(OpenOnTheSpot { unit_id, classification, place, private, occurred_at })));
    }
    if !words.take("presses the emergency button") {
        return Ok(None);
    }
    let place = if words.peek() == Some("at") { place(runner, words)? } else { Place::Unverified };
    Ok(Some(Command::RaiseEmergency(RaiseEmergency { unit_id, place, occurred_at: tapped(words)? })))
}

fn tapped(words: &mut Words) -> Outcome<Option<Timestamp>> {
    if words.take("tapped") { words.time().map(Some) } else { Ok(None) }
}

fn order(runner: &Runner, unit_id: &UnitId, words: &mut Words) -> Outcome<Tap> {
    let incident = if words.take("its order for incident") { Some(runner.incident(words)?) } else { None };
    let assignment_id = runner.order(unit_id, incident).unwrap_or(AssignmentId(unknown_id()));
    Ok(Tap { assignment_id, occurred_at: tapped(words)? })
}

/// `signs on [with sworn 2 auxiliary 1]`, `signs off`, `is free`, `is free for urgent work meal`, `is out of service training`.
fn duty(unit_id: &UnitId, words: &mut Words) -> Outcome<Option<Command>> {
    let unit_id = unit_id.clone();
    if words.take("signs on") {
        let crew = if words.take("with sworn") {
            let sworn = words.value("a number of officers")?;
            words.expect("auxiliary")?;
            Some((sworn, words.value("a number of auxiliaries")?))
        } else {
            None
        };
        return Ok(Some(Command::SignOn(SignOn { unit_id, crew, occurred_at: tapped(words)? })));
    }
    if words.take("signs off") {
        return Ok(Some(Command::SignOff(SignOff { unit_id, occurred_at: tapped(words)? })));
    }
    let availability = if words.take("is free for urgent work") {
        Availability::Conditional { reason: reason(words, "an availability reason")? }
    } else if words.take("is free") {
        Availability::Available
    } else if words.take("is out of service") {
        Availability::OutOfService { reason: reason(words, "an availability reason")? }
    } else {
        return Ok(None);
    };
    Ok(Some(Command::SetAvailability(SetAvailability { unit_id, availability, occurred_at: tapped(words)? })))
}
