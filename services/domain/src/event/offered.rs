//! The two events with the most to say: an incident was reported, a unit was ordered.

use crate::assignment::{AssignmentRole, Lent};
use crate::classification::{Classification, Priority, Team};
use crate::ids::{AgencyId, AssignmentId, IncidentId, PremiseNoteId, UnitId};
use crate::incident::{Call, DispatchClock, IncidentFlag, Repeat};
use crate::matching::RankedUnit;
use crate::place::Place;
use crate::reason::Reason;
use crate::time::{LocalDay, Timestamp};
use std::collections::BTreeSet;

/// Which clock an order ran out of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lapse {
    /// It was not on the device in time.
    Deliver,
    /// The unit did not take it in time.
    Acknowledge,
}

/// A new incident, as decided when its call came in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentReported {
    /// Its id.
    pub incident_id: IncidentId,
    /// Running number per log and local day.
    pub number: u32,
    /// The local day of that number.
    pub local_day: LocalDay,
    /// The call.
    pub call: Call,
    /// What it was reported as.
    pub reported_as: Classification,
    /// How urgent.
    pub priority: Priority,
    /// Where.
    pub place: Place,
    /// The station or desk whose room handles it.
    pub station: AgencyId,
    /// The team that owns it.
    pub owner: Team,
    /// Why.
    pub owner_reasons: Vec<Reason>,
    /// What an operator must see.
    pub flags: BTreeSet<IncidentFlag>,
    /// The clock of its first order; none where nobody is to be sent.
    pub clock: Option<DispatchClock>,
    /// When the call was answered, where that is known.
    pub answered_at: Option<Timestamp>,
    /// Whether an operator chose the priority.
    pub priority_by_operator: bool,
    /// By when a unit should be on scene; none where no clock runs.
    pub arrive_by: Option<Timestamp>,
    /// Earlier incidents at the same place or by the same caller.
    pub repeats: Vec<Repeat>,
    /// Notes about the address.
    pub premise_notes: Vec<PremiseNoteId>,
    /// The incident it was split from.
    pub split_from: Option<IncidentId>,
    /// Whether the incident it was split from keeps the call too, because it has no other.
    pub call_shared: bool,
}

/// A new order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignmentOffered {
    /// Its id.
    pub assignment_id: AssignmentId,
    /// The incident.
    pub incident_id: IncidentId,
    /// The unit.
    pub unit_id: UnitId,
    /// What for.
    pub role: AssignmentRole,
    /// By when the device must have it.
    pub deliver_by: Timestamp,
    /// By when the unit must have taken it.
    pub acknowledge_by: Timestamp,
    /// Whether the rules chose, or an operator did.
    pub automatic: bool,
    /// Why this unit.
    pub ranking: RankedUnit,
    /// Why not the others; bounded.
    pub not_taken: Vec<RankedUnit>,
    /// Whose lending budget it is charged to; none where nobody's is.
    pub lent: Option<Lent>,
}
