//! The tables that pages are made from: those of a finished ledger, or of one that is about to be
//! sealed.

use crate::report::escape::{terminal, terminal_path};
use crate::report::manifest::{Manifest, RUN_FILE, Run};
use crate::report::opened::{OpenLedger, Table};
use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::path::Path;

/// A folder of tables with what is known about them.
#[derive(Debug)]
pub struct Source<'s> {
    /// Where the tables are.
    pub dir: &'s Path,
    /// What they were made from.
    pub manifest: &'s Manifest,
    /// The case that the user named; empty where none was named.
    pub case: String,
    /// Who examines; empty where nobody was named.
    pub examiner: String,
    /// Folders with estimates that were made from the ledger.
    pub estimates: Vec<std::path::PathBuf>,
}

impl<'s> Source<'s> {
    /// The tables in a folder, about which the user said these things.
    pub fn new(dir: &'s Path, manifest: &'s Manifest, case: Option<&str>, examiner: Option<&str>) -> Self {
        let shown = |text: Option<&str>| terminal(text.unwrap_or_default()).into_owned();
        Source { dir, manifest, case: shown(case), examiner: shown(examiner), estimates: Vec::new() }
    }

    /// The tables of a finished ledger.
    ///
    /// # Errors
    /// When `run.json` is damaged.
    pub fn of(ledger: &'s OpenLedger) -> Result<Self> {
        let run = read_run(ledger.dir())?;
        let mut source = Source::new(ledger.dir(), ledger.manifest(), run.case.as_deref(), run.examiner.as_deref());
        source.estimates =
            ledger.beside()?.into_iter().filter(|folder| folder.join("estimates.csv").exists()).collect();
        Ok(source)
    }

    /// A table, where the ledger has it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn table(&self, file: &str) -> Result<Option<Table>> {
        self.manifest.table(file).map(|_| Table::open(&self.dir.join(file))).transpose()
    }

    /// How many rows a table has; 0 where the ledger lacks it.
    pub fn rows(&self, file: &str) -> u64 {
        self.manifest.table(file).map_or(0, |table| table.rows)
    }
}

/// Who ran the scan; nothing is known where the file is gone, since it is not part of the seal.
fn read_run(dir: &Path) -> Result<Run> {
    let path = dir.join(RUN_FILE);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("{}: damaged", terminal_path(&path))),
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(Run::default()),
        Err(err) => Err(err).with_context(|| format!("{}: cannot read", terminal_path(&path))),
    }
}
