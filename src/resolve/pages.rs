//! The pages of an input that are told apart. A site whose addresses hold a word of their own for
//! every article, product or member has more pages than a table can show or a run can count, so
//! only the most visited of each site in the input keep their names; the rest is `(other)`.

use crate::observation::Observation;
use crate::place::site_of;
use crate::symbols::{Sym, SymbolCache};
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

/// How many pages of one site an input may name.
pub const PAGES_PER_SITE: usize = 2000;

/// What is shown for the pages beyond.
pub const OTHER: &str = "(other)";

/// How often each page is named.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Pages {
    named: HashMap<Sym, u64>,
}

impl Pages {
    /// Notes the pages that an observation names.
    pub fn note(&mut self, seen: &Observation<'_>) {
        let evidence = &seen.evidence;
        let visit = seen.visit.map(|visit| visit.page.page).unwrap_or_default();
        let mut last = Sym::EMPTY;
        for page in [visit, evidence.param.page, evidence.initiator.page, evidence.referer.page] {
            if !page.is_empty() && page != last {
                *self.named.entry(page).or_default() += 1;
                last = page;
            }
        }
    }

    /// Adds what another batch names.
    pub fn append(&mut self, other: Pages) {
        for (page, times) in other.named {
            *self.named.entry(page).or_default() += times;
        }
    }

    /// The pages that are too many, `limit` being the most for one site.
    pub fn others(self, limit: usize, symbols: &SymbolCache<'_>) -> HashSet<Sym> {
        if self.named.len() <= limit {
            return HashSet::new();
        }
        let mut sites: HashMap<String, Vec<(u64, std::sync::Arc<str>, Sym)>> = HashMap::new();
        let mut named: Vec<(Sym, u64)> = self.named.into_iter().collect();
        named.sort_unstable();
        for (page, times) in named {
            let name = symbols.name(page);
            // A site's own log names its pages by their path alone.
            let host = name.split('/').next().unwrap_or_default();
            let site = site_of(host).to_owned();
            sites.entry(site).or_default().push((u64::MAX - times, name, page));
        }
        let mut others = HashSet::new();
        for (_, mut pages) in sites.into_iter().filter(|(_, pages)| pages.len() > limit) {
            pages.sort_unstable();
            others.extend(pages.drain(limit..).map(|(_, _, page)| page));
        }
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::Symbols;

    #[test]
    fn the_most_named_pages_of_each_site_stay() {
        let symbols = Symbols::default();
        let cache = SymbolCache::new(&symbols);
        let mut pages = Pages::default();
        for (page, times) in [("a.example/1", 3), ("www.a.example/2", 1), ("a.example/3", 1), ("b.example/1", 1)] {
            pages.named.insert(cache.intern(page), times);
        }
        assert!(pages.clone().others(4, &cache).is_empty());
        let names = |others: HashSet<Sym>| {
            let mut names: Vec<String> = others.into_iter().map(|page| cache.name(page).to_string()).collect();
            names.sort();
            names
        };
        // Equally often named pages stay by their name.
        assert_eq!(names(pages.clone().others(2, &cache)), ["www.a.example/2"]);
        assert_eq!(names(pages.others(1, &cache)), ["a.example/3", "www.a.example/2"]);
    }
}
