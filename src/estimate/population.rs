//! From a panel to a population, and from a thinned record to the whole: rows for the people whom
//! the ledger itself recorded.

use super::join::Affected;
use super::learn::Subject;
use super::observed::Observed;
use super::request_bounds::Seen;
use super::rounding::grouped;
use super::row::{Figures, Row};
use super::sampling::Sampled;
use super::{clopper_pearson, hypergeometric, wilson, words};
use crate::observation::PersonKind;
use crate::report::opened::OpenLedger;
use anyhow::{Context, Result, bail};
use std::str::FromStr;

/// The least panel from which anything is scaled.
const LEAST_PANEL: u64 = 30;

/// How many people there are, as a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Population {
    /// No fewer.
    pub low: u64,
    /// No more.
    pub high: u64,
}

impl FromStr for Population {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| -> Result<u64> {
            let digits: String = text.chars().filter(|c| !matches!(c, '_' | ',' | '\'' | ' ')).collect();
            let (digits, factor) = match digits.to_ascii_lowercase().strip_suffix('m') {
                Some(millions) => (millions.to_owned(), 1e6),
                None => (digits, 1.0),
            };
            let number: f64 =
                digits.parse().context("expected a number of people or a range, such as 50,000,000..62,000,000")?;
            if !(1.0..=1e11).contains(&(number * factor)) {
                bail!("'{text}' is no number of people");
            }
            Ok((number * factor).round() as u64)
        };
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let population = Population { low: number(low)?, high: number(high)? };
        if population.low > population.high {
            bail!("a range goes from the lower number to the higher");
        }
        Ok(population)
    }
}

impl Population {
    /// The range in words.
    pub fn shown(self) -> String {
        if self.low == self.high {
            grouped(self.low)
        } else {
            format!("{} to {}", grouped(self.low), grouped(self.high))
        }
    }
}

/// The panel behind the figures.
#[derive(Clone, Debug)]
pub struct Panel {
    /// How many persons are in it.
    pub persons: u64,
    /// How they were drawn at random, as the user says.
    pub random: Option<String>,
}

/// How many persons the ledger watched: its captures, where they are of different people.
///
/// # Errors
/// When a table is damaged.
pub fn watched(ledger: &OpenLedger) -> Result<Option<u64>> {
    if !ledger.manifest().options.contains_key("panel") {
        return Ok(None);
    }
    let mut table = ledger.table("inputs.csv")?;
    table.require(&["role", "blake3"])?;
    let mut contents = std::collections::BTreeSet::new();
    for row in &mut table {
        let row = row?;
        if row.text("role") == "capture" {
            contents.insert(row.text("blake3").to_owned());
        }
    }
    Ok(Some(contents.len() as u64))
}

/// One row for each subject, scaled from the panel to the population.
pub fn panel_rows(observed: &Observed, panel: Option<&Panel>, population: Population, confidence: f64) -> Vec<Row> {
    let subjects = observed.subjects();
    subjects.map(|(site, subject)| panel_row(site, subject, observed, panel, population, confidence)).collect()
}

fn panel_row(
    site: &str,
    subject: &Subject,
    observed: &Observed,
    panel: Option<&Panel>,
    population: Population,
    confidence: f64,
) -> Row {
    let affected = observed.people(site, subject, super::learn::ANY);
    let mut row = new_row(site, subject, confidence);
    row.method = "panel";
    row.person_keys = keys_in_words(observed, site, subject);
    row.assumptions.push(format!("the population is {} people", population.shown()));
    let ceiling = Figures { low: Some(affected), high: Some(population.high), ..Figures::default() };
    let Some(panel) = panel else {
        row.figures = ceiling;
        row.refused.push(
            "the ledger does not say how many persons were watched; scan captures with --panel or give --panel-size"
                .to_owned(),
        );
        return row;
    };
    row.figures = Figures { visited: Some(panel.persons), ..ceiling };
    row.evidence = format!("{affected} of {} persons in the panel", panel.persons);
    let Some(random) = &panel.random else {
        row.refused.push(
            "volunteers and testers are not the population (--panel-random 'how drawn' says how persons were drawn at random)".to_owned(),
        );
        row.in_words = ceiling_in_words(affected, panel, population, subject);
        return row;
    };
    row.assumptions.push(format!("the panel was drawn at random: {random}"));
    if panel.persons < LEAST_PANEL || panel.persons > population.low || affected > panel.persons {
        row.refused
            .push(format!("a panel of {} persons is too small, or is not a part of the population", panel.persons));
        row.in_words = ceiling_in_words(affected, panel, population, subject);
        return row;
    }
    let (figures, method) = scaled(affected, panel.persons, population, (1.0 - confidence) / 2.0);
    row.figures = figures;
    row.method = method;
    if let Some((low, high)) = wilson::offered(affected, panel.persons, (1.0 - confidence) / 2.0) {
        row.evidence.push_str(&format!("; by Wilson's interval {:.2} % to {:.2} %", low * 100.0, high * 100.0));
    }
    let (data, vendor) = (words::data(&subject.class), words::vendor(&subject.vendor));
    row.in_words = format!(
        "Of {} persons drawn at random, {affected} had {data} sent to {vendor}. Among {} people that is {}.",
        grouped(panel.persons),
        population.shown(),
        figures.range(),
    );
    if figures.estimate.is_none() {
        row.refused.push("the high is more than twice the low; a larger panel would narrow it".to_owned());
    }
    row
}

