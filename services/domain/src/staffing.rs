//! Staffing templates: are the stations and beats of a tree staffed as the policy's templates ask? A finding never stops anything by
//! itself; who imports an organisation decides what it means.
//!
//! People are counted from the registered units by where the units have their home. A station's staff are the sworn officers and
//! auxiliaries of its teams and its room, in its beats and posts too; specialist forces that only have their home there (traffic,
//! patrol special police) are not. A beat's staff are its community officers and auxiliaries (一区两辅, 一村一辅). Where a station is
//! organised by post (岗位制) the same people do every duty, so every unit counts and no share of community officers is asked for.

use crate::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use crate::classification::Team;
use crate::ids::{AgencyId, ReasonKey};
use crate::policy::{Policy, StaffingRule};
use crate::unit::UnitProfile;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What of a template was looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffingWhat {
    /// The template itself: 1 is expected and 0 found where the policy has none of this name.
    Template,
    /// Sworn officers.
    Sworn,
    /// Auxiliaries.
    Auxiliary,
    /// Share of community officers among the sworn, in whole percent, rounded down.
    CommunityPercent,
}

impl StaffingWhat {
    /// The key, as in reports: the template's field without `_min`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Sworn => "sworn",
            Self::Auxiliary => "auxiliary",
            Self::CommunityPercent => "community_percent",
        }
    }
}

/// One node that is not staffed as its template asks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct StaffingFinding {
    /// The station or beat.
    pub agency: AgencyId,
    /// Its template.
    pub template: ReasonKey,
    /// What falls short.
    pub what: StaffingWhat,
    /// How much there is.
    pub found: u32,
    /// How much there should be at least.
    pub expected: u32,
}

impl fmt::Display for StaffingFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agency, template, found, expected, .. } = self;
        match self.what {
            StaffingWhat::Template => write!(f, "agency {agency} names staffing template {template}, which is not in the policy"),
            StaffingWhat::Sworn => {
                write!(f, "agency {agency} has {found} sworn officers: template {template} asks for at least {expected}")
            }
            StaffingWhat::Auxiliary => {
                write!(f, "agency {agency} has {found} auxiliaries: template {template} asks for at least {expected}")
            }
            StaffingWhat::CommunityPercent => {
                write!(f, "agency {agency} has {found} % community officers: template {template} asks for at least {expected} %")
            }
        }
    }
}

/// Every template that a node names and does not meet, in order of codes.
#[must_use]
pub fn check<'a>(tree: &AgencyTree, profiles: impl IntoIterator<Item = &'a UnitProfile>, policy: &Policy) -> Vec<StaffingFinding> {
    let profiles: Vec<&UnitProfile> = profiles.into_iter().collect();
    let mut findings = Vec::new();
    for node in tree.nodes() {
        let Some(template) = &node.staffing else { continue };
        let mut say = |what, found, expected| {
            if found < expected {
                findings.push(StaffingFinding { agency: node.agency_id.clone(), template: template.clone(), what, found, expected });
            }
        };
        let Some(rule) = policy.staffing.iter().find(|rule| &rule.key == template) else {
            say(StaffingWhat::Template, 0, 1);
            continue;
        };
        let staff = Staff::of(tree, node, &profiles);
        say(StaffingWhat::Sworn, staff.sworn, rule.sworn_min);
        say(StaffingWhat::Auxiliary, staff.auxiliary, rule.auxiliary_min);
        if let Some((found, expected)) = staff.community_percent(rule) {
            say(StaffingWhat::CommunityPercent, found, expected);
        }
    }
    findings
}

/// The people of one node.
struct Staff {
    sworn: u32,
    auxiliary: u32,
    /// Community officers; none where nobody is of a team.
    community: Option<u32>,
}

impl Staff {
    fn of(tree: &AgencyTree, node: &AgencyNode, profiles: &[&UnitProfile]) -> Self {
        let by_post = tree.station_of(&node.agency_id).is_some_and(|station| station.organisation == Organisation::ByPost);
        let counts = |team: Team| match (by_post, node.level) {
            (true, _) => true,
            (false, AgencyLevel::Beat) => team == Team::Community,
            (false, _) => matches!(team, Team::Community | Team::Case | Team::Room),
        };
        let homes = profiles.iter().filter(|profile| tree.is_within(&profile.home, &node.agency_id));
        let staff: Vec<_> = homes.filter(|profile| counts(profile.team)).collect();
        let sum = |people: fn(&UnitProfile) -> u8, of: &dyn Fn(Team) -> bool| -> u32 {
            staff.iter().filter(|profile| of(profile.team)).map(|profile| u32::from(people(profile))).sum()
        };
        Self {
            sworn: sum(|profile| profile.sworn, &|_| true),
            auxiliary: sum(|profile| profile.auxiliary, &|_| true),
            community: (!by_post).then(|| sum(|profile| profile.sworn, &|team| team == Team::Community)),
        }
    }

