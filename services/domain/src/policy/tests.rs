//! A policy is refused with everything that is wrong with it, each by file, line and field.

use super::{DEFAULT_TEXT, parse};

#[test]
fn the_shipped_default_is_valid_and_complete() {
    let policy = parse("default.toml", DEFAULT_TEXT).unwrap();
    let keys: Vec<_> = policy.categories.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "criminal",
            "public_order",
            "dispute",
            "help",
            "traffic",
            "disaster",
            "fire_rescue",
            "medical",
            "mass_incident",
            "tip_off",
            "complaint",
            "consultation",
            "nuisance",
            "non_police"
        ]
    );
}

#[test]
fn an_unknown_team_is_refused_with_file_line_and_what_was_expected() {
    let text = DEFAULT_TEXT.replacen("owner = \"case\"", "owner = \"detectives\"", 1);
    let errors = parse("policy.toml", &text).unwrap_err();
    let line = text.lines().position(|l| l.contains("detectives")).unwrap() + 1;
    assert_eq!(errors[0].line, line);
    assert_eq!(errors[0].field, "owner");
    assert!(errors[0].message.contains("community"), "{}", errors[0]);
}

#[test]
fn doubled_rows_missing_levels_and_values_out_of_range_are_all_said_at_once() {
    let text = DEFAULT_TEXT.replacen("level = 4", "level = 3", 1).replacen("amber_percent = 50", "amber_percent = 0", 1).replacen(
        "key = \"help\"",
        "key = \"dispute\"",
        1,
    );
    let errors = parse("policy.toml", &text).unwrap_err();
    let all = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for expected in ["level 3 has 2 rows", "level 4 has 0 rows", "clocks.amber_percent: 0 is out of range", "\"dispute\" appears twice"] {
        assert!(all.contains(expected), "{expected} is missing in\n{all}");
    }
    assert!(errors.iter().all(|e| e.line > 0), "{all}");
}

#[test]
fn a_field_nobody_knows_is_refused() {
    let text = DEFAULT_TEXT.replacen("[clocks]", "[clocks]\nsnooze_ms = 3", 1);
    let errors = parse("policy.toml", &text).unwrap_err();
    assert!(errors[0].message.contains("snooze_ms"), "{}", errors[0]);
}

/// The errors of the shipped policy with one change, each as it is printed.
fn errors_of(good: &str, bad: &str) -> (String, Vec<String>) {
    assert!(DEFAULT_TEXT.contains(good), "{good}");
    let text = DEFAULT_TEXT.replacen(good, bad, 1);
    let errors = parse("p.toml", &text).map(|_| ()).unwrap_err();
    (text, errors.iter().map(ToString::to_string).collect())
}

