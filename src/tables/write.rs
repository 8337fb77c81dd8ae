//! Writing the tables of counts from the cells of a run.

use super::people::{self, Sampled};
use super::row::{Extra, Row};
use crate::class::Tier;
use crate::cli::WriteKind;
use crate::exposure::cells::{CellKey, Level};
use crate::exposure::measure::Measure;
use crate::exposure::sorted::{InOrder, SortedCounts};
use crate::knowledge::{KNOWLEDGE, Knowledge, Policy, SOME_PATHS, Vendor};
use crate::people::links::{Links, Sightings};
use crate::pipeline;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::table::TableSpec;
use crate::report::{counts, parquet, schema};
use crate::summary;
use crate::symbols::{Sym, SymbolCache, Symbols};
use anyhow::Result;
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::path::Path;

/// Turns the cells of a run into sorted rows and writes them.
pub struct TableWriter<'t> {
    /// The cells.
    pub cells: &'t SortedCounts<'t>,
    /// Which keys are seen together.
    pub sightings: &'t Sightings,
    /// Which keys are one person's, in all inputs together.
    pub links: &'t Links,
    /// The texts.
    pub symbols: SymbolCache<'t>,
    /// The vendor knowledge base.
    pub knowledge: &'t Knowledge,
    /// The folder.
    pub dir: &'t Path,
    /// How CSV is written.
    pub options: CsvOptions,
}

/// Where and how the tables of counts are written.
#[derive(Clone, Copy, Debug)]
pub struct Output<'o> {
    /// Which kinds of files.
    pub kinds: &'o [WriteKind],
    /// How CSV is written.
    pub csv: CsvOptions,
    /// Whether findings have their values, which `columns.csv` explains.
    pub reveal: bool,
    /// The folder.
    pub dir: &'o Path,
    /// On how many threads.
    pub jobs: usize,
}

