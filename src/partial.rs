//! Partial inputs: what `--resume` keeps of a plain file that is larger than a stage. While it is
//! read, its observations go to a file of their own, and each time as much as a stage was observed,
//! what is known of its batches is set down beside it. When the scan continues, these batches are
//! only cut again, which is quick and shows that the file still holds the same bytes.

use crate::checkpoint::Stamp;
use crate::log::Log;
use crate::observed::ObservedInput;
use crate::run::Run;
use crate::source::batches::BatchReader;
use crate::spill::Store;
use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// An input that is kept while it is read.
#[derive(Debug)]
pub struct Partial {
    stamp: Stamp,
    dir: PathBuf,
    store: Store,
    /// How many bytes are observed between two states.
    every: u64,
    /// When the next state is due; held while one is written.
    due: Mutex<u64>,
}

/// What is set down.
#[derive(Serialize, Deserialize)]
struct State {
    stamp: Stamp,
    batch_bytes: usize,
    /// An [`ObservedInput`], encoded.
    observed: Vec<u8>,
}

impl Partial {
    /// Keeps the input of this stamp, which stands at this place of the run, if it is worth it; what
    /// was kept before comes back, with the reader standing behind it.
    ///
    /// # Errors
    /// When nothing can be written, or the file is not what it was.
    pub fn of(
        run: &Run<'_>,
        stamp: Stamp,
        place: u32,
        reader: &mut BatchReader,
    ) -> Result<Option<(Partial, ObservedInput)>> {
        let every = run.plan.checkpoint_bytes;
        if run.texts.is_none() || !reader.is_plain() || stamp.size() <= every {
            return Ok(None);
        }
        let dir = run.work.join(format!("partial-{place}"));
        let before = if run.plan.resume { read(&dir, &stamp, run.plan.batch_bytes)? } else { None };
        let path = dir.join("observations");
        let (store, observed) = match before {
            Some(observed) => {
                cut_again(reader, &observed, &stamp)?;
                (Store::reopen(path, observed.end_on_disk())?, observed)
            }
            None => {
                std::fs::create_dir_all(&dir).with_context(|| format!("{}: cannot make the folder", dir.display()))?;
                (Store::lasting(path), ObservedInput::default())
            }
        };
        let due = Mutex::new(observed.offset().saturating_add(every));
        Ok(Some((Partial { stamp, dir, store, every, due }, observed)))
    }

    /// Where the observations are.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether enough was observed since the last state.
    pub fn is_due(&self, observed: &ObservedInput) -> bool {
        // Whoever holds it is writing a state.
        self.due.try_lock().is_ok_and(|due| observed.offset() >= *due)
    }

    /// Sets down the state of an input: what it showed, encoded, up to this offset.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, run: &Run<'_>, observed: Vec<u8>, offset: u64) -> Result<()> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if offset < *due {
            return Ok(());
        }
        self.store.sync()?;
        if let Some(texts) = &run.texts {
            texts.save(run.symbols)?;
        }
        let fresh = self.dir.join("state.new");
        let mut log = Log::create(fresh.clone())?;
        log.append(&State { stamp: self.stamp.clone(), batch_bytes: run.plan.batch_bytes, observed })?;
        log.sync()?;
        std::fs::rename(&fresh, self.dir.join("state"))
            .with_context(|| format!("{}: cannot be moved", fresh.display()))?;
        *due = offset.saturating_add(self.every);
        Ok(())
    }
}

/// Forgets what was kept of inputs: their stage is done.
pub fn forget(run: &Run<'_>) {
    for entry in run.work.read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("partial-") {
            // What cannot be removed goes with the folder.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// What was set down of an input, unless it was of another file.
fn read(dir: &Path, stamp: &Stamp, batch_bytes: usize) -> Result<Option<ObservedInput>> {
    let path = dir.join("state");
    if !path.exists() {
        return Ok(None);
    }
    let state = Log::open(path)?.read::<State>()?;
    let same = state.filter(|state| state.stamp == *stamp && state.batch_bytes == batch_bytes);
    Ok(same.and_then(|state| postcard::from_bytes(&state.observed).ok()))
}

/// Cuts the batches that were observed, and holds the bytes against those of that time.
fn cut_again(reader: &mut BatchReader, observed: &ObservedInput, stamp: &Stamp) -> Result<()> {
    let Some((last, content)) = observed.last() else { return Ok(()) };
    let cut = (0..=last).map_while(|_| reader.next_batch()).last().map(|batch| (batch.index, batch.content));
    if cut != Some((last, content)) {
        bail!("{}: is not what it was when the scan was interrupted; begin anew with --force", stamp.name());
    }
    Ok(())
}
