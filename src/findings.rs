//! The tables that are filled while inputs are worked through: findings, rejected records and the
//! page loads of captures. Rows are made by workers in parallel and arrive here batch by batch, in
//! input order.

use crate::board::Finished;
use crate::class::DataClass;
use crate::format::Reason;
use crate::memo::{Memo, REMEMBERED};
use crate::observation::{Channel, Hit, Observation};
use crate::observed::Place;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Mark, Written};
use crate::report::row_encoder::{Delimiter, RowEncoder};
use crate::report::schema;
use crate::resolve::finding::Found;
use crate::resolve::resolver::{Resolved, Resolver};
use crate::run::Worker;
use crate::source::walk::Unreadable;
use crate::symbols::{Sym, SymbolCache};
use anyhow::Result;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

/// Encoded rows of one batch.
#[derive(Debug, Default)]
pub struct Rows {
    findings: Vec<u8>,
    finding_rows: u64,
    rejects: Vec<u8>,
    reject_rows: u64,
}

/// The tables, open for writing.
pub struct FindingSink {
    findings: CsvTable<'static>,
    rejects: CsvTable<'static>,
    loads: CsvTable<'static>,
}

impl FindingSink {
    /// Opens the tables in a folder.
    ///
    /// # Errors
    /// When a file cannot be made.
    pub fn create(dir: &Path, options: CsvOptions, reveal: bool) -> Result<Self> {
        let findings = if reveal { &schema::FINDINGS_REVEALED } else { &schema::FINDINGS };
        Ok(FindingSink {
            findings: CsvTable::create(dir, findings, options)?,
            rejects: CsvTable::create(dir, &schema::REJECTS, options)?,
            loads: CsvTable::create(dir, &schema::LOADS, options)?,
        })
    }

    /// Goes on with tables that were written up to these marks.
    ///
    /// # Errors
    /// When a file cannot be continued.
    pub fn resume(dir: &Path, options: CsvOptions, reveal: bool, marks: [Mark; 3]) -> Result<Self> {
        let findings = if reveal { &schema::FINDINGS_REVEALED } else { &schema::FINDINGS };
        Ok(FindingSink {
            findings: CsvTable::resume(dir, findings, options, marks[0])?,
            rejects: CsvTable::resume(dir, &schema::REJECTS, options, marks[1])?,
            loads: CsvTable::resume(dir, &schema::LOADS, options, marks[2])?,
        })
    }

    /// How far the tables were written, once all of that is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn marks(&mut self) -> Result<[Mark; 3]> {
        Ok([self.findings.mark()?, self.rejects.mark()?, self.loads.mark()?])
    }

    /// Appends the rows of the next batch.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append(&mut self, rows: &Rows) -> Result<()> {
        self.findings.append_encoded(&rows.findings, rows.finding_rows)?;
        self.rejects.append_encoded(&rows.rejects, rows.reject_rows)
    }

    /// Appends encoded rows of page loads.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append_loads(&mut self, encoded: &[u8], rows: u64) -> Result<()> {
        self.loads.append_encoded(encoded, rows)
    }

    fn reject_input(&mut self, name: &str, reason: &str) -> Result<()> {
        self.rejects.row(&[Cell::Text(name), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Text(reason)])
    }

    /// Appends a row for every input that had trouble and every path that could not be looked at.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn reject_unread(&mut self, inputs: &[Finished], unreadable: &[Unreadable]) -> Result<()> {
        for Finished { input, outcome } in inputs.iter().filter(|finished| !finished.outcome.trouble.is_empty()) {
            self.reject_input(&input.name, &outcome.trouble)?;
        }
        unreadable.iter().try_for_each(|path| self.reject_input(&path.name, &path.reason))
    }

    /// Closes the tables.
    ///
    /// # Errors
    /// When they cannot be written out.
    pub fn finish(self) -> Result<[Written; 3]> {
        Ok([self.findings.finish()?, self.rejects.finish()?, self.loads.finish()?])
    }
}

