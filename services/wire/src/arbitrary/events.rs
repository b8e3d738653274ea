//! Events of every kind.

use super::incidents::any_repeats;
use super::room_events::any_room_event;
use super::values::*;
use domain::event::{AssignmentOffered, Event, EventMeta, IncidentReported, Lapse, Recorded};
use domain::ids::{AlarmId, AssignmentId, IncidentId, PremiseNoteId, PrivateRef, Seq};
use domain::time::LocalDay;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn any_incident_reported() -> impl Strategy<Value = IncidentReported> {
    let what = (any_id(IncidentId), any::<u32>(), any::<u32>(), any_call(), any_classification(), any_priority());
    let rest = (any_place(), any_agency_id(), any_team(), any_reasons(), any_flags(), of(any_dispatch_clock()));
    let room = (of(any_time()), any::<bool>(), of(any_time()), any_repeats(), vec(any_id(PremiseNoteId), 0..3));
    let split = (of(any_id(IncidentId)), any::<bool>());
    (what, rest, room, split).prop_map(|(what, rest, room, (split_from, call_shared))| {
        let (incident_id, number, day, call, reported_as, priority) = what;
        let (place, station, owner, owner_reasons, flags, clock) = rest;
        let (answered_at, priority_by_operator, arrive_by, repeats, premise_notes) = room;
        IncidentReported {
            incident_id,
            number,
            local_day: LocalDay(day),
            call,
            reported_as,
            priority,
            place,
            station,
            owner,
            owner_reasons,
            flags,
            clock,
            answered_at,
            priority_by_operator,
            arrive_by,
            repeats,
            premise_notes,
            split_from,
            call_shared,
        }
    })
}

fn any_assignment_offered() -> impl Strategy<Value = AssignmentOffered> {
    let what = (any_id(AssignmentId), any_id(IncidentId), any_unit_id(), any_role(), any_time(), any_time());
    (what, any::<bool>(), any_ranked_unit(), vec(any_ranked_unit(), 0..4), of(any_lent())).prop_map(
        |((assignment_id, incident_id, unit_id, role, deliver_by, acknowledge_by), automatic, ranking, not_taken, lent)| {
            AssignmentOffered { assignment_id, incident_id, unit_id, role, deliver_by, acknowledge_by, automatic, ranking, not_taken, lent }
        },
    )
}

/// An event of any kind.
pub fn any_event() -> BoxedStrategy<Event> {
    // By how many kinds each has, so that all come up alike.
    prop_oneof![29 => any_first_event(), 52 => any_room_event()].boxed()
}

fn any_first_event() -> BoxedStrategy<Event> {
    let incident = || any_id(IncidentId);
    let assignment = || any_id(AssignmentId);
    let reclassified = (incident(), any_classification(), any_priority(), any_team(), any_reasons(), of(any_dispatch_clock()));
    let cleared = (assignment(), any_key(), of(any_key()), of(any_private_link()), of(any_time()));
    let raised = (any_id(AlarmId), any_alarm_kind(), of(incident()), of(any_unit_id()), of(any_agency_id()));
    prop_oneof![
        "[a-z_]{0,40}".prop_map(|feature| Event::FeatureActivated { feature }),
        any_hash().prop_map(|hash| Event::PolicyActivated { hash }),
        any_hash().prop_map(|hash| Event::AgencyTreeActivated { hash }),
        any_unit_profile().prop_map(|profile| Event::UnitRegistered { profile }),
        (any_unit_id(), any::<u8>(), any::<u8>()).prop_map(|(unit_id, sworn, auxiliary)| Event::UnitSignedOn { unit_id, sworn, auxiliary }),
        any_unit_id().prop_map(|unit_id| Event::UnitSignedOff { unit_id }),
        (any_unit_id(), any_availability()).prop_map(|(unit_id, availability)| Event::UnitAvailabilityChanged { unit_id, availability }),
        any_incident_reported().prop_map(|reported| Event::IncidentReported(Box::new(reported))),
        reclassified.prop_map(|(incident_id, verified_as, priority, owner, owner_reasons, clock)| Event::IncidentReclassified {
            incident_id,
            verified_as,
            priority,
            owner,
            owner_reasons,
            clock
        }),
        (incident(), any_time()).prop_map(|(incident_id, retry_at)| Event::IncidentWaiting { incident_id, retry_at }),
        incident().prop_map(|incident_id| Event::IncidentDispatchLapsed { incident_id }),
        incident().prop_map(|incident_id| Event::IncidentDispatched { incident_id }),
        incident().prop_map(|incident_id| Event::IncidentOnScene { incident_id }),
        (incident(), of(any_dispatch_clock())).prop_map(|(incident_id, clock)| Event::IncidentReturnedToQueue { incident_id, clock }),
        (incident(), any_key()).prop_map(|(incident_id, disposition)| Event::IncidentResolved { incident_id, disposition }),
        incident().prop_map(|incident_id| Event::IncidentClosed { incident_id }),
        any_assignment_offered().prop_map(|offered| Event::AssignmentOffered(Box::new(offered))),
        assignment().prop_map(|assignment_id| Event::AssignmentDelivered { assignment_id }),
        assignment().prop_map(|assignment_id| Event::AssignmentSeen { assignment_id }),
        assignment().prop_map(|assignment_id| Event::AssignmentAcknowledged { assignment_id }),
        (assignment(), any_key()).prop_map(|(assignment_id, reason)| Event::AssignmentDeclined { assignment_id, reason }),
        (assignment(), select(vec![Lapse::Deliver, Lapse::Acknowledge]))
            .prop_map(|(assignment_id, lapse)| Event::AssignmentExpired { assignment_id, lapse }),
        assignment().prop_map(|assignment_id| Event::AssignmentEnRoute { assignment_id }),
        (assignment(), of(any_time())).prop_map(|(assignment_id, check_by)| Event::AssignmentOnScene { assignment_id, check_by }),
        cleared.prop_map(|(assignment_id, reason, disposition, feedback, feedback_by)| Event::AssignmentCleared {
            assignment_id,
            reason,
            disposition,
            feedback,
            feedback_by
        }),
        raised.prop_map(|(alarm_id, kind, incident_id, unit_id, station)| Event::AlarmRaised {
            alarm_id,
            kind,
            incident_id,
            unit_id,
            station
        }),
        (any_id(AlarmId), any::<bool>()).prop_map(|(alarm_id, confirmed)| Event::AlarmEnded { alarm_id, confirmed }),
        (incident(), any_key()).prop_map(|(incident_id, purpose)| Event::PrivateRead { incident_id, purpose }),
        any_id(PrivateRef).prop_map(|private_ref| Event::PrivateErased { private_ref }),
    ]
    .boxed()
}

/// An event of any kind with who and when.
pub fn any_recorded() -> BoxedStrategy<Recorded> {
    let meta = (any::<u64>(), any_principal_id(), any_time(), of(any_time()), any::<bool>())
        .prop_map(|(seq, actor, recorded_at, occurred_at, clamped)| EventMeta { seq: Seq(seq), actor, recorded_at, occurred_at, clamped });
    (meta, any_event()).prop_map(|(meta, event)| Recorded { meta, event }).boxed()
}
