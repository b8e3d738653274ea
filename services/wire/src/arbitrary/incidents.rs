//! Incidents in every state, with all that can be known of one.

use super::values::*;
use domain::ids::{AssignmentId, IncidentId, PremiseNoteId, Seq};
use domain::incident::{
    ArrivalClock, Attendance, ChosenPlan, Hold, Incident, IncidentState, LastChange, Lending, LendingStep, Passing, Proposal,
    ProposedOrder, Repeat, RepeatBy, Signed, Standing, Transfer, Undoable,
};
use domain::time::LocalDay;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn any_state() -> impl Strategy<Value = IncidentState> {
    prop_oneof![
        (of(any_dispatch_clock()), any::<bool>(), of(any_time())).prop_map(|(clock, alarmed, retry_at)| IncidentState::Classified {
            clock,
            alarmed,
            retry_at
        }),
        Just(IncidentState::Dispatched),
        Just(IncidentState::OnScene),
        any_key().prop_map(|disposition| IncidentState::Resolved { disposition }),
        any_key().prop_map(|disposition| IncidentState::Closed { disposition }),
        any_key().prop_map(|reason| IncidentState::Cancelled { reason }),
        any_id(IncidentId).prop_map(|into| IncidentState::Merged { into }),
        any_transfer_target().prop_map(|to| IncidentState::Transferred { to }),
    ]
}

fn any_passing() -> impl Strategy<Value = Passing> {
    let signed = (any_principal_id(), any_time()).prop_map(|(by, at)| Signed { by, at });
    (any_agency_id(), any_time(), of(signed), any::<bool>()).prop_map(|(from, sign_by, signed, lapsed)| Passing {
        from,
        sign_by,
        signed,
        lapsed,
    })
}

fn any_hold() -> impl Strategy<Value = Hold> {
    (any_principal_id(), any_key(), any_time()).prop_map(|(by, reason, until)| Hold { by, reason, until })
}

pub(super) fn any_proposed_orders() -> impl Strategy<Value = Vec<ProposedOrder>> {
    vec((any_role(), any_ranked_unit()).prop_map(|(role, ranking)| ProposedOrder { role, ranking }), 0..3)
}

pub(super) fn any_unfilled() -> impl Strategy<Value = Vec<domain::assignment::AssignmentRole>> {
    vec(any_role(), 0..4)
}

pub(super) fn any_lending_step() -> impl Strategy<Value = LendingStep> {
    select(&LendingStep::ALL[..])
}

/// Whether the beat's officer attends, in every way.
pub(super) fn any_attendance() -> impl Strategy<Value = Attendance> {
    prop_oneof![
        any_agency_id().prop_map(|beat| Attendance::Owed { beat }),
        (any_agency_id(), any_id(AssignmentId)).prop_map(|(beat, assignment_id)| Attendance::Ordered { beat, assignment_id }),
        (any_agency_id(), any_id(AssignmentId)).prop_map(|(beat, assignment_id)| Attendance::Attended { beat, assignment_id }),
        (any_agency_id(), any_key()).prop_map(|(beat, reason)| Attendance::Excused { beat, reason }),
    ]
}

fn any_transfer() -> impl Strategy<Value = Transfer> {
    (any_transfer_target(), any_key(), any_time(), of(any_time())).prop_map(|(to, reason, requested_at, answer_by)| Transfer {
        to,
        reason,
        requested_at,
        answer_by,
    })
}

pub(super) fn any_repeats() -> impl Strategy<Value = Vec<Repeat>> {
    let by = select(vec![RepeatBy::Place, RepeatBy::Caller, RepeatBy::PlaceAndCaller]);
    let earlier = (any_id(IncidentId), any::<u32>(), any::<u32>(), any_classification());
    let repeat = (earlier, of(any_key()), by, of(any::<u32>())).prop_map(
        |((incident_id, number, day, classification), disposition, by, distance_m)| Repeat {
            incident_id,
            number,
            local_day: LocalDay(day),
            classification,
            disposition,
            by,
            distance_m,
        },
    );
    vec(repeat, 0..3)
}

