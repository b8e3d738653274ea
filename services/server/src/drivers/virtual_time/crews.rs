//! The crews of a run on the virtual clock: what they want to do next and when, as commands of their units' devices.

use super::room::{Change, Order};
use crate::drivers::county::cannot;
use crate::drivers::positions::FixTally;
use crate::drivers::site::Site;
use crate::exit::Failure;
use domain::command::{Clear, Command, ConfirmSafe, Decline, SetAvailability, SignOff, SignOn, Tap};
use domain::ids::{AssignmentId, PrincipalId, ReasonKey, UnitId};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use domain::unit::{Availability, UnitKind};
use runtime::fleet::{FixBatch, Fleet, MAX_BATCH, ReportedFix, Verdict};
use sim::crew::{Action, Crew, CrewProfile, Input, Intention};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

struct Slot {
    crew: Crew,
    unit_id: UnitId,
    principal: Principal,
}

/// A crew's step as a command of its unit.
pub(super) struct CrewStep {
    /// Which crew.
    pub(super) crew: usize,
    /// The order it is about; none for what concerns the unit alone.
    pub(super) assignment_id: Option<AssignmentId>,
    /// Whose command.
    pub(super) principal: Principal,
    /// What.
    pub(super) command: Command,
}

/// All crews.
pub(super) struct Crews {
    slots: Vec<Slot>,
    by_unit: BTreeMap<UnitId, usize>,
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
    seed: u64,
    /// Number of the next fix of any unit.
    fixes: u64,
    pub(super) positions: FixTally,
}

impl Crews {
    /// A crew on every unit of the site. They send no fixes of their own: [`Crews::report_positions`] asks all at once. They do not go
    /// on patrol, and stay on duty.
    pub(super) fn new(site: &Site, profile: &CrewProfile, seed: u64, begin: Timestamp) -> Result<Self, Failure> {
        let quiet = |profile: CrewProfile| CrewProfile {
            fix_interval_ms: 0,
            idle_fix_interval_ms: 0,
            patrol_speed_factor: 0.0,
            fix_error_m: 0.0,
            emergencies_per_hour: 0.0,
            shift: None,
            ..profile
        };
        let slots: Result<Vec<Slot>, Failure> = site
            .units
            .iter()
            .zip(0_u64..)
            .map(|(plan, number)| {
                let profile = if plan.kind == UnitKind::Drone { profile.clone().drone() } else { profile.clone() };
                let crew = Crew::new(quiet(profile), plan.start, plan.speed_m_per_s, seed, number, begin);
                let principal_id = PrincipalId::new(plan.unit_id.as_str()).map_err(Failure::input)?;
                let principal = Principal { principal_id, role: Role::Unit { unit_id: plan.unit_id.clone() } };
                Ok(Slot { crew, unit_id: plan.unit_id.clone(), principal })
            })
            .collect();
        let slots = slots?;
        let by_unit = slots.iter().enumerate().map(|(index, slot)| (slot.unit_id.clone(), index)).collect();
        Ok(Self { slots, by_unit, due: BinaryHeap::new(), seed, fixes: 0, positions: FixTally::default() })
    }

    /// The commands that bring every unit on duty.
    pub(super) fn sign_on(&self) -> impl Iterator<Item = (Principal, Command)> {
        self.slots.iter().map(|slot| {
            let sign_on = SignOn { unit_id: slot.unit_id.clone(), crew: None, occurred_at: None };
            (slot.principal.clone(), Command::SignOn(sign_on))
        })
    }

    /// Tells a crew what the room has for it.
    pub(super) fn hear(&mut self, change: &Change, now: Timestamp) {
        let (unit_id, input, draws) = match change {
            Change::Order(Order { unit_id, assignment_id, destination, priority, draws }) => {
                let input = Input::Order { assignment_id: *assignment_id, destination: *destination, priority: *priority };
                (unit_id, input, Some(*draws))
            }
            Change::Withdrawn { unit_id, assignment_id } => (unit_id, Input::Withdrawn { assignment_id: *assignment_id }, None),
        };
        let Some(index) = self.by_unit.get(unit_id).copied() else { return };
        if let Some(slot) = self.slots.get_mut(index) {
            if let Some(draws) = draws {
                slot.crew.draw_from(self.seed, draws);
            }
            slot.crew.handle(&input, now);
        }
        self.note(index);
    }

    /// A step was refused: nothing more is done about its order.
    pub(super) fn refused(&mut self, crew: usize, assignment_id: AssignmentId, now: Timestamp) {
        if let Some(slot) = self.slots.get_mut(crew) {
            slot.crew.handle(&Input::Withdrawn { assignment_id }, now);
        }
        self.note(crew);
    }

