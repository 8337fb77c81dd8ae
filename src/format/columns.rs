//! Tables with a header: logs whose own lines say what their columns are, perhaps several times in
//! one file. The cutter keeps the lines that say so, the reader learns from them.

use super::field::Field;
use super::lines::{LineCutter, is_blank, lines, trim_line};
use super::parts::Parts;
use super::{Cutter, Kind, Meaning, Piece, Reader, Reason};
use crate::record::Text;

/// What a kind of table says about its lines.
pub(super) trait Table: Sync {
    /// Whether a line says something about the lines that follow it.
    fn is_header(&self, line: &[u8]) -> bool;
    /// Learns from such a line.
    fn learn(&self, line: &[u8], layout: &mut Layout);
    /// Splits a line into its columns. Returns false where that cannot be done.
    fn split<'b>(&self, line: &'b [u8], layout: &Layout, columns: &mut Vec<&'b [u8]>) -> bool;
    /// The text of a column as it was before the logger wrote it.
    fn decode<'b>(&self, field: &Field, text: &'b [u8], layout: &Layout) -> Text<'b>;
}

/// What the lines of a table look like at some place.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The columns: where each field stands, the most telling first.
    pub(super) fields: Vec<(usize, Field)>,
    /// How many columns there are.
    pub(super) width: usize,
    /// The column that may hold separators of its own.
    pub(super) elastic: Option<usize>,
    /// The separator, where the table says it.
    pub(super) separator: Option<u8>,
    /// The text that stands for no value.
    pub(super) unset: Vec<u8>,
    /// The day of lines that have only a time.
    pub(super) date: Vec<u8>,
    /// How many seconds times are ahead of UTC.
    pub(super) zone: i64,
}

/// Reads the lines of a table.
pub(super) struct TableReader<'t> {
    table: &'t dyn Table,
    layout: Layout,
}

impl<'t> TableReader<'t> {
    /// A reader for lines that follow these header lines.
    pub(super) fn new(table: &'t dyn Table, header: &[u8]) -> Self {
        let mut reader = TableReader { table, layout: Layout::default() };
        header.split(|byte| *byte == b'\n').for_each(|line| reader.learn(line));
        reader
    }

    fn learn(&mut self, line: &[u8]) {
        self.table.learn(line, &mut self.layout);
    }

    fn parse<'b>(&self, line: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let layout = &self.layout;
        let mut columns = Vec::with_capacity(layout.width);
        if layout.width == 0 || !self.table.split(line, layout, &mut columns) {
            return Err(Reason::BadLine);
        }
        let mut parts = Parts::new(layout.zone);
        for (column, field) in &layout.fields {
            let text = columns[*column];
            if text != layout.unset.as_slice() {
                if matches!(field, Field::Status | Field::Method) && !field.admits(text, 0) {
                    return Err(Reason::BadLine);
                }
                parts.set(field, self.table.decode(field, text, layout));
            }
        }
        if !layout.date.is_empty() {
            parts.set(&Field::Date, layout.date.clone().into());
        }
        parts.finish()
    }
}

/// Whether a line of `head` is a record, or no line is anything but a header: logs of other things
/// (FTP) have the same columns.
pub(super) fn holds_requests(table: &dyn Table, head: &[u8]) -> bool {
    let mut reader = TableReader::new(table, b"");
    let mut is_empty = true;
    for line in lines(head).map(trim_line) {
        match reader.read(Kind::Record, line) {
            Ok(Meaning::Record(_)) => return true,
            Ok(_) => {}
            Err(_) => is_empty = false,
        }
    }
    is_empty
}

impl Reader for TableReader<'_> {
    fn read<'b>(&mut self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = trim_line(piece);
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        if self.table.is_header(line) {
            self.learn(line);
            return Ok(Meaning::Nothing);
        }
        if is_blank(line) || line.starts_with(b"#") {
            return Ok(Meaning::Nothing);
        }
        self.parse(line)
    }
}

/// Cuts lines and remembers those that the following ones depend on.
pub(super) struct TableCutter {
    table: &'static dyn Table,
    lines: LineCutter,
    header: Vec<u8>,
}

/// More header lines than this are not carried along.
const LONGEST_HEADER: usize = 1 << 16;

impl TableCutter {
    pub(super) fn new(table: &'static dyn Table) -> Self {
        TableCutter { table, lines: LineCutter::default(), header: Vec::new() }
    }
}

impl Cutter for TableCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        let known = out.len();
        let done = self.lines.cut(buf, eof, out);
        for piece in &out[known..] {
            let line = trim_line(&buf[piece.range.clone()]);
            let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
            if self.table.is_header(line) {
                remember(&mut self.header, line);
            }
        }
        done
    }

    fn abandon(&mut self) -> usize {
        self.lines.abandon()
    }

    fn header(&self) -> Vec<u8> {
        self.header.clone()
    }
}

/// Keeps the latest header line of each kind, which is its first word.
fn remember(header: &mut Vec<u8>, line: &[u8]) {
    let kind = |line: &[u8]| line.split(|byte| matches!(byte, b' ' | b'\t' | b':')).next().map(<[u8]>::to_vec);
    let new = kind(line);
    let mut kept: Vec<u8> = Vec::with_capacity(header.len() + line.len() + 1);
    for old in header.split(|byte| *byte == b'\n').filter(|old| !old.is_empty() && kind(old) != new) {
        kept.extend_from_slice(old);
        kept.push(b'\n');
    }
    kept.extend_from_slice(line);
    kept.push(b'\n');
    if kept.len() <= LONGEST_HEADER {
        *header = kept;
    }
}
