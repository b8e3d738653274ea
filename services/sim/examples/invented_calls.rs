//! Writes the invented call file of `loadtest/calls` to standard output: one day of a county that does not exist, from a seed.
//!
//! `cargo run -p sim --example invented_calls > loadtest/calls/invented.csv`

use domain::policy::{DEFAULT_TEXT, Policy, parse};
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use sim::caller::{CallerProfile, Callers, InventedCall};
use sim::county::invented_county;
use std::collections::BTreeSet;
use std::error::Error;

const COUNTY_SEED: u64 = 1;
const CALLS: usize = 300;
const DAY_MS: u64 = 86_400_000;
/// Local midnight of the day: 2026-03-14 in Shanghai.
const MIDNIGHT: Timestamp = Timestamp(1_773_417_600_000);

/// A day of exactly as many calls, in every category; other seeds are tried until there is one.
fn day(policy: &Policy) -> Result<Vec<InventedCall>, Box<dyn Error>> {
    let county = invented_county(COUNTY_SEED)?;
    let profile = CallerProfile { rate_per_hour: 12.5, ..CallerProfile::default() };
    for seed in 0..10_000 {
        let mut callers = Callers::new(&county, profile.clone(), seed, MIDNIGHT)?;
        let (mut calls, mut now) = (Vec::new(), MIDNIGHT);
        while calls.len() <= CALLS {
            let call = callers.next(now);
            now = call.at;
            if now.since_ms(MIDNIGHT) >= DAY_MS {
                break;
            }
            calls.push(call);
        }
        let categories: BTreeSet<_> = calls.iter().map(|call| &call.category).collect();
        if calls.len() == CALLS && categories.len() == policy.categories.len() {
            return Ok(calls);
        }
    }
    Err("no seed gives such a day".into())
}

/// The category as a Chinese desk would write it: 纠纷-邻里纠纷.
fn name_zh(policy: &Policy, call: &InventedCall) -> Option<String> {
    let category = policy.category(&call.category)?;
    let call_type = category.types.iter().find(|rule| rule.key == call.call_type)?;
    Some(format!("{}-{}", category.name_zh, call_type.name_zh))
}

fn main() -> Result<(), Box<dyn Error>> {
    let zone = TimeZone::get("Asia/Shanghai")?;
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    out.write_record(["call_no", "call_time", "lat", "lon", "category", "outcome", "narrative_zh", "narrative_en"])?;
    let policy = parse("default.toml", DEFAULT_TEXT).map_err(|errors| format!("{errors:?}"))?;
    for (index, call) in day(&policy)?.iter().enumerate() {
        let time = jiff::Timestamp::from_millisecond(call.at.0)?.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let degrees = |value: f64| format!("{value:.6}");
        let (mut lat, mut lon) = call.position.map_or_else(Default::default, |p| (degrees(p.lat()), degrees(p.lon())));
        let mut category = name_zh(&policy, call).ok_or("a story's category is not in the policy")?;
        // Three rows are wrong on purpose, so that a replay shows what becomes of them.
        match index + 1 {
            100 => (lat, lon) = ("41.250000".to_owned(), "115.500000".to_owned()),
            200 => lat = "97.600000".to_owned(),
            250 => category = "线路测试".to_owned(),
            _ => {}
        }
        let outcome = if call.category.as_str() == "nuisance" { "false_call" } else { "handled" };
        let number = format!("WY-{:04}", index + 1);
        out.write_record([&number, &time, &lat, &lon, &category, outcome, &call.narrative_zh, &call.narrative_en])?;
    }
    out.flush()?;
    Ok(())
}
