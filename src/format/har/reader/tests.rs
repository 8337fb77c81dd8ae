//! That values are read by their marks as serde_json reads them.

use super::super::json::Pairs;
use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// A buffer in which a value begins somewhere and which ends with it, with its marks.
fn buffer(before: usize, json: &str) -> (String, Marks) {
    let buf = "]".repeat(before) + json;
    let mut marks = Marks::default();
    marks.fill(buf.as_bytes(), before..buf.len());
    (buf, marks)
}

fn value(before: usize, json: &str) -> Option<Value> {
    let (buf, marks) = buffer(before, json);
    read(buf.as_bytes(), before, &marks).ok()
}

/// A name with a value as recorders write it, or nearly so.
fn pair() -> impl Strategy<Value = String> {
    let text = || {
        prop_oneof![
            4 => "\\PC{0,70}".prop_map(|text| Value::from(text).to_string()),
            2 => "\"[a-z:,{}\\[\\]]{0,9}\"",
            2 => r#""([a-z]|\\["\\/bfnrt]){0,40}""#,
            1 => r#""(\\[a-z"\\]|\\u00e9|\\ud83d|\\ude00){0,9}""#,
            1 => prop_oneof![Just("7"), Just("null"), Just("true"), Just("[]"), Just("{}")].prop_map(str::to_owned),
        ]
    };
    let pair = prop_oneof![
        4 => Just(r#"{"name":N,"value":V}"#),
        2 => Just("{\n  \"name\": N,\n  \"value\":\tV\n}"),
        1 => Just(r#"{"value":V,"name":N}"#),
        1 => Just(r#"{"name":N,"name":V}"#),
        1 => Just(r#"{"name":N,"value":V,"comment":""}"#),
        1 => Just(r#"{"name":N}"#),
        1 => Just(r#"{"name":N,"value":V]"#),
        1 => Just(r#"{"name":N"value":V}"#),
        1 => Just(r#"{"name",N:"value",V}"#),
        1 => Just("N"),
    ];
    (pair, text(), text()).prop_map(|(pair, name, value)| {
        let parts: Vec<String> = pair.split('N').map(|part| part.replace('V', &value)).collect();
        parts.join(&name)
    })
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..12u64).prop_map(Value::from),
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
    fn pairs_are_read_as_serde_json_reads_them(before in 0..70usize, list in prop::collection::vec(pair(), 0..6)) {
        let json = format!("[{}]", list.join(","));
        let (buf, marks) = buffer(before, &json);
        let ours = read::<Pairs<'_>>(buf.as_bytes(), before, &marks).ok();
        prop_assert_eq!(ours, serde_json::from_str(&json).ok());
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
        "01",
        "00",
        "+1",
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
