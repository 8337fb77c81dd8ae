//! `leakledger people`: whom to notify. One row per affected person, by the row of the watch list
//! where a finding matched one and by the person key elsewhere, with what went to whom and when;
//! or only counts, by a column of the watch list.

mod affected;
mod by;

use crate::cli::People;
use crate::outcome::Outcome;
use crate::people::links::Links;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable};
use crate::report::escape::terminal_path;
use crate::report::hashing::create_private;
use crate::report::table::{Column, TableSpec};
use crate::report::{counts, publish};
use affected::{Affected, Person};
use anyhow::{Context, Result, bail};
use std::io::Write;
use std::path::Path;

/// The list of people.
pub const PEOPLE: TableSpec = TableSpec {
    file: "people.csv",
    one_row_per: "affected person",
    columns: &[
        Column::new(
            "match",
            "text",
            "The persona, or the row of the watch list, whose values were sent; empty where none matched.",
        ),
        Column::new(
            "person_keys",
            "text",
            "The keyed ids under which the person was seen, as in findings.csv; empty where nothing tells people apart.",
        ),
        Column::new("tier", "text", "The gravest tier of the data that was sent."),
        Column::new("data_classes", "text", "The kinds of personal data that were sent."),
        Column::new("owners", "text", "The companies that received them."),
        Column::new("sites", "text", "The websites on which it happened."),
        Column::new("first_seen", "time (UTC)", "When it was seen first; empty where no time was recorded."),
        Column::new("last_seen", "time (UTC)", "When it was seen last; empty where no time was recorded."),
        Column::new("findings", "count", "How many findings there are about the person."),
        Column::new(
            "values",
            "text",
            "Values of this person that were sent in clear (customer number, e-mail, telephone, name, address); empty unless the scan was made with --reveal.",
        ),
    ],
};

/// The counts by a column of the watch list.
pub const PEOPLE_BY: TableSpec = TableSpec {
    file: "people_by.csv",
    one_row_per: "value of a column of the watch list",
    columns: &[
        Column::new(
            "value",
            "text",
            "The value of the column; (unknown) for people whom no row of the watch list names.",
        ),
        Column::new(
            "people",
            "people",
            "Affected people of whom the watch list has this value, each counted once; the rows of this table do add up, because everybody is in one of them.",
        ),
        Column::new("listed", "people", "People on the watch list with this value, affected or not."),
        Column::new("first_seen", "time (UTC)", "When the first of them was affected."),
        Column::new("last_seen", "time (UTC)", "When the last of them was affected."),
    ],
};

/// Runs `leakledger people`.
///
/// # Errors
/// When the ledger is none or is damaged, or the list cannot be written.
pub fn run(arguments: &People) -> Result<Outcome> {
    if !arguments.reveal && arguments.by.is_none() {
        writeln!(
            std::io::stderr(),
            "leakledger: the list names people one by one; say --reveal to write it, or count them with --by COLUMN"
        )?;
        return Ok(Outcome::Usage);
    }
    publish::open(&arguments.ledger)?;
    let links = Links::new(&counts::read_sightings(&arguments.ledger)?);
    let affected = Affected::read(&arguments.ledger, &links)?;
    match (&arguments.by, &arguments.watch_list) {
        (Some(column), Some(list)) => {
            let rows = by::rows(list, column, &affected)?;
            write(arguments, &PEOPLE_BY, |table| rows.iter().try_for_each(|row| table.row(&row.cells())))?;
        }
        _ => write(arguments, &PEOPLE, |table| {
            affected
                .people
                .iter()
                .try_for_each(|(subject, person)| table.row(&cells(subject, person, &Texts::of(person))))
        })?,
    }
    say(&affected)?;
    Ok(if affected.people.is_empty() { Outcome::Nothing } else { Outcome::Done })
}

/// What the list cannot show, since nobody is told apart there.
fn say(affected: &Affected) -> Result<()> {
    let mut err = std::io::stderr();
    writeln!(err, "{} people.", affected.people.len())?;
    if affected.nobodys > 0 {
        writeln!(
            err,
            "{} findings are of nobody who can be told apart: captures are evidence and not people (unless --panel), and logs without addresses name nobody.",
            affected.nobodys
        )?;
    }
    Ok(())
}

/// A person's lists in words.
struct Texts {
    keys: String,
    classes: String,
    owners: String,
    sites: String,
    values: String,
}

impl Texts {
    fn of(person: &Person) -> Self {
        let joined = |texts: &std::collections::BTreeSet<String>| texts.iter().cloned().collect::<Vec<_>>().join("; ");
        let keys: Vec<String> = person.keys.iter().map(ToString::to_string).collect();
        let classes: Vec<&str> = person.classes.iter().map(|class| class.word()).collect();
        Texts {
            keys: keys.join("; "),
            classes: classes.join("; "),
            owners: joined(&person.owners),
            sites: joined(&person.sites),
            values: joined(&person.values),
        }
    }
}

fn cells<'c>(subject: &'c affected::Subject, person: &'c Person, texts: &'c Texts) -> [Cell<'c>; 10] {
    [
        Cell::Text(subject.matched()),
        Cell::Text(&texts.keys),
        Cell::Word(person.classes.first().map_or("", |class| class.tier().word())),
        Cell::Text(&texts.classes),
        Cell::Text(&texts.owners),
        Cell::Text(&texts.sites),
        Cell::time(person.first),
        Cell::time(person.last),
        Cell::Count(person.findings),
        Cell::Text(&texts.values),
    ]
}

/// Writes a table to the file that was named, or to standard output.
fn write(arguments: &People, spec: &TableSpec, fill: impl FnOnce(&mut CsvTable<'_>) -> Result<()>) -> Result<()> {
    let out = &arguments.output;
    let writer: Box<dyn Write + Send> = if out == Path::new("-") {
        Box::new(std::io::stdout())
    } else {
        if out.exists() && !arguments.force {
            bail!("{}: is there already; name another file, or replace it with --force", terminal_path(out));
        }
        Box::new(create_private(out).with_context(|| format!("{}: cannot make the file", terminal_path(out)))?)
    };
    let mut table = CsvTable::to_writer(out.clone(), writer, spec, CsvOptions::default())?;
    fill(&mut table)?;
    table.finish()?;
    Ok(())
}
