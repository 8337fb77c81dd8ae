//! Values in which no pattern found anything. Browsers send the same cookies, headers and page
//! addresses with every request, so most values were looked at before.

use hashbrown::HashSet;
use std::hash::{BuildHasher, Hasher};

/// How many values are remembered.
const REMEMBERED: usize = 1 << 16;

/// Longer values rarely come again.
const LONGEST: usize = 1024;

/// Remembers values by a hash with a seed of its own, which nobody can foresee, so that nobody can
/// make a value that passes for another.
#[derive(Default)]
pub(super) struct Clean {
    seed: foldhash::quality::RandomState,
    known: HashSet<u64, foldhash::fast::FixedState>,
    last: Option<u64>,
}

impl Clean {
    /// Whether a value under this key path is known to hold nothing.
    pub(super) fn knows(&mut self, path: &str, value: &[u8]) -> bool {
        self.last = None;
        if value.len() > LONGEST {
            return false;
        }
        let mut hasher = self.seed.build_hasher();
        hasher.write(path.as_bytes());
        hasher.write_u8(0);
        hasher.write(value);
        let hash = hasher.finish();
        self.last = Some(hash);
        self.known.contains(&hash)
    }

    /// Remembers the value that was last asked for.
    pub(super) fn remember(&mut self) {
        if let Some(hash) = self.last {
            if self.known.len() >= REMEMBERED {
                self.known.clear();
            }
            self.known.insert(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_remembered_is_known() {
        let mut clean = Clean::default();
        assert!(!clean.knows("a/b", b"1"));
        clean.remember();
        assert!(clean.knows("a/b", b"1"));
        assert!(!clean.knows("a", b"b1"));
        assert!(!clean.knows("a/b", b"2"));
        assert!(!clean.knows("", &[b'x'; 5000]));
        clean.remember();
        assert!(!clean.knows("", &[b'x'; 5000]));
    }
}
