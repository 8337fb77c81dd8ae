//! The allowance of an input: how much it may unpack to. Archives that are made to exhaust a
//! reader grow a few bytes into terabytes, at once or by being packed into one another, so
//! everything that comes out of one file, at any depth, is held against what was read of it.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many times its size an input may unpack to: logs reach 10 to 100, and a few 200.
pub const RATIO: u64 = 500;

/// What any input may unpack to, however small it is.
pub const FREE: u64 = 1 << 30;

/// How deep archives and compressed files may be packed into one another.
pub const DEEPEST: usize = 8;

/// How many members of one archive are looked at.
pub const MOST_MEMBERS: usize = 1_000_000;

/// The account of one file or stream and of everything in it.
#[derive(Clone, Debug, Default)]
pub struct Allowance(Arc<Account>);

#[derive(Debug, Default)]
struct Account {
    read: AtomicU64,
    unpacked: AtomicU64,
}

impl Allowance {
    /// Notes that bytes of the file itself were read.
    pub fn read(&self, bytes: u64) {
        self.0.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes that bytes were unpacked.
    ///
    /// # Errors
    /// When it is more than allowed.
    pub fn unpacked(&self, bytes: u64) -> io::Result<()> {
        let unpacked = self.0.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if unpacked <= FREE || unpacked - FREE <= self.0.read.load(Ordering::Relaxed).saturating_mul(RATIO) {
            return Ok(());
        }
        Err(io::Error::other(Bomb))
    }
}

/// The input unpacks to far more than logs and captures do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bomb;

impl std::fmt::Display for Bomb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "unpacks to more than {RATIO} times its size and was read no further; if it is no bomb, unpack it first"
        )
    }
}

impl std::error::Error for Bomb {}

/// Whether an error says that an allowance was used up.
pub fn is_bomb(err: &io::Error) -> bool {
    err.get_ref().is_some_and(|inner| inner.is::<Bomb>())
}

/// Holds what comes out of a decoder against the allowance.
pub struct Guarded<R> {
    inner: R,
    allowance: Allowance,
}

impl<R> Guarded<R> {
    /// Guards a decoder.
    pub fn new(inner: R, allowance: Allowance) -> Self {
        Guarded { inner, allowance }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf).map_err(in_words)?;
        self.allowance.unpacked(read as u64)?;
        Ok(read)
    }
}

/// A decoder's error, which speaks of its insides, in words for people. What the system says, or the
/// allowance, stays as it is.
fn in_words(err: io::Error) -> io::Error {
    let text = err.to_string();
    if err.kind() == io::ErrorKind::Interrupted
        || err.raw_os_error().is_some()
        || is_bomb(&err)
        || text.starts_with(DAMAGED)
    {
        return err;
    }
    io::Error::new(err.kind(), format!("{DAMAGED} ({text})"))
}

const DAMAGED: &str = "the compressed data is damaged or cut";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_too_much_is_stopped_at_any_depth() {
        let allowance = Allowance::default();
        allowance.read(1000);
        allowance.unpacked(FREE).expect("free");
        allowance.unpacked(1000 * RATIO).expect("within the ratio");
        let err = allowance.unpacked(1).expect_err("too much");
        assert!(is_bomb(&err));
        assert!(err.to_string().contains("unpack it first"), "{err}");
        allowance.read(1_000_000);
        allowance.unpacked(1).expect("more was read");
    }
}
