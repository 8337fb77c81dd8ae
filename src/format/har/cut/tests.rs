//! Where the cutter finds pieces, in sound and in damaged captures.

use super::*;
use crate::format::Reason;
use crate::format::tests::pieces;
use bstr::ByteSlice;

/// The pieces as `kind:text`, the same for several sizes of reads.
fn cut(text: &str) -> Vec<String> {
    let run = |sizes: &[usize]| {
        pieces(&mut HarCutter::default(), text.as_bytes(), sizes)
            .into_iter()
            .map(|(kind, _, bytes)| match kind {
                Kind::Record => format!("record:{}", bytes.as_bstr()),
                Kind::Page => format!("page:{}", bytes.as_bstr()),
                Kind::Head => format!("head:{}", bytes.as_bstr()),
                Kind::Reject(reason) => format!("{reason:?}:{}", bytes.as_bstr()),
            })
            .collect::<Vec<_>>()
    };
    let whole = run(&[text.len()]);
    for sizes in [&[1][..], &[2, 3], &[7]] {
        assert_eq!(run(sizes), whole, "{text}");
    }
    whole
}

#[test]
fn pieces_are_found_whatever_the_order_of_the_keys() {
    let found = cut(
        r#"{"log":{"x":[{"entries":[{"no":1}]}],"entries":[{"a":"}\""},{"b":[{}]}],"comment":"\\","pages":[{"id":1}],
            "browser":{"name":"B"},"creator":{"name":"C"}}}"#,
    );
    assert_eq!(
        found,
        [
            r#"record:{"a":"}\""}"#,
            r#"record:{"b":[{}]}"#,
            r#"page:{"id":1}"#,
            r#"head:{"name":"B"}"#,
            r#"head:{"name":"C"}"#
        ]
    );
}

