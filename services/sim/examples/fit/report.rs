//! The figures of a set's fit, printed as a table; the shapes and verified categories printed as TOML.

use domain::time::Timestamp;
use sim::caller::{CallerProfile, Callers, InventedCall};
use sim::county::invented_county;
use sim::fit::{
    Dispersion, HOURS, HeldOut, HolidayEffect, HourOfWeek, KS_CRITICAL_5_PERCENT, Level, Near, SHRINKAGE, Sample, Verified, dispersion,
    held_out, holiday_effects, kolmogorov_smirnov, near_duplicates, nobody_found, repeats, rescaled, verified,
};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

/// Near duplicates: within this many metres and milliseconds, of the same type.
const NEAR_M: f64 = 100.0;
const NEAR_MS: i64 = 600_000;
/// Repeats: within this many metres and days, of the same type.
const REPEAT_M: f64 = 50.0;
const REPEAT_DAYS: i64 = 7;
/// A category needs so many calls for a shape of its own.
const OWN_SHAPE_CALLS: usize = 4_000;
/// A kind needs so many verified calls, and another kind this share of them, to be taken over.
const TURNS_OUT_CALLS: u64 = 100;
const TURNS_OUT_SHARE: f64 = 0.01;
/// A kind that keeps less than this share of its calls has no word of its own when the set clears calls: nothing can be learnt of it.
const KEPT_SHARE_MIN: f64 = 0.25;
/// 2026-03-02, a Monday, 00:00 in Shanghai; the invented sample is twenty-six weeks from then.
const INVENTED_FROM: Timestamp = Timestamp(1_772_380_800_000);
const INVENTED_MS: u64 = 26 * 7 * 86_400_000;

pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) sample: Sample,
    pub(crate) resolution_ms: i64,
}

