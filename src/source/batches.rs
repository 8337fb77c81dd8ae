//! Batches: a stream of bytes cut into groups of whole records that can be sent to any worker.
//! Where one batch ends depends on the stream's bytes only, never on the size of the reads, and
//! what is made of the records does not depend on where a batch ends.

use super::allowance::is_bomb;
use super::content::StoredHandle;
use super::decode::Stream;
use super::open::Open;
use super::pool::{Buffers, Pool};
use super::siblings::Siblings;
use crate::format::{Cutter, Format, Kind, Marks, Piece, Reason};
use crate::record::Role;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

/// How many bytes a batch holds, unless a single record is longer.
pub const BATCH_BYTES: usize = 1 << 20;

/// A string is cut out only where that frees this part of the longest record, or more.
const LEAST_SPARED: usize = 4;

/// Whole pieces of one input.
#[derive(Debug)]
pub struct Batch {
    /// Number of this batch in its input, from 0.
    pub index: usize,
    /// The bytes that the pieces' ranges refer to.
    pub bytes: Vec<u8>,
    /// The pieces, in input order.
    pub pieces: Vec<Piece>,
    /// Offset of `bytes[0]` in the decompressed input.
    pub offset: u64,
    /// How many records the input had before this batch.
    pub records_before: u64,
    /// What the format's reader must know of the input before this batch.
    pub header: Vec<u8>,
    /// What the cutter found in `bytes` on the way.
    pub marks: Marks,
    /// BLAKE3 of what had been read of the input when the batch was cut, which goes beyond it.
    pub content: [u8; 32],
    /// Where long strings were cut out of `bytes`, and how many bytes went.
    pub cuts: Vec<Cut>,
    /// The files beside the input, where they can be reached.
    pub siblings: Option<Siblings>,
}

/// The place of a string that was cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    at: usize,
    length: u64,
}

impl Batch {
    /// The buffers of the batch, when it is done with.
    pub fn into_buffers(self) -> Buffers {
        Buffers { bytes: self.bytes, marks: self.marks, pieces: self.pieces }
    }

    /// Where a piece is in the decompressed input: its offset and its length.
    pub fn place(&self, piece: &Piece) -> (u64, u64) {
        let cut = |holds: &dyn Fn(usize) -> bool| {
            self.cuts.iter().filter(|cut| holds(cut.at)).map(|cut| cut.length).sum::<u64>()
        };
        let before = cut(&|at| at <= piece.range.start);
        let inside = cut(&|at| at > piece.range.start && at < piece.range.end);
        (self.offset + piece.range.start as u64 + before, piece.range.len() as u64 + inside)
    }
}

/// Cuts one open input into batches.
pub struct BatchReader {
    reader: Stream,
    is_compressed: bool,
    stored: StoredHandle,
    siblings: Option<Siblings>,
    format: &'static dyn Format,
    role: Role,
    cutter: Box<dyn Cutter>,
    /// The bytes that are not in a batch yet. While more are read there may be older ones behind them.
    carry: Vec<u8>,
    carried: usize,
    cuts: Vec<Cut>,
    offset: u64,
    records: u64,
    index: usize,
    content: blake3::Hasher,
    state: State,
    has_failed: bool,
    max_record: usize,
    batch_bytes: usize,
    pool: Pool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    Failed(Reason),
    Done,
}

/// What is known of an input after its last byte.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// BLAKE3 of the decompressed content.
    pub content: [u8; 32],
    /// SHA-256 of the file as stored, where asked for, in hex.
    pub sha256: Option<String>,
    /// Bytes of the file as stored.
    pub stored_bytes: u64,
    /// Bytes after decompression.
    pub bytes: u64,
}

/// Why a stream ended early: the system says so with a number, decoders without one.
fn failure(err: &io::Error, is_compressed: bool) -> Reason {
    match err.kind() {
        _ if is_bomb(err) => Reason::Bomb,
        _ if err.raw_os_error().is_some() => Reason::ReadFailed,
        io::ErrorKind::UnexpectedEof if !is_compressed => Reason::BecameShorter,
        _ => Reason::BadCompression,
    }
}

