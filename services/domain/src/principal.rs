//! Who acts, and what they may do. `authorize` is the only way to a command the runtime accepts.

use crate::agency::AgencyTree;
use crate::command::{Command, Tap};
use crate::ids::{AgencyId, IncidentId, PrincipalId, ShiftId, UnitId, WhistleId};
use crate::rejection::Rejection;
use crate::situation::Situation;
use crate::support::Whistle;
use crate::world::World;
use std::collections::BTreeSet;

/// What a principal may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// Takes calls and dispatches in its jurisdictions (agency nodes, with all below them).
    Operator {
        /// Where.
        jurisdictions: BTreeSet<AgencyId>,
    },
    /// Sees what an operator sees and changes nothing.
    Observer {
        /// Where.
        jurisdictions: BTreeSet<AgencyId>,
    },
    /// A unit's device: acts for that unit only.
    Unit {
        /// Which.
        unit_id: UnitId,
    },
    /// Reports positions of many units and does nothing else.
    Gateway {
        /// Of which agency nodes' units.
        jurisdictions: BTreeSet<AgencyId>,
    },
    /// The server itself: deadlines, activation, import.
    System,
}

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principal {
    /// The name in events and logs; never a person's real name.
    pub principal_id: PrincipalId,
    /// What it may do.
    pub role: Role,
}

impl Principal {
    /// Whether this principal's jurisdictions cover `agency`. The system covers all; a unit covers none.
    #[must_use]
    pub fn covers(&self, tree: &AgencyTree, agency: &AgencyId) -> bool {
        match &self.role {
            Role::Operator { jurisdictions } | Role::Observer { jurisdictions } | Role::Gateway { jurisdictions } => {
                jurisdictions.iter().any(|above| tree.is_within(agency, above))
            }
            Role::System => true,
            Role::Unit { .. } => false,
        }
    }
}

/// A command that its principal may give. Made by [`authorize`] only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorized {
    principal: Principal,
    command: Command,
}

impl Authorized {
    /// Who.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }
}

/// What a command touches: whose jurisdiction it is, and whose unit.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Touches {
    /// Something handled by a station or desk.
    Agency(AgencyId),
    /// Something handled by several: all must be covered.
    Agencies(Vec<AgencyId>),
    /// An agency's thing that a unit may also do for itself.
    AgencyOrUnit(AgencyId, UnitId),
    /// Something only this unit can say.
    Unit(UnitId),
    /// A call: any desk of the county takes it, wherever in the county it is. A lost call is a person not helped.
    AnyDesk,
    /// Something only the server itself does.
    System,
}

/// Checks that `principal` may give `command` on what it touches in `world`.
///
/// Operators act in their jurisdictions, on incidents and for units there (an operator may speak for a unit whose radio is all
/// it has). A unit acts for itself only. Observers and gateways give no commands.
///
/// # Errors
/// [`Rejection::Forbidden`] with what would be needed; [`Rejection::NotFound`] when what it touches is not there.
pub fn authorize(principal: &Principal, command: Command, world: &World, situation: &Situation) -> Result<Authorized, Rejection> {
    let tree = &situation.agencies;
    let touches = touches(&command, world, situation)?;
    let allowed = match (&principal.role, &touches) {
        (Role::System, _) => true,
        (Role::Operator { .. }, Touches::Agency(agency) | Touches::AgencyOrUnit(agency, _)) => principal.covers(tree, agency),
        (Role::Operator { .. }, Touches::Agencies(agencies)) => agencies.iter().all(|agency| principal.covers(tree, agency)),
        (Role::Operator { jurisdictions }, Touches::AnyDesk) => jurisdictions.iter().any(|id| tree.get(id).is_some()),
        (Role::Unit { unit_id }, Touches::Unit(own) | Touches::AgencyOrUnit(_, own)) => unit_id == own,
        _ => false,
    };
    if allowed {
        return Ok(Authorized { principal: principal.clone(), command });
    }
    let expected = match &touches {
        Touches::Agency(agency) => format!("expected an operator of {agency} or above"),
        Touches::Agencies(agencies) => {
            let names: Vec<_> = agencies.iter().map(ToString::to_string).collect();
            format!("expected an operator of {} or above all of them", names.join(" and "))
        }
        Touches::AgencyOrUnit(agency, unit) => format!("expected {unit} itself, or an operator of {agency} or above"),
        Touches::Unit(unit) => format!("expected {unit} itself"),
        Touches::AnyDesk => format!("expected an operator of {} or below", tree.log_id()),
        Touches::System => "expected the server itself".to_owned(),
    };
    Err(Rejection::Forbidden { principal: principal.principal_id.to_string(), action: command.name(), expected })
}

