//! Detection: every value that a request carries is judged, first by what the vendor's own
//! parameter means, then by its pattern and key. One record is enough for all of it; what depends
//! on the page is left to `resolve` as a [`Condition`](crate::observation::Condition).

mod consent;
mod fields;
mod hit;
mod known;
pub mod labels;
pub mod mask;
mod restraint;
mod search;
pub(crate) mod told;
mod topics;
mod vendor;

use crate::class::{DataClass, Form, Tier};
use crate::knowledge::EndpointId;
use crate::matching::How;
use crate::matching::harvest::Harvest;
use crate::memo::Memo;
use crate::observation::{Consent, Hit, PageRef, Recipient, Told};
use crate::patterns::{Confidence, Match};
use crate::peel::Peeler;
use crate::record::Record;
use crate::run::Run;
use crate::secret::Secret;
use crate::symbols::{Sym, SymbolCache};
use fields::Fields;
use hit::Shown;
use known::Named;
use labels::Labels;
use search::{Search, Seen};
use std::rc::Rc;
pub(crate) use vendor::location_of;

/// The domain of value fingerprints among the keyed hashes.
const FINGERPRINT: u8 = b'v';

/// What was found in a record.
#[derive(Debug, Default)]
pub struct Detected {
    /// The data.
    pub hits: Vec<Hit<'static>>,
    /// The site's account at the vendor.
    pub account: Sym,
    /// What the vendor was told.
    pub told: Vec<Told>,
    /// What the request says about consent.
    pub consent: Consent,
    /// The page that the vendor's own parameter names.
    pub page: PageRef,
    /// Whether part of the record was nested too deeply to be looked at.
    pub capped: bool,
}

/// Finds personal data in records. One detector serves one thread.
pub struct Detector<'r> {
    run: &'r Run<'r>,
    symbols: Rc<SymbolCache<'r>>,
    labels: Rc<Labels<'r>>,
    peeler: Peeler,
    buffers: Buffers,
}

/// Buffers that are used for record after record.
#[derive(Default)]
struct Buffers {
    fields: Fields,
    harvest: Harvest,
    matches: Vec<Match>,
    /// What values hold, by their key path.
    seen: Memo<Seen>,
    /// What is shown of data.
    shown: Memo<Rc<Shown>>,
    /// Digests of data under the vendors' rules.
    digests: Memo<Rc<[(u64, How)]>>,
    topics: topics::Topics,
}

impl<'r> Detector<'r> {
    /// A detector with empty buffers.
    pub fn new(run: &'r Run<'r>, symbols: Rc<SymbolCache<'r>>, labels: Rc<Labels<'r>>) -> Self {
        Detector { run, symbols, labels, peeler: Peeler::default(), buffers: Buffers::default() }
    }

    /// The values that were seen in clear since this was last asked.
    pub fn take_harvest(&mut self) -> Harvest {
        std::mem::take(&mut self.buffers.harvest)
    }

    fn search<'d>(
        &'d self,
        recipient: Recipient,
        endpoint: Option<EndpointId>,
        url: &'d [u8],
        buffers: &'d mut Buffers,
    ) -> Search<'d, 'r> {
        buffers.fields.clear();
        Search {
            recipient,
            run: self.run,
            symbols: &self.symbols,
            labels: &self.labels,
            endpoint,
            hits: Vec::new(),
            hit_fields: Vec::new(),
            buffers,
            opaque: Vec::new(),
            values: told::Values::default(),
            consent: consent::Signals::default(),
            named_people: Named::default(),
            may_be_own: false,
            url,
        }
    }

    /// Finds what a record carries to its recipient; `endpoint` is the vendor's, where one is known.
    pub fn detect(&mut self, record: &Record<'_>, recipient: Recipient, endpoint: Option<EndpointId>) -> Detected {
        let (mut buffers, mut peeler) = (std::mem::take(&mut self.buffers), std::mem::take(&mut self.peeler));
        let mut search = self.search(recipient, endpoint, &record.url, &mut buffers);
        search.may_be_own = recipient.vendor.is_empty();
        peeler.record(record, &mut |node| search.node(node));
        let mut detected = search.finish(record);
        detected.capped = peeler.capped();
        (self.buffers, self.peeler) = (buffers, peeler);
        detected
    }

    /// Keeps the addresses that a URL holds in clear, though the request itself is no disclosure.
    pub fn harvest_url(&mut self, url: &[u8]) {
        let escaped = || memchr::memchr_iter(b'%', url).any(|at| url[at + 1..].starts_with(b"40"));
        if memchr::memchr(b'@', url).is_some() || escaped() {
            self.classes_in_url(url);
        }
    }

    /// The classes of personal data that a URL holds, as a bit set over [`DataClass`]: those that
    /// name, describe or lead to a person.
    pub fn classes_in_url(&mut self, url: &[u8]) -> u64 {
        let (mut buffers, mut peeler) = (std::mem::take(&mut self.buffers), std::mem::take(&mut self.peeler));
        let mut search = self.search(Recipient::default(), None, b"", &mut buffers);
        peeler.url(url, &mut |node| search.node(node));
        search.join_fields();
        let counted = search.hits.iter().filter(|hit| {
            hit.confidence > Confidence::Possible && hit.form != Form::Placeholder && hit.class.tier() <= Tier::Linkable
        });
        let mut classes = counted.fold(0, |classes, hit| classes | 1 << hit.class as u64);
        if topics::tells_of_topic(url) {
            classes |= 1 << DataClass::SensitivePage as u64;
        }
        (self.buffers, self.peeler) = (buffers, peeler);
        classes
    }
}

/// A keyed hash of a value, equal for all spellings of the same datum.
pub fn fingerprint(secret: &Secret, class: DataClass, value: &str) -> u64 {
    secret.hash_parts(FINGERPRINT, &[class.word().as_bytes(), mask::normalised(class, value).as_bytes()])
}
