//! Police times of a replay as a table for people.

use super::report::VirtualReport;
use super::virtual_time::spans::Spans;
use super::virtual_time::times::Times;
use std::fmt::Write as _;

impl VirtualReport {
    /// The table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:<20} {:.1} days at {:.0} times the speed of life, seed {}, policy {}, chain {}",
            "virtual clock",
            self.virtual_seconds / 86_400.0,
            self.speed,
            self.seed,
            self.policy,
            self.chain.get(..16).unwrap_or(&self.chain)
        );
        let _ = writeln!(
            text,
            "\n{:<24} {:>8}  {:<26} {:<26} {:<26} {:<17}",
            "minutes from the call",
            "closed",
            "to order p50 p90 late",
            "to acknowledge (s) late",
            "to scene p50 p90 late",
            "to close p50 p90"
        );
        let mut group = |name: String, times: &Times| {
            let _ = writeln!(
                text,
                "{name:<24} {:>8}  {:<26} {:<26} {:<26} {:<17}",
                times.to_close.count(),
                cell(&times.to_order, 60_000.0, true),
                cell(&times.to_acknowledge, 1_000.0, true),
                cell(&times.to_scene, 60_000.0, true),
                cell(&times.to_close, 60_000.0, false),
            );
        };
        let of = &self.times;
        group("all".to_owned(), &of.all);
        of.by_priority.iter().for_each(|(level, times)| group(format!("priority {level}"), times));
        of.by_team.iter().for_each(|(team, times)| group(format!("team {team}"), times));
        of.by_category.iter().for_each(|(category, times)| group(category.clone(), times));
        of.by_place_class.iter().for_each(|(class, times)| group(format!("place {class}"), times));
        let alarms: Vec<String> = of.alarms.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let _ = writeln!(text, "\n{:<20} {}; orders lent {}", "alarms", alarms.join(", "), of.lent_orders);
        text
    }
}

/// Median, 90th percentile and, of those on a clock, the share that was late.
fn cell(spans: &Spans, unit_ms: f64, with_late: bool) -> String {
    let quantile = |share| spans.quantile_ms(share).map_or_else(|| "-".to_owned(), |ms| format!("{:.1}", ms as f64 / unit_ms));
    let late = match spans.late() {
        _ if !with_late => String::new(),
        (0, _) => " no clock".to_owned(),
        (measured, late) => format!(" {late}/{measured} {:.1} %", 100.0 * late as f64 / measured as f64),
    };
    format!("{:>5} {:>6}{late}", quantile(0.5), quantile(0.9))
}