pub(super) fn any_standing() -> impl Strategy<Value = Standing> {
    (of(any_classification()), any_priority(), any::<bool>(), any_team(), any_reasons()).prop_map(
        |(verified_as, priority, priority_by_operator, owner, owner_reasons)| Standing {
            verified_as,
            priority,
            priority_by_operator,
            owner,
            owner_reasons,
        },
    )
}

fn any_last_change() -> impl Strategy<Value = LastChange> {
    let undoable = prop_oneof![
        any_standing().prop_map(|standing| Undoable::Standing(Box::new(standing))),
        vec(any_id(AssignmentId), 0..4).prop_map(Undoable::Ordered),
        Just(Undoable::Held),
        Just(Undoable::Closed),
        Just(Undoable::Cancelled),
        Just(Undoable::Merged),
    ];
    (any::<u64>(), any_time(), undoable).prop_map(|(seq, at, undoable)| LastChange { seq: Seq(seq), at, undoable })
}

/// An incident in any state, with anything that can be known of one.
pub fn any_incident() -> impl Strategy<Value = Incident> {
    let name = (any_id(IncidentId), any::<u32>(), any::<u32>(), any::<u64>(), any_state());
    let what = (any_classification(), of(any_classification()), any_priority(), any_place(), any_agency_id(), any_team());
    let more = (any_reasons(), any_flags(), vec(any_call(), 0..3), any_time(), any_time(), of(any_time()), any::<bool>());
    let orders = (vec(any_id(AssignmentId), 0..4), vec(any_unit_id(), 0..4), any::<u32>());
    let proposal = (any_proposed_orders(), any_time()).prop_map(|(orders, send_at)| Proposal { orders, send_at });
    let plan = (any_key(), any_unfilled()).prop_map(|(plan, unfilled)| ChosenPlan { plan, unfilled });
    let lending = (any_lending_step(), of(any_time())).prop_map(|(step, next_at)| Lending { step, next_at });
    let arrival = (any_time(), any::<bool>()).prop_map(|(arrive_by, alarmed)| ArrivalClock { arrive_by, alarmed });
    let held = (of(any_passing()), of(any_hold()), of(proposal), of(plan), lending);
    let owed = (of(any_attendance()), of(any_transfer()), of(arrival), of(any_time()));
    let origin = (any_repeats(), vec(any_id(PremiseNoteId), 0..3), of(any_id(IncidentId)));
    let again = (any::<u32>(), of(any_time()), of(any_last_change()));
    (name, what, more, orders, held, owed, origin, again).prop_map(|(name, what, more, orders, held, owed, origin, again)| {
        let (incident_id, number, day, revision, state) = name;
        let (reported_as, verified_as, priority, place, station, owner) = what;
        let (owner_reasons, flags, calls, reported_at, updated_at, answered_at, priority_by_operator) = more;
        let (assignments, tried, refused_orders) = orders;
        let (passing, hold, proposal, plan, lending) = held;
        let (attendance, transfer, arrival, seek_primary_at) = owed;
        let (repeats, premise_notes, split_from) = origin;
        let (reopened, reopened_at, last_change) = again;
        Incident {
            incident_id,
            number,
            local_day: LocalDay(day),
            revision: Seq(revision),
            state,
            reported_as,
            verified_as,
            priority,
            place,
            station,
            owner,
            owner_reasons,
            flags,
            calls,
            reported_at,
            updated_at,
            assignments,
            tried,
            refused_orders,
            answered_at,
            priority_by_operator,
            passing,
            hold,
            proposal,
            plan,
            lending,
            attendance,
            transfer,
            arrival,
            seek_primary_at,
            repeats,
            premise_notes,
            split_from,
            reopened,
            reopened_at,
            last_change,
        }
    })
}
