//! The rows of `loads.csv`: made load by load, and passed on to the tables, which other workers fill
//! meanwhile.

use crate::board::Board;
use crate::class::DataClass;
use crate::report::cell::Cell;
use crate::report::row_encoder::RowEncoder;
use crate::resolve::loads::{Load, SentTo};
use crate::run::Worker;
use anyhow::Result;

/// So many bytes of rows are made before others have to wait for them to be written.
const AT_ONCE: usize = 1 << 17;

/// Makes the rows of one capture.
pub struct LoadRows<'l, 'r> {
    worker: &'l Worker<'r>,
    board: &'l Board<'l>,
    encoder: RowEncoder,
    /// The cells of capture and input.
    capture: Vec<u8>,
    rows: Vec<u8>,
    count: u64,
}

impl<'l, 'r> LoadRows<'l, 'r> {
    /// No rows yet of the input with this name; `board` has the tables.
    pub fn new(worker: &'l Worker<'r>, board: &'l Board<'l>, capture: u64, input: &str) -> Self {
        let mut encoder = RowEncoder::new(worker.run.plan.csv.delimiter);
        let mut cells = Vec::new();
        encoder.join(&[Cell::Id(capture), Cell::Text(input)], &mut cells);
        LoadRows { worker, board, encoder, capture: cells, rows: Vec::new(), count: 0 }
    }

    /// Makes a row of the load and one of everything that it sent.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn load(&mut self, load: &Load, sent: &[SentTo]) -> Result<()> {
        let Worker { cells, symbols, .. } = self.worker;
        let name = |sym| cells.name(sym, symbols);
        let [site, page, state, data] = [load.key.site, load.key.page, load.key.event, load.key.text].map(name);
        let mut common = Vec::with_capacity(256);
        let load = [
            Cell::Encoded(&self.capture),
            Cell::Id(load.id),
            Cell::time(load.tally.time),
            Cell::Encoded(&site),
            Cell::Encoded(&page),
            Cell::Encoded(&state),
            Cell::Encoded(&data),
        ];
        self.encoder.join(&load, &mut common);
        self.row(&[Cell::Encoded(&common), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        for SentTo { vendor, owner, class, sent, blocked } in sent {
            self.row(&[
                Cell::Encoded(&common),
                Cell::Encoded(&name(*vendor)),
                Cell::Encoded(&name(*owner)),
                Cell::Word(class.map_or("", DataClass::word)),
                Cell::Count(*sent),
                Cell::Count(*blocked),
            ]);
        }
        if self.rows.len() < AT_ONCE { Ok(()) } else { self.pass_on() }
    }

    fn row(&mut self, cells: &[Cell<'_>]) {
        self.encoder.encode(cells, &mut self.rows);
        self.count += 1;
    }

    fn pass_on(&mut self) -> Result<()> {
        self.board.sink().append_loads(&self.rows, std::mem::take(&mut self.count))?;
        self.rows.clear();
        Ok(())
    }

    /// Passes on what is still in memory.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        self.pass_on()
    }
}
