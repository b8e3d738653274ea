//! What a station's room does in a scenario beside incidents: alarms, shifts, support, wartime mode, premise notes.

use super::room_act::{agency, because, private, reason};
use super::runner::{Runner, shift};
use super::words::{self, Outcome, Words};
use domain::command::{
    AddPremiseNote, AnswerSupport, Command, ConfirmAlarm, EndPremiseNote, EndSupport, EndWartime, OfferHandOver, PlanShift, SignHandOver,
    StartWartime,
};
use domain::ids::AlarmId;
use domain::place::Position;
use domain::shift::ShiftPlan;
use domain::testing::unknown_id;
use std::collections::BTreeSet;

pub(super) fn of_station(runner: &Runner, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("alarm") {
        confirm(runner, words)?
    } else if words.take("support") {
        support(runner, words)?
    } else if words.take("shift") {
        of_shift(runner, words)?
    } else if words.take("the hand-over of shift") {
        let shift_id = shift(words)?;
        words.expect("is signed")?;
        Command::SignHandOver(SignHandOver { shift_id })
    } else if words.take("wartime mode in") {
        wartime(words)?
    } else if words.take("note") {
        note(runner, words)?
    } else {
        return Ok(None);
    }))
}

/// `alarm undelivered of incident 1 is confirmed`, `alarm lost_contact of A12 is confirmed`.
fn confirm(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let kind = words::alarm_kind(&words.next("a kind of alarm")?)?;
    words.expect("of")?;
    let incident = if words.take("incident") { Some(runner.incident(words)?) } else { None };
    let unit = if incident.is_none() && words.peek() != Some("is") { Some(runner.unit(&words.next("a call sign")?)?) } else { None };
    words.expect("is confirmed")?;
    let of = |alarm: &&std::sync::Arc<domain::alarm::Alarm>| match (&incident, &unit) {
        (Some(incident), _) => alarm.incident_id.as_ref() == Some(incident),
        (_, unit) => alarm.unit_id.as_ref() == unit.as_ref(),
    };
    let of_kind = || runner.bench.world.alarms().filter(|alarm| alarm.kind == kind).filter(of);
    let alarm = of_kind().find(|alarm| alarm.end.is_none()).or_else(|| of_kind().last());
    Ok(Command::ConfirmAlarm(ConfirmAlarm { alarm_id: alarm.map_or(AlarmId(unknown_id()), |alarm| alarm.alarm_id) }))
}

/// `support 1 is given`, `support 1 is refused [because no_capacity]`, `support 1 is not needed any more`.
fn support(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let whistle_id = runner.support(words)?;
    if words.take("is not needed any more") {
        return Ok(Command::EndSupport(EndSupport { whistle_id }));
    }
    let accepted = words.take("is given");
    if !accepted {
        words.expect("is refused")?;
    }
    let reason = if words.peek() == Some("because") { Some(because(words)?) } else { None };
    Ok(Command::AnswerSupport(AnswerSupport { whistle_id, accepted, reason }))
}

/// `shift 1 of 610824-01 from 08:00:00 to 16:00:00 with A12, B07`, `shift 1 is handed over [with private data]`.
fn of_shift(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let shift_id = shift(words)?;
    if words.take("is handed over") {
        let notes = words.take("with private data").then(|| private(5));
        return Ok(Command::OfferHandOver(OfferHandOver { shift_id, notes }));
    }
    words.expect("of")?;
    let station = agency(words)?;
    words.expect("from")?;
    let starts_at = words.time()?;
    words.expect("to")?;
    let ends_at = words.time()?;
    let mut units = BTreeSet::new();
    if words.take("with") {
        loop {
            units.insert(runner.unit(&words.next("a call sign")?)?);
            if !words.take(",") {
                break;
            }
        }
    }
    Ok(Command::PlanShift(PlanShift { plan: ShiftPlan { shift_id, station, starts_at, ends_at, units } }))
}

/// `wartime mode in 610824-01 until 12:00:00 because major_case`, `wartime mode in 610824-01 ends`.
fn wartime(words: &mut Words) -> Outcome<Command> {
    let area = agency(words)?;
    if words.take("ends") {
        return Ok(Command::EndWartime(EndWartime { area }));
    }
    words.expect("until")?;
    let until = words.time()?;
    Ok(Command::StartWartime(StartWartime { area, reason: because(words)?, until }))
}

/// `note dog of 610824-01 at 37.600,108.800 until day 30 09:00:00 [with private data]`, `note 1 is taken back`.
fn note(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    if words.peek().is_some_and(|word| word.parse::<usize>().is_ok()) {
        let note_id = runner.note(words)?;
        words.expect("is taken back")?;
        return Ok(Command::EndPremiseNote(EndPremiseNote { note_id }));
    }
    let kind = reason(words, "a kind of note")?;
    words.expect("of")?;
    let station = agency(words)?;
    words.expect("at")?;
    let (lat, lon) = words.position()?;
    let position = Position::from_degrees(lat, lon).map_err(|error| error.to_string())?;
    words.expect("until")?;
    let expires_at = words.time()?;
    let text = words.take("with private data").then(|| private(6));
    Ok(Command::AddPremiseNote(AddPremiseNote { position, kind, text, expires_at, station }))
}
