//! ReorderQueue: an operator orders what waits for a unit.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AssignmentId, UnitId};
use crate::rejection::Rejection;

/// An operator orders what waits for a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReorderQueue {
    /// The unit.
    pub unit_id: UnitId,
    /// All that waits for it, the next first.
    pub queue: Vec<AssignmentId>,
}

pub(crate) fn reorder_queue(draft: &mut Draft<'_>, command: &ReorderQueue) -> Result<(), Rejection> {
    let unit = draft.unit(&command.unit_id)?;
    let sorted = |ids: &[AssignmentId]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    if sorted(&command.queue) != sorted(&unit.queue) {
        return Err(Rejection::Invalid {
            field: "queue",
            given: listed(&command.queue),
            expected: format!("each of what waits for {}, once, in any order: {}", unit.profile.call_sign, listed(&unit.queue)),
        });
    }
    draft.emit(Event::UnitQueueReordered { unit_id: command.unit_id.clone(), queue: command.queue.clone() });
    Ok(())
}

fn listed(ids: &[AssignmentId]) -> String {
    // A unit's queue is short; what is given need not be.
    let mut names: Vec<_> = ids.iter().take(crate::unit::MAX_QUEUED).map(ToString::to_string).collect();
    if ids.len() > names.len() {
        names.push(format!("and {} more", ids.len() - names.len()));
    }
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
