//! What a scenario begins with.

use super::policy;
use super::room_act::{agency, reason};
use super::runner::Runner;
use super::words::{self, Outcome, Words};
use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use domain::command::{Command, RegisterUnits, SignOn};
use domain::ids::{AgencyId, UnitId};
use domain::place::Position;
use domain::policy::{DEFAULT_TEXT, parse};
use domain::testing::{Bench, profile, server, station_id, tree, unit_principal};
use domain::unit::UnitProfile;
use std::sync::Arc;

/// `given …`.
pub(super) fn given(runner: &mut Runner, words: &mut Words) -> Outcome {
    if words.take("an empty log") {
        let policy = parse("default.toml", DEFAULT_TEXT).map_err(|errors| format!("{errors:?}"))?;
        runner.bench = Bench::empty(policy, tree(2));
        return words.done();
    }
    if words.take("policy") {
        runner.bench.policy = Arc::new(policy::changed(words)?);
        return words.done();
    }
    if words.peek() == Some("agency") || words.peek() == Some("post") {
        let tree = changed_tree(&runner.bench.agencies, words)?;
        runner.bench.agencies = Arc::new(tree);
        return words.done();
    }
    if words.take("stations") {
        let stations = words.value("a number of stations")?;
        runner.bench.agencies = Arc::new(tree(stations));
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

/// The tree with one thing changed: `agency 610824-02 by post`, `agency X in two teams`, `agency X place class rural`, `agency X gone`,
/// `post 610824-01-p1 of 610824-01 at 37.600,108.800`.
pub(super) fn changed_tree(tree: &AgencyTree, words: &mut Words) -> Outcome<AgencyTree> {
    let mut nodes: Vec<AgencyNode> = tree.nodes().cloned().collect();
    if words.take("post") {
        nodes.push(post(words)?);
    } else {
        words.expect("agency")?;
        let id = agency(words)?;
        if words.take("gone") {
            nodes.retain(|node| node.agency_id != id && node.parent.as_ref() != Some(&id));
        } else {
            let node = nodes.iter_mut().find(|node| node.agency_id == id).ok_or_else(|| format!("there is no agency {id}"))?;
            if words.take("by post") {
                node.organisation = Organisation::ByPost;
            } else if words.take("in two teams") {
                node.organisation = Organisation::TwoTeams;
            } else {
                words.expect("place class")?;
                node.place_class = Some(reason(words, "a place class")?);
            }
        }
    }
    AgencyTree::new(tree.log_id().clone(), tree.time_zone().to_owned(), nodes).map_err(|error| error.to_string())
}

fn post(words: &mut Words) -> Outcome<AgencyNode> {
    let agency_id = agency(words)?;
    words.expect("of")?;
    let parent = Some(agency(words)?);
    words.expect("at")?;
    let (lat, lon) = words.position()?;
    Ok(AgencyNode {
        name_zh: agency_id.to_string(),
        name_en: agency_id.to_string(),
        agency_id,
        parent,
        level: AgencyLevel::Post,
        seat: Position::from_degrees(lat, lon).ok(),
        organisation: Organisation::TwoTeams,
        place_class: None,
        staffing: None,
        neighbours: std::collections::BTreeSet::new(),
    })
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
        } else if words.take("can") {
            profile.capabilities.insert(words.next("a capability")?.into());
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
