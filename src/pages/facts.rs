//! What a ledger says, gathered once from its tables for the report and the workbook's first sheet:
//! totals, companies, flows, pages, days, and what could not be seen. Whatever the ledger's size,
//! only the gravest rows are kept; how many there are besides is kept with them. People are never
//! added up here: every figure of people is a cell of a table.

mod coverage;
mod days;
mod pages;
mod ranked;

pub use coverage::{Coverage, Gap, InputFact, Reject};
pub use days::{Bin, Lane, Timeline};
pub use pages::PageFact;
pub use ranked::Ranked;

use super::source::Source;
use crate::class::Tier;
use crate::report::opened::TableRow;
use crate::report::schema;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// The most exposures that the report lists.
pub const EXPOSURES: usize = 1000;

/// The most companies, flows and pages that are kept.
const KEPT: usize = 500;

/// A figure of people with its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// The count; `None` where nobody was counted.
    pub count: Option<u64>,
    /// The lower bound.
    pub low: u64,
    /// The upper bound.
    pub high: u64,
    /// The count is hidden because it is below this; 0 where it is not.
    pub below: u64,
}

impl People {
    fn read(row: &TableRow) -> Result<Self> {
        let count = row.count("people")?;
        let low = row.count("people_low")?.or(count).unwrap_or(0);
        let below = row.text("people_method").strip_prefix("fewer than ").and_then(|least| least.parse().ok());
        let high = row.count("people_high")?.or(count).unwrap_or(0);
        Ok(People { count, low, high, below: below.unwrap_or(0) })
    }

    /// `812`, or `812 (790–835)` where it was estimated; a dash where nobody was counted.
    pub fn shown(&self) -> String {
        use super::words::number;
        match self.count {
            None if self.below > 0 => format!("fewer than {}", number(self.below)),
            None => "\u{2013}".to_owned(),
            Some(count) if self.low == self.high => number(count),
            Some(count) => format!("{} ({}\u{2013}{})", number(count), number(self.low), number(self.high)),
        }
    }
}

/// What was measured about something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Requests that carried data.
    pub requests: u64,
    /// Captures in which it was seen.
    pub captures: u64,
    /// People affected.
    pub people: People,
    /// When it was seen first; empty where no time was recorded.
    pub first_seen: String,
    /// When it was seen last.
    pub last_seen: String,
    /// The finding that shows it best.
    pub sample: String,
}

impl Measured {
    fn read(row: &TableRow) -> Result<Self> {
        let text = |column: &str| row.text(column).to_owned();
        Ok(Measured {
            requests: row.count("requests")?.unwrap_or(0),
            captures: row.count("captures")?.unwrap_or(0),
            people: People::read(row)?,
            first_seen: text("first_seen"),
            last_seen: text("last_seen"),
            sample: text("sample_finding"),
        })
    }

    /// What weighs most when rows are ranked: people, or captures where nobody was counted.
    fn weight(&self) -> u64 {
        self.people.count.unwrap_or(0).max(self.captures)
    }
}

/// A company that received personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its name.
    pub owner: String,
    /// The kinds of data it received, the gravest first.
    pub classes: Vec<String>,
    /// The gravest tier.
    pub tier: Option<Tier>,
    /// How much.
    pub measured: Measured,
}

/// What one company received of one kind of data from one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The site.
    pub site: String,
    /// The data class.
    pub class: String,
    /// Its tier.
    pub tier: Tier,
    /// The company.
    pub owner: String,
    /// How much.
    pub measured: Measured,
}

/// One row of `exposure.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The site.
    pub site: String,
    /// The product.
    pub vendor: String,
    /// The company.
    pub owner: String,
    /// What the product is for.
    pub purpose: String,
    /// The data class.
    pub class: String,
    /// Its tier.
    pub tier: Tier,
    /// How it was written.
    pub form: String,
    /// By which route it went.
    pub channel: String,
    /// How sure the best finding is.
    pub confidence: String,
    /// What the requests said about consent.
    pub consent: String,
    /// How much.
    pub measured: Measured,
}

/// Everything that the pages say about a ledger.
#[derive(Debug)]
pub struct Facts {
    /// All sites together; `None` where nothing was found.
    pub all: Option<Measured>,
    /// The sites from which data went to third parties, with the most affected first.
    pub sites: Ranked<(String, Measured)>,
    /// The companies that received data.
    pub companies: Ranked<Company>,
    /// What went from where to whom.
    pub flows: Ranked<Flow>,
    /// The rows of `exposure.csv`.
    pub exposures: Ranked<Exposure>,
    /// The pages.
    pub pages: Ranked<PageFact>,
    /// When.
    pub timeline: Timeline,
    /// What could not be seen.
    pub coverage: Coverage,
}

