//! Events: what happened, as the record keeps it. Never lost, never doubled, never changed.

mod about;
mod name;
mod offered;
mod payloads;
mod recorded;

pub use about::About;
pub use offered::{AssignmentOffered, IncidentReported, Lapse};
pub use payloads::{
    AssignmentActivated, AssignmentMoved, AssignmentQueued, AssignmentRoleChanged, AttendanceChanged, CallAdded, EmergencyRaised,
    FeedbackSubmitted, HandOverOffered, IncidentHeld, IncidentHoldEnded, IncidentPassedDown, IncidentProposed, IncidentReopened,
    IncidentUnmerged, IncidentWidened, PlanChosen, StandingRestored, StandingSet, SupportAnswer, SupportClimbed, TransferOutcome,
    TransferRequested, WartimeStarted,
};
pub use recorded::{EventMeta, Recorded};

use crate::alarm::AlarmKind;
use crate::classification::{Classification, Priority, Team};
use crate::ids::{AgencyId, AlarmId, AssignmentId, BlobHash, IncidentId, PremiseNoteId, PrivateRef, ReasonKey, ShiftId, UnitId, WhistleId};
use crate::incident::{DispatchClock, IncidentFlag, PrivateLink};
use crate::premise::PremiseNote;
use crate::reason::Reason;
use crate::shift::ShiftPlan;
use crate::support::Whistle;
use crate::time::Timestamp;
use crate::unit::{Availability, UnitProfile};

