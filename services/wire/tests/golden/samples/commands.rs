//! One sample of each kind of command and of each kind of deadline.

use super::*;
use domain::command::*;
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::unit::Availability;

fn tap() -> Tap {
    Tap { assignment_id: assignment(), occurred_at: Some(at(-1_500)) }
}

samples! { commands: Command [
    Command::ReportIncident(_) => Command::ReportIncident(ReportIncident {
        source: CallSource::CitizensLine12345, classification: what("dispute", Some("family")), place: outside(), private: link(5),
        occurred_at: Some(at(-90_000)), answered_at: Some(at(-85_000)), priority: Some(Priority::P1), desk: Some(agency("610824")),
    }),
    Command::AssignUnits(_) => Command::AssignUnits(AssignUnits {
        incident_id: incident(), expected_revision: 41,
        orders: vec![
            UnitOrder { unit_id: unit(), role: Some(AssignmentRole::Overwatch), when_engaged: WhenEngaged::Divert },
            UnitOrder { unit_id: unit(), role: None, when_engaged: WhenEngaged::Queue },
            UnitOrder { unit_id: unit(), role: None, when_engaged: WhenEngaged::Refuse },
        ],
    }),
    Command::MarkDelivered(_) => Command::MarkDelivered(tap()),
    Command::MarkSeen(_) => Command::MarkSeen(tap()),
    Command::Acknowledge(_) => Command::Acknowledge(tap()),
    Command::Decline(_) => Command::Decline(Decline { tap: tap(), reason: key("vehicle_fault") }),
    Command::MarkEnRoute(_) => Command::MarkEnRoute(tap()),
    Command::MarkOnScene(_) => Command::MarkOnScene(tap()),
    Command::Clear(_) => Command::Clear(Clear {
        tap: tap(), reason: key("handled"), disposition: Some(key("mediated")), feedback: link(6),
    }),
    Command::ResolveIncident(_) => Command::ResolveIncident(ResolveIncident {
        incident_id: incident(), disposition: key("mediated"), expected_revision: 42,
    }),
    Command::CloseIncident(_) => Command::CloseIncident(CloseIncident {
        incident_id: incident(), excuse: Some(key("beat_officer_ill")), expected_revision: 43,
    }),
    Command::Reclassify(_) => Command::Reclassify(Reclassify {
        incident_id: incident(), verified_as: what("criminal", None), expected_revision: 44,
    }),
    Command::SignOn(_) => Command::SignOn(SignOn { unit_id: unit(), crew: Some((2, 1)), occurred_at: None }),
    Command::SignOff(_) => Command::SignOff(SignOff { unit_id: unit(), occurred_at: Some(at(0)) }),
    Command::SetAvailability(_) => Command::SetAvailability(SetAvailability {
        unit_id: unit(), availability: Availability::Conditional { reason: key("meal") }, occurred_at: None,
    }),
    Command::ConfirmAlarm(_) => Command::ConfirmAlarm(ConfirmAlarm { alarm_id: alarm() }),
    Command::FireDeadline(_) => Command::FireDeadline(FireDeadline {
        deadline: Deadline { due_at: at(60_000), subject: DeadlineSubject::Acknowledge(assignment()) },
    }),
    Command::ActivatePolicy(_) => Command::ActivatePolicy(ActivatePolicy { hash: BlobHash([1; 32]) }),
    Command::ActivateAgencyTree(_) => Command::ActivateAgencyTree(ActivateAgencyTree { hash: BlobHash([2; 32]) }),
    Command::RegisterUnits(_) => Command::RegisterUnits(RegisterUnits { profiles: vec![profile()] }),
    Command::ReadPrivate(_) => Command::ReadPrivate(ReadPrivate { incident_id: incident(), purpose: ReasonKey::new("call_back").unwrap() }),
    Command::ErasePrivate(_) => Command::ErasePrivate(ErasePrivate { private_ref: PrivateRef(uuid(5)) }),
    Command::SetPriority(_) => Command::SetPriority(SetPriority { incident_id: incident(), priority: Priority::P1, expected_revision: 45 }),
    Command::SetOwner(_) => Command::SetOwner(SetOwner {
        incident_id: incident(), owner: Team::Case, reason: key("agreed"), expected_revision: 45,
    }),
    Command::PassDown(_) => Command::PassDown(PassDown { incident_id: incident(), from: agency("610824"), expected_revision: 45 }),
    Command::SignIncident(_) => Command::SignIncident(SignIncident { incident_id: incident() }),
    Command::ConfirmProposal(_) => Command::ConfirmProposal(ConfirmProposal { incident_id: incident(), expected_revision: 45 }),
    Command::RejectProposal(_) => Command::RejectProposal(RejectProposal { incident_id: incident(), expected_revision: 45 }),
    Command::RecallUnit(_) => Command::RecallUnit(RecallUnit { assignment_id: assignment(), reason: key("nearer_unit") }),
    Command::ReorderQueue(_) => Command::ReorderQueue(ReorderQueue { unit_id: unit(), queue: vec![AssignmentId(uuid(12)), assignment()] }),
    Command::HoldIncident(_) => Command::HoldIncident(HoldIncident {
        incident_id: incident(), reason: key("caller_calls_back"), until: at(600_000), expected_revision: 45,
    }),
    Command::ReleaseHold(_) => Command::ReleaseHold(ReleaseHold { incident_id: incident() }),
    Command::Undo(_) => Command::Undo(Undo { incident_id: incident(), seq: Seq(41) }),
    Command::AddCall(_) => Command::AddCall(AddCall {
        incident_id: incident(), source: CallSource::Traffic122, private: link(5), occurred_at: Some(at(-90_000)),
    }),
    Command::MergeIncidents(_) => Command::MergeIncidents(MergeIncidents {
        incident_id: incident(), into: other_incident(), expected_revision: 45,
    }),
    Command::UnmergeIncidents(_) => Command::UnmergeIncidents(UnmergeIncidents { incident_id: incident() }),
    Command::SplitIncident(_) => Command::SplitIncident(SplitIncident {
        incident_id: incident(), call_id: CallId(uuid(4)), classification: what("dispute", None), place: outside(), expected_revision: 45,
    }),
    Command::OpenOnTheSpot(_) => Command::OpenOnTheSpot(OpenOnTheSpot {
        unit_id: unit(), classification: what("help", None), place: located(), private: link(5), occurred_at: Some(at(-1_500)),
    }),
    Command::TransferIncident(_) => Command::TransferIncident(TransferIncident {
        incident_id: incident(), to: TransferTarget::OtherJurisdiction, reason: key("not_ours"), expected_revision: 45,
    }),
    Command::AnswerTransfer(_) => Command::AnswerTransfer(AnswerTransfer {
        incident_id: incident(), accepted: false, reason: Some(key("not_ours")),
    }),
    Command::CancelIncident(_) => Command::CancelIncident(CancelIncident {
        incident_id: incident(), reason: key("caller_withdrew"), expected_revision: 45,
    }),
    Command::ReopenIncident(_) => Command::ReopenIncident(ReopenIncident {
        incident_id: incident(), reason: key("new_evidence"), expected_revision: 45,
    }),
    Command::ExcuseAttendance(_) => Command::ExcuseAttendance(ExcuseAttendance {
        incident_id: incident(), reason: key("beat_officer_ill"),
    }),
    Command::AddPremiseNote(_) => Command::AddPremiseNote(AddPremiseNote {
        position: position(), kind: key("dog"), text: link(8), expires_at: at(86_400_000), station: agency("610824-01"),
    }),
    Command::EndPremiseNote(_) => Command::EndPremiseNote(EndPremiseNote { note_id: note_id() }),
    Command::PlanShift(_) => Command::PlanShift(PlanShift { plan: shift_plan() }),
    Command::OfferHandOver(_) => Command::OfferHandOver(OfferHandOver { shift_id: shift_id(), notes: link(7) }),
    Command::SignHandOver(_) => Command::SignHandOver(SignHandOver { shift_id: shift_id() }),
    Command::RaiseEmergency(_) => Command::RaiseEmergency(RaiseEmergency {
        unit_id: unit(), place: located(), occurred_at: Some(at(-1_500)),
    }),
    Command::ClearEmergency(_) => Command::ClearEmergency(ClearEmergency { unit_id: unit(), reason: key("false_press") }),
    Command::ConfirmSafe(_) => Command::ConfirmSafe(ConfirmSafe { tap: tap() }),
    Command::SubmitFeedback(_) => Command::SubmitFeedback(SubmitFeedback { tap: tap(), disposition: key("mediated"), feedback: link(6) }),
    Command::NoteContact(_) => Command::NoteContact(NoteContact { unit_id: unit(), lost: true }),
    Command::RequestSupport(_) => Command::RequestSupport(RequestSupport {
        incident_id: incident(), to: agency("610824"), team: Some(Team::Traffic), reason: key("road_closed"),
    }),
    Command::AnswerSupport(_) => Command::AnswerSupport(AnswerSupport { whistle_id: whistle_id(), accepted: true, reason: None }),
    Command::EndSupport(_) => Command::EndSupport(EndSupport { whistle_id: whistle_id() }),
    Command::StartWartime(_) => Command::StartWartime(StartWartime {
        area: agency("610824-01"), reason: key("flood"), until: at(86_400_000),
    }),
    Command::EndWartime(_) => Command::EndWartime(EndWartime { area: agency("610824-01") }),
    Command::ActivateFeature(_) => Command::ActivateFeature(ActivateFeature { feature: domain::event::ROOM_RULES.to_owned() }),
] }

