//! What the room does with calls and units in a scenario: it takes calls, orders, recalls, reorders.

use super::runner::Runner;
use super::words::{self, Outcome, Words};
use domain::classification::Priority;
use domain::command::{
    AddCall, AssignUnits, ClearEmergency, Command, ConfirmProposal, ReadPrivate, RecallUnit, RejectProposal, ReorderQueue, UnitOrder,
    WhenEngaged,
};
use domain::ids::{AgencyId, AssignmentId, PrivateRef, ReasonKey};
use domain::incident::PrivateLink;
use domain::place::Place;
use domain::testing::{call, locate, unknown_id};

pub(super) fn by_the_room(runner: &mut Runner, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("call") {
        report(runner, words)?
    } else if words.take("another call about incident") {
        another_call(runner, words)?
    } else if words.take("assign") {
        assign(runner, words, WhenEngaged::Refuse)?
    } else if words.take("queue") {
        assign(runner, words, WhenEngaged::Queue)?
    } else if words.take("divert") {
        assign(runner, words, WhenEngaged::Divert)?
    } else if words.take("recall") {
        recall(runner, words)?
    } else if words.take("the queue of") {
        reorder(runner, words)?
    } else if words.take("the proposal for incident") {
        proposal(runner, words)?
    } else if words.take("the emergency of") {
        let unit_id = runner.unit(&words.next("a call sign")?)?;
        words.expect("is over")?;
        Command::ClearEmergency(ClearEmergency { unit_id, reason: reason(words, "how it ended")? })
    } else if words.take("private data of incident") {
        let incident_id = runner.incident(words)?;
        words.expect("is read")?;
        let purpose =
            if words.take("for") { reason(words, "a read purpose")? } else { reason(&mut Words::of("call_back"), "a read purpose")? };
        Command::ReadPrivate(ReadPrivate { incident_id, purpose })
    } else {
        return Ok(None);
    }))
}

/// `call criminal/robbery at 37.600,108.800 priority 1 rang 08:59:00 answered 08:59:05 from walk_in for desk 610824 with private data
/// by the caller of incident 1`.
fn report(runner: &mut Runner, words: &mut Words) -> Outcome<Command> {
    let what = words.next("a category")?;
    let place = place(runner, words)?;
    let mut report = call(&what, place);
    runner.bench.same_caller.clear();
    while words.peek().is_some() {
        if words.take("priority") {
            report.priority = Some(priority(words)?);
        } else if words.take("rang") {
            report.occurred_at = Some(words.time()?);
        } else if words.take("answered") {
            report.answered_at = Some(words.time()?);
        } else if words.take("from") {
            report.source = words::source(&words.next("a source")?)?;
        } else if words.take("for desk") {
            report.desk = Some(agency(words)?);
        } else if words.take("by the caller of incident") {
            let incident_id = runner.incident(words)?;
            runner.bench.same_caller.push(incident_id);
        } else if words.take("in agency") {
            let agency = agency(words)?;
            let Place::Located { agency: located, .. } = &mut report.place else { return Err("expected a place within".to_owned()) };
            *located = agency;
        } else {
            words.expect("with private data")?;
            report.private = Some(private(7));
        }
    }
    Ok(Command::ReportIncident(report))
}

/// `at 37.600,108.800` or `without a position`.
pub(super) fn place(runner: &Runner, words: &mut Words) -> Outcome<Place> {
    if words.take("without a position") {
        return Ok(Place::Unverified);
    }
    words.expect("at")?;
    let (lat, lon) = words.position()?;
    Ok(locate(&runner.bench.agencies, lat, lon))
}

/// A link into the vault; `salt` tells one from another.
pub(super) fn private(salt: u8) -> PrivateLink {
    PrivateLink { private_ref: PrivateRef(unknown_id()), commitment: [salt; 32] }
}

/// 1 to 4.
pub(super) fn priority(words: &mut Words) -> Outcome<Priority> {
    Priority::new(words.value("a priority")?).map_err(|error| error.to_string())
}

/// The code of an agency.
pub(super) fn agency(words: &mut Words) -> Outcome<AgencyId> {
    AgencyId::new(&words.next("an agency")?).map_err(|error| error.to_string())
}

/// A coded reason or outcome.
pub(super) fn reason(words: &mut Words, what: &str) -> Outcome<ReasonKey> {
    ReasonKey::new(&words.next(what)?).map_err(|error| error.to_string())
}

/// `because …`.
pub(super) fn because(words: &mut Words) -> Outcome<ReasonKey> {
    words.expect("because")?;
    reason(words, "a reason")
}

/// `with revision 9`; without it none is checked.
pub(super) fn revision(words: &mut Words) -> Outcome<u64> {
    if words.take("with revision") { words.value("a revision") } else { Ok(0) }
}

/// `another call about incident 1 from walk_in rang 08:59:00 with private data`.
fn another_call(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let incident_id = runner.incident(words)?;
    let source = if words.take("from") { words::source(&words.next("a source")?)? } else { call("help", Place::Unverified).source };
    let occurred_at = if words.take("rang") { Some(words.time()?) } else { None };
    let private = words.take("with private data").then(|| private(8));
    Ok(Command::AddCall(AddCall { incident_id, source, private, occurred_at }))
}

/// `assign A12 as primary and C03 to incident 1 with revision 9`; `queue A12 …` and `divert A12 …` say what to do when it is engaged.
fn assign(runner: &Runner, words: &mut Words, when_engaged: WhenEngaged) -> Outcome<Command> {
    let mut orders = Vec::new();
    if !words.take("nobody") {
        loop {
            let unit_id = runner.unit(&words.next("a call sign")?)?;
            let role = if words.take("as") { Some(words::role(&words.next("a role")?)?) } else { None };
            orders.push(UnitOrder { unit_id, role, when_engaged });
            if !words.take("and") {
                break;
            }
        }
    }
    words.expect("to incident")?;
    let incident_id = runner.incident(words)?;
    Ok(Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: revision(words)? }))
}

/// `recall A12 [from incident 1] because not_needed`.
fn recall(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let unit_id = runner.unit(&words.next("a call sign")?)?;
    let incident = if words.take("from incident") { Some(runner.incident(words)?) } else { None };
    let assignment_id = runner.order(&unit_id, incident).unwrap_or(AssignmentId(unknown_id()));
    Ok(Command::RecallUnit(RecallUnit { assignment_id, reason: because(words)? }))
}

/// `the queue of A12 becomes incident 3, incident 2`, `… becomes empty`.
fn reorder(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let unit_id = runner.unit(&words.next("a call sign")?)?;
    words.expect("becomes")?;
    let mut queue = Vec::new();
    while !words.take("empty") {
        words.expect("incident")?;
        let incident = runner.incident(words)?;
        queue.push(runner.order(&unit_id, Some(incident)).unwrap_or(AssignmentId(unknown_id())));
        if !words.take(",") {
            break;
        }
    }
    Ok(Command::ReorderQueue(ReorderQueue { unit_id, queue }))
}

/// `the proposal for incident 1 is confirmed`, `… is rejected`.
fn proposal(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let incident_id = runner.incident(words)?;
    if words.take("is confirmed") {
        return Ok(Command::ConfirmProposal(ConfirmProposal { incident_id, expected_revision: revision(words)? }));
    }
    words.expect("is rejected")?;
    Ok(Command::RejectProposal(RejectProposal { incident_id, expected_revision: revision(words)? }))
}
