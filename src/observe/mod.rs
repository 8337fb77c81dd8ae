//! Observing: the first phase. Every record of a batch is parsed, its recipient recognised, its
//! data found and its person keyed, and all of that is written down as an observation, without
//! looking at any other record. What the whole input must know goes into the batch's summary.

mod cover;
mod ids;
mod noise;
mod person;
mod recipient;
mod visit;

use crate::detect::labels::Labels;
use crate::detect::{Detected, Detector};
use crate::entries;
use crate::format::{Format, Kind, Meaning, PageInfo, Piece, Reason};
use crate::observation::{At, Entry, Evidence, Observation, PageRef};
use crate::place::{UrlParts, host_name, site_of};
use crate::record::{Body, Record, Role};
use crate::resolve::summary::{CapturePage, Summary};
use crate::run::Run;
use crate::source::batches::{Batch, is_record};
use crate::symbols::{Sym, SymbolCache};
use person::{Persons, Setting};
use recipient::{Recipients, Target};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a batch gave.
#[derive(Debug, Default)]
pub struct Observed {
    /// The observations, encoded one after the other.
    pub entries: Vec<u8>,
    /// What the batch tells about its input.
    pub summary: Summary,
    /// How many hits the observations hold.
    pub hits: u32,
}

/// Observes records. One observer serves one thread.
pub struct Observer<'r> {
    run: &'r Run<'r>,
    symbols: Rc<SymbolCache<'r>>,
    labels: Rc<Labels<'r>>,
    recipients: Recipients<'r>,
    persons: Persons<'r>,
    detector: RefCell<Detector<'r>>,
    /// How much room the observations of the batch before took up.
    room: Cell<usize>,
}

/// A record with what was found out about it on the way.
struct Subject<'s, 'b> {
    record: &'s Record<'b>,
    role: Role,
    at: At,
    target: Target,
}

impl<'r> Observer<'r> {
    /// An observer with empty caches.
    pub fn new(run: &'r Run<'r>, symbols: Rc<SymbolCache<'r>>) -> Self {
        let labels = Rc::new(Labels::new(Rc::clone(&symbols)));
        Observer {
            run,
            recipients: Recipients::new(run.knowledge, Rc::clone(&symbols)),
            persons: Persons::new(run, Rc::clone(&symbols)),
            detector: RefCell::new(Detector::new(run, Rc::clone(&symbols), Rc::clone(&labels))),
            labels,
            symbols,
            room: Cell::default(),
        }
    }

    /// Observes all records of a batch. `is_full` says that the batches before it left no room for
    /// values to match hashes with.
    pub fn batch(&self, batch: &Batch, format: &dyn Format, role: Role, is_full: bool) -> Observed {
        self.detector.borrow_mut().begin_harvest(is_full);
        let mut observed = Observed { entries: Vec::with_capacity(self.room.get()), ..Observed::default() };
        let mut reader = format.reader(&batch.header);
        let mut lines = Lines { bytes: &batch.bytes, counted: 0, breaks: 0 };
        let mut number = 0;
        for piece in &batch.pieces {
            let at = || lines.place(batch, piece, number);
            let meaning = match piece.kind {
                Kind::Reject(reason) => Err(reason),
                _ => reader.read_marked(piece, &batch.bytes, &batch.marks),
            };
            self.piece(batch, meaning, role, at, &mut observed);
            number += u32::from(is_record(piece.kind));
        }
        observed.summary.lines = lines.before(batch.bytes.len());
        observed.summary.coverage.cut += batch.cuts.len() as u64;
        observed.summary.harvest = self.detector.borrow_mut().take_harvest();
        self.room.set(observed.entries.len());
        observed
    }

    fn piece(
        &self,
        batch: &Batch,
        meaning: Result<Meaning<'_>, Reason>,
        role: Role,
        at: impl FnOnce() -> At,
        observed: &mut Observed,
    ) {
        match meaning {
            Ok(Meaning::Line(line)) if role == Role::Proxy && self.is_noise(&line) => self.count_noise(&line, observed),
            Ok(Meaning::Record(mut record)) => self.request(batch, &mut record, role, at(), observed),
            Ok(Meaning::Line(line)) => self.request(batch, &mut line.into(), role, at(), observed),
            Ok(Meaning::Page(page)) => observed.summary.pages.push(self.page(&page)),
            Ok(Meaning::Producer(name)) => {
                observed.summary.producer.get_or_insert(name);
            }
            Ok(Meaning::Nothing) => {}
            Err(reason) => {
                observed.summary.rejected += 1;
                observed.add(&Entry::Rejected(at(), reason));
            }
        }
    }

