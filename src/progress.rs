//! A progress bar on standard error, where somebody watches.

use crate::cli::When;
use crate::report::escape::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};

/// The bar; hidden where nobody watches.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for this many bytes, or for an unknown number.
    pub fn new(when: When, quiet: bool, total: Option<u64>) -> Self {
        let shown = match when {
            When::Auto => !quiet && std::io::stderr().is_terminal(),
            When::Always => true,
            When::Never => false,
        };
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let known = "{bar:30} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left";
        let template = if total.is_some() { known } else { "{spinner} {decimal_bytes}, {decimal_bytes_per_sec}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress { bar }
    }

    /// Shows how many bytes were read.
    pub fn reach(&self, bytes: u64) {
        self.bar.set_position(self.bar.length().map_or(bytes, |total| total.min(bytes)));
    }

    /// Writes a line above the bar.
    pub fn say(&self, line: &str) {
        self.bar.suspend(|| {
            // Whoever does not read our messages does without them.
            let _ = writeln!(std::io::stderr(), "{}", terminal(line));
        });
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
