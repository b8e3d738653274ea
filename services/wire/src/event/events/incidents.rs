//! What events of incidents hold.

use crate::event::DecodeError;
use crate::event::fields::stored;
use crate::event::primitive::*;
use crate::event_v1 as w;
use crate::event_v1::incident_transfer_ended::Outcome;
use domain::event::{
    AttendanceChanged, CallAdded, IncidentHeld, IncidentHoldEnded, IncidentPassedDown, IncidentProposed, IncidentReopened,
    IncidentReported, IncidentUnmerged, IncidentWidened, PlanChosen, StandingRestored, TransferOutcome, TransferRequested,
};

stored! {
    IncidentReported => IncidentReported {
        incident_id, number, local_day, call, reported_as, priority, place, station as station_id, owner as owner_team, owner_reasons,
        flags, clock, answered_at as answered_at_ms, priority_by_operator, arrive_by as arrive_by_ms, repeats,
        premise_notes as premise_note_ids, split_from as split_from_incident_id, call_shared,
    }
    StandingRestored => IncidentRestored { incident_id, undone as undone_seq, standing, clock, }
    IncidentPassedDown => IncidentPassedDown { incident_id, from as from_id, sign_by as sign_by_ms, }
    IncidentProposed => IncidentProposed { incident_id, orders, send_at as send_at_ms, }
    IncidentHeld => IncidentHeld { incident_id, reason, until as until_ms, }
    IncidentHoldEnded => IncidentHoldEnded { incident_id, lapsed, clock, }
    IncidentWidened => IncidentWidened { incident_id, step, next_at as next_at_ms, }
    PlanChosen => IncidentPlanChosen { incident_id, plan, unfilled, }
    AttendanceChanged => IncidentAttendanceChanged { incident_id, attendance, }
    CallAdded => IncidentCallAdded { incident_id, call, }
    IncidentUnmerged => IncidentUnmerged { incident_id, from as from_incident_id, clock, rehydrated, }
    TransferRequested => IncidentTransferRequested { incident_id, to, reason, answer_by as answer_by_ms, }
    IncidentReopened => IncidentReopened { incident_id, reason, clock, rehydrated, }
}

impl Stored for TransferOutcome {
    type Message = Outcome;
    fn write(&self) -> Outcome {
        match self {
            Self::Accepted => Outcome::Accepted(w::TransferAccepted {}),
            Self::Refused { reason } => Outcome::Refused(w::TransferRefused { reason: write_code(reason) }),
            Self::Lapsed => Outcome::Lapsed(w::TransferLapsed {}),
        }
    }
    fn read(outcome: Outcome) -> Result<Self, DecodeError> {
        Ok(match outcome {
            Outcome::Accepted(_) => Self::Accepted,
            Outcome::Refused(m) => Self::Refused { reason: read_code("TransferRefused.reason", &m.reason)? },
            Outcome::Lapsed(_) => Self::Lapsed,
        })
    }
}