/// A file that is made of the counts.
type File = fn(&TableWriter<'_>) -> Result<Written>;

/// What is always made of them.
const FILES: &[File] = &[
    |tables| counts::write(tables.dir, tables.cells, tables.sightings),
    |tables| tables.plain(&schema::EXPOSURE, &[Level::Exposure]),
    |tables| tables.plain(&schema::TOTALS, &TOTALS),
    |tables| tables.vendors(),
    |tables| tables.sites(),
    // A host that was contacted in vain, because the client blocked it, is worth a row.
    |tables| tables.write(&schema::HOSTS, tables.rows(&[Level::Host])),
    |tables| tables.plain(&schema::PAGES, &[Level::Page]),
    |tables| tables.plain(&schema::DAYS, &[Level::Day]),
    |tables| tables.visits(),
    |tables| tables.plain(&schema::EVENTS, &[Level::Event]),
    |tables| people::overlap(tables.dir, &tables.sampled(Level::TotalOwner)?, tables.links, tables.options),
    |tables| people::samples(tables.dir, &tables.sampled(Level::TotalOwnerClass)?, tables.links, tables.options),
];

/// Writes everything that is counted, and says what the worst exposures are.
///
/// # Errors
/// When a file cannot be written.
pub fn write_counts(
    output: &Output<'_>,
    knowledge: &Knowledge,
    symbols: &Symbols,
    cells: &SortedCounts<'_>,
    sightings: &Sightings,
    written: &mut Vec<Written>,
) -> Result<summary::Worst> {
    let links = &Links::new(sightings);
    let (dir, options) = (output.dir, output.csv);
    let tables =
        || TableWriter { cells, sightings, links, symbols: SymbolCache::new(symbols), knowledge, dir, options };
    let mut files = FILES.to_vec();
    if output.kinds.contains(&WriteKind::Parquet) {
        // It takes longest.
        files.insert(0, |tables| tables.parquet());
    }
    for file in pipeline::side_by_side(output.jobs, files.len(), |number| files[number](&tables())) {
        written.push(file?);
    }
    let worst = summary::worst(&tables())?;
    let mut specs = schema::TABLES.to_vec();
    if output.reveal {
        for spec in &mut specs {
            if spec.file == schema::FINDINGS.file {
                *spec = &schema::FINDINGS_REVEALED;
            }
        }
    }
    written.push(schema::write_columns(output.dir, &specs, output.csv)?);
    Ok(worst)
}

impl TableWriter<'_> {
    fn row(&self, (key, measure): (CellKey, Measure)) -> Row {
        Row::new(key, measure, &self.symbols, self.links)
    }

    /// The rows of some levels. A named row takes several times the memory of its cell, so rows are made
    /// one by one as they are written.
    fn rows(&self, levels: &[Level]) -> impl Iterator<Item = Result<Row>> {
        self.cells.cells(levels).map(|cell| Ok(self.row(cell?)))
    }

    /// The samples of people over all sites, by owner and data class.
    fn sampled(&self, level: Level) -> Result<Vec<Sampled>> {
        let mut sampled = Vec::new();
        for cell in self.cells.cells(&[level]) {
            let (key, measure) = cell?;
            // All sites together come first.
            if !key.site.is_empty() {
                break;
            }
            if let (1.., false, Some(visits)) = (measure.requests, measure.people.is_empty(), &measure.visits) {
                let (owner, visits) = (self.symbols.name(key.owner), visits.drawn());
                sampled.push(Sampled { owner, class: key.class, visits });
            }
        }
        Ok(sampled)
    }

    /// What each company received from each site, by data class.
    pub fn by_owner_and_class(&self) -> impl Iterator<Item = Result<Row>> {
        let cells = sent(self.cells.cells(&[Level::TotalOwnerClass]));
        let of_sites = cells.filter(|cell| !cell.as_ref().is_ok_and(|(key, _)| key.site.is_empty()));
        of_sites.map(|cell| Ok(self.row(cell?)))
    }

    /// Writes `ledger.parquet`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn parquet(&self) -> Result<Written> {
        parquet::write(self.dir, self.rows(&[Level::Grain]).map(|row| Ok(row?.into_ledger_row())))
    }

    /// Writes what was not only blocked.
    fn plain(&self, spec: &TableSpec, levels: &[Level]) -> Result<Written> {
        self.write(spec, sent(self.cells.cells(levels)).map(|cell| Ok(self.row(cell?))))
    }

    fn vendors(&self) -> Result<Written> {
        let (mut exposing, mut tiers) = (self.cells.beside(Level::Vendor), self.cells.beside(Level::VendorTier));
        let sites = self.sites_per_vendor()?;
        let listed = self.listed()?;
        let known: HashMap<&str, &Vendor> =
            self.knowledge.vendors().map(|(_, vendor)| (vendor.name.as_str(), vendor)).collect();
        let rows = self.rows(&[Level::Contact]).map(|row| {
            let row = row?;
            let key = *row.key();
            let (own, tiers) = (exposing.of(&key)?.pop().map(|(_, measure)| measure), tiers.of(&key)?);
            let mut row = row.with("requests", Extra::Count(own.as_ref().map_or(0, |measure| measure.requests)));
            row = with_people(row, own, self.links);
            row = row.with("sites", Extra::Count(sites.get(&(key.vendor, key.owner)).copied().unwrap_or(0)));
            for (column, tier) in TIER_COLUMNS {
                let measure = tiers.iter().find(|(key, _)| key.tier == Some(tier));
                row = row.with(column, Extra::Count(measure.map_or(0, |(_, measure)| measure.requests)));
            }
            let vendor = known.get(row.vendor());
            let mut listed = listed.get(&(key.vendor, key.owner)).cloned().unwrap_or_default();
            if vendor.is_some() {
                // Known by a signature or an alias, where the host itself is on no list.
                listed.insert(Listed { later: false, name: KNOWLEDGE.to_owned() });
            }
            let policy = vendor.and_then(|vendor| vendor.policy.as_ref());
            let policy = policy.map(Policy::text).unwrap_or_default();
            Ok(row.with("listed_in", Extra::Text(in_words(listed))).with("policy", Extra::Text(policy)))
        });
        self.write(&schema::VENDORS, rows)
    }

    /// Where each vendor's hosts are known from.
    fn listed(&self) -> Result<HashMap<(Sym, Sym), BTreeSet<Listed>>> {
        let mut listed: HashMap<(Sym, Sym), BTreeSet<Listed>> = HashMap::new();
        for cell in self.cells.cells(&[Level::Host]) {
            let (key, _) = cell?;
            let names = self.knowledge.listed_in(&self.symbols.name(key.text)).into_iter();
            let names = names.map(|name| Listed { later: name != KNOWLEDGE, name });
            listed.entry((key.vendor, key.owner)).or_default().extend(names);
        }
        Ok(listed)
    }

    /// From how many sites each vendor received personal data.
    fn sites_per_vendor(&self) -> Result<HashMap<(Sym, Sym), u64>> {
        let mut sites = HashMap::new();
        for cell in sent(self.cells.cells(&[Level::Site])) {
            let (key, _) = cell?;
            *sites.entry((key.vendor, key.owner)).or_default() += 1;
        }
        Ok(sites)
    }

    fn sites(&self) -> Result<Written> {
        let mut exposing = self.cells.beside(Level::Site);
        let rows = self.rows(&[Level::SiteContact]).map(|row| {
            let contact = row?;
            let key = CellKey { level: Level::Site, ..*contact.key() };
            let own = exposing.of(&key)?.pop().map(|(_, measure)| measure).unwrap_or_default();
            let (contacts, people) = contact.contacts();
            let mut row = self.row((key, own)).with("contacts", Extra::Count(contacts));
            if people > 0 {
                row = row.with("contact_people", Extra::Count(people));
            }
            Ok(row)
        });
        self.write(&schema::SITES, rows)
    }

    fn visits(&self) -> Result<Written> {
        let mut exposing = self.cells.beside(Level::VisitExposing);
        let rows = self.rows(&[Level::Visit]).map(|row| {
            let row = row?;
            let loads = exposing.of(row.key())?.pop().map_or(0, |(_, measure)| measure.requests);
            Ok(row.with("loads_exposing", Extra::Count(loads)))
        });
        self.write(&schema::VISITS, rows)
    }

    fn write(&self, spec: &TableSpec, rows: impl Iterator<Item = Result<Row>>) -> Result<Written> {
        let mut table = CsvTable::create(self.dir, spec, self.options)?;
        for row in rows {
            let row = row?;
            let cells: Vec<Cell<'_>> = spec.columns.iter().map(|column| row.cell(column.name)).collect();
            table.row(&cells)?;
        }
        table.finish()
    }
}

