//! Reads a policy file and says everything that is wrong with it, by line and field.

use super::Policy;
use super::layout::{FormError, Layout};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

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

pub(super) struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    pub(super) layout: Layout<'a>,
    errors: Vec<PolicyError>,
}

impl Checker<'_> {
    pub(super) fn say(&mut self, offset: usize, field: String, message: String) {
        let line = line_of(self.text, offset);
        self.errors.push(PolicyError { file: self.file.to_owned(), line, field, message });
    }

    /// Says that row `index` of `list` is wrong in `field`.
    pub(super) fn row(&mut self, list: &str, index: usize, field: &str, message: String) {
        self.say(self.layout.row(list, index, field), format!("{list}[{index}].{field}"), message);
    }

    /// Says that a section is wrong in `field`.
    pub(super) fn section(&mut self, section: &str, field: &str, message: String) {
        self.say(self.layout.section(section, field), format!("{section}.{field}"), message);
    }

    pub(super) fn unique<K: Ord + std::fmt::Debug>(&mut self, list: &str, field: &str, keys: impl IntoIterator<Item = K>) {
        let mut seen = BTreeSet::new();
        for (index, key) in keys.into_iter().enumerate() {
            let shown = format!("{key:?}");
            if !seen.insert(key) {
                self.row(list, index, field, format!("{shown} appears twice: expected each {field} once"));
            }
        }
    }

    fn some<K: Ord + std::fmt::Debug>(&mut self, list: &str, field: &str, keys: &[K]) {
        self.unique(list, field, keys);
        if keys.is_empty() {
            self.say(0, list.to_owned(), "is empty: expected at least one row".to_owned());
        }
    }

    pub(super) fn row_range(&mut self, list: &str, index: usize, field: &str, value: u64, from: u64, to: u64) {
        if !(from..=to).contains(&value) {
            self.row(list, index, field, out_of_range(value, from, to));
        }
    }

    pub(super) fn section_range(&mut self, section: &str, field: &str, value: u64, from: u64, to: u64) {
        if !(from..=to).contains(&value) {
            self.section(section, field, out_of_range(value, from, to));
        }
    }
}

fn out_of_range(value: u64, from: u64, to: u64) -> String {
    format!("{value} is out of range: expected {from} to {to}")
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(0, |before| before.bytes().filter(|b| *b == b'\n').count() + 1)
}

/// The line on which row `index` of `list` says `field`, from 1; the line where the row begins when it does not.
#[must_use]
pub fn row_line(text: &str, list: &str, index: usize, field: &str) -> usize {
    line_of(text, Layout::of(text).row(list, index, field))
}

/// Longest clock accepted: a week, in milliseconds.
pub(super) const WEEK_MS: u64 = 7 * 24 * 3600 * 1000;

/// Reads and checks a policy file. Where its form is wrong, every row and section is read by itself, so that all with a mistake are
/// named (the first mistake of each); what the rows say together is checked once the form is right.
///
/// # Errors
/// Everything that is wrong, each with file, line, field and what was expected. Nothing is taken from a file with an error.
pub fn parse(file: &str, text: &str) -> Result<Policy, Vec<PolicyError>> {
    let mut checker = Checker { file, text, layout: Layout::default(), errors: Vec::new() };
    if text.len() > MAX_POLICY_BYTES {
        checker.say(0, "(file)".to_owned(), format!("{} bytes: expected at most {MAX_POLICY_BYTES}", text.len()));
        return Err(checker.errors);
    }
    checker.layout = Layout::of(text);
    match toml::from_str::<Policy>(text) {
        Ok(policy) => {
            check(&mut checker, &policy);
            if checker.errors.is_empty() { Ok(policy) } else { Err(checker.errors) }
        }
        Err(error) => {
            let mut found = checker.layout.form_errors();
            let missing = checker.layout.missing();
            // What only the whole text shows: a name that is missing, a list written as one value.
            if found.is_empty() && missing.is_empty() {
                found.push(FormError { offset: error.span().map_or(0, |span| span.start), message: error.message().trim().to_owned() });
            }
            for section in missing {
                checker.say(0, section.to_owned(), "is missing: expected it in every policy".to_owned());
            }
            for FormError { offset, message } in found {
                checker.say(offset, field_at(text, offset), message);
            }
            Err(checker.errors)
        }
    }
}

