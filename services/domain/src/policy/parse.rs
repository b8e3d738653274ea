//! Reads a policy file and says everything that is wrong with it, by line and field.

use super::Policy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use toml::Spanned;

/// Largest policy file, in bytes.
pub const MAX_POLICY_BYTES: usize = 1024 * 1024;

/// One thing that is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub struct PolicyError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1; 0 when no line can be named.
    pub line: usize,
    /// The field: `category[3].owner`.
    pub field: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.field, self.message)
    }
}

/// The lists whose rows are checked, with only their keys: serde's `Spanned` gives each key's place in the text.
#[derive(Deserialize)]
struct Keys {
    #[serde(default)]
    priority: Vec<Spanned<LevelRow>>,
    #[serde(default)]
    kind: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    category: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    disposition: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    decline_reason: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    clear_reason: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    availability_reason: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    read_purpose: Vec<Spanned<toml::Table>>,
}

#[derive(Deserialize)]
struct LevelRow {
    level: i64,
}

struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<PolicyError>,
}

impl Checker<'_> {
    fn line_of(&self, offset: usize) -> usize {
        self.text.get(..offset).map_or(0, |before| before.bytes().filter(|b| *b == b'\n').count() + 1)
    }

    fn say(&mut self, offset: usize, field: String, message: String) {
        let line = self.line_of(offset);
        self.errors.push(PolicyError { file: self.file.to_owned(), line, field, message });
    }

    fn unique(&mut self, list: &str, rows: &[Spanned<toml::Table>], key_field: &str) {
        let mut seen = BTreeSet::new();
        for (index, row) in rows.iter().enumerate() {
            let Some(key) = row.get_ref().get(key_field).and_then(toml::Value::as_str) else { continue };
            if !seen.insert(key.to_owned()) {
                self.say(
                    row.span().start,
                    format!("{list}[{index}].{key_field}"),
                    format!("{key:?} appears twice: expected each {key_field} once"),
                );
            }
        }
        if rows.is_empty() {
            self.say(0, list.to_owned(), "is empty: expected at least one row".to_owned());
        }
    }

    fn range(&mut self, offset: usize, field: String, value: u64, from: u64, to: u64) {
        if !(from..=to).contains(&value) {
            self.say(offset, field, format!("{value} is out of range: expected {from} to {to}"));
        }
    }
}

/// Longest clock accepted: a week, in milliseconds.
const WEEK_MS: u64 = 7 * 24 * 3600 * 1000;

/// Reads and checks a policy file.
///
/// # Errors
/// Everything that is wrong, each with file, line, field and what was expected. Nothing is taken from a file with an error.
pub fn parse(file: &str, text: &str) -> Result<Policy, Vec<PolicyError>> {
    let mut checker = Checker { file, text, errors: Vec::new() };
    if text.len() > MAX_POLICY_BYTES {
        checker.say(0, "(file)".to_owned(), format!("{} bytes: expected at most {MAX_POLICY_BYTES}", text.len()));
        return Err(checker.errors);
    }
    let policy: Policy = match toml::from_str(text) {
        Ok(policy) => policy,
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            checker.say(offset, field_at(text, offset), error.message().trim().to_owned());
            return Err(checker.errors);
        }
    };
    check(&mut checker, &policy, text);
    if checker.errors.is_empty() { Ok(policy) } else { Err(checker.errors) }
}

/// The key on the line of `offset`, for errors of the file's form.
fn field_at(text: &str, offset: usize) -> String {
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    line.split('=').next().unwrap_or_default().trim().trim_matches(['[', ']']).to_owned()
}

fn check(checker: &mut Checker<'_>, policy: &Policy, text: &str) {
    // The policy was read from the same text, so its keys can be read too.
    let Ok(keys) = toml::from_str::<Keys>(text) else { return };
    let clocks_at = text.find("[clocks]").unwrap_or(0);
    for (field, value) in [
        ("deliver_ms", policy.clocks.deliver_ms),
        ("acknowledge_ms", policy.clocks.acknowledge_ms),
        ("retry_ms", policy.clocks.retry_ms),
        ("stale_fix_ms", policy.clocks.stale_fix_ms),
    ] {
        checker.range(clocks_at, format!("clocks.{field}"), value, 100, WEEK_MS);
    }
    checker.range(clocks_at, "clocks.amber_percent".to_owned(), policy.clocks.amber_percent.into(), 1, 100);
    if policy.clocks.deliver_ms > policy.clocks.acknowledge_ms {
        let message = format!(
            "{} is over acknowledge_ms {}: an order is on the device before it is taken",
            policy.clocks.deliver_ms, policy.clocks.acknowledge_ms
        );
        checker.say(clocks_at, "clocks.deliver_ms".to_owned(), message);
    }
    let ranking_at = text.find("[ranking]").unwrap_or(0);
    for (field, value) in [("other_team_ms", policy.ranking.other_team_ms), ("other_station_ms", policy.ranking.other_station_ms)] {
        checker.range(ranking_at, format!("ranking.{field}"), value, 0, WEEK_MS);
    }
    check_priorities(checker, policy, &keys);
    for (index, (rule, at)) in policy.kinds.iter().zip(&keys.kind).enumerate() {
        checker.range(at.span().start, format!("kind[{index}].speed_m_per_s"), rule.speed_m_per_s.into(), 1, 100);
    }
    check_categories(checker, policy, &keys);
    checker.unique("kind", &keys.kind, "kind");
    checker.unique("category", &keys.category, "key");
    checker.unique("disposition", &keys.disposition, "key");
    checker.unique("decline_reason", &keys.decline_reason, "key");
    checker.unique("clear_reason", &keys.clear_reason, "key");
    checker.unique("availability_reason", &keys.availability_reason, "key");
    checker.unique("read_purpose", &keys.read_purpose, "key");
}

fn check_priorities(checker: &mut Checker<'_>, policy: &Policy, keys: &Keys) {
    for level in 1..=4u8 {
        let count = policy.priorities.iter().filter(|rule| rule.level == level).count();
        if count != 1 {
            let at = keys.priority.iter().find(|row| row.get_ref().level == i64::from(level)).map_or(0, |row| row.span().start);
            checker.say(at, "priority".to_owned(), format!("level {level} has {count} rows: expected exactly one for each of 1 to 4"));
        }
    }
    for (index, (rule, at)) in policy.priorities.iter().zip(&keys.priority).enumerate() {
        checker.range(at.span().start, format!("priority[{index}].level"), rule.level.into(), 1, 4);
        checker.range(at.span().start, format!("priority[{index}].dispatch_ms"), rule.dispatch_ms, 0, WEEK_MS);
    }
}

fn check_categories(checker: &mut Checker<'_>, policy: &Policy, keys: &Keys) {
    for (index, (category, at)) in policy.categories.iter().zip(&keys.category).enumerate() {
        let start = at.span().start;
        checker.range(start, format!("category[{index}].priority"), category.priority.into(), 1, 4);
        let mut seen = BTreeSet::new();
        for (position, rule) in category.types.iter().enumerate() {
            let field = format!("category[{index}].type[{position}]");
            if let Some(priority) = rule.priority {
                checker.range(start, format!("{field}.priority"), priority.into(), 1, 4);
            }
            if !seen.insert(&rule.key) {
                checker.say(
                    start,
                    format!("{field}.key"),
                    format!("{:?} appears twice under {}: expected each type once", rule.key.as_str(), category.key),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::DEFAULT_TEXT;
    use super::*;

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
        for expected in ["level 3 has 2 rows", "level 4 has 0 rows", "clocks.amber_percent: 0 is out of range", "\"dispute\" appears twice"]
        {
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
}
