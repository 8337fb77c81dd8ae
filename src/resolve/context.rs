//! The context of an input: what all its records together say about each of them. It is made once
//! from the merged summaries and then only read.

use super::documents::{Document, DocumentKind, Documents};
use super::summary::{CapturePage, Summary};
use crate::matching::How;
use crate::matching::harvest::Proofs;
use crate::observation::{PageRef, PersonKey};
use crate::people::links::Links;
use crate::people::set::Person;
use crate::place::site_of;
use crate::run::Run;
use crate::symbols::{Sym, SymbolCache};
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// How deep frames may be nested when a request's page is looked for.
const FRAME_DEPTH: usize = 8;

/// What all records of an input say about each of them.
#[derive(Debug, Default)]
pub struct Context {
    /// The documents of each of the capture's page names, by the number of their record. A recorder
    /// may keep one name for a tab in which one page follows another.
    pages: HashMap<Sym, Vec<(u64, PageRef)>>,
    /// Documents of the input, with the page around them where they are frames.
    frames: HashMap<PageRef, PageRef>,
    /// Documents of the input that are not frames.
    documents: HashMap<PageRef, ()>,
    /// The numbers of the records that loaded each page that somebody saw, ascending.
    loads: HashMap<PageRef, Vec<u64>>,
    links: Links,
    /// The site that a site's own log is from, where its Referers tell.
    pub own_host: Sym,
    /// What the digests of the input hide, as far as it holds the same values in clear.
    pub proofs: Proofs,
    /// Digests that many people sent.
    pub constants: BTreeSet<u64>,
    /// Digests of rows of the watch list, each with the rows' numbers.
    pub rows: HashMap<u64, (Sym, How)>,
}

impl Context {
    /// Makes the context from the merged summaries.
    pub fn new(summary: &Summary, symbols: &SymbolCache<'_>) -> Self {
        let mut context = Context { links: Links::new(&summary.sightings), ..Context::default() };
        context.place_documents(&summary.documents);
        context.place_pages(&summary.documents, &summary.pages, symbols);
        context.place_loads(&summary.documents);
        context.own_host = own_host(summary, symbols);
        context
    }

    /// Gathers what names the digests of the input: its own values, that many people sent them, and
    /// the watch list, which passes by those that nothing named.
    pub fn name_digests(&mut self, run: &Run<'_>, summary: &mut Summary, symbols: &SymbolCache<'_>) {
        let people = run.people;
        self.constants = std::mem::take(&mut summary.constants).digests();
        summary.coverage.unmatched |= summary.harvest.is_capped();
        self.proofs = std::mem::take(&mut summary.harvest).proofs(&summary.asked, run.secret, run.plan.jobs);
        if !people.want_digests() {
            return;
        }
        let (asked, complete) = summary.asked.keys();
        let (found, passed) = people.pass(asked, run.plan.jobs);
        summary.coverage.unmatched |= !complete || !passed;
        let row = |(key, known): (u64, crate::matching::people::Known)| {
            (key, (symbols.intern(&people.name(&known.who)), known.how))
        };
        self.rows = found.into_iter().map(row).collect();
    }

    fn place_documents(&mut self, documents: &Documents) {
        for document in documents.iter() {
            if document.kind == DocumentKind::Frame
                && document.referer.is_known()
                && document.referer.host != document.page.host
            {
                self.frames.entry(document.page).or_insert(document.referer);
            } else if document.kind != DocumentKind::Frame {
                self.documents.insert(document.page, ());
            }
        }
        // A document that was also opened by itself is a page, not only somebody's frame.
        let documents = &self.documents;
        self.frames.retain(|page, _| !documents.contains_key(page));
    }

    /// A page's URL is its first document; the recorder's title is a URL in few captures only. A
    /// capture may begin with a pixel, so that documents on a vendor's host come second.
    fn place_pages(&mut self, documents: &Documents, pages: &[CapturePage], symbols: &SymbolCache<'_>) {
        let mut by_ref: BTreeMap<Sym, Vec<Document>> = BTreeMap::new();
        for document in documents.iter().filter(|document| !document.page_ref.is_empty()) {
            by_ref.entry(document.page_ref).or_default().push(document);
        }
        let titled: HashMap<Sym, PageRef> =
            pages.iter().filter(|page| page.titled.is_known()).map(|page| (page.id, page.titled)).collect();
        for (page_ref, candidates) in by_ref {
            let title = titled.get(&page_ref).copied().unwrap_or_default();
            self.pages.insert(page_ref, pages_of(&candidates, title, symbols));
        }
        for page in pages.iter().filter(|page| page.titled.is_known()) {
            self.pages.entry(page.id).or_insert_with(|| vec![(0, page.titled)]);
        }
    }

