//! Checkpoints: what `--resume` continues from. A long scan is worked through in stages of some
//! inputs each. At the end of a stage nothing is half done, so a few lengths say it all: how far
//! the tables of findings and rejects, the cells and the texts were written, and which inputs they
//! are from. Whatever was written behind a checkpoint is cut off when the scan continues. What is
//! kept of an input that is larger than a stage is in [`crate::partial`].

use crate::board::Finished;
use crate::exposure::cells::CellKey;
use crate::exposure::counts::{Counts, Overflow};
use crate::exposure::measure::Measure;
use crate::log::Log;
use crate::report::csv_table::Mark;
use crate::source::{From, Given};
use crate::spill::Store;
use crate::texts::Texts;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

/// A stage ends when its inputs have this many bytes, if nobody says otherwise.
pub const STAGE_BYTES: u64 = 1 << 30;

/// What must be the same for a scan to be continued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The program.
    pub version: String,
    /// The options that decide what the tables say.
    pub options: String,
    /// The SHA-256 of the lists that it used.
    pub lists: Vec<String>,
    /// The key.
    pub key_id: String,
}

/// An input as it lay on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    name: String,
    size: Option<u64>,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// The stamp of an input.
    pub fn of(given: &Given) -> Self {
        let modified = match &given.from {
            From::File(path) => path.metadata().and_then(|meta| meta.modified()).ok(),
            From::Stdin | From::Special => None,
        };
        Stamp { name: given.input.name.clone(), size: given.input.size, modified }
    }

    /// The name of the input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size, as far as it is known.
    pub fn size(&self) -> u64 {
        self.size.unwrap_or(0)
    }
}

/// The state at the end of a stage.
#[derive(Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The inputs of the stage.
    pub done: Vec<Stamp>,
    /// These, and the members of archives among them, with what became of them.
    pub finished: Vec<Finished>,
    /// How far findings and rejects were written.
    pub tables: [Mark; 3],
    /// How far the texts were written.
    texts: u64,
    /// How far the cells were written.
    cells: u64,
}

/// Where a scan continues.
#[derive(Debug, Default)]
pub struct Resumed {
    /// The inputs that are done.
    pub done: Vec<Stamp>,
    /// These, and the members of archives among them, with what became of them.
    pub finished: Vec<Finished>,
    /// How far findings and rejects were written.
    pub tables: Option<[Mark; 3]>,
    /// What was counted.
    pub counts: Counts,
}

/// The files of the checkpoints.
pub struct Journal {
    stages: Log,
    cells: Log,
}

impl Journal {
    /// Begins a journal in a folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(work: &Path, identity: &Identity) -> Result<Self> {
        // Whoever finds the identity finds the other file too.
        let cells = Log::create(work.join("cells"))?;
        let mut stages = Log::create(work.join("stages"))?;
        stages.append(identity)?;
        stages.sync()?;
        Ok(Journal { stages, cells })
    }

    /// Continues a journal, or begins one where there is none.
    ///
    /// # Errors
    /// When it is of another scan or cannot be read.
    pub fn resume(work: &Path, identity: &Identity, texts: &Texts, overflow: &Overflow<'_>) -> Result<(Self, Resumed)> {
        let mut stages = match Log::open(work.join("stages")) {
            Ok(log) => log,
            Err(err) if err.downcast_ref::<std::io::Error>().is_some_and(|err| err.kind() == ErrorKind::NotFound) => {
                return Ok((Journal::begin(work, identity)?, Resumed::default()));
            }
            Err(err) => return Err(err),
        };
        match stages.read::<Identity>()? {
            None => return Ok((Journal::begin(work, identity)?, Resumed::default())),
            Some(before) if before == *identity => {}
            Some(before) => bail!("{}; begin anew with --force", difference(&before, identity)),
        }
        let mut resumed = Resumed::default();
        let mut cells = Log::open(work.join("cells"))?;
        while let Some(stage) = stages.read::<Checkpoint>()? {
            resumed.done.extend(stage.done);
            resumed.finished.extend(stage.finished);
            resumed.tables = Some(stage.tables);
            if texts.length() < stage.texts {
                bail!("the texts of the scan before are damaged; begin anew with --force");
            }
            while cells.at() < stage.cells {
                let part = cells.read::<Vec<(CellKey, Measure)>>()?;
                for (key, measure) in part.context("the cells of the scan before are damaged")? {
                    resumed.counts.add(key, measure);
                }
                resumed.counts.relieve(overflow)?;
            }
        }
        stages.cut()?;
        cells.cut()?;
        Ok((Journal { stages, cells }, resumed))
    }

    /// Writes the checkpoint of a stage, whose texts are on the disk up to this length.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn checkpoint(
        &mut self,
        done: Vec<Stamp>,
        finished: Vec<Finished>,
        tables: [Mark; 3],
        counts: &Counts,
        store: &Store,
        texts: u64,
    ) -> Result<()> {
        counts.each_part(store, &mut |cells| self.cells.append(cells))?;
        self.cells.sync()?;
        self.stages.append(&Checkpoint { done, finished, tables, texts, cells: self.cells.at() })?;
        self.stages.sync()
    }
}

