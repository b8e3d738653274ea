//! RequestSupport: a station asks for support (基层吹哨): a station beside it, a post, or a level above.

use crate::agency::{AgencyLevel, AgencyTree};
use crate::classification::Team;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AgencyId, IncidentId, ReasonKey};
use crate::incident::{Incident, IncidentState};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::states;
use crate::support::{Whistle, WhistleState};

/// Most requests of one incident that are open at once.
const MAX_OPEN: usize = 3;
/// The reason the rules give when they ask by themselves.
const BY_THE_RULES: &str = "more_units";

/// A station asks for support (基层吹哨).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestSupport {
    /// The incident.
    pub incident_id: IncidentId,
    /// Who is asked first: a station beside, a post, or a level above.
    pub to: AgencyId,
    /// The force that is wanted; none asks for any.
    pub team: Option<Team>,
    /// Why, a support reason of the policy.
    pub reason: ReasonKey,
}

pub(crate) fn request_support(draft: &mut Draft<'_>, command: &RequestSupport) -> Result<(), Rejection> {
    Policy::expect_key(&draft.situation.policy.reasons.support, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let incident = draft.incident(&command.incident_id)?;
    if incident.state.is_closed() || matches!(incident.state, IncidentState::Resolved { .. }) {
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}", incident.number),
            state: incident.state_name(),
            holder: None,
            event: "support_requested",
            possible: states::events_from(states::INCIDENT, incident.state_name()),
        });
    }
    if !can_be_asked(&draft.situation.agencies, &incident.station, &command.to) {
        return Err(Rejection::Invalid {
            field: "to",
            given: command.to.to_string(),
            expected: format!("a station beside {0}, a post, or a level above {0}", incident.station),
        });
    }
    let open: Vec<_> = open_of(draft, incident.incident_id).collect();
    if open.len() >= MAX_OPEN {
        let given = format!("{} requests are open", open.len());
        return Err(Rejection::Invalid { field: "incident_id", given, expected: format!("at most {MAX_OPEN} for one incident") });
    }
    if open.iter().any(|whistle| whistle.to == command.to && whistle.team == command.team) {
        let expected = format!("another: it was asked for incident {} already", incident.number);
        return Err(Rejection::Invalid { field: "to", given: command.to.to_string(), expected });
    }
    ask(draft, &incident, &command.to, command.team, command.reason.clone())
}

/// The rules found nobody up to the neighbour stations: they ask the level above the station, once.
pub(super) fn by_the_rules(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    let Some(to) = draft.situation.agencies.get(&incident.station).and_then(|node| node.parent.clone()) else { return Ok(()) };
    let open: Vec<_> = open_of(draft, incident.incident_id).collect();
    if open.len() >= MAX_OPEN || open.iter().any(|whistle| whistle.to == to) {
        return Ok(());
    }
    let reason = ReasonKey::new(BY_THE_RULES).map_err(|_| Rejection::SituationLacks("a support reason"))?;
    ask(draft, incident, &to, None, reason)
}

fn open_of<'d>(draft: &'d Draft<'_>, id: IncidentId) -> impl Iterator<Item = &'d Whistle> {
    draft.world.whistles_of(id).map(|whistle| &**whistle).filter(|whistle| whistle.is_open())
}

/// A station beside, a post wherever it stands, or a level above.
fn can_be_asked(tree: &AgencyTree, from: &AgencyId, to: &AgencyId) -> bool {
    let Some(node) = tree.get(to) else { return false };
    to != from && (node.level == AgencyLevel::Post || tree.is_within(from, to) || is_beside(tree, from, to))
}

/// Whether `to` is a station that borders on `from`.
pub(super) fn is_beside(tree: &AgencyTree, from: &AgencyId, to: &AgencyId) -> bool {
    tree.get(to).is_some_and(|node| node.level == AgencyLevel::Station) && tree.are_neighbours(from, to)
}

fn ask(draft: &mut Draft<'_>, incident: &Incident, to: &AgencyId, team: Option<Team>, reason: ReasonKey) -> Result<(), Rejection> {
    let whistle_id = draft.fresh_whistle_id()?;
    let answer_by = draft.now.plus_ms(draft.situation.policy.room_clocks.support_ms);
    draft.emit(Event::SupportRequested(Box::new(Whistle {
        whistle_id,
        incident_id: incident.incident_id,
        from: incident.station.clone(),
        to: to.clone(),
        team,
        reason,
        asked_at: draft.now,
        climbed: 0,
        state: WhistleState::Asked { answer_by },
        revision: draft.world.head().next(),
    })));
    draft.reply.whistle = Some(whistle_id);
    Ok(())
}
