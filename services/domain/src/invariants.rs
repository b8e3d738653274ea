//! Invariants: what must always be true, as numbered predicates. Tests, the simulator and the running server use the same ones.
//!
//! | Id | What must be true |
//! |---|---|
//! | INC-1 | an acknowledged incident is in the log, once |
//! | INC-2 | an incident is dispatched or on scene exactly while a unit is on it |
//! | INC-3 | no caller is lost: a call is in one open incident, unless a split left it with both |
//! | UNIT-1 | a unit has at most one active assignment, and says so itself; what waits for it is in its queue, once |
//! | DLV-1 | whatever a clock runs for happens, or the room is alarmed of it, once, by the deadline + [`GRACE_MS`] |
//! | SAFE-1 | a unit's emergency that stands has an open incident and an alarm that stands or was confirmed |
//! | AUD-1 | the chain of the log verifies |
//! | JUR-1 | every incident belongs to the log's agency tree, and units are engaged for incidents of their home log only |
//! | PRV-1 | no personal data is in an event |
//!
//! A predicate tells what it found and repairs nothing.

mod calls;
mod clocks;
mod jurisdiction;
mod orders;
mod privacy;
mod record;
mod safety;

#[cfg(test)]
mod planted;
#[cfg(test)]
mod planted_orders;
#[cfg(test)]
mod planted_room;

pub use calls::{call_of, check_calls};
pub use privacy::check_private;
pub use record::{ChainRow, IncidentEntry, check_acknowledged, check_chain};

use crate::agency::AgencyTree;
use crate::ids::{AssignmentId, UnitId};
use crate::time::Timestamp;
use crate::world::{PostImage, World};
use std::collections::BTreeMap;

/// An acknowledged incident is in the log, once.
pub const INC_1: &str = "INC-1";
/// An incident is dispatched or on scene exactly while a unit is on it.
pub const INC_2: &str = "INC-2";
/// No caller is lost: a call is in one open incident, unless a split left it with both.
pub const INC_3: &str = "INC-3";
/// A unit has at most one active assignment, and says so itself; what waits for it is in its queue, once.
pub const UNIT_1: &str = "UNIT-1";
/// Whatever a clock runs for happens, or the room is alarmed of it, once, by the deadline + [`GRACE_MS`].
pub const DLV_1: &str = "DLV-1";
/// A unit's emergency that stands has an open incident and an alarm that stands or was confirmed.
pub const SAFE_1: &str = "SAFE-1";
/// The chain of the log verifies.
pub const AUD_1: &str = "AUD-1";
/// Every incident belongs to the log's agency tree; units are engaged for incidents of their home log only.
pub const JUR_1: &str = "JUR-1";
/// No personal data is in an event.
pub const PRV_1: &str = "PRV-1";

/// All invariants, in the order of the table above.
pub const ALL: [&str; 9] = [INC_1, INC_2, INC_3, UNIT_1, DLV_1, SAFE_1, AUD_1, JUR_1, PRV_1];

/// A deadline may be this late, in milliseconds, before DLV-1 is violated: a second node fires after 500 ms, a third after 1 s.
pub const GRACE_MS: u64 = 2_000;

/// One invariant that does not hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{id} violated: {detail}")]
pub struct Violation {
    /// Which, one of [`ALL`].
    pub id: &'static str,
    /// What was found. Codes and numbers only, so that it may be logged.
    pub detail: String,
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<Violation>);

impl Findings {
    fn say(&mut self, id: &'static str, detail: String) {
        self.0.push(Violation { id, detail });
    }
}

/// Checks INC-2, INC-3, UNIT-1, DLV-1, SAFE-1 and JUR-1 on everything the World holds. Costs what the World holds.
#[must_use]
pub fn check_world(world: &World, agencies: &AgencyTree, now: Timestamp) -> Vec<Violation> {
    let mut found = Findings::default();
    jurisdiction::check_tree(world, agencies, &mut found);
    let mut active: BTreeMap<&UnitId, Vec<AssignmentId>> = BTreeMap::new();
    for assignment in world.assignments().filter(|assignment| assignment.state.is_active()) {
        active.entry(&assignment.unit_id).or_default().push(assignment.assignment_id);
    }
    for (unit_id, ids) in active.iter().filter(|(_, ids)| ids.len() > 1) {
        found.say(UNIT_1, format!("{unit_id} has {} active assignments: {ids:?}", ids.len()));
    }
    calls::check_world(world, &mut found);
    for image in world.post_images() {
        check_image(world, agencies, now, &image, &mut found);
    }
    found.0
}

/// Checks the same after one commit, on what it changed. Costs what changed, so that the server can afford it after each commit.
///
/// With `before` in order, `after` is in order when nothing is found; only what the passing of time alone breaks (DLV-1 on a
/// resource that nobody touches) is left to [`check_world`].
#[must_use]
pub fn check_changed(before: &World, after: &World, agencies: &AgencyTree, changed: &[PostImage], now: Timestamp) -> Vec<Violation> {
    let mut found = Findings::default();
    jurisdiction::check_tree(after, agencies, &mut found);
    calls::check_changed(before, after, changed, &mut found);
    for image in changed {
        clocks::check_lapsed(before, after, image, &mut found);
        if let PostImage::Unit(unit) = image {
            let previous = before.unit(&unit.profile.unit_id).and_then(|unit| unit.engaged_in());
            let left = previous.filter(|id| unit.engaged_in() != Some(*id)).and_then(|id| after.assignment(&id));
            if let Some(left) = left.filter(|assignment| assignment.state.is_active()) {
                let (id, state) = (left.assignment_id, left.state.name());
                found.say(UNIT_1, format!("{} left assignment {id}, which is still {state}", unit.profile.unit_id));
            }
        }
        check_image(after, agencies, now, image, &mut found);
    }
    found.0
}

fn check_image(world: &World, agencies: &AgencyTree, now: Timestamp, image: &PostImage, found: &mut Findings) {
    clocks::check_overdue(image, now, found);
    match image {
        PostImage::Unit(unit) => {
            orders::check_unit(world, unit, found);
            orders::check_queue(world, unit, found);
            safety::check_unit(world, unit, found);
            jurisdiction::check_unit(world, agencies, unit, found);
        }
        PostImage::Assignment(assignment) => {
            orders::check_assignment(world, assignment, found);
            orders::check_order_clocks(world, assignment, now, found);
        }
        PostImage::Incident(incident) => {
            orders::check_incident(world, incident, found);
            orders::check_dispatch_clock(world, incident, now, found);
            safety::check_incident(world, incident, found);
            jurisdiction::check_incident(agencies, incident, found);
        }
        PostImage::Alarm(alarm) => {
            clocks::check_alarm(world, alarm, found);
            safety::check_alarm(world, alarm, found);
            jurisdiction::check_alarm(world, alarm, found);
        }
        PostImage::Whistle(_) | PostImage::Shift(_) | PostImage::Wartime(_) | PostImage::PremiseNote(_) => {}
    }
}
