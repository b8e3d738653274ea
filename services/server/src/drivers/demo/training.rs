//! A training shift: a person works what comes in, and is told how it went.

use super::control::Control;
use super::lesson::{Course, Lesson};
use crate::drivers::truths::Truths;
use domain::ids::{LogId, Seq};
use domain::time::Timestamp;
use runtime::clock::Clock;
use std::fmt::Write;
use std::sync::Arc;
use store::Store;
use tokio_util::sync::CancellationToken;

/// Events read at once.
const PAGE: usize = 1_000;
/// How often the course of the shift is read again while somebody looks, in milliseconds of the clock.
const READ_EVERY_MS: u64 = 5_000;

/// A shift under way.
pub(super) struct Training {
    pub(super) store: Arc<dyn Store>,
    pub(super) log_id: LogId,
    pub(super) truths: Arc<Truths>,
    pub(super) control: Arc<Control>,
    pub(super) clock: Arc<dyn Clock>,
    /// When it ends.
    pub(super) ends_at: Timestamp,
}

impl Training {
    /// Follows the shift until it ends, then stops the clock and says how it went.
    pub(super) async fn run(self, stop: CancellationToken) {
        let (mut course, mut after) = (Course::default(), Seq::default());
        loop {
            let now = self.clock.now();
            let over = now >= self.ends_at;
            if let Err(error) = self.read(&mut course, &mut after).await {
                tracing::error!(error, "the course of the shift could not be read");
                return;
            }
            let lesson = course.lesson(|incident_id| self.truths.of(incident_id));
            let text = over.then(|| in_words(&lesson));
            self.control.lesson(lesson, over);
            if let Some(text) = text {
                self.control.pause();
                crate::exit::print_line(text);
                return;
            }
            let next = now.plus_ms(READ_EVERY_MS).min(self.ends_at);
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.clock.reached(next) => {}
            }
        }
    }

    async fn read(&self, course: &mut Course, after: &mut Seq) -> Result<(), String> {
        loop {
            let rows = self.store.read(&self.log_id, *after, PAGE).await.map_err(|error| error.to_string())?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let decoded = wire::event::decode(&row.bytes, row.seq).map_err(|error| error.to_string())?;
                course.add(&decoded.recorded);
                *after = row.seq;
            }
        }
    }
}

/// The lesson for a terminal, Chinese and English.
fn in_words(lesson: &Lesson) -> String {
    let mut text = format!(
        "\n训练结束 The shift is over. 警情 incidents {}, 规则派警 by the rules {}, 你派警 by you {}\n",
        lesson.incidents, lesson.by_rules, lesson.by_operator
    );
    for mark in &lesson.marks {
        let words = match mark.key {
            "p1_in_time" => "P1 及时派警 priority 1 dispatched in time",
            "in_time" => "其他及时派警 others dispatched in time",
            "best_unit" => "派出首选警力 your first order went to the first of the ranking",
            "merged" => "重复报警并案 calls about the same thing merged",
            "verified" => "警情类别核实 wrong categories put right",
            "alarms" => "警报确认 alarms confirmed",
            other => other,
        };
        let missed: Vec<String> = mark.missed.iter().map(ToString::to_string).collect();
        let missed = if missed.is_empty() { String::new() } else { format!("  未做到 not: {}", missed.join(", ")) };
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {:>3} / {:<3} {words}{missed}", mark.done, mark.of);
    }
    for (name, median_ms) in
        [("派警中位 median to first order", lesson.first_order_median_ms), ("警报确认中位 median to confirm", lesson.alarm_median_ms)]
    {
        if let Some(median_ms) = median_ms {
            let _ = writeln!(text, "  {:>5.1} s  {name}", median_ms as f64 / 1_000.0);
        }
    }
    text
}