#[test]
fn logs_are_found_in_every_wrapping() {
    for text in [
        r#"{"entries":[{"a":1}]}"#,
        r#"[{"log":{"entries":[{"a":1}]}}]"#,
        r#"{"har":{"log":{"entries":[{"a":1}]}}}"#,
        "\u{FEFF} onInputData({\"log\":{\"entries\":[{\"a\":1}]}});",
        r#"{"log":{"entries":[null,7,"text",[{"no":1}],{"a":1}]}}"#,
    ] {
        assert_eq!(cut(text), [r#"record:{"a":1}"#], "{text}");
    }
    let twice = r#"{"log":{"entries":[{"a":1}]}}"#.repeat(2);
    assert_eq!(cut(&twice).len(), 2);
}

#[test]
fn entries_elsewhere_are_no_entries() {
    for text in [
        r#"{"x":{"entries":[{"a":1}]}}"#,
        r#"{"log":{"x":{"entries":[{"a":1}]}}}"#,
        r#"{"log":{"entries":{"a":1}}}"#,
        r#"{"log":"entries","x":[{"a":1}]}"#,
        r#"{"log":{"entries":[]}}"#,
    ] {
        assert!(cut(text).is_empty(), "{text}");
    }
}

#[test]
fn the_end_of_a_cut_capture_is_reported() {
    assert_eq!(cut(r#"{"log":{"entries":[{"a":1},{"b":"x"#), [r#"record:{"a":1}"#, r#"Truncated:{"b":"x"#]);
    assert_eq!(cut(r#"{"log":{"entries":[{"a":1},"#), [r#"record:{"a":1}"#, "BadStructure:"]);
    assert_eq!(cut(r#"{"log":{"entries":[{"a":1}]}"#), [r#"record:{"a":1}"#, "BadStructure:"]);
}

#[test]
fn damage_costs_only_the_entries_that_it_is_in() {
    // A quote is missing, so that text and structure change places.
    assert_eq!(
        cut(r#"{"log":{"entries":[{"a":"x},{"_b":"kept"},{"_c":1}]}}"#),
        [r#"BadStructure:{"a":"x},"#, r#"record:{"_b":"kept"}"#, r#"record:{"_c":1}"#]
    );
    // A bracket is missing, so that the entry takes in all that follow.
    assert_eq!(
        cut(r#"{"log":{"entries":[{"a":{"x":1},{"startedDateTime":1},{"_c":1}]}}"#),
        [r#"BadStructure:{"a":{"x":1},"#, r#"record:{"startedDateTime":1}"#, r#"record:{"_c":1}"#]
    );
    // A bracket too many ends the capture too early.
    assert_eq!(
        cut(r#"{"log":{"entries":[{"a":1}]}},{"_b":1},{"_c":1}]}}"#),
        [r#"record:{"a":1}"#, "BadStructure:,", r#"record:{"_c":1}"#]
    );
    // Something that is no JSON stands between two entries.
    assert_eq!(
        cut(r#"{"log":{"entries":[{"a":1},oops {"b":1},{"_c":1}]}}"#),
        [r#"record:{"a":1}"#, "BadStructure:o", r#"record:{"_c":1}"#]
    );
    // What lists inside an entry hold is not taken for entries.
    assert_eq!(cut(r#"{"log":{"entries":[{"a":[{"n":1},{"name":"x"}],"b":"#).len(), 1);
}

#[test]
fn an_entry_without_end_does_not_swallow_what_follows_for_long() {
    let entry = format!(r#"{{"_a":"{}"}}"#, "x".repeat(100_000));
    let text = format!(r#"{{"log":{{"entries":[{{"open":{{"x":1}},{}"#, [entry.as_str(); 100].join(","));
    let found = pieces(&mut HarCutter::default(), text.as_bytes(), &[1 << 16]);
    let records = found.iter().filter(|(kind, ..)| *kind == Kind::Record).count();
    assert_eq!(records, 100);
    // All of it was found long before the end of the input was.
    let mut out = Vec::new();
    let buf = &text.as_bytes()[..5 << 20];
    assert!(HarCutter::default().cut(buf, false, &mut out) > 4 << 20);
}

#[test]
fn depth_is_only_counted() {
    let deep = "[{\"a\":".repeat(50_000) + "1" + &"}]".repeat(50_000);
    let text = format!(r#"{{"deep":{deep},"log":{{"x":{deep},"entries":[{{"a":{deep}}}]}}}}"#);
    let found = pieces(&mut HarCutter::default(), text.as_bytes(), &[4096]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].2.len(), deep.len() + 6);
}

#[test]
fn hostile_damage_takes_linear_time() {
    let start = r#"{"log":{"entries":[{"a":1"#;
    for unit in [r#"},{"_":{"#, r#"},{"_":["#, r#"},{"_":1,"#, r#"},{"_":"x"#, r#"{"x"#] {
        for end in ["", "!"] {
            let text = format!("{start}{}{end}", unit.repeat((1 << 19) / unit.len()));
            let clock = std::time::Instant::now();
            pieces(&mut HarCutter::default(), text.as_bytes(), &[1 << 20]);
            assert!(clock.elapsed().as_secs() < 20, "{unit}{end}");
        }
    }
}

#[test]
fn the_inside_of_a_long_string_can_be_spared() {
    let text = br#"{"log":{"entries":[{"a":"0123456789\"0123456789","b":1},{"c":1}]}}"#;
    for first in 24..46 {
        let mut cutter = HarCutter::default();
        let mut out = Vec::new();
        let done = cutter.cut(&text[..first], false, &mut out);
        let mut carry = text[done..first].to_vec();
        if let Some(spare) = cutter.spare() {
            assert!(!carry[spare.clone()].contains(&b':'));
            carry.drain(spare);
        }
        carry.extend(&text[first..]);
        assert_eq!(cutter.cut(&carry, true, &mut out), carry.len());
        let record = &carry[out[0].range.clone()];
        assert_eq!((out.len(), record.ends_with(br#"","b":1}"#)), (2, true), "{}", record.as_bstr());
    }
}

#[test]
fn an_abandoned_entry_makes_no_piece() {
    let text = br#"{"log":{"entries":[{"a":"0123456789","b":1},{"c":1}]}}"#;
    for first in 20..43 {
        let mut cutter = HarCutter::default();
        let mut out = Vec::new();
        let mut done = cutter.cut(&text[..first], false, &mut out);
        done += cutter.abandon();
        cutter.cut(&text[done..], true, &mut out);
        let found: Vec<_> = out.iter().map(|piece| text[done..][piece.range.clone()].as_bstr()).collect();
        assert_eq!(found, [r#"{"c":1}"#], "{first}");
    }
    let reason = Kind::Reject(Reason::Truncated);
    let mut cutter = HarCutter::default();
    let mut out = Vec::new();
    cutter.cut(&text[..30], true, &mut out);
    assert_eq!(out.last().map(|piece| piece.kind), Some(reason));
}
