//! What holds for every format: samples are claimed by exactly one, the size of the reads changes
//! nothing, and no bytes make anything panic.

use super::{Cutter, FORMATS, Format, Kind, Piece, described, detect, mapped, named};
use crate::record::Record;
use proptest::prelude::*;
use std::sync::LazyLock;

/// All formats, with some of those that users describe and that collectors wrap.
static EVERY: LazyLock<Vec<&'static dyn Format>> = LazyLock::new(|| {
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let patterns =
        strings(&["$remote_addr - $remote_user [$time_local] \"$request\" $status", "%>a %ts.%03tu %rm %ru"]);
    let maps = strings(&["url=/request/0/url", "time=t", "header:a=/b"]);
    let described = [described(&patterns).expect("good"), mapped(&maps, crate::record::Role::Proxy).expect("good")];
    let wrapped =
        ["syslog:combined", "cri:caddy", "compose:haproxy", "json:combined"].map(|name| named(name).expect(name));
    FORMATS.iter().copied().chain(described).chain(wrapped).collect()
});

/// A piece with its place in the whole input and its bytes.
pub(super) type Found = (Kind, usize, Vec<u8>);

/// Cuts `text` as a reader would that gets `sizes` bytes at a time, in turns.
pub(super) fn pieces(cutter: &mut dyn Cutter, text: &[u8], sizes: &[usize]) -> Vec<Found> {
    let mut found = Vec::new();
    let (mut start, mut end) = (0, 0);
    let mut sizes = sizes.iter().cycle();
    loop {
        end = text.len().min(end + sizes.next().copied().unwrap_or(1).max(1));
        let eof = end == text.len();
        let mut out = Vec::new();
        let buf = &text[start..end];
        let done = cutter.cut(buf, eof, &mut out);
        assert!(done <= buf.len(), "consumed more than there was");
        for Piece { kind, range } in out {
            found.push((kind, start + range.start, buf[range].to_vec()));
        }
        start += done;
        if eof {
            assert_eq!(start, text.len(), "every byte is consumed at the end");
            return found;
        }
    }
}

fn all_pieces(format: &dyn Format, text: &[u8], sizes: &[usize]) -> Vec<Found> {
    pieces(format.cutter().as_mut(), text, sizes)
}

/// Parses everything, so that a panic anywhere shows.
fn read_all(format: &dyn Format, text: &[u8]) {
    format.sniff(text);
    drop(meanings(format, text, &[usize::MAX / 2]));
}

/// What each piece means to a reader that a batch of everything before it leads to.
pub(super) fn meanings(format: &dyn Format, text: &[u8], sizes: &[usize]) -> Vec<String> {
    let mut cutter = format.cutter();
    let mut meanings = Vec::new();
    let (mut start, mut end) = (0, 0);
    let mut sizes = sizes.iter().cycle();
    while end < text.len() || start == 0 {
        end = text.len().min(end.saturating_add(sizes.next().copied().unwrap_or(1).max(1)));
        let mut reader = format.reader(&cutter.header());
        let mut out = Vec::new();
        let buf = &text[start..end];
        start += cutter.cut(buf, end == text.len(), &mut out);
        let marks = cutter.marks(super::Marks::default());
        for piece in out {
            if !matches!(piece.kind, Kind::Reject(_)) {
                meanings.push(format!("{:?}", reader.read_marked(&piece, buf, &marks)));
            }
        }
        if end == text.len() {
            break;
        }
    }
    meanings
}

/// The records of a text, in order.
pub(super) fn records<'b>(format: &dyn Format, text: &'b [u8]) -> Vec<Record<'b>> {
    let mut reader = format.reader(b"");
    let mut out = Vec::new();
    format.cutter().cut(text, true, &mut out);
    out.into_iter()
        .filter(|piece| !matches!(piece.kind, Kind::Reject(_)))
        .filter_map(|piece| reader.read(piece.kind, &text[piece.range]).ok()?.record())
        .map(|record| *record)
        .collect()
}

#[test]
fn each_sample_is_claimed_by_its_format_alone() {
    for owner in FORMATS {
        let claims: Vec<_> = FORMATS
            .iter()
            .filter(|format| format.sniff(owner.sample().as_bytes()))
            .map(|format| format.name())
            .collect();
        assert_eq!(claims, [owner.name()]);
        assert_eq!(detect(owner.sample().as_bytes()).map(Format::name), Some(owner.name()));
    }
}

