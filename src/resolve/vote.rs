//! The vote: on which page was a request made? One global guess is wrong for captures that begin
//! with a pixel, carry a stale page or mix sites, so every request is decided by itself, from all
//! that it and its neighbours say. Each piece of evidence speaks for a site with a weight; the
//! heaviest site wins and its heaviest evidence is named.

use super::context::Context;
use super::party::Sites;
use crate::observation::{Evidence, PageRef};
use crate::symbols::Sym;

/// Why a request is taken to be of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// No evidence.
    #[default]
    None,
    /// The Referer header.
    Referer,
    /// The Origin header.
    Origin,
    /// The Referers of most other records of a site's own log.
    OwnLog,
    /// The page that the vendor's own parameter names.
    VendorParam,
    /// The document that caused the request.
    Initiator,
    /// The capture's page.
    PageRef,
    /// The log is the site's own.
    Host,
    /// The user said so.
    Declared,
}

impl Source {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Source::None => "none",
            Source::Referer => "referer",
            Source::Origin => "origin",
            Source::OwnLog => "referers of the log",
            Source::VendorParam => "vendor parameter",
            Source::Initiator => "initiator",
            Source::PageRef => "pageref",
            Source::Host => "log host",
            Source::Declared => "declared",
        }
    }

    /// How much it counts. The page of a capture can be outvoted only by an initiating document and
    /// a vendor parameter that agree on another site.
    fn weight(self) -> u32 {
        match self {
            Source::None => 0,
            Source::Origin | Source::Referer | Source::OwnLog => 2,
            Source::VendorParam => 4,
            Source::Initiator => 5,
            Source::PageRef => 8,
            Source::Host => 16,
            Source::Declared => 1000,
        }
    }
}

/// The page of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The site; empty when there is no evidence.
    pub site: Sym,
    /// The page, as far as known.
    pub page: PageRef,
    /// The evidence that decided.
    pub source: Source,
}

/// Decides the page of the request in the record of this number.
pub fn vote(evidence: &Evidence, record: u64, context: &Context, sites: &Sites<'_>) -> Verdict {
    let mut ballots = ballots(evidence, record, context);
    // A frame of an advertiser is no page: it counts only where nobody knows the page that it is in.
    let is_frame = |page: &PageRef| sites.facts(page.host).serves_frames;
    if ballots.iter().any(|(_, page)| page.is_known() && !is_frame(page)) {
        ballots
            .iter_mut()
            .filter(|(_, page)| page.is_known() && is_frame(page))
            .for_each(|(_, page)| *page = PageRef::default());
    }
    let mut best = (0, Source::None, Sym::EMPTY);
    for (source, page) in ballots.iter().filter(|(_, page)| page.is_known()) {
        let facts = sites.facts(page.host);
        let declared = if facts.declared { Source::Declared.weight() } else { 0 };
        let agreeing =
            ballots.iter().filter(|(_, other)| other.is_known() && sites.facts(other.host).site == facts.site);
        let weight = declared + agreeing.map(|(source, _)| source.weight()).sum::<u32>();
        let source = if facts.declared { Source::Declared } else { *source };
        if (weight, source) > (best.0, best.1) {
            best = (weight, source, facts.site);
        }
    }
    let (_, source, site) = best;
    if site.is_empty() {
        return sites.only_declared().map_or_else(Verdict::default, |site| Verdict {
            site,
            page: PageRef::default(),
            source: Source::Declared,
        });
    }
    Verdict { site, page: page_within(site, &ballots, sites), source }
}

/// All evidence of a request, in the order in which it names the page best: the vendor's parameter
/// is of the moment, the capture's page may have been left by script since.
fn ballots(evidence: &Evidence, record: u64, context: &Context) -> [(Source, PageRef); 5] {
    let initiator = context.is_document(evidence.initiator).then(|| context.outermost(evidence.initiator));
    let origin = PageRef { host: evidence.origin, page: Sym::EMPTY };
    [
        (Source::VendorParam, context.outermost(evidence.param)),
        (Source::Referer, context.outermost(evidence.referer)),
        (Source::PageRef, context.page_of_ref(evidence.page_ref, record).unwrap_or_default()),
        (Source::Initiator, initiator.unwrap_or_default()),
        (
            Source::Origin,
            if context.outermost(evidence.referer) == evidence.referer { origin } else { PageRef::default() },
        ),
    ]
}

/// The best-named page among the evidence for the winning site.
fn page_within(site: Sym, ballots: &[(Source, PageRef)], sites: &Sites<'_>) -> PageRef {
    let of_site =
        || ballots.iter().map(|(_, page)| *page).filter(|page| page.is_known() && sites.facts(page.host).site == site);
    of_site().find(|page| !page.page.is_empty()).or_else(|| of_site().next()).unwrap_or_default()
}