    fn request(&self, batch: &Batch, record: &mut Record<'_>, role: Role, at: At, observed: &mut Observed) {
        if !self.is_in_time(record.time) {
            return;
        }
        record.forget_nobody();
        if let Some(name) = &self.run.plan.client_field {
            record.take_client_from(name.as_bytes());
        }
        self.fetch_body(batch, record);
        let number = batch.records_before + u64::from(at.record);
        let target = self.recipients.target(record, role);
        self.record(&Subject { record, role, at, target }, number, observed);
    }

    /// Reads a body that lies in a file beside the input. One that is not there was not recorded.
    fn fetch_body(&self, batch: &Batch, record: &mut Record<'_>) {
        if record.body.is_some() || record.body_file.is_empty() {
            return;
        }
        let Some(siblings) = &batch.siblings else { return };
        let name = String::from_utf8_lossy(&record.body_file);
        if let Ok(Some(bytes)) = siblings.read(&name, self.run.plan.max_record) {
            let mime = record.header(b"content-type").unwrap_or_default().to_vec();
            record.body = Some(Body { mime: mime.into(), bytes: bytes.into(), fields: Vec::new() });
        }
    }

    fn is_in_time(&self, time: Option<i64>) -> bool {
        let plan = self.run.plan;
        match time {
            Some(time) => plan.since.is_none_or(|since| time >= since) && plan.until.is_none_or(|until| time < until),
            None => plan.since.is_none() && plan.until.is_none(),
        }
    }

    fn page(&self, page: &PageInfo) -> CapturePage {
        CapturePage {
            id: self.symbols.intern(&page.id),
            titled: self.labels.page(page.title.trim().as_bytes()).unwrap_or_default(),
        }
    }

    fn record(&self, subject: &Subject<'_, '_>, number: u64, observed: &mut Observed) {
        observed.summary.records += 1;
        observed.summary.span.add(subject.record.time);
        observed.summary.coverage.note(subject.record);
        match subject.role {
            Role::Origin => self.origin(subject, observed),
            Role::Capture | Role::Proxy => self.outbound(subject, number, observed),
        }
    }

    /// A line of a site's own log: a visit, or nothing.
    fn origin(&self, subject: &Subject<'_, '_>, observed: &mut Observed) {
        let record = subject.record;
        let summary = &mut observed.summary;
        if let Some(referer) = UrlParts::split(&record.referer) {
            *summary.referer_hosts.entry(self.symbols.intern(&host_name(referer.host))).or_default() += 1;
        }
        let persons = self.persons.keys(record, &subject.setting(Evidence::default()), summary);
        if let Some(visit) = self.own_visit(record, summary) {
            let seen = self.observation(subject, Evidence::default(), persons, Detected::default());
            observed.add(&Entry::Observed(Observation { visit: Some(visit), ..seen }));
        }
    }

    /// A request that left a browser.
    fn outbound(&self, subject: &Subject<'_, '_>, number: u64, observed: &mut Observed) {
        let record = subject.record;
        if subject.target.recipient.host.is_empty() {
            return;
        }
        // Proxies open the connections to some hosts and leave those to others closed.
        if record.url.starts_with(b"https://") {
            observed.summary.opened_hosts.insert(subject.target.recipient.host);
        }
        if let Some(visit) = self.connection(subject) {
            let persons = self.persons.keys(record, &subject.setting(Evidence::default()), &mut observed.summary);
            let seen = self.observation(subject, Evidence::default(), persons, Detected::default());
            observed.add(&Entry::Observed(Observation { visit: Some(visit), ..seen }));
            return;
        }
        if subject.is_noise() {
            self.detector.borrow_mut().harvest_url(&record.url);
            return;
        }
        self.note_page(&record.page_ref, &mut observed.summary);
        let mut evidence = self.evidence(subject);
        let visit = self.visit(subject, &mut observed.summary, number, &evidence);
        if !self.may_disclose(subject, &evidence) {
            self.detector.borrow_mut().harvest_url(&record.url);
            // Cookies that a site receives itself tell whose its visitors' ids are.
            if visit.is_some() || !record.cookies.is_empty() {
                let persons = self.persons.keys(record, &subject.setting(evidence), &mut observed.summary);
                if visit.is_none() {
                    return;
                }
                let seen = self.observation(subject, evidence, persons, Detected::default());
                observed.add(&Entry::Observed(Observation { visit, ..seen }));
            }
            return;
        }
        let detected = self.detector.borrow_mut().detect(record, subject.target.recipient, subject.target.endpoint);
        evidence.param = detected.said.page;
        observed.summary.coverage.capped += u64::from(detected.capped);
        let persons = self.persons.keys(record, &subject.setting(evidence), &mut observed.summary);
        let seen = self.observation(subject, evidence, persons, detected);
        observed.add(&Entry::Observed(Observation { visit, ..seen }));
    }

