//! Bounds of a policy: the last value that is taken and the first that is refused.

use domain::classification::Team;
use domain::ids::CategoryKey;
use domain::incident::LendingStep;
use domain::policy::{DEFAULT_TEXT, DispatchMode, MAX_POLICY_BYTES, PlanSlot, Policy, for_nobody, parse};
use domain::testing::{profile, station_id, tree};
use domain::unit::{UnitKind, UnitProfile};

const A_WEEK_MS: u64 = 604_800_000;

fn default() -> Policy {
    parse("default.toml", DEFAULT_TEXT).unwrap()
}

/// What is said against the default with a change, each as its field and the message.
fn said(change: impl FnOnce(&mut Policy)) -> Vec<String> {
    let mut policy = default();
    change(&mut policy);
    let errors = parse("policy.toml", &toml::to_string(&policy).unwrap()).err().unwrap_or_default();
    errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
}

#[track_caller]
fn taken(change: impl FnOnce(&mut Policy)) {
    assert_eq!(said(change), [""; 0]);
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Policy), wanted: &str) {
    let said = said(change);
    assert!(said.len() == 1 && said[0].contains(wanted), "{said:#?}");
}

#[test]
fn a_clock_is_at_most_a_week() {
    taken(|policy| policy.clocks.stale_fix_ms = A_WEEK_MS);
    refused(|policy| policy.clocks.stale_fix_ms = A_WEEK_MS + 1, "stale_fix_ms: 604800001 is out of range: expected 100 to 604800000");
    taken(|policy| policy.clocks.deliver_ms = policy.clocks.acknowledge_ms);
    refused(|policy| policy.clocks.deliver_ms = policy.clocks.acknowledge_ms + 1, "deliver_ms");
    let confirm = |policy: &mut Policy, more_ms| {
        policy.priorities[1].mode = DispatchMode::Confirm;
        policy.priorities[1].confirm_ms = policy.priorities[1].dispatch_ms + more_ms;
    };
    taken(|policy| confirm(policy, 0));
    refused(|policy| confirm(policy, 1), "confirm_ms");
}

#[test]
fn lending_steps_come_in_their_order_and_once() {
    use LendingStep::{AdjacentBeat, OtherTeam, OwnTeam};
    taken(|policy| policy.lending.steps = vec![OwnTeam, OtherTeam]);
    refused(|policy| policy.lending.steps = vec![OwnTeam, OtherTeam, OtherTeam], "steps");
    refused(|policy| policy.lending.steps = vec![OwnTeam, AdjacentBeat, OtherTeam], "steps");
}

#[test]
fn bands_are_one_to_twelve_each_above_the_one_before() {
    taken(|policy| policy.bands.answer_ms = vec![1]);
    taken(|policy| policy.bands.answer_ms = (1..=12).collect());
    refused(|policy| policy.bands.answer_ms = (1..=13).collect(), "answer_ms");
    refused(|policy| policy.bands.answer_ms = (1..=14).collect(), "answer_ms");
    refused(|policy| policy.bands.answer_ms = vec![], "answer_ms");
    refused(|policy| policy.bands.answer_ms = vec![1, 1], "answer_ms");
    refused(|policy| policy.bands.answer_ms = vec![2, 1], "answer_ms");
}

#[test]
fn attendance_is_for_categories_that_there_are() {
    taken(|policy| policy.attendance.categories = vec![CategoryKey::new("dispute").unwrap()]);
    refused(|policy| policy.attendance.categories = vec![CategoryKey::new("disputes").unwrap()], "\"disputes\" is no category");
}

#[test]
fn a_plan_is_for_one_to_sixteen_units() {
    let backups = |policy: &mut Policy, counts: &[u8]| {
        let slot = |role, count| PlanSlot { role, count, kinds: vec![], team: None, capabilities: [].into(), sworn: 0 };
        let backups = counts.iter().map(|count| slot(domain::assignment::AssignmentRole::Backup, *count));
        policy.plans[0].slots = std::iter::once(slot(domain::assignment::AssignmentRole::Primary, 1)).chain(backups).collect();
    };
    taken(|policy| backups(policy, &[8, 7]));
    refused(|policy| backups(policy, &[8, 8]), "17 units: expected 1 to 16");
    refused(|policy| backups(policy, &[8, 8, 1]), "18 units: expected 1 to 16");
    let said = said(|policy| policy.plans[0].slots.clear());
    assert!(said.iter().any(|said| said.contains("0 units: expected 1 to 16")), "{said:#?}");
}

