//! What is checked of a station's room in a scenario: alarms, shifts, support, wartime mode, premise notes, lending.

use super::check::same;
use super::room_act::agency;
use super::runner::{Runner, shift};
use super::words::{self, Outcome, Words};
use domain::alarm::AlarmEnd;
use domain::event::Event;
use domain::support::WhistleState;

/// What begins with a word of the room; none where it is a unit.
pub(super) fn of_station(runner: &Runner, words: &mut Words) -> Option<Outcome> {
    Some(if words.take("alarm") {
        alarm(runner, words)
    } else if words.take("shift") {
        of_shift(runner, words)
    } else if words.take("support") {
        support(runner, words)
    } else if words.take("wartime mode holds in") {
        wartime(runner, words, true)
    } else if words.take("wartime mode does not hold in") {
        wartime(runner, words, false)
    } else if words.take("note") {
        note(runner, words)
    } else if words.take("station") {
        lent(runner, words)
    } else {
        return None;
    })
}

/// `then the room is [not] alarmed: undelivered A12 of incident 1 [in 610824-01]`.
pub(super) fn alarms(runner: &Runner, words: &mut Words) -> Outcome {
    let wanted = !words.was("not alarmed");
    let kind = words::alarm_kind(&words.next("a kind of alarm")?)?;
    let unit_id = match words.peek() {
        None | Some("of" | "in") => None,
        Some(call_sign) => Some(runner.unit(call_sign)?),
    };
    if unit_id.is_some() {
        words.next("a call sign")?;
    }
    let incident = if words.take("of incident") { Some(runner.incident(words)?) } else { None };
    let station = if words.take("in") { Some(agency(words)?) } else { None };
    words.done()?;
    let standing: Vec<_> = runner.bench.world.alarms().filter(|alarm| alarm.end.is_none()).collect();
    let found = standing.iter().any(|alarm| {
        let of_station = station.as_ref().is_none_or(|station| station == &alarm.station);
        let of_incident = incident.is_none_or(|incident| Some(incident) == alarm.incident_id);
        alarm.kind == kind && alarm.unit_id == unit_id && of_incident && of_station
    });
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

/// `then shift 1 is ended, sign by 16:15:00, counts 2 incidents 1 alarms 0 requests, signed by op-610824-01`.
fn of_shift(runner: &Runner, words: &mut Words) -> Outcome {
    let id = shift(words)?;
    if words.take("is gone") {
        same("in the World", &runner.bench.world.shift(&id).is_some(), &false)?;
        return words.done();
    }
    let shift = runner.bench.world.shift(&id).ok_or("there is no such shift")?;
    loop {
        if words.take("is") {
            same("state", &shift.state.name().to_owned(), &words.next("a state")?)?;
        } else if words.take("sign by") {
            let due = match &shift.state {
                domain::shift::ShiftState::Ended { sign_by } => *sign_by,
                _ => None,
            };
            same("sign by", &due, &Some(words.time()?))?;
        } else if words.take("signed by") {
            let by = shift.hand_over.as_ref().and_then(|offered| offered.signed.as_ref()).map(|(by, _)| by.to_string());
            same("signed by", &by, &Some(words.next("who")?))?;
        } else if words.take("not offered") {
            same("hand-over", &shift.hand_over, &None)?;
        } else {
            words.expect("counts")?;
            let offered = shift.hand_over.as_ref().ok_or("nothing was handed over")?;
            let mut expected = [0u32; 3];
            for (number, what) in expected.iter_mut().zip(["incidents", "alarms", "requests"]) {
                *number = words.value("a number")?;
                words.expect(what)?;
            }
            same("counts", &[offered.open_incidents, offered.standing_alarms, offered.open_whistles], &expected)?;
        }
        if !words.take(",") {
            return words.done();
        }
    }
}

/// `then support 1 is asked, of 610824, answered by 09:02:00, climbed 1 times`.
fn support(runner: &Runner, words: &mut Words) -> Outcome {
    let id = runner.support(words)?;
    if words.take("is gone") {
        same("in the World", &runner.bench.world.whistle(&id).is_some(), &false)?;
        return words.done();
    }
    let whistle = runner.bench.world.whistle(&id).ok_or("there is no such request")?;
    loop {
        if words.take("is") {
            same("state", &whistle.state.name().to_owned(), &words.next("a state")?)?;
        } else if words.take("of") {
            same("asked of", &whistle.to.to_string(), &words.next("an agency")?)?;
        } else if words.take("answered by") {
            let due = match &whistle.state {
                WhistleState::Asked { answer_by } => Some(*answer_by),
                _ => None,
            };
            same("answered by", &due, &Some(words.time()?))?;
        } else {
            words.expect("climbed")?;
            same("climbed", &whistle.climbed, &words.value("a number")?)?;
            words.expect("times")?;
        }
        if !words.take(",") {
            return words.done();
        }
    }
}

/// `then wartime mode holds in 610824 until 12:00:00`, `then wartime mode does not hold in 610824`.
fn wartime(runner: &Runner, words: &mut Words, expected: bool) -> Outcome {
    let area = agency(words)?;
    let mode = runner.bench.world.wartime(&area).filter(|mode| mode.holds());
    same("holds", &mode.is_some(), &expected)?;
    if words.take("until") {
        same("until", &mode.map(|mode| mode.until), &Some(words.time()?))?;
    }
    words.done()
}

/// `then note 1 holds`, `then note 1 is over`.
fn note(runner: &Runner, words: &mut Words) -> Outcome {
    let id = runner.note(words)?;
    let holds = runner.bench.world.premise_note(&id).is_some_and(|note| note.ended_at.is_none());
    if words.take("holds") {
        return same("holds", &holds, &true);
    }
    words.expect("is over")?;
    same("holds", &holds, &false)?;
    words.done()
}

/// `then station 610824-01 has lent 12 minutes in 202611`.
fn lent(runner: &Runner, words: &mut Words) -> Outcome {
    let station = agency(words)?;
    words.expect("has lent")?;
    let minutes = words.value::<u64>("a number of minutes")?;
    words.expect("minutes in")?;
    let month = words.value("a month")?;
    same("lent minutes", &(runner.bench.world.lent_ms(&station, month) / 60_000), &minutes)?;
    words.done()
}
