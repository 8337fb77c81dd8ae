//! Days: on which there is proof, which lie between proofs, and which outside of them. A day
//! without a test visit is a gap in the evidence and not a day on which nothing was sent.

use super::learn::Template;
use crate::report::cell::Cell;
use crate::report::spreadsheet::Sheet;
use crate::size::parse_time;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What is known of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A test visit shows it.
    Proven,
    /// It lies between proofs.
    Between,
    /// It lies before the first or after the last proof.
    Outside,
}

impl Kind {
    /// All, the surest first.
    pub const ALL: [Kind; 3] = [Kind::Proven, Kind::Between, Kind::Outside];

    /// The word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Proven => "proven",
            Kind::Between => "between",
            Kind::Outside => "outside",
        }
    }
}

/// The days on which somebody says that the practice ran, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day, in days since 1970 (UTC).
    pub from: i32,
    /// The last day.
    pub to: i32,
}

impl FromStr for Period {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let day = |text: &str| -> Result<i32> {
            i32::try_from(parse_time(text.trim())?.div_euclid(DAY)).context("the day is out of range")
        };
        let (from, to) = text.split_once("..").context("expected two days, such as 2024-07-01..2024-07-12")?;
        let period = Period { from: day(from)?, to: day(to)? };
        if period.from > period.to {
            bail!("a period goes from the earlier day to the later one");
        }
        Ok(period)
    }
}

impl Period {
    /// The period as it is written.
    pub fn shown(self) -> String {
        format!("{}..{}", shown_day(self.from), shown_day(self.to))
    }
}

/// What is known of a day for a page; `None` where the day is not to be counted: outside of the
/// stated period, or on the far side of a test visit that shows nothing.
pub fn kind_of(template: &Template, period: Option<Period>, day: Option<i32>) -> Option<Kind> {
    let Some(day) = day else { return Some(Kind::Outside) };
    if period.is_some_and(|period| day < period.from || day > period.to) {
        return None;
    }
    if template.days.contains(&day) {
        return Some(Kind::Proven);
    }
    let (Some(first), Some(last)) = (template.days.first(), template.days.last()) else { return Some(Kind::Outside) };
    if (*first..=*last).contains(&day) {
        return Some(Kind::Between);
    }
    let is_over = template.clean_after.is_some_and(|clean| day >= clean);
    let not_begun = template.clean_before.is_some_and(|clean| day <= clean);
    (!is_over && !not_begun).then_some(Kind::Outside)
}

/// Days in words: one, or the first and the last with their number.
pub fn in_words(days: &BTreeSet<i32>) -> String {
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first == last => shown_day(*first),
        (Some(first), Some(last)) => format!("{}..{} ({} days)", shown_day(*first), shown_day(*last), days.len()),
        _ => "no day".to_owned(),
    }
}

/// A day as tables write it.
pub fn shown_day(day: i32) -> String {
    let mut text = String::new();
    Cell::Day(day).push(&Sheet::new(b','), &mut text);
    text
}

/// When the practice ran, as a sentence.
pub fn history(template: &Template) -> String {
    let (Some(first), Some(last)) = (template.days.first(), template.days.last()) else {
        return "Test visits show it, but none of them says when it was made.".to_owned();
    };
    let began = match template.clean_before {
        Some(clean) => format!("It began after {} and by {}", shown_day(clean), shown_day(*first)),
        None => format!("It is proven from {} on, and nothing on record shows when it began", shown_day(*first)),
    };
    let stopped = match template.clean_after {
        Some(clean) => format!("it stopped between {} and {}", shown_day(*last), shown_day(clean)),
        None => format!("the last proof is of {}, and no later test visit shows that it stopped", shown_day(*last)),
    };
    let gaps = last - first + 1 - i32::try_from(template.days.len()).unwrap_or(0);
    let gaps =
        if gaps > 0 { format!(" {gaps} days in between have no test visit that shows it.") } else { String::new() };
    format!("{began}; {stopped}.{gaps}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_apart() {
        let template = Template { days: BTreeSet::from([10, 14]), clean_after: Some(20), ..Template::default() };
        let kind = |day| kind_of(&template, None, Some(day));
        assert_eq!(
            [kind(10), kind(12), kind(15), kind(20)],
            [Some(Kind::Proven), Some(Kind::Between), Some(Kind::Outside), None]
        );
        let period: Period = "1970-01-11..1970-01-13".parse().expect("a period");
        assert_eq!(kind_of(&template, Some(period), Some(10)), Some(Kind::Proven));
        assert_eq!(kind_of(&template, Some(period), Some(14)), None);
        assert_eq!(kind_of(&template, None, None), Some(Kind::Outside));
        assert_eq!(in_words(&template.days), "1970-01-11..1970-01-15 (2 days)");
        assert!(history(&template).contains("it stopped between 1970-01-15 and 1970-01-21"));
        for bad in ["", "2024-07-01", "2024-07-02..2024-07-01", "x..y"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }
}