impl BatchReader {
    /// A reader of an input of which the first bytes were read already, perhaps not without failure.
    pub fn new(
        open: Open,
        head: Vec<u8>,
        failed: Option<io::Error>,
        format: &'static dyn Format,
        max_record: usize,
    ) -> Self {
        let mut content = blake3::Hasher::new();
        content.update(&head);
        BatchReader {
            state: failed.map_or(State::Reading, |err| State::Failed(failure(&err, open.is_compressed))),
            reader: open.reader,
            is_compressed: open.is_compressed,
            stored: open.stored,
            siblings: open.siblings,
            role: format.role_of(&head),
            format,
            cutter: format.cutter(),
            content,
            carried: head.len(),
            carry: head,
            cuts: Vec::new(),
            offset: 0,
            records: 0,
            index: 0,
            has_failed: false,
            max_record,
            batch_bytes: BATCH_BYTES,
            pool: Pool::default(),
        }
    }

    /// The format of the input.
    pub fn format(&self) -> &'static dyn Format {
        self.format
    }

    /// What the input shows.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether the bytes are the file's own and not unpacked.
    pub fn is_plain(&self) -> bool {
        !self.is_compressed
    }

    fn content(&self) -> [u8; 32] {
        *self.content.finalize().as_bytes()
    }

    /// Uses batches of another size; results must not depend on it.
    pub fn set_batch_bytes(&mut self, bytes: usize) {
        self.batch_bytes = bytes.max(1);
    }

    /// Takes its buffers from there; whoever is done with a batch may give its bytes back.
    pub fn set_pool(&mut self, pool: &Pool) {
        self.pool = pool.clone();
    }

    /// Bytes of the stored file that were read so far.
    pub fn stored_bytes(&self) -> u64 {
        self.stored.bytes()
    }

    /// The next batch, or `None` after the last. A batch may hold no pieces.
    pub fn next_batch(&mut self) -> Option<Batch> {
        if self.state == State::Done {
            return None;
        }
        let header = self.cutter.header();
        let batch = self.cut_batch();
        Some(Batch { header, ..batch })
    }

    fn cut_batch(&mut self) -> Batch {
        let mut room = self.pool.take();
        // BLAKE3 is a tree: it is quickest over parts that begin and end at multiples of their size.
        let beyond = self.content.count() % self.batch_bytes as u64;
        let mut goal = self.carried + self.batch_bytes - usize::try_from(beyond).unwrap_or(0);
        loop {
            let ended = self.fill(goal);
            let consumed = self.cutter.cut(&self.carry, ended, &mut room.pieces);
            if ended {
                return self.last_batch(room);
            }
            if consumed > 0 {
                return self.batch(consumed, room);
            }
            if self.carry.len() >= self.max_record && !self.cut_string() {
                return self.give_up(room);
            }
            goal = self.carry.len().saturating_mul(2).min(self.max_record).max(self.carry.len() + 1);
        }
    }

    /// Reads until `goal` bytes are carried; says whether the input has ended.
    fn fill(&mut self, goal: usize) -> bool {
        if self.state == State::Reading && self.carried < goal {
            let before = self.carried;
            self.carry.resize(self.carry.len().max(goal), 0);
            let read = read_up_to(&mut self.reader, &mut self.carry[..goal], &mut self.carried);
            self.content.update(&self.carry[before..self.carried]);
            match read {
                Ok(()) if self.carried < goal => self.state = State::Done,
                Ok(()) => {}
                Err(err) => self.state = State::Failed(failure(&err, self.is_compressed)),
            }
        }
        self.carry.truncate(self.carried);
        self.state != State::Reading
    }

    fn batch(&mut self, consumed: usize, room: Buffers) -> Batch {
        let Buffers { bytes: mut rest, marks, pieces } = room;
        let carried = &self.carry[consumed..];
        self.carried = carried.len();
        rest.resize(rest.len().max(carried.len()), 0);
        rest[..carried.len()].copy_from_slice(carried);
        let mut bytes = std::mem::replace(&mut self.carry, rest);
        bytes.truncate(consumed);
        let (cuts, later) = std::mem::take(&mut self.cuts).into_iter().partition(|cut| cut.at < consumed);
        self.cuts = later;
        self.cuts.iter_mut().for_each(|cut| cut.at -= consumed);
        let batch = Batch {
            index: self.index,
            bytes,
            offset: self.offset,
            records_before: self.records,
            header: Vec::new(),
            content: self.content(),
            marks: self.cutter.marks(marks),
            pieces,
            cuts,
            siblings: self.siblings.clone(),
        };
        self.index += 1;
        self.offset += consumed as u64 + batch.cuts.iter().map(|cut| cut.length).sum::<u64>();
        self.records += batch.pieces.iter().filter(|piece| is_record(piece.kind)).count() as u64;
        batch
    }

    /// Cuts the inside of a long string out of the record in progress. Says whether that made room.
    fn cut_string(&mut self) -> bool {
        match self.cutter.spare() {
            Some(inside) if inside.len() >= self.max_record / LEAST_SPARED => {
                self.cuts.push(Cut { at: inside.start, length: inside.len() as u64 });
                self.carry.drain(inside);
                self.carried = self.carry.len();
                true
            }
            _ => false,
        }
    }

    fn last_batch(&mut self, mut room: Buffers) -> Batch {
        let end = self.carry.len();
        if let State::Failed(reason) = self.state {
            self.has_failed = true;
            room.pieces.push(Piece { kind: Kind::Reject(reason), range: end..end });
        }
        self.state = State::Done;
        self.batch(end, room)
    }

    /// Drops a record that is longer than allowed and goes on behind it.
    fn give_up(&mut self, mut room: Buffers) -> Batch {
        let done = self.cutter.abandon().min(self.carry.len());
        room.pieces.push(Piece { kind: Kind::Reject(Reason::TooLong), range: 0..done });
        self.batch(done, room)
    }

    /// What is known of the whole input. Call it after the last batch.
    pub fn totals(&mut self) -> Totals {
        // A decoder may stop before the end of the file; the hash is of the whole file.
        if !self.has_failed {
            let _ = io::copy(&mut self.reader, &mut io::sink());
        }
        // Whoever lent the stream may have it back.
        self.reader = Box::new(io::empty());
        Totals {
            content: self.content(),
            sha256: self.stored.sha256(),
            stored_bytes: self.stored.bytes(),
            bytes: self.offset,
        }
    }
}

