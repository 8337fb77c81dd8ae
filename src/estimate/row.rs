//! One row of `estimates.csv`, and how figures become one: rounding, clamping to what was counted,
//! and when a single number is refused.

use super::join::Affected;
use super::rounding;
use crate::report::cell::Cell;
use crate::report::csv_table::CsvTable;
use anyhow::Result;

/// A point estimate is shown only where the high is at most this many times the low.
const WIDEST: u64 = 2;

/// One estimate, as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The site.
    pub site: String,
    /// The company; empty where the row covers all.
    pub owner: String,
    /// The product, or `(any)`.
    pub vendor: String,
    /// The page, or `(any)`.
    pub page: String,
    /// The day, where the row is of one.
    pub day: Option<i32>,
    /// The data class, or `(any)`.
    pub class: String,
    /// Which days are counted, and whether there is proof on them.
    pub period: String,
    /// The method.
    pub method: &'static str,
    /// What was counted, by kind of key.
    pub person_keys: String,
    /// The figures.
    pub figures: Figures,
    /// The confidence level.
    pub level: f64,
    /// The evidence in short.
    pub evidence: String,
    /// What the figures rest on.
    pub assumptions: Vec<String>,
    /// A sentence to quote.
    pub in_words: String,
    /// Why there is no single number, or no number at all.
    pub refused: Vec<String>,
}

/// The figures of a row, rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Who could have been affected.
    pub visited: Option<u64>,
    /// If visitors' browsers did what the testers' did.
    pub as_recorded: Option<u64>,
    /// The same, where it may be quoted.
    pub estimate: Option<u64>,
    /// No fewer.
    pub low: Option<u64>,
    /// No more.
    pub high: Option<u64>,
}

impl Figures {
    /// Rounds an interval outwards and keeps it between what was observed and who visited. The
    /// single number is left out where the interval is too wide for one.
    pub fn new(visited: u64, affected: Affected, observed: u64) -> Self {
        let (low, high) = if affected.low == affected.high && affected.low.fract() == 0.0 {
            (affected.low as u64, affected.high as u64)
        } else {
            rounding::outwards(affected.low, affected.high)
        };
        let high = high.min(visited);
        let low = low.max(observed.min(visited)).min(high);
        let as_recorded = affected.as_recorded.round() as u64;
        let is_narrow = low > 0 && high <= low.saturating_mul(WIDEST) || high == 0;
        Figures {
            visited: Some(visited),
            as_recorded: Some(as_recorded),
            estimate: is_narrow.then(|| as_recorded.clamp(low, high)),
            low: Some(low),
            high: Some(high),
        }
    }

    /// Only who visited.
    pub fn only_visited(visited: u64) -> Self {
        Figures { visited: Some(visited), ..Figures::default() }
    }

    /// The interval in words.
    pub fn range(&self) -> String {
        let shown = |figure: Option<u64>| figure.map_or_else(|| "?".to_owned(), rounding::grouped);
        format!("{} to {}", shown(self.low), shown(self.high))
    }
}

impl Row {
    /// Writes the row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, table: &mut CsvTable<'_>) -> Result<()> {
        let figures = &self.figures;
        table.row(&[
            Cell::Text(&self.site),
            Cell::Text(&self.owner),
            Cell::Text(&self.vendor),
            Cell::Text(&self.page),
            Cell::day(self.day),
            Cell::Text(&self.class),
            Cell::Text(&self.period),
            Cell::Text(self.method),
            Cell::Text(&self.person_keys),
            Cell::count(figures.visited),
            Cell::count(figures.as_recorded),
            Cell::count(figures.estimate),
            Cell::count(figures.low),
            Cell::count(figures.high),
            Cell::Real(self.level),
            Cell::Text(&self.evidence),
            Cell::Text(&self.assumptions.join("; ")),
            Cell::Text(&self.in_words),
            Cell::Text(&self.refused.join("; ")),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(visited: u64, as_recorded: f64, low: f64, high: f64, observed: u64) -> Figures {
        Figures::new(visited, Affected { as_recorded, low, high }, observed)
    }

    #[test]
    fn a_single_number_needs_a_narrow_interval() {
        assert_eq!(figures(10_000, 7300.0, 6310.0, 7816.0, 0).estimate, Some(7300));
        let wide = figures(10_000, 7300.0, 3875.0, 7816.0, 0);
        assert_eq!((wide.estimate, wide.low, wide.high), (None, Some(3800), Some(7900)));
    }

    #[test]
    fn intervals_stay_between_the_observed_and_the_visitors() {
        let row = figures(8, 7.2, 0.0, 8.0, 3);
        assert_eq!((row.low, row.high), (Some(3), Some(8)));
        assert_eq!(figures(8, 7.2, 0.0, 8.0, 20).low, Some(8));
        assert_eq!(figures(0, 0.0, 0.0, 0.0, 0).estimate, Some(0));
        assert_eq!(figures(12_345, 12_345.0, 12_345.0, 12_345.0, 0).low, Some(12_345));
    }
}
