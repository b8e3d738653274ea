//! Every command as it is kept beside its decision.

use super::DecodeError;
use super::fields::{Field, stored};
use super::primitive::*;
use crate::event_v1 as w;
use crate::event_v1::command::Command as W;
use crate::event_v1::fire_deadline::Subject;
use domain::command::*;
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::time::Timestamp;

stored! {
    ReportIncident => ReportIncident {
        source, classification, place, private, occurred_at as occurred_at_ms, priority, answered_at as answered_at_ms, desk as desk_id,
    }
    UnitOrder => UnitOrder { unit_id, role, when_engaged, }
    AssignUnits => AssignUnits { incident_id, orders, expected_revision, }
    Tap => Tap { assignment_id, occurred_at as occurred_at_ms, }
    Decline => Decline { tap, reason, }
    Clear => Clear { tap, reason, disposition, feedback, }
    ResolveIncident => ResolveIncident { incident_id, disposition, expected_revision, }
    CloseIncident => CloseIncident { incident_id, excuse, expected_revision, }
    Reclassify => Reclassify { incident_id, verified_as, expected_revision, }
    SignOff => SignOff { unit_id, occurred_at as occurred_at_ms, }
    SetAvailability => SetAvailability { unit_id, availability, occurred_at as occurred_at_ms, }
    ConfirmAlarm => ConfirmAlarm { alarm_id, }
    ActivatePolicy => ActivatePolicy { hash, }
    ActivateAgencyTree => ActivateAgencyTree { hash, }
    RegisterUnits => RegisterUnits { profiles, }
    ReadPrivate => ReadPrivate { incident_id, purpose, }
    ErasePrivate => ErasePrivate { private_ref, }
}

/// To refuse the order is stored as the unspecified value, which older bytes have.
impl Field<i32> for WhenEngaged {
    fn put(&self) -> i32 {
        let stored = match self {
            Self::Refuse => w::WhenEngaged::Unspecified,
            Self::Queue => w::WhenEngaged::Queue,
            Self::Divert => w::WhenEngaged::Divert,
        };
        stored.into()
    }
    fn take(field: &'static str, number: i32) -> Result<Self, DecodeError> {
        match w::WhenEngaged::try_from(number) {
            Ok(w::WhenEngaged::Unspecified) => Ok(Self::Refuse),
            Ok(w::WhenEngaged::Queue) => Ok(Self::Queue),
            Ok(w::WhenEngaged::Divert) => Ok(Self::Divert),
            Err(_) => Err(DecodeError::UnknownValue { field, value: number }),
        }
    }
}

impl Stored for SignOn {
    type Message = w::SignOn;
    fn write(&self) -> w::SignOn {
        let crew = self.crew.map(|(sworn, auxiliary)| w::Crew { sworn: sworn.into(), auxiliary: auxiliary.into() });
        w::SignOn { unit_id: write_code(&self.unit_id), crew, occurred_at_ms: write_time(self.occurred_at) }
    }
    fn read(m: w::SignOn) -> Result<Self, DecodeError> {
        let crew = |crew: w::Crew| Ok((read_u8("Crew.sworn", crew.sworn)?, read_u8("Crew.auxiliary", crew.auxiliary)?));
        Ok(Self {
            unit_id: read_code("SignOn.unit_id", &m.unit_id)?,
            crew: m.crew.map(crew).transpose()?,
            occurred_at: read_time(m.occurred_at_ms),
        })
    }
}

