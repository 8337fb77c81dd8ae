//! Rows into CSV bytes. Workers encode their own rows in parallel with this, and [`CsvTable`]
//! uses the same code, so a cell looks the same whoever wrote it.
//!
//! [`CsvTable`]: super::csv_table::CsvTable

use super::cell::Cell;
use super::spreadsheet::Sheet;
use anyhow::{Result, bail};

/// What stands between the cells of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`, which spreadsheets expect where the comma is the decimal sign.
    Semicolon,
    /// The tab character.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// The delimiter that a user named: the character itself, or `tab`.
    ///
    /// # Errors
    /// When it is none of those that every reader can tell from a cell's content.
    pub fn parse(name: &str) -> Result<Self> {
        Ok(match name {
            "," => Delimiter::Comma,
            ";" => Delimiter::Semicolon,
            "\t" | "\\t" | "tab" => Delimiter::Tab,
            "|" => Delimiter::Pipe,
            _ => bail!("'{}' cannot delimit cells; use ',', ';', '|' or 'tab'", super::escape::terminal(name)),
        })
    }

    /// The byte written between cells.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Pipe => b'|',
        }
    }
}

/// Encodes rows into a buffer of the caller's; nothing is allocated per row once it is warm.
#[derive(Debug)]
pub struct RowEncoder {
    sheet: Sheet,
    delimiter: u8,
    writer: csv_core::Writer,
    text: String,
}

impl RowEncoder {
    /// An encoder for rows with this delimiter.
    pub fn new(delimiter: Delimiter) -> Self {
        let delimiter = delimiter.byte();
        RowEncoder {
            sheet: Sheet::new(delimiter),
            delimiter,
            writer: csv_core::WriterBuilder::new().delimiter(delimiter).build(),
            text: String::new(),
        }
    }

    /// Appends one row with its line end.
    pub fn encode(&mut self, cells: &[Cell<'_>], out: &mut Vec<u8>) {
        let start = out.len();
        self.join(cells, out);
        if out.len() == start {
            // A row of one empty cell would otherwise be read as no row.
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
    }

    /// Appends cells with the delimiter between them; in many rows they are one [`Cell::Encoded`].
    pub fn join(&mut self, cells: &[Cell<'_>], out: &mut Vec<u8>) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                out.push(self.delimiter);
            }
            self.encode_cell(cell, out);
        }
    }

    fn encode_cell(&mut self, cell: &Cell<'_>, out: &mut Vec<u8>) {
        match *cell {
            Cell::Encoded(bytes) => return out.extend_from_slice(bytes),
            Cell::Word(word) => return out.extend_from_slice(word.as_bytes()),
            Cell::Text(text) if self.sheet.is_plain(text.as_bytes()) => {
                return out.extend_from_slice(text.as_bytes());
            }
            _ => {}
        }
        self.text.clear();
        cell.push(&self.sheet, &mut self.text);
        let text = self.text.as_bytes();
        // Numbers and times have none of the bytes that a reader could mistake.
        if matches!(cell, Cell::Text(_) | Cell::Bytes(_)) && self.writer.should_quote(text) {
            quote(text, out);
        } else {
            out.extend_from_slice(text);
        }
    }
}

fn quote(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let start = out.len();
    out.resize(start + 2 * text.len(), 0);
    let (_, _, used) = csv_core::quote(text, &mut out[start..], b'"', b'"', true);
    out.truncate(start + used);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(delimiter: Delimiter, rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
        let mut encoder = RowEncoder::new(delimiter);
        let mut out = Vec::new();
        rows.iter().for_each(|row| encoder.encode(row, &mut out));
        out
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let row = vec![Cell::Text("a,b"), Cell::Text("say \"hi\""), Cell::Empty, Cell::Count(3)];
        assert_eq!(encoded(Delimiter::Comma, &[row]), b"\"a,b\",\"say \"\"hi\"\"\",,3\n");
        assert_eq!(encoded(Delimiter::Tab, &[vec!["a,b".into(), "c\td".into()]]), b"a,b\tc\\td\n");
        assert_eq!(encoded(Delimiter::Comma, &[vec![Cell::Empty]]), b"\"\"\n");
    }

    #[test]
    fn only_unmistakable_delimiters_are_taken() {
        for name in [",", ";", "tab", "\t", "|"] {
            assert!(Delimiter::parse(name).is_ok(), "{name}");
        }
        for name in ["", "\"", "\n", "a", ".", "-", ",,"] {
            assert!(Delimiter::parse(name).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_row_reads_back_with_as_many_cells(
            rows in prop::collection::vec(prop::collection::vec(any::<Vec<u8>>(), 3), 1..5),
            delimiter in prop_oneof![Just(Delimiter::Comma), Just(Delimiter::Semicolon), Just(Delimiter::Tab), Just(Delimiter::Pipe)],
        ) {
            let cells: Vec<Vec<Cell<'_>>> =
                rows.iter().map(|row| row.iter().map(|b| Cell::Bytes(b)).collect()).collect();
            let bytes = encoded(delimiter, &cells);
            prop_assert_eq!(bytes.iter().filter(|&&b| b == b'\n').count(), rows.len());
            let mut rdr = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(delimiter.byte())
                .from_reader(&bytes[..]);
            let read: Vec<_> = rdr.records().collect::<Result<_, _>>().expect("valid CSV");
            prop_assert_eq!(read.len(), rows.len());
            let sheet = Sheet::new(delimiter.byte());
            for (row, record) in cells.iter().zip(&read) {
                prop_assert_eq!(record.len(), 3);
                for (cell, text) in row.iter().zip(record) {
                    let mut expected = String::new();
                    cell.push(&sheet, &mut expected);
                    prop_assert_eq!(text, expected);
                }
            }
        }
    }
}
