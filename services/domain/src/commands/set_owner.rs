//! SetOwner: an operator gives an incident to another team, for a reason.

use super::{dispatching, orders, standing};
use crate::classification::Team;
use crate::decide::Draft;
use crate::event::{Event, StandingSet};
use crate::ids::{IncidentId, ReasonKey};
use crate::incident::Standing;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::rejection::Rejection;

/// An operator gives an incident to another team, for a reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetOwner {
    /// The incident.
    pub incident_id: IncidentId,
    /// The team.
    pub owner: Team,
    /// Why, an override reason of the policy.
    pub reason: ReasonKey,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// The table's reasons stay beside the operator's: both say how it came to this team. The clock of the first order goes on.
pub(crate) fn set_owner(draft: &mut Draft<'_>, command: &SetOwner) -> Result<(), Rejection> {
    let reasons = &draft.situation.policy.reasons.override_owner;
    Policy::expect_key(reasons, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_owner_set")?;
    if incident.owner == command.owner {
        return Err(Rejection::Invalid {
            field: "owner",
            given: command.owner.key().to_owned(),
            expected: format!("another team: it owns incident {} already", incident.number),
        });
    }
    let mut owner_reasons = incident.owner_reasons.clone();
    owner_reasons.retain(|reason| reason.code != "owner_by_operator");
    owner_reasons.push(Reason::owner_by_operator(incident.owner, command.owner, &command.reason));
    let standing = Standing { owner: command.owner, owner_reasons, ..incident.standing() };
    let clock = standing::running_clock(&incident);
    draft.emit(Event::IncidentOwnerSet(Box::new(StandingSet { incident_id: incident.incident_id, standing, clock })));
    dispatching::reconsider(draft, &incident)
}