/// The feature that must be active before the rules of the room write their kinds of event.
pub const ROOM_RULES: &str = "room_rules";

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
        /// By when it must say that it is safe; none where no check runs.
        check_by: Option<Timestamp>,
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
        /// By when its outcome is owed; none where it gave one.
        feedback_by: Option<Timestamp>,
    },
    /// The room is alarmed.
    AlarmRaised {
        /// Its id.
        alarm_id: AlarmId,
        /// What about.
        kind: AlarmKind,
        /// Which incident; none where it is about a unit or a shift alone.
        incident_id: Option<IncidentId>,
        /// Which unit.
        unit_id: Option<UnitId>,
        /// The room that must see it; none takes the incident's, as before the rules of the room.
        station: Option<AgencyId>,
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
    /// An operator set who owns the incident.
    IncidentOwnerSet(Box<StandingSet>),
    /// An operator set how urgent the incident is.
    IncidentPrioritySet(Box<StandingSet>),
    /// A reclassification, priority or owner was undone.
    IncidentRestored(Box<StandingRestored>),
    /// A desk above passed the incident down to its station.
    IncidentPassedDown(IncidentPassedDown),
    /// The station's room signed it (签收).
    IncidentSigned(IncidentId),
    /// The station did not sign in time: the desk above dispatches directly.
    IncidentSignLapsed(IncidentId),
    /// The rules propose orders.
    IncidentProposed(Box<IncidentProposed>),
    /// The proposal is over: it was sent, rejected or overtaken.
    IncidentProposalEnded(IncidentId),
    /// An operator keeps it back.
    IncidentHeld(IncidentHeld),
    /// The hold is over.
    IncidentHoldEnded(IncidentHoldEnded),
    /// The rules look wider for a unit.
    IncidentWidened(IncidentWidened),
    /// Which response plan was chosen.
    IncidentPlanChosen(PlanChosen),
    /// By when a unit should be on scene, counted by the echelon of the first unit ordered.
    IncidentArrivalClockSet {
        /// The incident.
        incident_id: IncidentId,
        /// By when.
        arrive_by: Timestamp,
    },
    /// Nobody was on scene in time.
    IncidentArrivalLapsed(IncidentId),
    /// The primary fell out while others are on it: the rules look again; none when one was found or none is needed.
    IncidentSeeksPrimary {
        /// The incident.
        incident_id: IncidentId,
        /// When.
        at: Option<Timestamp>,
    },
    /// Whether the beat's officer attends.
    IncidentAttendanceChanged(AttendanceChanged),
    /// Another call about the same incident.
    IncidentCallAdded(CallAdded),
    /// It is the same as another, which has its calls now.
    IncidentMerged {
        /// The incident.
        incident_id: IncidentId,
        /// The other.
        into: IncidentId,
    },
    /// It stands on its own again.
    IncidentUnmerged(IncidentUnmerged),
    /// Another side is asked to take it.
    IncidentTransferRequested(TransferRequested),
    /// What became of that.
    IncidentTransferEnded {
        /// The incident.
        incident_id: IncidentId,
        /// What.
        outcome: TransferOutcome,
    },
    /// Called off.
    IncidentCancelled {
        /// The incident.
        incident_id: IncidentId,
        /// Coded reason.
        reason: ReasonKey,
    },
    /// Open again.
    IncidentReopened(IncidentReopened),
    /// Something an operator must see of it.
    IncidentFlagged {
        /// The incident.
        incident_id: IncidentId,
        /// What.
        flag: IncidentFlag,
    },
    /// An order waits in its unit's queue.
    AssignmentQueued(Box<AssignmentQueued>),
    /// A queued order goes out.
    AssignmentActivated(AssignmentActivated),
    /// The room took an order back.
    AssignmentRecalled {
        /// The assignment.
        assignment_id: AssignmentId,
        /// Coded reason.
        reason: ReasonKey,
    },
    /// A unit is there for something else now.
    AssignmentRoleChanged(AssignmentRoleChanged),
    /// A unit works on the incident that theirs was merged into.
    AssignmentMoved(AssignmentMoved),
    /// A unit on scene says that it is safe.
    AssignmentSafetyChecked {
        /// The assignment.
        assignment_id: AssignmentId,
        /// By when it must say so again; none where no check runs any more.
        check_by: Option<Timestamp>,
    },
    /// A unit on scene did not say that it is safe.
    AssignmentSafetyLapsed(AssignmentId),
    /// A unit reports the outcome after it was cleared.
    AssignmentFeedbackSubmitted(FeedbackSubmitted),
    /// An outcome is owed past its deadline.
    AssignmentFeedbackLapsed(AssignmentId),
    /// An operator ordered a unit's queue.
    UnitQueueReordered {
        /// The unit.
        unit_id: UnitId,
        /// Its queue, the next first.
        queue: Vec<AssignmentId>,
    },
    /// The emergency button was pressed.
    UnitEmergencyRaised(EmergencyRaised),
    /// The emergency is over.
    UnitEmergencyCleared {
        /// The unit.
        unit_id: UnitId,
        /// Coded reason.
        reason: ReasonKey,
    },
    /// Nothing is heard of a unit that is on an assignment.
    UnitContactLost(UnitId),
    /// It is heard again.
    UnitContactRegained(UnitId),
    /// A shift is planned, or planned anew.
    ShiftPlanned(ShiftPlan),
    /// Its time is over. Units that are engaged go off duty when their assignment ends.
    ShiftEnded {
        /// The shift.
        shift_id: ShiftId,
        /// By when its hand-over must be signed.
        sign_by: Timestamp,
    },
    /// It is handed over.
    ShiftHandOverOffered(HandOverOffered),
    /// The hand-over is signed.
    ShiftHandOverSigned(ShiftId),
    /// The hand-over was not signed in time.
    ShiftHandOverLapsed(ShiftId),
    /// A station asks for support (吹哨).
    SupportRequested(Box<Whistle>),
    /// Somebody answered.
    SupportAnswered {
        /// The request.
        whistle_id: WhistleId,
        /// What.
        answer: SupportAnswer,
    },
    /// Nobody answered: it climbs.
    SupportClimbed(SupportClimbed),
    /// Nobody answered, up to the highest level.
    SupportLapsed(WhistleId),
    /// The support is not needed any more.
    SupportEnded(WhistleId),
    /// Wartime mode holds for an area (战时联勤).
    WartimeStarted(WartimeStarted),
    /// Wartime mode is over.
    WartimeEnded(AgencyId),
    /// A note about an address.
    PremiseNoteAdded(PremiseNote),
    /// The note is over: taken back or expired.
    PremiseNoteEnded(PremiseNoteId),
}
