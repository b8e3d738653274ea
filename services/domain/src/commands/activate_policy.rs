//! ActivatePolicy: the log decides by this policy from here on. A reload is an event.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::BlobHash;
use crate::incident::IncidentFlag;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::situation::Incoming;
use std::sync::Arc;

/// Most incidents that one activation flags. What is left is handled as it was decided all the same.
const MAX_FLAGGED: usize = 1_000;

/// A policy holds from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivatePolicy {
    /// Its address; its content is stored and checked before.
    pub hash: BlobHash,
}

/// Incidents go on as they were decided; those whose category is not in the new policy are flagged for an operator.
pub(crate) fn activate_policy(draft: &mut Draft<'_>, command: &ActivatePolicy) -> Result<(), Rejection> {
    if draft.world.policy() == Some(command.hash) {
        return Ok(());
    }
    draft.emit(Event::PolicyActivated { hash: command.hash });
    if let Some(Incoming::Policy(policy)) = &draft.situation.incoming {
        flag_withdrawn(draft, &Arc::clone(policy));
    }
    Ok(())
}

fn flag_withdrawn(draft: &mut Draft<'_>, policy: &Policy) {
    let open = draft.world.incidents().filter(|incident| !incident.state.is_closed());
    let flag = IncidentFlag::CategoryWithdrawn;
    let withdrawn: Vec<_> = open
        .filter(|incident| !incident.flags.contains(&flag) && policy.category(&incident.classification().category).is_none())
        .map(|incident| incident.incident_id)
        .take(MAX_FLAGGED)
        .collect();
    for incident_id in withdrawn {
        draft.emit(Event::IncidentFlagged { incident_id, flag });
    }
}
