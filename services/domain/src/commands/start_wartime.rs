//! StartWartime: the county switches wartime mode on for an area and a period (战时联勤).

use crate::decide::Draft;
use crate::event::{Event, WartimeStarted};
use crate::ids::{AgencyId, ReasonKey};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// Longest period, in milliseconds: 30 days. It can be switched on again.
const MAX_PERIOD_MS: u64 = 30 * 24 * 3_600_000;

/// The county switches wartime mode on for an area and a period (战时联勤).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartWartime {
    /// The area: a node with all below it.
    pub area: AgencyId,
    /// Why, a wartime reason of the policy.
    pub reason: ReasonKey,
    /// When it ends by itself.
    pub until: Timestamp,
}

pub(crate) fn start_wartime(draft: &mut Draft<'_>, command: &StartWartime) -> Result<(), Rejection> {
    Policy::expect_key(&draft.situation.policy.reasons.wartime, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let tree = &draft.situation.agencies;
    if tree.get(&command.area).is_none() {
        let expected = "an agency of this log".to_owned();
        return Err(Rejection::Invalid { field: "area", given: command.area.to_string(), expected });
    }
    if command.until <= draft.now || command.until.since_ms(draft.now) > MAX_PERIOD_MS {
        let given = format!("{} ms from now", command.until.0.saturating_sub(draft.now.0));
        return Err(Rejection::Invalid { field: "until", given, expected: "a time within the next 30 days".to_owned() });
    }
    // It holds for an area with all below it, so it holds here already when it holds above.
    if let Some(mode) = draft.world.wartime_at(tree, &command.area) {
        return Err(Rejection::IllegalMove {
            subject: format!("wartime mode of {}", mode.area),
            state: "on",
            holder: Some(mode.by.to_string()),
            event: "wartime_started",
            possible: vec!["wartime_ended"],
        });
    }
    draft.emit(Event::WartimeStarted(WartimeStarted { area: command.area.clone(), reason: command.reason.clone(), until: command.until }));
    Ok(())
}
