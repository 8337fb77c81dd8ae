//! The first sheet: what the workbook is, from which inputs it was made, and what it cannot show.

use super::sheet::{Formats, SheetPlan};
use crate::pages::facts::Facts;
use crate::pages::html::story;
use crate::pages::source::Source;
use crate::pages::words::{counted, number};
use crate::report::escape::terminal;
use anyhow::Result;
use rust_xlsxwriter::{Format, Url, Worksheet};

/// The most inputs that the sheet lists; the sheet `inputs` has all.
const INPUTS: usize = 100;

/// Writes the sheet.
pub(super) fn write(
    sheet: &mut Worksheet,
    source: &Source<'_>,
    facts: &Facts,
    plans: &[SheetPlan],
    formats: &Formats,
) -> Result<()> {
    sheet.set_name("about")?.set_column_width(0, 34)?.set_column_width(1, 100)?;
    let mut page = Lines { sheet, formats, row: 0 };
    page.line("leakledger: personal data sent to companies", "", &formats.title)?;
    page.wrapped("In short", &story::paragraph(facts).join(" "))?;
    for (name, text) in [("Case", &source.case), ("Examiner", &source.examiner)] {
        if !text.is_empty() {
            page.wrapped(name, text)?;
        }
    }
    let tool = &source.manifest.tool;
    page.wrapped("Made with", &terminal(&format!("{} {}", tool.name, tool.version)))?;
    page.heading("How to read it")?;
    for (name, text) in story::LIMITS {
        page.wrapped(name, text)?;
    }
    page.heading("Sheets")?;
    for plan in plans {
        let rows = format!("one row per {}; {}", plan.spec.one_row_per, counted(plan.rows, "row", "rows"));
        let split = match plan.sheets() {
            1 => String::new(),
            sheets => format!(
                "; a sheet holds {} rows, so the table goes on in {sheets} sheets (the CSV file is whole)",
                number(plan.rows_per_sheet + 1)
            ),
        };
        page.link(&plan.name(0), &format!("{rows}{split}"))?;
    }
    gaps(&mut page, facts)?;
    inputs(&mut page, facts)
}

fn gaps(page: &mut Lines<'_>, facts: &Facts) -> Result<()> {
    let coverage = &facts.coverage;
    page.heading("What could not be seen")?;
    let unread = coverage.inputs_total - coverage.inputs_read;
    page.wrapped("Inputs not read", &format!("{} of {}", number(unread), number(coverage.inputs_total)))?;
    page.wrapped("Records not read", &format!("{} (sheet rejects)", number(coverage.rejected)))?;
    for gap in &coverage.gaps {
        let inputs = counted(gap.inputs, "input", "inputs");
        page.wrapped(&format!("{} ({inputs})", gap.word), &format!("{}: {}", gap.meaning, gap.follows))?;
    }
    Ok(())
}

fn inputs(page: &mut Lines<'_>, facts: &Facts) -> Result<()> {
    let coverage = &facts.coverage;
    page.heading("Inputs")?;
    for input in coverage.inputs.iter().take(INPUTS) {
        let read =
            if input.role.is_empty() { "not read".to_owned() } else { format!("{} ({})", input.role, input.format) };
        let hash = match (input.sha256.as_str(), input.blake3.as_str()) {
            ("", "") => String::new(),
            ("", blake3) => format!(", BLAKE3 {blake3}"),
            (sha256, _) => format!(", SHA-256 {sha256}"),
        };
        page.wrapped(&input.name, &format!("{read}, {}{hash}", counted(input.records, "record", "records")))?;
    }
    let more = coverage.inputs_total.saturating_sub(INPUTS.min(coverage.inputs.len()) as u64);
    if more > 0 {
        page.wrapped("", &format!("and {}: see the sheet inputs", counted(more, "more", "more")))?;
    }
    Ok(())
}

/// Lines of two cells.
struct Lines<'l> {
    sheet: &'l mut Worksheet,
    formats: &'l Formats,
    row: u32,
}

impl Lines<'_> {
    fn line(&mut self, name: &str, text: &str, format: &Format) -> Result<()> {
        self.sheet.write_string_with_format(self.row, 0, name, format)?;
        self.sheet.write_string_with_format(self.row, 1, text, format)?;
        self.row += 1;
        Ok(())
    }

    fn wrapped(&mut self, name: &str, text: &str) -> Result<()> {
        let format = &self.formats.wrapped;
        self.line(name, text, format)
    }

    fn heading(&mut self, name: &str) -> Result<()> {
        self.row += 1;
        let format = &self.formats.heading;
        self.line(name, "", format)
    }

    fn link(&mut self, sheet: &str, text: &str) -> Result<()> {
        let url = Url::new(format!("internal:'{sheet}'!A1"));
        self.sheet.write_url_with_options(self.row, 0, url, sheet, "", Some(&self.formats.link))?;
        self.sheet.write_string_with_format(self.row, 1, text, &self.formats.wrapped)?;
        self.row += 1;
        Ok(())
    }
}
