//! The picture of the fit: for each set the week as observed and as fitted, and the time-rescaled intervals against their diagonal.

use crate::report::{Figures, Set};
use plotters::prelude::*;
use sim::fit::{HOURS, HourOfWeek, SHRINKAGE, week};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

const WIDTH: u32 = 1_500;
const ROW_HEIGHT: u32 = 300;
const WEEK_WIDTH: u32 = 1_080;
const OBSERVED: RGBColor = RGBColor(90, 110, 130);
const FITTED: RGBColor = RGBColor(200, 60, 40);
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Points of the curve of intervals.
const STEPS: usize = 200;

pub(crate) fn draw(path: &Path, sets: &[Set], figures: &[Figures]) -> Result<(), Box<dyn Error>> {
    let rows = u32::try_from(sets.len())?;
    let root = SVGBackend::new(path, (WIDTH, ROW_HEIGHT * rows)).into_drawing_area();
    root.fill(&WHITE)?;
    for ((set, figures), area) in sets.iter().zip(figures).zip(root.split_evenly((sets.len(), 1))) {
        let (left, right) = area.split_horizontally(WEEK_WIDTH);
        week_chart(&left, set)?;
        interval_chart(&right, figures)?;
    }
    root.present()?;
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn week_chart(area: &Area, set: &Set) -> Result<(), Box<dyn Error>> {
    let sample = &set.sample;
    let (odd, even): (BTreeSet<i64>, BTreeSet<i64>) = sample.ordinary_days().into_iter().partition(|day| week(*day).rem_euclid(2) == 1);
    let fitted = HourOfWeek::fit(sample.calls.iter(), &odd, SHRINKAGE);
    let test = HourOfWeek::fit(sample.calls.iter(), &even, 0.0);
    let top = fitted.relative.iter().chain(&test.relative).copied().fold(2.0, f64::max);
    let caption = format!("{}: calls by hour of the week, mean 1 (bars: even weeks, line: fitted on odd weeks)", set.name);
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(36)
        .build_cartesian_2d(0.0..(HOURS / 24) as f64, 0.0..top)?;
    let label =
        |day: &f64| DAYS.iter().enumerate().find(|(index, _)| (*index as f64 - day).abs() < 0.01).map_or("", |(_, name)| name).to_owned();
    chart.configure_mesh().x_labels(8).x_label_formatter(&label).y_labels(5).light_line_style(WHITE).draw()?;
    chart.draw_series(test.relative.iter().enumerate().map(|(hour, rate)| {
        Rectangle::new([((hour as f64 + 0.1) / 24.0, 0.0), ((hour as f64 + 0.9) / 24.0, *rate)], OBSERVED.mix(0.45).filled())
    }))?;
    let steps =
        fitted.relative.iter().enumerate().flat_map(|(hour, rate)| [(hour as f64 / 24.0, *rate), ((hour + 1) as f64 / 24.0, *rate)]);
    chart.draw_series(LineSeries::new(steps, FITTED.stroke_width(2)))?;
    Ok(())
}

fn interval_chart(area: &Area, figures: &Figures) -> Result<(), Box<dyn Error>> {
    let mut uniform: Vec<f64> = figures.rescaled.iter().map(|interval| 1.0 - (-interval).exp()).collect();
    uniform.sort_by(f64::total_cmp);
    let caption = format!("rescaled intervals, D = {:.4}", figures.day_ks.0);
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(36)
        .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    chart.configure_mesh().x_labels(5).y_labels(5).light_line_style(WHITE).draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], OBSERVED.stroke_width(1)))?;
    let n = uniform.len();
    let points = (0..=STEPS).filter_map(|step| {
        let index = (step * n.saturating_sub(1)) / STEPS;
        uniform.get(index).map(|value| (*value, (index + 1) as f64 / n as f64))
    });
    chart.draw_series(LineSeries::new(points, FITTED.stroke_width(2)))?;
    Ok(())
}
