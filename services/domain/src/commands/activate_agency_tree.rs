//! ActivateAgencyTree: the log's stations, beats and boundaries from here on.

use crate::agency::AgencyTree;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AgencyId, BlobHash};
use crate::place::Place;
use crate::rejection::Rejection;
use crate::situation::Incoming;

/// An agency tree holds from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivateAgencyTree {
    /// Its address; its content is stored and checked before.
    pub hash: BlobHash,
}

/// Refused while anything that the log still works with belongs to an agency that would be gone.
pub(crate) fn activate_agency_tree(draft: &mut Draft<'_>, command: &ActivateAgencyTree) -> Result<(), Rejection> {
    if draft.world.agency_tree() == Some(command.hash) {
        return Ok(());
    }
    if let Some(Incoming::AgencyTree(tree)) = &draft.situation.incoming {
        check(draft, tree)?;
    }
    draft.emit(Event::AgencyTreeActivated { hash: command.hash });
    Ok(())
}

fn check(draft: &Draft<'_>, tree: &AgencyTree) -> Result<(), Rejection> {
    let invalid = |given: String, expected: String| Err(Rejection::Invalid { field: "agency_tree", given, expected });
    if tree.log_id() != draft.world.log_id() {
        return invalid(tree.log_id().to_string(), format!("the tree of {}", draft.world.log_id()));
    }
    let gone = |agency: &AgencyId| tree.get(agency).is_none();
    for incident in draft.world.incidents() {
        // One that was closed a short while ago can still be opened again here.
        let mut agencies = vec![&incident.station];
        if let Place::Located { agency, .. } = &incident.place {
            agencies.push(agency);
        }
        if let Some(agency) = agencies.into_iter().find(|agency| gone(agency)) {
            return invalid(format!("no {agency}"), format!("a tree with {agency}: incident {} belongs to it", incident.number));
        }
    }
    for unit in draft.world.units() {
        let home = &unit.profile.home;
        if gone(home) {
            return invalid(format!("no {home}"), format!("a tree with {home}: {} belongs to it", unit.profile.call_sign));
        }
    }
    Ok(())
}
