//! The commands, as one closed enum. Each has its own file in `commands`; personal data is never in one: it went to the
//! vault at the edge, and the command carries the link.

mod about;

pub use crate::commands::{
    ActivateAgencyTree, ActivateFeature, ActivatePolicy, AddCall, AddPremiseNote, AnswerSupport, AnswerTransfer, AssignUnits,
    CancelIncident, Clear, ClearEmergency, CloseIncident, ConfirmAlarm, ConfirmProposal, ConfirmSafe, Decline, EndPremiseNote, EndSupport,
    EndWartime, ErasePrivate, ExcuseAttendance, FireDeadline, HoldIncident, MergeIncidents, NoteContact, OfferHandOver, OpenOnTheSpot,
    PassDown, PlanShift, RaiseEmergency, ReadPrivate, RecallUnit, Reclassify, RegisterUnits, RejectProposal, ReleaseHold, ReopenIncident,
    ReorderQueue, ReportIncident, RequestSupport, ResolveIncident, SetAvailability, SetOwner, SetPriority, SignHandOver, SignIncident,
    SignOff, SignOn, SplitIncident, StartWartime, SubmitFeedback, Tap, TransferIncident, Undo, UnitOrder, UnmergeIncidents, WhenEngaged,
};
pub use about::Speaks;

/// One command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Takes a call.
    ReportIncident(ReportIncident),
    /// Orders units.
    AssignUnits(AssignUnits),
    /// The device has the order.
    MarkDelivered(Tap),
    /// The order was on screen.
    MarkSeen(Tap),
    /// The unit takes it.
    Acknowledge(Tap),
    /// The unit does not take it.
    Decline(Decline),
    /// The unit set out.
    MarkEnRoute(Tap),
    /// The unit arrived.
    MarkOnScene(Tap),
    /// The unit is done.
    Clear(Clear),
    /// The incident is dealt with.
    ResolveIncident(ResolveIncident),
    /// The incident is closed.
    CloseIncident(CloseIncident),
    /// The incident is something else.
    Reclassify(Reclassify),
    /// A unit comes on duty.
    SignOn(SignOn),
    /// A unit goes off duty.
    SignOff(SignOff),
    /// A unit can or cannot be sent.
    SetAvailability(SetAvailability),
    /// An alarm was seen.
    ConfirmAlarm(ConfirmAlarm),
    /// A deadline is due.
    FireDeadline(FireDeadline),
    /// A policy holds from here on.
    ActivatePolicy(ActivatePolicy),
    /// An agency tree holds from here on.
    ActivateAgencyTree(ActivateAgencyTree),
    /// Units are known from here on.
    RegisterUnits(RegisterUnits),
    /// Personal data was looked at.
    ReadPrivate(ReadPrivate),
    /// Personal data was erased.
    ErasePrivate(ErasePrivate),
    /// An operator sets how urgent an incident is.
    SetPriority(SetPriority),
    /// An operator gives an incident to another team, for a reason.
    SetOwner(SetOwner),
    /// A desk above passes an incident down to its station.
    PassDown(PassDown),
    /// The station's room signs an incident that was passed down (签收).
    SignIncident(SignIncident),
    /// An operator sends what the rules propose, now.
    ConfirmProposal(ConfirmProposal),
    /// An operator does not want what the rules propose, and chooses.
    RejectProposal(RejectProposal),
    /// The room takes an order back, queued or active.
    RecallUnit(RecallUnit),
    /// An operator orders what waits for a unit.
    ReorderQueue(ReorderQueue),
    /// An operator keeps an incident back ("held by …").
    HoldIncident(HoldIncident),
    /// The hold is over.
    ReleaseHold(ReleaseHold),
    /// Takes back the last change of an incident.
    Undo(Undo),
    /// Another call about an incident.
    AddCall(AddCall),
    /// Two incidents are the same.
    MergeIncidents(MergeIncidents),
    /// A merged incident stands on its own again.
    UnmergeIncidents(UnmergeIncidents),
    /// One incident is two.
    SplitIncident(SplitIncident),
    /// An officer on the spot opens an incident (就地接处警).
    OpenOnTheSpot(OpenOnTheSpot),
    /// Another side is asked to take an incident.
    TransferIncident(TransferIncident),
    /// The other side has answered.
    AnswerTransfer(AnswerTransfer),
    /// An incident is called off.
    CancelIncident(CancelIncident),
    /// A closed incident is open again.
    ReopenIncident(ReopenIncident),
    /// The beat's officer need not attend, for a reason.
    ExcuseAttendance(ExcuseAttendance),
    /// A note about an address.
    AddPremiseNote(AddPremiseNote),
    /// A note is taken back.
    EndPremiseNote(EndPremiseNote),
    /// A shift is planned, or planned anew.
    PlanShift(PlanShift),
    /// A shift is handed over (交接班).
    OfferHandOver(OfferHandOver),
    /// The next shift signs the hand-over.
    SignHandOver(SignHandOver),
    /// The emergency button was pressed.
    RaiseEmergency(RaiseEmergency),
    /// The room has settled an emergency.
    ClearEmergency(ClearEmergency),
    /// A unit on scene says that it is safe.
    ConfirmSafe(ConfirmSafe),
    /// A unit reports the outcome after it was cleared.
    SubmitFeedback(SubmitFeedback),
    /// The server has lost or regained contact with a unit.
    NoteContact(NoteContact),
    /// A station asks for support (基层吹哨).
    RequestSupport(RequestSupport),
    /// Who was asked for support answers (机关报到).
    AnswerSupport(AnswerSupport),
    /// The support is not needed any more.
    EndSupport(EndSupport),
    /// The county switches wartime mode on for an area and a period (战时联勤).
    StartWartime(StartWartime),
    /// Wartime mode is over.
    EndWartime(EndWartime),
    /// New kinds of event may be written from here on.
    ActivateFeature(ActivateFeature),
}

