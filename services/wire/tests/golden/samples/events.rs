//! One sample of each kind of event.

use super::*;
use domain::alarm::AlarmKind;
use domain::event::*;
use domain::premise::PremiseNote;
use domain::support::{Whistle, WhistleState};
use domain::unit::Availability;

fn standing_set() -> StandingSet {
    StandingSet { incident_id: incident(), standing: standing(), clock: clock() }
}

samples! { events: Event [
    Event::FeatureActivated { .. } => Event::FeatureActivated { feature: domain::event::ROOM_RULES.to_owned() },
    Event::PolicyActivated { .. } => Event::PolicyActivated { hash: BlobHash([1; 32]) },
    Event::AgencyTreeActivated { .. } => Event::AgencyTreeActivated { hash: BlobHash([2; 32]) },
    Event::UnitRegistered { .. } => Event::UnitRegistered { profile: profile() },
    Event::UnitSignedOn { .. } => Event::UnitSignedOn { unit_id: unit(), sworn: 2, auxiliary: 1 },
    Event::UnitSignedOff { .. } => Event::UnitSignedOff { unit_id: unit() },
    Event::UnitAvailabilityChanged { .. } => Event::UnitAvailabilityChanged {
        unit_id: unit(), availability: Availability::OutOfService { reason: key("refuelling") },
    },
    Event::IncidentReported(_) => Event::IncidentReported(Box::new(IncidentReported {
        incident_id: incident(), number: 2041, local_day: LocalDay(20_261_121), call: call(),
        reported_as: what("dispute", Some("family")), priority: Priority::new(2).unwrap(), place: located(),
        station: agency("610824-01"), owner: Team::Community,
        owner_reasons: vec![Reason::owner_by_table(&what("dispute", Some("family")), Team::Community)],
        flags: [IncidentFlag::TimeClamped, IncidentFlag::Nuisance].into(), clock: clock(), answered_at: Some(at(-85_000)),
        priority_by_operator: true, arrive_by: Some(at(300_000)), repeats: repeats(), premise_notes: vec![note_id()],
        split_from: Some(other_incident()), call_shared: true,
    })),
    Event::IncidentReclassified { .. } => Event::IncidentReclassified {
        incident_id: incident(), verified_as: what("criminal", None), priority: Priority::P1, owner: Team::Case,
        owner_reasons: vec![Reason::owner_moved(Team::Community, Team::Case, &what("criminal", None))], clock: clock(),
    },
    Event::IncidentWaiting { .. } => Event::IncidentWaiting { incident_id: incident(), retry_at: at(10_000) },
    Event::IncidentDispatchLapsed { .. } => Event::IncidentDispatchLapsed { incident_id: incident() },
    Event::IncidentDispatched { .. } => Event::IncidentDispatched { incident_id: incident() },
    Event::IncidentOnScene { .. } => Event::IncidentOnScene { incident_id: incident() },
    Event::IncidentReturnedToQueue { .. } => Event::IncidentReturnedToQueue { incident_id: incident(), clock: clock() },
    Event::IncidentResolved { .. } => Event::IncidentResolved { incident_id: incident(), disposition: key("mediated") },
    Event::IncidentClosed { .. } => Event::IncidentClosed { incident_id: incident() },
    Event::AssignmentOffered(_) => Event::AssignmentOffered(Box::new(AssignmentOffered {
        assignment_id: assignment(), incident_id: incident(), unit_id: unit(), role: AssignmentRole::Primary,
        deliver_by: at(10_000), acknowledge_by: at(60_000), automatic: true,
        ranking: line(unit(), 1, vec![Reason::nearest(), Reason::own_team(Team::Community)]),
        not_taken: vec![line(UnitId::new("610824-b03").unwrap(), 0, vec![Reason::engaged(2039)])],
        lent: Some(lent()),
    })),
    Event::AssignmentDelivered { .. } => Event::AssignmentDelivered { assignment_id: assignment() },
    Event::AssignmentSeen { .. } => Event::AssignmentSeen { assignment_id: assignment() },
    Event::AssignmentAcknowledged { .. } => Event::AssignmentAcknowledged { assignment_id: assignment() },
    Event::AssignmentDeclined { .. } => Event::AssignmentDeclined { assignment_id: assignment(), reason: key("vehicle_fault") },
    Event::AssignmentExpired { .. } => Event::AssignmentExpired { assignment_id: assignment(), lapse: Lapse::Deliver },
    Event::AssignmentEnRoute { .. } => Event::AssignmentEnRoute { assignment_id: assignment() },
    Event::AssignmentOnScene { .. } => Event::AssignmentOnScene { assignment_id: assignment(), check_by: Some(at(600_000)) },
    Event::AssignmentCleared { .. } => Event::AssignmentCleared {
        assignment_id: assignment(), reason: key("handled"), disposition: Some(key("mediated")), feedback: link(6),
        feedback_by: Some(at(3_600_000)),
    },
    Event::AlarmRaised { .. } => Event::AlarmRaised {
        alarm_id: alarm(), kind: AlarmKind::LostContact, incident_id: None, unit_id: Some(unit()), station: Some(agency("610824-01")),
    },
    Event::AlarmEnded { .. } => Event::AlarmEnded { alarm_id: alarm(), confirmed: true },
    Event::PrivateRead { .. } => Event::PrivateRead { incident_id: incident(), purpose: ReasonKey::new("call_back").unwrap() },
    Event::PrivateErased { .. } => Event::PrivateErased { private_ref: PrivateRef(uuid(5)) },
    Event::IncidentOwnerSet(_) => Event::IncidentOwnerSet(Box::new(standing_set())),
    Event::IncidentPrioritySet(_) => Event::IncidentPrioritySet(Box::new(standing_set())),
    Event::IncidentRestored(_) => Event::IncidentRestored(Box::new(StandingRestored {
        incident_id: incident(), undone: Seq(41), standing: standing(), clock: clock(),
    })),
    Event::IncidentPassedDown(_) => Event::IncidentPassedDown(IncidentPassedDown {
        incident_id: incident(), from: agency("610824"), sign_by: at(180_000),
    }),
    Event::IncidentSigned(_) => Event::IncidentSigned(incident()),
    Event::IncidentSignLapsed(_) => Event::IncidentSignLapsed(incident()),
    Event::IncidentProposed(_) => Event::IncidentProposed(Box::new(IncidentProposed {
        incident_id: incident(), orders: proposed(), send_at: at(10_000),
    })),
    Event::IncidentProposalEnded(_) => Event::IncidentProposalEnded(incident()),
    Event::IncidentHeld(_) => Event::IncidentHeld(IncidentHeld {
        incident_id: incident(), reason: key("caller_calls_back"), until: at(600_000),
    }),
    Event::IncidentHoldEnded(_) => Event::IncidentHoldEnded(IncidentHoldEnded { incident_id: incident(), lapsed: true, clock: clock() }),
    Event::IncidentWidened(_) => Event::IncidentWidened(IncidentWidened {
        incident_id: incident(), step: LendingStep::AdjacentBeat, next_at: Some(at(90_000)),
    }),
    Event::IncidentPlanChosen(_) => Event::IncidentPlanChosen(PlanChosen {
        incident_id: incident(), plan: key("two_cars"), unfilled: vec![AssignmentRole::Backup, AssignmentRole::Overwatch],
    }),
    Event::IncidentArrivalClockSet { .. } => Event::IncidentArrivalClockSet { incident_id: incident(), arrive_by: at(300_000) },
    Event::IncidentArrivalLapsed(_) => Event::IncidentArrivalLapsed(incident()),
    Event::IncidentSeeksPrimary { .. } => Event::IncidentSeeksPrimary { incident_id: incident(), at: Some(at(10_000)) },
    Event::IncidentAttendanceChanged(_) => Event::IncidentAttendanceChanged(AttendanceChanged {
        incident_id: incident(), attendance: attendances().swap_remove(1),
    }),
    Event::IncidentCallAdded(_) => Event::IncidentCallAdded(CallAdded { incident_id: incident(), call: call() }),
    Event::IncidentMerged { .. } => Event::IncidentMerged { incident_id: incident(), into: other_incident() },
    Event::IncidentUnmerged(_) => Event::IncidentUnmerged(IncidentUnmerged {
        incident_id: incident(), from: other_incident(), clock: clock(), rehydrated: Some(Box::new(known_incident(6))),
    }),
    Event::IncidentTransferRequested(_) => Event::IncidentTransferRequested(TransferRequested {
        incident_id: incident(), to: TransferTarget::Medical120, reason: key("injured"), answer_by: at(120_000),
    }),
    Event::IncidentTransferEnded { .. } => Event::IncidentTransferEnded {
        incident_id: incident(), outcome: TransferOutcome::Refused { reason: key("not_ours") },
    },
    Event::IncidentCancelled { .. } => Event::IncidentCancelled { incident_id: incident(), reason: key("caller_withdrew") },
    Event::IncidentReopened(_) => Event::IncidentReopened(IncidentReopened {
        incident_id: incident(), reason: key("new_evidence"), clock: clock(), rehydrated: Some(Box::new(known_incident(4))),
    }),
    Event::IncidentFlagged { .. } => Event::IncidentFlagged { incident_id: incident(), flag: IncidentFlag::CategoryWithdrawn },
    Event::AssignmentQueued(_) => Event::AssignmentQueued(Box::new(AssignmentQueued {
        assignment_id: assignment(), incident_id: incident(), unit_id: unit(), role: AssignmentRole::BeatAttendance, automatic: true,
        ranking: line(unit(), 1, vec![Reason::nearest()]),
    })),
    Event::AssignmentActivated(_) => Event::AssignmentActivated(AssignmentActivated {
        assignment_id: assignment(), deliver_by: at(10_000), acknowledge_by: at(60_000), lent: Some(lent()),
    }),
    Event::AssignmentRecalled { .. } => Event::AssignmentRecalled { assignment_id: assignment(), reason: key("nearer_unit") },
    Event::AssignmentRoleChanged(_) => Event::AssignmentRoleChanged(AssignmentRoleChanged {
        assignment_id: assignment(), role: AssignmentRole::Backup, because: Reason::own_team(Team::Case),
    }),
    Event::AssignmentMoved(_) => Event::AssignmentMoved(AssignmentMoved {
        assignment_id: assignment(), to: other_incident(), role: AssignmentRole::Backup,
    }),
    Event::AssignmentSafetyChecked { .. } => Event::AssignmentSafetyChecked { assignment_id: assignment(), check_by: Some(at(600_000)) },
    Event::AssignmentSafetyLapsed(_) => Event::AssignmentSafetyLapsed(assignment()),
    Event::AssignmentFeedbackSubmitted(_) => Event::AssignmentFeedbackSubmitted(FeedbackSubmitted {
        assignment_id: assignment(), disposition: key("mediated"), feedback: link(6),
    }),
    Event::AssignmentFeedbackLapsed(_) => Event::AssignmentFeedbackLapsed(assignment()),
    Event::UnitQueueReordered { .. } => Event::UnitQueueReordered { unit_id: unit(), queue: vec![AssignmentId(uuid(12)), assignment()] },
    Event::UnitEmergencyRaised(_) => Event::UnitEmergencyRaised(EmergencyRaised {
        unit_id: unit(), incident_id: incident(), position: Some(position()),
    }),
    Event::UnitEmergencyCleared { .. } => Event::UnitEmergencyCleared { unit_id: unit(), reason: key("false_press") },
    Event::UnitContactLost(_) => Event::UnitContactLost(unit()),
    Event::UnitContactRegained(_) => Event::UnitContactRegained(unit()),
    Event::ShiftPlanned(_) => Event::ShiftPlanned(shift_plan()),
    Event::ShiftEnded { .. } => Event::ShiftEnded { shift_id: shift_id(), sign_by: at(1_800_000) },
    Event::ShiftHandOverOffered(_) => Event::ShiftHandOverOffered(HandOverOffered {
        shift_id: shift_id(), open_incidents: 3, standing_alarms: 2, open_whistles: 1, notes: link(7),
    }),
    Event::ShiftHandOverSigned(_) => Event::ShiftHandOverSigned(shift_id()),
    Event::ShiftHandOverLapsed(_) => Event::ShiftHandOverLapsed(shift_id()),
    Event::SupportRequested(_) => Event::SupportRequested(Box::new(Whistle {
        whistle_id: whistle_id(), incident_id: incident(), from: agency("610824-01"), to: agency("610824"), team: Some(Team::Traffic),
        reason: key("road_closed"), asked_at: at(0), climbed: 0, state: WhistleState::Asked { answer_by: at(120_000) }, revision: Seq(0),
    })),
    Event::SupportAnswered { .. } => Event::SupportAnswered {
        whistle_id: whistle_id(), answer: SupportAnswer::Refused { reason: key("nobody_free") },
    },
    Event::SupportClimbed(_) => Event::SupportClimbed(SupportClimbed {
        whistle_id: whistle_id(), to: agency("610824"), answer_by: at(240_000),
    }),
    Event::SupportLapsed(_) => Event::SupportLapsed(whistle_id()),
    Event::SupportEnded(_) => Event::SupportEnded(whistle_id()),
    Event::WartimeStarted(_) => Event::WartimeStarted(WartimeStarted {
        area: agency("610824-01"), reason: key("flood"), until: at(86_400_000),
    }),
    Event::WartimeEnded(_) => Event::WartimeEnded(agency("610824-01")),
    Event::PremiseNoteAdded(_) => Event::PremiseNoteAdded(PremiseNote {
        note_id: note_id(), position: position(), kind: key("dog"), text: link(8), station: agency("610824-01"),
        author: PrincipalId::new("op-7").unwrap(), written_at: at(0), expires_at: at(86_400_000), ended_at: None, revision: Seq(0),
    }),
    Event::PremiseNoteEnded(_) => Event::PremiseNoteEnded(note_id()),
] }