    /// Notes when a crew will next want something. A stale note only asks it in vain.
    fn note(&mut self, index: usize) {
        if let Some(at) = self.slots.get(index).and_then(|slot| slot.crew.next_due()) {
            self.due.push(Reverse((at, index)));
        }
    }

    /// When somebody wants something next.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    /// The next step that is due at `now`; none when nothing is.
    pub(super) fn next_step(&mut self, now: Timestamp) -> Option<CrewStep> {
        while let Some(Reverse((at, index))) = self.due.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            let slot = self.slots.get_mut(index)?;
            match slot.crew.poll(now) {
                Some(intention) => {
                    if let Some(command) = command_of(&slot.unit_id, &intention) {
                        let (assignment_id, principal) = (intention.action.assignment_id(), slot.principal.clone());
                        return Some(CrewStep { crew: index, assignment_id, principal, command });
                    }
                }
                None => {
                    while self.due.peek() == Some(&Reverse((at, index))) {
                        self.due.pop();
                    }
                    self.note(index);
                }
            }
        }
        None
    }

    /// Every unit says where it is, to the fleet itself.
    ///
    /// # Errors
    /// [`Failure::DoesNotHold`] when the fleet takes no batch of this size.
    pub(super) fn report_positions(&mut self, fleet: &Fleet, now: Timestamp) -> Result<(), Failure> {
        for slots in self.slots.chunks(MAX_BATCH) {
            self.fixes += 1;
            let fixes: Vec<ReportedFix> = slots.iter().map(|slot| fix(slot, now, self.fixes)).collect();
            let receipt = fleet.apply_batch(&FixBatch { sent_at: Some(now), fixes: &fixes }, now).map_err(cannot)?;
            self.positions.batches += 1;
            for verdict in &receipt.verdicts {
                let count = match verdict {
                    Verdict::Accepted => &mut self.positions.accepted,
                    Verdict::UnknownUnit => &mut self.positions.unknown_unit,
                    Verdict::Older | Verdict::Duplicate => &mut self.positions.older,
                    Verdict::Future { .. } => &mut self.positions.future,
                    Verdict::Impossible { .. } => &mut self.positions.impossible,
                    Verdict::InvalidPosition => &mut self.positions.invalid,
                };
                *count += 1;
            }
        }
        Ok(())
    }
}

fn fix(slot: &Slot, now: Timestamp, sequence: u64) -> ReportedFix {
    let at = slot.crew.position(now);
    ReportedFix {
        unit: slot.unit_id.clone(),
        lat_e7: at.lat_e7(),
        lon_e7: at.lon_e7(),
        device_time: now,
        device_epoch: 1,
        sequence,
        speed_cm_per_s: None,
        heading_deg: None,
        accuracy_m: None,
    }
}

/// The command of a step; none for what needs none: the outcome went with the clearing, fixes are asked for.
fn command_of(unit_id: &UnitId, intention: &Intention) -> Option<Command> {
    let occurred_at = Some(intention.at);
    let tap = |id: &AssignmentId| Tap { assignment_id: *id, occurred_at };
    let key = |key: &str| ReasonKey::new(key).ok();
    let availability = |availability| Command::SetAvailability(SetAvailability { unit_id: unit_id.clone(), availability, occurred_at });
    Some(match &intention.action {
        Action::MarkDelivered(id) => Command::MarkDelivered(tap(id)),
        Action::MarkSeen(id) => Command::MarkSeen(tap(id)),
        Action::Acknowledge(id) => Command::Acknowledge(tap(id)),
        Action::Decline(id, reason) => Command::Decline(Decline { tap: tap(id), reason: key(reason)? }),
        Action::MarkEnRoute(id) => Command::MarkEnRoute(tap(id)),
        Action::MarkOnScene(id) => Command::MarkOnScene(tap(id)),
        Action::Clear { assignment_id, reason, disposition } => {
            Command::Clear(Clear { tap: tap(assignment_id), reason: key(reason)?, disposition: Some(key(disposition)?), feedback: None })
        }
        Action::ConfirmSafe(id) => Command::ConfirmSafe(ConfirmSafe { tap: tap(id) }),
        Action::OutOfService(reason) => availability(Availability::OutOfService { reason: key(reason)? }),
        Action::BackInService => availability(Availability::Available),
        Action::SignOff => Command::SignOff(SignOff { unit_id: unit_id.clone(), occurred_at }),
        Action::SignOn => Command::SignOn(SignOn { unit_id: unit_id.clone(), crew: None, occurred_at }),
        _ => return None,
    })
}