    /// Whether a request may have gone to a third party. In a proxy's log most requests are to
    /// hosts that nobody knows, on pages that nobody knows: they cannot be findings.
    fn may_disclose(&self, subject: &Subject<'_, '_>, evidence: &Evidence) -> bool {
        if subject.role == Role::Capture || !subject.target.recipient.vendor.is_empty() {
            return true;
        }
        let recipient = self.symbols.name(subject.target.recipient.host);
        let other = |host: Sym| !host.is_empty() && site_of(&self.symbols.name(host)) != site_of(&recipient);
        other(evidence.referer.host) || other(evidence.origin)
    }

    fn observation(
        &self,
        subject: &Subject<'_, '_>,
        evidence: Evidence,
        persons: Vec<crate::observation::PersonKey>,
        detected: Detected,
    ) -> Observation<'static> {
        Observation {
            at: subject.at,
            time: subject.record.time,
            sent: subject.record.sent,
            connect: subject.is_connect(),
            recipient: subject.target.recipient,
            evidence,
            persons,
            consent: detected.consent,
            account: detected.said.account,
            told: detected.said.told,
            visit: None,
            hits: detected.hits,
        }
    }

    fn evidence(&self, subject: &Subject<'_, '_>) -> Evidence {
        let record = subject.record;
        let url = |url: &[u8]| self.labels.page(url).unwrap_or_default();
        Evidence {
            page_ref: if record.page_ref.is_empty() { Sym::EMPTY } else { self.symbols.intern_bytes(&record.page_ref) },
            initiator: url(&record.initiator),
            param: PageRef::default(),
            origin: record.header(b"origin").map_or(Sym::EMPTY, |origin| url(origin).host),
            referer: url(&record.referer),
        }
    }

    /// Takes note of a page whose name in the capture is its URL, or `app:NAME`.
    fn note_page(&self, page_ref: &[u8], summary: &mut Summary) {
        let page = if page_ref.starts_with(b"app:") {
            Some(PageRef { host: self.symbols.intern_bytes(page_ref), page: Sym::EMPTY })
        } else {
            self.labels.page(page_ref)
        };
        let id = || self.symbols.intern_bytes(page_ref);
        if let Some(titled) = page.filter(|_| summary.pages.iter().all(|known| known.id != id())) {
            summary.pages.push(CapturePage { id: id(), titled });
        }
    }
}

impl Observed {
    fn add(&mut self, entry: &Entry<'_>) {
        if let Entry::Observed(seen) = entry {
            self.hits += u32::try_from(seen.hits.len()).unwrap_or(u32::MAX);
            let person = seen.persons.first().copied();
            for hit in &seen.hits {
                self.summary.constants.note(hit.riddle, person);
                self.summary.asked.add(hit.riddle);
            }
            self.summary.named.note(seen);
        }
        entries::push(&mut self.entries, entry);
    }
}

impl Subject<'_, '_> {
    fn setting(&self, evidence: Evidence) -> Setting {
        let Target { recipient, is_vendor_host, .. } = self.target;
        Setting { role: self.role, host: recipient.host, is_vendor_host, evidence }
    }

    fn is_connect(&self) -> bool {
        self.record.method.eq_ignore_ascii_case(b"CONNECT")
    }
}

/// The line breaks of a batch, counted as far as somebody asks.
struct Lines<'b> {
    bytes: &'b [u8],
    counted: usize,
    breaks: u64,
}

impl Lines<'_> {
    fn before(&mut self, place: usize) -> u64 {
        let place = place.max(self.counted);
        self.breaks += memchr::memchr_iter(b'\n', &self.bytes[self.counted..place]).count() as u64;
        self.counted = place;
        self.breaks
    }

    /// Where a piece of the batch is, `number` records from its beginning.
    fn place(&mut self, batch: &Batch, piece: &Piece, number: u32) -> At {
        let (offset, length) = batch.place(piece);
        let line = u32::try_from(self.before(piece.range.start)).unwrap_or(u32::MAX);
        At { record: number, line, offset: offset - batch.offset, length }
    }
}