    /// Found and expected; none where the share means nothing: by post, or without a sworn officer at all.
    fn community_percent(&self, rule: &StaffingRule) -> Option<(u32, u32)> {
        let percent = (self.community? * 100).checked_div(self.sworn)?;
        Some((percent, rule.community_percent_min.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{LogId, UnitId};
    use crate::policy::{DEFAULT_TEXT, parse};
    use crate::unit::UnitKind;
    use std::collections::BTreeSet;

    fn id(text: &str) -> AgencyId {
        AgencyId::new(text).unwrap()
    }

    fn node(code: &str, parent: Option<&str>, level: AgencyLevel, staffing: Option<&str>, organisation: Organisation) -> AgencyNode {
        AgencyNode {
            agency_id: id(code),
            parent: parent.map(id),
            level,
            name_zh: code.to_owned(),
            name_en: code.to_owned(),
            seat: None,
            organisation,
            place_class: None,
            staffing: staffing.map(|key| ReasonKey::new(key).unwrap()),
            neighbours: BTreeSet::new(),
        }
    }

    fn tree(template: &str, organisation: Organisation) -> AgencyTree {
        let nodes = vec![
            node("c", None, AgencyLevel::County, None, Organisation::TwoTeams),
            node("c-1", Some("c"), AgencyLevel::Station, Some(template), organisation),
            node("c-1-1", Some("c-1"), AgencyLevel::Beat, Some("urban_beat"), Organisation::TwoTeams),
            node("c-2", Some("c"), AgencyLevel::Station, None, Organisation::TwoTeams),
        ];
        AgencyTree::new(LogId::new("c").unwrap(), "UTC".to_owned(), nodes).unwrap()
    }

    fn unit(number: u32, home: &str, team: Team, sworn: u8, auxiliary: u8) -> UnitProfile {
        UnitProfile {
            unit_id: UnitId::new(&format!("u{number}")).unwrap(),
            call_sign: format!("U{number}").into(),
            kind: UnitKind::Car,
            team,
            home: id(home),
            sworn,
            auxiliary,
            capabilities: BTreeSet::new(),
        }
    }

    fn found(tree: &AgencyTree, units: &[UnitProfile]) -> Vec<String> {
        let policy = parse("default.toml", DEFAULT_TEXT).unwrap();
        check(tree, units, &policy).iter().map(|f| format!("{} {} {}/{}", f.agency, f.what.key(), f.found, f.expected)).collect()
    }

    #[test]
    fn a_station_and_its_beat_are_held_to_their_templates() {
        let tree = tree("rural_station", Organisation::TwoTeams);
        let enough = [unit(1, "c-1", Team::Case, 3, 0), unit(2, "c-1-1", Team::Community, 2, 2)];
        assert_eq!(found(&tree, &enough), Vec::<String>::new(), "5 sworn, 2 of them (40 %) in the community team");
        let few = [unit(1, "c-1", Team::Case, 3, 0), unit(2, "c-1-1", Team::Community, 1, 1), unit(3, "c-2", Team::Community, 9, 9)];
        assert_eq!(
            found(&tree, &few),
            ["c-1 sworn 4/5", "c-1 community_percent 25/40", "c-1-1 auxiliary 1/2"],
            "units of another station do not count"
        );
        assert_eq!(found(&tree, &[]), ["c-1 sworn 0/5", "c-1-1 sworn 0/1", "c-1-1 auxiliary 0/2"], "no share of nobody");
    }

    #[test]
    fn specialist_forces_are_not_a_stations_staff_and_case_officers_not_a_beats() {
        let tree = tree("rural_station", Organisation::TwoTeams);
        let units = [
            unit(1, "c-1", Team::Community, 2, 0),
            unit(2, "c-1", Team::Room, 2, 0),
            unit(3, "c-1", Team::Traffic, 9, 0),
            unit(4, "c-1", Team::Patrol, 9, 0),
            unit(5, "c-1-1", Team::Case, 1, 5),
        ];
        assert_eq!(found(&tree, &units), ["c-1-1 sworn 0/1", "c-1-1 auxiliary 0/2"]);
    }

    #[test]
    fn by_post_everybody_counts_and_no_share_is_asked_for() {
        let units = [unit(1, "c-1", Team::Case, 4, 0), unit(2, "c-1-1", Team::Case, 1, 2)];
        assert_eq!(found(&tree("rural_station", Organisation::ByPost), &units), Vec::<String>::new());
        assert_eq!(
            found(&tree("rural_station", Organisation::TwoTeams), &units),
            ["c-1 community_percent 0/40", "c-1-1 sworn 0/1", "c-1-1 auxiliary 0/2"]
        );
    }

    #[test]
    fn a_template_the_policy_does_not_have_is_named() {
        let findings = found(&tree("space_station", Organisation::TwoTeams), &[unit(1, "c-1-1", Team::Community, 1, 2)]);
        assert_eq!(findings, ["c-1 template 0/1"]);
    }
}
