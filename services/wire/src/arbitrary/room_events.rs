//! Events of the rules of the room.

use super::incidents::{any_attendance, any_incident, any_lending_step, any_proposed_orders, any_standing, any_unfilled};
use super::room_values::{any_premise_note, any_shift_plan, any_whistle};
use super::values::*;
use domain::event::*;
use domain::ids::{AssignmentId, IncidentId, PremiseNoteId, Seq, ShiftId, WhistleId};
use domain::incident::Incident;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::strategy::Union;

/// Strategies of kinds of event: `Kind[Struct { field: values }]`, with `box` before the struct where the core boxes it,
/// `Kind { field: values }` for a kind with its own fields, and `Kind(values)` for a kind with one value.
macro_rules! strategies {
    (@one $kind:ident [box $value:ident { $($field:ident: $values:expr),* }]) => {
        ($($values,)*).prop_map(|($($field,)*)| Event::$kind(Box::new($value { $($field),* }))).boxed()
    };
    (@one $kind:ident [$value:ident { $($field:ident: $values:expr),* }]) => {
        ($($values,)*).prop_map(|($($field,)*)| Event::$kind($value { $($field),* })).boxed()
    };
    (@one $kind:ident { $($field:ident: $values:expr),* }) => {
        ($($values,)*).prop_map(|($($field,)*)| Event::$kind { $($field),* }).boxed()
    };
    (@one $kind:ident ($values:expr)) => {
        ($values).prop_map(Event::$kind).boxed()
    };
    ($($kind:ident $shape:tt;)*) => {
        vec![$(strategies!(@one $kind $shape)),*]
    };
}

fn any_rehydrated() -> impl Strategy<Value = Option<Box<Incident>>> {
    of(any_incident().prop_map(Box::new))
}

fn any_transfer_outcome() -> impl Strategy<Value = TransferOutcome> {
    prop_oneof![
        Just(TransferOutcome::Accepted),
        any_key().prop_map(|reason| TransferOutcome::Refused { reason }),
        Just(TransferOutcome::Lapsed),
    ]
}

fn any_support_answer() -> impl Strategy<Value = SupportAnswer> {
    prop_oneof![Just(SupportAnswer::Accepted), any_key().prop_map(|reason| SupportAnswer::Refused { reason })]
}

/// An event of the rules of the room, of any kind.
pub(super) fn any_room_event() -> BoxedStrategy<Event> {
    Union::new(of_incidents().into_iter().chain(of_assignments()).chain(of_resources())).boxed()
}

fn of_incidents() -> Vec<BoxedStrategy<Event>> {
    let incident = || any_id(IncidentId);
    let clock = || of(any_dispatch_clock());
    strategies! {
        IncidentOwnerSet[box StandingSet { incident_id: incident(), standing: any_standing(), clock: clock() }];
        IncidentPrioritySet[box StandingSet { incident_id: incident(), standing: any_standing(), clock: clock() }];
        IncidentRestored[box StandingRestored {
            incident_id: incident(), undone: any::<u64>().prop_map(Seq), standing: any_standing(), clock: clock()
        }];
        IncidentPassedDown[IncidentPassedDown { incident_id: incident(), from: any_agency_id(), sign_by: any_time() }];
        IncidentSigned(incident());
        IncidentSignLapsed(incident());
        IncidentProposed[box IncidentProposed { incident_id: incident(), orders: any_proposed_orders(), send_at: any_time() }];
        IncidentProposalEnded(incident());
        IncidentHeld[IncidentHeld { incident_id: incident(), reason: any_key(), until: any_time() }];
        IncidentHoldEnded[IncidentHoldEnded { incident_id: incident(), lapsed: any::<bool>(), clock: clock() }];
        IncidentWidened[IncidentWidened { incident_id: incident(), step: any_lending_step(), next_at: of(any_time()) }];
        IncidentPlanChosen[PlanChosen { incident_id: incident(), plan: any_key(), unfilled: any_unfilled() }];
        IncidentArrivalClockSet { incident_id: incident(), arrive_by: any_time() };
        IncidentArrivalLapsed(incident());
        IncidentSeeksPrimary { incident_id: incident(), at: of(any_time()) };
        IncidentAttendanceChanged[AttendanceChanged { incident_id: incident(), attendance: any_attendance() }];
        IncidentCallAdded[CallAdded { incident_id: incident(), call: any_call() }];
        IncidentMerged { incident_id: incident(), into: incident() };
        IncidentUnmerged[IncidentUnmerged {
            incident_id: incident(), from: incident(), clock: clock(), rehydrated: any_rehydrated()
        }];
        IncidentTransferRequested[TransferRequested {
            incident_id: incident(), to: any_transfer_target(), reason: any_key(), answer_by: any_time()
        }];
        IncidentTransferEnded { incident_id: incident(), outcome: any_transfer_outcome() };
        IncidentCancelled { incident_id: incident(), reason: any_key() };
        IncidentReopened[IncidentReopened {
            incident_id: incident(), reason: any_key(), clock: clock(), rehydrated: any_rehydrated()
        }];
        IncidentFlagged { incident_id: incident(), flag: any_flag() };
    }
}