impl Stored for Deadline {
    type Message = w::FireDeadline;
    fn write(&self) -> w::FireDeadline {
        let subject = match &self.subject {
            DeadlineSubject::Dispatch(id) => Subject::DispatchIncidentId(write_id(id)),
            DeadlineSubject::Retry(id) => Subject::RetryIncidentId(write_id(id)),
            DeadlineSubject::Deliver(id) => Subject::DeliverAssignmentId(write_id(id)),
            DeadlineSubject::Acknowledge(id) => Subject::AcknowledgeAssignmentId(write_id(id)),
            DeadlineSubject::Sign(id) => Subject::SignIncidentId(write_id(id)),
            DeadlineSubject::Send(id) => Subject::SendIncidentId(write_id(id)),
            DeadlineSubject::Widen(id) => Subject::WidenIncidentId(write_id(id)),
            DeadlineSubject::Hold(id) => Subject::HoldIncidentId(write_id(id)),
            DeadlineSubject::Arrive(id) => Subject::ArriveIncidentId(write_id(id)),
            DeadlineSubject::SeekPrimary(id) => Subject::SeekPrimaryIncidentId(write_id(id)),
            DeadlineSubject::Transfer(id) => Subject::TransferIncidentId(write_id(id)),
            DeadlineSubject::SafetyCheck(id) => Subject::SafetyCheckAssignmentId(write_id(id)),
            DeadlineSubject::Feedback(id) => Subject::FeedbackAssignmentId(write_id(id)),
            DeadlineSubject::Support(id) => Subject::SupportWhistleId(write_id(id)),
            DeadlineSubject::ShiftEnd(id) => Subject::ShiftEndShiftId(write_id(id)),
            DeadlineSubject::HandOver(id) => Subject::HandOverShiftId(write_id(id)),
            DeadlineSubject::Wartime(id) => Subject::WartimeAreaId(write_code(id)),
            DeadlineSubject::PremiseNote(id) => Subject::PremiseNoteId(write_id(id)),
        };
        w::FireDeadline { due_at_ms: self.due_at.0, subject: Some(subject) }
    }
    fn read(m: w::FireDeadline) -> Result<Self, DecodeError> {
        let field = "FireDeadline.subject";
        let subject = match m.subject.ok_or_else(|| DecodeError::missing(field))? {
            Subject::DispatchIncidentId(id) => DeadlineSubject::Dispatch(read_id(field, &id)?),
            Subject::RetryIncidentId(id) => DeadlineSubject::Retry(read_id(field, &id)?),
            Subject::DeliverAssignmentId(id) => DeadlineSubject::Deliver(read_id(field, &id)?),
            Subject::AcknowledgeAssignmentId(id) => DeadlineSubject::Acknowledge(read_id(field, &id)?),
            Subject::SignIncidentId(id) => DeadlineSubject::Sign(read_id(field, &id)?),
            Subject::SendIncidentId(id) => DeadlineSubject::Send(read_id(field, &id)?),
            Subject::WidenIncidentId(id) => DeadlineSubject::Widen(read_id(field, &id)?),
            Subject::HoldIncidentId(id) => DeadlineSubject::Hold(read_id(field, &id)?),
            Subject::ArriveIncidentId(id) => DeadlineSubject::Arrive(read_id(field, &id)?),
            Subject::SeekPrimaryIncidentId(id) => DeadlineSubject::SeekPrimary(read_id(field, &id)?),
            Subject::TransferIncidentId(id) => DeadlineSubject::Transfer(read_id(field, &id)?),
            Subject::SafetyCheckAssignmentId(id) => DeadlineSubject::SafetyCheck(read_id(field, &id)?),
            Subject::FeedbackAssignmentId(id) => DeadlineSubject::Feedback(read_id(field, &id)?),
            Subject::SupportWhistleId(id) => DeadlineSubject::Support(read_id(field, &id)?),
            Subject::ShiftEndShiftId(id) => DeadlineSubject::ShiftEnd(read_id(field, &id)?),
            Subject::HandOverShiftId(id) => DeadlineSubject::HandOver(read_id(field, &id)?),
            Subject::WartimeAreaId(id) => DeadlineSubject::Wartime(read_code(field, &id)?),
            Subject::PremiseNoteId(id) => DeadlineSubject::PremiseNote(read_id(field, &id)?),
        };
        Ok(Self { due_at: Timestamp(m.due_at_ms), subject })
    }
}

impl Stored for Command {
    type Message = w::Command;

