//! What happens to units.

use super::edit::Change;
use crate::event::Event;
use crate::unit::{Availability, Duty, Unit, UnitEmergency, UnitProfile};
use crate::world::PostImage;
use std::sync::Arc;

pub(super) fn apply(change: &mut Change<'_>, event: &Event) {
    let at = change.meta.recorded_at;
    match event {
        Event::UnitRegistered { profile } => register(change, profile),
        Event::UnitSignedOn { unit_id, sworn, auxiliary } => change.unit(unit_id, |unit| {
            unit.profile.sworn = *sworn;
            unit.profile.auxiliary = *auxiliary;
            unit.duty = Duty::On { availability: Availability::Available, engaged_in: None };
            unit.contact_lost_at = None;
            unit.off_after = false;
        }),
        Event::UnitSignedOff { unit_id } => change.unit(unit_id, |unit| {
            unit.duty = Duty::Off;
            unit.contact_lost_at = None;
            unit.off_after = false;
        }),
        Event::UnitAvailabilityChanged { unit_id, availability } => change.unit(unit_id, |unit| {
            if let Duty::On { availability: current, .. } = &mut unit.duty {
                *current = availability.clone();
            }
        }),
        Event::UnitQueueReordered { unit_id, queue } => change.unit(unit_id, |unit| unit.queue.clone_from(queue)),
        Event::UnitEmergencyRaised(raised) => change.unit(&raised.unit_id, |unit| {
            unit.emergency = Some(UnitEmergency { incident_id: raised.incident_id, raised_at: at, position: raised.position });
        }),
        Event::UnitEmergencyCleared { unit_id, .. } => change.unit(unit_id, |unit| unit.emergency = None),
        Event::UnitContactLost(unit_id) => change.unit(unit_id, |unit| unit.contact_lost_at = Some(at)),
        Event::UnitContactRegained(unit_id) => change.unit(unit_id, |unit| unit.contact_lost_at = None),
        // Everything else is applied elsewhere: see `apply_event`.
        _ => {}
    }
}

fn register(change: &mut Change<'_>, profile: &UnitProfile) {
    let id = &profile.unit_id;
    let known = change.world.units.get(id).cloned();
    if let Some(unit) = &known {
        change.world.call_signs.remove(&unit.profile.call_sign);
        if unit.profile.home != profile.home
            && let Some(others) = change.world.units_by_home.get_mut(&unit.profile.home)
        {
            others.remove(id);
        }
    }
    change.world.call_signs.insert(profile.call_sign.clone(), id.clone());
    change.world.units_by_home.entry(profile.home.clone()).or_default().insert(id.clone());
    let mut unit = known.map_or_else(
        || Unit {
            profile: profile.clone(),
            duty: Duty::Off,
            since: change.meta.recorded_at,
            queue: Vec::new(),
            emergency: None,
            contact_lost_at: None,
            shift: None,
            off_after: false,
            revision: change.meta.seq,
        },
        |unit| (*unit).clone(),
    );
    unit.profile = profile.clone();
    unit.revision = change.meta.seq;
    let unit = Arc::new(unit);
    change.world.units.insert(id.clone(), Arc::clone(&unit));
    change.changed.push(PostImage::Unit(unit));
}