impl Command {
    /// The command's name, as in the API and in traces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ReportIncident(_) => "report_incident",
            Self::AssignUnits(_) => "assign_units",
            Self::MarkDelivered(_) => "mark_delivered",
            Self::MarkSeen(_) => "mark_seen",
            Self::Acknowledge(_) => "acknowledge",
            Self::Decline(_) => "decline",
            Self::MarkEnRoute(_) => "mark_en_route",
            Self::MarkOnScene(_) => "mark_on_scene",
            Self::Clear(_) => "clear",
            Self::ResolveIncident(_) => "resolve_incident",
            Self::CloseIncident(_) => "close_incident",
            Self::Reclassify(_) => "reclassify",
            Self::SignOn(_) => "sign_on",
            Self::SignOff(_) => "sign_off",
            Self::SetAvailability(_) => "set_availability",
            Self::ConfirmAlarm(_) => "confirm_alarm",
            Self::FireDeadline(_) => "fire_deadline",
            Self::ActivatePolicy(_) => "activate_policy",
            Self::ActivateAgencyTree(_) => "activate_agency_tree",
            Self::RegisterUnits(_) => "register_units",
            Self::ReadPrivate(_) => "read_private",
            Self::ErasePrivate(_) => "erase_private",
            Self::SetPriority(_) => "set_priority",
            Self::SetOwner(_) => "set_owner",
            Self::PassDown(_) => "pass_down",
            Self::SignIncident(_) => "sign_incident",
            Self::ConfirmProposal(_) => "confirm_proposal",
            Self::RejectProposal(_) => "reject_proposal",
            Self::RecallUnit(_) => "recall_unit",
            Self::ReorderQueue(_) => "reorder_queue",
            Self::HoldIncident(_) => "hold_incident",
            Self::ReleaseHold(_) => "release_hold",
            Self::Undo(_) => "undo",
            Self::AddCall(_) => "add_call",
            Self::MergeIncidents(_) => "merge_incidents",
            Self::UnmergeIncidents(_) => "unmerge_incidents",
            Self::SplitIncident(_) => "split_incident",
            Self::OpenOnTheSpot(_) => "open_on_the_spot",
            Self::TransferIncident(_) => "transfer_incident",
            Self::AnswerTransfer(_) => "answer_transfer",
            Self::CancelIncident(_) => "cancel_incident",
            Self::ReopenIncident(_) => "reopen_incident",
            Self::ExcuseAttendance(_) => "excuse_attendance",
            Self::AddPremiseNote(_) => "add_premise_note",
            Self::EndPremiseNote(_) => "end_premise_note",
            Self::PlanShift(_) => "plan_shift",
            Self::OfferHandOver(_) => "offer_hand_over",
            Self::SignHandOver(_) => "sign_hand_over",
            Self::RaiseEmergency(_) => "raise_emergency",
            Self::ClearEmergency(_) => "clear_emergency",
            Self::ConfirmSafe(_) => "confirm_safe",
            Self::SubmitFeedback(_) => "submit_feedback",
            Self::NoteContact(_) => "note_contact",
            Self::RequestSupport(_) => "request_support",
            Self::AnswerSupport(_) => "answer_support",
            Self::EndSupport(_) => "end_support",
            Self::StartWartime(_) => "start_wartime",
            Self::EndWartime(_) => "end_wartime",
            Self::ActivateFeature(_) => "activate_feature",
        }
    }
}
