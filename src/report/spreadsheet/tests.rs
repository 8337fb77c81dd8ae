//! Every kind of hostile text, and text that must be left alone.

use super::*;
use proptest::prelude::*;

fn safe(text: &str) -> String {
    safe_for(text, b',')
}

fn safe_for(text: &str, delimiter: u8) -> String {
    let mut out = String::new();
    Sheet::new(delimiter).push_safe(text, &mut out);
    out
}

#[test]
fn what_would_run_or_be_mangled_gets_an_apostrophe() {
    for text in [
        "=1+1",
        "=cmd|'/c calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "  =1+1",
        "\u{a0}=1",
        "\u{3000}＝1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "﹦1",
        "\u{2212}1",
        "-",
        "+14155550123",
        "1234567890123456",
        "007",
        "00",
        "1.50",
        "1,234",
        "12e45",
        "1E5",
        "１２３４",
        "5%",
        "(5)",
        "$5.00",
        "5 €",
        "1-2",
        "1/2",
        "12:30",
        "3.1.2024",
        "10.0.0.1",
        "2024-07-01",
        "2024-07-01T10:00:00Z",
        "10:15 PM",
        "MAR1",
        "1-Mar",
        "march 2024",
        "Sept 2",
        "3 décembre",
        "1. Okt",
        "2024年7月1日",
        "true",
        "FALSE",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "1234567890123456789012345678901234567890123456789012345678901e23",
    ] {
        assert_eq!(safe(text), format!("'{text}"), "{text:?}");
    }
}

#[test]
fn ordinary_text_is_left_alone() {
    for text in [
        "",
        "Meta Pixel",
        "meta:1616008915466977",
        "(unknown)",
        "0",
        "42",
        "123456789012345",
        "iPhone 15",
        "v1.2.3",
        "Mar-a-Lago",
        "May",
        "march",
        "e5",
        "p1",
        "4*** M*** S*, S**********, IL 627**",
        "query:dl > percent",
        "www.example.com/orders/{id}",
        "/a/b",
        "#1",
        "日本",
        "a=1",
        "it's",
        "'quoted'",
        "user:812 ip:7",
        "e3b0c44298fc",
    ] {
        assert_eq!(safe(text), text);
    }
}

#[test]
fn an_apostrophe_before_a_guarded_value_is_doubled() {
    assert_eq!(safe("'=1+1"), "''=1+1");
    assert_eq!(safe("'007"), "''007");
    assert_eq!(safe("'tis"), "'tis");
}

#[test]
fn a_formula_after_a_foreign_separator_is_guarded() {
    assert_eq!(safe("a;=1+1"), "a;'=1+1");
    assert_eq!(safe("a; \"=1+1\""), "a; \"'=1+1\"");
    assert_eq!(safe("a,=1"), "a,=1");
    assert_eq!(safe_for("a,=1", b';'), "a,'=1");
    assert_eq!(safe_for("a;=1,@b", b'\t'), "a;'=1,'@b");
    assert_eq!(safe_for("a;=1,b", b';'), "a;=1,b");
}

#[test]
fn hidden_characters_and_line_breaks_become_visible() {
    assert_eq!(safe("one\r\ntwo"), "one\\r\\ntwo");
    assert_eq!(safe("\t=1+1"), "\\t=1+1");
    assert_eq!(safe("\r=1+1"), "\\r=1+1");
    assert_eq!(safe("nul\0"), "nul\\x00");
    assert_eq!(safe("a\u{202e}b"), "a\\u{202e}b");
    assert_eq!(safe("\u{200b}=1"), "\\u{200b}=1");
}

#[test]
fn a_cell_of_the_greatest_length_is_whole_and_a_longer_one_says_what_was_cut() {
    let fits = "x".repeat(LONGEST_CELL);
    assert_eq!(safe(&fits), fits);
    for (text, one) in [("x", 1), ("😀", 2), ("\0", 4), ("é", 1)] {
        let long = text.repeat(LONGEST_CELL + 1);
        let cut = safe(&long);
        assert!(cut.encode_utf16().count() <= LONGEST_CELL, "{text:?}");
        let (kept, mark) = cut.split_once(" [cut: ").expect("a mark");
        let kept = kept.encode_utf16().count() / one;
        assert_eq!(mark, format!("{} more characters]", LONGEST_CELL + 1 - kept));
    }
}

#[test]
fn the_guard_counts_towards_the_length() {
    let digits = "1".repeat(LONGEST_CELL);
    let cut = safe(&digits);
    assert!(cut.starts_with("'111") && cut.contains(" [cut: "));
    assert!(cut.len() <= LONGEST_CELL);
}

proptest! {
    #[test]
    fn no_cell_starts_a_formula_or_holds_hidden_characters(text in "[ ;,='+@\"\t\n\u{202e}＝x1-]{0,12}|\\PC{0,40}") {
        for delimiter in [b',', b';', b'\t', b'|'] {
            let cell = safe_for(&text, delimiter);
            let separators = Sheet::new(delimiter).foreign.map(char::from);
            prop_assert!(!cell.trim_start_matches(is_blank).starts_with(starts_formula), "{:?}", cell);
            for piece in cell.split(separators).skip(1) {
                let shown = piece.trim_start_matches(|c| is_blank(c) || c == '"');
                prop_assert!(!shown.starts_with(starts_formula), "{:?}", cell);
            }
            prop_assert!(!cell.contains(is_hidden));
        }
    }

    #[test]
    fn taking_one_apostrophe_off_what_is_guarded_gives_the_text_back(text in "'{0,2}[=+0-9a-z./: ]{0,12}") {
        let cell = safe(&text);
        let back = match cell.strip_prefix('\'') {
            Some(rest) if needs_guard(&cell) => rest,
            _ => &cell,
        };
        prop_assert_eq!(back, text);
    }
}
