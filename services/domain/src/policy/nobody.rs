//! Rows of a policy that nobody of an organisation can follow, and what an organisation names that the policy does not have. A policy
//! is valid without an organisation; only against one can such rows be told.

use super::{PlanSlot, Policy};
use crate::agency::{AgencyLevel, AgencyTree, Organisation};
use crate::assignment::AssignmentRole;
use crate::classification::Team;
use crate::ids::{AgencyId, ReasonKey};
use crate::unit::UnitProfile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A row that nobody can follow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ForNobody {
    /// The list: `category`, `plan`.
    pub list: String,
    /// The row in it, from 0.
    pub index: usize,
    /// The field.
    pub field: String,
    /// The row by its key: `traffic`, `help/missing_child`.
    pub key: String,
    /// Why nobody can, and what was expected.
    pub message: String,
}

impl fmt::Display for ForNobody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.{}: {}", self.list, self.key, self.field, self.message)
    }
}

/// Every row that no registered unit could follow, whoever is on duty: an owning team without a unit, a place in a response plan that
/// too few units fit, a plan that no category uses. The room is its own team and needs no unit; stations by post (岗位制) have no
/// teams, so where every station is one only the kinds, capabilities and crews count.
#[must_use]
pub fn for_nobody(policy: &Policy, tree: &AgencyTree, profiles: &[UnitProfile]) -> Vec<ForNobody> {
    let mut stations = tree.nodes().filter(|node| node.level == AgencyLevel::Station).peekable();
    let no_teams = stations.peek().is_some() && stations.all(|node| node.organisation == Organisation::ByPost);
    let teams: BTreeSet<Team> = profiles.iter().map(|profile| profile.team).collect();
    let nobody_of = |team: Team| !no_teams && team != Team::Room && !teams.contains(&team);
    let mut found = Vec::new();
    let mut say = |list: &str, index: usize, field: &str, key: String, message: String| {
        found.push(ForNobody { list: list.to_owned(), index, field: field.to_owned(), key, message });
    };
    for (index, category) in policy.categories.iter().enumerate() {
        let message = |team: Team| format!("no registered unit is of team {}: expected at least one", team.key());
        if nobody_of(category.owner) {
            say("category", index, "owner", category.key.to_string(), message(category.owner));
        }
        for rule in &category.types {
            if let Some(owner) = rule.owner.filter(|owner| nobody_of(*owner)) {
                say("category", index, "owner", format!("{}/{}", category.key, rule.key), message(owner));
            }
        }
    }
    let used: BTreeSet<&ReasonKey> = policy
        .categories
        .iter()
        .flat_map(|category| category.plan.iter().chain(category.types.iter().filter_map(|rule| rule.plan.as_ref())))
        .collect();
    for (index, plan) in policy.plans.iter().enumerate() {
        if !used.contains(&plan.key) {
            say("plan", index, "key", plan.key.to_string(), "no category and no type has this plan".to_owned());
        }
        for (number, slot) in (1..).zip(&plan.slots) {
            let fit = profiles.iter().filter(|profile| fits(policy, slot, profile, no_teams)).count();
            if fit < usize::from(slot.count) {
                let message = format!("slot {number} wants {} {}, and {fit} registered units fit", slot.count, wanted(slot));
                say("plan", index, "slots", plan.key.to_string(), message);
            }
        }
    }
    found
}

/// Whether a unit could ever take a place in a plan, by what is registered of it.
fn fits(policy: &Policy, slot: &PlanSlot, profile: &UnitProfile, no_teams: bool) -> bool {
    let may_be_primary = policy.kind(profile.kind).is_some_and(|rule| rule.may_be_primary) && profile.sworn > 0;
    (slot.kinds.is_empty() || slot.kinds.contains(&profile.kind))
        && slot.team.is_none_or(|team| no_teams || profile.team == team)
        && slot.capabilities.is_subset(&profile.capabilities)
        && profile.sworn >= slot.sworn
        && (slot.role != AssignmentRole::Primary || may_be_primary)
}

fn wanted(slot: &PlanSlot) -> String {
    let kinds = slot.kinds.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(" or ");
    let mut words = vec![if kinds.is_empty() { "of any kind".to_owned() } else { kinds }];
    words.extend(slot.team.map(|team| format!("of team {}", team.key())));
    words.extend((slot.sworn > 0).then(|| format!("with {} sworn", slot.sworn)));
    if !slot.capabilities.is_empty() {
        words.push(format!("with {}", slot.capabilities.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(" and ")));
    }
    if slot.role == AssignmentRole::Primary {
        words.push("that may be primary".to_owned());
    }
    words.join(" ")
}

