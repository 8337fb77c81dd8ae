//! Detection: every value that a request carries is judged, first by what the vendor's own
//! parameter means, then by its pattern and key. One record is enough for all of it; what depends
//! on the page is left to `resolve` as a [`Condition`](crate::observation::Condition).

mod by_vendor;
mod consent;
pub(crate) mod cookies;
mod fields;
mod hit;
mod known;
pub mod labels;
pub mod mask;
mod names;
mod page_urls;
mod part;
mod recall;
mod restraint;
mod search;
pub(crate) mod told;
mod topics;
mod trade;
mod vendor;

use crate::class::{DataClass, Form, Tier};
use crate::knowledge::EndpointId;
use crate::matching::harvest::Harvest;
use crate::memo::{Memo, REMEMBERED};
use crate::observation::{Consent, Hit, Recipient};
use crate::patterns::{Confidence, Match, SiblingMatch};
use crate::peel::Peeler;
use crate::record::Record;
use crate::run::Run;
use crate::secret::Secret;
use crate::symbols::SymbolCache;
use hit::Shown;
use labels::Labels;
use part::{Part, Remembered};
use search::{Search, Seen};
use std::rc::Rc;
pub use told::Said;
pub(crate) use vendor::location_of;

/// The domain of value fingerprints among the keyed hashes.
const FINGERPRINT: u8 = b'v';

/// What was found in a record.
#[derive(Debug, Default)]
pub struct Detected {
    /// The data.
    pub hits: Vec<Hit<'static>>,
    /// What the vendor's own parameters say.
    pub said: Said,
    /// What the request says about consent.
    pub consent: Consent,
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
struct Buffers {
    part: Part,
    whole: Part,
    /// What outer values gave, by recipient, place, name and bytes.
    parts: Memo<Remembered>,
    harvest: Harvest,
    matches: Vec<Match>,
    /// What values hold, by their key path.
    seen: Memo<Seen>,
    /// Whether names make the fields beside them worth a look.
    promising: Memo<bool>,
    /// What is shown of data.
    shown: Memo<Rc<Shown>>,
    topics: topics::Topics,
    /// What fields beside one another make up.
    siblings: Memo<Rc<[SiblingMatch]>>,
    /// What the values say that name account, event and page.
    said: Memo<Rc<Said>>,
}

/// How many names of fields are remembered; most inputs have fewer.
const FEW_NAMES: usize = 1 << 12;

impl Default for Buffers {
    fn default() -> Self {
        Buffers {
            part: Part::default(),
            whole: Part::default(),
            parts: Memo::sized(REMEMBERED / 2, Remembered::size),
            harvest: Harvest::default(),
            matches: Vec::new(),
            seen: Memo::sized(REMEMBERED, Seen::size),
            promising: Memo::of(FEW_NAMES),
            shown: Memo::sized(REMEMBERED, |shown| shown.masked.len()),
            topics: topics::Topics::default(),
            siblings: Memo::sized(REMEMBERED, |found| found.iter().map(SiblingMatch::size).sum()),
            said: Memo::sized(REMEMBERED, |said| said.size()),
        }
    }
}

impl<'r> Detector<'r> {
    /// A detector with empty buffers.
    pub fn new(run: &'r Run<'r>, symbols: Rc<SymbolCache<'r>>, labels: Rc<Labels<'r>>) -> Self {
        Detector { run, symbols, labels, peeler: Peeler::default(), buffers: Buffers::default() }
    }

    /// Begins a batch. `is_full` says that its input has no room for more values.
    pub fn begin_harvest(&mut self, is_full: bool) {
        self.buffers.harvest = Harvest::new(is_full);
    }

    /// The values that were seen in clear since the batch began.
    pub fn take_harvest(&mut self) -> Harvest {
        std::mem::take(&mut self.buffers.harvest)
    }

    /// Finds what a record carries to its recipient; `endpoint` is the vendor's, where one is known.
    pub fn detect(&mut self, record: &Record<'_>, recipient: Recipient, endpoint: Option<EndpointId>) -> Detected {
        let Detector { run, symbols, labels, peeler, buffers } = self;
        let mut search = Search::new(run, symbols, labels, recipient, endpoint, &record.url, buffers);
        peeler.record(record, &mut search);
        Detected { capped: peeler.capped(), ..search.finish(record) }
    }

    /// Keeps the addresses that a URL holds in clear, though the request itself is no disclosure.
    pub fn harvest_url(&mut self, url: &[u8]) {
        let is_at = |at: usize| url[at] == b'@' || url[at + 1..].starts_with(b"40");
        if memchr::memchr2_iter(b'@', b'%', url).any(is_at) {
            self.classes_in_url(url);
        }
    }

    /// The classes of personal data that a URL holds, as a bit set over [`DataClass`]: those that
    /// name, describe or lead to a person.
    pub fn classes_in_url(&mut self, url: &[u8]) -> u64 {
        let Detector { run, symbols, labels, peeler, buffers } = self;
        let mut search = Search::new(run, symbols, labels, Recipient::default(), None, b"", buffers);
        peeler.url(url, &mut search);
        search.settle();
        search.join_fields();
        let counted = search.whole.hits.iter().filter(|(hit, _)| {
            hit.confidence > Confidence::Possible && hit.form != Form::Placeholder && hit.class.tier() <= Tier::Linkable
        });
        let mut classes = counted.fold(0, |classes, (hit, _)| classes | 1 << hit.class as u64);
        search.put_back();
        if topics::tells_of_topic(url) {
            classes |= 1 << DataClass::SensitivePage as u64;
        }
        classes
    }
}

/// A keyed hash of a value, equal for all spellings of the same datum.
pub fn fingerprint(secret: &Secret, class: DataClass, value: &str) -> u64 {
    secret.hash_parts(FINGERPRINT, &[class.word().as_bytes(), mask::normalised(class, value).as_bytes()])
}