samples! { subjects: DeadlineSubject [
    DeadlineSubject::Dispatch(_) => DeadlineSubject::Dispatch(incident()),
    DeadlineSubject::Retry(_) => DeadlineSubject::Retry(incident()),
    DeadlineSubject::Deliver(_) => DeadlineSubject::Deliver(assignment()),
    DeadlineSubject::Acknowledge(_) => DeadlineSubject::Acknowledge(assignment()),
    DeadlineSubject::Sign(_) => DeadlineSubject::Sign(incident()),
    DeadlineSubject::Send(_) => DeadlineSubject::Send(incident()),
    DeadlineSubject::Widen(_) => DeadlineSubject::Widen(incident()),
    DeadlineSubject::Hold(_) => DeadlineSubject::Hold(incident()),
    DeadlineSubject::Arrive(_) => DeadlineSubject::Arrive(incident()),
    DeadlineSubject::SeekPrimary(_) => DeadlineSubject::SeekPrimary(incident()),
    DeadlineSubject::Transfer(_) => DeadlineSubject::Transfer(incident()),
    DeadlineSubject::SafetyCheck(_) => DeadlineSubject::SafetyCheck(assignment()),
    DeadlineSubject::Feedback(_) => DeadlineSubject::Feedback(assignment()),
    DeadlineSubject::Support(_) => DeadlineSubject::Support(whistle_id()),
    DeadlineSubject::ShiftEnd(_) => DeadlineSubject::ShiftEnd(shift_id()),
    DeadlineSubject::HandOver(_) => DeadlineSubject::HandOver(shift_id()),
    DeadlineSubject::Wartime(_) => DeadlineSubject::Wartime(agency("610824-01")),
    DeadlineSubject::PremiseNote(_) => DeadlineSubject::PremiseNote(note_id()),
] }

/// One of each command, then one firing of each kind of deadline.
pub(crate) fn commands_and_deadlines() -> Vec<Command> {
    let firing = |subject| Command::FireDeadline(FireDeadline { deadline: Deadline { due_at: at(60_000), subject } });
    commands().into_iter().chain(subjects().into_iter().map(firing)).collect()
}