/// The key on the line of `offset`, for errors of the file's form.
fn field_at(text: &str, offset: usize) -> String {
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let field = line.split('=').next().unwrap_or_default().trim().trim_matches(['[', ']', '{', ' ']);
    if field.is_empty() || field.starts_with('#') { "(file)".to_owned() } else { field.to_owned() }
}

fn check(checker: &mut Checker<'_>, policy: &Policy) {
    for (field, value) in [
        ("deliver_ms", policy.clocks.deliver_ms),
        ("acknowledge_ms", policy.clocks.acknowledge_ms),
        ("retry_ms", policy.clocks.retry_ms),
        ("stale_fix_ms", policy.clocks.stale_fix_ms),
    ] {
        checker.section_range("clocks", field, value, 100, WEEK_MS);
    }
    checker.section_range("clocks", "amber_percent", policy.clocks.amber_percent.into(), 1, 100);
    if policy.clocks.deliver_ms > policy.clocks.acknowledge_ms {
        let message = format!(
            "{} is over acknowledge_ms {}: an order is on the device before it is taken",
            policy.clocks.deliver_ms, policy.clocks.acknowledge_ms
        );
        checker.section("clocks", "deliver_ms", message);
    }
    for (field, value) in [("other_team_ms", policy.ranking.other_team_ms), ("other_station_ms", policy.ranking.other_station_ms)] {
        checker.section_range("ranking", field, value, 0, WEEK_MS);
    }
    check_priorities(checker, policy);
    check_categories(checker, policy);
    super::check_room::check(checker, policy);
    super::check_rows::check(checker, policy);
    let kinds: Vec<&str> = policy.kinds.iter().map(|rule| rule.kind.key()).collect();
    checker.some("kind", "kind", &kinds);
    let categories: Vec<&str> = policy.categories.iter().map(|rule| rule.key.as_str()).collect();
    checker.some("category", "key", &categories);
    for (list, rows) in [
        ("disposition", &policy.dispositions),
        ("decline_reason", &policy.decline_reasons),
        ("clear_reason", &policy.clear_reasons),
        ("availability_reason", &policy.availability_reasons),
        ("read_purpose", &policy.read_purposes),
    ] {
        let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        checker.some(list, "key", &keys);
    }
}

fn check_priorities(checker: &mut Checker<'_>, policy: &Policy) {
    for level in 1..=4u8 {
        let rows: Vec<usize> =
            policy.priorities.iter().enumerate().filter(|(_, rule)| rule.level == level).map(|(index, _)| index).collect();
        if rows.len() != 1 {
            let at = rows.last().map_or(0, |index| checker.layout.row("priority", *index, "level"));
            checker.say(
                at,
                "priority".to_owned(),
                format!("level {level} has {} rows: expected exactly one for each of 1 to 4", rows.len()),
            );
        }
    }
    for (index, rule) in policy.priorities.iter().enumerate() {
        checker.row_range("priority", index, "level", rule.level.into(), 1, 4);
        checker.row_range("priority", index, "dispatch_ms", rule.dispatch_ms, 0, WEEK_MS);
    }
}

fn check_categories(checker: &mut Checker<'_>, policy: &Policy) {
    for (index, category) in policy.categories.iter().enumerate() {
        checker.row_range("category", index, "priority", category.priority.into(), 1, 4);
        let mut seen = BTreeSet::new();
        for (position, rule) in category.types.iter().enumerate() {
            let at = checker.layout.within("category", index, &format!("key = \"{}\"", rule.key));
            let field = format!("category[{index}].type[{position}]");
            if let Some(priority) = rule.priority
                && !(1..=4).contains(&priority)
            {
                checker.say(at, format!("{field}.priority"), out_of_range(priority.into(), 1, 4));
            }
            if !seen.insert(&rule.key) {
                let message = format!("{:?} appears twice under {}: expected each type once", rule.key.as_str(), category.key);
                checker.say(at, format!("{field}.key"), message);
            }
        }
    }
}
