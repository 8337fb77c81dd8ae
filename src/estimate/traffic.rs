//! Who loaded which page, on which day, in which state and how often: read from the site's own
//! access logs, or from a proxy's log of connections, by the same stages that scan reads with.

use crate::board::{Board, Division, Finished};
use crate::exposure::cells::{CellKey, Level};
use crate::findings::FindingSink;
use crate::interrupt::Interrupt;
use crate::knowledge::Knowledge;
use crate::matching::people::People;
use crate::observation::{PersonKey, PersonKind};
use crate::people::counts::PersonCounts;
use crate::people::links::{Links, Sightings};
use crate::people::set::Person;
use crate::pipeline;
use crate::place::UNKNOWN;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::record::Role;
use crate::report::csv_table::Written;
use crate::report::schema;
use crate::run::Run;
use crate::secret::Secret;
use crate::source::content::Meter;
use crate::source::pool::Pool;
use crate::source::walk::Found;
use crate::spill::Store;
use crate::symbols::{SymbolCache, Symbols};
use anyhow::{Context, Result};
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Visits of one page that have day, state and data in the URL in common.
#[derive(Clone, Debug)]
pub struct Visits {
    /// The page: host and path, or the path alone where the log does not tell its host; `(unknown)`
    /// where only the site is known.
    pub page: String,
    /// The site, `(unknown)` where the log does not tell it.
    pub site: String,
    /// Days since 1970 (UTC).
    pub day: Option<i32>,
    /// The visitor's state.
    pub state: String,
    /// Kinds of data in the page's URL.
    pub url_data: BTreeSet<String>,
    /// Persons with the number of their loads, in the order of their keys.
    pub people: Vec<(u64, u32)>,
}

/// A vendor, its owner, and a day.
type Contact = (String, String, Option<i32>);

/// Everything that the logs show.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Visits of pages.
    pub visits: Vec<Visits>,
    /// Persons whose connections reached a vendor, by vendor, owner and day.
    pub contacts: BTreeMap<Contact, Vec<(u64, u32)>>,
    /// Days on which anything was logged.
    pub days: BTreeSet<i32>,
    /// Whether the logs show connections only.
    pub connections: bool,
    /// Whether the logs hold the queries of URLs.
    pub queries: bool,
    /// Page loads of robots and monitors that were left out.
    pub automated: u64,
    /// Pages fetched ahead that were left out.
    pub ahead: u64,
    /// What became of every log.
    pub inputs: Vec<Finished>,
}

/// Reads the logs; `dir` receives `rejects.csv` and `inputs.csv`, `work` what goes away again.
///
/// # Errors
/// When a table cannot be written.
pub fn read(
    plan: &Plan,
    secret: &Secret,
    found: Found,
    dir: &Path,
    progress: &Progress,
) -> Result<(Traffic, Vec<Written>)> {
    let work = dir.join("work");
    std::fs::create_dir_all(&work).context("cannot make a folder for intermediate files")?;
    let (knowledge, symbols) = (Knowledge::shipped(), Symbols::default());
    let meter = Meter::default();
    let on_progress = || progress.reach(meter.total());
    let store = Store::new(plan.observation_memory(), work.join("observations"));
    let nobody = People::default();
    let run = Run {
        plan,
        knowledge: &knowledge,
        people: &nobody,
        symbols: &symbols,
        secret,
        store,
        pool: Pool::default(),
        texts: None,
        work: work.clone(),
        meter: meter.clone(),
        on_progress: &on_progress,
    };
    let division = Division { window: plan.jobs + 2, stage_bytes: u64::MAX, interrupt: Interrupt::default() };
    let board = Board::new(found.inputs, division, FindingSink::create(&work, plan.csv, false)?, &|_| {});
    let mut cells = pipeline::run(&run, &board)?;
    let mut inputs = board.take_finished();
    inputs.sort_by(|a, b| a.input.order.cmp(&b.input.order));
    let mut sink = board.into_sink();
    sink.reject_unread(&inputs, &found.unreadable)?;
    let mut written: Vec<Written> =
        sink.finish()?.into_iter().filter(|table| table.file == schema::REJECTS.file).collect();
    for table in &written {
        std::fs::rename(work.join(&table.file), dir.join(&table.file)).context("cannot move a table into place")?;
    }
    std::fs::remove_dir_all(&work).context("cannot remove intermediate files")?;
    written.push(crate::tables::inputs::write(dir, &inputs, plan.csv)?);
    let mut traffic = Traffic::default();
    let symbols = SymbolCache::new(&symbols);
    let sightings = Sightings::of_all(inputs.iter().map(|finished| &*finished.outcome.sightings));
    let links = Links::new(&sightings);
    for (key, people) in cells.take_visits() {
        traffic.add(&key, people, &symbols, &links);
    }
    traffic.visits.sort_by(|a, b| {
        (&a.site, &a.page, a.day, &a.state, &a.url_data).cmp(&(&b.site, &b.page, b.day, &b.state, &b.url_data))
    });
    for Finished { outcome, .. } in &inputs {
        traffic.automated += outcome.coverage.automated;
        traffic.ahead += outcome.coverage.ahead;
        traffic.queries |= outcome.coverage.queries > 0;
        traffic.connections |= outcome.role == Some(Role::Proxy);
    }
    traffic.inputs = inputs;
    Ok((traffic, written))
}

