//! AnswerSupport: who was asked for support answers (机关报到). Unanswered, the request climbs.

use super::{alarms, request_support};
use crate::agency::AgencyTree;
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::{Event, SupportAnswer, SupportClimbed};
use crate::ids::{AgencyId, ReasonKey, WhistleId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::states;
use crate::support::{Whistle, WhistleState};
use std::sync::Arc;

/// Who was asked for support answers (机关报到).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerSupport {
    /// The request.
    pub whistle_id: WhistleId,
    /// Whether somebody comes.
    pub accepted: bool,
    /// Why not, a support reason of the policy; needed where nobody comes.
    pub reason: Option<ReasonKey>,
}

/// Only who is asked now may answer: once it has climbed, the level before may not any more.
pub(crate) fn answer_support(draft: &mut Draft<'_>, command: &AnswerSupport) -> Result<(), Rejection> {
    let whistle = begin(draft, command.whistle_id, "support_answered")?;
    let answer = if command.accepted { SupportAnswer::Accepted } else { refusal(draft, command)? };
    let refused = answer != SupportAnswer::Accepted;
    draft.emit(Event::SupportAnswered { whistle_id: whistle.whistle_id, answer });
    if refused {
        return alarms::raise_alarm(draft, AlarmKind::SupportRefused, whistle.incident_id, None);
    }
    // Somebody comes: that others do not is no alarm any more.
    let over = |kind| matches!(kind, AlarmKind::SupportRefused | AlarmKind::SupportUnanswered);
    alarms::end_alarms(draft, whistle.incident_id, over);
    Ok(())
}

fn refusal(draft: &Draft<'_>, command: &AnswerSupport) -> Result<SupportAnswer, Rejection> {
    let list = &draft.situation.policy.reasons.support;
    let keys = || format!("one of {}", list.iter().map(|row| row.key.as_str()).collect::<Vec<_>>().join(", "));
    let invalid = |given: &str, expected| Rejection::Invalid { field: "reason", given: given.to_owned(), expected };
    let reason = command.reason.clone().ok_or_else(|| invalid("", keys()))?;
    Policy::expect_key(list, &reason).map_err(|expected| invalid(reason.as_str(), expected))?;
    Ok(SupportAnswer::Refused { reason })
}

/// Finds the request and checks that the state table lets `event` happen to it; if not, names who it lies with.
pub(super) fn begin(draft: &Draft<'_>, id: WhistleId, event: &'static str) -> Result<Arc<Whistle>, Rejection> {
    let not_found = || Rejection::NotFound { kind: "request for support", id: id.to_string() };
    let whistle = draft.world.whistle(&id).cloned().ok_or_else(not_found)?;
    let state = whistle.state.name();
    if states::allows(states::SUPPORT, state, event) {
        return Ok(whistle);
    }
    let holder = match &whistle.state {
        WhistleState::Accepted { by, .. } => by.to_string(),
        _ => whistle.to.to_string(),
    };
    let number = draft.world.incident(&whistle.incident_id).map_or(0, |incident| incident.number);
    Err(Rejection::IllegalMove {
        subject: format!("the request for support for incident {number}"),
        state,
        holder: Some(holder),
        event,
        possible: states::events_from(states::SUPPORT, state),
    })
}

/// Nobody answered in time: the next level above is asked; after the highest the room is alarmed.
pub(super) fn climb(draft: &mut Draft<'_>, id: WhistleId) -> Result<(), Rejection> {
    let whistle = begin(draft, id, "support_climbed")?;
    if let Some(to) = above(&draft.situation.agencies, &whistle) {
        let answer_by = draft.now.plus_ms(draft.situation.policy.room_clocks.support_ms);
        draft.emit(Event::SupportClimbed(SupportClimbed { whistle_id: id, to, answer_by }));
        return Ok(());
    }
    draft.emit(Event::SupportLapsed(id));
    alarms::raise_alarm(draft, AlarmKind::SupportUnanswered, whistle.incident_id, None)
}

/// Who is asked next: the level above the one that did not answer. From a station beside, and from one that is not in the tree
/// any more, it goes on above the station that asks.
fn above(tree: &AgencyTree, whistle: &Whistle) -> Option<AgencyId> {
    let sideways = request_support::is_beside(tree, &whistle.from, &whistle.to) || tree.get(&whistle.to).is_none();
    let start = if sideways { &whistle.from } else { &whistle.to };
    tree.ancestors(start).skip(1).map(|node| &node.agency_id).find(|id| **id != whistle.from).cloned()
}
