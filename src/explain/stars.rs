//! Bytes of a request without what they say: every letter and digit is a star, but names, escapes
//! and punctuation stay, so that the shape can be compared with the input. A shape is all that a
//! stranger may see; the value's own mask says more.

/// A value with every letter and digit replaced, but for escapes (`%2F`, `\u0026`).
pub(super) fn value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(escape) = escape(rest) {
            out.push_str(escape);
            rest = &rest[escape.len()..];
            continue;
        }
        out.push(if c.is_ascii() && !c.is_ascii_alphanumeric() { c } else { '*' });
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// A part of a request with every letter and digit replaced, but for escapes and the names before
/// `=` in a query.
pub(super) fn excerpt(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for part in text.split_inclusive(['&', '?', '"', ' ', '\n', '{', ',']) {
        match part.split_once('=') {
            Some((name, rest)) if matches!(before, '&' | '?') && is_name(name) => {
                out.push_str(name);
                out.push('=');
                out.push_str(&value(rest));
            }
            _ => out.push_str(&value(part)),
        }
        before = part.chars().next_back().unwrap_or(' ');
    }
    out
}

/// Whether a text before `=` is a short name of a parameter rather than data.
fn is_name(text: &str) -> bool {
    (1..=24).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'[' | b']' | b'.' | b'-'))
}

/// An escape at the beginning that stands for punctuation; one that stands for a letter or digit is
/// data.
fn escape(text: &str) -> Option<&str> {
    let (digits, length) = match text.as_bytes() {
        [b'%', ..] => (text.get(1..3)?, 3),
        [b'\\', b'u', ..] => (text.get(2..6)?, 6),
        _ => return None,
    };
    let code = u32::from_str_radix(digits, 16).ok()?;
    let is_mark = char::from_u32(code).is_some_and(|c| c.is_ascii() && !c.is_ascii_alphanumeric());
    is_mark.then(|| &text[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shape_is_left() {
        assert_eq!(value("https%3A%2F%2Fa.example%2F?q=4521%20Maple"), "*****%3A%2F%2F*.*******%2F?*=****%20*****");
        assert_eq!(value("%41%6a\\u0041\\u0026é"), "%**%**\\*****\\u0026*");
        assert_eq!(
            excerpt("?ev=PageView&dl=https%3A%2F%2Fx&4817 Marlow=x"),
            "?ev=********&dl=*****%3A%2F%2F*&**** ******=*"
        );
    }
}
