//! A policy that differs from the shipped default in what a scenario says, by path.

use super::words::{Outcome, Words};
use domain::policy::{DEFAULT_TEXT, Policy, parse};
use toml::{Table, Value};

/// `priority.2.mode = automatic`, `lending.steps = own_team county`, `attendance.categories = none`, `without category.dispute`;
/// several with `and`.
pub(super) fn changed(words: &mut Words) -> Outcome<Policy> {
    let mut table: Table = DEFAULT_TEXT.parse().map_err(|error| format!("the default policy: {error}"))?;
    let all = words.rest();
    for change in all.split(|word| word == "and") {
        match change {
            [without, path] if without == "without" => remove(&mut table, path)?,
            [path, equals, values @ ..] if equals == "=" && !values.is_empty() => set(&mut table, path, values)?,
            _ => return Err(format!("{change:?}: expected a path = a value, or without a path")),
        }
    }
    let text = toml::to_string(&table).map_err(|error| error.to_string())?;
    parse("scenario.toml", &text).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

fn is_row(row: &Value, name: &str) -> bool {
    let named = |field: &str| match row.get(field) {
        Some(Value::String(text)) => text == name,
        Some(Value::Integer(number)) => number.to_string() == name,
        _ => false,
    };
    named("key") || named("level") || named("kind") || named("role")
}

/// The table that holds the last step of `path`, and that step.
fn holder<'t>(table: &'t mut Table, path: &'t str) -> Outcome<(&'t mut Value, &'t str)> {
    let (first, rest) = path.split_once('.').ok_or_else(|| format!("{path:?}: expected a path such as clocks.retry_ms"))?;
    let mut at = table.get_mut(first).ok_or_else(|| format!("the default policy has no {first:?}"))?;
    let mut steps: Vec<_> = rest.split('.').collect();
    let last = steps.pop().unwrap_or_default();
    for step in steps {
        let next = match at {
            Value::Array(rows) => rows.iter_mut().find(|row| is_row(row, step)),
            Value::Table(fields) => fields.get_mut(step),
            _ => None,
        };
        at = next.ok_or_else(|| format!("the default policy has no {step:?} in {path:?}"))?;
    }
    Ok((at, last))
}

fn set(table: &mut Table, path: &str, words: &[String]) -> Outcome {
    let (fields, field) = if path.contains('.') {
        let (Value::Table(fields), field) = holder(table, path)? else { return Err(format!("{path:?} is a list")) };
        (fields, field)
    } else {
        (table, path)
    };
    let one = |word: &String| {
        let as_toml = format!("v = {word}").parse::<Table>().ok().and_then(|mut table| table.remove("v"));
        as_toml.unwrap_or_else(|| Value::String(word.clone()))
    };
    let value = match fields.get(field) {
        Some(Value::Array(_)) if words == ["none"] => Value::Array(Vec::new()),
        Some(Value::Array(_)) => Value::Array(words.iter().map(one).collect()),
        None if field == "capabilities" => Value::Array(words.iter().map(one).collect()),
        _ => one(&words[0]),
    };
    fields.insert(field.to_owned(), value);
    Ok(())
}

fn remove(table: &mut Table, path: &str) -> Outcome {
    let (holder, field) = holder(table, path)?;
    match holder {
        Value::Table(fields) => drop(fields.remove(field)),
        Value::Array(rows) => rows.retain(|row| !is_row(row, field)),
        _ => return Err(format!("nothing can be taken out of {path:?}")),
    }
    // A category that is gone is named nowhere else.
    if let Some(category) = path.strip_prefix("category.").filter(|rest| !rest.contains('.')) {
        table.iter_mut().for_each(|(_, value)| forget(value, category));
    }
    Ok(())
}

fn forget(value: &mut Value, category: &str) {
    match value {
        Value::Array(values) => {
            values.retain(|value| value.as_str() != Some(category));
            values.iter_mut().for_each(|value| forget(value, category));
        }
        Value::Table(fields) => fields.iter_mut().for_each(|(_, value)| forget(value, category)),
        _ => {}
    }
}
