//! That values are read by their marks as serde_json reads them.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// A value that begins somewhere in a buffer and ends with it.
fn value(before: usize, json: &str) -> Option<Value> {
    let buf = "]".repeat(before) + json;
    let mut marks = Marks::default();
    marks.fill(buf.as_bytes(), before..buf.len());
    read(buf.as_bytes(), before, &marks).ok()
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        "[a-z]{0,9}".prop_map(Value::from),
        "\\PC{0,90}".prop_map(Value::from),
        r#"[\\"{}\[\]:,\n a-c]{0,20}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec(("[a-z\\\\\"]{0,6}", inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_is_read_as_serde_json_reads_it(before in 0..70usize, json in values()) {
        for text in [json.to_string(), format!("{json:#}")] {
            prop_assert_eq!(value(before, &text), serde_json::from_str(&text).ok());
        }
    }

    #[test]
    fn what_serde_json_accepts_is_read_alike_and_nothing_panics(
        json in values(), at in any::<prop::sample::Index>(), with in r#"[\[\]{}:,"\\ 0a]{0,2}"#
    ) {
        let mut text = json.to_string();
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[at.index(places.len())];
        let length = text[place..].chars().next().map_or(0, char::len_utf8);
        text.replace_range(place..place + length, &with);
        if let Ok(expected) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(value(0, &text), Some(expected));
        } else {
            value(0, &text);
        }
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for json in [
        "",
        "{",
        "[",
        "{\"a\":1",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,}",
        "{,}",
        "[1,]",
        "[1 2]",
        "{\"a\":\"x}",
        "{\"a\":1]",
        "[1}",
        "\"x",
        "nul",
        "nully",
        "7x",
        "{1:2}",
        "{\"a\":[}",
    ] {
        assert_eq!(value(0, json), None, "{json}");
    }
}

#[test]
fn what_nobody_asked_for_is_passed_over() {
    #[derive(serde::Deserialize)]
    struct Wanted {
        b: u8,
    }
    for skipped in ["{\"x\":[{},\"]\",[]]}", "\"\\\"}\"", "-1.5e3", "null", "[]"] {
        for json in [format!("{{\"a\":{skipped},\"b\":7}}"), format!("{{ \"b\" : 7 , \"a\" : {skipped} }}")] {
            let wanted: Wanted = read(json.as_bytes(), 0, &Marks::of(json.as_bytes())).expect(&json);
            assert_eq!(wanted.b, 7);
        }
    }
}
