//! Duplicates: which open incidents a new call may be about. It suggests and explains; an operator decides.

use crate::classification::Classification;
use crate::ids::IncidentId;
use crate::place::Position;
use crate::policy::{DuplicateRule, Policy};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::World;

/// Most incidents that are suggested.
pub const MAX_SUGGESTIONS: usize = 5;

/// An open incident that a call may be about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// The incident.
    pub incident_id: IncidentId,
    /// Its number.
    pub number: u32,
    /// How much speaks for it, 0 to 100.
    pub score: u8,
    /// Distance between the two places, in metres; none where one of them is not known.
    pub distance_m: Option<u32>,
    /// How long ago it was reported, in milliseconds.
    pub age_ms: u64,
    /// What speaks for it.
    pub reasons: Vec<Reason>,
}

/// The open incidents that a report of `what` at `position` at `at` may be about, the best first; at most [`MAX_SUGGESTIONS`].
/// `except` is left out: the incident itself, where it is looked up for one that exists.
///
/// Only what lies within the rule's radius and window is looked at, and only what scores at least its `min_score` is suggested.
/// Without a position nothing is suggested: time and kind alone say too little. What the same caller reported is a repeat, see
/// [`crate::repeats`]. Of two with the same score the newer is first.
#[must_use]
pub fn suggest(
    world: &World,
    policy: &Policy,
    what: &Classification,
    position: Option<Position>,
    at: Timestamp,
    except: Option<IncidentId>,
) -> Vec<Suggestion> {
    let rule = &policy.duplicates;
    let Some(position) = position else { return Vec::new() };
    let window_ms = i64::try_from(rule.window_ms).unwrap_or(i64::MAX);
    let since = Timestamp(at.0.saturating_sub(window_ms));
    let near = world.history().near(position, rule.radius_m, since).into_iter();
    let mut found: Vec<_> = near
        .filter(|(_, known)| known.open && Some(known.incident_id) != except)
        .map(|(distance_m, known)| {
            let age_ms = at.since_ms(known.reported_at);
            let (kind, of_kind) = kind_points(rule, what, &known.classification);
            let mut reasons = vec![Reason::near(distance_m), Reason::recent(age_ms / 60_000)];
            reasons.extend(of_kind);
            Suggestion {
                incident_id: known.incident_id,
                number: known.number,
                score: score(rule, distance_m, age_ms, kind),
                distance_m: Some(distance_m),
                age_ms,
                reasons,
            }
        })
        .filter(|suggestion| suggestion.score >= rule.min_score)
        .collect();
    found.sort_by_key(|suggestion| (u8::MAX - suggestion.score, suggestion.age_ms, suggestion.incident_id));
    found.truncate(MAX_SUGGESTIONS);
    found
}

/// space × (1 − distance / radius) + time × (1 − age / window) + kind, in the policy's points, each share rounded down. By the
/// shipped policy 40, 30, and 30 for the same type, 20 for the same category, else 5: the same place and moment are worth 70
/// whatever it is called, and what is at the edge of radius and window is never suggested.
fn score(rule: &DuplicateRule, distance_m: u32, age_ms: u64, kind: u8) -> u8 {
    let space = share(rule.space_points, distance_m.into(), rule.radius_m.into());
    let time = share(rule.time_points, age_ms, rule.window_ms);
    u8::try_from(space + time + u64::from(kind)).unwrap_or(100)
}

/// `points` at 0, nothing at `end` and beyond, a straight line between.
fn share(points: u8, value: u64, end: u64) -> u64 {
    u64::from(points).saturating_mul(end.saturating_sub(value)).checked_div(end).unwrap_or(0)
}

fn kind_points(rule: &DuplicateRule, what: &Classification, other: &Classification) -> (u8, Option<Reason>) {
    if what.category != other.category {
        return (rule.other_kind_points, None);
    }
    if what.kind.is_some() && what.kind == other.kind {
        return (rule.same_type_points, Some(Reason::same_type(what)));
    }
    (rule.same_category_points, Some(Reason::same_category(what)))
}
