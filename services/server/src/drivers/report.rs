//! What a replay reports: counts that must agree, as one JSON object or as a table for people.

use super::positions::FixTally;
use super::virtual_time::times::PoliceTimes;
use super::virtual_time::{Activity, DeskRules};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Counts by a word.
pub type Counts = BTreeMap<String, u64>;

/// What the layout was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LayoutReport {
    /// The log of the county.
    pub log_id: String,
    /// `calls` when it was worked out from the calls' positions, `org` when it was given.
    pub source: &'static str,
    /// Stations.
    pub stations: usize,
    /// Beats.
    pub beats: usize,
    /// Units.
    pub units: usize,
}

/// Attendance of the beats' officers (社区案事件必到现场). What is neither attended nor excused was still owed at the end.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct AttendanceCounts {
    /// Incidents at which it was due.
    pub due: u64,
    /// … and given.
    pub attended: u64,
    /// … and excused, by reason.
    pub excused: Counts,
}

/// What only a run on the virtual clock has.
#[derive(Clone, Debug, Serialize)]
pub struct VirtualReport {
    /// Seed of everything random.
    pub seed: u64,
    /// Name of the policy.
    pub policy: String,
    /// The address of its text.
    pub policy_hash: String,
    /// Virtual time from the first call to the end, in seconds.
    pub virtual_seconds: f64,
    /// How many times faster than life it ran.
    pub speed: f64,
    /// Hash of the record's last event: the same for the same calls, county, rules and seed.
    pub chain: String,
    /// How operators worked.
    pub desk: DeskRules,
    /// What everybody did.
    pub activity: Activity,
    /// Police times.
    pub times: PoliceTimes,
}

/// What a replay found. On the wall clock times are of the replay itself, not of police work: crews that need no time to drive prove
/// nothing about minutes.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayReport {
    /// `wall` or `virtual`.
    pub clock: &'static str,
    /// Calls that were sent: every row of the file.
    pub sent: u64,
    /// Calls that the server answered with an incident.
    pub accepted: u64,
    /// Calls that it refused, by reason.
    pub refused: Counts,
    /// Incidents of these calls that the record holds, counted from its events.
    pub recorded: u64,
    /// Of them with a flag, by flag.
    pub flagged: Counts,
    /// Of them by owner.
    pub teams: Counts,
    /// Calls sent in a second, answers waited for.
    pub calls_per_s: f64,
    /// Most memory the process had, in bytes; server and drivers together. 0 where the system doesn't say.
    pub peak_rss_bytes: u64,
    /// Whether the hash chain holds from the first event to the head.
    pub audit_ok: bool,
    /// Attendance of the beats' officers.
    pub attendance: AttendanceCounts,
    /// Orders to units for these calls.
    pub assigned: u64,
    /// Orders that were acknowledged.
    pub acknowledged: u64,
    /// Incidents that were closed.
    pub closed: u64,
    /// Incidents that were not closed when the replay ended.
    pub left_open: u64,
    /// Calls answered from an earlier run on the same data: they added nothing.
    pub already_recorded: u64,
    /// Requests that were sent again with the same id, because the server was not available.
    pub duplicates_retried: u64,
    /// How often the live stream began anew because the room was too slow.
    pub watch_resyncs: u64,
    /// Seconds from the first call to the last answer.
    pub seconds_sending: f64,
    /// Seconds from the first call to the end of the work.
    pub seconds: f64,
    /// Events of this run, by name.
    pub events: Counts,
    /// What is wrong with rows of the file, by kind; such rows were sent all the same.
    pub rows_with_flaws: Counts,
    /// What became of the units' fixes.
    pub positions: FixTally,
    /// What it ran on.
    pub layout: LayoutReport,
    /// What only a run on the virtual clock has.
    #[serde(rename = "virtual", skip_serializing_if = "Option::is_none")]
    pub on_virtual: Option<Box<VirtualReport>>,
    /// What does not hold; empty when all does.
    pub failed_checks: Vec<String>,
}

