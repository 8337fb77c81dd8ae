//! Writing the tables of counts from the cells of a run.

use super::people::Sampled;
use super::row::{self, Extra, Order, Row};
use crate::class::Tier;
use crate::cli::WriteKind;
use crate::exposure::cells::{CellKey, Counts, Level};
use crate::exposure::measure::Measure;
use crate::knowledge::{KNOWLEDGE, Knowledge, Policy, SOME_PATHS, Vendor};
use crate::people::links::{Links, Sightings};
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::table::TableSpec;
use crate::report::{counts, parquet, schema};
use crate::summary;
use crate::symbols::{Sym, SymbolCache};
use anyhow::Result;
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::path::Path;

/// Turns the cells of a run into sorted rows and writes them.
pub struct TableWriter<'t> {
    /// The cells; each table takes its own out.
    pub cells: Counts,
    /// Which keys are one person's, in all inputs together.
    pub links: Links,
    /// The texts.
    pub symbols: &'t SymbolCache<'t>,
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
}

/// Writes everything that is counted, and says what the worst exposures are.
///
/// # Errors
/// When a file cannot be written.
pub fn write_counts(
    output: &Output<'_>,
    knowledge: &Knowledge,
    symbols: &SymbolCache<'_>,
    cells: Counts,
    sightings: &Sightings,
    written: &mut Vec<Written>,
) -> Result<Vec<summary::Exposure>> {
    written.push(counts::write(output.dir, &cells, sightings, symbols)?);
    let links = Links::new(sightings);
    let mut tables = TableWriter { cells, links, symbols, knowledge, dir: output.dir, options: output.csv };
    let worst = summary::worst(&mut tables);
    if output.kinds.contains(&WriteKind::Parquet) {
        written.push(tables.parquet()?);
    }
    written.extend(tables.write_all()?);
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
    /// Writes all tables of counts.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn write_all(&mut self) -> Result<Vec<Written>> {
        let owners = self.sampled(Level::TotalOwner);
        let classes = self.sampled(Level::TotalOwnerClass);
        Ok(vec![
            self.exposure()?,
            self.totals()?,
            self.vendors()?,
            self.sites()?,
            self.plain(&schema::HOSTS, Level::Host)?,
            self.plain(&schema::PAGES, Level::Page)?,
            self.plain(&schema::DAYS, Level::Day)?,
            self.visits()?,
            self.plain(&schema::EVENTS, Level::Event)?,
            super::people::overlap(self.dir, &owners, &self.links, self.options)?,
            super::people::samples(self.dir, &classes, &self.links, self.options)?,
        ])
    }

    /// The cells of a level in the order of their rows. A named row takes several times the memory of
    /// its cell, so rows are made one by one as they are written.
    fn sorted(&mut self, level: Level) -> Vec<(CellKey, Measure)> {
        let mut cells = self.cells.take(level);
        cells.sort_by_cached_key(|(key, _)| Order::of(key, self.symbols));
        cells
    }

    /// The cells of a level that were not only blocked, in the order of their rows.
    fn sent(&mut self, level: Level) -> Vec<(CellKey, Measure)> {
        let mut cells = self.sorted(level);
        cells.retain(|(_, measure)| measure.requests > 0);
        cells
    }

    fn row(&self, (key, measure): (CellKey, Measure)) -> Row {
        Row::new(key, measure, self.symbols, &self.links)
    }

    /// The samples of people over all sites, by owner and data class.
    fn sampled(&self, level: Level) -> Vec<Sampled> {
        let cells = self.cells.iter(level).filter(|(key, measure)| key.site.is_empty() && measure.requests > 0);
        let mut sampled: Vec<Sampled> = cells
            .filter_map(|(key, measure)| {
                let visits = measure.visits.as_ref().filter(|_| !measure.people.is_empty())?.drawn();
                Some(Sampled { owner: self.symbols.name(key.owner), class: key.class, visits })
            })
            .collect();
        sampled.sort_by(|a, b| (&a.owner, a.class).cmp(&(&b.owner, b.class)));
        sampled
    }

    /// What each company received from each site, by data class.
    pub fn totals_by_owner_and_class(&self) -> Vec<Row> {
        let cells = self.cells.iter(Level::TotalOwnerClass).filter(|(key, _)| !key.site.is_empty());
        let mut rows: Vec<Row> = cells
            .filter(|(_, measure)| measure.requests > 0)
            .map(|(key, measure)| self.row((*key, measure.clone())))
            .collect();
        rows.sort_by_cached_key(|row| Order::of(row.key(), self.symbols));
        rows
    }

    /// Writes `ledger.parquet`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn parquet(&mut self) -> Result<Written> {
        let cells = self.sorted(Level::Grain);
        parquet::write(self.dir, cells.into_iter().map(|cell| self.row(cell).into_ledger_row()))
    }

    fn exposure(&mut self) -> Result<Written> {
        let cells = self.sent(Level::Exposure);
        self.write(&schema::EXPOSURE, cells.into_iter().map(|cell| self.row(cell)))
    }

    fn plain(&mut self, spec: &TableSpec, level: Level) -> Result<Written> {
        // A host that was contacted in vain, because the client blocked it, is worth a row.
        let cells = if level == Level::Host { self.sorted(level) } else { self.sent(level) };
        self.write(spec, cells.into_iter().map(|cell| self.row(cell)))
    }

    fn totals(&mut self) -> Result<Written> {
        let levels = [Level::TotalAll, Level::TotalOwner, Level::TotalTier, Level::TotalOwnerClass];
        let mut cells: Vec<(CellKey, Measure)> = levels.into_iter().flat_map(|level| self.sent(level)).collect();
        // What is equal stays in the order of the levels.
        cells.sort_by_cached_key(|(key, _)| row::site_name(self.symbols.name(key.site)));
        self.write(&schema::TOTALS, cells.into_iter().map(|cell| self.row(cell)))
    }

    fn vendors(&mut self) -> Result<Written> {
        let exposing = self.by_key(Level::Vendor);
        let tiers = self.by_key(Level::VendorTier);
        let sites = self.sites_per_vendor();
        let listed = self.listed();
        let known: HashMap<&str, &Vendor> =
            self.knowledge.vendors().map(|(_, vendor)| (vendor.name.as_str(), vendor)).collect();
        let mut rows = Vec::new();
        for cell in self.sorted(Level::Contact) {
            let mut row = self.row(cell);
            let key = *row.key();
            let own = exposing.get(&CellKey { level: Level::Vendor, ..key });
            row = row.with("requests", Extra::Count(own.map_or(0, |measure| measure.requests)));
            row = with_people(row, own, &self.links);
            row = row.with("sites", Extra::Count(sites.get(&(key.vendor, key.owner)).copied().unwrap_or(0)));
            for (column, tier) in TIER_COLUMNS {
                let measure = tiers.get(&CellKey { level: Level::VendorTier, tier: Some(tier), ..key });
                row = row.with(column, Extra::Count(measure.map_or(0, |measure| measure.requests)));
            }
            let vendor = known.get(row.vendor());
            let mut listed = listed.get(&(key.vendor, key.owner)).cloned().unwrap_or_default();
            if vendor.is_some() {
                // Known by a signature or an alias, where the host itself is on no list.
                listed.insert(Listed { later: false, name: KNOWLEDGE.to_owned() });
            }
            let whole: BTreeSet<String> = listed.iter().map(|listed| listed.name.clone()).collect();
            // What is named whole on one host need not be named again for some paths of another.
            let is_news = |name: &String| name.strip_suffix(SOME_PATHS).is_none_or(|list| !whole.contains(list));
            let listed: Vec<String> = listed.into_iter().map(|listed| listed.name).filter(is_news).collect();
            let listed = if listed.is_empty() { "unlisted".to_owned() } else { listed.join("; ") };
            let policy = vendor.and_then(|vendor| vendor.policy.as_ref());
            let policy = policy.map(Policy::text).unwrap_or_default();
            rows.push(row.with("listed_in", Extra::Text(listed)).with("policy", Extra::Text(policy)));
        }
        self.write(&schema::VENDORS, rows)
    }

    /// Where each vendor's hosts are known from.
    fn listed(&self) -> HashMap<(Sym, Sym), BTreeSet<Listed>> {
        let mut listed: HashMap<(Sym, Sym), BTreeSet<Listed>> = HashMap::new();
        for (key, _) in self.cells.iter(Level::Host) {
            let names = self.knowledge.listed_in(&self.symbols.name(key.text)).into_iter();
            let names = names.map(|name| Listed { later: name != KNOWLEDGE, name });
            listed.entry((key.vendor, key.owner)).or_default().extend(names);
        }
        listed
    }

    /// From how many sites each vendor received personal data.
    fn sites_per_vendor(&self) -> HashMap<(Sym, Sym), u64> {
        let mut sites = HashMap::new();
        for (key, measure) in self.cells.iter(Level::Site) {
            if measure.requests > 0 {
                *sites.entry((key.vendor, key.owner)).or_default() += 1;
            }
        }
        sites
    }

    fn sites(&mut self) -> Result<Written> {
        let exposing = self.by_key(Level::Site);
        let mut rows = Vec::new();
        for cell in self.sorted(Level::SiteContact) {
            let contact = self.row(cell);
            let key = CellKey { level: Level::Site, ..*contact.key() };
            let own = exposing.get(&key).cloned().unwrap_or_default();
            let (contacts, people) = contact.contacts();
            let mut row = self.row((key, own)).with("contacts", Extra::Count(contacts));
            if people > 0 {
                row = row.with("contact_people", Extra::Count(people));
            }
            rows.push(row);
        }
        self.write(&schema::SITES, rows)
    }

    fn visits(&mut self) -> Result<Written> {
        let exposing = self.by_key(Level::VisitExposing);
        let mut rows = Vec::new();
        for cell in self.sorted(Level::Visit) {
            let row = self.row(cell);
            let key = CellKey { level: Level::VisitExposing, ..*row.key() };
            let loads = exposing.get(&key).map_or(0, |measure| measure.requests);
            rows.push(row.with("loads_exposing", Extra::Count(loads)));
        }
        self.write(&schema::VISITS, rows)
    }

    fn by_key(&mut self, level: Level) -> HashMap<CellKey, Measure> {
        self.cells.take(level).into_iter().collect()
    }

    fn write(&self, spec: &TableSpec, rows: impl IntoIterator<Item = Row>) -> Result<Written> {
        let mut table = CsvTable::create(self.dir, spec, self.options)?;
        for row in rows {
            let cells: Vec<Cell<'_>> = spec.columns.iter().map(|column| row.cell(column.name)).collect();
            table.row(&cells)?;
        }
        table.finish()
    }
}

/// Where a vendor is known from, the knowledge base before the lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    later: bool,
    name: String,
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
fn with_people(row: Row, exposing: Option<&Measure>, links: &Links) -> Row {
    let (_, contacted) = row.contacts();
    let people = exposing.map(|measure| measure.people.clone().count(links)).unwrap_or_default();
    let shown = |count: u64| if count > 0 { Extra::Count(count) } else { Extra::Text(String::new()) };
    row.with("contact_people", shown(contacted))
        .with("people", shown(people.people))
        .with("people_low", shown(people.low))
        .with("people_high", shown(people.high))
        .with("people_method", Extra::Text(people.method().into()))
        .with("person_keys", Extra::Text(people.kinds_in_words()))
}