#[test]
fn a_kind_has_a_speed_and_one_kind_may_be_primary() {
    taken(|policy| policy.kinds[0].speed_m_per_s = 100);
    refused(|policy| policy.kinds[0].speed_m_per_s = 101, "speed_m_per_s");
    refused(|policy| policy.kinds[0].speed_m_per_s = 0, "speed_m_per_s");
    refused(|policy| policy.kinds.iter_mut().for_each(|rule| rule.may_be_primary = false), "no kind may be primary");
}

#[test]
fn a_name_has_one_to_sixty_characters() {
    taken(|policy| policy.dispositions[0].name_zh = "处".repeat(60));
    refused(|policy| policy.dispositions[0].name_zh = "处".repeat(61), "name_zh");
    refused(|policy| policy.dispositions[0].name_zh = "处".repeat(62), "name_zh");
    refused(|policy| policy.dispositions[0].name_zh = " ".to_owned(), "name_zh");
}

#[test]
fn a_file_is_one_mebibyte_at_most() {
    assert_eq!(MAX_POLICY_BYTES, 1_048_576);
    let filled = |bytes: usize| format!("{DEFAULT_TEXT}#{}", " ".repeat(bytes - DEFAULT_TEXT.len() - 1));
    assert!(parse("policy.toml", &filled(MAX_POLICY_BYTES)).is_ok());
    for bytes in [MAX_POLICY_BYTES + 1, MAX_POLICY_BYTES + 2] {
        let errors = parse("policy.toml", &filled(bytes)).unwrap_err();
        assert_eq!(errors[0].message, format!("{bytes} bytes: expected at most 1048576"));
    }
}

#[test]
fn what_is_wrong_in_form_is_said_of_the_field_on_its_line_or_of_the_file() {
    let of = |text: &str| parse("policy.toml", text).unwrap_err()[0].field.clone();
    assert_eq!(of(&DEFAULT_TEXT.replacen("amber_percent = 50", "amber_percent = \"half\"", 1)), "amber_percent");
    assert_eq!(of(&DEFAULT_TEXT.replacen("amber_percent = 50", "= 50", 1)), "(file)");
}

#[test]
fn an_indented_field_is_found_on_its_own_line() {
    let text = DEFAULT_TEXT.replacen("amber_percent = 50", "      amber_percent = 0", 1);
    let errors = parse("policy.toml", &text).unwrap_err();
    let line = text.lines().position(|line| line.contains("amber_percent = 0")).unwrap() + 1;
    assert_eq!((errors[0].line, errors[0].field.as_str()), (line, "clocks.amber_percent"));
}

#[test]
fn an_echelon_of_nothing_runs_no_clock() {
    let mut policy = default();
    let level = policy.echelons[0].level;
    policy.echelons[0].arrive_ms = 1;
    assert_eq!(policy.echelon_ms(level), Some(1));
    policy.echelons[0].arrive_ms = 0;
    assert_eq!(policy.echelon_ms(level), None);
}

#[test]
fn a_place_of_a_primary_is_for_a_kind_that_may_be_one_with_a_sworn_officer() {
    let mut policy = default();
    policy.plans.truncate(1);
    let slot = |role| PlanSlot { role, count: 1, kinds: vec![], team: None, capabilities: [].into(), sworn: 0 };
    policy.plans[0].slots = vec![slot(domain::assignment::AssignmentRole::Primary)];
    let told = |kind: UnitKind, sworn: u8| {
        let unit = UnitProfile { kind, sworn, team: Team::Case, ..profile("A1", station_id(1)) };
        let found = for_nobody(&policy, &tree(1), &[unit]);
        found.iter().any(|row| row.list == "plan" && row.field == "slots")
    };
    assert_eq!([told(UnitKind::Car, 1), told(UnitKind::Car, 0), told(UnitKind::Drone, 1)], [false, true, true]);
}

#[test]
fn what_is_less_alike_counts_at_most_as_much() {
    taken(|policy| policy.duplicates.same_category_points = policy.duplicates.same_type_points);
    refused(|policy| policy.duplicates.same_category_points = policy.duplicates.same_type_points + 1, "same_category_points");
}
