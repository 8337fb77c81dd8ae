//! The slow way into an entry that strict JSON refuses: careless escapes, raw control characters,
//! bare words such as `NaN`, text that is not UTF-8, keys that occur twice, numbers in the place of
//! strings. Only entries that failed otherwise come here.

use serde_json::Value;

/// The value that was meant, with every number and flag as a string.
pub(super) fn repaired(json: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(json);
    let mut value = serde_json::from_str(&rewritten(&text)).ok()?;
    spell_out(&mut value);
    Some(value)
}

/// Turns scalars into strings, and the structured value of a name (some recorders take JSON bodies
/// apart) back into its text. The parser has limited the depth of `value`.
fn spell_out(value: &mut Value) {
    if value.get("name").is_some()
        && let Some(inner @ (Value::Object(_) | Value::Array(_))) = value.get_mut("value")
    {
        *inner = Value::String(inner.to_string());
    }
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Bool(flag) => *value = Value::String(flag.to_string()),
        Value::Array(list) => list.iter_mut().for_each(spell_out),
        Value::Object(object) => object.values_mut().for_each(spell_out),
        Value::Null | Value::String(_) => {}
    }
}

/// The same JSON without what the parser refuses.
fn rewritten(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        rewrite_scalars(&rest[..quote], &mut out);
        rest = rewrite_string(&rest[quote + 1..], &mut out);
    }
    rewrite_scalars(rest, &mut out);
    out
}

/// Bare words that JSON does not have become null.
fn rewrite_scalars(text: &str, out: &mut String) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_');
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        let (word, behind) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        out.push_str(before);
        let is_known = matches!(word, "true" | "false" | "null");
        let is_number = word.bytes().any(|byte| byte.is_ascii_digit());
        out.push_str(if is_known || is_number { word } else { "null" });
        rest = behind;
    }
    out.push_str(rest);
}

/// Copies a string, whose opening quote has been passed, and returns what follows it.
fn rewrite_string<'t>(text: &'t str, out: &mut String) -> &'t str {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c| matches!(c, '"' | '\\') || c < ' ') {
        out.push_str(&rest[..at]);
        let (byte, behind) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match byte {
            b'"' => {
                out.push('"');
                return behind;
            }
            b'\\' => rewrite_escape(behind, out),
            control => {
                out.push_str(&format!("\\u{control:04x}"));
                behind
            }
        };
    }
    out.push_str(rest);
    ""
}

/// Copies what follows a backslash, or writes the backslash as itself where it escapes nothing.
fn rewrite_escape<'t>(text: &'t str, out: &mut String) -> &'t str {
    let (escape, length) = match text.as_bytes().first() {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => ("\\", 1),
        Some(b'u') => match unicode_escape(text) {
            Some(length) => ("\\", length),
            None => ("\\\\", 0),
        },
        Some(b'\'') => ("", 1),
        _ => ("\\\\", 0),
    };
    let (escaped, behind) = text.split_at(length);
    out.push_str(escape);
    out.push_str(escaped);
    behind
}

/// The length of `uXXXX`, or of `uXXXX\uXXXX` for a surrogate pair; a lone half is no text.
fn unicode_escape(text: &str) -> Option<usize> {
    let unit = |from: usize| u16::from_str_radix(text.get(from..from + 4)?, 16).ok();
    let first = unit(1)?;
    if char::from_u32(u32::from(first)).is_some() {
        return Some(5);
    }
    let second = (text.get(5..7)? == "\\u").then(|| unit(7)).flatten()?;
    let is_pair = char::decode_utf16([first, second]).all(|c| c.is_ok());
    is_pair.then_some(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(json: &[u8]) -> String {
        repaired(json).map_or_else(String::new, |value| value.to_string())
    }

    #[test]
    fn careless_json_is_understood() {
        assert_eq!(
            text_of(b"{\"a\":NaN,\"b\":-Infinity,\"c\":1.5,\"d\":true}"),
            r#"{"a":null,"b":null,"c":"1.5","d":"true"}"#
        );
        assert_eq!(text_of(b"{\"a\":\"x\ny\\'\\x41\"}"), r#"{"a":"x\ny'\\x41"}"#);
        assert_eq!(text_of(b"{\"a\":\"caf\xE9\"}"), "{\"a\":\"caf\u{FFFD}\"}");
        assert_eq!(text_of(br#"{"a":1,"a":2}"#), r#"{"a":"2"}"#);
        assert_eq!(text_of(br#"{"a":"\ud83d\ude00 \ud83d \u00zz"}"#), "{\"a\":\"\u{1F600} \\\\ud83d \\\\u00zz\"}");
    }

    #[test]
    fn structured_values_of_names_become_their_text() {
        let json = br#"[{"name":"0","value":{"mail":"a@example.com","n":[1,true]}},{"value":{"n":1}}]"#;
        let expected = r#"[{"name":"0","value":"{\"mail\":\"a@example.com\",\"n\":[1,true]}"},{"value":{"n":"1"}}]"#;
        assert_eq!(text_of(json), expected);
    }

    #[test]
    fn what_is_no_json_at_all_stays_refused() {
        for json in ["", "{", "{\"a\":}", "{\"a\":\"x}", "[1,]"] {
            assert_eq!(text_of(json.as_bytes()), "", "{json}");
        }
        let deep = "[".repeat(20_000) + &"]".repeat(20_000);
        assert_eq!(text_of(deep.as_bytes()), "");
    }
}
