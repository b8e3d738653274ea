//! Commands of every kind, and what decisions are made from.

use super::incidents::any_incident;
use super::room_commands::any_room_command;
use super::values::*;
use crate::event::DecisionRecord;
use domain::command::*;
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::ids::{AlarmId, AssignmentId, IncidentId, PremiseNoteId, PrivateRef, ShiftId, WhistleId};
use domain::principal::{Principal, Role};
use domain::situation::Candidate;
use domain::time::LocalDay;
use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;

pub(super) fn any_tap() -> impl Strategy<Value = Tap> {
    (any_id(AssignmentId), of(any_time())).prop_map(|(assignment_id, occurred_at)| Tap { assignment_id, occurred_at })
}

fn any_deadline() -> impl Strategy<Value = Deadline> {
    let subject = prop_oneof![
        any_id(IncidentId).prop_map(DeadlineSubject::Dispatch),
        any_id(IncidentId).prop_map(DeadlineSubject::Retry),
        any_id(AssignmentId).prop_map(DeadlineSubject::Deliver),
        any_id(AssignmentId).prop_map(DeadlineSubject::Acknowledge),
        any_id(IncidentId).prop_map(DeadlineSubject::Sign),
        any_id(IncidentId).prop_map(DeadlineSubject::Send),
        any_id(IncidentId).prop_map(DeadlineSubject::Widen),
        any_id(IncidentId).prop_map(DeadlineSubject::Hold),
        any_id(IncidentId).prop_map(DeadlineSubject::Arrive),
        any_id(IncidentId).prop_map(DeadlineSubject::SeekPrimary),
        any_id(IncidentId).prop_map(DeadlineSubject::Transfer),
        any_id(AssignmentId).prop_map(DeadlineSubject::SafetyCheck),
        any_id(AssignmentId).prop_map(DeadlineSubject::Feedback),
        any_id(WhistleId).prop_map(DeadlineSubject::Support),
        any_id(ShiftId).prop_map(DeadlineSubject::ShiftEnd),
        any_id(ShiftId).prop_map(DeadlineSubject::HandOver),
        any_agency_id().prop_map(DeadlineSubject::Wartime),
        any_id(PremiseNoteId).prop_map(DeadlineSubject::PremiseNote),
    ];
    (any_time(), subject).prop_map(|(due_at, subject)| Deadline { due_at, subject })
}

/// A command of any kind.
pub fn any_command() -> BoxedStrategy<Command> {
    // By how many kinds each has, so that all come up alike.
    prop_oneof![22 => any_first_command(), 37 => any_room_command()].boxed()
}

