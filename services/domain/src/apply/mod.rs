//! `apply`: one event changes the World. It recomputes nothing: what was decided is in the event.

mod assignments;
mod edit;
mod incidents;
mod resources;
mod units;

use crate::event::{Event, Recorded};
use crate::world::{PostImage, World};
use edit::Change;

/// Applies one event and returns the resources it changed, as they are now.
///
/// An event that speaks of something the World does not hold (because it was evicted) changes nothing but the head.
pub fn apply(world: &mut World, recorded: &Recorded) -> Vec<PostImage> {
    let meta = &recorded.meta;
    world.head = meta.seq;
    world.last_recorded_at = world.last_recorded_at.max(meta.recorded_at);
    edit::evict(world);
    let mut change = Change { world, meta, changed: Vec::new() };
    apply_event(&mut change, &recorded.event);
    change.changed
}

fn apply_event(change: &mut Change<'_>, event: &Event) {
    match event {
        Event::FeatureActivated { feature } => {
            change.world.features.insert(feature.clone());
        }
        Event::PolicyActivated { hash } => change.world.policy = Some(*hash),
        Event::AgencyTreeActivated { hash } => change.world.agency_tree = Some(*hash),
        Event::PrivateRead { .. } | Event::PrivateErased { .. } => {}
        Event::UnitRegistered { .. }
        | Event::UnitSignedOn { .. }
        | Event::UnitSignedOff { .. }
        | Event::UnitAvailabilityChanged { .. }
        | Event::UnitQueueReordered { .. }
        | Event::UnitEmergencyRaised(_)
        | Event::UnitEmergencyCleared { .. }
        | Event::UnitContactLost(_)
        | Event::UnitContactRegained(_) => units::apply(change, event),
        Event::AssignmentOffered(_)
        | Event::AssignmentQueued(_)
        | Event::AssignmentActivated(_)
        | Event::AssignmentDelivered { .. }
        | Event::AssignmentSeen { .. }
        | Event::AssignmentAcknowledged { .. }
        | Event::AssignmentDeclined { .. }
        | Event::AssignmentExpired { .. }
        | Event::AssignmentEnRoute { .. }
        | Event::AssignmentOnScene { .. }
        | Event::AssignmentCleared { .. }
        | Event::AssignmentRecalled { .. }
        | Event::AssignmentRoleChanged(_)
        | Event::AssignmentMoved(_)
        | Event::AssignmentSafetyChecked { .. }
        | Event::AssignmentSafetyLapsed(_)
        | Event::AssignmentFeedbackSubmitted(_)
        | Event::AssignmentFeedbackLapsed(_) => assignments::apply(change, event),
        Event::AlarmRaised { .. }
        | Event::AlarmEnded { .. }
        | Event::ShiftPlanned(_)
        | Event::ShiftEnded { .. }
        | Event::ShiftHandOverOffered(_)
        | Event::ShiftHandOverSigned(_)
        | Event::ShiftHandOverLapsed(_)
        | Event::SupportRequested(_)
        | Event::SupportAnswered { .. }
        | Event::SupportClimbed(_)
        | Event::SupportLapsed(_)
        | Event::SupportEnded(_)
        | Event::WartimeStarted(_)
        | Event::WartimeEnded(_)
        | Event::PremiseNoteAdded(_)
        | Event::PremiseNoteEnded(_) => resources::apply(change, event),
        _ => incidents::apply(change, event),
    }
}
