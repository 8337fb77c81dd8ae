//! The way of one archive: it is asked for its members until it has no more.

use crate::input_run::{InputKind, InputOutcome};
use crate::source::Input;
use crate::source::allowance::Allowance;
use crate::source::archive::{Kind, Member, Members, Turn};
use crate::source::batches::Totals;
use crate::source::content::StoredHandle;
use crate::source::open::OpenArchive;
use std::io;
use std::sync::{Mutex, PoisonError};

/// An archive that is being read.
pub struct ArchiveRun {
    input: Input,
    kind: Kind,
    turn: Turn,
    stored: StoredHandle,
    allowance: Allowance,
    depth: usize,
    members: Mutex<Option<Box<dyn Members>>>,
}

impl ArchiveRun {
    /// An archive that was just opened.
    pub fn new(input: Input, open: OpenArchive) -> Self {
        let OpenArchive { kind, members, turn, stored, allowance, depth } = open;
        ArchiveRun { input, kind, turn, stored, allowance, depth, members: Mutex::new(Some(members)) }
    }

    /// The archive as an input.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// Whether it may be asked for its next member: not while a member reads its stream.
    pub fn may_go_on(&self) -> bool {
        self.turn.is_ours()
    }

    /// The account of the file that it came from.
    pub fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// How many archives its members lie in.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next member as an input with its content, or what became of the archive.
    pub fn next(&self, order: &[u32]) -> Result<(Input, Member), Box<InputOutcome>> {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let next = members.as_mut().map_or(Ok(None), |members| members.next());
        if let Ok(Some(member)) = next {
            let name = format!("{}!/{}", self.input.name, member.name);
            let input = Input { name, size: member.size, is_named: false, order: order.to_vec() };
            return Ok((input, member));
        }
        // What the archive was read from may be waiting for its stream.
        *members = None;
        Err(Box::new(self.outcome(next.err())))
    }

    fn outcome(&self, err: Option<io::Error>) -> InputOutcome {
        let read = self.stored.bytes();
        // The hash is of the whole file or of nothing.
        let sha256 = self.stored.sha256().filter(|_| self.input.size.is_none_or(|size| size == read));
        InputOutcome {
            kind: InputKind::Archive,
            format: self.kind.word().to_owned(),
            totals: Totals { sha256, stored_bytes: self.input.size.unwrap_or(read), ..Totals::default() },
            trouble: err.map(|err| err.to_string()).unwrap_or_default(),
            ..InputOutcome::default()
        }
    }
}
