//! An incident as it is stored where the World had let it go, with all that is known of it.

use super::DecodeError;
use super::fields::{Field, stored};
use super::primitive::*;
use crate::event_v1 as w;
use crate::event_v1::attendance::State as WAttendance;
use crate::event_v1::incident::State;
use crate::event_v1::last_change::Undoable as WUndoable;
use domain::incident::{
    ArrivalClock, Attendance, ChosenPlan, Hold, Incident, IncidentState, LastChange, Lending, Passing, Proposal, ProposedOrder, Repeat,
    Signed, Standing, Transfer, Undoable,
};

impl Stored for IncidentState {
    type Message = State;
    fn write(&self) -> State {
        let settled = |disposition| w::Settled { disposition: write_code(disposition) };
        match self {
            Self::Classified { clock, alarmed, retry_at } => {
                State::Classified(w::Classified { clock: clock.put(), alarmed: *alarmed, retry_at_ms: write_time(*retry_at) })
            }
            Self::Dispatched => State::Dispatched(w::Dispatched {}),
            Self::OnScene => State::OnScene(w::OnScene {}),
            Self::Resolved { disposition } => State::Resolved(settled(disposition)),
            Self::Closed { disposition } => State::Closed(settled(disposition)),
            Self::Cancelled { reason } => State::Cancelled(w::Cancelled { reason: write_code(reason) }),
            Self::Merged { into } => State::Merged(w::Merged { into_incident_id: write_id(into) }),
            Self::Transferred { to } => State::Transferred(w::Transferred { to: to.number() }),
        }
    }
    fn read(state: State) -> Result<Self, DecodeError> {
        let disposition = |m: w::Settled| read_code("Settled.disposition", &m.disposition);
        Ok(match state {
            State::Classified(m) => {
                Self::Classified { clock: read_optional(m.clock)?, alarmed: m.alarmed, retry_at: read_time(m.retry_at_ms) }
            }
            State::Dispatched(_) => Self::Dispatched,
            State::OnScene(_) => Self::OnScene,
            State::Resolved(m) => Self::Resolved { disposition: disposition(m)? },
            State::Closed(m) => Self::Closed { disposition: disposition(m)? },
            State::Cancelled(m) => Self::Cancelled { reason: read_code("Cancelled.reason", &m.reason)? },
            State::Merged(m) => Self::Merged { into: read_id("Merged.into_incident_id", &m.into_incident_id)? },
            State::Transferred(m) => Self::Transferred { to: StoredEnum::from_number("Transferred.to", m.to)? },
        })
    }
}

stored! {
    Incident => Incident {
        incident_id, number, local_day, revision, state, reported_as, verified_as, priority, place, station as station_id,
        owner as owner_team, owner_reasons, flags, calls, reported_at as reported_at_ms, updated_at as updated_at_ms,
        assignments as assignment_ids, tried as tried_unit_ids, refused_orders, answered_at as answered_at_ms, priority_by_operator,
        passing, hold, proposal, plan, lending, attendance, transfer, arrival, seek_primary_at as seek_primary_at_ms, repeats,
        premise_notes as premise_note_ids, split_from as split_from_incident_id, reopened,
        reopened_at as reopened_at_ms, last_change,
        ; call: None
    }
    Passing => Passing { from as from_id, sign_by as sign_by_ms, signed, lapsed, }
    Signed => Signed { by, at as at_ms, }
    Hold => Hold { by, reason, until as until_ms, }
    ProposedOrder => ProposedOrder { role, ranking, }
    Proposal => Proposal { orders, send_at as send_at_ms, }
    ChosenPlan => ChosenPlan { plan, unfilled, }
    Lending => Lending { step, next_at as next_at_ms, }
    Transfer => Transfer { to, reason, requested_at as requested_at_ms, answer_by as answer_by_ms, }
    ArrivalClock => ArrivalClock { arrive_by as arrive_by_ms, alarmed, }
    Repeat => Repeat { incident_id, number, local_day, classification, disposition, by, distance_m, }
    Standing => Standing { verified_as, priority, priority_by_operator, owner as owner_team, owner_reasons, }
    LastChange => LastChange { seq, at as at_ms, undoable, }
}

impl Stored for Attendance {
    type Message = w::Attendance;
    fn write(&self) -> w::Attendance {
        let state = match self {
            Self::Owed { .. } => WAttendance::Owed(w::AttendanceOwed {}),
            Self::Ordered { assignment_id, .. } => WAttendance::Ordered(w::AttendanceOrdered { assignment_id: write_id(assignment_id) }),
            Self::Attended { assignment_id, .. } => WAttendance::Attended(w::AttendanceAttended { assignment_id: write_id(assignment_id) }),
            Self::Excused { reason, .. } => WAttendance::Excused(w::AttendanceExcused { reason: write_code(reason) }),
        };
        w::Attendance { beat_id: write_code(self.beat()), state: Some(state) }
    }
    fn read(m: w::Attendance) -> Result<Self, DecodeError> {
        let beat = read_code("Attendance.beat_id", &m.beat_id)?;
        Ok(match m.state.ok_or_else(|| DecodeError::missing("Attendance.state"))? {
            WAttendance::Owed(_) => Self::Owed { beat },
            WAttendance::Ordered(m) => Self::Ordered { beat, assignment_id: read_id("AttendanceOrdered.assignment_id", &m.assignment_id)? },
            WAttendance::Attended(m) => {
                Self::Attended { beat, assignment_id: read_id("AttendanceAttended.assignment_id", &m.assignment_id)? }
            }
            WAttendance::Excused(m) => Self::Excused { beat, reason: read_code("AttendanceExcused.reason", &m.reason)? },
        })
    }
}

impl Stored for Undoable {
    type Message = WUndoable;
    fn write(&self) -> WUndoable {
        match self {
            Self::Standing(standing) => WUndoable::Standing(standing.write()),
            Self::Ordered(assignments) => WUndoable::Ordered(w::UndoOrdered { assignment_ids: write_ids(assignments) }),
            Self::Held => WUndoable::Held(w::UndoHeld {}),
            Self::Closed => WUndoable::Closed(w::UndoClosed {}),
            Self::Cancelled => WUndoable::Cancelled(w::UndoCancelled {}),
            Self::Merged => WUndoable::Merged(w::UndoMerged {}),
        }
    }
    fn read(undoable: WUndoable) -> Result<Self, DecodeError> {
        Ok(match undoable {
            WUndoable::Standing(m) => Self::Standing(read_boxed(m)?),
            WUndoable::Ordered(m) => Self::Ordered(read_ids("UndoOrdered.assignment_ids", &m.assignment_ids)?),
            WUndoable::Held(_) => Self::Held,
            WUndoable::Closed(_) => Self::Closed,
            WUndoable::Cancelled(_) => Self::Cancelled,
            WUndoable::Merged(_) => Self::Merged,
        })
    }
}
