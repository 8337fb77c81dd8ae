//! What is done with bytes that nobody vouches for. Both the fuzzer and `tests/corpora.rs` do these
//! things with them; whatever the bytes are, nothing may panic.

use clap::Parser;
use leakledger::cli::Cli;
use leakledger::commands;
use leakledger::format::{FORMATS, Format, Kind, Piece, named};
use leakledger::lists;
use leakledger::patterns::{self, Context};
use leakledger::peel::{Node, Peeler};
use std::path::Path;

/// Formats as collectors wrap them.
const WRAPPED: [&str; 4] = ["syslog:combined", "cri:caddy", "compose:haproxy", "json:combined"];

/// Cuts and understands the bytes as those of one format; the first two bytes say which format and
/// how many bytes the reader gets at a time, which must make no difference.
pub(crate) fn reader(bytes: &[u8]) {
    let [which, size, text @ ..] = bytes else { return };
    let which = usize::from(*which) % (FORMATS.len() + WRAPPED.len());
    let format = match which.checked_sub(FORMATS.len()) {
        None => FORMATS[which],
        Some(wrapped) => named(WRAPPED[wrapped]).expect("a wrapped format"),
    };
    format.sniff(text);
    let whole = pieces(format, text, text.len().max(1));
    assert_eq!(pieces(format, text, usize::from(*size) + 1), whole, "{}", format.name());
    let mut reader = format.reader(b"");
    for (kind, start, length) in whole {
        if !matches!(kind, Kind::Reject(_)) {
            drop(reader.read(kind, &text[start..start + length]));
        }
    }
}

fn pieces(format: &dyn Format, text: &[u8], size: usize) -> Vec<(Kind, usize, usize)> {
    let (mut cutter, mut found) = (format.cutter(), Vec::new());
    let (mut start, mut end) = (0, 0);
    loop {
        end = text.len().min(end + size);
        let mut out: Vec<Piece> = Vec::new();
        let done = cutter.cut(&text[start..end], end == text.len(), &mut out);
        found.extend(out.into_iter().map(|piece| (piece.kind, start + piece.range.start, piece.range.len())));
        start += done;
        if end == text.len() {
            assert_eq!(start, end, "{}: every byte is consumed at the end", format.name());
            return found;
        }
    }
}

/// Takes the bytes apart as a request's URL and looks at every value.
pub(crate) fn value(bytes: &[u8]) {
    let mut found = Vec::new();
    Peeler::default().url(bytes, &mut |node: &Node<'_>| {
        let path = String::from_utf8_lossy(node.keys.as_bytes());
        let key = String::from_utf8_lossy(node.keys.last());
        patterns::scan(node.value, &Context { key: &key, path: &path }, &mut found);
        found.clear();
        node.chain();
    });
}

/// Reads the bytes as a list of recipients.
pub(crate) fn list(bytes: &[u8]) {
    let _ = lists::parse(bytes, "fuzz");
}

/// Scans the bytes as a file, from recognising and unpacking it to the tables.
pub(crate) fn scan(dir: &Path, bytes: &[u8]) {
    let text = |name: &str| dir.join(name).to_string_lossy().into_owned();
    let (input, ledger, key) = (text("input"), text("ledger"), text("key"));
    std::fs::write(&input, bytes).expect("written");
    std::fs::write(&key, [7; 32]).expect("written");
    let words =
        ["leakledger", "scan", &input, "-o", &ledger, "--key", &key, "--force", "-q", "--write", "csv", "-j", "1"];
    let _ = commands::run(Cli::parse_from(words));
}