pub(crate) struct Figures {
    pub(crate) held_out: [(&'static str, HeldOut); 4],
    pub(crate) flat_ks: (f64, f64),
    pub(crate) shape_ks: (f64, f64),
    pub(crate) day_ks: (f64, f64),
    pub(crate) rescaled: Vec<f64>,
    pub(crate) dispersion: Dispersion,
    pub(crate) duplicates: Near,
    pub(crate) repeats: Near,
    pub(crate) repeats_of_all: Vec<(&'static str, Near)>,
    pub(crate) holidays: Vec<HolidayEffect>,
    pub(crate) verified: Option<Verified>,
    pub(crate) nobody: Option<(f64, f64)>,
}

/// The model's own calls, so that its dispersion and duplicates stand beside those of the sets.
pub(crate) fn invented() -> Result<Set, Box<dyn Error>> {
    let profile = CallerProfile { rate_per_hour: 140.0, ..CallerProfile::default() };
    let mut callers = Callers::new(&invented_county(1)?, profile, 1, INVENTED_FROM)?;
    let (mut calls, mut now): (Vec<InventedCall>, _) = (Vec::new(), INVENTED_FROM);
    loop {
        let call = callers.next(now);
        now = call.at;
        if now.since_ms(INVENTED_FROM) >= INVENTED_MS {
            break;
        }
        calls.push(call);
    }
    Ok(Set { name: "invented (140 calls an hour)".to_owned(), sample: Sample::invented(calls.iter(), 8), resolution_ms: 1 })
}

pub(crate) fn figures(set: &Set) -> Figures {
    let sample = &set.sample;
    let shape = HourOfWeek::fit(sample.calls.iter(), &sample.ordinary_days(), SHRINKAGE);
    let ks = |shape: &HourOfWeek, level| kolmogorov_smirnov(&rescaled(sample, shape, level, set.resolution_ms));
    let by_day = rescaled(sample, &shape, Level::OfTheDay, set.resolution_ms);
    let duplicates = near_duplicates(sample, NEAR_M, NEAR_MS);
    Figures {
        held_out: [
            ("constant rate", held_out(sample, 0.0, |_| HourOfWeek::flat())),
            ("hour of the day", held_out(sample, 0.0, |shape| shape.hour_of_day_only())),
            ("hour of the week, raw", held_out(sample, 0.0, |shape| shape)),
            ("hour of the week, shrunk", held_out(sample, SHRINKAGE, |shape| shape)),
        ],
        flat_ks: ks(&HourOfWeek::flat(), Level::OfTheSet),
        shape_ks: ks(&shape, Level::OfTheSet),
        day_ks: kolmogorov_smirnov(&by_day),
        rescaled: by_day,
        dispersion: dispersion(sample, &shape, (duplicates.share - duplicates.chance).max(0.0)),
        duplicates,
        repeats: repeats(sample, "dispute", REPEAT_M, REPEAT_DAYS),
        repeats_of_all: ["public_order", "help", "criminal"].map(|key| (key, repeats(sample, key, REPEAT_M, REPEAT_DAYS))).into(),
        holidays: holiday_effects(sample),
        verified: verified(sample),
        nobody: nobody_found(sample),
    }
}

pub(crate) fn print(set: &Set, figures: &Figures) {
    let sample = &set.sample;
    println!("\n== {} ==", set.name);
    println!(
        "rows {}, used {}; left out: no time {}, no caller {}, partial days {}; days {} ({} ordinary)",
        sample.rows,
        sample.calls.len(),
        sample.without_time,
        sample.not_called,
        sample.on_partial_days,
        sample.days.len(),
        sample.ordinary_days().len()
    );
    println!("held out: fitted on odd weeks, tested on even   error   by chance   χ²/df (df)");
    for (name, held) in &figures.held_out {
        println!(
            "  {name:<44} {:>6.4}      {:>6.4}   {:.2} ({})",
            held.mean_absolute_error,
            held.chance_error,
            held.chi_square / held.degrees_of_freedom.max(1) as f64,
            held.degrees_of_freedom
        );
    }
    println!("time-rescaled intervals against exponential     D       D√n (5 %: {KS_CRITICAL_5_PERCENT})");
    for (name, (d, scaled)) in
        [("constant rate", figures.flat_ks), ("shape", figures.shape_ks), ("shape and each day's own level", figures.day_ks)]
    {
        println!("  {name:<44} {d:>6.4}   {scaled:>6.2}");
    }
    let Dispersion { index, index_within_day, day_sd, hour_sd, per_hour } = figures.dispersion;
    println!(
        "dispersion of hourly counts: index {index:.2}, within a day {index_within_day:.2}; day factor ± {day_sd:.3}, hour factor ± {hour_sd:.3}; {per_hour:.1} calls an hour"
    );
    let Near { of, share, chance } = figures.duplicates;
    println!("near duplicates (100 m, 10 min, same type): {:.2} % of {of}; by chance {:.2} %", share * 100.0, chance * 100.0);
    for (name, near) in std::iter::once(("dispute", figures.repeats)).chain(figures.repeats_of_all.iter().copied()) {
        println!(
            "repeats of {name} (50 m, 1 h to 7 days, same type): {:.1} % of {}; the week before {:.1} %",
            near.share * 100.0,
            near.of,
            near.chance * 100.0
        );
    }
    for holiday in &figures.holidays {
        let first = holiday.first_hours.map_or(String::new(), |first| format!(", 00:00 to 03:00 × {first:.2}"));
        println!("holiday {} {}: × {:.2} ± {:.2}{first}", holiday.on, holiday.name, holiday.factor, holiday.standard_error);
    }
    if let Some(verified) = &figures.verified {
        println!(
            "verified: {} known; category changed {:.1} %, category or type {:.1} %",
            verified.known,
            verified.category_changed * 100.0,
            verified.type_changed * 100.0
        );
    }
    if let Some((nobody, false_alarm)) = figures.nobody {
        println!("outcome: nobody found {:.1} %, false alarm {:.2} %", nobody * 100.0, false_alarm * 100.0);
    }
}

/// The shapes of `arrivals.toml` and the verified kinds of `behaviour.toml`.
pub(crate) fn toml(sets: &[Set]) {
    let (Some(police), Some(county)) =
        (sets.iter().find(|set| set.name.starts_with("san_antonio")), sets.iter().find(|set| set.name.starts_with("montgomery")))
    else {
        return;
    };
    let own = |set: &Set, keys: &[&str]| {
        let mut by_category: BTreeMap<String, usize> = BTreeMap::new();
        for call in &set.sample.calls {
            *by_category.entry(call.what.0.to_string()).or_default() += 1;
        }
        by_category.into_iter().filter(|(key, count)| *count >= OWN_SHAPE_CALLS && keys.contains(&key.as_str())).collect::<Vec<_>>()
    };
    shape_toml(police, &[], police.sample.calls.len());
    // Disputes are left out: courts of Texas have children handed over on Fridays at 18:00, which is 7 times the mean rate.
    for (key, count) in own(police, &["criminal", "public_order", "help", "traffic", "non_police"]) {
        shape_toml(police, &[&key], count);
    }
    for (key, count) in own(county, &["medical", "fire_rescue"]) {
        shape_toml(county, &[&key], count);
    }
    for set in sets {
        if let Some(verified) = verified(&set.sample) {
            turns_out_toml(set, &verified);
        }
    }
}

fn shape_toml(set: &Set, keys: &[&str], count: usize) {
    let of: Sample = set.sample.only(|call| keys.is_empty() || keys.contains(&call.what.0.as_str()));
    let ordinary: BTreeSet<i64> = set.sample.ordinary_days();
    let shape = HourOfWeek::fit(of.calls.iter(), &ordinary, SHRINKAGE);
    println!("\n[[shape]]\ncategories = {keys:?}\nsource = \"fit: {}, {count} calls\"\nweek = [", set.name);
    for day in 0..HOURS / 24 {
        let row: Vec<String> = (0..24).map(|hour| format!("{:.0}", shape.relative[day * 24 + hour] * 1_000.0)).collect();
        println!("  [{}],", row.join(", "));
    }
    println!("]");
}

fn turns_out_toml(set: &Set, verified: &Verified) {
    for (taken_as, into) in &verified.table {
        let all: u64 = into.values().sum();
        let kept = into.get(taken_as).copied().unwrap_or(0) as f64 / all.max(1) as f64;
        if all < TURNS_OUT_CALLS || kept < KEPT_SHARE_MIN {
            continue;
        }
        let becomes: Vec<String> = into
            .iter()
            .filter(|(what, count)| *what != taken_as && **count as f64 / all as f64 >= TURNS_OUT_SHARE)
            .map(|((category, call_type), count)| format!("\"{category}/{call_type}\" = {:.3}", *count as f64 / all as f64))
            .collect();
        if !becomes.is_empty() {
            let (category, call_type) = taken_as;
            println!("\n[[turns_out]]\ntaken_as = \"{category}/{call_type}\"\nbecomes = {{ {} }}", becomes.join(", "));
            println!("source = \"fit: {}, {all} calls\"", set.name);
        }
    }
}
