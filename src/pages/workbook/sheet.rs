//! One table as one or more sheets, row by row.

use super::{Places, SHEET_LINKS};
use crate::pages::source::Source;
use crate::report::cell::parse_id;
use crate::report::opened::TableRow;
use crate::report::schema;
use crate::report::table::{Kind, TableSpec};
use anyhow::{Context, Result};
use rust_xlsxwriter::{Color, Format, FormatAlign, Url, Workbook, Worksheet};
use std::collections::HashMap;

/// The largest whole number that a sheet keeps exactly.
const EXACT: u64 = 1 << 53;

/// Days between the sheet's day 0 and 1970.
const DAYS_BEFORE_1970: f64 = 25_569.0;

/// Microseconds in a day.
const DAY: f64 = 86_400_000_000.0;

/// Times before this are no numbers in a sheet: it takes 1900 for a leap year.
const FIRST_DATE: i64 = -2_203_891_200_000_000;

/// The column whose cells lead to the finding that they name.
const LINKED: &str = "sample_finding";

/// How cells look.
pub(super) struct Formats {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) wrapped: Format,
    pub(super) link: Format,
    header: Format,
    number: Format,
    time: Format,
    day: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let header = Format::new().set_bold().set_background_color(Color::RGB(0xE8_EA_ED)).set_text_wrap();
        Formats {
            title: Format::new().set_bold().set_font_size(16),
            heading: Format::new().set_bold().set_font_size(12),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            link: Format::new().set_hyperlink(),
            header: header.set_align(FormatAlign::Top),
            number: Format::new().set_num_format("#,##0"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// How a table is spread over sheets.
pub(super) struct SheetPlan {
    pub(super) spec: &'static TableSpec,
    pub(super) rows: u64,
    /// Rows of the table in each sheet, without the header.
    pub(super) rows_per_sheet: u64,
}

impl SheetPlan {
    pub(super) fn new(spec: &'static TableSpec, rows: u64, sheet_rows: u64) -> Self {
        SheetPlan { spec, rows, rows_per_sheet: sheet_rows.saturating_sub(1).max(1) }
    }

    /// How many sheets the table takes.
    pub(super) fn sheets(&self) -> u64 {
        self.rows.div_ceil(self.rows_per_sheet).max(1)
    }

    /// The name of a sheet, from 0.
    pub(super) fn name(&self, number: u64) -> String {
        let table = self.spec.file.trim_end_matches(".csv");
        if number == 0 { table.to_owned() } else { format!("{table} {}", number + 1) }
    }
}

/// Where the findings stand that other tables name.
#[derive(Default)]
pub(super) struct Links {
    places: Places,
    names: Vec<String>,
}

impl Links {
    /// Collects the ids that tables name, and looks for their rows.
    pub(super) fn read(source: &Source<'_>, plans: &[SheetPlan]) -> Result<Self> {
        let Some(findings) = plans.iter().find(|plan| plan.spec.file == schema::FINDINGS.file) else {
            return Ok(Links::default());
        };
        let mut places: Places = HashMap::new();
        for plan in plans.iter().filter(|plan| plan.spec.place(LINKED).is_some()) {
            let Some(mut table) = source.table(plan.spec.file)? else { continue };
            let Some(at) = table.place(LINKED) else { continue };
            let mut row = table.row();
            while table.read(&mut row)? {
                places.extend(parse_id(row.at(at)).map(|id| (id, (usize::MAX, 0))));
            }
        }
        let Some(mut table) = source.table(findings.spec.file)? else { return Ok(Links::default()) };
        let (mut row, mut number) = (table.row(), 0u64);
        while table.read(&mut row)? {
            if let Some(place) = parse_id(row.at(0)).and_then(|id| places.get_mut(&id)) {
                let sheet = usize::try_from(number / findings.rows_per_sheet)?;
                *place = (sheet, u32::try_from(number % findings.rows_per_sheet)? + 1);
            }
            number += 1;
        }
        places.retain(|_, (sheet, _)| *sheet != usize::MAX);
        let names = (0..findings.sheets()).map(|number| findings.name(number)).collect();
        Ok(Links { places, names })
    }

    /// The link to a finding.
    fn to(&self, id: &str) -> Option<String> {
        let (sheet, row) = self.places.get(&parse_id(id)?)?;
        Some(format!("internal:'{}'!A{}", self.names.get(*sheet)?, row + 1))
    }
}

/// Writes all rows of a table.
pub(super) fn write(
    workbook: &mut Workbook,
    source: &Source<'_>,
    plan: &SheetPlan,
    links: &Links,
    formats: &Formats,
) -> Result<()> {
    let Some(mut table) = source.table(plan.spec.file)? else { return Ok(()) };
    let columns: Vec<(String, Kind)> =
        table.columns().map(|name| (name.to_owned(), schema::kind_of(plan.spec.file, name))).collect();
    let mut row = table.row();
    let mut more = table.read(&mut row)?;
    for number in 0..plan.sheets() {
        let mut sheet = Sheet::begin(workbook, &plan.name(number), &columns, plan.spec, formats)?;
        while more && u64::from(sheet.rows) < plan.rows_per_sheet {
            sheet.row(&row, links, formats)?;
            more = table.read(&mut row)?;
        }
        sheet.finish()?;
    }
    Ok(())
}

/// One sheet that is being written.
struct Sheet<'w> {
    sheet: &'w mut Worksheet,
    columns: &'w [(String, Kind)],
    rows: u32,
    links: usize,
}

impl<'w> Sheet<'w> {
    fn begin(
        workbook: &'w mut Workbook,
        name: &str,
        columns: &'w [(String, Kind)],
        spec: &TableSpec,
        formats: &Formats,
    ) -> Result<Self> {
        let sheet = workbook.add_worksheet_with_constant_memory().context("no room for the workbook's rows")?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (place, (name, kind)) in columns.iter().enumerate() {
            let column = u16::try_from(place)?;
            sheet.set_column_width(column, width(name, *kind))?;
        }
        for (place, (name, _)) in columns.iter().enumerate() {
            sheet.write_string_with_format(0, u16::try_from(place)?, header(name, spec), &formats.header)?;
        }
        Ok(Sheet { sheet, columns, rows: 0, links: 0 })
    }

    fn row(&mut self, row: &TableRow, links: &Links, formats: &Formats) -> Result<()> {
        self.rows += 1;
        for (place, (name, kind)) in self.columns.iter().enumerate() {
            let (at, column, text) = (self.rows, u16::try_from(place)?, row.at(place));
            if text.is_empty() {
                continue;
            }
            match number(row, name, *kind)? {
                Some(number) => {
                    let format = match kind {
                        Kind::Time => &formats.time,
                        Kind::Day => &formats.day,
                        _ => &formats.number,
                    };
                    self.sheet.write_number_with_format(at, column, number, format)?;
                }
                None => self.text(at, column, name, text, links)?,
            }
        }
        Ok(())
    }

    fn text(&mut self, row: u32, column: u16, name: &str, text: &str, links: &Links) -> Result<()> {
        if name == LINKED
            && self.links < SHEET_LINKS
            && let Some(link) = links.to(text)
        {
            self.links += 1;
            self.sheet.write_url_with_text(row, column, Url::new(link), text)?;
            return Ok(());
        }
        self.sheet.write_string(row, column, text)?;
        Ok(())
    }

    fn finish(self) -> Result<()> {
        let last = u16::try_from(self.columns.len().saturating_sub(1))?;
        self.sheet.autofilter(0, 0, self.rows, last)?;
        Ok(())
    }
}

/// The name of a column as its header shows it. A sheet adds up whatever is selected, so the header
/// of people says that they must not be.
fn header(name: &str, spec: &TableSpec) -> String {
    let unit = spec.place(name).and_then(|place| spec.columns.get(place)).map_or("", |column| column.unit);
    if unit == "people" { format!("{name} (never add up)") } else { name.to_owned() }
}

/// The number that a cell is, where a sheet keeps it exactly.
fn number(row: &TableRow, name: &str, kind: Kind) -> Result<Option<f64>> {
    Ok(match kind {
        Kind::Text => None,
        Kind::Number => row.text(name).parse::<u64>().ok().filter(|count| *count <= EXACT).map(exactly),
        Kind::Time | Kind::Day => {
            let time = row.time(name).ok().flatten().filter(|time| *time >= FIRST_DATE);
            time.map(|time| signed(time) / DAY + DAYS_BEFORE_1970)
        }
    })
}

#[expect(clippy::cast_precision_loss, reason = "checked to be small enough")]
fn exactly(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of four-digit years fit")]
fn signed(time: i64) -> f64 {
    time as f64
}

fn width(name: &str, kind: Kind) -> f64 {
    match (kind, name) {
        (Kind::Time, _) => 19.0,
        (Kind::Day, _) => 11.0,
        (Kind::Number, _) => 11.0,
        (_, "meaning" | "reason" | "policy" | "coverage_gaps" | "chain" | "input") => 48.0,
        (_, "page" | "accounts" | "events" | "text" | "value_masked") => 32.0,
        (_, "finding" | "sample_finding" | "value_fingerprint") => 19.0,
        _ => 18.0,
    }
}
