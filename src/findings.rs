//! The tables that are filled while inputs are worked through: findings, rejected records and the
//! page loads of captures. Rows are made by workers in parallel and arrive here batch by batch, in
//! input order.

use crate::board::Finished;
use crate::class::DataClass;
use crate::format::Reason;
use crate::observation::Observation;
use crate::observed::Place;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Mark, Written};
use crate::report::row_encoder::{Delimiter, RowEncoder};
use crate::report::schema;
use crate::resolve::enter::Resolver;
use crate::resolve::finding::Found;
use crate::resolve::loads::Loads;
use crate::run::Worker;
use crate::source::walk::Unreadable;
use crate::spill::Store;
use crate::symbols::{Sym, SymbolCache};
use anyhow::Result;
use hashbrown::HashMap;
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

    /// Appends the page loads of an input.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append_loads(
        &mut self,
        input: &str,
        capture: u64,
        loads: &Loads,
        store: &Store,
        symbols: &SymbolCache<'_>,
    ) -> Result<()> {
        loads.rows(store, input, capture, symbols, &mut |cells| self.loads.row(cells))
    }

    /// Closes the tables.
    ///
    /// # Errors
    /// When they cannot be written out.
    pub fn finish(self) -> Result<[Written; 3]> {
        Ok([self.findings.finish()?, self.rejects.finish()?, self.loads.finish()?])
    }
}

/// How many cells are remembered.
const REMEMBERED: usize = 1 << 16;

/// Encoded cells of texts that recur in row after row.
pub struct EncodedCells {
    encoder: RefCell<RowEncoder>,
    known: RefCell<HashMap<Sym, Rc<[u8]>>>,
}

impl EncodedCells {
    /// Nothing remembered yet.
    pub fn new(delimiter: Delimiter) -> Self {
        EncodedCells { encoder: RefCell::new(RowEncoder::new(delimiter)), known: RefCell::default() }
    }

    /// The encoded cell of a text.
    fn get(&self, sym: Sym, symbols: &SymbolCache<'_>) -> Rc<[u8]> {
        if let Some(known) = self.known.borrow().get(&sym) {
            return Rc::clone(known);
        }
        let cell: Rc<[u8]> = self.encoder.borrow_mut().cell(&Cell::Text(&symbols.name(sym))).into();
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(sym, Rc::clone(&cell));
        cell
    }
}

/// Makes the rows of one batch.
pub struct RowMaker<'m, 'r> {
    worker: &'m Worker<'r>,
    input: &'m str,
    groups: &'m [(u64, u64)],
    encoder: RowEncoder,
    rows: Rows,
}

impl<'m, 'r> RowMaker<'m, 'r> {
    /// A maker for a batch of the input; `groups` holds, by position, which findings of the batch are
    /// the first of their group, with the group's size.
    pub fn new(worker: &'m Worker<'r>, input: &'m str, groups: &'m [(u64, u64)], delimiter: Delimiter) -> Self {
        RowMaker { worker, input, groups, encoder: RowEncoder::new(delimiter), rows: Rows::default() }
    }

    /// Makes the rows of one observation; `first` is the position of its first hit in the input.
    pub fn observed(&mut self, resolver: &Resolver<'_>, seen: &Observation<'_>, place: &Place, first: u64) {
        if seen.hits.is_empty() {
            return;
        }
        let resolved = resolver.resolve(seen, place.record);
        for (ordinal, hit, channel) in resolver.disclosures(seen, &resolved) {
            let Some(count) = self.occurrences(hit.class, first + u64::from(ordinal)) else { continue };
            let found =
                Found { seen, resolved: &resolved, hit, channel, ordinal, record: place.record, offset: place.offset };
            self.finding(resolver.finding_id(&found), &found, place, count);
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

    fn finding(&mut self, id: u64, found: &Found<'_>, place: &Place, count: u64) {
        let Found { seen, resolved, hit, channel, .. } = *found;
        let name = |sym| self.worker.cells.get(sym, &self.worker.symbols);
        let (site, page, page_host) = (name(resolved.site), name(resolved.page), name(resolved.verdict.page.host));
        let (vendor, owner, host) = (name(resolved.vendor), name(resolved.owner), name(seen.recipient.host));
        let (account, event, param) = (name(seen.account), name(seen.event()), name(hit.param));
        let (chain, detector, reason) = (name(hit.chain), name(hit.detector), name(hit.reason));
        let matched = name(hit.matched);
        let person = resolved.person.map(|person| person.linked.to_string());
        let mut cells = vec![
            Cell::Id(id),
            Cell::Text(self.input),
            Cell::Count(place.record),
            if hit.message == 0 { Cell::Empty } else { Cell::Count(u64::from(hit.message) - 1) },
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
            Cell::Word(hit.class.word()),
            Cell::Word(hit.class.tier().word()),
            Cell::Word(hit.form.word()),
            Cell::Word(channel.word()),
            Cell::Encoded(&param),
            Cell::Encoded(&chain),
            Cell::Encoded(&detector),
            Cell::Word(hit.confidence.word()),
            Cell::Encoded(&reason),
            Cell::Word(seen.consent.word()),
            Cell::Word(seen.sent.word()),
            Cell::Text(&hit.masked),
            Cell::Id(hit.fingerprint),
            Cell::Text(person.as_deref().unwrap_or_default()),
            Cell::Encoded(&matched),
            Cell::Count(count),
        ];
        if self.worker.run.plan.reveal {
            cells.push(Cell::Text(hit.value.as_deref().unwrap_or_default()));
        }
        self.encoder.encode(&cells, &mut self.rows.findings);
        self.rows.finding_rows += 1;
    }

    /// Makes the row of a record that could not be read.
    pub fn rejected(&mut self, place: &Place, reason: Reason) {
        let cells = [
            Cell::Text(self.input),
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
