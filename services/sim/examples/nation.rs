//! Makes every county of a nation, one after the other, and says what that costs.
//!
//! `cargo run -p sim --release --example nation -- --counties 2900 --units 2000000 [--seed N]`

use sim::layout::UnitPlan;
use sim::nation::{Nation, NationCounty};
use std::error::Error;
use std::io::Write;
use std::time::Instant;

/// Bytes of a county in memory: the lists and the texts in them.
fn bytes(county: &NationCounty) -> usize {
    let layout = &county.layout;
    let unit = |unit: &UnitPlan| {
        size_of::<UnitPlan>()
            + unit.call_sign.capacity()
            + unit.capabilities.iter().map(|key| size_of::<String>() + key.capacity()).sum::<usize>()
    };
    let rings: usize = layout.boundaries.iter().map(|boundary| size_of_val(boundary) + size_of_val(boundary.ring.as_slice())).sum();
    let nodes: usize = layout.nodes.iter().map(|node| size_of_val(node) + node.name_zh.capacity() + node.name_en.capacity()).sum();
    layout.units.iter().map(unit).sum::<usize>() + rings + nodes
}

/// The most memory that this process had resident, in bytes; none where the system doesn't say.
fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1_024)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut seed, mut counties, mut units) = (1_u64, 2_900_u32, 2_000_000_u64);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word}: expected a value"))?;
        match word.as_str() {
            "--seed" => seed = value.parse()?,
            "--counties" => counties = value.parse()?,
            "--units" => units = value.parse()?,
            other => return Err(format!("{other}: expected --seed, --counties or --units").into()),
        }
    }
    let nation = Nation::new(seed, counties, units)?;
    let begin = Instant::now();
    let (mut agencies, mut made, mut corners, mut held, mut first_rss) = (0, 0, 0, 0, None);
    for county in nation.iter() {
        let county = county?;
        agencies += county.layout.nodes.len();
        made += county.layout.units.len();
        corners += county.layout.boundaries.iter().map(|boundary| boundary.ring.len()).sum::<usize>();
        held += bytes(&county);
        if county.number == counties.div_ceil(10) {
            first_rss = peak_rss_bytes();
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    let mut out = std::io::stdout().lock();
    writeln!(out, "counties {counties}, agencies {agencies}, corners {corners}, units {made}")?;
    writeln!(out, "seconds {seconds:.2}, {:.3} ms a county", seconds * 1_000.0 / f64::from(counties))?;
    writeln!(out, "bytes of a county {}", held / counties as usize)?;
    if let (Some(first), Some(peak)) = (first_rss, peak_rss_bytes()) {
        writeln!(out, "peak_rss_bytes {peak} (after a tenth of the counties {first})")?;
    }
    Ok(())
}