impl Traffic {
    /// Whether persons are told apart by a cookie, parameter or header.
    pub fn named_keys(&self) -> bool {
        let mut people = self.visits.iter().flat_map(|visits| &visits.people);
        people.any(|(key, _)| PersonKey(*key).kind().word() == "named")
    }

    fn add(&mut self, key: &CellKey, mut people: PersonCounts, symbols: &SymbolCache<'_>, links: &Links) {
        self.days.extend(key.day);
        // One human may have been seen by another key in another of the logs.
        let linked = |&(key, loads): &(u64, u32)| (links.stands_for(Person::alone(PersonKey(key))).0, loads);
        let mut people = PersonCounts::from_list(people.counts().iter().map(linked).collect());
        let people = people.counts().to_vec();
        if key.level == Level::Contact {
            let key = (symbols.name(key.vendor).to_string(), symbols.name(key.owner).to_string(), key.day);
            self.contacts.insert(key, people);
            return;
        }
        let url_data = symbols.name(key.text);
        self.visits.push(Visits {
            page: symbols.name(key.page).to_string(),
            site: symbols.name(key.site).to_string(),
            day: key.day,
            state: symbols.name(key.event).to_string(),
            url_data: url_data.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            people,
        });
    }
}

impl Visits {
    /// Whether these are visits of a page of a site. A log that does not tell its host is taken to
    /// be that of the `only` site there is: `page` is then compared by its path.
    pub fn are_of(&self, site: &str, page: &str, only: bool) -> bool {
        if self.site == site {
            return self.page == page || self.page == UNKNOWN;
        }
        only && self.site == UNKNOWN && page.find('/').is_some_and(|slash| self.page == page[slash..])
    }
}

/// Persons who are in both lists, with the count of the first.
pub fn also_in(people: &[(u64, u32)], others: &[(u64, u32)]) -> Vec<(u64, u32)> {
    let mut rest = others.iter().peekable();
    let in_others = |key: u64| {
        while rest.peek().is_some_and(|(other, _)| *other < key) {
            rest.next();
        }
        rest.peek().is_some_and(|(other, _)| *other == key)
    };
    let mut in_others = in_others;
    people.iter().filter(|(key, _)| in_others(*key)).copied().collect()
}

/// Adds up the counts of each person over several lists.
pub fn together<'v>(lists: impl Iterator<Item = &'v [(u64, u32)]>) -> Vec<(u64, u32)> {
    let mut all = PersonCounts::default();
    for list in lists {
        all.merge(&PersonCounts::from_list(list.to_vec()));
    }
    all.counts().to_vec()
}

/// How many persons there are of each kind of key, the strongest kind first.
pub fn kinds(people: impl Iterator<Item = u64>) -> Vec<(PersonKind, u64)> {
    let mut counts: HashMap<PersonKind, u64> = HashMap::new();
    for key in people {
        *counts.entry(PersonKey(key).kind()).or_default() += 1;
    }
    PersonKind::ALL.iter().filter_map(|kind| counts.get(kind).map(|count| (*kind, *count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_persons_are_joined_by_key() {
        let (one, two) = ([(1, 2), (3, 1), (9, 4)], [(3, 5), (8, 1), (9, 1)]);
        assert_eq!(also_in(&one, &two), [(3, 1), (9, 4)]);
        assert_eq!(together([&one[..], &two[..]].into_iter()), [(1, 2), (3, 6), (8, 1), (9, 5)]);
        assert_eq!(also_in(&[], &two), []);
    }

    #[test]
    fn a_log_without_its_host_is_matched_by_path() {
        let visits = |site: &str, page: &str| Visits {
            page: page.into(),
            site: site.into(),
            day: None,
            state: String::new(),
            url_data: BTreeSet::new(),
            people: Vec::new(),
        };
        let page = "www.example.com/a/{id}";
        assert!(visits("example.com", page).are_of("example.com", page, true));
        assert!(visits(UNKNOWN, "/a/{id}").are_of("example.com", page, true));
        assert!(!visits(UNKNOWN, "/a/{id}").are_of("example.com", page, false));
        assert!(visits("example.com", UNKNOWN).are_of("example.com", page, true));
        assert!(
            !visits(UNKNOWN, "/b").are_of("example.com", page, true)
                && !visits("other.org", page).are_of("example.com", page, true)
        );
    }
}
