//! Requests for support, shifts, wartime mode and premise notes of the core as the API shows them.

use super::enums::team_to_api;
use super::resources::{Lookup, position_to_api};
use super::time_to_api;
use crate::v1alpha1 as api;
use domain::premise::PremiseNote;
use domain::shift::{HandOver, Shift, ShiftState};
use domain::support::{Whistle, WhistleState};
use domain::wartime::Wartime;

/// A request for support.
#[must_use]
pub fn whistle_to_api(whistle: &Whistle, lookup: &impl Lookup) -> api::Whistle {
    let (state, answer_by, accepted, refused) = match &whistle.state {
        WhistleState::Asked { answer_by } => (api::WhistleState::Asked, Some(*answer_by), None, None),
        WhistleState::Accepted { by, at } => (api::WhistleState::Accepted, None, Some((by, *at)), None),
        WhistleState::Refused { reason } => (api::WhistleState::Refused, None, None, Some(reason)),
        WhistleState::Unanswered => (api::WhistleState::Unanswered, None, None, None),
        WhistleState::Ended => (api::WhistleState::Ended, None, None, None),
    };
    api::Whistle {
        whistle_id: whistle.whistle_id.to_string(),
        incident_id: whistle.incident_id.to_string(),
        incident_number: lookup.incident(&whistle.incident_id).map_or(0, |incident| incident.number),
        from_id: whistle.from.to_string(),
        to_id: whistle.to.to_string(),
        team: whistle.team.map_or(api::Team::Unspecified, team_to_api).into(),
        reason: whistle.reason.to_string(),
        asked_at: Some(time_to_api(whistle.asked_at)),
        climbed: whistle.climbed,
        state: state.into(),
        answer_by: answer_by.map(time_to_api),
        answered_by: accepted.map(|(by, _)| by.to_string()).unwrap_or_default(),
        answered_at: accepted.map(|(_, at)| time_to_api(at)),
        refuse_reason: refused.map(ToString::to_string).unwrap_or_default(),
        revision: whistle.revision.0,
    }
}

/// A shift. `notes` are the words of its hand-over, for a reader who may see them.
#[must_use]
pub fn shift_to_api(shift: &Shift, notes: Option<&str>) -> api::Shift {
    let (state, sign_by) = match &shift.state {
        ShiftState::Planned => (api::ShiftState::Planned, None),
        ShiftState::Ended { sign_by } => (api::ShiftState::Ended, *sign_by),
        ShiftState::HandedOver => (api::ShiftState::HandedOver, None),
    };
    let plan = &shift.plan;
    api::Shift {
        shift_id: plan.shift_id.to_string(),
        station_id: plan.station.to_string(),
        starts_at: Some(time_to_api(plan.starts_at)),
        ends_at: Some(time_to_api(plan.ends_at)),
        unit_ids: plan.units.iter().map(ToString::to_string).collect(),
        state: state.into(),
        sign_by: sign_by.map(time_to_api),
        hand_over: shift.hand_over.as_ref().map(|offered| hand_over(offered, notes)),
        revision: shift.revision.0,
    }
}

fn hand_over(offered: &HandOver, notes: Option<&str>) -> api::HandOver {
    let signed = offered.signed.as_ref();
    api::HandOver {
        offered_by: offered.by.to_string(),
        offered_at: Some(time_to_api(offered.at)),
        open_incidents: offered.open_incidents,
        standing_alarms: offered.standing_alarms,
        open_whistles: offered.open_whistles,
        has_notes: offered.notes.is_some(),
        notes: notes.unwrap_or_default().to_owned(),
        signed_by: signed.map(|(by, _)| by.to_string()).unwrap_or_default(),
        signed_at: signed.map(|(_, at)| time_to_api(*at)),
    }
}

/// Wartime mode of an area.
#[must_use]
pub fn wartime_to_api(wartime: &Wartime) -> api::Wartime {
    api::Wartime {
        area_id: wartime.area.to_string(),
        started_by: wartime.by.to_string(),
        reason: wartime.reason.to_string(),
        started_at: Some(time_to_api(wartime.from)),
        until: Some(time_to_api(wartime.until)),
        ended_at: wartime.ended_at.map(time_to_api),
        revision: wartime.revision.0,
    }
}

/// A note about an address. `text` are its words, for a reader who may see them.
#[must_use]
pub fn premise_note_to_api(note: &PremiseNote, text: Option<&str>) -> api::PremiseNote {
    api::PremiseNote {
        premise_note_id: note.note_id.to_string(),
        position: Some(position_to_api(note.position)),
        kind: note.kind.to_string(),
        station_id: note.station.to_string(),
        author_id: note.author.to_string(),
        written_at: Some(time_to_api(note.written_at)),
        expires_at: Some(time_to_api(note.expires_at)),
        ended_at: note.ended_at.map(time_to_api),
        text: text.unwrap_or_default().to_owned(),
        revision: note.revision.0,
    }
}