fn touches(command: &Command, world: &World, situation: &Situation) -> Result<Touches, Rejection> {
    let unit_and_home = |unit_id: &UnitId| -> Result<Touches, Rejection> {
        let unit = world.unit(unit_id).ok_or_else(|| Rejection::NotFound { kind: "unit", id: unit_id.to_string() })?;
        Ok(Touches::AgencyOrUnit(unit.profile.home.clone(), unit_id.clone()))
    };
    Ok(match command {
        Command::ReportIncident(_) => Touches::AnyDesk,
        Command::AssignUnits(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::ResolveIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::CloseIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::Reclassify(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::ConfirmAlarm(c) => {
            let alarm = world.alarm(&c.alarm_id).ok_or_else(|| Rejection::NotFound { kind: "alarm", id: c.alarm_id.to_string() })?;
            Touches::Agency(alarm.station.clone())
        }
        Command::ReadPrivate(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::SetPriority(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::SetOwner(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::SignIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::ConfirmProposal(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::RejectProposal(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::HoldIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::ReleaseHold(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::Undo(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::UnmergeIncidents(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::SplitIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::TransferIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::AnswerTransfer(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::CancelIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::ReopenIncident(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::ExcuseAttendance(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::RequestSupport(c) => Touches::Agency(station_of(world, situation, &c.incident_id)?),
        Command::MergeIncidents(c) => {
            Touches::Agencies(vec![station_of(world, situation, &c.incident_id)?, station_of(world, situation, &c.into)?])
        }
        Command::PassDown(c) => Touches::Agency(c.from.clone()),
        Command::AddCall(_) => Touches::AnyDesk,
        Command::RecallUnit(c) => {
            let id = &c.assignment_id;
            let assignment = world.assignment(id).ok_or_else(|| Rejection::NotFound { kind: "assignment", id: id.to_string() })?;
            Touches::Agency(station_of(world, situation, &assignment.incident_id)?)
        }
        Command::ReorderQueue(c) => Touches::Agency(home_of(world, &c.unit_id)?),
        Command::ClearEmergency(c) => Touches::Agency(home_of(world, &c.unit_id)?),
        Command::RaiseEmergency(c) => unit_and_home(&c.unit_id)?,
        Command::OpenOnTheSpot(c) => unit_and_home(&c.unit_id)?,
        // The check is whether the unit itself is well: nobody can say that for it.
        Command::ConfirmSafe(c) => Touches::Unit(unit_of(world, &c.tap)?),
        Command::SubmitFeedback(c) => unit_and_home(&unit_of(world, &c.tap)?)?,
        Command::AnswerSupport(c) => Touches::Agency(whistle(world, &c.whistle_id)?.to.clone()),
        Command::EndSupport(c) => Touches::Agency(whistle(world, &c.whistle_id)?.from.clone()),
        Command::PlanShift(c) => Touches::Agency(c.plan.station.clone()),
        Command::OfferHandOver(c) => Touches::Agency(shift_station(world, &c.shift_id)?),
        Command::SignHandOver(c) => Touches::Agency(shift_station(world, &c.shift_id)?),
        // Wartime mode is the county's to switch.
        Command::StartWartime(_) | Command::EndWartime(_) => Touches::Agency(root_of(situation)?),
        Command::AddPremiseNote(c) => Touches::Agency(c.station.clone()),
        Command::EndPremiseNote(c) => {
            let id = &c.note_id;
            let note = world.premise_note(id).ok_or_else(|| Rejection::NotFound { kind: "premise note", id: id.to_string() })?;
            Touches::Agency(note.station.clone())
        }
        Command::SignOn(c) => unit_and_home(&c.unit_id)?,
        Command::SignOff(c) => unit_and_home(&c.unit_id)?,
        Command::SetAvailability(c) => unit_and_home(&c.unit_id)?,
        Command::MarkDelivered(c) | Command::MarkSeen(c) => Touches::Unit(unit_of(world, c)?),
        Command::Acknowledge(c) | Command::MarkEnRoute(c) | Command::MarkOnScene(c) => unit_and_home(&unit_of(world, c)?)?,
        Command::Decline(c) => unit_and_home(&unit_of(world, &c.tap)?)?,
        Command::Clear(c) => unit_and_home(&unit_of(world, &c.tap)?)?,
        Command::FireDeadline(_)
        | Command::ActivatePolicy(_)
        | Command::ActivateAgencyTree(_)
        | Command::ActivateFeature(_)
        | Command::NoteContact(_)
        | Command::RegisterUnits(_)
        | Command::ErasePrivate(_) => Touches::System,
    })
}

fn station_of(world: &World, situation: &Situation, id: &IncidentId) -> Result<AgencyId, Rejection> {
    let rehydrated = || situation.rehydrated.iter().find(|incident| &incident.incident_id == id);
    let incident = world.incident(id).or_else(rehydrated).ok_or_else(|| Rejection::NotFound { kind: "incident", id: id.to_string() })?;
    Ok(incident.station.clone())
}

fn home_of(world: &World, id: &UnitId) -> Result<AgencyId, Rejection> {
    let unit = world.unit(id).ok_or_else(|| Rejection::NotFound { kind: "unit", id: id.to_string() })?;
    Ok(unit.profile.home.clone())
}

fn whistle<'w>(world: &'w World, id: &WhistleId) -> Result<&'w Whistle, Rejection> {
    world.whistle(id).map(|whistle| &**whistle).ok_or_else(|| Rejection::NotFound { kind: "request for support", id: id.to_string() })
}

fn shift_station(world: &World, id: &ShiftId) -> Result<AgencyId, Rejection> {
    let shift = world.shift(id).ok_or_else(|| Rejection::NotFound { kind: "shift", id: id.to_string() })?;
    Ok(shift.plan.station.clone())
}

fn root_of(situation: &Situation) -> Result<AgencyId, Rejection> {
    situation.agencies.root().map(|node| node.agency_id.clone()).ok_or(Rejection::NotReady("agency tree"))
}

fn unit_of(world: &World, tap: &Tap) -> Result<UnitId, Rejection> {
    let id = &tap.assignment_id;
    let assignment = world.assignment(id).ok_or_else(|| Rejection::NotFound { kind: "assignment", id: id.to_string() })?;
    Ok(assignment.unit_id.clone())
}
