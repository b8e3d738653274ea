//! ExcuseAttendance: the beat's officer need not attend, for a reason.

use super::attendance;
use crate::decide::Draft;
use crate::ids::{IncidentId, ReasonKey};
use crate::incident::Attendance;
use crate::rejection::Rejection;

/// The beat's officer need not attend, for a reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExcuseAttendance {
    /// The incident.
    pub incident_id: IncidentId,
    /// Why, an excuse reason of the policy.
    pub reason: ReasonKey,
}

pub(crate) fn excuse_attendance(draft: &mut Draft<'_>, command: &ExcuseAttendance) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    let state = incident.attendance.as_ref().map_or("not_owed", Attendance::name);
    if incident.state.is_closed() || !matches!(state, "owed" | "ordered") {
        let closed = incident.state.is_closed();
        return Err(Rejection::IllegalMove {
            subject: format!("{} incident {}", if closed { "" } else { "attendance at" }, incident.number).trim_start().to_owned(),
            state: if closed { incident.state_name() } else { state },
            holder: incident.attendance.as_ref().map(|attendance| attendance.beat().to_string()),
            event: "incident_attendance_changed",
            possible: Vec::new(),
        });
    }
    attendance::excuse_for(draft, &incident, "reason", &command.reason)
}
