//! The page: the table, and a plot of ratios and of each contest's rounds; nothing is fetched, light and dark.

use super::{HEADS, cells, short};
use crate::bench::Measured;
use crate::figures::Figures;
use crate::rows::contest::{Judged, Outcome, Reach, Turns};
use plotters::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

type Drawn = Result<String, Box<dyn std::error::Error>>;

/// Stand-ins that become the page's own colours, so that a plot is readable in light and dark.
const INK: RGBColor = RGBColor(1, 2, 3);
const FAINT: RGBColor = RGBColor(4, 5, 6);
const OURS: RGBColor = RGBColor(7, 8, 9);
const THEIRS: RGBColor = RGBColor(10, 11, 12);
const BORDER: RGBColor = RGBColor(13, 14, 15);
const NAMES: [(&str, &str); 5] = [
    ("#010203", "var(--ink)"),
    ("#040506", "var(--faint)"),
    ("#070809", "var(--ours)"),
    ("#0A0B0C", "var(--theirs)"),
    ("#0D0E0F", "var(--border)"),
];
const WIDTH: u32 = 900;
/// Height of one line of a plot.
const LINE: u32 = 34;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c2430; --faint: #c9d0da; --ours: #0b62c4; --theirs: #a05a00; --border: #b3261e; --page: #fff; --head: #eef1f5 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --faint: #3c4654; --ours: #6fb1ff; --theirs: #f0b060; --border: #ff8a80; --page: #12161c; --head: #1f2630 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1000px; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-size: 14px } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--faint); vertical-align: top }
th { background: var(--head) } .no { color: var(--border); font-weight: 600 } .yes { color: var(--ours); font-weight: 600 }
svg { width: 100%; height: auto } figure { margin: 1.5rem 0 } figcaption { font-weight: 600 } summary { cursor: pointer }
";

