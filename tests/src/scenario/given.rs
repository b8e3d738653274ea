//! What a scenario begins with.

use super::runner::Runner;
use super::words::{self, Outcome, Words};
use domain::command::{Command, RegisterUnits, SignOn};
use domain::ids::{AgencyId, UnitId};
use domain::place::Position;
use domain::policy::{DEFAULT_TEXT, parse};
use domain::testing::{Bench, profile, server, station_id, tree, unit_principal};
use domain::unit::UnitProfile;

/// `given …`.
pub(super) fn given(runner: &mut Runner, words: &mut Words) -> Outcome {
    if words.take("an empty log") {
        let policy = parse("default.toml", DEFAULT_TEXT).map_err(|errors| format!("{errors:?}"))?;
        runner.bench = Bench::empty(policy, tree(2));
        return words.done();
    }
    words.expect("unit")?;
    let described = unit(words)?;
    words.done()?;
    let unit_id = described.profile.unit_id.clone();
    if let Some((lat, lon)) = described.at {
        let position = Position::from_degrees(lat, lon).map_err(|error| error.to_string())?;
        runner.bench.fixes.insert(unit_id.clone(), position);
    }
    let register = Command::RegisterUnits(RegisterUnits { profiles: vec![described.profile] });
    runner.bench.run(&server(), register).map_err(|error| error.to_string())?;
    if described.on_duty {
        let sign_on = Command::SignOn(SignOn { unit_id: unit_id.clone(), crew: None, occurred_at: None });
        runner.bench.run(&unit_principal(&unit_id), sign_on).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A unit as a scenario describes it.
pub(super) struct Described {
    pub(super) profile: UnitProfile,
    pub(super) at: Option<(f64, f64)>,
    pub(super) on_duty: bool,
}

/// `A12 car team case home 610824-01 sworn 2 at 37.601,108.801`.
pub(super) fn unit(words: &mut Words) -> Outcome<Described> {
    let call_sign = words.next("a call sign")?;
    let mut profile = profile(&call_sign, station_id(1));
    let (mut at, mut on_duty) = (None, true);
    while let Some(word) = words.peek().map(str::to_owned) {
        if words.take("team") {
            profile.team = words::team(&words.next("a team")?)?;
        } else if words.take("home") {
            profile.home = AgencyId::new(&words.next("an agency")?).map_err(|error| error.to_string())?;
        } else if words.take("sworn") {
            profile.sworn = words.value("a number of officers")?;
        } else if words.take("auxiliary") {
            profile.auxiliary = words.value("a number of auxiliaries")?;
        } else if words.take("id") {
            profile.unit_id = UnitId::new(&words.next("a unit id")?).map_err(|error| error.to_string())?;
        } else if words.take("call sign") {
            profile.call_sign = words.next("a call sign")?.into();
        } else if words.take("at") {
            at = Some(words.position()?);
        } else if words.take("off duty") {
            on_duty = false;
        } else if words.take("without a fix") {
            at = None;
        } else {
            profile.kind = words::unit_kind(&word)?;
            words.next("a kind")?;
        }
    }
    Ok(Described { profile, at, on_duty })
}
