use super::*;
use crate::pages::tests::{Hostile, ledger};
use std::io::Read;

/// The text of every part of a workbook, by name.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    // Local headers stand one after the other; the sizes are read from the central directory.
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").expect("an end");
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut parts = Vec::new();
    for _ in 0..count {
        let (method, packed, name_length) = (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2));
        let local = number(at + 42, 4);
        let name = String::from_utf8(bytes[at + 46..at + 46 + name_length].to_vec()).expect("a name");
        let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let data = &bytes[start..start + packed];
        let mut text = String::new();
        match method {
            0 => text.push_str(&String::from_utf8_lossy(data)),
            _ => {
                flate2::read::DeflateDecoder::new(data).read_to_string(&mut text).expect("a part");
            }
        }
        parts.push((name, text));
        at += 46 + name_length + number(at + 30, 2) + number(at + 32, 2);
    }
    parts
}

fn sheet<'p>(parts: &'p [(String, String)], name: &str) -> &'p str {
    let (_, book) = parts.iter().find(|(part, _)| part == "xl/workbook.xml").expect("a workbook");
    let at = book.split("<sheet ").skip(1).position(|sheet| sheet.contains(&format!("name=\"{name}\""))).expect(name);
    let file = format!("xl/worksheets/sheet{}.xml", at + 1);
    &parts.iter().find(|(part, _)| *part == file).expect("a sheet").1
}

#[test]
fn equal_tables_give_equal_bytes() {
    let ledger = ledger(&Hostile::default());
    assert_eq!(ledger.xlsx(SHEET_ROWS), ledger.xlsx(SHEET_ROWS));
}

#[test]
fn cells_are_typed_and_linked() {
    let bytes = ledger(&Hostile::default()).xlsx(SHEET_ROWS);
    let parts = parts(&bytes);
    let exposure = sheet(&parts, "exposure");
    assert!(exposure.contains("people (never add up)"), "{exposure}");
    assert!(exposure.contains("<autoFilter") && exposure.contains("state=\"frozen\""), "{exposure}");
    assert!(exposure.contains("location=\"'findings'!A2\""), "{exposure}");
    assert!(exposure.contains("<v>812</v>"), "{exposure}");
    assert!(exposure.contains("<v>45474.5</v>"), "a time as a number of days: {exposure}");
    let about = sheet(&parts, "about");
    assert!(about.contains("<c "), "{about}");
}

#[test]
fn long_tables_go_on_in_another_sheet_and_say_so() {
    let bytes = ledger(&Hostile { exposures: 25, ..Hostile::default() }).xlsx(11);
    let parts = parts(&bytes);
    for (name, rows) in [("exposure", 11), ("exposure 2", 11), ("exposure 3", 6)] {
        assert_eq!(sheet(&parts, name).matches("<row ").count(), rows, "{name}");
    }
    let (_, texts) = parts.iter().find(|(name, _)| name == "xl/sharedStrings.xml").expect("texts");
    assert!(texts.contains("so the table goes on in 3 sheets"), "{texts}");
}

#[test]
fn no_cell_is_a_formula() {
    for attack in Hostile::attacks() {
        let bytes = ledger(&Hostile::of(attack)).xlsx(SHEET_ROWS);
        for (name, text) in parts(&bytes) {
            assert!(!text.contains("<f>") && !text.contains("<f "), "{attack:?} in {name}");
            let hidden = |c: &char| crate::report::escape::is_hidden(*c) && !matches!(c, '\n' | '\r');
            assert_eq!(text.chars().find(hidden), None, "{attack:?} in {name}");
        }
    }
}

#[test]
fn codes_that_a_sheet_would_decode_are_kept_as_text() {
    let bytes = ledger(&Hostile::of("_x003D_1+1")).xlsx(SHEET_ROWS);
    let parts = parts(&bytes);
    let exposure = sheet(&parts, "exposure");
    assert!(exposure.contains("_x005F_x003D_1+1"), "{exposure}");
}
