//! The bytes of the record in the input, which must be the input that was scanned.

use super::finding::Finding;
use super::replay::Replay;
use crate::report::escape::{terminal, terminal_path};
use crate::source::decode::Compression;
use crate::source::reopen::{Whereabouts, read_all};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::path::Path;

/// Records beyond this are shown by their first bytes only.
const LONGEST: u64 = 64 << 20;

/// How many bytes before and behind the datum are quoted.
const AROUND: usize = 160;

/// The most bytes that are quoted.
const QUOTED: usize = 1200;

/// The record.
pub(super) struct Evidence {
    /// Its bytes, at most [`LONGEST`].
    pub(super) bytes: Vec<u8>,
    /// Where it begins in the decompressed input.
    pub(super) offset: u64,
    /// How long it is.
    pub(super) length: u64,
    /// SHA-256 of all its bytes.
    pub(super) sha256: String,
    /// BLAKE3 of the whole content.
    pub(super) blake3: String,
    /// Where the input lies.
    place: Whereabouts,
    layers: Vec<Compression>,
}

/// A part of the record that is quoted.
pub(super) struct Around {
    pub(super) start: usize,
    end: usize,
}

impl Around {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Reads the input that the finding names, or the file that stands in for it.
pub(super) fn read(finding: &Finding, instead: Option<&Path>) -> Result<Evidence> {
    let name = finding.text("input");
    let mut place = Whereabouts::of(name);
    match instead {
        Some(path) => place.file = path.to_owned(),
        None if name == "-" => bail!("the input came by standard input; name a file that holds it with --input FILE"),
        None => {}
    }
    let shown = terminal_path(&place.file);
    let open = place
        .open()
        .with_context(|| format!("{shown}: cannot read the input; name it with --input FILE if it was moved"))?;
    let (offset, length) = (finding.count("byte_offset")?, finding.count("byte_length")?);
    let mut cut =
        Cut { offset, length, at: 0, bytes: Vec::new(), sha256: Sha256::new(), blake3: blake3::Hasher::new() };
    read_all(open.reader, |chunk| cut.add(chunk));
    let blake3 = cut.blake3.finalize().to_hex().to_string();
    if blake3 != finding.blake3 {
        bail!(
            "{shown}: the input is not the one that was scanned (BLAKE3 {blake3} instead of {}), so nothing can be proved with it",
            terminal(&finding.blake3)
        );
    }
    Ok(Evidence {
        bytes: cut.bytes,
        offset,
        length,
        sha256: data_encoding::HEXLOWER.encode(&cut.sha256.finalize()),
        blake3,
        layers: open.layers,
        place,
    })
}

/// Takes the record out of the stream and hashes both.
struct Cut {
    offset: u64,
    length: u64,
    at: u64,
    bytes: Vec<u8>,
    sha256: Sha256,
    blake3: blake3::Hasher,
}

impl Cut {
    fn add(&mut self, chunk: &[u8]) {
        self.blake3.update(chunk);
        let inside = |place: u64| usize::try_from(place.saturating_sub(self.at)).unwrap_or(usize::MAX).min(chunk.len());
        let part = &chunk[inside(self.offset)..inside(self.offset.saturating_add(self.length))];
        self.sha256.update(part);
        let room = usize::try_from(LONGEST).unwrap_or(usize::MAX) - self.bytes.len();
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
        self.at += chunk.len() as u64;
    }
}

impl Evidence {
    /// The part of the record that holds the datum's outermost value; its beginning where that
    /// cannot be found as it is written.
    pub(super) fn around(&self, replay: &Replay) -> Around {
        let found = replay.raw.iter().find_map(|raw| {
            let at = memchr::memmem::find(&self.bytes, raw)?;
            Some((at, at + raw.len()))
        });
        let (start, end) = found.unwrap_or((0, 0));
        let start = start.saturating_sub(AROUND);
        Around { start, end: (end + AROUND).min(self.bytes.len()).min(start + QUOTED) }
    }

    /// Commands that show the same bytes without this tool.
    pub(super) fn commands(&self, finding: &Finding) -> Vec<String> {
        let (from, length) = (self.offset + 1, self.length);
        let cut = format!("{} | head -c {length}", self.through(&format!("tail -c +{from}")));
        let mut commands = Vec::new();
        if !self.place.member.is_empty() {
            let archive = terminal_path(&self.place.file);
            commands.push(format!("# first take {} out of {archive}", terminal(&self.place.member)));
        }
        commands.extend([cut.clone(), format!("{cut} | sha256sum")]);
        if finding.format == "har" {
            let entry = format!("'.log.entries[{}].request'", finding.text("record"));
            commands.push(self.through(&format!("jq {entry}")));
        }
        commands
    }

    /// A command that reads the input's content, which is unpacked first where it is packed.
    fn through(&self, command: &str) -> String {
        let file = match self.place.member.rsplit(['/', '\\']).next() {
            Some(name) if !name.is_empty() => quoted(Path::new(name)),
            _ => quoted(&self.place.file),
        };
        let Some((first, others)) = self.layers.split_first() else { return format!("{command} {file}") };
        let others: String = others.iter().map(|layer| format!("{} | ", layer.command())).collect();
        format!("{} {file} | {others}{command}", first.command())
    }
}

/// A path as one word of a shell's command.
fn quoted(path: &Path) -> String {
    let text = terminal_path(path);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+=:,@%".contains(&b);
    if text.bytes().all(is_plain) && !text.starts_with('-') && !text.is_empty() {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_cut_out_of_any_reads() {
        let content = b"0123456789abcdef";
        for size in 1..=content.len() {
            let mut cut = Cut {
                offset: 3,
                length: 7,
                at: 0,
                bytes: Vec::new(),
                sha256: Sha256::new(),
                blake3: blake3::Hasher::new(),
            };
            content.chunks(size).for_each(|chunk| cut.add(chunk));
            assert_eq!(cut.bytes, b"3456789");
            assert_eq!(cut.blake3.finalize(), blake3::hash(content));
        }
    }

    #[test]
    fn paths_are_one_word() {
        assert_eq!(quoted(Path::new("a/b-1.har")), "a/b-1.har");
        assert_eq!(quoted(Path::new("it's here; rm -rf x")), "'it'\\''s here; rm -rf x'");
        assert_eq!(quoted(Path::new("-x")), "'-x'");
    }
}