fn any_first_command() -> BoxedStrategy<Command> {
    let incident = || any_id(IncidentId);
    let when = || of(any_time());
    let call = (any_source(), any_classification(), any_place(), of(any_private_link()));
    let report = (call, when(), when(), of(any_priority()), of(any_agency_id()));
    let when_engaged = select(vec![WhenEngaged::Refuse, WhenEngaged::Queue, WhenEngaged::Divert]);
    let order =
        (any_unit_id(), of(any_role()), when_engaged).prop_map(|(unit_id, role, when_engaged)| UnitOrder { unit_id, role, when_engaged });
    let clear = (any_tap(), any_key(), of(any_key()), of(any_private_link()));
    let sign_on = (any_unit_id(), of((any::<u8>(), any::<u8>())), when());
    prop_oneof![
        report.prop_map(|((source, classification, place, private), occurred_at, answered_at, priority, desk)| {
            Command::ReportIncident(ReportIncident { source, classification, place, private, occurred_at, answered_at, priority, desk })
        }),
        (incident(), vec(order, 0..5), any::<u64>()).prop_map(|(incident_id, orders, expected_revision)| Command::AssignUnits(
            AssignUnits { incident_id, orders, expected_revision }
        )),
        any_tap().prop_map(Command::MarkDelivered),
        any_tap().prop_map(Command::MarkSeen),
        any_tap().prop_map(Command::Acknowledge),
        (any_tap(), any_key()).prop_map(|(tap, reason)| Command::Decline(Decline { tap, reason })),
        any_tap().prop_map(Command::MarkEnRoute),
        any_tap().prop_map(Command::MarkOnScene),
        clear.prop_map(|(tap, reason, disposition, feedback)| Command::Clear(Clear { tap, reason, disposition, feedback })),
        (incident(), any_key(), any::<u64>()).prop_map(|(incident_id, disposition, expected_revision)| Command::ResolveIncident(
            ResolveIncident { incident_id, disposition, expected_revision }
        )),
        (incident(), of(any_key()), any::<u64>()).prop_map(|(incident_id, excuse, expected_revision)| Command::CloseIncident(
            CloseIncident { incident_id, excuse, expected_revision }
        )),
        (incident(), any_classification(), any::<u64>()).prop_map(|(incident_id, verified_as, expected_revision)| {
            Command::Reclassify(Reclassify { incident_id, verified_as, expected_revision })
        }),
        sign_on.prop_map(|(unit_id, crew, occurred_at)| Command::SignOn(SignOn { unit_id, crew, occurred_at })),
        (any_unit_id(), when()).prop_map(|(unit_id, occurred_at)| Command::SignOff(SignOff { unit_id, occurred_at })),
        (any_unit_id(), any_availability(), when()).prop_map(|(unit_id, availability, occurred_at)| Command::SetAvailability(
            SetAvailability { unit_id, availability, occurred_at }
        )),
        any_id(AlarmId).prop_map(|alarm_id| Command::ConfirmAlarm(ConfirmAlarm { alarm_id })),
        any_deadline().prop_map(|deadline| Command::FireDeadline(FireDeadline { deadline })),
        any_hash().prop_map(|hash| Command::ActivatePolicy(ActivatePolicy { hash })),
        any_hash().prop_map(|hash| Command::ActivateAgencyTree(ActivateAgencyTree { hash })),
        vec(any_unit_profile(), 0..4).prop_map(|profiles| Command::RegisterUnits(RegisterUnits { profiles })),
        (incident(), any_key()).prop_map(|(incident_id, purpose)| Command::ReadPrivate(ReadPrivate { incident_id, purpose })),
        any_id(PrivateRef).prop_map(|private_ref| Command::ErasePrivate(ErasePrivate { private_ref })),
    ]
    .boxed()
}

/// A principal of any role.
pub fn any_principal() -> impl Strategy<Value = Principal> {
    let where_ = || btree_set(any_agency_id(), 0..4);
    let role = prop_oneof![
        where_().prop_map(|jurisdictions| Role::Operator { jurisdictions }),
        where_().prop_map(|jurisdictions| Role::Observer { jurisdictions }),
        any_unit_id().prop_map(|unit_id| Role::Unit { unit_id }),
        where_().prop_map(|jurisdictions| Role::Gateway { jurisdictions }),
        Just(Role::System),
    ];
    (any_principal_id(), role).prop_map(|(principal_id, role)| Principal { principal_id, role })
}

/// Any candidate of a Situation.
pub fn any_candidate() -> impl Strategy<Value = Candidate> {
    (any_unit_id(), any::<u64>(), any_travel_source(), of(any::<u64>())).prop_map(|(unit_id, travel_ms, source, fix_age_ms)| Candidate {
        unit_id,
        travel_ms,
        source,
        fix_age_ms,
    })
}

/// Anything a decision may have been made from.
pub fn any_decision_record() -> BoxedStrategy<DecisionRecord> {
    let who = (any_principal(), any_command(), any_time(), of(any_hash()), of(any_hash()));
    let incidents = (vec(any_incident().prop_map(Arc::new), 0..2), vec(any_id(IncidentId), 0..4));
    let situation = (any::<u32>(), vec(any_candidate(), 0..4), vec(any_uuid(), 0..4), incidents);
    (who, situation)
        .prop_map(|((principal, command, decided_at, policy, agency_tree), (day, candidates, fresh_ids, (rehydrated, same_caller)))| {
            DecisionRecord {
                principal,
                command,
                decided_at,
                policy,
                agency_tree,
                local_day: LocalDay(day),
                candidates,
                fresh_ids,
                rehydrated,
                same_caller,
            }
        })
        .boxed()
}
