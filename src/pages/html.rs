//! `report.html`: the whole answer on one page that needs no network. A strict content security
//! policy lets only the page's own style and script run, both named by their hash; every text from a
//! log is escaped by the template engine.

mod advice;
mod flow;
mod people;
pub mod story;
mod timeline;

use super::facts::{Exposure, Facts, Measured};
use super::source::Source;
use super::words::{class, number};
use crate::class::Tier;
use crate::report::csv_table::Written;
use crate::report::escape::{terminal, terminal_path};
use crate::report::hashing::{HashingWriter, create_private};
use crate::report::opened::Table;
use anyhow::{Context, Result};
use askama::Template;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::io::BufWriter;
use std::path::Path;

/// The report's file.
pub const REPORT_FILE: &str = "report.html";

/// The most pages that the report lists.
const PAGES: usize = 40;

static STYLE: &str = include_str!("html/report.css");
static SCRIPT: &str = include_str!("html/report.js");

/// Everything that the template shows.
#[derive(Template)]
#[template(path = "report.html")]
struct Report<'r> {
    policy: String,
    style: &'static str,
    script: &'static str,
    title: String,
    source: &'r Source<'r>,
    facts: &'r Facts,
    sentences: Vec<String>,
    figures: Vec<(String, &'static str)>,
    flow: flow::Picture,
    people: people::Bars,
    timeline: timeline::Lanes,
    advice: Vec<advice::Advice>,
    estimates: Vec<Estimate>,
    options: Vec<(String, String)>,
}

/// A row of `estimates.csv`.
struct Estimate {
    what: String,
    figure: String,
    in_words: String,
}

impl Report<'_> {
    fn measured(&self, measured: &Measured) -> String {
        measured.people.shown()
    }

    /// The day of a time.
    fn day<'t>(&self, time: &'t str) -> &'t str {
        time.get(..10).unwrap_or(time)
    }

    /// A text that whoever wrote the manifest chose.
    fn shown(&self, text: &str) -> String {
        terminal(text).into_owned()
    }

    fn class(&self, word: &str) -> String {
        class(word)
    }

    fn number(&self, count: impl Borrow<u64>) -> String {
        number(*count.borrow())
    }

    fn css(&self, tier: &Tier) -> &'static str {
        tier_css(*tier)
    }

    fn tier_of_page(&self, tier: &Option<Tier>) -> &'static str {
        tier.map_or("", Tier::word)
    }

    /// What a person sorts people by: the count, or nothing.
    fn people_value(&self, exposure: &Exposure) -> u64 {
        exposure.measured.people.count.unwrap_or(0)
    }

    fn pages(&self) -> &[super::facts::PageFact] {
        let pages = self.facts.pages.items();
        &pages[..pages.len().min(PAGES)]
    }

    fn pages_left_out(&self) -> u64 {
        self.facts.pages.total() - self.pages().len() as u64
    }

    /// The tiers that occur, for the filter.
    fn tiers(&self) -> Vec<&'static str> {
        let occurs = |tier: &Tier| self.facts.exposures.items().iter().any(|exposure| exposure.tier == *tier);
        Tier::ALL.into_iter().filter(occurs).map(Tier::word).collect()
    }
}

/// The class of a tier in the style sheet.
fn tier_css(tier: Tier) -> &'static str {
    match tier {
        Tier::Direct => "t-direct",
        Tier::Sensitive => "t-sensitive",
        Tier::Linkable => "t-linkable",
        Tier::Device => "t-device",
        Tier::Context => "t-context",
    }
}

/// Writes the report into a folder.
///
/// # Errors
/// When a table cannot be read or the file cannot be written.
pub fn write(source: &Source<'_>, dir: &Path) -> Result<Written> {
    let path = dir.join(REPORT_FILE);
    let context = || format!("{}: cannot write", terminal_path(&path));
    let facts = Facts::read(source)?;
    let report = report(source, &facts)?;
    let mut out = BufWriter::with_capacity(1 << 17, HashingWriter::new(create_private(&path).with_context(context)?));
    report.write_into(&mut out).with_context(context)?;
    let hashing = out.into_inner().map_err(|err| err.into_error()).with_context(context)?;
    let (bytes, sha256) = hashing.finish();
    Ok(Written { file: REPORT_FILE.to_owned(), rows: 0, bytes, sha256 })
}

fn report<'r>(source: &'r Source<'r>, facts: &'r Facts) -> Result<Report<'r>> {
    let options = source.manifest.options.iter();
    let shown = |value: &serde_json::Value| terminal(&value.to_string()).into_owned();
    Ok(Report {
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        title: match facts.all {
            Some(_) => format!("Who received personal data from {}", story::sites(facts)),
            None => "No personal data was found going to third parties".to_owned(),
        },
        source,
        facts,
        sentences: story::paragraph(facts),
        figures: figures(facts),
        flow: flow::draw(facts.flows.items()),
        people: people::draw(facts.companies.items()),
        timeline: timeline::draw(&facts.timeline),
        advice: advice::give(facts.exposures.items()),
        estimates: estimates(source)?,
        options: options.map(|(name, value)| (terminal(name).into_owned(), shown(value))).collect(),
    })
}

/// Only this page's own style and script may be used; nothing may be loaded or sent.
fn policy() -> String {
    let hash = |text: &str| data_encoding::BASE64.encode(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// The figures at the head of the page.
fn figures(facts: &Facts) -> Vec<(String, &'static str)> {
    let Some(all) = &facts.all else { return Vec::new() };
    let mut figures = Vec::new();
    if all.people.count.is_some() {
        figures.push((all.people.shown(), if all.people.count == Some(1) { "person" } else { "people" }));
    }
    let plural =
        |count: u64, one: &'static str, many: &'static str| (number(count), if count == 1 { one } else { many });
    figures.push(plural(facts.companies.total(), "company that received data", "companies that received data"));
    figures.push(plural(all.requests, "request that carried data", "requests that carried data"));
    if facts.pages.total() > 0 {
        figures.push(plural(facts.pages.total(), "page it went from", "pages it went from"));
    }
    if all.captures > 0 && all.people.count.is_none() {
        figures.push(plural(all.captures, "test visit that shows it", "test visits that show it"));
    }
    figures
}

/// What `leakledger estimate` wrote beside the ledger.
fn estimates(source: &Source<'_>) -> Result<Vec<Estimate>> {
    let mut estimates = Vec::new();
    for folder in &source.estimates {
        let mut table = Table::open(&folder.join("estimates.csv"))?;
        let mut row = table.row();
        while estimates.len() < 200 && table.read(&mut row)? {
            let named = ["site", "owner", "page", "data_class"].map(|column| class(row.text(column)));
            let what: Vec<String> = named.into_iter().filter(|text| !text.is_empty()).collect();
            let (estimate, low, high) = (row.text("estimate"), row.text("low"), row.text("high"));
            let figure = match (estimate, low) {
                ("", "") => "no figure".to_owned(),
                ("", _) => format!("{low}\u{2013}{high}"),
                _ => format!("{estimate} ({low}\u{2013}{high})"),
            };
            let words = [row.text("in_words"), row.text("refused_because")].into_iter().find(|text| !text.is_empty());
            estimates.push(Estimate { what: what.join(", "), figure, in_words: words.unwrap_or_default().to_owned() });
        }
    }
    Ok(estimates)
}

#[cfg(test)]
mod tests;
