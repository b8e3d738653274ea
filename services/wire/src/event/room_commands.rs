//! The commands of the rules of the room.

use super::fields::stored;
use domain::command::*;

stored! {
    SetPriority => SetPriority { incident_id, priority, expected_revision, }
    SetOwner => SetOwner { incident_id, owner as owner_team, reason, expected_revision, }
    PassDown => PassDown { incident_id, from as from_id, expected_revision, }
    SignIncident => SignIncident { incident_id, }
    ConfirmProposal => ConfirmProposal { incident_id, expected_revision, }
    RejectProposal => RejectProposal { incident_id, expected_revision, }
    RecallUnit => RecallUnit { assignment_id, reason, }
    ReorderQueue => ReorderQueue { unit_id, queue as assignment_ids, }
    HoldIncident => HoldIncident { incident_id, reason, until as until_ms, expected_revision, }
    ReleaseHold => ReleaseHold { incident_id, }
    Undo => Undo { incident_id, seq, }
    AddCall => AddCall { incident_id, source, private, occurred_at as occurred_at_ms, }
    MergeIncidents => MergeIncidents { incident_id, into as into_incident_id, expected_revision, }
    UnmergeIncidents => UnmergeIncidents { incident_id, }
    SplitIncident => SplitIncident { incident_id, call_id, classification, place, expected_revision, }
    OpenOnTheSpot => OpenOnTheSpot { unit_id, classification, place, private, occurred_at as occurred_at_ms, }
    TransferIncident => TransferIncident { incident_id, to, reason, expected_revision, }
    AnswerTransfer => AnswerTransfer { incident_id, accepted, reason, }
    CancelIncident => CancelIncident { incident_id, reason, expected_revision, }
    ReopenIncident => ReopenIncident { incident_id, reason, expected_revision, }
    ExcuseAttendance => ExcuseAttendance { incident_id, reason, }
    AddPremiseNote => AddPremiseNote { position, kind, text, expires_at as expires_at_ms, station as station_id, }
    EndPremiseNote => EndPremiseNote { note_id, }
    PlanShift => PlanShift { plan, }
    OfferHandOver => OfferHandOver { shift_id, notes, }
    SignHandOver => SignHandOver { shift_id, }
    RaiseEmergency => RaiseEmergency { unit_id, place, occurred_at as occurred_at_ms, }
    ClearEmergency => ClearEmergency { unit_id, reason, }
    SubmitFeedback => SubmitFeedback { tap, disposition, feedback, }
    NoteContact => NoteContact { unit_id, lost, }
    RequestSupport => RequestSupport { incident_id, to as to_id, team, reason, }
    AnswerSupport => AnswerSupport { whistle_id, accepted, reason, }
    EndSupport => EndSupport { whistle_id, }
    StartWartime => StartWartime { area as area_id, reason, until as until_ms, }
    EndWartime => EndWartime { area as area_id, }
    ActivateFeature => ActivateFeature { feature, }
}
