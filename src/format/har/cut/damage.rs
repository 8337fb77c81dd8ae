//! What the cutter does where a HAR is damaged: it rejects what cannot be read and goes on with the
//! next entry. Bytes may be scanned again behind damage, but only a few times, so that no input takes
//! more than linear time.

use super::{HarCutter, Level, State};
use crate::format::har::resync::Resync;
use crate::format::har::word::Word;
use crate::format::{Kind, Piece, Reason};

/// How often the same bytes are tried again behind damage before they are given up.
const RETRIES: usize = 8;

impl HarCutter {
    /// Rejects the current piece, which was found to be damaged before `end`, and looks for the next
    /// entry inside of it.
    pub(super) fn reject(&mut self, buf: &[u8], end: usize, out: &mut Vec<Piece>) {
        let State::Value(value) = &self.state else {
            return;
        };
        let start = value.start;
        self.retries = if start < self.farthest { self.retries + 1 } else { 0 };
        self.farthest = self.farthest.max(end);
        let mut search = Resync::default();
        let mut at = if self.retries > RETRIES { end } else { start + 1 };
        if let Some(next) = search.run(buf, &mut at, end) {
            return self.reject_up_to(next, out);
        }
        let range = start..search.pending().unwrap_or(end);
        let kind = Kind::Reject(Reason::BadStructure);
        out.push(Piece { kind, range });
        self.is_damaged = true;
        self.at = end;
        self.state = State::Lost(search);
    }

    /// Rejects the current piece and goes on with the entry that begins at `next`.
    pub(super) fn reject_up_to(&mut self, next: usize, out: &mut Vec<Piece>) {
        if let State::Value(value) = &self.state {
            let range = value.start..next;
            let kind = Kind::Reject(Reason::BadStructure);
            out.push(Piece { kind, range });
        }
        self.is_damaged = true;
        self.resume_at(next);
    }

    /// Rejects a byte of the structure around the pieces and looks for the next entry behind it.
    pub(super) fn report_damage(&mut self, pos: usize, out: &mut Vec<Piece>) {
        let range = pos..pos + 1;
        let kind = Kind::Reject(Reason::BadStructure);
        out.push(Piece { kind, range });
        self.is_damaged = true;
        self.at = pos + 1;
        self.state = State::Lost(Resync::default());
    }

    pub(super) fn find_entry(&mut self, buf: &[u8]) {
        if let State::Lost(search) = &mut self.state
            && let Some(next) = search.run(buf, &mut self.at, buf.len())
        {
            self.resume_at(next);
        }
    }

    fn resume_at(&mut self, entry: usize) {
        if self.levels.last() != Some(&Level::List(Kind::Record)) {
            self.levels = vec![Level::Document, Level::Log, Level::List(Kind::Record)];
        }
        self.key = Word::default();
        self.enter(Some(Kind::Record), b'{', entry);
    }

    /// Ends the input; false where damage was found and more entries are to be read behind it.
    pub(super) fn finish(&mut self, buf: &[u8], out: &mut Vec<Piece>) -> bool {
        if let State::Value(value) = &self.state
            && let Some(kind) = value.kind
        {
            let range = value.start..buf.len();
            if kind == Kind::Record && self.retry(buf, out) {
                return false;
            }
            let kind = Kind::Reject(Reason::Truncated);
            out.push(Piece { kind, range });
        } else if !self.is_damaged && (!self.levels.is_empty() || !matches!(self.state, State::Around)) {
            let range = buf.len()..buf.len();
            let kind = Kind::Reject(Reason::BadStructure);
            out.push(Piece { kind, range });
        }
        let marks = std::mem::take(&mut self.marks);
        *self = HarCutter { at: buf.len(), marks, ..HarCutter::default() };
        true
    }

    /// At the end of the input, looks for another entry inside the one that has not ended.
    fn retry(&mut self, buf: &[u8], out: &mut Vec<Piece>) -> bool {
        let State::Value(value) = &self.state else {
            return false;
        };
        let mut at = value.start + 1;
        self.retries = if value.start < self.farthest { self.retries + 1 } else { 0 };
        self.farthest = buf.len();
        if self.retries > RETRIES {
            return false;
        }
        let next = Resync::default().run(buf, &mut at, buf.len());
        if let Some(next) = next {
            self.reject_up_to(next, out);
        }
        next.is_some()
    }
}
