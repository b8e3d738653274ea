//! A Situation: everything a decision needs that is not in the log. The runtime gathers it, the commit stores it.

use crate::agency::AgencyTree;
use crate::ids::{IncidentId, UnitId};
use crate::incident::Incident;
use crate::policy::Policy;
use crate::time::LocalDay;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// Most candidates a Situation holds: the list is cut before deciding.
pub const MAX_CANDIDATES: usize = 32;
/// Most incidents by the same caller a Situation names.
pub const MAX_SAME_CALLER: usize = 16;

/// Where a travel time comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelSource {
    /// Great-circle distance at the kind's speed: an estimate.
    StraightLine,
    /// Over the road network.
    Road,
    /// From the unit's station, because it has no fresh fix: an estimate.
    FromStation,
    /// The incident has no position: nothing is known.
    Unknown,
}

/// A unit that could be sent, and how soon it could be there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// The unit.
    pub unit_id: UnitId,
    /// Travel time in milliseconds; 0 when unknown.
    pub travel_ms: u64,
    /// Where it comes from.
    pub source: TravelSource,
    /// Age of the fix it was worked out from, in milliseconds; none without a fix.
    pub fix_age_ms: Option<u64>,
}

/// Everything a decision needs that is not in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Situation {
    /// The content of the policy whose hash the World holds.
    pub policy: Arc<Policy>,
    /// The content of the agency tree whose hash the World holds.
    pub agencies: Arc<AgencyTree>,
    /// The calendar day at the log's place.
    pub local_day: LocalDay,
    /// The nearest units, at most [`MAX_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// Fresh ids, used in order.
    pub fresh_ids: Vec<Uuid>,
    /// Closed incidents that the World no longer holds and the command speaks of.
    pub rehydrated: Vec<Arc<Incident>>,
    /// Recent incidents by the same caller, by the keyed hash of the vault, the newest first; at most [`MAX_SAME_CALLER`].
    pub same_caller: Vec<IncidentId>,
    /// The content that an activation makes active, where the command is one.
    pub incoming: Option<Incoming>,
}

/// The content of a policy or an agency tree that is to become active.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Incoming {
    /// A policy.
    Policy(Arc<Policy>),
    /// An agency tree.
    AgencyTree(Arc<AgencyTree>),
}
