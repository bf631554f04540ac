//! A progress bar on standard error with the rate and remaining time of a run.
//!
//! It appears only if standard error is a terminal and the results go elsewhere,
//! and only if the run takes some time.

use std::io::{IsTerminal, stderr, stdout};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Delay before the bar appears.
const DISPLAY_DELAY: Duration = Duration::from_millis(800);

/// Delay before the remaining time is known well enough for advice.
const ADVICE_DELAY: Duration = Duration::from_secs(5);

/// Runs that take longer get advice.
const LONG_RUN: Duration = Duration::from_mins(1);

/// The unit of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgressUnit {
    Bytes,
    Documents,
}

impl ProgressUnit {
    fn bar_template(self) -> &'static str {
        match self {
            Self::Bytes => {
                "{wide_bar} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left{msg}"
            }
            Self::Documents => {
                "{wide_bar} {human_pos} of {human_len} documents, {per_sec}, {eta} left{msg}"
            }
        }
    }
}

/// A bar, which may be hidden.
pub(crate) struct ProgressMeter {
    bar: ProgressBar,
    begun: Instant,
    wanted: bool,
    /// How a long run can be shortened.
    advice: Option<&'static str>,
}

impl ProgressMeter {
    /// Makes a bar over `bytes` of input, if one is `wanted`. `elsewhere`: the
    /// results go to a file instead of standard output.
    pub(crate) fn over_bytes(bytes: u64, wanted: bool, elsewhere: bool) -> Self {
        Self::with_unit(bytes, ProgressUnit::Bytes, wanted, elsewhere)
    }

    /// Makes a bar over `many` of a unit.
    pub(crate) fn with_unit(many: u64, unit: ProgressUnit, wanted: bool, elsewhere: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(many), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(unit.bar_template());
        bar.set_style(style.expect("the template is well formed"));
        let wanted = wanted && stderr().is_terminal() && (elsewhere || !stdout().is_terminal());
        Self { bar, begun: Instant::now(), wanted, advice: None }
    }

    /// Makes a run that takes long say so once, with `advice`.
    pub(crate) fn with_advice(self, advice: Option<&'static str>) -> Self {
        Self { advice, ..self }
    }

    /// Sets the total.
    pub(crate) fn set_total(&self, many: u64) {
        self.bar.set_length(many);
    }

    /// Advances the bar.
    pub(crate) fn advance(&mut self, many: u64) {
        if self.wanted && self.begun.elapsed() > DISPLAY_DELAY {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.wanted = false;
        }
        self.bar.inc(many);
        if !self.bar.is_hidden() && self.begun.elapsed() > ADVICE_DELAY {
            self.give_advice();
        }
    }

    fn give_advice(&mut self) {
        let left = self.bar.eta();
        if let Some(advice) = self.advice.take()
            && left > LONG_RUN
        {
            self.print_above(&format!("about {} left; {advice}", HumanDuration(left)));
        }
    }

    /// Shows the counts per second and the failures behind the bar.
    pub(crate) fn show_counts(&self, documents: u64, words: u64, failures: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
        let rate = |number: u64| (number as f64 / seconds).round();
        let (documents, words) = (rate(documents), rate(words));
        self.bar
            .set_message(format!("; {documents} documents/s, {words} words/s, {failures} failed"));
    }

    /// Prints a line above the bar.
    pub(crate) fn print_above(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// Removes the bar.
    pub(crate) fn hide(&self) {
        self.bar.finish_and_clear();
    }

    /// Removes the bar and returns the time since the start.
    pub(crate) fn finish(self) -> Duration {
        self.hide();
        self.begun.elapsed()
    }
}