#[test]
fn each_sample_holds_a_record() {
    for format in FORMATS {
        let found = records(*format, format.sample().as_bytes());
        assert!(matches!(found.as_slice(), [record] if !record.url.is_empty()), "{}: {found:?}", format.name());
    }
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = FORMATS.iter().map(|format| format.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len());
}

#[test]
fn inputs_of_no_known_format_are_not_claimed() {
    for text in [
        "",
        "\n\n\n",
        "{}",
        "[]",
        "plain words\nand more\n",
        r#"{"level":"info","message":"started","timestamp":"2025-04-22"}"#,
        r#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"} oops}"#,
        r#"{"startedDateTime":"2024-07-01T09:30:00Z","request":{"url":"https://x.example/"}}"#,
        r#"{"log":{"entries":[{"message":"an application's own log"}]}}"#,
        "<html>{\"log\":1}</html>",
    ] {
        assert_eq!(detect(text.as_bytes()).map(Format::name), None, "{text}");
    }
}

#[test]
fn a_capture_is_read_by_its_marks_up_to_its_end() {
    let format = named("har").expect("a format");
    let mut text = format.sample().as_bytes().to_vec();
    let method = text.windows(5).position(|part| part == b"\"GET\"").expect("a method");
    text[method + 1] = 0x80;
    for size in [1, 100, text.len()] {
        // What is no text is only replaced where the marks do not lead to it.
        let meanings = meanings(format, &text, &[size]);
        assert!(meanings.iter().any(|meaning| meaning.contains("method: [128, 69, 84]")), "{size}: {meanings:?}");
    }
}

/// Samples, repeated and damaged: some bytes replaced, some taken out, the end cut off.
fn damaged() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let byte = prop_oneof![prop::sample::select(&b"{}[]\",:\\ \n(x0\xFF"[..]), any::<u8>(),];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(byte)), 0..6);
    let index = 0..FORMATS.len();
    (index, 1..4_usize, edits, any::<prop::sample::Index>()).prop_map(|(index, times, edits, cut)| {
        let mut text = FORMATS[index].sample().repeat(times).into_bytes();
        for (place, byte) in edits {
            let place = place.index(text.len());
            match byte {
                Some(byte) => text[place] = byte,
                None => drop(text.remove(place)),
            }
        }
        if cut.index(4) == 0 {
            text.truncate(cut.index(text.len()));
        }
        (index, text)
    })
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![Just(vec![1]), prop::collection::vec(1..9_usize, 1..5), prop::collection::vec(1..300_usize, 1..5),]
}

proptest! {
    #[test]
    fn the_size_of_the_reads_changes_nothing((index, text) in damaged(), sizes in sizes()) {
        let format = FORMATS[index];
        let whole = all_pieces(format, &text, &[text.len()]);
        prop_assert_eq!(all_pieces(format, &text, &sizes), whole);
    }

    #[test]
    fn what_stood_before_a_batch_is_known_in_it((index, text) in damaged(), sizes in sizes()) {
        let format = FORMATS[index];
        let whole = meanings(format, &text, &[text.len()]);
        prop_assert_eq!(meanings(format, &text, &sizes), whole);
    }

    #[test]
    fn pieces_are_in_order_and_apart((index, text) in damaged()) {
        let mut end = 0;
        for (_, start, bytes) in all_pieces(FORMATS[index], &text, &[64]) {
            prop_assert!(start >= end);
            end = start + bytes.len();
        }
    }

    #[test]
    fn damaged_input_makes_nothing_panic((_, text) in damaged()) {
        for format in EVERY.iter() {
            read_all(*format, &text);
        }
    }

    #[test]
    fn any_pattern_and_map_is_taken_or_refused(text in "[ -~]{0,40}", shape in "(.?[%$<>{}\\[\\]\"'a-z:/0-9 ]){0,20}") {
        for text in [text, shape] {
            if let Ok(format) = described(std::slice::from_ref(&text)) {
                read_all(format, text.as_bytes());
            }
            let _ = mapped(&[text], crate::record::Role::Origin).is_ok();
        }
    }

    #[test]
    fn random_bytes_make_nothing_panic(text in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in EVERY.iter() {
            read_all(*format, &text);
        }
    }
}