    fn place_loads(&mut self, documents: &Documents) {
        for document in documents.iter() {
            let is_seen = document.kind != DocumentKind::Frame && !document.vendor_host;
            if is_seen && self.is_page(document.page_ref, document.page) {
                self.loads.entry(document.page).or_default().push(document.record);
            }
        }
        self.loads.values_mut().for_each(Vec::shrink_to_fit);
    }

    /// The record that loaded the page on which another record was made: the last load of that page
    /// before it or, since recorders put things out of order, the first one after it. Where the
    /// page was never loaded, the last page loaded in the same tab.
    pub fn load_of(&self, page_ref: Sym, page: PageRef, record: u64) -> Option<u64> {
        let near = |loads: &[u64]| {
            let before = loads.partition_point(|&load| load <= record);
            loads.get(before.saturating_sub(1)).copied()
        };
        if let Some(load) = self.loads.get(&page).and_then(|loads| near(loads)) {
            return Some(load);
        }
        let tab = self.pages.get(&page_ref)?;
        let before = tab.partition_point(|&(load, _)| load <= record);
        tab.get(before.saturating_sub(1)).map(|&(load, _)| load)
    }

    /// The page behind one of the capture's page names when the record of this number was made:
    /// the last document before it, or the first one of all.
    pub fn page_of_ref(&self, page_ref: Sym, record: u64) -> Option<PageRef> {
        let pages = self.pages.get(&page_ref)?;
        let before = pages.partition_point(|&(document, _)| document <= record);
        pages.get(before.saturating_sub(1)).map(|&(_, page)| page)
    }

    /// Whether a document of a capture was a page that somebody saw, and not in a frame.
    pub fn is_page(&self, page_ref: Sym, page: PageRef) -> bool {
        match self.pages.get(&page_ref) {
            Some(pages) => pages.iter().any(|&(_, known)| known == page),
            None => self.documents.contains_key(&page),
        }
    }

    /// Whether the input shows that this URL is a document.
    pub fn is_document(&self, page: PageRef) -> bool {
        self.documents.contains_key(&page) || self.frames.contains_key(&page)
    }

    /// The page that a person saw when a document was in a frame; the document itself when not.
    pub fn outermost(&self, mut page: PageRef) -> PageRef {
        for _ in 0..FRAME_DEPTH {
            match self.frames.get(&page) {
                Some(&outer) if outer != page => page = outer,
                _ => break,
            }
        }
        page
    }

    /// The person of a record: the strongest key it has, and who stands for it in the input.
    pub fn person(&self, keys: &[PersonKey]) -> Option<Person> {
        let key = self.links.counting(keys)?;
        Some(Person { key, linked: self.links.person(key) })
    }
}

/// The documents that were pages. The first is the one on the site that the title names, or on
/// nobody else's host; a vendor's own host only where there is no other. Later ones on other sites
/// are taken for frames, unless the browser said that they were pages.
fn pages_of(candidates: &[Document], title: PageRef, symbols: &SymbolCache<'_>) -> Vec<(u64, PageRef)> {
    let site = |page: PageRef| site_of(&symbols.name(page.host)).to_owned();
    let tops: Vec<&Document> = candidates.iter().filter(|document| document.kind != DocumentKind::Frame).collect();
    let titled = title.is_known().then(|| site(title));
    let first = tops
        .iter()
        .find(|document| titled.as_ref().is_some_and(|titled| site(document.page) == *titled))
        .or_else(|| tops.iter().find(|document| !document.vendor_host));
    let Some(first) = first else {
        let page =
            if title.is_known() { Some(title) } else { tops.first().copied().or(candidates.first()).map(|d| d.page) };
        return page.map(|page| (0, page)).into_iter().collect();
    };
    let own = site(first.page);
    let is_page = |document: &&Document| {
        document.record >= first.record
            && (site(document.page) == own || (document.kind == DocumentKind::Page && !document.vendor_host))
    };
    tops.into_iter().filter(is_page).map(|document| (document.record, document.page)).collect()
}

/// The site of a site's own log is not in its lines; where at least ten Referers are known and two
/// thirds of them are of one registrable domain, it is that.
fn own_host(summary: &Summary, symbols: &SymbolCache<'_>) -> Sym {
    let mut sites: BTreeMap<String, (u64, BTreeMap<String, u64>)> = BTreeMap::new();
    let mut all = 0;
    let mut hosts: Vec<_> = summary.referer_hosts.iter().map(|(&host, &count)| (symbols.name(host), count)).collect();
    hosts.sort();
    for (host, count) in hosts {
        all += count;
        let site = sites.entry(site_of(&host).to_owned()).or_default();
        site.0 += count;
        site.1.insert(host.to_string(), count);
    }
    let best = sites.values().max_by_key(|(count, _)| *count);
    match best {
        Some((count, hosts)) if all >= 10 && count * 3 >= all * 2 => {
            let host = hosts.iter().max_by_key(|(_, count)| **count).map(|(host, _)| host.as_str());
            symbols.intern(host.unwrap_or_default())
        }
        _ => Sym::EMPTY,
    }
}