fn of_assignments() -> Vec<BoxedStrategy<Event>> {
    let assignment = || any_id(AssignmentId);
    strategies! {
        AssignmentQueued[box AssignmentQueued {
            assignment_id: assignment(), incident_id: any_id(IncidentId), unit_id: any_unit_id(), role: any_role(),
            automatic: any::<bool>(), ranking: any_ranked_unit()
        }];
        AssignmentActivated[AssignmentActivated {
            assignment_id: assignment(), deliver_by: any_time(), acknowledge_by: any_time(), lent: of(any_lent())
        }];
        AssignmentRecalled { assignment_id: assignment(), reason: any_key() };
        AssignmentRoleChanged[AssignmentRoleChanged { assignment_id: assignment(), role: any_role(), because: any_reason() }];
        AssignmentMoved[AssignmentMoved { assignment_id: assignment(), to: any_id(IncidentId), role: any_role() }];
        AssignmentSafetyChecked { assignment_id: assignment(), check_by: of(any_time()) };
        AssignmentSafetyLapsed(assignment());
        AssignmentFeedbackSubmitted[FeedbackSubmitted {
            assignment_id: assignment(), disposition: any_key(), feedback: of(any_private_link())
        }];
        AssignmentFeedbackLapsed(assignment());
    }
}

fn of_resources() -> Vec<BoxedStrategy<Event>> {
    let (shift, whistle) = (|| any_id(ShiftId), || any_id(WhistleId));
    strategies! {
        UnitQueueReordered { unit_id: any_unit_id(), queue: vec(any_id(AssignmentId), 0..4) };
        UnitEmergencyRaised[EmergencyRaised {
            unit_id: any_unit_id(), incident_id: any_id(IncidentId), position: of(any_position())
        }];
        UnitEmergencyCleared { unit_id: any_unit_id(), reason: any_key() };
        UnitContactLost(any_unit_id());
        UnitContactRegained(any_unit_id());
        ShiftPlanned(any_shift_plan());
        ShiftEnded { shift_id: shift(), sign_by: any_time() };
        ShiftHandOverOffered[HandOverOffered {
            shift_id: shift(), open_incidents: any::<u32>(), standing_alarms: any::<u32>(), open_whistles: any::<u32>(),
            notes: of(any_private_link())
        }];
        ShiftHandOverSigned(shift());
        ShiftHandOverLapsed(shift());
        SupportRequested(any_whistle().prop_map(Box::new));
        SupportAnswered { whistle_id: whistle(), answer: any_support_answer() };
        SupportClimbed[SupportClimbed { whistle_id: whistle(), to: any_agency_id(), answer_by: any_time() }];
        SupportLapsed(whistle());
        SupportEnded(whistle());
        WartimeStarted[WartimeStarted { area: any_agency_id(), reason: any_key(), until: any_time() }];
        WartimeEnded(any_agency_id());
        PremiseNoteAdded(any_premise_note());
        PremiseNoteEnded(any_id(PremiseNoteId));
    }
}