/// The whole page.
///
/// # Errors
/// What the drawing library says.
pub(crate) fn page(measured: &Measured) -> Drawn {
    let mut html = String::new();
    write!(html, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")?;
    write!(html, "<title>OneRoom: figures</title><style>{STYLE}</style></head><body><h1>OneRoom {}: figures</h1>", measured.version)?;
    write!(
        html,
        "<p>{}; {} rounds of turns, interleaved; server on core 0, load on core 1. Absolute values are this machine's; only ratios \
         mean anything elsewhere. An interval is the percentile bootstrap's 95 % of the median over the rounds.</p>",
        escaped(&measured.machine),
        measured.rounds
    )?;
    let mut claims: Vec<&Judged> = measured.contests.iter().flat_map(|outcome| &outcome.claims).collect();
    claims.sort_by_key(|judged| judged.claim.row);
    table(&mut html, &claims)?;
    let compared: Vec<&Judged> = claims.into_iter().filter(|judged| judged.peer.is_some() && judged.estimate.is_some()).collect();
    if !compared.is_empty() {
        write!(html, "<figure><figcaption>Ours ÷ the peer's, and what is to be reached</figcaption>{}</figure>", ratios(&compared)?)?;
    }
    for outcome in &measured.contests {
        contest(&mut html, outcome)?;
    }
    write!(html, "</body></html>")?;
    Ok(html)
}

fn table(html: &mut String, claims: &[&Judged]) -> std::fmt::Result {
    write!(html, "<table><thead><tr>")?;
    for head in HEADS {
        write!(html, "<th>{head}</th>")?;
    }
    write!(html, "</tr></thead><tbody>")?;
    for judged in claims {
        write!(html, "<tr>")?;
        for (at, cell) in cells(judged).iter().enumerate() {
            let class = match cell {
                _ if at + 1 < HEADS.len() => "",
                cell if cell.starts_with("yes") => " class=\"yes\"",
                cell if cell.starts_with("no,") || cell == "no" => " class=\"no\"",
                _ => "",
            };
            write!(html, "<td{class}>{}</td>", escaped(cell))?;
        }
        write!(html, "</tr>")?;
    }
    write!(html, "</tbody></table>")
}

fn contest(html: &mut String, outcome: &Outcome) -> Result<(), Box<dyn std::error::Error>> {
    write!(html, "<h2>{}</h2><p>{}</p>", escaped(outcome.title), escaped(&outcome.work))?;
    let metrics: BTreeSet<&'static str> = outcome.claims.iter().map(|judged| judged.claim.metric()).collect();
    for metric in metrics {
        let with: Vec<&Turns> =
            outcome.turns.iter().filter(|turns| turns.rounds.iter().any(|figures| figures.0.contains_key(metric))).collect();
        if with.len() > 1 {
            write!(html, "<figure><figcaption>{metric}</figcaption>{}</figure>", rounds(&with, metric)?)?;
        }
    }
    write!(html, "<details><summary>All figures</summary>")?;
    for turns in &outcome.turns {
        figures(html, turns)?;
    }
    write!(html, "</details>")?;
    Ok(())
}

fn figures(html: &mut String, turns: &Turns) -> std::fmt::Result {
    write!(html, "<h3>{}</h3>", escaped(&turns.name))?;
    if let Some(why) = &turns.absent {
        return write!(html, "<p>{}</p>", escaped(why));
    }
    let names: BTreeSet<&str> = turns.rounds.iter().flat_map(|Figures(figures)| figures.keys().copied()).collect();
    write!(html, "<table><tbody>")?;
    for name in names {
        write!(html, "<tr><th>{name}</th>")?;
        for figures in &turns.rounds {
            write!(html, "<td>{}</td>", short(figures.get(name)))?;
        }
        write!(html, "</tr>")?;
    }
    write!(html, "</tbody></table>")
}

/// Every ratio with its interval on one logarithmic axis, and a mark where its reach is.
fn ratios(claims: &[&Judged]) -> Drawn {
    let mut all = vec![0.5, 2.0];
    for judged in claims {
        all.extend(judged.estimate.iter().flat_map(|estimate| [estimate.low, estimate.high]).filter(|value| *value > 0.0));
        all.extend(border(judged.claim.reach));
    }
    let range = wide(&all, 1.4);
    let lines = claims.len();
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, LINE * u32::try_from(lines).unwrap_or(1) + 50)).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin(8)
            .x_label_area_size(30)
            .y_label_area_size(330)
            .build_cartesian_2d((range.0..range.1).log_scale(), 0f64..lines as f64)?;
        let label = |y: &f64| match claims.get(lines.wrapping_sub(1).wrapping_sub(*y as usize)) {
            Some(judged) if y.fract().abs() < 1e-9 => {
                format!("{} {} ÷ {}", judged.claim.row, judged.claim.what, judged.peer.as_ref().map_or("", |(name, _)| name.as_str()))
            }
            _ => String::new(),
        };
        let ink = ("sans-serif", 12).into_font().color(&INK);
        for y in 0..lines {
            let text = label(&(y as f64));
            let (_, y_px) = chart.backend_coord(&(range.0, y as f64 + 0.5));
            root.draw(&Text::new(text, (8, y_px - 6), ink.clone()))?;
        }
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .axis_style(FAINT)
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .label_style(ink)
            .x_label_formatter(&|value| short(*value))
            .draw()?;
        for (at, judged) in claims.iter().enumerate() {
            let y = (lines - 1 - at) as f64 + 0.5;
            if let Some(border) = border(judged.claim.reach) {
                chart.draw_series(LineSeries::new([(border, y - 0.35), (border, y + 0.35)], BORDER.stroke_width(3)))?;
            }
            if let Some(estimate) = judged.estimate {
                let ends = [(estimate.low.max(range.0), y), (estimate.high.max(range.0), y)];
                chart.draw_series(LineSeries::new(ends, OURS.stroke_width(3)))?;
                chart.draw_series([Circle::new((estimate.median.max(range.0), y), 5, OURS.filled())])?;
            }
        }
        root.present()?;
    }
    Ok(coloured(svg))
}

