//! Shifts, requests for support and notes about addresses.

use super::values::*;
use domain::ids::{IncidentId, PremiseNoteId, Seq, ShiftId, WhistleId};
use domain::premise::PremiseNote;
use domain::shift::ShiftPlan;
use domain::support::{Whistle, WhistleState};
use proptest::collection::btree_set;
use proptest::option::of;
use proptest::prelude::*;

pub(super) fn any_shift_plan() -> impl Strategy<Value = ShiftPlan> {
    (any_id(ShiftId), any_agency_id(), any_time(), any_time(), btree_set(any_unit_id(), 0..4))
        .prop_map(|(shift_id, station, starts_at, ends_at, units)| ShiftPlan { shift_id, station, starts_at, ends_at, units })
}

pub(super) fn any_whistle() -> impl Strategy<Value = Whistle> {
    let state = prop_oneof![
        any_time().prop_map(|answer_by| WhistleState::Asked { answer_by }),
        (any_principal_id(), any_time()).prop_map(|(by, at)| WhistleState::Accepted { by, at }),
        any_key().prop_map(|reason| WhistleState::Refused { reason }),
        Just(WhistleState::Unanswered),
        Just(WhistleState::Ended),
    ];
    let who = (any_id(WhistleId), any_id(IncidentId), any_agency_id(), any_agency_id(), of(any_team()));
    (who, any_key(), any_time(), any::<u32>(), state, any::<u64>()).prop_map(
        |((whistle_id, incident_id, from, to, team), reason, asked_at, climbed, state, revision)| Whistle {
            whistle_id,
            incident_id,
            from,
            to,
            team,
            reason,
            asked_at,
            climbed,
            state,
            revision: Seq(revision),
        },
    )
}

pub(super) fn any_premise_note() -> impl Strategy<Value = PremiseNote> {
    let what = (any_id(PremiseNoteId), any_position(), any_key(), of(any_private_link()), any_agency_id(), any_principal_id());
    (what, any_time(), any_time(), of(any_time()), any::<u64>()).prop_map(
        |((note_id, position, kind, text, station, author), written_at, expires_at, ended_at, revision)| PremiseNote {
            note_id,
            position,
            kind,
            text,
            station,
            author,
            written_at,
            expires_at,
            ended_at,
            revision: Seq(revision),
        },
    )
}
