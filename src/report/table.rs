//! What a table is: its file, what one row of it stands for, and its columns in words that an
//! analyst understands.

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name in the header.
    pub name: &'static str,
    /// What a cell of the column says.
    pub meaning: &'static str,
    /// What the cell is counted or written in.
    pub unit: &'static str,
}

impl Column {
    /// A column.
    pub const fn new(name: &'static str, unit: &'static str, meaning: &'static str) -> Self {
        Column { name, meaning, unit }
    }
}

/// What the cells of a column are to a program that types them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A time (UTC).
    Time,
    /// A day (UTC).
    Day,
}

impl Column {
    /// What the cells are.
    pub fn kind(&self) -> Kind {
        match self.unit {
            "count" | "people" | "bytes" | "number" => Kind::Number,
            "time (UTC)" => Kind::Time,
            "day (UTC)" => Kind::Day,
            _ => Kind::Text,
        }
    }
}

/// One table of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// The file's name.
    pub file: &'static str,
    /// What one row stands for.
    pub one_row_per: &'static str,
    /// The columns, in the order in which they are written.
    pub columns: &'static [Column],
}

impl TableSpec {
    /// The place of a column, if the table has it.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