impl ReplayReport {
    /// Works out what does not hold, and keeps it in `failed_checks`.
    pub fn check(&mut self) {
        let refused: u64 = self.refused.values().sum();
        let mut failed = Vec::new();
        if self.sent != self.accepted + refused {
            failed.push(format!("sent {} is not accepted {} + refused {refused}", self.sent, self.accepted));
        }
        if self.accepted != self.recorded {
            failed.push(format!("accepted {} is not recorded {}", self.accepted, self.recorded));
        }
        if !self.audit_ok {
            failed.push("the record's hash chain is broken".to_owned());
        }
        self.failed_checks = failed;
    }

    /// The report for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut row = |name: &str, value: String| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<20} {value}");
        };
        let layout = &self.layout;
        row("layout", format!("{} stations, {} beats, {} units (from {})", layout.stations, layout.beats, layout.units, layout.source));
        row("sent", self.sent.to_string());
        row("accepted", self.accepted.to_string());
        row("refused", words(&self.refused));
        row("recorded", format!("{} (counted from the record)", self.recorded));
        row("flagged", words(&self.flagged));
        row("rows with flaws", words(&self.rows_with_flaws));
        row("teams", words(&self.teams));
        row("calls per second", format!("{:.0} over {:.1} s", self.calls_per_s, self.seconds_sending));
        row(
            "work",
            format!("{} assigned, {} acknowledged, {} closed, {} left open", self.assigned, self.acknowledged, self.closed, self.left_open),
        );
        let attendance = &self.attendance;
        row("attendance", format!("{} due, {} attended, excused: {}", attendance.due, attendance.attended, words(&attendance.excused)));
        row("positions", format!("{} taken, {} set aside", self.positions.accepted, self.set_aside()));
        row("sent again", format!("{} requests, {} answered from an earlier run", self.duplicates_retried, self.already_recorded));
        row("peak memory", format!("{:.0} MiB", self.peak_rss_bytes as f64 / f64::from(1 << 20)));
        row("audit", if self.audit_ok { "the hash chain holds".to_owned() } else { "BROKEN".to_owned() });
        row("seconds", format!("{:.1}", self.seconds));
        if let Some(on_virtual) = &self.on_virtual {
            text.push_str(&on_virtual.table());
        }
        text
    }

    fn set_aside(&self) -> u64 {
        let positions = &self.positions;
        positions.older + positions.future + positions.impossible + positions.unknown_unit + positions.invalid
    }
}

fn words(counts: &Counts) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<_> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
    words.join(", ")
}

/// Adds one to a word's count.
pub fn count(counts: &mut Counts, word: &str) {
    *counts.entry(word.to_owned()).or_default() += 1;
}

/// Most memory this process has had resident, in bytes, as Linux says (`VmHWM`); 0 elsewhere.
#[must_use]
pub fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> ReplayReport {
        ReplayReport {
            clock: "wall",
            sent: 300,
            accepted: 299,
            refused: Counts::from([("invalid_latitude".to_owned(), 1)]),
            recorded: 299,
            flagged: Counts::new(),
            teams: Counts::new(),
            calls_per_s: 0.0,
            peak_rss_bytes: 0,
            audit_ok: true,
            attendance: AttendanceCounts::default(),
            assigned: 0,
            acknowledged: 0,
            closed: 0,
            left_open: 0,
            already_recorded: 0,
            duplicates_retried: 0,
            watch_resyncs: 0,
            seconds_sending: 0.0,
            seconds: 0.0,
            events: Counts::new(),
            rows_with_flaws: Counts::new(),
            positions: FixTally::default(),
            layout: LayoutReport { log_id: "replay".to_owned(), source: "calls", stations: 1, beats: 3, units: 4 },
            on_virtual: None,
            failed_checks: Vec::new(),
        }
    }

    #[test]
    fn counts_that_agree_pass_and_each_that_does_not_is_named() {
        let failed = |change: fn(&mut ReplayReport)| {
            let mut report = report();
            change(&mut report);
            report.check();
            report.failed_checks
        };
        assert!(failed(|_| ()).is_empty());
        assert_eq!(failed(|report| report.recorded = 298), ["accepted 299 is not recorded 298"]);
        assert_eq!(failed(|report| report.sent = 301), ["sent 301 is not accepted 299 + refused 1"]);
        assert_eq!(failed(|report| report.audit_ok = false).len(), 1);
    }

    #[test]
    fn this_process_has_used_memory() {
        assert!(peak_rss_bytes() > 1 << 20);
    }
}