/// Each contender's rounds of one figure as dots, the median as a line.
fn rounds(turns: &[&Turns], metric: &str) -> Drawn {
    let values = |turns: &Turns| turns.rounds.iter().map(|figures| figures.get(metric)).collect::<Vec<_>>();
    let all: Vec<f64> = turns.iter().flat_map(|turns| values(turns)).filter(|value| *value > 0.0).collect();
    let range = wide(&all, 1.3);
    let lines = turns.len();
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, LINE * u32::try_from(lines).unwrap_or(1) + 50)).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin(8)
            .x_label_area_size(30)
            .y_label_area_size(230)
            .build_cartesian_2d((range.0..range.1).log_scale(), 0f64..lines as f64)?;
        let ink = ("sans-serif", 12).into_font().color(&INK);
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .axis_style(FAINT)
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .label_style(ink.clone())
            .x_label_formatter(&|value| short(*value))
            .draw()?;
        for (at, turns) in turns.iter().enumerate() {
            let (y, colour) = ((lines - 1 - at) as f64 + 0.5, if at == 0 { OURS } else { THEIRS });
            let (_, y_px) = chart.backend_coord(&(range.0, y));
            root.draw(&Text::new(turns.name.clone(), (8, y_px - 6), ink.clone()))?;
            let values = values(turns);
            chart.draw_series(
                values.iter().filter(|value| **value > 0.0).map(|value| Circle::new((*value, y), 4, colour.mix(0.6).filled())),
            )?;
            let middle = crate::engine::stats::median(values).max(range.0);
            chart.draw_series(LineSeries::new([(middle, y - 0.3), (middle, y + 0.3)], colour.stroke_width(2)))?;
        }
        root.present()?;
    }
    Ok(coloured(svg))
}

fn border(reach: Reach) -> Option<f64> {
    match reach {
        Reach::AtLeast(border) | Reach::AtMost(border) => (border > 0.0).then_some(border),
        Reach::Stated => None,
    }
}

/// A range around positive values, wider by a factor on both sides.
fn wide(values: &[f64], factor: f64) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(0.0, f64::max);
    if low.is_finite() && high > 0.0 { (low / factor, high * factor) } else { (0.1, 10.0) }
}

fn coloured(svg: String) -> String {
    NAMES.iter().fold(svg, |svg, (stand_in, name)| svg.replace(stand_in, name))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stats::Estimate;
    use crate::rows::contest::{Claim, Holds};

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_takes_the_reader_s_colours() {
        let turns = |key, name: &str, value: f64| Turns {
            key,
            name: name.to_owned(),
            absent: None,
            rounds: (1..=3).map(|round| Figures::default().with("per_s", value * f64::from(round))).collect(),
        };
        let judged = Judged {
            claim: Claim::beside(1, "updates <b>", "per_s", "redis", Reach::AtLeast(3.0)),
            ours: 200.0,
            peer: Some(("Redis 7".to_owned(), Some(100.0))),
            estimate: Some(Estimate { median: 2.0, low: 1.5, high: 2.5 }),
            holds: Holds::No,
        };
        let outcome = Outcome {
            title: "Updates",
            work: "Updates".to_owned(),
            turns: vec![turns("oneroom", "OneRoom", 200.0), turns("redis", "Redis 7", 100.0)],
            claims: vec![judged],
        };
        let measured = Measured { version: "0", at: 0, machine: "x".to_owned(), rounds: 3, contests: vec![outcome] };
        let page = page(&measured).unwrap();
        assert_eq!(page.matches("<svg").count(), 2, "the ratios, and the rounds");
        assert!(page.contains("var(--ours)") && page.contains("prefers-color-scheme: dark"));
        assert!(page.contains("updates &lt;b&gt;") && !page.contains("updates <b>"));
        assert!(!page.contains("<script") && !page.contains("<link") && !page.contains("url("));
        assert!(!page.contains("#010203") && !page.contains("#0A0B0C"), "no stand-in is left");
    }
}
