//! OpenOnTheSpot: an officer on the spot opens an incident (就地接处警).

use super::opening::{self, Opening};
use super::{confirm_safe, dispatching, orders};
use crate::assignment::AssignmentRole;
use crate::classification::{CallSource, Classification};
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{IncidentId, UnitId};
use crate::incident::PrivateLink;
use crate::matching::{self, RankedUnit};
use crate::place::Place;
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::situation::TravelSource;
use crate::time::Timestamp;
use crate::unit::{Duty, Unit};

/// An officer on the spot opens an incident (就地接处警).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenOnTheSpot {
    /// The unit.
    pub unit_id: UnitId,
    /// What it is.
    pub classification: Classification,
    /// Where.
    pub place: Place,
    /// Words, in the vault.
    pub private: Option<PrivateLink>,
    /// When it was tapped, by the device's clock.
    pub occurred_at: Option<Timestamp>,
}

/// The unit that opens it is on it and on scene in the same commit, where it may be primary. Where it may not, the incident is
/// dispatched like any other report, with why: nothing that is reported is lost.
pub(crate) fn open_on_the_spot(draft: &mut Draft<'_>, command: &OpenOnTheSpot) -> Result<(), Rejection> {
    let unit = draft.unit(&command.unit_id)?;
    if unit.duty == Duty::Off {
        return Err(Rejection::NotEligible { unit: command.unit_id.clone(), reasons: vec![Reason::off_duty()] });
    }
    if let Some(held) = unit.engaged_in() {
        let holder = draft.world.assignment(&held).and_then(|a| draft.world.incident(&a.incident_id)).map_or(0, |i| i.number);
        return Err(Rejection::LostRace { unit: unit.profile.call_sign.to_string(), holder });
    }
    let why_not = matching::why_not_if_opened(&draft.world, &command.classification, &unit, AssignmentRole::Primary, draft.situation);
    let mut reasons = vec![Reason::opened_on_the_spot(&command.unit_id)];
    reasons.extend(why_not.iter().cloned());
    draft.occurred_at(command.occurred_at, Timestamp::default());
    let tapped = draft.occurred;
    let incident_id = opening::open(
        draft,
        Opening {
            private: command.private,
            station: draft.situation.agencies.room_of(&unit.profile.home).map(|room| room.agency_id.clone()),
            reasons,
            ..Opening::new(CallSource::Officer, command.classification.clone(), command.place.clone())
        },
    )?;
    if why_not.is_empty() { take_it(draft, incident_id, &unit, tapped) } else { dispatching::begin(draft, incident_id) }
}

/// The unit has the order, takes it, and is on scene, as of when it tapped.
fn take_it(draft: &mut Draft<'_>, incident_id: IncidentId, unit: &Unit, tapped: Option<(Timestamp, bool)>) -> Result<(), Rejection> {
    let unit_id = unit.profile.unit_id.clone();
    let ranking = RankedUnit {
        reasons: vec![Reason::opened_on_the_spot(&unit_id)],
        unit_id,
        rank: 1,
        travel_ms: 0,
        source: TravelSource::StraightLine,
        fix_age_ms: None,
        cost_ms: 0,
    };
    orders::offer(draft, incident_id, AssignmentRole::Primary, false, ranking, Vec::new())?;
    let assignment_id = *draft.reply.assignments.last().ok_or(Rejection::SituationLacks("the order that was just given"))?;
    let assignment = draft.world.assignment(&assignment_id).cloned().ok_or(Rejection::SituationLacks("the order that was just given"))?;
    let check_by = confirm_safe::next_check(draft, &assignment)?;
    draft.occurred = tapped;
    draft.emit(Event::AssignmentAcknowledged { assignment_id });
    draft.emit(Event::AssignmentOnScene { assignment_id, check_by });
    draft.emit(Event::IncidentOnScene { incident_id });
    draft.occurred = None;
    Ok(())
}
