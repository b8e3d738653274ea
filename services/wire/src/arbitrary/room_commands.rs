//! Commands of the rules of the room.

use super::commands::any_tap;
use super::room_values::any_shift_plan;
use super::values::*;
use domain::command::*;
use domain::ids::{AssignmentId, CallId, IncidentId, PremiseNoteId, Seq, ShiftId, WhistleId};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::strategy::Union;

macro_rules! strategies {
    ($enum:ident [$($kind:ident { $($field:ident: $values:expr),* })*]) => {
        vec![$(($($values,)*).prop_map(|($($field,)*)| $enum::$kind($kind { $($field),* })).boxed()),*]
    };
}

/// A command of the rules of the room, of any kind.
pub(super) fn any_room_command() -> BoxedStrategy<Command> {
    let commands = strategies!(Command [
        SetPriority { incident_id: any_id(IncidentId), priority: any_priority(), expected_revision: any::<u64>() }
        SetOwner { incident_id: any_id(IncidentId), owner: any_team(), reason: any_key(), expected_revision: any::<u64>() }
        PassDown { incident_id: any_id(IncidentId), from: any_agency_id(), expected_revision: any::<u64>() }
        SignIncident { incident_id: any_id(IncidentId) }
        ConfirmProposal { incident_id: any_id(IncidentId), expected_revision: any::<u64>() }
        RejectProposal { incident_id: any_id(IncidentId), expected_revision: any::<u64>() }
        RecallUnit { assignment_id: any_id(AssignmentId), reason: any_key() }
        ReorderQueue { unit_id: any_unit_id(), queue: vec(any_id(AssignmentId), 0..4) }
        HoldIncident { incident_id: any_id(IncidentId), reason: any_key(), until: any_time(), expected_revision: any::<u64>() }
        ReleaseHold { incident_id: any_id(IncidentId) }
        Undo { incident_id: any_id(IncidentId), seq: any::<u64>().prop_map(Seq) }
        AddCall { incident_id: any_id(IncidentId), source: any_source(), private: of(any_private_link()), occurred_at: of(any_time()) }
        MergeIncidents { incident_id: any_id(IncidentId), into: any_id(IncidentId), expected_revision: any::<u64>() }
        UnmergeIncidents { incident_id: any_id(IncidentId) }
        SplitIncident {
            incident_id: any_id(IncidentId), call_id: any_id(CallId), classification: any_classification(), place: any_place(),
            expected_revision: any::<u64>()
        }
        OpenOnTheSpot {
            unit_id: any_unit_id(), classification: any_classification(), place: any_place(), private: of(any_private_link()),
            occurred_at: of(any_time())
        }
        TransferIncident { incident_id: any_id(IncidentId), to: any_transfer_target(), reason: any_key(), expected_revision: any::<u64>() }
        AnswerTransfer { incident_id: any_id(IncidentId), accepted: any::<bool>(), reason: of(any_key()) }
        CancelIncident { incident_id: any_id(IncidentId), reason: any_key(), expected_revision: any::<u64>() }
        ReopenIncident { incident_id: any_id(IncidentId), reason: any_key(), expected_revision: any::<u64>() }
        ExcuseAttendance { incident_id: any_id(IncidentId), reason: any_key() }
        AddPremiseNote {
            position: any_position(), kind: any_key(), text: of(any_private_link()), expires_at: any_time(), station: any_agency_id()
        }
        EndPremiseNote { note_id: any_id(PremiseNoteId) }
        PlanShift { plan: any_shift_plan() }
        OfferHandOver { shift_id: any_id(ShiftId), notes: of(any_private_link()) }
        SignHandOver { shift_id: any_id(ShiftId) }
        RaiseEmergency { unit_id: any_unit_id(), place: any_place(), occurred_at: of(any_time()) }
        ClearEmergency { unit_id: any_unit_id(), reason: any_key() }
        ConfirmSafe { tap: any_tap() }
        SubmitFeedback { tap: any_tap(), disposition: any_key(), feedback: of(any_private_link()) }
        NoteContact { unit_id: any_unit_id(), lost: any::<bool>() }
        RequestSupport { incident_id: any_id(IncidentId), to: any_agency_id(), team: of(any_team()), reason: any_key() }
        AnswerSupport { whistle_id: any_id(WhistleId), accepted: any::<bool>(), reason: of(any_key()) }
        EndSupport { whistle_id: any_id(WhistleId) }
        StartWartime { area: any_agency_id(), reason: any_key(), until: any_time() }
        EndWartime { area: any_agency_id() }
        ActivateFeature { feature: "[a-z_]{0,40}" }
    ]);
    Union::new(commands).boxed()
}