/// Encoded cells that recur in row after row.
pub struct EncodedCells {
    encoder: RefCell<RowEncoder>,
    names: RefCell<Memo<Rc<[u8]>>>,
    kinds: RefCell<Memo<Rc<[u8]>>>,
    masked: RefCell<Memo<Rc<[u8]>>>,
}

impl EncodedCells {
    /// Nothing remembered yet.
    pub fn new(delimiter: Delimiter) -> Self {
        let memo = || RefCell::new(Memo::sized(REMEMBERED, |cells: &Rc<[u8]>| cells.len()));
        let encoder = RefCell::new(RowEncoder::new(delimiter));
        EncodedCells { encoder, names: memo(), kinds: memo(), masked: memo() }
    }

    fn encoded(&self, cells: &[Cell<'_>]) -> Rc<[u8]> {
        let mut out = Vec::new();
        self.encoder.borrow_mut().join(cells, &mut out);
        out.into()
    }

    /// The cell of a text.
    pub fn name(&self, sym: Sym, symbols: &SymbolCache<'_>) -> Rc<[u8]> {
        let mut names = self.names.borrow_mut();
        let key = names.key_of(sym);
        names.get_or(key, || self.encoded(&[Cell::Text(&symbols.name(sym))]))
    }

    /// The cell of a value in which everything personal is replaced.
    fn masked(&self, text: &str) -> Rc<[u8]> {
        let mut masked = self.masked.borrow_mut();
        let key = masked.key(&[], text.as_bytes());
        masked.get_or(key, || self.encoded(&[Cell::Text(text)]))
    }

    /// The cells from the class to the reason.
    fn kind(&self, hit: &Hit<'_>, channel: Channel, symbols: &SymbolCache<'_>) -> Rc<[u8]> {
        let Hit { class, form, param, chain, detector, confidence, reason, .. } = *hit;
        let mut kinds = self.kinds.borrow_mut();
        let key = kinds.key_of((class, form, channel, param, chain, detector, confidence, reason));
        kinds.get_or(key, || {
            let [param, chain, detector, reason] = [param, chain, detector, reason].map(|sym| symbols.name(sym));
            self.encoded(&[
                Cell::Word(class.word()),
                Cell::Word(class.tier().word()),
                Cell::Word(form.word()),
                Cell::Word(channel.word()),
                Cell::Text(&param),
                Cell::Text(&chain),
                Cell::Text(&detector),
                Cell::Word(confidence.word()),
                Cell::Text(&reason),
            ])
        })
    }
}

/// Makes the rows of one batch.
pub struct RowMaker<'m, 'r> {
    worker: &'m Worker<'r>,
    input: Rc<[u8]>,
    groups: &'m [(u64, u64)],
    encoder: RowEncoder,
    rows: Rows,
}

/// The cells that all findings of one observation have in common.
struct CommonCells {
    /// Where the record is, up to the column of the message.
    record: Vec<u8>,
    /// From the line to the host.
    place: Vec<u8>,
    person: Vec<u8>,
}

impl<'m, 'r> RowMaker<'m, 'r> {
    /// A maker for a batch of the input; `groups` holds, by position, which findings of the batch are
    /// the first of their group, with the group's size.
    pub fn new(worker: &'m Worker<'r>, input: &str, groups: &'m [(u64, u64)], delimiter: Delimiter) -> Self {
        let input = worker.cells.encoded(&[Cell::Text(input)]);
        RowMaker { worker, input, groups, encoder: RowEncoder::new(delimiter), rows: Rows::default() }
    }

    /// Makes the rows of one observation; `first` is the position of its first hit in the input.
    pub fn observed(&mut self, resolver: &Resolver<'_>, seen: &Observation<'_>, place: &Place, first: u64) {
        if seen.hits.is_empty() {
            return;
        }
        let resolved = resolver.resolve(seen, place.record);
        let mut common = None;
        for (ordinal, hit, channel) in resolver.disclosures(seen, &resolved) {
            let Some(count) = self.occurrences(hit.class, first + u64::from(ordinal)) else { continue };
            let found =
                Found { seen, resolved: &resolved, hit, channel, ordinal, record: place.record, offset: place.offset };
            let common = common.get_or_insert_with(|| self.common(seen, &resolved, place));
            self.finding(resolver.finding_id(&found), &found, common, count);
        }
    }

