//! What is done in a scenario: calls, orders, what an operator says of an incident, what the server does.

use super::runner::{Last, Runner};
use super::words::{self, Outcome, Words};
use super::{given, unit_act};
use domain::classification::Priority;
use domain::command::{
    ActivateAgencyTree, ActivatePolicy, AssignUnits, CloseIncident, Command, ConfirmAlarm, ErasePrivate, ReadPrivate, Reclassify,
    RegisterUnits, ResolveIncident, UnitOrder,
};
use domain::deadlines::DeadlineSubject;
use domain::ids::{AlarmId, BlobHash, PrivateRef, ReasonKey};
use domain::incident::PrivateLink;
use domain::place::Place;
use domain::principal::{Principal, Role};
use domain::testing::{LOG, call, locate, observer, operator, server, unit_principal, unknown_id};

/// `at 09:00:00 [late] [as …,] …`.
pub(super) fn act(runner: &mut Runner, words: &mut Words) -> Outcome {
    let time = words.time()?;
    if time < runner.bench.now {
        return Err("the clock does not run backwards".to_owned());
    }
    if words.take("late") {
        runner.bench.caught_up = false;
        runner.bench.now = time;
    } else {
        runner.bench.caught_up = true;
        let steps = runner.bench.fire_due(time);
        runner.last = Last::Done(steps.into_iter().flat_map(|step| step.events).collect());
        runner.remember_deadlines();
    }
    let who = if words.take("as") { Some(who(runner, words)?) } else { None };
    if words.take("time passes") {
        return words.done();
    }
    runner.last = Last::Nothing;
    let (who, command) = match by_the_room(runner, words)? {
        Some(command) => (who.unwrap_or_else(|| operator(LOG)), command),
        None => match by_the_server(runner, words)? {
            Some(command) => (who.unwrap_or_else(server), command),
            None => {
                let (unit_id, command) = unit_act::unit_act(runner, words)?;
                (who.unwrap_or_else(|| unit_principal(&unit_id)), command)
            }
        },
    };
    words.done()?;
    let answer = runner.bench.run(&who, command);
    runner.answered(answer);
    Ok(())
}

/// `operator of 610824-02,`, `observer of 610824,`, `the server,` or a call sign.
fn who(runner: &Runner, words: &mut Words) -> Outcome<Principal> {
    let who = if words.take("operator of") {
        operator(&words.next("an agency")?)
    } else if words.take("observer of") {
        observer(&words.next("an agency")?)
    } else if words.take("gateway of") {
        let like = observer(&words.next("an agency")?);
        let Role::Observer { jurisdictions } = like.role else { return Err("expected an agency".to_owned()) };
        Principal { role: Role::Gateway { jurisdictions }, ..like }
    } else if words.take("the server") {
        server()
    } else {
        unit_principal(&runner.unit(&words.next("who")?)?)
    };
    words.expect(",")?;
    Ok(who)
}

fn by_the_room(runner: &Runner, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("call") {
        report(runner, words)?
    } else if words.take("assign") {
        assign(runner, words)?
    } else if words.take("incident") {
        of_incident(runner, words)?
    } else if words.take("alarm") {
        confirm(runner, words)?
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

/// `call criminal/robbery at 37.600,108.800 priority 1 rang 08:59:00 from walk_in with private data`.
fn report(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let what = words.next("a category")?;
    let place = if words.take("without a position") {
        Place::Unverified
    } else {
        words.expect("at")?;
        let (lat, lon) = words.position()?;
        locate(&runner.bench.agencies, lat, lon)
    };
    let mut report = call(&what, place);
    while words.peek().is_some() {
        if words.take("priority") {
            let level = words.value("a priority")?;
            report.priority = Some(Priority::new(level).map_err(|error| error.to_string())?);
        } else if words.take("rang") {
            report.occurred_at = Some(words.time()?);
        } else if words.take("from") {
            report.source = words::source(&words.next("a source")?)?;
        } else if words.take("in agency") {
            let agency = domain::ids::AgencyId::new(&words.next("an agency")?).map_err(|error| error.to_string())?;
            let Place::Located { agency: located, .. } = &mut report.place else { return Err("expected a place within".to_owned()) };
            *located = agency;
        } else {
            words.expect("with private data")?;
            report.private = Some(PrivateLink { private_ref: PrivateRef(unknown_id()), commitment: [7; 32] });
        }
    }
    Ok(Command::ReportIncident(report))
}

/// `assign A12 as primary and C03 to incident 1 with revision 9`.
fn assign(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let mut orders = Vec::new();
    if !words.take("nobody") {
        loop {
            let unit_id = runner.unit(&words.next("a call sign")?)?;
            let role = if words.take("as") { Some(words::role(&words.next("a role")?)?) } else { None };
            orders.push(UnitOrder { unit_id, role, when_engaged: WhenEngaged::Refuse });
            if !words.take("and") {
                break;
            }
        }
    }
    words.expect("to incident")?;
    let incident_id = runner.incident(words)?;
    Ok(Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: revision(words)? }))
}