fn difference(before: &Identity, now: &Identity) -> String {
    if before.key_id != now.key_id {
        return "the interrupted scan was made with another key".into();
    }
    if before.version != now.version {
        return format!("the interrupted scan was made by version {}", before.version);
    }
    if before.lists != now.lists {
        return "the interrupted scan was made with other lists".into();
    }
    format!("the interrupted scan was made with other options ({})", before.options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::{SymbolCache, Symbols};

    fn identity(options: &str) -> Identity {
        Identity { version: "1".into(), options: options.into(), lists: Vec::new(), key_id: "k".into() }
    }

    fn mark(bytes: u64) -> [Mark; 3] {
        [Mark { bytes, rows: 1 }, Mark::default(), Mark::default()]
    }

    fn store(dir: &Path) -> Store {
        Store::new(0, dir.join("unused"))
    }

    fn resume(dir: &Path, options: &str, texts: &Texts) -> Result<(Journal, Resumed)> {
        let table = Symbols::default();
        let symbols = SymbolCache::new(&table);
        let overflow = Overflow { limit: 0, store: &store(dir), symbols: &symbols };
        Journal::resume(dir, &identity(options), texts, &overflow)
    }

    #[test]
    fn a_scan_continues_behind_the_last_whole_checkpoint() {
        let dir = tempfile::tempdir().expect("a folder");
        let texts = Texts::begin(dir.path()).expect("begun");
        let mut journal = Journal::begin(dir.path(), &identity("a")).expect("begun");
        let stamp = |name: &str| Stamp { name: name.into(), size: Some(1), modified: None };
        for (n, name) in ["a", "b"].into_iter().enumerate() {
            let done = vec![stamp(name)];
            journal
                .checkpoint(done, Vec::new(), mark(n as u64), &Counts::default(), &store(dir.path()), 0)
                .expect("written");
        }
        drop(journal);
        let stages = dir.path().join("stages");
        let whole = std::fs::read(&stages).expect("read");
        for (length, done, bytes) in [(whole.len(), 2, 1), (whole.len() - 1, 1, 0)] {
            std::fs::write(&stages, &whole[..length]).expect("cut");
            let (_, resumed) = resume(dir.path(), "a", &texts).expect("resumed");
            assert_eq!((resumed.done.len(), resumed.tables), (done, Some(mark(bytes))));
        }
        let err = resume(dir.path(), "b", &texts).err().expect("refused");
        assert!(err.to_string().contains("other options"), "{err}");
        let mut journal = Journal::begin(dir.path(), &identity("a")).expect("begun");
        let longer = texts.length() + 1;
        journal
            .checkpoint(Vec::new(), Vec::new(), mark(1), &Counts::default(), &store(dir.path()), longer)
            .expect("written");
        let err = resume(dir.path(), "a", &texts).err().expect("refused");
        assert!(err.to_string().contains("texts"), "{err}");
    }

    #[test]
    fn without_a_journal_there_is_nothing_to_continue() {
        let dir = tempfile::tempdir().expect("a folder");
        let texts = Texts::begin(dir.path()).expect("begun");
        let (_, resumed) = resume(dir.path(), "a", &texts).expect("begun");
        assert!(resumed.done.is_empty() && resumed.tables.is_none());
    }
}
