//! For tests: the shipped policy, which every key used here must be in.

use crate::caller::STORIES;
use crate::county::invented_county;
use crate::crew::CrewProfile;
use domain::policy::{DEFAULT_TEXT, NamedReason, Policy, parse};

/// The policy that ships.
pub(crate) fn shipped() -> Policy {
    parse("default.toml", DEFAULT_TEXT).unwrap()
}

/// Whether a policy has a category and type.
pub(crate) fn knows(policy: &Policy, category: &str, call_type: &str) -> bool {
    let of_category = policy.categories.iter().find(|rule| rule.key.as_str() == category);
    of_category.is_some_and(|rule| rule.types.iter().any(|rule| rule.key.as_str() == call_type))
}

#[test]
fn crews_and_callers_use_its_keys() {
    let policy = shipped();
    let has = |reasons: &[NamedReason], key: &str| reasons.iter().any(|reason| reason.key.as_str() == key);
    for profile in [CrewProfile::prompt(), CrewProfile::human()] {
        assert!(profile.decline_reasons.iter().all(|(key, _)| has(&policy.decline_reasons, key)));
        assert!(profile.dispositions.iter().all(|(key, _)| has(&policy.dispositions, key)));
        assert!(has(&policy.clear_reasons, profile.clear_reason));
        assert!(profile.idle_fix_interval_ms < policy.clocks.stale_fix_ms, "a standing unit doesn't look lost");
    }
    for story in STORIES {
        assert!(knows(&policy, story.category, story.call_type), "{}/{}", story.category, story.call_type);
    }
    assert!(policy.categories.iter().all(|rule| STORIES.iter().any(|story| story.category == rule.key.as_str())));
}

#[test]
fn units_drive_as_fast_as_it_reckons() {
    let policy = shipped();
    for unit in invented_county(1).unwrap().units {
        let text = format!("{:?}", policy.kind(unit.kind).unwrap());
        let speed = format!("speed_m_per_s: {}", unit.speed_m_per_s);
        assert!(text.contains(&speed), "{text}: {speed}");
    }
}
