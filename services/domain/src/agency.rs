//! The agency tree: city → county → station → beat. Boundaries are geometry and live in `places`; the core needs only
//! who stands above whom.

use crate::ids::{AgencyId, LogId, ReasonKey};
use crate::place::Position;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The level of an agency node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgencyLevel {
    /// 市
    City,
    /// 县 / 区
    County,
    /// 派出所
    Station,
    /// 警务区
    Beat,
    /// 警务站 / 街面屯警点: specialist units stand ready there. Has a seat and no ground of its own.
    Post,
}

/// How a station is organised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Organisation {
    /// One room, two teams (一室两队).
    #[default]
    TwoTeams,
    /// Too few officers for two teams (岗位制): the same duties filled by the same people, so no unit is of another team.
    ByPost,
}

/// One node of the agency tree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyNode {
    /// Its code.
    pub agency_id: AgencyId,
    /// The node above; none for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<AgencyId>,
    /// City, county, station or beat.
    pub level: AgencyLevel,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Where its room or office is: units without a fresh fix are ranked from their station's seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Position>,
    /// How a station is organised.
    #[serde(default)]
    pub organisation: Organisation,
    /// Its place class, a key of the policy: which arrival clock runs. None takes the one of the node above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_class: Option<ReasonKey>,
    /// The staffing template it is checked against, a key of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staffing: Option<ReasonKey>,
    /// Nodes of the same level whose ground borders on this one's, worked out from the boundaries at import.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub neighbours: BTreeSet<AgencyId>,
}

/// The agency tree of one log. Content-addressed: an event in the log activates one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgencyTree {
    log_id: LogId,
    /// IANA name of the time zone whose calendar day numbers incidents.
    time_zone: String,
    nodes: BTreeMap<AgencyId, AgencyNode>,
}

/// Why an agency tree was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTree {
    /// Two nodes have one code.
    #[error("agency {0} appears twice: codes must be unique")]
    Duplicate(AgencyId),
    /// The parent is not in the tree.
    #[error("agency {child} names parent {parent}, which is not in the tree")]
    UnknownParent {
        /// The node.
        child: AgencyId,
        /// What it names.
        parent: AgencyId,
    },
    /// A parent must be of a higher level; so no cycle can be.
    #[error("agency {child} ({child_level:?}) stands under {parent} ({parent_level:?}): expected a higher level above it")]
    LevelOrder {
        /// The node.
        child: AgencyId,
        /// Its level.
        child_level: AgencyLevel,
        /// Its parent.
        parent: AgencyId,
        /// The parent's level.
        parent_level: AgencyLevel,
    },
    /// There must be one root.
    #[error("the tree has {0} roots: expected exactly one node without a parent")]
    Roots(usize),
}

impl AgencyTree {
    /// Checks and builds a tree.
    ///
    /// # Errors
    /// [`InvalidTree`], naming the node.
    pub fn new(log_id: LogId, time_zone: String, nodes: Vec<AgencyNode>) -> Result<Self, InvalidTree> {
        let mut by_id = BTreeMap::new();
        for node in nodes {
            if let Some(previous) = by_id.insert(node.agency_id.clone(), node) {
                return Err(InvalidTree::Duplicate(previous.agency_id));
            }
        }
        let tree = Self { log_id, time_zone, nodes: by_id };
        tree.check()?;
        Ok(tree)
    }

    fn check(&self) -> Result<(), InvalidTree> {
        let roots = self.nodes.values().filter(|n| n.parent.is_none()).count();
        if roots != 1 {
            return Err(InvalidTree::Roots(roots));
        }
        for node in self.nodes.values() {
            let Some(parent_id) = &node.parent else { continue };
            let Some(parent) = self.nodes.get(parent_id) else {
                return Err(InvalidTree::UnknownParent { child: node.agency_id.clone(), parent: parent_id.clone() });
            };
            if parent.level >= node.level {
                return Err(InvalidTree::LevelOrder {
                    child: node.agency_id.clone(),
                    child_level: node.level,
                    parent: parent_id.clone(),
                    parent_level: parent.level,
                });
            }
        }
        Ok(())
    }

    /// The log this tree belongs to.
    #[must_use]
    pub fn log_id(&self) -> &LogId {
        &self.log_id
    }

    /// IANA name of the time zone, `Asia/Shanghai`.
    #[must_use]
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// All nodes, by code.
    pub fn nodes(&self) -> impl Iterator<Item = &AgencyNode> {
        self.nodes.values()
    }

    /// One node.
    #[must_use]
    pub fn get(&self, id: &AgencyId) -> Option<&AgencyNode> {
        self.nodes.get(id)
    }

    /// The root: the desk that takes what no station owns.
    #[must_use]
    pub fn root(&self) -> Option<&AgencyNode> {
        self.nodes.values().find(|n| n.parent.is_none())
    }

    /// The node and everything above it, deepest first.
    pub fn ancestors(&self, id: &AgencyId) -> impl Iterator<Item = &AgencyNode> {
        let mut at = self.nodes.get(id);
        std::iter::from_fn(move || {
            let node = at?;
            at = node.parent.as_ref().and_then(|p| self.nodes.get(p));
            Some(node)
        })
    }

    /// Whether `id` is `above` or stands below it.
    #[must_use]
    pub fn is_within(&self, id: &AgencyId, above: &AgencyId) -> bool {
        self.ancestors(id).any(|n| &n.agency_id == above)
    }

    /// The station that `id` is or belongs to.
    #[must_use]
    pub fn station_of(&self, id: &AgencyId) -> Option<&AgencyNode> {
        self.ancestors(id).find(|n| n.level == AgencyLevel::Station)
    }

    /// The beat that `id` is; none where it is no beat.
    #[must_use]
    pub fn beat(&self, id: &AgencyId) -> Option<&AgencyNode> {
        self.get(id).filter(|n| n.level == AgencyLevel::Beat)
    }

    /// Whether two nodes border on each other.
    #[must_use]
    pub fn are_neighbours(&self, a: &AgencyId, b: &AgencyId) -> bool {
        let lists = |from: &AgencyId, to: &AgencyId| self.get(from).is_some_and(|n| n.neighbours.contains(to));
        lists(a, b) || lists(b, a)
    }

    /// The place class that holds at `id`: its own, else the nearest above it that has one.
    #[must_use]
    pub fn place_class(&self, id: &AgencyId) -> Option<&ReasonKey> {
        self.ancestors(id).find_map(|n| n.place_class.as_ref())
    }

    /// The node whose room handles what happens at `id`: its station, else the root's desk; none when `id` is not in the tree.
    #[must_use]
    pub fn room_of(&self, id: &AgencyId) -> Option<&AgencyNode> {
        self.get(id)?;
        self.station_of(id).or_else(|| self.root())
    }
}
