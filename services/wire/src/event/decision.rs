//! What a commit was decided from, kept on its first event: with it and the log, the decision can be made again.

use super::DecodeError;
use super::primitive::*;
use crate::event_v1 as w;
use domain::agency::AgencyTree;
use domain::command::Command;
use domain::ids::{AgencyId, BlobHash, IncidentId};
use domain::incident::Incident;
use domain::policy::Policy;
use domain::principal::{Principal, Role};
use domain::situation::{Candidate, Incoming, Situation};
use domain::time::{LocalDay, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// The command, who gave it, when, and the Situation it was decided in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecisionRecord {
    /// Who gave it, with what it may do.
    pub principal: Principal,
    /// What. Personal data is in it only as links into the vault.
    pub command: Command,
    /// When it was decided: the `now` of `decide`.
    pub decided_at: Timestamp,
    /// The address of the Situation's policy; none before the first one is activated.
    pub policy: Option<BlobHash>,
    /// The address of the Situation's agency tree; none before the first one is activated.
    pub agency_tree: Option<BlobHash>,
    /// The calendar day at the log's place.
    pub local_day: LocalDay,
    /// The nearest units.
    pub candidates: Vec<Candidate>,
    /// The fresh ids the decision used, in order.
    pub fresh_ids: Vec<Uuid>,
    /// Closed incidents that the World no longer held.
    pub rehydrated: Vec<Arc<Incident>>,
    /// Recent incidents by the same caller, the newest first.
    pub same_caller: Vec<IncidentId>,
}

impl DecisionRecord {
    /// What to keep of a decision. Of the Situation's fresh ids only the `ids_used` first are kept; `policy` and `agency_tree`
    /// are the addresses the World held before the decision.
    #[must_use]
    pub fn new(
        principal: &Principal,
        command: &Command,
        situation: &Situation,
        (policy, agency_tree): (Option<BlobHash>, Option<BlobHash>),
        decided_at: Timestamp,
        ids_used: usize,
    ) -> Self {
        Self {
            principal: principal.clone(),
            command: command.clone(),
            decided_at,
            policy,
            agency_tree,
            local_day: situation.local_day,
            candidates: situation.candidates.clone(),
            fresh_ids: situation.fresh_ids.iter().take(ids_used).copied().collect(),
            rehydrated: situation.rehydrated.clone(),
            same_caller: situation.same_caller.clone(),
        }
    }

    /// The Situation again, with the contents that [`Self::policy`] and [`Self::agency_tree`] are the addresses of. `incoming` is
    /// the content that the command's own address names, where the command makes a policy or an agency tree active.
    #[must_use]
    pub fn to_situation(&self, policy: Arc<Policy>, agencies: Arc<AgencyTree>, incoming: Option<Incoming>) -> Situation {
        Situation {
            policy,
            agencies,
            local_day: self.local_day,
            candidates: self.candidates.clone(),
            fresh_ids: self.fresh_ids.clone(),
            rehydrated: self.rehydrated.clone(),
            same_caller: self.same_caller.clone(),
            incoming,
        }
    }
}

impl Stored for DecisionRecord {
    type Message = w::DecisionRecord;
    fn write(&self) -> w::DecisionRecord {
        w::DecisionRecord {
            principal: Some(self.principal.write()),
            command: Some(self.command.write()),
            decided_at_ms: self.decided_at.0,
            policy_hash: self.policy.as_ref().map(write_hash).unwrap_or_default(),
            agency_tree_hash: self.agency_tree.as_ref().map(write_hash).unwrap_or_default(),
            local_day: self.local_day.0,
            candidates: write_all(&self.candidates),
            fresh_ids: write_ids(&self.fresh_ids),
            rehydrated: self.rehydrated.iter().map(|incident| incident.write()).collect(),
            same_caller_incident_ids: write_ids(&self.same_caller),
        }
    }
    fn read(m: w::DecisionRecord) -> Result<Self, DecodeError> {
        let hash = |field, bytes: &[u8]| if bytes.is_empty() { Ok(None) } else { read_hash(field, bytes).map(Some) };
        Ok(Self {
            principal: read_required("DecisionRecord.principal", m.principal)?,
            command: read_required("DecisionRecord.command", m.command)?,
            decided_at: Timestamp(m.decided_at_ms),
            policy: hash("DecisionRecord.policy_hash", &m.policy_hash)?,
            agency_tree: hash("DecisionRecord.agency_tree_hash", &m.agency_tree_hash)?,
            local_day: LocalDay(m.local_day),
            candidates: read_all(m.candidates)?,
            fresh_ids: read_ids("DecisionRecord.fresh_ids", &m.fresh_ids)?,
            rehydrated: m.rehydrated.into_iter().map(|incident| Stored::read(incident).map(Arc::new)).collect::<Result<_, _>>()?,
            same_caller: read_ids("DecisionRecord.same_caller_incident_ids", &m.same_caller_incident_ids)?,
        })
    }
}

impl Stored for Principal {
    type Message = w::Principal;
    fn write(&self) -> w::Principal {
        let texts = |all: &BTreeSet<AgencyId>| all.iter().map(write_code).collect();
        let (role, jurisdictions, unit_id) = match &self.role {
            Role::Operator { jurisdictions } => (w::Role::Operator, texts(jurisdictions), String::new()),
            Role::Observer { jurisdictions } => (w::Role::Observer, texts(jurisdictions), String::new()),
            Role::Unit { unit_id } => (w::Role::Unit, Vec::new(), write_code(unit_id)),
            Role::Gateway { jurisdictions } => (w::Role::Gateway, texts(jurisdictions), String::new()),
            Role::System => (w::Role::System, Vec::new(), String::new()),
        };
        w::Principal { principal_id: write_code(&self.principal_id), role: role.into(), jurisdictions, unit_id }
    }
    fn read(m: w::Principal) -> Result<Self, DecodeError> {
        let jurisdictions = || -> Result<BTreeSet<AgencyId>, DecodeError> {
            m.jurisdictions.iter().map(|text| read_code("Principal.jurisdictions", text)).collect()
        };
        let role = match w::Role::try_from(m.role) {
            Ok(w::Role::Operator) => Role::Operator { jurisdictions: jurisdictions()? },
            Ok(w::Role::Observer) => Role::Observer { jurisdictions: jurisdictions()? },
            Ok(w::Role::Unit) => Role::Unit { unit_id: read_code("Principal.unit_id", &m.unit_id)? },
            Ok(w::Role::Gateway) => Role::Gateway { jurisdictions: jurisdictions()? },
            Ok(w::Role::System) => Role::System,
            Ok(w::Role::Unspecified) => return Err(DecodeError::missing("Principal.role")),
            Err(_) => return Err(DecodeError::UnknownValue { field: "Principal.role", value: m.role }),
        };
        Ok(Self { principal_id: read_code("Principal.principal_id", &m.principal_id)?, role })
    }
}
