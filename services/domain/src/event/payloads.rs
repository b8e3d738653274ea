//! What the rules of the room record of incidents, assignments and units: one struct for each kind of event with several values.

use crate::assignment::{AssignmentRole, Lent};
use crate::classification::TransferTarget;
use crate::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, Seq, ShiftId, UnitId, WhistleId};
use crate::incident::{Attendance, Call, DispatchClock, Incident, LendingStep, PrivateLink, ProposedOrder, Standing};
use crate::matching::RankedUnit;
use crate::place::Position;
use crate::reason::Reason;
use crate::time::Timestamp;

/// Who owns an incident or how urgent it is was set by an operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingSet {
    /// The incident.
    pub incident_id: IncidentId,
    /// What holds from here on.
    pub standing: Standing,
    /// The clock of its first order by the new priority, while nobody is assigned.
    pub clock: Option<DispatchClock>,
}

/// A change was undone: what stood before stands again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingRestored {
    /// The incident.
    pub incident_id: IncidentId,
    /// The change that was undone.
    pub undone: Seq,
    /// What stands again.
    pub standing: Standing,
    /// The clock of its first order, while nobody is assigned.
    pub clock: Option<DispatchClock>,
}

/// A desk above passed the incident down to its station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentPassedDown {
    /// The incident.
    pub incident_id: IncidentId,
    /// The desk.
    pub from: AgencyId,
    /// By when the station must have signed.
    pub sign_by: Timestamp,
}

/// The rules propose orders and send them when the countdown ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentProposed {
    /// The incident.
    pub incident_id: IncidentId,
    /// Who would go.
    pub orders: Vec<ProposedOrder>,
    /// When it is sent.
    pub send_at: Timestamp,
}

/// An operator keeps the incident back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentHeld {
    /// The incident.
    pub incident_id: IncidentId,
    /// Coded reason.
    pub reason: ReasonKey,
    /// When the hold ends by itself.
    pub until: Timestamp,
}

/// The hold is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentHoldEnded {
    /// The incident.
    pub incident_id: IncidentId,
    /// Whether it ended by itself.
    pub lapsed: bool,
    /// The clock of its first order, which runs again while nobody is assigned.
    pub clock: Option<DispatchClock>,
}

/// The rules look wider for a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentWidened {
    /// The incident.
    pub incident_id: IncidentId,
    /// The step that is taken.
    pub step: LendingStep,
    /// When the next one is; none after the last.
    pub next_at: Option<Timestamp>,
}

/// Which response plan was chosen, and what of it nobody could be found for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanChosen {
    /// The incident.
    pub incident_id: IncidentId,
    /// The plan, a key of the policy.
    pub plan: ReasonKey,
    /// Roles that nobody could be found for, one entry for each unit that is missing.
    pub unfilled: Vec<AssignmentRole>,
}

/// Whether the beat's officer attends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttendanceChanged {
    /// The incident.
    pub incident_id: IncidentId,
    /// From here on.
    pub attendance: Attendance,
}

/// Another call about the same incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallAdded {
    /// The incident.
    pub incident_id: IncidentId,
    /// The call.
    pub call: Call,
}

/// An incident that was merged stands on its own again, with its calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentUnmerged {
    /// The incident.
    pub incident_id: IncidentId,
    /// The incident it was merged into.
    pub from: IncidentId,
    /// The clock of its first order.
    pub clock: Option<DispatchClock>,
    /// The incident as it was merged, where the World had let it go.
    pub rehydrated: Option<Box<Incident>>,
}

/// Another side is asked to take the incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransferRequested {
    /// The incident.
    pub incident_id: IncidentId,
    /// Who.
    pub to: TransferTarget,
    /// Coded reason.
    pub reason: ReasonKey,
    /// By when they must have answered.
    pub answer_by: Timestamp,
}

/// What became of a transfer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TransferOutcome {
    /// The other side has it now.
    Accepted,
    /// The other side does not take it.
    Refused {
        /// Coded reason.
        reason: ReasonKey,
    },
    /// The other side has not answered in time; it can still answer.
    Lapsed,
}

/// A closed incident is open again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentReopened {
    /// The incident.
    pub incident_id: IncidentId,
    /// Coded reason.
    pub reason: ReasonKey,
    /// The clock of its first order; none where nobody is to be sent.
    pub clock: Option<DispatchClock>,
    /// The incident as it was closed, where the World had let it go.
    pub rehydrated: Option<Box<Incident>>,
}

/// An order that waits in its unit's queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentQueued {
    /// Its id.
    pub assignment_id: AssignmentId,
    /// The incident.
    pub incident_id: IncidentId,
    /// The unit.
    pub unit_id: UnitId,
    /// What for.
    pub role: AssignmentRole,
    /// Whether the rules chose, or an operator did.
    pub automatic: bool,
    /// Why this unit.
    pub ranking: RankedUnit,
}

/// A queued order goes out: its unit is free.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentActivated {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// By when the device must have it.
    pub deliver_by: Timestamp,
    /// By when the unit must have taken it.
    pub acknowledge_by: Timestamp,
    /// Whose lending budget it is charged to; none where nobody's is.
    pub lent: Option<Lent>,
}

/// A unit is there for something else now: the owner took over (or was relieved).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentRoleChanged {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// From here on.
    pub role: AssignmentRole,
    /// Why.
    pub because: Reason,
}

/// A unit works on another incident with the same order: theirs was merged into it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentMoved {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// The incident from here on.
    pub to: IncidentId,
    /// What for from here on.
    pub role: AssignmentRole,
}

/// A unit reports the outcome after it was cleared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedbackSubmitted {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// Coded outcome.
    pub disposition: ReasonKey,
    /// In words, in the vault.
    pub feedback: Option<PrivateLink>,
}

/// The emergency button was pressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmergencyRaised {
    /// The unit.
    pub unit_id: UnitId,
    /// The incident that was opened for it.
    pub incident_id: IncidentId,
    /// Where, as far as the device said.
    pub position: Option<Position>,
}

/// A shift is handed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandOverOffered {
    /// The shift.
    pub shift_id: ShiftId,
    /// Open incidents of the station.
    pub open_incidents: u32,
    /// Alarms that stand.
    pub standing_alarms: u32,
    /// Requests for support that wait for an answer.
    pub open_whistles: u32,
    /// Words, in the vault.
    pub notes: Option<PrivateLink>,
}

/// What was answered to a request for support.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SupportAnswer {
    /// Somebody comes.
    Accepted,
    /// Nobody comes.
    Refused {
        /// Coded reason.
        reason: ReasonKey,
    },
}

/// Nobody answered a request for support: it climbs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SupportClimbed {
    /// The request.
    pub whistle_id: WhistleId,
    /// Who must answer now.
    pub to: AgencyId,
    /// By when.
    pub answer_by: Timestamp,
}

/// Wartime mode holds for an area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WartimeStarted {
    /// The area.
    pub area: AgencyId,
    /// Coded reason.
    pub reason: ReasonKey,
    /// When it ends by itself.
    pub until: Timestamp,
}
