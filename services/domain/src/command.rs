//! The commands, as one closed enum. Each has its own file in `commands`; personal data is never in one: it went to the
//! vault at the edge, and the command carries the link.

pub use crate::commands::{
    ActivateAgencyTree, ActivatePolicy, AssignUnits, Clear, CloseIncident, ConfirmAlarm, Decline, ErasePrivate, FireDeadline, ReadPrivate,
    Reclassify, RegisterUnits, ReportIncident, ResolveIncident, SetAvailability, SignOff, SignOn, Tap, UnitOrder,
};

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
        }
    }
}
