//! The pages from which data went to third parties, each with how often it was loaded and who
//! received what.

use super::{Measured, Ranked, order_of, tier_of};
use crate::class::Tier;
use crate::pages::source::Source;
use crate::pages::words;
use crate::report::schema;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// How many pages are held at once while the table is read.
const HELD: usize = 20_000;

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFact {
    /// The site.
    pub site: String,
    /// The page.
    pub page: String,
    /// The gravest tier that was sent from it.
    pub tier: Option<Tier>,
    /// The kinds of data, the gravest first.
    pub classes: Vec<String>,
    /// Who received it.
    pub owners: Vec<String>,
    /// Loads, where they were recorded.
    pub loads: u64,
    /// Loads during which something went to a third party.
    pub loads_exposing: u64,
}

#[derive(Default)]
struct Gathered {
    classes: BTreeSet<(Tier, u64, String)>,
    owners: BTreeSet<String>,
    weight: u64,
    loads: u64,
    loads_exposing: u64,
}

/// Reads `pages.csv` and `visits.csv`, each of which is in the order of sites and pages.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn read(source: &Source<'_>, kept: usize) -> Result<Ranked<PageFact>> {
    let mut gathered: BTreeMap<(String, String), Gathered> = BTreeMap::new();
    let mut skipped = 0;
    if let Some(mut table) = source.table(schema::PAGES.file)? {
        let mut row = table.row();
        while table.read(&mut row)? {
            let key = (row.text("site").to_owned(), row.text("page").to_owned());
            if row.text("purpose") == "same owner" || key.1 == "(unknown)" {
                continue;
            }
            if gathered.len() >= HELD && !gathered.contains_key(&key) {
                skipped += 1;
                continue;
            }
            let Some(tier) = tier_of(row.text("data_class")) else { continue };
            let page = gathered.entry(key).or_default();
            let class = row.text("data_class");
            page.classes.insert((tier, order_of(class), class.to_owned()));
            page.owners.insert(row.text("owner").to_owned());
            page.weight = page.weight.max(Measured::read(&row)?.weight());
        }
    }
    if let Some(mut table) = source.table(schema::VISITS.file)? {
        let mut row = table.row();
        while table.read(&mut row)? {
            let key = (row.text("site").to_owned(), row.text("page").to_owned());
            if let Some(page) = gathered.get_mut(&key) {
                page.loads += row.count("loads")?.unwrap_or(0);
                page.loads_exposing += row.count("loads_exposing")?.unwrap_or(0);
            }
        }
    }
    let mut ranked = Ranked::new(kept);
    for ((site, page), gathered) in gathered {
        let tier = gathered.classes.first().map(|(tier, _, _)| *tier);
        let rank =
            (tier.map_or(u64::MAX, |tier| tier as u64), u64::MAX - gathered.weight, format!("{site}\u{0}{page}"));
        let (grave, other): (Vec<_>, Vec<_>) =
            gathered.classes.into_iter().partition(|(tier, _, _)| *tier <= Tier::Linkable);
        let mut classes: Vec<String> = grave.into_iter().map(|(_, _, class)| words::class(&class)).collect();
        if !other.is_empty() {
            classes.push(words::counted(
                other.len() as u64,
                "kind of device or context data",
                "kinds of device and context data",
            ));
        }
        let owners = gathered.owners.into_iter().collect();
        let fact = PageFact {
            site,
            page,
            tier,
            classes,
            owners,
            loads: gathered.loads,
            loads_exposing: gathered.loads_exposing,
        };
        ranked.push(rank, fact);
    }
    ranked.add_left_out(skipped);
    Ok(ranked)
}
