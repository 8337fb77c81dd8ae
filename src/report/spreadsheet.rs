//! Spreadsheet safety of text cells. A CSV opened by double click is typed into the sheet cell by
//! cell: `=…` runs, `+1415…` becomes a number, `MAR1` a date, a 64-digit hash perhaps a float, and
//! a name with a line break tears its row.
//!
//! The remedy is one apostrophe in front, the sign that people themselves type to say "text". In a
//! file it stays visible, and that is the price: nothing else (quotes, a leading TAB or space,
//! `="…"`) both keeps the cell from being run in every program and leaves its characters alone.
//! Text that already starts with an apostrophe before such a value gets another, so that taking
//! one apostrophe off what is guarded gives the text back.
//!
//! A sheet whose list separator differs from the file's splits cells at its own separator, so a
//! formula character after `;` or `,` inside a cell is guarded as well.

mod value;

use crate::report::escape::{is_hidden, push_visible};
use std::fmt::Write;

/// The most UTF-16 units that a spreadsheet keeps in a cell.
pub const LONGEST_CELL: usize = 32_767;

/// Room kept free for the words that say how much was cut.
const CUT_ROOM: usize = 64;

/// The spreadsheet that will open a file of one delimiter, as far as safety depends on it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The separators at which a spreadsheet of another locale would split the file's cells.
    foreign: [u8; 2],
    /// Bytes that mean nothing to a spreadsheet or a CSV reader inside a cell.
    harmless: [bool; 256],
}

impl Sheet {
    /// The sheet for files with this delimiter.
    pub fn new(delimiter: u8) -> Self {
        let foreign = match delimiter {
            b',' => [b';'; 2],
            b';' => [b','; 2],
            _ => [b',', b';'],
        };
        let special = [b'"', delimiter, foreign[0], foreign[1]];
        let harmless =
            std::array::from_fn(|b| u8::try_from(b).is_ok_and(|b| (b' '..0x7f).contains(&b) && !special.contains(&b)));
        Sheet { foreign, harmless }
    }

    /// Returns true only if the text, as nearly all text, can be seen at a glance to need neither
    /// a guard nor quotes.
    pub fn is_plain(&self, text: &[u8]) -> bool {
        text.len() <= LONGEST_CELL
            && text.first().is_none_or(u8::is_ascii_alphabetic)
            && text.iter().all(|&b| self.harmless[usize::from(b)])
            && (text.is_empty() || value::begins_like_a_word(text))
    }

    /// Appends the text to `out` such that no spreadsheet runs it, changes it or cuts it silently.
    pub fn push_safe(&self, text: &str, out: &mut String) {
        if self.is_plain(text.as_bytes()) {
            out.push_str(text);
            return;
        }
        let guarded = needs_guard(text);
        if guarded {
            out.push('\'');
        }
        self.push_escaped(text, guarded, out);
    }

    fn push_escaped(&self, text: &str, guarded: bool, out: &mut String) {
        let foreign = self.foreign.map(char::from);
        let mut room = LONGEST_CELL - usize::from(guarded);
        let mut cut = (out.len(), 0);
        let mut at_start = false;
        for (at, c) in text.char_indices() {
            let before = out.len();
            if at_start && starts_formula(c) {
                out.push('\'');
            }
            if is_hidden(c) {
                push_visible(c, out);
            } else {
                out.push(c);
            }
            at_start = foreign.contains(&c) || (at_start && (is_blank(c) || c == '"'));
            let units = out[before..].encode_utf16().count();
            if units > room {
                out.truncate(cut.0);
                push_cut_mark(&text[cut.1..], out);
                return;
            }
            room -= units;
            if room >= CUT_ROOM {
                cut = (out.len(), at + c.len_utf8());
            }
        }
    }
}

/// Whether a spreadsheet would take the whole text for something else than text.
fn needs_guard(text: &str) -> bool {
    let shown = text.trim_start_matches(is_blank);
    let bare = shown.trim_start_matches('\'');
    bare.trim_start_matches(is_blank).starts_with(starts_formula) || value::reads_as_value(bare)
}

/// The text of a cell as it was before it was guarded: without the one apostrophe in front.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if needs_guard(text) => text,
        _ => cell,
    }
}

/// White space that stays as it is when the cell is written.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !is_hidden(c)
}

/// Whether a spreadsheet takes what begins like this for a formula, in any width of type.
fn starts_formula(c: char) -> bool {
    matches!(value::narrow(c), '=' | '+' | '-' | '@')
}

fn push_cut_mark(rest: &str, out: &mut String) {
    let written = write!(out, " [cut: {} more characters]", rest.chars().count());
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

#[cfg(test)]
mod tests;
