//! Checks what a policy says of the room beyond the table: every key that is named must be there, every number in range.

use super::parse::{Checker, WEEK_MS};
use super::{DuplicateRule, NamedReason, PlanRule, Policy};
use crate::assignment::AssignmentRole;
use crate::ids::{CategoryKey, ReasonKey};
use crate::incident::LendingStep;
use crate::unit::UnitKind;
use std::collections::BTreeSet;

/// Most units of one plan.
const MAX_PLAN_UNITS: u32 = 16;
/// Most units of one kind of place in a plan.
const MAX_SLOT_UNITS: u8 = 8;

pub(super) fn check(checker: &mut Checker<'_>, policy: &Policy) {
    clocks(checker, policy);
    known_categories(checker, policy);
    checker.unique("plan", "key", policy.plans.iter().map(|rule| rule.key.as_str()));
    checker.unique("place_class", "key", policy.place_classes.iter().map(|rule| rule.key.as_str()));
    checker.unique("staffing", "key", policy.staffing.iter().map(|rule| rule.key.as_str()));
    checker.unique("echelon", "level", policy.echelons.iter().map(|rule| rule.level));
    for (index, plan) in policy.plans.iter().enumerate() {
        plan_slots(checker, policy, index, plan);
    }
    known_plans(checker, policy);
    for (index, rule) in policy.staffing.iter().enumerate() {
        checker.row_range("staffing", index, "community_percent_min", rule.community_percent_min.into(), 0, 100);
    }
    for (index, rule) in policy.place_classes.iter().enumerate() {
        checker.row_range("place_class", index, "arrive_ms", rule.arrive_ms, 0, WEEK_MS);
    }
    for (index, rule) in policy.echelons.iter().enumerate() {
        checker.row_range("echelon", index, "arrive_ms", rule.arrive_ms, 0, WEEK_MS);
    }
    let lists: [(&str, &[NamedReason]); 11] = [
        ("override", &policy.reasons.override_owner),
        ("recall", &policy.reasons.recall),
        ("hold", &policy.reasons.hold),
        ("cancel", &policy.reasons.cancel),
        ("reopen", &policy.reasons.reopen),
        ("transfer", &policy.reasons.transfer),
        ("excuse", &policy.reasons.excuse),
        ("support", &policy.reasons.support),
        ("wartime", &policy.reasons.wartime),
        ("emergency_end", &policy.reasons.emergency_end),
        ("premise", &policy.reasons.premise),
    ];
    for (name, list) in lists {
        let mut seen = BTreeSet::new();
        for row in list.iter().filter(|row| !seen.insert(&row.key)) {
            checker.section("reasons", name, format!("{:?} appears twice: expected each key once", row.key.as_str()));
        }
    }
    for (name, keys, list) in [("recall", RECALLED_BY_RULES, &policy.reasons.recall), ("support", ASKED_BY_RULES, &policy.reasons.support)]
    {
        // A policy without such a list is from before the rules of the room.
        for key in keys.iter().filter(|key| !list.is_empty() && !list.iter().any(|row| row.key.as_str() == **key)) {
            checker.section("reasons", name, format!("{key:?} is missing: the rules give this reason themselves, expected a row for it"));
        }
    }
}

/// Reasons that the rules themselves give when they take an order back.
const RECALLED_BY_RULES: &[&str] = &["not_needed", "diverted", "replaced", "undone", "cancelled", "closed", "superseded"];
/// The reason that the rules themselves give when they ask for support.
const ASKED_BY_RULES: &[&str] = &["more_units"];

/// A score is 0 to 100, and what is more alike never counts less.
fn duplicate_points(checker: &mut Checker<'_>, rule: &DuplicateRule) {
    let full = u32::from(rule.space_points) + u32::from(rule.time_points) + u32::from(rule.same_type_points);
    if full != 100 {
        checker.section("duplicates", "space_points", format!("space_points + time_points + same_type_points is {full}: expected 100"));
    }
    for (field, points, most) in [
        ("same_category_points", rule.same_category_points, ("same_type_points", rule.same_type_points)),
        ("other_kind_points", rule.other_kind_points, ("same_category_points", rule.same_category_points)),
    ] {
        if points > most.1 {
            checker.section("duplicates", field, format!("{field} {points}: expected at most {}, the {}", most.1, most.0));
        }
    }
}

