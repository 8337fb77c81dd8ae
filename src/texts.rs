//! The texts of a run on the disk. Checkpoints name texts by their numbers, so a scan that is
//! continued begins by giving every text the number that it had.

use crate::log::Log;
use crate::symbols::Symbols;
use anyhow::Result;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The texts that were written so far.
#[derive(Debug)]
pub struct Texts(Mutex<Written>);

#[derive(Debug)]
struct Written {
    log: Log,
    texts: usize,
}

impl Texts {
    /// Begins with no texts, in a folder.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn begin(work: &Path) -> Result<Self> {
        let log = Log::create(work.join("texts"))?;
        Ok(Texts(Mutex::new(Written { log, texts: 0 })))
    }

    /// Gives the texts in a folder the numbers that they had, in a run that knows none so far; begins
    /// where there are none.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn resume(work: &Path, symbols: &Symbols) -> Result<Self> {
        let path = work.join("texts");
        if !path.exists() {
            return Texts::begin(work);
        }
        let mut log = Log::open(path)?;
        while let Some(names) = log.read::<Vec<String>>()? {
            for name in &names {
                symbols.intern(name);
            }
        }
        log.cut()?;
        Ok(Texts(Mutex::new(Written { log, texts: symbols.len() })))
    }

    /// Writes the texts that are new. Returns the length of all that is on the disk then.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save(&self, symbols: &Symbols) -> Result<u64> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let names = symbols.since(written.texts);
        if !names.is_empty() {
            written.log.append(&names.iter().map(|name| &**name).collect::<Vec<_>>())?;
            written.log.sync()?;
            written.texts += names.len();
        }
        Ok(written.log.at())
    }

    /// The length of all that is on the disk.
    pub fn length(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).log.at()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_get_the_numbers_that_they_had() {
        let dir = tempfile::tempdir().expect("a folder");
        let symbols = Symbols::default();
        let texts = Texts::begin(dir.path()).expect("begun");
        let one = symbols.intern("one.example");
        texts.save(&symbols).expect("saved");
        let two = symbols.intern("two.example");
        texts.save(&symbols).expect("saved");
        let again = Symbols::default();
        let resumed = Texts::resume(dir.path(), &again).expect("resumed");
        assert_eq!(resumed.length(), texts.length());
        assert_eq!((again.intern("two.example"), again.intern("one.example")), (two, one));
    }
}