fn revision(words: &mut Words) -> Outcome<u64> {
    if words.take("with revision") { words.value("a revision") } else { Ok(0) }
}

/// A coded reason or outcome.
pub(super) fn reason(words: &mut Words, what: &str) -> Outcome<ReasonKey> {
    ReasonKey::new(&words.next(what)?).map_err(|error| error.to_string())
}

/// `incident 1 is resolved handled`, `is closed`, `is verified as criminal/assault`.
fn of_incident(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let incident_id = runner.incident(words)?;
    if words.take("is closed") {
        return Ok(Command::CloseIncident(CloseIncident { incident_id, excuse: None, expected_revision: revision(words)? }));
    }
    if words.take("is resolved") {
        let disposition = reason(words, "a disposition")?;
        return Ok(Command::ResolveIncident(ResolveIncident { incident_id, disposition, expected_revision: revision(words)? }));
    }
    words.expect("is verified as")?;
    let verified_as = call(&words.next("a category")?, Place::Unverified).classification;
    Ok(Command::Reclassify(Reclassify { incident_id, verified_as, expected_revision: revision(words)? }))
}

/// `alarm undelivered of incident 1 is confirmed`.
fn confirm(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let kind = words::alarm_kind(&words.next("a kind of alarm")?)?;
    words.expect("of incident")?;
    let incident_id = runner.incident(words)?;
    words.expect("is confirmed")?;
    let world = &runner.bench.world;
    let of_kind = || world.alarms_of(incident_id).filter(|alarm| alarm.kind == kind);
    let alarm = of_kind().find(|alarm| alarm.end.is_none()).or_else(|| of_kind().last());
    Ok(Command::ConfirmAlarm(ConfirmAlarm { alarm_id: alarm.map_or(AlarmId(unknown_id()), |alarm| alarm.alarm_id) }))
}

fn by_the_server(runner: &Runner, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("register") {
        Command::RegisterUnits(RegisterUnits { profiles: vec![given::unit(words)?.profile] })
    } else if words.take("the policy is activated") {
        Command::ActivatePolicy(ActivatePolicy { hash: BlobHash::of(b"policy") })
    } else if words.take("another policy is activated") {
        Command::ActivatePolicy(ActivatePolicy { hash: BlobHash::of(b"another policy") })
    } else if words.take("the agency tree is activated") {
        Command::ActivateAgencyTree(ActivateAgencyTree { hash: BlobHash::of(b"tree") })
    } else if words.take("private data is erased") {
        Command::ErasePrivate(ErasePrivate { private_ref: PrivateRef(unknown_id()) })
    } else if words.take("deadline") {
        fire(runner, words)?
    } else {
        return Ok(None);
    }))
}

/// `deadline deliver of A12 fires`, `deadline dispatch of incident 1 fires`: the last such deadline, due or not, running or not.
fn fire(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let kind = words.next("a kind of deadline")?;
    words.expect("of")?;
    let subject = if words.take("incident") {
        let id = runner.incident(words)?;
        if kind == "retry" { DeadlineSubject::Retry(id) } else { DeadlineSubject::Dispatch(id) }
    } else {
        let unit_id = runner.unit(&words.next("a call sign")?)?;
        let id = runner.order(&unit_id, None).ok_or("this unit never had an order")?;
        if kind == "deliver" { DeadlineSubject::Deliver(id) } else { DeadlineSubject::Acknowledge(id) }
    };
    words.expect("fires")?;
    let deadline = runner.seen.iter().rev().find(|deadline| deadline.subject == subject).cloned();
    let deadline = deadline.ok_or_else(|| format!("no deadline {kind} ever ran there"))?;
    Ok(Command::FireDeadline(domain::command::FireDeadline { deadline }))
}