    /// How many findings a row stands for; `None` when an earlier row stands for this one.
    fn occurrences(&self, class: DataClass, position: u64) -> Option<u64> {
        if !Resolver::is_grouped(class) {
            return Some(1);
        }
        let at = self.groups.binary_search_by_key(&position, |&(position, _)| position).ok()?;
        Some(self.groups[at].1)
    }

    fn common(&mut self, seen: &Observation<'_>, resolved: &Resolved, place: &Place) -> CommonCells {
        let name = |sym| self.worker.cells.name(sym, &self.worker.symbols);
        let (site, page, page_host) = (name(resolved.site), name(resolved.page), name(resolved.verdict.page.host));
        let (vendor, owner, host) = (name(resolved.vendor), name(resolved.owner), name(seen.recipient.host));
        let (account, event) = (name(seen.account), name(seen.event()));
        let mut joined = |cells: &[Cell<'_>]| {
            let mut out = Vec::with_capacity(256);
            self.encoder.join(cells, &mut out);
            out
        };
        let person = resolved.person.map(|person| person.linked.to_string());
        CommonCells {
            record: joined(&[Cell::Encoded(&self.input), Cell::Count(place.record)]),
            place: joined(&[
                Cell::Count(place.line),
                Cell::Count(place.offset),
                Cell::Count(place.length),
                Cell::time(seen.time),
                Cell::Encoded(&site),
                Cell::Word(resolved.verdict.source.word()),
                Cell::Encoded(&page_host),
                Cell::Encoded(&page),
                Cell::Encoded(&vendor),
                Cell::Encoded(&owner),
                Cell::Encoded(&account),
                Cell::Encoded(&event),
                Cell::Encoded(&host),
            ]),
            person: joined(&[Cell::Text(person.as_deref().unwrap_or_default())]),
        }
    }

    fn finding(&mut self, id: u64, found: &Found<'_>, common: &CommonCells, count: u64) {
        let Found { seen, hit, channel, .. } = *found;
        let Worker { cells, symbols, .. } = self.worker;
        let (kind, masked) = (cells.kind(hit, channel, symbols), cells.masked(&hit.masked));
        let matched = cells.name(hit.matched, symbols);
        let row = [
            Cell::Id(id),
            Cell::Encoded(&common.record),
            if hit.message == 0 { Cell::Empty } else { Cell::Count(u64::from(hit.message) - 1) },
            Cell::Encoded(&common.place),
            Cell::Encoded(&kind),
            Cell::Word(seen.consent.word()),
            Cell::Word(seen.sent.word()),
            Cell::Encoded(&masked),
            Cell::Id(hit.fingerprint),
            Cell::Encoded(&common.person),
            Cell::Encoded(&matched),
            Cell::Count(count),
            Cell::Text(hit.value.as_deref().unwrap_or_default()),
        ];
        let shown = if self.worker.run.plan.reveal { row.len() } else { row.len() - 1 };
        self.encoder.encode(&row[..shown], &mut self.rows.findings);
        self.rows.finding_rows += 1;
    }

    /// Makes the row of a record that could not be read.
    pub fn rejected(&mut self, place: &Place, reason: Reason) {
        let cells = [
            Cell::Encoded(&self.input),
            Cell::Count(place.record),
            Cell::Count(place.line),
            Cell::Count(place.offset),
            Cell::Text(reason.words()),
        ];
        self.encoder.encode(&cells, &mut self.rows.rejects);
        self.rows.reject_rows += 1;
    }

    /// The rows that were made.
    pub fn finish(self) -> Rows {
        self.rows
    }
}
