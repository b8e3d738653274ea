//! What is done in a scenario: when, by whom, and what follows.

use super::runner::{Last, Runner};
use super::words::{Outcome, Words};
use super::{incident_act, room_act, server_act, station_act, unit_act};
use domain::command::Command;
use domain::principal::{Principal, Role};
use domain::testing::{LOG, observer, operator, server, unit_principal};

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
    let (who, command) = match by_an_operator(runner, words)? {
        Some(command) => (who.unwrap_or_else(|| operator(LOG)), command),
        None => match server_act::by_the_server(runner, words)? {
            Some(command) => (who.unwrap_or_else(server), command),
            None => {
                let (unit_id, command) = unit_act::unit_act(runner, words)?;
                (who.unwrap_or_else(|| unit_principal(&unit_id)), command)
            }
        },
    };
    words.done()?;
    let answer = runner.bench.run(&who, command);
    runner.bench.same_caller.clear();
    runner.answered(answer);
    Ok(())
}

fn by_an_operator(runner: &mut Runner, words: &mut Words) -> Outcome<Option<Command>> {
    if let Some(command) = room_act::by_the_room(runner, words)? {
        return Ok(Some(command));
    }
    if let Some(command) = incident_act::of_incident(runner, words)? {
        return Ok(Some(command));
    }
    station_act::of_station(runner, words)
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
