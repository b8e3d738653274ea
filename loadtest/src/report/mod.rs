//! What was measured, for people: a table in the terminal, and a page with plots.

pub(crate) mod html;

use crate::bench::Measured;
use crate::figures::Figures;
use crate::rows::contest::{Holds, Judged, Reach};

/// The processor, how many cores, and the kernel.
pub(crate) fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).map(|rest| rest.trim_start_matches([':', '\t', ' ']));
    let cores = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    format!("{}, {cores} cores, Linux {}", model.unwrap_or("unknown processor"), read("/proc/sys/kernel/osrelease").trim())
}

/// All figures of one turn in a line.
pub(crate) fn line(figures: &Figures) -> String {
    figures.0.iter().map(|(name, value)| format!("{name} {}", short(*value))).collect::<Vec<_>>().join(", ")
}

/// A number with about three significant digits.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 10_000.0 => {
            let digits = format!("{value:.0}");
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() && !grouped.ends_with('-') {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            grouped
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.01 => format!("{value:.2}"),
        _ => format!("{value:.2e}"),
    }
}

/// What is to be reached, in a few characters.
pub(crate) fn reach(reach: Reach) -> String {
    match reach {
        Reach::AtLeast(border) => format!("≥ {border}"),
        Reach::AtMost(border) => format!("≤ {border}"),
        Reach::Stated => "–".to_owned(),
    }
}

/// Whether it holds, in a word.
pub(crate) fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Yes => "yes",
        Holds::Narrowly => "yes, narrowly",
        Holds::Unclear => "no, narrowly",
        Holds::No => "no",
        Holds::Stated => "stated",
        Holds::Unknown => "not measured",
    }
}

/// The cells of a claim: row, what, ours, peer, ratio, reach, whether it holds.
pub(crate) fn cells(judged: &Judged) -> [String; 7] {
    let peer = match &judged.peer {
        None => "–".to_owned(),
        Some((name, None)) => format!("{name}: not on this machine"),
        Some((name, Some(value))) => format!("{} ({name})", short(*value)),
    };
    let ratio = match (judged.estimate, &judged.peer) {
        (None, _) => "–".to_owned(),
        (Some(estimate), _) if (estimate.low - estimate.high).abs() < f64::EPSILON => short(estimate.median),
        (Some(estimate), _) => format!("{} [{}, {}]", short(estimate.median), short(estimate.low), short(estimate.high)),
    };
    let claim = &judged.claim;
    [claim.row.to_string(), claim.what.to_owned(), short(judged.ours), peer, ratio, reach(claim.reach), holds(judged.holds).to_owned()]
}

/// The heads of the columns of [`cells`].
pub(crate) const HEADS: [&str; 7] = ["row", "what", "ours", "peer", "ours ÷ peer [95 %]", "reach", "holds?"];

/// The table.
pub(crate) fn table(measured: &Measured) -> String {
    let mut rows = vec![HEADS.map(str::to_owned)];
    let mut claims: Vec<&Judged> = measured.contests.iter().flat_map(|outcome| &outcome.claims).collect();
    claims.sort_by_key(|judged| judged.claim.row);
    rows.extend(claims.into_iter().map(cells));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let padded = |row: &[String; 7]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())));
        cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
    };
    rows.iter().map(padded).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_can_be_known() {
        let shown = [0.0, 0.001_234, 0.123_4, 12.345, 123.4, 1_234.5, 1_234_567.0, -1_234_567.0].map(short);
        assert_eq!(shown, ["0", "1.23e-3", "0.12", "12.3", "123", "1234", "1,234,567", "-1,234,567"]);
    }
}