fn clocks(checker: &mut Checker<'_>, policy: &Policy) {
    let clocks = &policy.room_clocks;
    for (field, value) in [
        ("sign_ms", clocks.sign_ms),
        ("safety_check_ms", clocks.safety_check_ms),
        ("feedback_ms", clocks.feedback_ms),
        ("transfer_ms", clocks.transfer_ms),
        ("support_ms", clocks.support_ms),
        ("hand_over_ms", clocks.hand_over_ms),
        ("lost_contact_ms", clocks.lost_contact_ms),
        ("hold_max_ms", clocks.hold_max_ms),
    ] {
        checker.section_range("room_clocks", field, value, 1_000, WEEK_MS);
    }
    checker.section_range("lending", "step_ms", policy.lending.step_ms, 1_000, WEEK_MS);
    let steps = &policy.lending.steps;
    if !steps.is_sorted_by(|a, b| a < b) {
        let all = LendingStep::ALL.map(LendingStep::key).join(", ");
        checker.section(
            "lending",
            "steps",
            format!("each step is wider than the one before and comes once: expected some of {all}, in this order"),
        );
    }
    checker.section_range("duplicates", "radius_m", policy.duplicates.radius_m.into(), 1, 2_000);
    checker.section_range("duplicates", "min_score", policy.duplicates.min_score.into(), 1, 100);
    checker.section_range("duplicates", "window_ms", policy.duplicates.window_ms, 1_000, WEEK_MS);
    duplicate_points(checker, &policy.duplicates);
    checker.section_range("repeats", "place_m", policy.repeats.place_m.into(), 1, 500);
    checker.section_range("repeats", "premise_m", policy.repeats.premise_m.into(), 1, 500);
    checker.section_range("repeats", "window_days", policy.repeats.window_days.into(), 1, 60);
    checker.section_range("safety", "helpers", policy.safety.helpers.into(), 1, 8);
    for (name, bands) in
        [("answer_ms", &policy.bands.answer_ms), ("acknowledge_ms", &policy.bands.acknowledge_ms), ("arrive_ms", &policy.bands.arrive_ms)]
    {
        if bands.is_empty() || bands.len() > 12 || !bands.is_sorted_by(|a, b| a < b) {
            checker.section("bands", name, format!("{bands:?}: expected 1 to 12 upper ends, each above the one before"));
        }
    }
}

fn known_categories(checker: &mut Checker<'_>, policy: &Policy) {
    let known: BTreeSet<&CategoryKey> = policy.categories.iter().map(|rule| &rule.key).collect();
    let message = |key: &CategoryKey| format!("{:?} is no category of this policy", key.as_str());
    for key in policy.attendance.categories.iter().filter(|key| !known.contains(key)) {
        checker.section("attendance", "categories", message(key));
    }
    for (index, rule) in policy.kinds.iter().enumerate() {
        for key in rule.only_categories.iter().filter(|key| !known.contains(key)) {
            checker.row("kind", index, "only_categories", message(key));
        }
    }
    let safety = &policy.safety;
    let Some(category) = policy.category(&safety.category) else {
        checker.section("safety", "category", message(&safety.category));
        return;
    };
    if !category.dispatch {
        checker.section("safety", "category", format!("{} sends nobody (dispatch = false): expected one that does", category.key));
    }
    if let Some(kind) = safety.kind.as_ref().filter(|kind| !category.types.iter().any(|rule| &rule.key == *kind)) {
        checker.section("safety", "type", format!("{:?} is no type of {}", kind.as_str(), category.key));
    }
}

fn known_plans(checker: &mut Checker<'_>, policy: &Policy) {
    let known: BTreeSet<&ReasonKey> = policy.plans.iter().map(|rule| &rule.key).collect();
    for (index, category) in policy.categories.iter().enumerate() {
        let types = category.types.iter().filter_map(|rule| rule.plan.as_ref().map(|plan| (format!("/{}", rule.key), plan)));
        for (kind, plan) in category.plan.iter().map(|plan| (String::new(), plan)).chain(types) {
            if !known.contains(plan) {
                let at = checker.layout.within("category", index, &format!("plan = \"{plan}\""));
                checker.say(at, format!("category {}{kind}.plan", category.key), format!("{:?} is no plan of this policy", plan.as_str()));
            }
        }
    }
}

fn plan_slots(checker: &mut Checker<'_>, policy: &Policy, index: usize, plan: &PlanRule) {
    let mut say = |message: String| checker.row("plan", index, "slots", message);
    let units: u32 = plan.slots.iter().map(|slot| u32::from(slot.count)).sum();
    if units == 0 || units > MAX_PLAN_UNITS {
        say(format!("{units} units: expected 1 to {MAX_PLAN_UNITS}"));
    }
    let primaries: u32 = plan.slots.iter().filter(|slot| slot.role == AssignmentRole::Primary).map(|slot| u32::from(slot.count)).sum();
    if primaries != 1 {
        say(format!("{primaries} primaries: expected exactly one"));
    }
    for (number, slot) in (1..).zip(&plan.slots) {
        if slot.role == AssignmentRole::BeatAttendance {
            say("beat_attendance is owed by its own rule: expected primary, backup or overwatch".to_owned());
        }
        if !(1..=MAX_SLOT_UNITS).contains(&slot.count) {
            say(format!("slot {number} asks for {} units: expected 1 to {MAX_SLOT_UNITS}", slot.count));
        }
        for kind in slot.kinds.iter().filter(|kind| policy.kind(**kind).is_none()) {
            say(format!("slot {number} names kind {}, for which this policy has no row", kind.key()));
        }
        let may = |kind: &UnitKind| policy.kind(*kind).is_some_and(|rule| rule.may_be_primary);
        if slot.role == AssignmentRole::Primary && !slot.kinds.is_empty() && !slot.kinds.iter().any(may) {
            let kinds = slot.kinds.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(", ");
            say(format!("slot {number} wants {kinds} as primary, none of which may be: expected one that may"));
        }
    }
}
