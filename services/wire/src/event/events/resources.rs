//! What events of units, shifts, requests for support, wartime mode and premise notes hold.

use crate::event::DecodeError;
use crate::event::fields::stored;
use crate::event::primitive::*;
use crate::event_v1 as w;
use crate::event_v1::support_answered::Answer;
use crate::event_v1::whistle::State;
use domain::event::{EmergencyRaised, HandOverOffered, SupportAnswer, SupportClimbed, WartimeStarted};
use domain::premise::PremiseNote;
use domain::shift::ShiftPlan;
use domain::support::{Whistle, WhistleState};
use domain::time::Timestamp;

stored! {
    EmergencyRaised => UnitEmergencyRaised { unit_id, incident_id, position, }
    ShiftPlan => ShiftPlan { shift_id, station as station_id, starts_at as starts_at_ms, ends_at as ends_at_ms, units as unit_ids, }
    HandOverOffered => ShiftHandOverOffered { shift_id, open_incidents, standing_alarms, open_whistles, notes, }
    Whistle => Whistle {
        whistle_id, incident_id, from as from_id, to as to_id, team, reason, asked_at as asked_at_ms, climbed, state, revision,
    }
    SupportClimbed => SupportClimbed { whistle_id, to as to_id, answer_by as answer_by_ms, }
    WartimeStarted => WartimeStarted { area as area_id, reason, until as until_ms, }
    PremiseNote => PremiseNote {
        note_id, position, kind, text, station as station_id, author, written_at as written_at_ms, expires_at as expires_at_ms,
        ended_at as ended_at_ms, revision,
    }
}

impl Stored for WhistleState {
    type Message = State;
    fn write(&self) -> State {
        match self {
            Self::Asked { answer_by } => State::Asked(w::WhistleAsked { answer_by_ms: answer_by.0 }),
            Self::Accepted { by, at } => State::Accepted(w::WhistleAccepted { by: write_code(by), at_ms: at.0 }),
            Self::Refused { reason } => State::Refused(w::WhistleRefused { reason: write_code(reason) }),
            Self::Unanswered => State::Unanswered(w::WhistleUnanswered {}),
            Self::Ended => State::Ended(w::WhistleEnded {}),
        }
    }
    fn read(state: State) -> Result<Self, DecodeError> {
        Ok(match state {
            State::Asked(m) => Self::Asked { answer_by: Timestamp(m.answer_by_ms) },
            State::Accepted(m) => Self::Accepted { by: read_code("WhistleAccepted.by", &m.by)?, at: Timestamp(m.at_ms) },
            State::Refused(m) => Self::Refused { reason: read_code("WhistleRefused.reason", &m.reason)? },
            State::Unanswered(_) => Self::Unanswered,
            State::Ended(_) => Self::Ended,
        })
    }
}

impl Stored for SupportAnswer {
    type Message = Answer;
    fn write(&self) -> Answer {
        match self {
            Self::Accepted => Answer::Accepted(w::SupportAccepted {}),
            Self::Refused { reason } => Answer::Refused(w::SupportRefused { reason: write_code(reason) }),
        }
    }
    fn read(answer: Answer) -> Result<Self, DecodeError> {
        Ok(match answer {
            Answer::Accepted(_) => Self::Accepted,
            Answer::Refused(m) => Self::Refused { reason: read_code("SupportRefused.reason", &m.reason)? },
        })
    }
}
