//! ActivatePolicy: the log decides by this policy from here on. A reload is an event.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::BlobHash;
use crate::incident::IncidentFlag;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::situation::Incoming;
use std::sync::Arc;

/// Most incidents that one commit flags. The server gives the same command again until none is left.
const MAX_FLAGGED: usize = 1_000;

/// A policy holds from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivatePolicy {
    /// Its address; its content is stored and checked before.
    pub hash: BlobHash,
}

/// Incidents go on as they were decided; those whose category is not in the new policy are flagged for an operator, at most 1,000 at
/// once. For the policy that is active already only those are flagged that are left, or were opened again since.
pub(crate) fn activate_policy(draft: &mut Draft<'_>, command: &ActivatePolicy) -> Result<(), Rejection> {
    if draft.world.policy() != Some(command.hash) {
        draft.emit(Event::PolicyActivated { hash: command.hash });
    }
    if let Some(Incoming::Policy(policy)) = &draft.situation.incoming {
        flag_withdrawn(draft, &Arc::clone(policy));
    }
    Ok(())
}

fn flag_withdrawn(draft: &mut Draft<'_>, policy: &Policy) {
    let withdrawn: Vec<_> = draft.world.incidents().filter(|incident| incident.is_withdrawn_by(policy)).take(MAX_FLAGGED).collect();
    let ids: Vec<_> = withdrawn.into_iter().map(|incident| incident.incident_id).collect();
    for incident_id in ids {
        draft.emit(Event::IncidentFlagged { incident_id, flag: IncidentFlag::CategoryWithdrawn });
    }
}
