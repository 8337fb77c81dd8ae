//! Pairs that an object spells out: `{"name": "email", "value": "ada@example.com"}`, as forms and
//! lists of attributes are sent. The value is read under the name that stands beside it.

use super::json::{literal_end, string};
use std::ops::Range;

/// What objects call the name in a pair, the surest first.
const NAMES: [&[u8]; 10] =
    [b"name", b"key", b"fieldname", b"field", b"property", b"attribute", b"label", b"id", b"system", b"type"];

/// What they call the value.
const VALUES: [&[u8]; 4] = [b"value", b"val", b"v", b"answer"];

/// Objects with more members describe something by more than a name and a value.
const MOST_MEMBERS: usize = 5;

/// Longer names are texts.
const LONGEST_NAME: usize = 64;

/// Whether a member of this name holds the value of a pair.
pub(super) fn is_value(name: &[u8]) -> bool {
    VALUES.iter().any(|value| value.eq_ignore_ascii_case(name))
}

/// Where a text has the name that an object gives to the value in it; `start` is behind the object's
/// bracket. `None` where the object is no such pair.
pub(super) fn name_of_value(text: &[u8], start: usize) -> Option<Range<usize>> {
    let mut at = start;
    let mut best: Option<(usize, Range<usize>)> = None;
    let mut has_value = false;
    for _ in 0..=MOST_MEMBERS {
        let Some((name, value)) = member(text, &mut at)? else {
            return best.map(|(_, range)| range).filter(|_| has_value);
        };
        // An amount of money is named by what was paid for.
        if name.eq_ignore_ascii_case(b"currency") {
            return None;
        }
        has_value |= is_value(name);
        let rank = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
        if let (Some(rank), Some(range)) = (rank, value)
            && best.as_ref().is_none_or(|(other, _)| rank < *other)
        {
            best = Some((rank, range));
        }
    }
    None
}

/// A member's name, and where its value is if that can be a name.
type Member<'t> = (&'t [u8], Option<Range<usize>>);

/// The next member from `at` on, which goes behind it; `Some(None)` at the object's end and `None` where
/// the object holds others or is cut off.
fn member<'t>(text: &'t [u8], at: &mut usize) -> Option<Option<Member<'t>>> {
    let name = match skip(text, at)? {
        b'"' => string(text, *at),
        b'}' => return Some(None),
        _ => return None,
    };
    *at = name.next;
    let range = match skip(text, at)? {
        b'"' => {
            let value = string(text, *at);
            let range = *at..*at + value.text.len();
            *at = value.next;
            let is_name = !value.has_escapes
                && value.text.len() <= LONGEST_NAME
                && value.text.iter().any(u8::is_ascii_alphabetic);
            is_name.then_some(range)
        }
        b'{' | b'[' | b'}' | b']' => return None,
        _ => {
            *at = literal_end(text, *at);
            None
        }
    };
    Some(Some((name.text, range)))
}

/// The next byte that is neither a space nor a separator; `at` goes behind it.
fn skip(text: &[u8], at: &mut usize) -> Option<u8> {
    let separator = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':');
    let found = text.get(*at..)?.iter().position(|byte| !separator(byte))?;
    *at += found + 1;
    text.get(*at - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(object: &str) -> Option<&str> {
        name_of_value(object.as_bytes(), 1).map(|range| &object[range])
    }

    #[test]
    fn pairs_are_told_from_other_objects() {
        for (object, expected) in [
            (r#"{"name":"email","value":"ada@example.com"}"#, Some("email")),
            (r#"{"value": 3, "Name" : "zip"}"#, Some("zip")),
            (r#"{"objectTypeId":"0-1","name":"city","value":""}"#, Some("city")),
            (r#"{"type":"text","id":"7","key":"phone","v":"+14155550123"}"#, Some("phone")),
            (r#"{"system":"phone","value":"+14155550123","use":"home"}"#, Some("phone")),
            (r#"{"name":"Purchase","value":39.5,"currency":"USD"}"#, None),
            (r#"{"name":"email"}"#, None),
            (r#"{"name":"a","value":{"b":1}}"#, None),
            (r#"{"a":1,"b":1,"c":1,"d":1,"name":"a","value":1}"#, None),
            (r#"{"name":"12","value":1}"#, None),
            (r#"{"name":"email","value":"#, None),
            ("{", None),
        ] {
            assert_eq!(name(object), expected, "{object}");
        }
    }
}
