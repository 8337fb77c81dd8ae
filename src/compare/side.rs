//! One of the two ledgers, reduced to what a comparison needs: exposures with their pages, loads of
//! each page with the visitors' states, and what the inputs could not show.

use crate::place::UNKNOWN;
use crate::report::opened::OpenLedger;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Sharing inside one group is no disclosure and is not compared.
const SAME_OWNER: &str = "same owner";

/// An exposure, as `exposure.csv` keys it. Tier first, so that the gravest come first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) rank: usize,
    pub(super) site: String,
    pub(super) vendor: String,
    pub(super) owner: String,
    pub(super) data_class: String,
    pub(super) tier: String,
    pub(super) form: String,
    pub(super) channel: String,
}

impl Key {
    /// The exposure in a few words.
    pub(super) fn words(&self) -> String {
        format!("{} from {} to {}", self.data_class.replace('_', " "), self.site, self.vendor)
    }
}

/// What a ledger has of one exposure.
#[derive(Clone, Debug, Default)]
pub(super) struct Exposed {
    pub(super) requests: u64,
    pub(super) blocked: u64,
    pub(super) unknown: u64,
    /// The pages that sent it, or tried to.
    pub(super) pages: BTreeSet<String>,
}

/// Loads of one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Loads {
    pub(super) site: String,
    pub(super) states: BTreeSet<String>,
    /// Loads in captures, by input.
    pub(super) captured: BTreeMap<String, u64>,
    /// Loads in logs.
    pub(super) logged: u64,
}

/// What an input lacked.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    pub(super) is_capture: bool,
    pub(super) words: BTreeSet<String>,
}

/// One of the two ledgers.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    pub(super) exposures: BTreeMap<Key, Exposed>,
    pub(super) pages: BTreeMap<String, Loads>,
    pub(super) inputs: BTreeMap<String, Gaps>,
}

impl Side {
    /// Reads a ledger.
    ///
    /// # Errors
    /// When a table is missing or damaged.
    pub(super) fn read(ledger: &OpenLedger) -> Result<Self> {
        let mut side = Side::default();
        side.read_exposures(ledger)?;
        side.read_inputs(ledger)?;
        side.read_pages(ledger)?;
        Ok(side)
    }

    fn read_exposures(&mut self, ledger: &OpenLedger) -> Result<()> {
        for row in ledger.grains()? {
            let row = row?;
            if row.purpose == SAME_OWNER {
                continue;
            }
            let key = Key {
                rank: rank(&row.tier),
                site: row.site.into_owned(),
                vendor: row.vendor.into_owned(),
                owner: row.owner.into_owned(),
                data_class: row.data_class.into_owned(),
                tier: row.tier.into_owned(),
                form: row.form.into_owned(),
                channel: row.channel.into_owned(),
            };
            let exposed = self.exposures.entry(key).or_default();
            exposed.requests += row.requests;
            exposed.blocked += row.blocked_requests;
            exposed.unknown += row.unknown_requests;
            exposed.pages.insert(row.page.into_owned());
        }
        Ok(())
    }

    fn read_inputs(&mut self, ledger: &OpenLedger) -> Result<()> {
        let mut table = ledger.table("inputs.csv")?;
        table.require(&["input", "role", "coverage_gaps"])?;
        for row in &mut table {
            let row = row?;
            let words = row.text("coverage_gaps").split("; ").filter(|word| !word.is_empty()).map(str::to_owned);
            let gaps = Gaps { is_capture: row.text("role") == "capture", words: words.collect() };
            self.inputs.insert(row.text("input").to_owned(), gaps);
        }
        Ok(())
    }

    fn read_pages(&mut self, ledger: &OpenLedger) -> Result<()> {
        let mut seen = BTreeSet::new();
        let mut table = ledger.table("loads.csv")?;
        table.require(&["input", "load", "site", "page", "vendor"])?;
        for row in &mut table {
            let row = row?;
            if row.text("vendor").is_empty() && seen.insert(row.text("load").to_owned()) {
                let page = self.page(row.text("site"), row.text("page"), row.text("state"));
                *page.captured.entry(row.text("input").to_owned()).or_default() += 1;
            }
        }
        let mut table = ledger.table("visits.csv")?;
        table.require(&["site", "page", "state", "loads"])?;
        let mut loads: BTreeMap<String, u64> = BTreeMap::new();
        for row in &mut table {
            let row = row?;
            self.page(row.text("site"), row.text("page"), row.text("state"));
            *loads.entry(row.text("page").to_owned()).or_default() += row.count("loads")?.unwrap_or(0);
        }
        for (page, all) in loads {
            if let Some(own) = self.pages.get_mut(&page) {
                own.logged = all.saturating_sub(own.captured.values().sum());
            }
        }
        Ok(())
    }

    fn page(&mut self, site: &str, page: &str, state: &str) -> &mut Loads {
        let loads = self.pages.entry(page.to_owned()).or_default();
        loads.site = site.to_owned();
        if state != "unknown" {
            loads.states.insert(state.to_owned());
        }
        loads
    }

    /// The pages of a site that were loaded; of all sites where the site is not known.
    pub(super) fn pages_of(&self, site: &str) -> BTreeSet<String> {
        let of_site = self.pages.iter().filter(|(_, loads)| site == UNKNOWN || loads.site == site);
        of_site.map(|(page, _)| page.clone()).collect()
    }

    /// All loads of a page.
    pub(super) fn loads(&self, page: &str) -> u64 {
        self.pages.get(page).map_or(0, |loads| loads.logged + loads.captured.values().sum::<u64>())
    }
}

/// The order of tiers, the gravest first.
fn rank(tier: &str) -> usize {
    ["direct", "sensitive", "linkable", "device", "context"].iter().position(|word| *word == tier).unwrap_or(9)
}