/// Nodes whose place class the policy does not have, in order of codes: no arrival clock could run there.
#[must_use]
pub fn unknown_place_classes(policy: &Policy, tree: &AgencyTree) -> Vec<(AgencyId, ReasonKey)> {
    let unknown = |key: &&ReasonKey| !policy.place_classes.iter().any(|rule| &rule.key == *key);
    tree.nodes().filter_map(|node| Some((node.agency_id.clone(), node.place_class.as_ref().filter(unknown)?.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT_TEXT, parse, row_line};
    use super::*;
    use crate::testing;
    use crate::unit::UnitKind;

    fn unit(call_sign: &str, kind: UnitKind, team: Team, sworn: u8) -> UnitProfile {
        UnitProfile { kind, team, sworn, ..testing::profile(call_sign, testing::station_id(1)) }
    }

    fn told(text: &str, tree: &AgencyTree, units: &[UnitProfile]) -> Vec<String> {
        for_nobody(&parse("p.toml", text).unwrap(), tree, units).iter().map(ToString::to_string).collect()
    }

    fn enough() -> Vec<UnitProfile> {
        vec![
            unit("A1", UnitKind::Car, Team::Community, 2),
            unit("B1", UnitKind::Car, Team::Case, 2),
            unit("T1", UnitKind::Motorcycle, Team::Traffic, 1),
            unit("D1", UnitKind::Drone, Team::Case, 0),
        ]
    }

    #[test]
    fn with_a_unit_of_every_owning_team_and_for_every_place_no_row_is_for_nobody() {
        assert_eq!(told(DEFAULT_TEXT, &testing::tree(2), &enough()), Vec::<String>::new());
    }

    #[test]
    fn a_team_without_a_unit_and_a_place_that_nobody_fits_are_named() {
        let units: Vec<_> = enough().into_iter().filter(|unit| matches!(unit.team, Team::Community)).collect();
        let found = told(DEFAULT_TEXT, &testing::tree(2), &units);
        assert_eq!(
            found,
            [
                "category criminal.owner: no registered unit is of team case: expected at least one",
                "category public_order.owner: no registered unit is of team case: expected at least one",
                "category traffic.owner: no registered unit is of team traffic: expected at least one",
                "category mass_incident.owner: no registered unit is of team case: expected at least one",
                "category tip_off.owner: no registered unit is of team case: expected at least one",
                "plan family_violence.slots: slot 2 wants 1 of any kind of team case, and 0 registered units fit",
                "plan armed.slots: slot 3 wants 1 drone, and 0 registered units fit",
                "plan missing_child.slots: slot 2 wants 2 of any kind, and 1 registered units fit",
                "plan missing_child.slots: slot 3 wants 1 drone, and 0 registered units fit",
            ]
        );
        let row = for_nobody(&parse("p.toml", DEFAULT_TEXT).unwrap(), &testing::tree(2), &units).remove(2);
        let line = row_line(DEFAULT_TEXT, &row.list, row.index, &row.field);
        assert_eq!(DEFAULT_TEXT.lines().nth(line - 1), Some("owner = \"traffic\""));
    }

    #[test]
    fn capabilities_crews_and_types_count_and_an_unused_plan_is_named() {
        let text = DEFAULT_TEXT.replacen("plan = \"missing_child\"", "owner = \"patrol\"", 1).replacen(
            "{ role = \"backup\", sworn = 1 }",
            "{ role = \"backup\", sworn = 3, capabilities = [\"dog\", \"shield\"] }",
            1,
        );
        assert_eq!(
            told(&text, &testing::tree(2), &enough()),
            [
                "category help/missing_child.owner: no registered unit is of team patrol: expected at least one",
                "plan armed.slots: slot 2 wants 1 of any kind with 3 sworn with dog and shield, and 0 registered units fit",
                "plan missing_child.key: no category and no type has this plan",
            ]
        );
    }

    #[test]
    fn where_every_station_is_by_post_teams_do_not_count() {
        let tree = testing::tree(1);
        let by_post = tree.nodes().map(|node| {
            let station = node.level == AgencyLevel::Station;
            crate::agency::AgencyNode { organisation: if station { Organisation::ByPost } else { node.organisation }, ..node.clone() }
        });
        let tree = AgencyTree::new(tree.log_id().clone(), "UTC".to_owned(), by_post.collect()).unwrap();
        let units = [
            unit("A1", UnitKind::Car, Team::Community, 2),
            unit("A2", UnitKind::Car, Team::Community, 2),
            unit("D1", UnitKind::Drone, Team::Room, 0),
        ];
        assert_eq!(told(DEFAULT_TEXT, &tree, &units), Vec::<String>::new());
    }

    #[test]
    fn a_place_class_the_policy_does_not_have_is_named() {
        let tree = testing::tree(1);
        let key = |text: &str| ReasonKey::new(text).ok();
        let classed = tree.nodes().map(|node| crate::agency::AgencyNode {
            place_class: if node.level == AgencyLevel::Beat { key("harbour") } else { key("urban") },
            ..node.clone()
        });
        let tree = AgencyTree::new(tree.log_id().clone(), "UTC".to_owned(), classed.collect()).unwrap();
        let found = unknown_place_classes(&parse("p.toml", DEFAULT_TEXT).unwrap(), &tree);
        let told: Vec<_> = found.iter().map(|(agency, key)| format!("{agency} {key}")).collect();
        assert_eq!(told, ["610824-01-01 harbour"]);
    }
}