fn scaled(affected: u64, panel: u64, population: Population, tail: f64) -> (Figures, &'static str) {
    let middle = (population.low + population.high) as f64 / 2.0;
    let as_recorded = affected as f64 / panel as f64 * middle;
    let is_large = panel as f64 > population.low as f64 * hypergeometric::FROM_SHARE;
    let (low, high, method) = if is_large {
        let low = hypergeometric::interval(affected, panel, population.low, tail).0;
        let high = hypergeometric::interval(affected, panel, population.high, tail).1;
        (low as f64, high as f64, "panel, hypergeometric")
    } else {
        let (low, high) = clopper_pearson::interval(affected, panel, tail);
        (low * population.low as f64, high * population.high as f64, "panel, Clopper-Pearson")
    };
    let figures = Figures::new(population.high, Affected { as_recorded, low, high }, affected);
    (Figures { visited: Some(panel), ..figures }, method)
}

fn ceiling_in_words(affected: u64, panel: &Panel, population: Population, subject: &Subject) -> String {
    format!(
        "{} of the {} recorded persons had {} sent to {}. They do not stand for others: at least {} and at most all {} people were affected.",
        grouped(affected),
        grouped(panel.persons),
        words::data(&subject.class),
        words::vendor(&subject.vendor),
        grouped(affected),
        grouped(population.high),
    )
}

/// One row for each subject, of the people before the record was thinned.
pub fn sampled_rows(observed: &Observed, sampled: Sampled, confidence: f64) -> Vec<Row> {
    observed.subjects().map(|(site, subject)| sampled_row(site, subject, observed, sampled, confidence)).collect()
}

fn sampled_row(site: &str, subject: &Subject, observed: &Observed, sampled: Sampled, confidence: f64) -> Row {
    let people = observed.people(site, subject, super::learn::ANY);
    let mut row = new_row(site, subject, confidence);
    row.person_keys = keys_in_words(observed, site, subject);
    row.evidence = format!("{people} persons in what was kept");
    row.assumptions.push(format!("the record was thinned as stated: {sampled}"));
    row.method = "sampled persons";
    let Sampled::Users(_) = sampled else {
        row.method = "sampled requests";
        row.figures = Figures { low: Some(people), ..Figures::default() };
        row.refused
            .push("the ledger does not hold how often each person was seen; give the logs with --traffic".to_owned());
        return row;
    };
    if !observed.is_exact(site, subject) {
        row.figures = Figures { low: Some(people), ..Figures::default() };
        row.refused.push("the ledger holds a sketch of these people and not their keys".to_owned());
        return row;
    }
    // Only the number of persons counts here, not how often each was seen.
    let (estimate, low, high) = sampled.people(&Seen::new([(1, people)]), (1.0 - confidence) / 2.0).interval();
    let affected = Affected { as_recorded: estimate.unwrap_or(0.0), low, high };
    row.figures = Figures { visited: None, ..Figures::new(u64::MAX, affected, people) };
    row.in_words = format!(
        "{} persons in the part of the record that was kept had {} sent to {}; in the whole it was {}.",
        grouped(people),
        words::data(&subject.class),
        words::vendor(&subject.vendor),
        row.figures.range(),
    );
    if row.figures.estimate.is_none() {
        row.refused.push("the high is more than twice the low; a larger part of the record would narrow it".to_owned());
    }
    row
}

fn new_row(site: &str, subject: &Subject, confidence: f64) -> Row {
    Row {
        site: site.to_owned(),
        owner: subject.owner.clone(),
        vendor: subject.vendor.clone(),
        page: super::learn::ANY.to_owned(),
        class: subject.class.clone(),
        period: "as recorded".to_owned(),
        level: confidence,
        assumptions: vec!["each key is one person".to_owned()],
        ..Row::default()
    }
}

fn keys_in_words(observed: &Observed, site: &str, subject: &Subject) -> String {
    let kinds: Vec<(PersonKind, u64)> = super::traffic::kinds(observed.keys(site, subject).into_iter());
    kinds.iter().map(|(kind, count)| format!("{}:{count}", kind.word())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populations_are_read_as_people_write_them() {
        let range = Population { low: 50_000_000, high: 62_000_000 };
        for text in ["50000000..62000000", "50,000,000..62,000,000", "50M..62M", "50_000_000..62e6"] {
            assert_eq!(text.parse::<Population>().expect(text), range);
        }
        for bad in ["", "0", "x", "62..50", "-5", "NaN"] {
            assert!(bad.parse::<Population>().is_err(), "{bad}");
        }
    }

    #[test]
    fn low_comes_from_low_and_high_from_high() {
        let population = Population { low: 50_000_000, high: 62_000_000 };
        let (figures, method) = scaled(400, 1000, population, 0.025);
        assert_eq!(method, "panel, Clopper-Pearson");
        // Clopper and Pearson's interval for 400 of 1,000 is 36.95 % to 43.11 %.
        assert_eq!((figures.low, figures.high), (Some(18_000_000), Some(27_000_000)));
        assert_eq!(figures.estimate, Some(22_400_000));
        let small = Population { low: 2000, high: 2000 };
        assert_eq!(scaled(400, 1000, small, 0.025).1, "panel, hypergeometric");
    }

    #[test]
    fn volunteers_are_not_scaled() {
        let subject = Subject { owner: "O".into(), vendor: "V".into(), class: "email".into() };
        let population = Population { low: 100, high: 5000 };
        let panel = Panel { persons: 40, random: None };
        let row = panel_row("s", &subject, &Observed::default(), Some(&panel), population, 0.95);
        assert_eq!((row.figures.estimate, row.figures.high), (None, Some(5000)));
        assert!(row.refused[0].contains("--panel-random"));
        let small = Panel { persons: 29, random: Some("every tenth account".into()) };
        let row = panel_row("s", &subject, &Observed::default(), Some(&small), population, 0.95);
        assert!(row.figures.estimate.is_none() && row.refused[0].contains("too small"));
    }
}
