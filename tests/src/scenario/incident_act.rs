//! What an operator says of an incident in a scenario.

use super::room_act::{agency, because, place, priority, reason, revision};
use super::runner::Runner;
use super::words::{self, Outcome, Words};
use domain::command::{
    AnswerTransfer, CancelIncident, CloseIncident, Command, ExcuseAttendance, HoldIncident, MergeIncidents, PassDown, Reclassify,
    ReleaseHold, ReopenIncident, RequestSupport, ResolveIncident, SetOwner, SetPriority, SignIncident, SplitIncident, TransferIncident,
    Undo, UnmergeIncidents,
};
use domain::ids::{CallId, IncidentId};
use domain::place::Place;
use domain::testing::{call, unknown_id};

/// `incident 1 …`, or `the other side accepts incident 1`.
pub(super) fn of_incident(runner: &Runner, words: &mut Words) -> Outcome<Option<Command>> {
    if words.take("the other side") {
        return answer(runner, words).map(Some);
    }
    if words.take("the last change of incident") {
        let incident_id = runner.incident(words)?;
        words.expect("is undone")?;
        let last = runner.bench.world.incident(&incident_id).and_then(|incident| incident.last_change.as_ref()).map(|last| last.seq);
        let revision = runner.bench.world.incident(&incident_id).map(|incident| incident.revision);
        return Ok(Some(Command::Undo(Undo { incident_id, seq: last.or(revision).unwrap_or_default() })));
    }
    if !words.take("incident") {
        return Ok(None);
    }
    let id = runner.incident(words)?;
    let found = [state, standing, ways].into_iter().find_map(|what| what(runner, id, words).transpose());
    found.transpose()?.map(Some).ok_or_else(|| format!("{}, expected what is said of the incident", words.here()))
}

/// `is resolved handled`, `is closed [excused remote]`, `is cancelled because …`, `is reopened because …`, `is held until … because …`,
/// `is released`.
fn state(_: &Runner, incident_id: IncidentId, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("is resolved") {
        let disposition = reason(words, "a disposition")?;
        Command::ResolveIncident(ResolveIncident { incident_id, disposition, expected_revision: revision(words)? })
    } else if words.take("is closed") {
        let excuse = if words.take("excused") { Some(reason(words, "an excuse")?) } else { None };
        Command::CloseIncident(CloseIncident { incident_id, excuse, expected_revision: revision(words)? })
    } else if words.take("is cancelled") {
        let reason = because(words)?;
        Command::CancelIncident(CancelIncident { incident_id, reason, expected_revision: revision(words)? })
    } else if words.take("is reopened") {
        let reason = because(words)?;
        Command::ReopenIncident(ReopenIncident { incident_id, reason, expected_revision: revision(words)? })
    } else if words.take("is held until") {
        let until = words.time()?;
        let reason = because(words)?;
        Command::HoldIncident(HoldIncident { incident_id, reason, until, expected_revision: revision(words)? })
    } else if words.take("is released") {
        Command::ReleaseHold(ReleaseHold { incident_id })
    } else {
        return Ok(None);
    }))
}

/// `is verified as criminal/assault`, `has priority 1`, `goes to team case because capacity`.
fn standing(_: &Runner, incident_id: IncidentId, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("is verified as") {
        let verified_as = call(&words.next("a category")?, Place::Unverified).classification;
        Command::Reclassify(Reclassify { incident_id, verified_as, expected_revision: revision(words)? })
    } else if words.take("has priority") {
        let priority = priority(words)?;
        Command::SetPriority(SetPriority { incident_id, priority, expected_revision: revision(words)? })
    } else if words.take("goes to team") {
        let owner = words::team(&words.next("a team")?)?;
        let reason = because(words)?;
        Command::SetOwner(SetOwner { incident_id, owner, reason, expected_revision: revision(words)? })
    } else {
        return Ok(None);
    }))
}

/// `is passed down from 610824`, `is signed`, `is merged into incident 1`, `is unmerged`, `is split: call 2 is criminal/theft at …`,
/// `is handed to fire119 because fire`, `needs no attendance because remote`, `asks 610824 for support of team patrol because …`.
fn ways(runner: &Runner, incident_id: IncidentId, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("is passed down from") {
        let from = agency(words)?;
        Command::PassDown(PassDown { incident_id, from, expected_revision: revision(words)? })
    } else if words.take("is signed") {
        Command::SignIncident(SignIncident { incident_id })
    } else if words.take("is merged into incident") {
        let into = runner.incident(words)?;
        Command::MergeIncidents(MergeIncidents { incident_id, into, expected_revision: revision(words)? })
    } else if words.take("is unmerged") {
        Command::UnmergeIncidents(UnmergeIncidents { incident_id })
    } else if words.take("is split: call") || words.take("is split call") {
        split(runner, incident_id, words)?
    } else if words.take("is handed to") {
        let to = words::other_side(&words.next("the other side")?)?;
        let reason = because(words)?;
        Command::TransferIncident(TransferIncident { incident_id, to, reason, expected_revision: revision(words)? })
    } else if words.take("needs no attendance") {
        Command::ExcuseAttendance(ExcuseAttendance { incident_id, reason: because(words)? })
    } else if words.take("asks") {
        let to = agency(words)?;
        words.expect("for support")?;
        let team = if words.take("of team") { Some(words::team(&words.next("a team")?)?) } else { None };
        Command::RequestSupport(RequestSupport { incident_id, to, team, reason: because(words)? })
    } else {
        return Ok(None);
    }))
}

fn split(runner: &Runner, incident_id: IncidentId, words: &mut Words) -> Outcome<Command> {
    let number = words.value::<usize>("the number of a call")?;
    let calls = runner.bench.world.incident(&incident_id).map(|incident| incident.calls.clone()).unwrap_or_default();
    let call_id = number.checked_sub(1).and_then(|at| calls.get(at)).map_or(CallId(unknown_id()), |call| call.call_id);
    words.expect("is")?;
    let classification = call(&words.next("a category")?, Place::Unverified).classification;
    let place = place(runner, words)?;
    Ok(Command::SplitIncident(SplitIncident { incident_id, call_id, classification, place, expected_revision: revision(words)? }))
}

/// `the other side accepts incident 1`, `the other side refuses incident 1 [because no_capacity]`.
fn answer(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let accepted = words.take("accepts");
    if !accepted {
        words.expect("refuses")?;
    }
    words.expect("incident")?;
    let incident_id = runner.incident(words)?;
    let reason = if words.peek() == Some("because") { Some(because(words)?) } else { None };
    Ok(Command::AnswerTransfer(AnswerTransfer { incident_id, accepted, reason }))
}
