//! Events: what happened, as the record keeps it. Never lost, never doubled, never changed.

use crate::alarm::AlarmKind;
use crate::assignment::AssignmentRole;
use crate::classification::{Classification, Priority, Team};
use crate::ids::{AgencyId, AlarmId, AssignmentId, BlobHash, IncidentId, PrincipalId, PrivateRef, ReasonKey, Seq, UnitId};
use crate::incident::{Call, DispatchClock, IncidentFlag, PrivateLink};
use crate::matching::RankedUnit;
use crate::place::Place;
use crate::reason::Reason;
use crate::time::{LocalDay, Timestamp};
use crate::unit::{Availability, UnitProfile};
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
}

/// One event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A new kind of event may be written from here on.
    FeatureActivated {
        /// The feature's name.
        feature: String,
    },
    /// The log decides by this policy from here on.
    PolicyActivated {
        /// Its address.
        hash: BlobHash,
    },
    /// The log decides by this agency tree from here on.
    AgencyTreeActivated {
        /// Its address.
        hash: BlobHash,
    },
    /// A unit is known, or its registration changed.
    UnitRegistered {
        /// What is registered.
        profile: UnitProfile,
    },
    /// A unit came on duty.
    UnitSignedOn {
        /// The unit.
        unit_id: UnitId,
        /// Sworn officers on board.
        sworn: u8,
        /// Auxiliaries on board.
        auxiliary: u8,
    },
    /// A unit went off duty.
    UnitSignedOff {
        /// The unit.
        unit_id: UnitId,
    },
    /// A unit can or cannot be sent.
    UnitAvailabilityChanged {
        /// The unit.
        unit_id: UnitId,
        /// From here on.
        availability: Availability,
    },
    /// A call came in and opened an incident.
    IncidentReported(Box<IncidentReported>),
    /// What it was verified to be; the owner may have moved with it (民转刑).
    IncidentReclassified {
        /// The incident.
        incident_id: IncidentId,
        /// What it was verified to be.
        verified_as: Classification,
        /// How urgent it is now.
        priority: Priority,
        /// Who owns it now.
        owner: Team,
        /// Why.
        owner_reasons: Vec<Reason>,
        /// The clock of its first order by the new priority, while nobody is assigned.
        clock: Option<DispatchClock>,
    },
    /// The rules found no unit and look again later.
    IncidentWaiting {
        /// The incident.
        incident_id: IncidentId,
        /// When.
        retry_at: Timestamp,
    },
    /// The room was alarmed that no unit was ordered in time.
    IncidentDispatchLapsed {
        /// The incident.
        incident_id: IncidentId,
    },
    /// A first unit was ordered.
    IncidentDispatched {
        /// The incident.
        incident_id: IncidentId,
    },
    /// A first unit is there.
    IncidentOnScene {
        /// The incident.
        incident_id: IncidentId,
    },
    /// Nobody is on it any more, and it is not settled.
    IncidentReturnedToQueue {
        /// The incident.
        incident_id: IncidentId,
        /// The clock of its next order.
        clock: Option<DispatchClock>,
    },
    /// Dealt with.
    IncidentResolved {
        /// The incident.
        incident_id: IncidentId,
        /// Coded outcome.
        disposition: ReasonKey,
    },
    /// Closed.
    IncidentClosed {
        /// The incident.
        incident_id: IncidentId,
    },
    /// A unit was ordered.
    AssignmentOffered(Box<AssignmentOffered>),
    /// The device has the order.
    AssignmentDelivered {
        /// The assignment.
        assignment_id: AssignmentId,
    },
    /// It was on screen.
    AssignmentSeen {
        /// The assignment.
        assignment_id: AssignmentId,
    },
    /// The unit took it (签收).
    AssignmentAcknowledged {
        /// The assignment.
        assignment_id: AssignmentId,
    },
    /// The unit did not take it.
    AssignmentDeclined {
        /// The assignment.
        assignment_id: AssignmentId,
        /// Coded reason.
        reason: ReasonKey,
    },
    /// The unit stayed silent.
    AssignmentExpired {
        /// The assignment.
        assignment_id: AssignmentId,
        /// Past which clock.
        lapse: Lapse,
    },
    /// The unit set out.
    AssignmentEnRoute {
        /// The assignment.
        assignment_id: AssignmentId,
    },
    /// The unit arrived.
    AssignmentOnScene {
        /// The assignment.
        assignment_id: AssignmentId,
    },
    /// The unit is done (反馈).
    AssignmentCleared {
        /// The assignment.
        assignment_id: AssignmentId,
        /// Coded reason.
        reason: ReasonKey,
        /// Coded outcome.
        disposition: Option<ReasonKey>,
        /// What it reported in words, in the vault.
        feedback: Option<PrivateLink>,
    },
    /// The room is alarmed.
    AlarmRaised {
        /// Its id.
        alarm_id: AlarmId,
        /// What about.
        kind: AlarmKind,
        /// Which incident.
        incident_id: IncidentId,
        /// Which unit.
        unit_id: Option<UnitId>,
    },
    /// Somebody has seen the alarm, or it is over.
    AlarmEnded {
        /// Its id.
        alarm_id: AlarmId,
        /// Whether an operator confirmed it; the actor is who.
        confirmed: bool,
    },
    /// Somebody read personal data of an incident from the vault.
    PrivateRead {
        /// Which incident.
        incident_id: IncidentId,
        /// Why, a read purpose of the policy.
        purpose: ReasonKey,
    },
    /// Personal data was erased from the vault; erased again after every restore.
    PrivateErased {
        /// Where it was.
        private_ref: PrivateRef,
    },
}

