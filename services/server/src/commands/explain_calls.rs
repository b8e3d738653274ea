//! `oneroom policy explain-calls`: what the policy does with recorded calls, first as they were taken, then as what they turned out
//! to be.

use super::explain::{Explanation, Line, printed};
use crate::exit::{Failure, print_line};
use crate::words::Words;
use domain::classification::Classification;
use domain::reason::Reason;
use serde_json::json;
use sim::calls::{CallReader, FileHash, MAPPING_MAX_BYTES, Mapping, RecordedCall};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most calls that are explained at once.
const LIMIT_MAX: u64 = 1_000;

/// Which calls.
#[derive(clap::Args, Debug)]
pub struct CallsFlags {
    /// The recorded calls, .csv or .csv.gz.
    #[arg(long, value_name = "FILE")]
    pub calls: PathBuf,
    /// Their mapping.
    #[arg(long, value_name = "FILE")]
    pub map: PathBuf,
    /// How many to explain: the first that are not like one before, those that turned out to be something else before those that did
    /// not.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=LIMIT_MAX))]
    pub limit: u64,
}

/// A call as it was taken, and as what it turned out to be where the mapping knows.
struct Chosen {
    row: u64,
    time: String,
    raw: String,
    raw_cleared: Option<String>,
    taken: Classification,
    cleared: Option<Classification>,
}

/// Explains calls.
///
/// # Errors
/// [`Failure::BadInput`] with file, line, field and what was expected.
pub fn run(flags: &CallsFlags, words: Words<'_>, as_json: bool) -> Result<(), Failure> {
    let chosen = choose(flags)?;
    let mut explained = Vec::new();
    for call in &chosen {
        let unknown = |what: &Classification| {
            Failure::input(format!("{}: {what}: not in the policy: expected a mapping to its categories", flags.map.display()))
        };
        let taken = Explanation::of(&call.taken, words, None).ok_or_else(|| unknown(&call.taken))?;
        let cleared = match &call.cleared {
            Some(what) => Some(Explanation::of(what, words, None).ok_or_else(|| unknown(what))?),
            None => None,
        };
        let after = reclassified(&taken, cleared.as_ref(), words);
        if as_json {
            explained.push(json!({
                "row": call.row,
                "taken_as": call.raw,
                "cleared_as": call.raw_cleared,
                "at_report": taken.json(),
                "verified": cleared.as_ref().map(Explanation::json),
                "reclassified": after.iter().map(|(_, text)| text).collect::<Vec<_>>(),
            }));
            continue;
        }
        print_line(words.phrase("call_number", &[call.row.to_string(), call.time.clone()]));
        print_line(words.phrase("call_as", std::slice::from_ref(&call.raw)));
        let mut lines = taken.head();
        lines.extend(taken.lines().into_iter().filter(|(label, _)| OF_A_CALL.contains(label)));
        print_line(indented(&printed(&lines, &words)));
        if let Some(raw) = &call.raw_cleared {
            print_line(words.phrase("call_cleared", std::slice::from_ref(raw)));
        }
        print_line(indented(&printed(&after, &words)));
        print_line("");
    }
    if as_json {
        print_line(json!({ "calls": explained }));
    }
    Ok(())
}

/// What is said of a call beside the head; the rest is the policy's and the same for every call.
const OF_A_CALL: [&str; 6] = ["label_who", "label_plan", "label_prompt", "label_transfer", "label_feedback", "label_because"];

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// What changes when the call is verified to be something else.
fn reclassified(taken: &Explanation<'_>, cleared: Option<&Explanation<'_>>, words: Words<'_>) -> Vec<Line> {
    let say = |code: &str, values: &[String]| words.phrase(code, values);
    let Some(cleared) = cleared else { return vec![("label_what", say("call_no_cleared", &[]))] };
    let (before, after) = (taken.decided(), cleared.decided());
    let mut lines: Vec<Line> = vec![("label_what", format!("{} ({})", words.classification(&after.classification), after.classification))];
    if before.classification == after.classification {
        lines.push(("label_because", say("call_same", &[])));
        return lines;
    }
    if before.owner == after.owner {
        lines.push(("label_owner", say("call_same_team", &[after.owner.key().to_owned()])));
    } else {
        let moved = Reason::owner_moved(before.owner, after.owner, &after.classification);
        lines.push(("label_owner", words.reason(&moved)));
        if before.dispatch {
            lines.push(("label_owner", say("call_stays", &[])));
        }
    }
    if before.priority != after.priority {
        let levels = [before.priority.level().to_string(), after.priority.level().to_string()];
        lines.push(("label_priority", say("call_priority_changes", &levels)));
    }
    match (before.dispatch, after.dispatch) {
        (true, false) => lines.push(("label_dispatch", say("call_stops", &[]))),
        (false, true) => lines.push(("label_dispatch", say("call_starts", &[]))),
        _ => {}
    }
    if let Some(name) = cleared.plan_name().filter(|_| before.plan != after.plan) {
        lines.push(("label_plan", say("call_plan_changes", &[name.to_owned()])));
    }
    lines.extend(cleared.transfer().filter(|_| before.transfer_to != after.transfer_to).map(|text| ("label_transfer", text)));
    if after.nuisance && !before.nuisance {
        lines.push(("label_flag", say("flag_nuisance", &[])));
    }
    lines.extend(after.reasons.iter().map(|reason| ("label_because", words.reason(reason))));
    lines
}

