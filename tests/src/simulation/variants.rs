//! The counties and policies that runs are drawn from.

use super::Chance;
use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use domain::ids::{AgencyId, ReasonKey};
use domain::incident::LendingStep;
use domain::place::Position;
use domain::policy::{ArrivalModel, DEFAULT_TEXT, DispatchMode, Policy, parse};
use domain::testing::tree;
use std::sync::OnceLock;

fn default() -> &'static Policy {
    static DEFAULT: OnceLock<Policy> = OnceLock::new();
    DEFAULT.get_or_init(|| parse("default.toml", DEFAULT_TEXT).unwrap())
}

/// The shipped default in one run of four; else each part of it may differ.
pub(super) fn policy(chance: &mut Chance) -> Policy {
    let mut policy = default().clone();
    if chance.percent(25) {
        return policy;
    }
    for level in [1, 2, 3] {
        policy.priorities[level].mode = chance.one(&[DispatchMode::Manual, DispatchMode::Confirm, DispatchMode::Automatic]);
    }
    policy.priorities[0].owner_follows = chance.percent(60);
    policy.priorities[1].any_team = chance.percent(20);
    policy.attendance.enabled = chance.percent(60);
    policy.arrival_model = chance.one(&[ArrivalModel::PlaceClass, ArrivalModel::Echelon]);
    policy.lending.community_minutes_per_month = chance.one(&[0, 1, 6_000]);
    policy.lending.step_ms = chance.one(&[5_000, 30_000]);
    if chance.percent(40) {
        policy.lending.steps.retain(|step| *step == LendingStep::OwnTeam || chance.percent(60));
    }
    policy.clocks.retry_ms = chance.one(&[5_000, 20_000]);
    policy.room_clocks.safety_check_ms = chance.one(&[60_000, 600_000]);
    policy.room_clocks.feedback_ms = chance.one(&[30_000, 1_800_000]);
    policy.room_clocks.support_ms = chance.one(&[20_000, 120_000]);
    policy.safety.helpers = u8::try_from(chance.between(1, 4)).unwrap();
    if chance.percent(20) {
        let key = chance.one(&["dispute", "traffic", "help"]);
        policy.categories.retain(|rule| rule.key.as_str() != key);
        policy.attendance.categories.retain(|category| category.as_str() != key);
        for kind in &mut policy.kinds {
            kind.only_categories.retain(|category| category.as_str() != key);
        }
    }
    policy
}

/// A county of `stations` stations: some by post, some with a post for patrol special police, of different place classes.
pub(super) fn county(chance: &mut Chance, stations: usize) -> AgencyTree {
    let plain = tree(stations);
    let mut nodes: Vec<AgencyNode> = plain.nodes().cloned().collect();
    let mut posts = Vec::new();
    for node in &mut nodes {
        if node.level != AgencyLevel::Station {
            continue;
        }
        if chance.percent(25) {
            node.organisation = Organisation::ByPost;
        }
        if chance.percent(50) {
            let class = chance.one(&["urban", "outskirts", "rural", "one_minute", "three_minutes"]);
            node.place_class = ReasonKey::new(class).ok();
        }
        if chance.percent(40) {
            let seat = Position::from_degrees(37.55, 108.8 + 0.01 * chance.fraction()).ok();
            let agency_id = AgencyId::new(&format!("{}-p1", node.agency_id)).unwrap();
            posts.push(AgencyNode { agency_id, parent: Some(node.agency_id.clone()), level: AgencyLevel::Post, seat, ..node.clone() });
        }
    }
    nodes.extend(posts);
    AgencyTree::new(plain.log_id().clone(), plain.time_zone().to_owned(), nodes).unwrap()
}

/// Where a unit may be at home: stations, beats, posts and the county itself.
pub(super) fn homes(tree: &AgencyTree) -> Vec<AgencyId> {
    tree.nodes().map(|node| node.agency_id.clone()).collect()
}