    fn write(&self) -> w::Command {
        let command = match self {
            Self::ReportIncident(c) => W::ReportIncident(c.write()),
            Self::AssignUnits(c) => W::AssignUnits(c.write()),
            Self::MarkDelivered(tap) => W::MarkDelivered(tap.write()),
            Self::MarkSeen(tap) => W::MarkSeen(tap.write()),
            Self::Acknowledge(tap) => W::Acknowledge(tap.write()),
            Self::Decline(c) => W::Decline(c.write()),
            Self::MarkEnRoute(tap) => W::MarkEnRoute(tap.write()),
            Self::MarkOnScene(tap) => W::MarkOnScene(tap.write()),
            Self::Clear(c) => W::Clear(c.write()),
            Self::ResolveIncident(c) => W::ResolveIncident(c.write()),
            Self::CloseIncident(c) => W::CloseIncident(c.write()),
            Self::Reclassify(c) => W::Reclassify(c.write()),
            Self::SignOn(c) => W::SignOn(c.write()),
            Self::SignOff(c) => W::SignOff(c.write()),
            Self::SetAvailability(c) => W::SetAvailability(c.write()),
            Self::ConfirmAlarm(c) => W::ConfirmAlarm(c.write()),
            Self::FireDeadline(c) => W::FireDeadline(c.deadline.write()),
            Self::ActivatePolicy(c) => W::ActivatePolicy(c.write()),
            Self::ActivateAgencyTree(c) => W::ActivateAgencyTree(c.write()),
            Self::RegisterUnits(c) => W::RegisterUnits(c.write()),
            Self::ReadPrivate(c) => W::ReadPrivate(c.write()),
            Self::ErasePrivate(c) => W::ErasePrivate(c.write()),
            Self::SetPriority(c) => W::SetPriority(c.write()),
            Self::SetOwner(c) => W::SetOwner(c.write()),
            Self::PassDown(c) => W::PassDown(c.write()),
            Self::SignIncident(c) => W::SignIncident(c.write()),
            Self::ConfirmProposal(c) => W::ConfirmProposal(c.write()),
            Self::RejectProposal(c) => W::RejectProposal(c.write()),
            Self::RecallUnit(c) => W::RecallUnit(c.write()),
            Self::ReorderQueue(c) => W::ReorderQueue(c.write()),
            Self::HoldIncident(c) => W::HoldIncident(c.write()),
            Self::ReleaseHold(c) => W::ReleaseHold(c.write()),
            Self::Undo(c) => W::Undo(c.write()),
            Self::AddCall(c) => W::AddCall(c.write()),
            Self::MergeIncidents(c) => W::MergeIncidents(c.write()),
            Self::UnmergeIncidents(c) => W::UnmergeIncidents(c.write()),
            Self::SplitIncident(c) => W::SplitIncident(c.write()),
            Self::OpenOnTheSpot(c) => W::OpenOnTheSpot(c.write()),
            Self::TransferIncident(c) => W::TransferIncident(c.write()),
            Self::AnswerTransfer(c) => W::AnswerTransfer(c.write()),
            Self::CancelIncident(c) => W::CancelIncident(c.write()),
            Self::ReopenIncident(c) => W::ReopenIncident(c.write()),
            Self::ExcuseAttendance(c) => W::ExcuseAttendance(c.write()),
            Self::AddPremiseNote(c) => W::AddPremiseNote(c.write()),
            Self::EndPremiseNote(c) => W::EndPremiseNote(c.write()),
            Self::PlanShift(c) => W::PlanShift(c.write()),
            Self::OfferHandOver(c) => W::OfferHandOver(c.write()),
            Self::SignHandOver(c) => W::SignHandOver(c.write()),
            Self::RaiseEmergency(c) => W::RaiseEmergency(c.write()),
            Self::ClearEmergency(c) => W::ClearEmergency(c.write()),
            Self::ConfirmSafe(c) => W::ConfirmSafe(c.tap.write()),
            Self::SubmitFeedback(c) => W::SubmitFeedback(c.write()),
            Self::NoteContact(c) => W::NoteContact(c.write()),
            Self::RequestSupport(c) => W::RequestSupport(c.write()),
            Self::AnswerSupport(c) => W::AnswerSupport(c.write()),
            Self::EndSupport(c) => W::EndSupport(c.write()),
            Self::StartWartime(c) => W::StartWartime(c.write()),
            Self::EndWartime(c) => W::EndWartime(c.write()),
            Self::ActivateFeature(c) => W::ActivateFeature(c.write()),
        };
        w::Command { command: Some(command) }
    }