#[test]
fn every_row_with_a_mistake_in_its_form_is_named_not_only_the_first() {
    let text = DEFAULT_TEXT
        .replacen("deliver_ms = 10000", "deliver_ms = \"ten\"", 1)
        .replacen("owner = \"case\"", "owner = \"detectives\"", 1)
        .replacen("key = \"help\"", "key = \"Help\"", 1)
        .replacen("{ key = \"neighbour\",", "{ key = 7,", 1)
        .replacen("may_be_primary = true", "may_be_primary = 1", 1);
    let found: Vec<_> = parse("p.toml", &text).unwrap_err().iter().map(ToString::to_string).collect();
    let line = |needle: &str| text.lines().position(|line| line.contains(needle)).unwrap() + 1;
    for (needle, field) in [
        ("\"ten\"", "deliver_ms"),
        ("detectives", "owner"),
        ("\"Help\"", "key"),
        ("{ key = 7", "key"),
        ("may_be_primary = 1", "may_be_primary"),
    ] {
        let expected = format!("p.toml:{}: {field}: ", line(needle));
        assert!(found.iter().any(|error| error.starts_with(&expected)), "{expected} in {found:#?}");
    }
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn a_missing_section_and_a_text_that_is_not_toml_are_said_once() {
    let (_, found) = errors_of("[ranking]", "[safety_net]");
    assert!(found.iter().any(|error| error == "p.toml:1: ranking: is missing: expected it in every policy"), "{found:?}");
    assert!(found.iter().any(|error| error.contains("safety_net")), "{found:?}");
    let found = parse("p.toml", "name = \"a\nclocks = 1").unwrap_err();
    assert_eq!((found.len(), found[0].line, found[0].field.as_str()), (1, 1, "name"), "{found:?}");
    assert_eq!(parse("p.toml", "category = 3").unwrap_err().len(), 1);
}

#[test]
fn what_rows_say_together_is_checked_at_the_line_that_says_it() {
    // Beside the first three columns: the line the error must name, by what stands on it.
    let table = [
        ("sign_ms = 60000", "sign_ms = 10", "room_clocks.sign_ms: 10 is out of range", "sign_ms = 10"),
        ("\"own_team\", \"other_team\",", "\"other_team\", \"own_team\",", "lending.steps: each step is wider", "steps = ["),
        ("helpers = 2", "helpers = 0", "safety.helpers: 0 is out of range", "helpers = 0"),
        ("type = \"officer_emergency\"", "type = \"officer\"", "safety.type: \"officer\" is no type of public_order", "type = \"officer\""),
        ("category = \"public_order\"", "category = \"tip_off\"", "safety.category: tip_off sends nobody", "category = \"tip_off\""),
        ("category = \"public_order\"", "category = \"order\"", "safety.category: \"order\" is no category", "category = \"order\""),
        ("answer_ms = [10000, 15000", "answer_ms = [15000, 10000", "bands.answer_ms: [15000, 10000", "answer_ms = [15000"),
        ("level = \"post\"", "level = \"station\"", "echelon[1].level: Station appears twice", "level = \"station\""),
        ("{ role = \"backup\", count = 2 }", "{ role = \"backup\", count = 9 }", "plan[2].slots: slot 2 asks for 9 units", "slots = ["),
        ("{ role = \"backup\", sworn = 1 }", "{ role = \"primary\" }", "plan[1].slots: 2 primaries", "slots = ["),
        (
            "{ role = \"primary\" }",
            "{ role = \"primary\", kinds = [\"drone\"] }",
            "plan[0].slots: slot 1 wants drone as primary",
            "slots = [",
        ),
        ("plan = \"armed\"", "plan = \"army\"", "category criminal/weapon.plan: \"army\" is no plan", "plan = \"army\""),
        ("feedback_ms = 86400000", "feedback_ms = 1", "category[2].feedback_ms: 1 is out of range", "feedback_ms = 1"),
        (
            "mode = \"automatic\"",
            "mode = \"confirm\"",
            "priority[0].confirm_ms: counts down 10000 ms, longer than dispatch_ms 0",
            "[[priority]]",
        ),
        ("name_zh = \"刑事\"", "name_zh = \" \"", "category[0].name_zh: \" \": expected a name", "name_zh = \" \""),
        (
            "owner = \"case\"\npriority = 4\ndispatch = false",
            "owner = \"case\"\npriority = 4\nplan = \"armed\"\ndispatch = false",
            "category tip_off.plan: tip_off sends nobody",
            "plan = \"armed\"\n",
        ),
        (
            "space_points = 40",
            "space_points = 41",
            "duplicates.space_points: space_points + time_points + same_type_points is 101: expected 100",
            "space_points = 41",
        ),
        (
            "same_category_points = 20",
            "same_category_points = 31",
            "duplicates.same_category_points: same_category_points 31: expected at most 30, the same_type_points",
            "same_category_points = 31",
        ),
        (
            "other_kind_points = 5",
            "other_kind_points = 21",
            "duplicates.other_kind_points: other_kind_points 21: expected at most 20, the same_category_points",
            "other_kind_points = 21",
        ),
        ("  { key = \"undone\",", "  { key = \"undo\",", "reasons.recall: \"undone\" is missing", "recall = ["),
        (
            "{ key = \"robbery\", name_zh = \"抢劫\"",
            "{ key = \"theft\", name_zh = \"抢劫\"",
            "category[0].type[2].key: \"theft\" appears twice",
            "name_zh = \"抢劫\"",
        ),
        ("key = \"rural_beat\"", "key = \"urban_beat\"", "staffing[4].key: \"urban_beat\" appears twice", "key = \"urban_beat\""),
    ];
    for (good, bad, expected, on) in table {
        let (text, found) = errors_of(good, bad);
        let error = found.iter().find(|error| error.contains(expected)).unwrap_or_else(|| panic!("{expected} in {found:#?}"));
        let line: usize = error.split(':').nth(1).unwrap().parse().unwrap();
        let shown = text.lines().nth(line - 1).unwrap();
        assert!(format!("{shown}\n").contains(on), "{error} names line {shown:?}");
    }
    let (start, end) = (DEFAULT_TEXT.find("[[place_class]]").unwrap(), DEFAULT_TEXT.find("[[echelon]]").unwrap());
    let without = DEFAULT_TEXT[..start].to_owned() + &DEFAULT_TEXT[end..];
    let found = parse("p.toml", &without).unwrap_err();
    assert!(found[0].message.contains("arrival_model is place_class"), "{found:?}");
}