impl Event {
    /// The event's name, as in the state tables and time lines.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::FeatureActivated { .. } => "feature_activated",
            Self::PolicyActivated { .. } => "policy_activated",
            Self::AgencyTreeActivated { .. } => "agency_tree_activated",
            Self::UnitRegistered { .. } => "unit_registered",
            Self::UnitSignedOn { .. } => "unit_signed_on",
            Self::UnitSignedOff { .. } => "unit_signed_off",
            Self::UnitAvailabilityChanged { .. } => "unit_availability_changed",
            Self::IncidentReported(_) => "incident_reported",
            Self::IncidentReclassified { .. } => "incident_reclassified",
            Self::IncidentWaiting { .. } => "incident_waiting",
            Self::IncidentDispatchLapsed { .. } => "incident_dispatch_lapsed",
            Self::IncidentDispatched { .. } => "incident_dispatched",
            Self::IncidentOnScene { .. } => "incident_on_scene",
            Self::IncidentReturnedToQueue { .. } => "incident_returned_to_queue",
            Self::IncidentResolved { .. } => "incident_resolved",
            Self::IncidentClosed { .. } => "incident_closed",
            Self::AssignmentOffered(_) => "assignment_offered",
            Self::AssignmentDelivered { .. } => "assignment_delivered",
            Self::AssignmentSeen { .. } => "assignment_seen",
            Self::AssignmentAcknowledged { .. } => "assignment_acknowledged",
            Self::AssignmentDeclined { .. } => "assignment_declined",
            Self::AssignmentExpired { .. } => "assignment_expired",
            Self::AssignmentEnRoute { .. } => "assignment_en_route",
            Self::AssignmentOnScene { .. } => "assignment_on_scene",
            Self::AssignmentCleared { .. } => "assignment_cleared",
            Self::AlarmRaised { .. } => "alarm_raised",
            Self::AlarmEnded { .. } => "alarm_ended",
            Self::PrivateRead { .. } => "private_read",
            Self::PrivateErased { .. } => "private_erased",
        }
    }
}

/// Who and when, beside every event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventMeta {
    /// Position in the log.
    pub seq: Seq,
    /// Who did it.
    pub actor: PrincipalId,
    /// When it was recorded. Never runs backwards within a log.
    pub recorded_at: Timestamp,
    /// When it is said to have happened, where that is known and different.
    pub occurred_at: Option<Timestamp>,
    /// Whether `occurred_at` was off and was clamped.
    pub clamped: bool,
}

impl EventMeta {
    /// When it happened, as well as is known.
    #[must_use]
    pub fn happened_at(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.recorded_at)
    }
}

/// One event of the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Who and when.
    pub meta: EventMeta,
    /// What.
    pub event: Event,
}