/// The cells that were not only blocked.
fn sent(cells: InOrder<'_>) -> impl Iterator<Item = Result<(CellKey, Measure)>> {
    cells.filter(|cell| !cell.as_ref().is_ok_and(|(_, measure)| measure.requests == 0))
}

/// The kinds of rows in `totals.csv`.
const TOTALS: [Level; 4] = [Level::TotalAll, Level::TotalOwner, Level::TotalTier, Level::TotalOwnerClass];

/// Where a vendor is known from, the knowledge base before the lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    later: bool,
    name: String,
}

/// Where a vendor is known from, in words.
fn in_words(listed: BTreeSet<Listed>) -> String {
    if listed.is_empty() {
        return "unlisted".to_owned();
    }
    let whole: BTreeSet<String> = listed.iter().map(|listed| listed.name.clone()).collect();
    // What is named whole on one host need not be named again for some paths of another.
    let is_news = |name: &String| name.strip_suffix(SOME_PATHS).is_none_or(|list| !whole.contains(list));
    listed.into_iter().map(|listed| listed.name).filter(is_news).collect::<Vec<_>>().join("; ")
}

const TIER_COLUMNS: [(&str, Tier); 5] = [
    ("requests_direct", Tier::Direct),
    ("requests_sensitive", Tier::Sensitive),
    ("requests_linkable", Tier::Linkable),
    ("requests_device", Tier::Device),
    ("requests_context", Tier::Context),
];

/// Shows the people who were exposed; those who merely contacted the vendor have a column of their
/// own.
fn with_people(row: Row, exposing: Option<Measure>, links: &Links) -> Row {
    let (_, contacted) = row.contacts();
    let people = exposing.map(|mut measure| measure.people.count(links)).unwrap_or_default();
    let shown = |count: u64| if count > 0 { Extra::Count(count) } else { Extra::Text(String::new()) };
    row.with("contact_people", shown(contacted))
        .with("people", shown(people.people))
        .with("people_low", shown(people.low))
        .with("people_high", shown(people.high))
        .with("people_method", Extra::Text(people.method().into()))
        .with("person_keys", Extra::Text(people.kinds_in_words()))
}