/// Calls that differ in what they were taken as and what they turned out to be.
fn choose(flags: &CallsFlags) -> Result<Vec<Chosen>, Failure> {
    let mapping = Arc::new(Mapping::parse(&flags.map.display().to_string(), &mapping_text(&flags.map)?).map_err(Failure::input)?);
    let name = flags.calls.display().to_string();
    let hash = FileHash::of(&name, open(&flags.calls)?).map_err(Failure::input)?;
    let reader = CallReader::new(&name, open(&flags.calls)?, Arc::clone(&mapping), hash).map_err(Failure::input)?;
    let mut seen = BTreeSet::new();
    let mut calls: Vec<Chosen> = Vec::new();
    for call in reader {
        let chosen = chosen(call.map_err(Failure::input)?, mapping.place_time_zone());
        // As many as there are pairs of categories and types: bounded by the mapping.
        if seen.insert((chosen.taken.clone(), chosen.cleared.clone())) {
            calls.push(chosen);
        }
    }
    if calls.is_empty() {
        return Err(Failure::input(format!("{name}, line 2: there is no call: expected at least one row")));
    }
    Ok(spread(calls, usize::try_from(flags.limit).unwrap_or(usize::MAX)))
}

/// How much a call shows: another category is more than another type, another type more than the same, and least what is unknown.
fn shows(call: &Chosen) -> u8 {
    match &call.cleared {
        Some(cleared) if cleared.category != call.taken.category => 3,
        Some(cleared) if cleared != &call.taken => 2,
        Some(_) => 1,
        None => 0,
    }
}

/// In rounds: one call of each category it was taken as, of those the one that shows most, became what none before became, and came
/// first.
fn spread(mut calls: Vec<Chosen>, limit: usize) -> Vec<Chosen> {
    let became = |call: &Chosen| call.cleared.as_ref().map(|cleared| cleared.category.clone());
    let mut out: Vec<Chosen> = Vec::new();
    while out.len() < limit && !calls.is_empty() {
        let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
        while out.len() < limit {
            let open = calls.iter().enumerate().filter(|(_, call)| !from.contains(&call.taken.category));
            let best = open.min_by_key(|(_, call)| (Reverse(shows(call)), to.contains(&became(call)), call.row)).map(|(index, _)| index);
            let Some(index) = best else { break };
            let call = calls.swap_remove(index);
            from.insert(call.taken.category.clone());
            to.insert(became(&call));
            out.push(call);
        }
    }
    out.sort_by_key(|call| call.row);
    out
}

fn chosen(call: RecordedCall, time_zone: &str) -> Chosen {
    let what = |category, kind| Classification { category, kind: Some(kind) };
    let local = call.time.and_then(|time| jiff::Timestamp::from_millisecond(time.0).ok()?.in_tz(time_zone).ok());
    Chosen {
        row: call.row,
        time: local.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string()),
        raw: call.raw_category,
        raw_cleared: call.outcome,
        taken: what(call.category, call.call_type),
        cleared: call.cleared.map(|(category, kind)| what(category, kind)),
    }
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::input(format!("{}: {error}: expected a file that can be read", path.display())))
}

fn mapping_text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let limit = u64::try_from(MAPPING_MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let read = open(path)?.take(limit).read_to_string(&mut text);
    read.map_err(|error| Failure::input(format!("{}: {error}: expected a mapping in TOML", path.display())))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{CategoryKey, TypeKey};

    fn call(row: u64, taken: &str, cleared: &str) -> Chosen {
        let what = |text: &str| {
            let (category, kind) = text.split_once('/')?;
            Some(Classification { category: CategoryKey::new(category).ok()?, kind: TypeKey::new(kind).ok() })
        };
        Chosen { row, time: String::new(), raw: String::new(), raw_cleared: None, taken: what(taken).unwrap(), cleared: what(cleared) }
    }

    #[test]
    fn the_calls_that_show_most_come_first_and_each_category_gets_its_turn() {
        let calls = vec![
            call(1, "help/other", "help/other"),
            call(2, "criminal/theft", "criminal/fraud"),
            call(3, "criminal/theft", "traffic/stop"),
            call(4, "criminal/theft", "help/other"),
            call(5, "traffic/stop", "help/other"),
            call(6, "traffic/stop", "public_order/fight"),
            call(7, "help/other", "traffic/stop"),
        ];
        let rows = |limit| spread(calls_of(&calls), limit).iter().map(|call| call.row).collect::<Vec<_>>();
        assert_eq!(rows(3), [3, 5, 7], "one of each category, what it became told once where it can be");
        assert_eq!(rows(4).len(), 4);
        assert_eq!(rows(100), [1, 2, 3, 4, 5, 6, 7]);
    }

    fn calls_of(calls: &[Chosen]) -> Vec<Chosen> {
        let copy = |call: &Chosen| Chosen {
            row: call.row,
            time: String::new(),
            raw: String::new(),
            raw_cleared: None,
            taken: call.taken.clone(),
            cleared: call.cleared.clone(),
        };
        calls.iter().map(copy).collect()
    }
}