    fn read(message: w::Command) -> Result<Self, DecodeError> {
        Ok(match message.command.ok_or_else(|| DecodeError::missing("Command.command"))? {
            W::ReportIncident(m) => Self::ReportIncident(Stored::read(m)?),
            W::AssignUnits(m) => Self::AssignUnits(Stored::read(m)?),
            W::MarkDelivered(m) => Self::MarkDelivered(Stored::read(m)?),
            W::MarkSeen(m) => Self::MarkSeen(Stored::read(m)?),
            W::Acknowledge(m) => Self::Acknowledge(Stored::read(m)?),
            W::Decline(m) => Self::Decline(Stored::read(m)?),
            W::MarkEnRoute(m) => Self::MarkEnRoute(Stored::read(m)?),
            W::MarkOnScene(m) => Self::MarkOnScene(Stored::read(m)?),
            W::Clear(m) => Self::Clear(Stored::read(m)?),
            W::ResolveIncident(m) => Self::ResolveIncident(Stored::read(m)?),
            W::CloseIncident(m) => Self::CloseIncident(Stored::read(m)?),
            W::Reclassify(m) => Self::Reclassify(Stored::read(m)?),
            W::SignOn(m) => Self::SignOn(Stored::read(m)?),
            W::SignOff(m) => Self::SignOff(Stored::read(m)?),
            W::SetAvailability(m) => Self::SetAvailability(Stored::read(m)?),
            W::ConfirmAlarm(m) => Self::ConfirmAlarm(Stored::read(m)?),
            W::FireDeadline(m) => Self::FireDeadline(FireDeadline { deadline: Stored::read(m)? }),
            W::ActivatePolicy(m) => Self::ActivatePolicy(Stored::read(m)?),
            W::ActivateAgencyTree(m) => Self::ActivateAgencyTree(Stored::read(m)?),
            W::RegisterUnits(m) => Self::RegisterUnits(Stored::read(m)?),
            W::ReadPrivate(m) => Self::ReadPrivate(Stored::read(m)?),
            W::ErasePrivate(m) => Self::ErasePrivate(Stored::read(m)?),
            W::SetPriority(m) => Self::SetPriority(Stored::read(m)?),
            W::SetOwner(m) => Self::SetOwner(Stored::read(m)?),
            W::PassDown(m) => Self::PassDown(Stored::read(m)?),
            W::SignIncident(m) => Self::SignIncident(Stored::read(m)?),
            W::ConfirmProposal(m) => Self::ConfirmProposal(Stored::read(m)?),
            W::RejectProposal(m) => Self::RejectProposal(Stored::read(m)?),
            W::RecallUnit(m) => Self::RecallUnit(Stored::read(m)?),
            W::ReorderQueue(m) => Self::ReorderQueue(Stored::read(m)?),
            W::HoldIncident(m) => Self::HoldIncident(Stored::read(m)?),
            W::ReleaseHold(m) => Self::ReleaseHold(Stored::read(m)?),
            W::Undo(m) => Self::Undo(Stored::read(m)?),
            W::AddCall(m) => Self::AddCall(Stored::read(m)?),
            W::MergeIncidents(m) => Self::MergeIncidents(Stored::read(m)?),
            W::UnmergeIncidents(m) => Self::UnmergeIncidents(Stored::read(m)?),
            W::SplitIncident(m) => Self::SplitIncident(Stored::read(m)?),
            W::OpenOnTheSpot(m) => Self::OpenOnTheSpot(Stored::read(m)?),
            W::TransferIncident(m) => Self::TransferIncident(Stored::read(m)?),
            W::AnswerTransfer(m) => Self::AnswerTransfer(Stored::read(m)?),
            W::CancelIncident(m) => Self::CancelIncident(Stored::read(m)?),
            W::ReopenIncident(m) => Self::ReopenIncident(Stored::read(m)?),
            W::ExcuseAttendance(m) => Self::ExcuseAttendance(Stored::read(m)?),
            W::AddPremiseNote(m) => Self::AddPremiseNote(Stored::read(m)?),
            W::EndPremiseNote(m) => Self::EndPremiseNote(Stored::read(m)?),
            W::PlanShift(m) => Self::PlanShift(Stored::read(m)?),
            W::OfferHandOver(m) => Self::OfferHandOver(Stored::read(m)?),
            W::SignHandOver(m) => Self::SignHandOver(Stored::read(m)?),
            W::RaiseEmergency(m) => Self::RaiseEmergency(Stored::read(m)?),
            W::ClearEmergency(m) => Self::ClearEmergency(Stored::read(m)?),
            W::ConfirmSafe(m) => Self::ConfirmSafe(ConfirmSafe { tap: Stored::read(m)? }),
            W::SubmitFeedback(m) => Self::SubmitFeedback(Stored::read(m)?),
            W::NoteContact(m) => Self::NoteContact(Stored::read(m)?),
            W::RequestSupport(m) => Self::RequestSupport(Stored::read(m)?),
            W::AnswerSupport(m) => Self::AnswerSupport(Stored::read(m)?),
            W::EndSupport(m) => Self::EndSupport(Stored::read(m)?),
            W::StartWartime(m) => Self::StartWartime(Stored::read(m)?),
            W::EndWartime(m) => Self::EndWartime(Stored::read(m)?),
            W::ActivateFeature(m) => Self::ActivateFeature(Stored::read(m)?),
        })
    }
}
