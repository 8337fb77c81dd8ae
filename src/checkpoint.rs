//! Checkpoints: what `--resume` continues from. A long scan is worked through in stages of some
//! inputs each. At the end of a stage nothing is half done, so a few lengths say it all: how far
//! the tables of findings and rejects, the cells and the texts were written, and which inputs they
//! are from. Whatever was written behind a checkpoint is cut off when the scan continues.

use crate::board::Finished;
use crate::exposure::cells::Counts;
use crate::report::csv_table::Mark;
use crate::report::hashing::create_private;
use crate::source::{From, Given};
use crate::symbols::Symbols;
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
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
    texts: Log,
    cells: Log,
    written: usize,
}

impl Journal {
    /// Begins a journal in a folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(work: &Path, identity: &Identity) -> Result<Self> {
        let mut stages = Log::create(work.join("stages"))?;
        stages.append(identity)?;
        stages.sync()?;
        let (texts, cells) = (Log::create(work.join("texts"))?, Log::create(work.join("cells"))?);
        Ok(Journal { stages, texts, cells, written: 0 })
    }

    /// Continues a journal, or begins one where there is none. The texts get the numbers that they
    /// had.
    ///
    /// # Errors
    /// When it is of another scan or cannot be read.
    pub fn resume(work: &Path, identity: &Identity, symbols: &Symbols) -> Result<(Self, Resumed)> {
        let mut stages = match Log::open(work.join("stages")) {
            Ok(log) => log,
            Err(err) if err.downcast_ref::<std::io::Error>().is_some_and(|err| err.kind() == ErrorKind::NotFound) => {
                return Ok((Journal::begin(work, identity)?, Resumed::default()));
            }
            Err(err) => return Err(err),
        };
        match stages.next::<Identity>()? {
            None => return Ok((Journal::begin(work, identity)?, Resumed::default())),
            Some(before) if before == *identity => {}
            Some(before) => bail!("{}; begin anew with --force", difference(&before, identity)),
        }
        let mut resumed = Resumed::default();
        let (mut texts, mut cells) = (Log::open(work.join("texts"))?, Log::open(work.join("cells"))?);
        while let Some(stage) = stages.next::<Checkpoint>()? {
            resumed.done.extend(stage.done);
            resumed.finished.extend(stage.finished);
            resumed.tables = Some(stage.tables);
            while texts.at < stage.texts {
                let names: Vec<String> = texts.next()?.context("the texts of the scan before are damaged")?;
                for name in &names {
                    symbols.intern(name);
                }
            }
            while cells.at < stage.cells {
                resumed.counts.merge(cells.next()?.context("the cells of the scan before are damaged")?);
            }
        }
        for log in [&mut stages, &mut texts, &mut cells] {
            log.cut()?;
        }
        let written = symbols.len();
        Ok((Journal { stages, texts, cells, written }, resumed))
    }

    /// Writes the checkpoint of a stage.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn checkpoint(
        &mut self,
        done: Vec<Stamp>,
        finished: Vec<Finished>,
        tables: [Mark; 3],
        counts: &Counts,
        symbols: &Symbols,
    ) -> Result<()> {
        let names = symbols.since(self.written);
        self.written += names.len();
        self.texts.append(&names.iter().map(|name| &**name).collect::<Vec<_>>())?;
        self.cells.append(counts)?;
        self.texts.sync()?;
        self.cells.sync()?;
        self.stages.append(&Checkpoint { done, finished, tables, texts: self.texts.at, cells: self.cells.at })?;
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

/// Records one behind the other, each with its length and hash, so that the last whole one is known.
struct Log {
    path: PathBuf,
    file: BufReader<File>,
    at: u64,
}

/// Length and hash before a record.
const HEADER: usize = 8 + 32;

impl Log {
    fn create(path: PathBuf) -> Result<Self> {
        let context = || format!("{}: cannot make the file", path.display());
        drop(create_private(&path).with_context(context)?);
        Log::open(path)
    }

    fn open(path: PathBuf) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(&path);
        let file = file.with_context(|| format!("{}: cannot open", path.display()))?;
        Ok(Log { path, file: BufReader::new(file), at: 0 })
    }

    /// The next whole record, or `None` where what follows is none.
    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let mut header = [0; HEADER];
        if self.file.read_exact(&mut header).is_err() {
            return Ok(None);
        }
        let (length, hash) = header.split_at(8);
        let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
        let mut bytes = Vec::new();
        (&mut self.file)
            .take(length)
            .read_to_end(&mut bytes)
            .with_context(|| format!("{}: cannot read", self.path.display()))?;
        if bytes.len() as u64 != length || blake3::hash(&bytes).as_bytes() != hash {
            return Ok(None);
        }
        let Ok(record) = postcard::from_bytes(&bytes) else { return Ok(None) };
        self.at += HEADER as u64 + length;
        Ok(Some(record))
    }

    /// Cuts off what follows the last record that was read, and writes there from now on.
    fn cut(&mut self) -> Result<()> {
        let at = self.at;
        let file = self.file.get_mut();
        file.set_len(at)
            .and_then(|()| file.seek(SeekFrom::Start(at)))
            .map(drop)
            .with_context(|| format!("{}: cannot write", self.path.display()))
    }

    fn append<T: Serialize>(&mut self, record: &T) -> Result<()> {
        let bytes = postcard::to_stdvec(record).context("a checkpoint cannot be encoded")?;
        let header = [&(bytes.len() as u64).to_le_bytes()[..], blake3::hash(&bytes).as_bytes()].concat();
        let file = self.file.get_mut();
        file.write_all(&header)
            .and_then(|()| file.write_all(&bytes))
            .with_context(|| format!("{}: cannot write", self.path.display()))?;
        self.at += (HEADER + bytes.len()) as u64;
        Ok(())
    }

    fn sync(&mut self) -> Result<()> {
        self.file.get_mut().sync_data().with_context(|| format!("{}: cannot write", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(options: &str) -> Identity {
        Identity { version: "1".into(), options: options.into(), lists: Vec::new(), key_id: "k".into() }
    }

    fn mark(bytes: u64) -> [Mark; 3] {
        [Mark { bytes, rows: 1 }, Mark::default(), Mark::default()]
    }

    #[test]
    fn a_scan_continues_behind_the_last_whole_checkpoint() {
        let dir = tempfile::tempdir().expect("a folder");
        let symbols = Symbols::default();
        let mut journal = Journal::begin(dir.path(), &identity("a")).expect("begun");
        let stamp = |name: &str| Stamp { name: name.into(), size: Some(1), modified: None };
        let sym = symbols.intern("one.example");
        for (n, name) in ["a", "b"].into_iter().enumerate() {
            let done = vec![stamp(name)];
            journal.checkpoint(done, Vec::new(), mark(n as u64), &Counts::default(), &symbols).expect("written");
            symbols.intern("two.example");
        }
        drop(journal);
        let stages = dir.path().join("stages");
        let whole = std::fs::read(&stages).expect("read");
        for (length, done, bytes) in [(whole.len(), 2, 1), (whole.len() - 1, 1, 0)] {
            std::fs::write(&stages, &whole[..length]).expect("cut");
            let again = Symbols::default();
            let (_, resumed) = Journal::resume(dir.path(), &identity("a"), &again).expect("resumed");
            assert_eq!((resumed.done.len(), resumed.tables), (done, Some(mark(bytes))));
            assert_eq!(again.intern("one.example"), sym);
        }
        let err = Journal::resume(dir.path(), &identity("b"), &Symbols::default()).err().expect("refused");
        assert!(err.to_string().contains("other options"), "{err}");
    }

    #[test]
    fn without_a_journal_there_is_nothing_to_continue() {
        let dir = tempfile::tempdir().expect("a folder");
        let (_, resumed) = Journal::resume(dir.path(), &identity("a"), &Symbols::default()).expect("begun");
        assert!(resumed.done.is_empty() && resumed.tables.is_none());
    }
}
