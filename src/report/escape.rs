//! Makes untrusted text visible. Names, URLs and parameters come from strangers; a control
//! character among them could move a terminal's cursor, a bidi override could turn a file name
//! round, and a line break could forge a message. Whatever writes text for people calls this first.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns true if and only if a reader could not see this character, or would see its neighbours
/// in a different order or place because of it.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Appends a hidden character in a form that can be seen: `\n`, `\x1b`, `\u{202e}`.
pub fn push_visible(c: char, out: &mut String) {
    let written = match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        _ if u32::from(c) <= 0xff => write!(out, "\\x{:02x}", u32::from(c)),
        _ => write!(out, "\\u{{{:x}}}", u32::from(c)),
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

/// The text with every hidden character, line breaks included, written visibly: fit for one line
/// of a terminal.
pub fn terminal(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_hidden) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_hidden(c) {
            push_visible(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A path fit for one line of a terminal.
pub fn terminal_path(path: &std::path::Path) -> String {
    terminal(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        for (text, shown) in [
            ("plain text, ünïcode, 日本", "plain text, ünïcode, 日本"),
            ("\u{1b}[31mred\u{7}", "\\x1b[31mred\\x07"),
            ("one\r\ntwo\tthree\0", "one\\r\\ntwo\\tthree\\x00"),
            ("invoice\u{202e}fdp.exe", "invoice\\u{202e}fdp.exe"),
            ("a\u{2066}b\u{2069}\u{200f}", "a\\u{2066}b\\u{2069}\\u{200f}"),
            ("\u{9b}31m\u{85}", "\\x9b31m\\x85"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
        ] {
            assert_eq!(terminal(text), shown);
        }
    }

    #[test]
    fn text_without_hidden_characters_is_borrowed() {
        assert!(matches!(terminal("نص عادي"), Cow::Borrowed(_)));
    }
}