impl Facts {
    /// Reads the tables.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn read(source: &Source<'_>) -> Result<Self> {
        let mut facts = Facts {
            all: None,
            sites: Ranked::new(KEPT),
            companies: Ranked::new(KEPT),
            flows: Ranked::new(KEPT),
            exposures: exposures(source)?,
            pages: pages::read(source, KEPT)?,
            timeline: days::read(source)?,
            coverage: coverage::read(source)?,
        };
        facts.totals(source)?;
        Ok(facts)
    }

    /// Everything that is de-duplicated comes from `totals.csv`.
    fn totals(&mut self, source: &Source<'_>) -> Result<()> {
        let Some(mut table) = source.table(schema::TOTALS.file)? else { return Ok(()) };
        let (mut row, mut received) = (table.row(), Received::new());
        while table.read(&mut row)? {
            let (site, owner) = (row.text("site").to_owned(), row.text("owner").to_owned());
            let measured = Measured::read(&row)?;
            let weight = (u64::MAX - measured.weight(), u64::MAX - measured.requests);
            match (site.as_str(), row.text("scope")) {
                ("(all)", "all") => self.all = Some(measured),
                ("(all)", "owner") => {
                    let company = Company { owner: owner.clone(), classes: Vec::new(), tier: None, measured };
                    self.companies.push((weight.0, weight.1, owner), company);
                }
                ("(all)", "owner and data class") => {
                    if let Some(tier) = tier_of(row.text("data_class")) {
                        let class = row.text("data_class");
                        received.entry(owner).or_default().insert((tier, order_of(class), class.to_owned()));
                    }
                }
                ("(all)", _) => {}
                (_, "all") => self.sites.push((weight.0, weight.1, site.clone()), (site, measured)),
                (_, "owner and data class") => {
                    let class = row.text("data_class").to_owned();
                    let Some(tier) = tier_of(&class) else { continue };
                    let key = format!("{tier:?}\u{0}{site}\u{0}{class}\u{0}{owner}");
                    let first = tier_then_weight(tier, measured.weight());
                    self.flows.push(
                        (first, class_then_requests(&class, measured.requests), key),
                        Flow { site, class, tier, owner, measured },
                    );
                }
                _ => {}
            }
        }
        for company in self.companies.items_mut() {
            let classes = received.remove(&company.owner).unwrap_or_default();
            company.tier = classes.first().map(|(tier, _, _)| *tier);
            company.classes = classes.into_iter().map(|(_, _, class)| super::words::class(&class)).collect();
        }
        Ok(())
    }
}

/// The kinds of data that each company received, the gravest first.
type Received = BTreeMap<String, BTreeSet<(Tier, u64, String)>>;

fn exposures(source: &Source<'_>) -> Result<Ranked<Exposure>> {
    let mut exposures = Ranked::new(EXPOSURES);
    each_exposure(source, &mut |exposure| exposures.push(rank(&exposure), exposure))?;
    Ok(exposures)
}

/// Shows every row of `exposure.csv` in its order.
///
/// # Errors
/// When the table cannot be read.
pub fn each_exposure(source: &Source<'_>, visit: &mut dyn FnMut(Exposure)) -> Result<()> {
    let Some(mut table) = source.table(schema::EXPOSURE.file)? else { return Ok(()) };
    let mut row = table.row();
    while table.read(&mut row)? {
        let Some(tier) = Tier::parse(row.text("tier")) else { continue };
        let text = |column: &str| row.text(column).to_owned();
        visit(Exposure {
            site: text("site"),
            vendor: text("vendor"),
            owner: text("owner"),
            purpose: text("purpose"),
            class: text("data_class"),
            tier,
            form: text("form"),
            channel: text("channel"),
            confidence: text("confidence"),
            consent: text("consent"),
            measured: Measured::read(&row)?,
        });
    }
    Ok(())
}

/// How grave an exposure is: by its tier, then by the most people or captures, then by requests.
pub fn rank(exposure: &Exposure) -> (u64, u64, String) {
    let measured = &exposure.measured;
    let key = [&exposure.site, &exposure.vendor, &exposure.class, &exposure.form, &exposure.channel];
    let key = key.map(String::as_str).join("\u{0}");
    (tier_then_weight(exposure.tier, measured.weight()), class_then_requests(&exposure.class, measured.requests), key)
}

/// Where tier and weight are equal, the class that names a person most surely comes first.
fn class_then_requests(class: &str, requests: u64) -> u64 {
    const REQUESTS: u64 = (1 << 56) - 1;
    order_of(class) << 56 | (REQUESTS - requests.min(REQUESTS))
}

/// The place of a data class among all, from the gravest on.
pub fn order_of(class: &str) -> u64 {
    crate::class::DataClass::parse(class).map_or(255, |class| class as u64)
}

fn tier_then_weight(tier: Tier, weight: u64) -> u64 {
    const WEIGHTS: u64 = (1 << 56) - 1;
    (tier as u64) << 56 | (WEIGHTS - weight.min(WEIGHTS))
}

/// The tier of a data class by its word.
pub fn tier_of(class: &str) -> Option<Tier> {
    crate::class::DataClass::parse(class).map(|class| class.tier())
}
