//! The progress bar of a replay: on stderr, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// How often the bar is drawn, in milliseconds.
const DRAW_EVERY_MS: u64 = 200;
const SENDING: &str = "{msg:>8} [{bar:30}] {pos}/{len} {per_sec}, {elapsed} gone, {eta} left";
const WORKING: &str = "{msg} {spinner} {elapsed} gone";

/// A bar that is drawn on a terminal and silent elsewhere.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar over this many calls.
    pub(super) fn new(calls: u64) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(calls) } else { ProgressBar::hidden() };
        bar.set_style(style(SENDING));
        bar.set_message("sending");
        bar.enable_steady_tick(Duration::from_millis(DRAW_EVERY_MS));
        Self(bar)
    }

    /// The calls are being put in order.
    pub(super) fn sorting(&self) {
        self.0.set_message("sorting");
    }

    /// The calls are being sent.
    pub(super) fn sending(&self) {
        self.0.reset_elapsed();
        self.0.set_message("sending");
    }

    /// One call was answered.
    pub(super) fn answered(&self) {
        self.0.inc(1);
    }

    /// All calls were sent; now the work on them goes on.
    pub(super) fn working(&self) {
        self.0.set_style(style(WORKING));
    }

    /// What is open now.
    pub(super) fn open(&self, waiting: usize, open: usize) {
        self.0.set_message(format!("working: {open} incidents open, {waiting} of them wait for a unit"));
    }

    /// The record is being counted.
    pub(super) fn counting(&self) {
        self.0.set_message("counting the record");
    }

    /// Takes the bar away.
    pub(super) fn done(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // A template that does not parse is a mistake of this file; the plain bar does as well.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
