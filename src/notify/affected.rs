//! Who is affected, from the findings: those that were sent to third parties and are more than a
//! mere shape or a placeholder.

use crate::class::DataClass;
use crate::observation::PersonKey;
use crate::people::links::Links;
use crate::report::escape::terminal_path;
use crate::report::schema;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// How many values of a person are listed.
const VALUES: usize = 20;

/// Classes whose values tell whom to write to.
const NAMING: [DataClass; 8] = [
    DataClass::PostalAddress,
    DataClass::Street,
    DataClass::Email,
    DataClass::Username,
    DataClass::Phone,
    DataClass::FullName,
    DataClass::CustomerId,
    DataClass::NationalId,
];

/// Whom a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// Whom a persona or a row of the watch list names.
    Matched(String),
    /// Who had this key.
    Key(PersonKey),
}

impl Subject {
    pub(super) fn matched(&self) -> &str {
        match self {
            Subject::Matched(name) => name,
            Subject::Key(_) => "",
        }
    }
}

/// What happened to a person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) keys: BTreeSet<PersonKey>,
    pub(super) classes: BTreeSet<DataClass>,
    pub(super) owners: BTreeSet<String>,
    pub(super) sites: BTreeSet<String>,
    pub(super) values: BTreeSet<String>,
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
    pub(super) findings: u64,
}

impl Person {
    fn merge(&mut self, other: Person) {
        self.keys.extend(other.keys);
        self.classes.extend(other.classes);
        self.owners.extend(other.owners);
        self.sites.extend(other.sites);
        let room = VALUES.saturating_sub(self.values.len());
        self.values.extend(other.values.into_iter().take(room));
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        self.findings += other.findings;
    }
}

/// Everybody who is affected.
#[derive(Debug, Default)]
pub(super) struct Affected {
    pub(super) people: BTreeMap<Subject, Person>,
    /// Findings about nobody who can be told apart.
    pub(super) nobodys: u64,
}

/// The columns of findings that are read.
struct Columns {
    site: usize,
    vendor: usize,
    owner: usize,
    class: usize,
    form: usize,
    confidence: usize,
    sent: usize,
    time: usize,
    person: usize,
    matched: usize,
    value: Option<usize>,
}

impl Affected {
    /// Reads them from the ledger's findings.
    pub(super) fn read(ledger: &Path, links: &Links) -> Result<Self> {
        let path = ledger.join(schema::FINDINGS.file);
        let context = || format!("{}: cannot read", terminal_path(&path));
        let own = same_owner(ledger)?;
        let (mut rdr, header) = reader(&path)?;
        let columns = Columns::of(&header).with_context(context)?;
        let mut affected = Affected::default();
        let mut row = csv::StringRecord::new();
        while rdr.read_record(&mut row).with_context(context)? {
            let cell = |place: usize| row.get(place).unwrap_or_default();
            let counts = cell(columns.sent) == "sent"
                && cell(columns.confidence) != "possible"
                && cell(columns.form) != "placeholder"
                && !own.contains(&(cell(columns.site).to_owned(), cell(columns.vendor).to_owned()));
            if counts {
                affected.add(&columns, &row, links);
            }
        }
        affected.fold();
        Ok(affected)
    }

    fn add(&mut self, columns: &Columns, row: &csv::StringRecord, links: &Links) {
        let cell = |place: usize| row.get(place).unwrap_or_default();
        let key = cell(columns.person).parse::<PersonKey>().ok().map(|key| links.person(key));
        let subjects: Vec<Subject> = match (cell(columns.matched), key) {
            ("", None) => {
                self.nobodys += 1;
                return;
            }
            ("", Some(key)) => vec![Subject::Key(key)],
            // A value that several have is a reason to notify them all.
            (matched, _) => matched.split("; ").map(|name| Subject::Matched(name.to_owned())).collect(),
        };
        let time = time_of(cell(columns.time));
        let class = DataClass::ALL.iter().find(|class| class.word() == cell(columns.class)).copied();
        let is_plain = matches!(cell(columns.form), "plain" | "encoded");
        let value = columns.value.map(cell).filter(|value| !value.is_empty() && is_plain);
        let value = value.filter(|_| class.is_some_and(|class| NAMING.contains(&class)));
        let happened = Person {
            keys: key.into_iter().collect(),
            classes: class.into_iter().collect(),
            owners: BTreeSet::from([cell(columns.owner).to_owned()]),
            sites: BTreeSet::from([cell(columns.site).to_owned()]),
            values: value.map(|value| value.trim_start_matches('\'').to_owned()).into_iter().collect(),
            first: time,
            last: time,
            findings: 1,
        };
        for subject in subjects {
            self.people.entry(subject).or_default().merge(happened.clone());
        }
    }

    /// A key that matched exactly one persona or row is that person's in all findings.
    fn fold(&mut self) {
        let mut names: BTreeMap<PersonKey, BTreeSet<Subject>> = BTreeMap::new();
        for (subject, person) in self.people.iter().filter(|(subject, _)| matches!(subject, Subject::Matched(_))) {
            for &key in &person.keys {
                names.entry(key).or_default().insert(subject.clone());
            }
        }
        for (key, subjects) in names {
            let mut subjects = subjects.into_iter();
            if let (Some(subject), None) = (subjects.next(), subjects.next())
                && let Some(person) = self.people.remove(&Subject::Key(key))
            {
                self.people.entry(subject).or_default().merge(person);
            }
        }
    }
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self> {
        let find = |name: &str| header.iter().position(|column| column == name);
        let place = |name: &str| find(name).with_context(|| format!("it has no column {name}"));
        Ok(Columns {
            site: place("site")?,
            vendor: place("vendor")?,
            owner: place("owner")?,
            class: place("data_class")?,
            form: place("form")?,
            confidence: place("confidence")?,
            sent: place("sent")?,
            time: place("time")?,
            person: place("person_key")?,
            matched: place("match")?,
            value: find("value"),
        })
    }
}

/// A time as tables write it, in microseconds since 1970 (UTC).
fn time_of(text: &str) -> Option<i64> {
    let time = text.parse::<jiff::civil::DateTime>().ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok().map(jiff::Timestamp::as_microsecond)
}

/// Sites with vendors that belong to them: sharing inside one group is no disclosure.
fn same_owner(ledger: &Path) -> Result<BTreeSet<(String, String)>> {
    let path = ledger.join(schema::EXPOSURE.file);
    let context = || format!("{}: cannot read", terminal_path(&path));
    let (mut rdr, header) = reader(&path)?;
    let place = |name: &str| header.iter().position(|column| column == name).with_context(context);
    let (site, vendor, purpose) = (place("site")?, place("vendor")?, place("purpose")?);
    let mut own = BTreeSet::new();
    for row in rdr.records() {
        let row = row.with_context(context)?;
        if row.get(purpose) == Some("same owner") {
            own.insert((row.get(site).unwrap_or_default().to_owned(), row.get(vendor).unwrap_or_default().to_owned()));
        }
    }
    Ok(own)
}

/// A table of a ledger, however it is delimited, with its header.
fn reader(path: &Path) -> Result<(csv::Reader<BufReader<File>>, csv::StringRecord)> {
    let context = || format!("{}: cannot read", terminal_path(path));
    let options = crate::merge::csv_options(path.parent().context("a table lies in a ledger")?)?;
    let file = BufReader::with_capacity(1 << 18, File::open(path).with_context(context)?);
    let mut rdr = csv::ReaderBuilder::new().delimiter(options.delimiter.byte()).flexible(true).from_reader(file);
    let header = rdr.headers().with_context(context)?.clone();
    Ok((rdr, header))
}