/// Reads until the buffer is full or the stream ends; `filled` says how far.
fn read_up_to(reader: &mut impl Read, buf: &mut [u8], filled: &mut usize) -> io::Result<()> {
    while *filled < buf.len() {
        match reader.read(&mut buf[*filled..]) {
            Ok(0) => break,
            Ok(read) => *filled += read,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

/// Whether a piece takes a number among the records of its input.
pub fn is_record(kind: Kind) -> bool {
    match kind {
        Kind::Record | Kind::Reject(Reason::Truncated | Reason::TooLong) => true,
        Kind::Page | Kind::Head | Kind::Reject(_) => false,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::content::Content;
    use super::super::open::{Opened, Source};
    use super::super::recognise::{Choice, Recognised, recognise};
    use super::*;
    use crate::source::Input;
    use std::path::Path;

    /// Gives its bytes in pieces of given sizes.
    struct Trickle {
        bytes: Vec<u8>,
        at: usize,
        size: usize,
    }

    impl Read for Trickle {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let size = self.size.min(buf.len()).min(self.bytes.len() - self.at);
            buf[..size].copy_from_slice(&self.bytes[self.at..self.at + size]);
            self.at += size;
            Ok(size)
        }
    }

    fn opened(stream: Stream) -> Open {
        let content = Content::Stream(stream);
        let source = Source { content, siblings: None, allowance: Default::default(), depth: 0 };
        match source.open(&Input::default(), true, Path::new(".")).expect("opens") {
            Opened::Stream(open) => open,
            Opened::Archive(_) => panic!("no archive"),
        }
    }

    type Seen = Vec<(Kind, u64, u64, Vec<u8>)>;

    fn trickling(bytes: &[u8], read: usize, max_record: usize) -> Box<BatchReader> {
        let reader = Trickle { bytes: bytes.to_vec(), at: 0, size: read };
        let open = opened(Box::new(reader));
        let Recognised::Format(reader) = recognise(open, Choice::default(), max_record).expect("readable") else {
            panic!("not recognised");
        };
        reader
    }

    /// A reader of these bytes that cuts batches of this size.
    pub(in crate::source) fn reader(bytes: &[u8], batch: usize) -> Box<BatchReader> {
        let mut reader = trickling(bytes, usize::MAX, 1 << 20);
        reader.set_batch_bytes(batch);
        reader
    }

    fn pieces(bytes: &[u8], read: usize, batch: usize, max_record: usize) -> (Seen, Totals) {
        let mut reader = trickling(bytes, read, max_record);
        reader.set_batch_bytes(batch);
        let mut seen = Vec::new();
        while let Some(batch) = reader.next_batch() {
            for piece in &batch.pieces {
                let (offset, length) = batch.place(piece);
                seen.push((piece.kind, offset, length, batch.bytes[piece.range.clone()].to_vec()));
            }
        }
        (seen, reader.totals())
    }

    fn har(entries: usize, body: usize) -> String {
        let entry = |n: usize| {
            let text = "x".repeat(if n == 1 { body } else { 10 });
            format!(
                r#"{{"startedDateTime":"2024-07-01T00:00:0{n}Z","request":{{"method":"GET","url":"https://example.com/{n}","headers":[]}},"response":{{"status":200,"content":{{"text":"{text}"}}}}}}"#
            )
        };
        let entries: Vec<String> = (0..entries).map(entry).collect();
        format!(
            r#"{{"log":{{"version":"1.2","creator":{{"name":"t","version":"1"}},"pages":[],"entries":[{}]}}}}"#,
            entries.join(",\n")
        )
    }

    #[test]
    fn read_and_batch_sizes_make_no_difference() {
        let log = "192.0.2.1 - - [01/Jul/2024:00:00:00 +0000] \"GET /a HTTP/1.1\" 200 5\n".repeat(50);
        for text in [har(5, 10), log] {
            let (expected, totals) = pieces(text.as_bytes(), usize::MAX, BATCH_BYTES, 1 << 20);
            assert!(expected.iter().filter(|piece| is_record(piece.0)).count() >= 5);
            for (read, batch) in [(1, 1), (1, 100), (7, 64), (4096, 1000), (3, BATCH_BYTES)] {
                let (seen, again) = pieces(text.as_bytes(), read, batch, 1 << 20);
                assert_eq!(seen, expected, "reads of {read}, batches of {batch}");
                assert_eq!((again.content, again.bytes), (totals.content, totals.bytes));
            }
        }
    }

    #[test]
    fn a_long_string_is_cut_out_and_places_stay_true() {
        let text = har(4, 200_000);
        let (seen, totals) = pieces(text.as_bytes(), 1000, 512, 20_000);
        let records: Vec<_> = seen.iter().filter(|piece| piece.0 == Kind::Record).collect();
        assert_eq!(records.len(), 4);
        assert_eq!(totals.bytes, text.len() as u64);
        for (kind, offset, length, bytes) in &seen {
            let (start, end) = (*offset as usize, (*offset + *length) as usize);
            let stored = &text.as_bytes()[start..end];
            assert!(bytes.len() <= 40_000, "{kind:?} of {} bytes is held", bytes.len());
            assert_eq!((stored.first(), stored.last()), (bytes.first(), bytes.last()));
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_rejected_and_the_next_is_read() {
        let line = |path: &str| format!("192.0.2.1 - - [01/Jul/2024:00:00:00 +0000] \"GET {path} HTTP/1.1\" 200 5\n");
        let text = [line("/a"), line("/b"), line(&"x".repeat(100_000)), line("/c")].concat();
        let (seen, _) = pieces(text.as_bytes(), 1000, 512, 2000);
        let kinds: Vec<Kind> = seen.iter().map(|piece| piece.0).collect();
        assert_eq!(kinds, [Kind::Record, Kind::Record, Kind::Reject(Reason::TooLong), Kind::Record]);
    }
}
