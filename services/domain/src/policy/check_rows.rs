//! Checks what rows of a policy say together: clocks that contradict each other, models without rows, names that are empty, plans
//! that a kind may not follow.

use super::parse::{Checker, WEEK_MS};
use super::{ArrivalModel, DispatchMode, Policy};
use crate::classification::Classification;

/// Longest name, in characters.
const MAX_NAME: usize = 60;

pub(super) fn check(checker: &mut Checker<'_>, policy: &Policy) {
    priorities(checker, policy);
    kinds(checker, policy);
    names(checker, policy);
    for (index, category) in policy.categories.iter().enumerate() {
        if let Some(feedback_ms) = category.feedback_ms {
            checker.row_range("category", index, "feedback_ms", feedback_ms, 1_000, WEEK_MS);
        }
        plans(checker, policy, index);
    }
}

fn priorities(checker: &mut Checker<'_>, policy: &Policy) {
    for (index, rule) in policy.priorities.iter().enumerate() {
        checker.row_range("priority", index, "confirm_ms", rule.confirm_ms, 1_000, WEEK_MS);
        if rule.mode == DispatchMode::Confirm && rule.confirm_ms > rule.dispatch_ms {
            let message = format!(
                "counts down {} ms, longer than dispatch_ms {}: the room would be alarmed before the proposal is sent",
                rule.confirm_ms, rule.dispatch_ms
            );
            checker.row("priority", index, "confirm_ms", message);
        }
    }
    let runs = policy.priorities.iter().any(|rule| rule.arrival);
    let empty = match policy.arrival_model {
        ArrivalModel::PlaceClass => policy.place_classes.is_empty().then_some("place_class"),
        ArrivalModel::Echelon => policy.echelons.is_empty().then_some("echelon"),
    };
    // A policy from before the arrival clock has no priority in which it runs.
    if let (Some(list), true) = (empty, runs) {
        checker.say(0, list.to_owned(), format!("is empty: arrival_model is {list} and a priority has arrival = true, expected a row"));
    }
}

fn kinds(checker: &mut Checker<'_>, policy: &Policy) {
    for (index, rule) in policy.kinds.iter().enumerate() {
        checker.row_range("kind", index, "speed_m_per_s", rule.speed_m_per_s.into(), 1, 100);
    }
    if !policy.kinds.iter().any(|rule| rule.may_be_primary) {
        checker.say(0, "kind".to_owned(), "no kind may be primary: expected at least one that may".to_owned());
    }
}

/// Every plan of a category must be one that the kinds it asks for may follow there.
fn plans(checker: &mut Checker<'_>, policy: &Policy, index: usize) {
    let Some(category) = policy.categories.get(index) else { return };
    let kinds = category.types.iter().map(|rule| Some(rule.key.clone()));
    for kind in std::iter::once(None).chain(kinds) {
        let what = Classification { category: category.key.clone(), kind };
        let Some(decided) = policy.decide(&what) else { continue };
        let Some(plan) = decided.plan.as_ref().and_then(|key| policy.plan(key)) else { continue };
        let at = checker.layout.within("category", index, &format!("plan = \"{}\"", plan.key));
        if !category.dispatch {
            checker.say(at, format!("category {what}.plan"), format!("{} sends nobody (dispatch = false): expected no plan", category.key));
        }
        let barred = plan.slots.iter().find(|slot| {
            let goes = |rule: &super::KindRule| rule.only_categories.is_empty() || rule.only_categories.contains(&category.key);
            !slot.kinds.is_empty() && !slot.kinds.iter().any(|kind| policy.kind(*kind).is_none_or(goes))
        });
        if let Some(slot) = barred {
            let kinds = slot.kinds.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(", ");
            let message = format!("plan {} wants {kinds}, which only_categories keeps away from {}", plan.key, category.key);
            checker.say(at, format!("category {what}.plan"), message);
        }
    }
}

fn names(checker: &mut Checker<'_>, policy: &Policy) {
    let mut named: Vec<(&str, usize, &str, &str)> = Vec::new();
    for (list, rows) in [
        ("disposition", &policy.dispositions),
        ("decline_reason", &policy.decline_reasons),
        ("clear_reason", &policy.clear_reasons),
        ("availability_reason", &policy.availability_reasons),
        ("read_purpose", &policy.read_purposes),
    ] {
        named.extend(rows.iter().enumerate().map(|(index, row)| (list, index, row.name_zh.as_str(), row.name_en.as_str())));
    }
    named.extend(policy.categories.iter().enumerate().map(|(n, rule)| ("category", n, rule.name_zh.as_str(), rule.name_en.as_str())));
    named.extend(policy.place_classes.iter().enumerate().map(|(n, rule)| ("place_class", n, rule.name_zh.as_str(), rule.name_en.as_str())));
    named.extend(policy.plans.iter().enumerate().map(|(n, rule)| ("plan", n, rule.name_zh.as_str(), rule.name_en.as_str())));
    named.extend(policy.staffing.iter().enumerate().map(|(n, rule)| ("staffing", n, rule.name_zh.as_str(), rule.name_en.as_str())));
    for (list, index, zh, en) in named {
        for (field, name) in [("name_zh", zh), ("name_en", en)] {
            if name.trim().is_empty() || name.chars().count() > MAX_NAME {
                checker.row(list, index, field, format!("{name:?}: expected a name of 1 to {MAX_NAME} characters"));
            }
        }
    }
}
