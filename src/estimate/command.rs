//! `leakledger estimate`: from the command line to `estimates/NAME/`.

use super::join_rows::{Joiner, Stated};
use super::learn::Proof;
use super::observed::Observed;
use super::population::{self, Panel};
use super::row::Row;
use super::traffic::{self, Traffic};
use super::{period, rounding};
use crate::board::Finished;
use crate::cli::Estimate;
use crate::input_run::InputKind;
use crate::options;
use crate::outcome::Outcome;
use crate::plan::{Plan, Sha256Policy};
use crate::progress::Progress;
use crate::report::beside::Beside;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::escape::{terminal, terminal_path};
use crate::report::manifest::{InputUsed, Manifest};
use crate::report::opened::OpenLedger;
use crate::report::schema;
use crate::report::staging::Existing;
use crate::secret::Secret;
use crate::size::parse_size;
use crate::source::walk;
use crate::visitors::{Agents, Visitors};
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

/// How many rows the summary quotes.
const QUOTED: usize = 4;

/// Runs `leakledger estimate`.
///
/// # Errors
/// When the ledger cannot be opened, an option makes no sense, or a table cannot be written.
pub fn run(arguments: &Estimate) -> Result<Outcome> {
    let stated = stated(arguments)?;
    if arguments.traffic.is_empty() && arguments.population.is_none() && arguments.sampled.is_none() {
        bail!(
            "nothing to estimate from: give the site's own logs with --traffic, a population with --population, or say with --sampled how the record was thinned"
        );
    }
    let ledger = OpenLedger::open(&arguments.ledger)?;
    let observed = Observed::read(&ledger)?;
    let existing = if arguments.force { Existing::Force } else { Existing::Refuse };
    let beside = Beside::create(&ledger, &format!("estimates/{}", arguments.name), existing)?;
    let mut made = Made::default();
    if !arguments.traffic.is_empty() {
        join(arguments, &stated, &ledger, &observed, beside.dir(), &mut made)?;
    } else if let Some(sampled) = stated.sampled {
        made.rows.extend(population::sampled_rows(&observed, sampled, stated.confidence));
    }
    if let Some(population) = arguments.population {
        let persons = arguments.panel_size.map_or_else(|| population::watched(&ledger), |size| Ok(Some(size)))?;
        let panel = persons.map(|persons| Panel { persons, random: arguments.panel_random.clone() });
        made.rows.extend(population::panel_rows(&observed, panel.as_ref(), population, stated.confidence));
    }
    let place = beside.place().join(schema::ESTIMATES.file);
    publish(arguments, &ledger, beside, &mut made)?;
    if !arguments.quiet {
        io::stderr().write_all(summary(&made, &place).as_bytes())?;
    }
    Ok(made.outcome)
}

/// What was made.
struct Made {
    rows: Vec<Row>,
    written: Vec<Written>,
    inputs: Vec<InputUsed>,
    notes: Vec<String>,
    outcome: Outcome,
}

impl Default for Made {
    fn default() -> Self {
        Made { rows: Vec::new(), written: Vec::new(), inputs: Vec::new(), notes: Vec::new(), outcome: Outcome::Done }
    }
}

fn stated(arguments: &Estimate) -> Result<Stated> {
    if !(0.5..1.0).contains(&arguments.confidence) {
        bail!("--confidence: a level lies between 0.5 and 1, such as 0.95");
    }
    if arguments.always.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        bail!("--always: say why the page always sends");
    }
    Ok(Stated {
        period: arguments.period,
        logged_in: arguments.logged_in.as_ref().map(ToString::to_string),
        blocking: arguments.blocking,
        consent: arguments.consent,
        always: arguments.always.clone(),
        cause: arguments.cause.map(Into::into).unwrap_or_default(),
        keys_per_person: arguments.keys_per_person.map(|range| (range.low, range.high)),
        sampled: arguments.sampled,
        confidence: arguments.confidence,
    })
}

/// Joins the proof with the logs.
fn join(
    arguments: &Estimate,
    stated: &Stated,
    ledger: &OpenLedger,
    observed: &Observed,
    dir: &Path,
    made: &mut Made,
) -> Result<()> {
    let proof = Proof::read(ledger)?;
    if proof.loads.is_empty() {
        bail!(
            "{}: the ledger has no test visits to learn from; scan HAR files of visits to the site",
            terminal_path(ledger.dir())
        );
    }
    let plan = plan(arguments, &proof)?;
    let traffic = read(arguments, &arguments.traffic, &plan, dir, made)?;
    let second = if arguments.second_traffic.is_empty() {
        None
    } else {
        if traffic.named_keys() {
            bail!("--second-traffic: a cookie or parameter differs between two records; count by user or by address");
        }
        let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
        let second = read(arguments, &arguments.second_traffic, &plan, temporary.path(), &mut Made::default())?;
        if traffic.days.is_disjoint(&second.days) {
            bail!(
                "--second-traffic: the two records have no day in common; two weeks are not two records of one period"
            );
        }
        Some(second)
    };
    made.notes.push(format!(
        "{} page loads of robots and monitors and {} pages fetched ahead were left out.",
        traffic.automated, traffic.ahead
    ));
    let mut joiner = Joiner::new(&proof, (&traffic, second.as_ref()), observed, stated);
    made.rows.extend(joiner.rows());
    made.written.push(when(&joiner, dir)?);
    Ok(())
}

/// Reads logs, and notes what became of them.
fn read(arguments: &Estimate, paths: &[String], plan: &Plan, dir: &Path, made: &mut Made) -> Result<Traffic> {
    let found = walk::find(paths, None, &[])?;
    let total = found.inputs.iter().map(|given| given.input.size).sum();
    let unreadable = found.unreadable.len();
    let progress = Progress::new(arguments.progress, arguments.quiet, total);
    let secret = Secret::load(&options::key_source(arguments.key.as_deref()))?;
    let (traffic, written) = traffic::read(plan, &secret, found, dir, &progress)?;
    progress.finish();
    made.written.extend(written);
    if unreadable > 0 || traffic.inputs.iter().any(|finished| finished.outcome.is_broken()) {
        made.outcome = Outcome::Incomplete;
    }
    if traffic.inputs.iter().all(|finished| finished.outcome.kind != InputKind::Traffic) {
        bail!("none of the logs could be read; `leakledger formats` lists what can be");
    }
    for Finished { input, outcome } in &traffic.inputs {
        made.inputs.push(crate::ledger::input(&input.name, outcome));
    }
    Ok(traffic)
}

/// Writes when each practice ran.
fn when(joiner: &Joiner<'_>, dir: &Path) -> Result<Written> {
    let mut table = CsvTable::create(dir, &schema::WHEN, CsvOptions::default())?;
    for (site, subject, template) in joiner.history() {
        let (first, last) = (template.days.first().copied(), template.days.last().copied());
        let proven = template.days.len() as u64;
        let between = match (first, last) {
            (Some(first), Some(last)) => u64::from((last - first + 1).unsigned_abs()).saturating_sub(proven),
            _ => 0,
        };
        table.row(&[
            Cell::Text(&site),
            Cell::Text(&subject.owner),
            Cell::Text(&subject.vendor),
            Cell::Text(&subject.class),
            Cell::Text(&template.page),
            Cell::Text(&template.state),
            Cell::day(template.clean_before),
            Cell::day(first),
            Cell::day(last),
            Cell::day(template.clean_after),
            Cell::Count(proven),
            Cell::Count(between),
            Cell::Text(&period::history(&template)),
        ])?;
    }
    table.finish()
}

/// How the logs are read: as scan reads them, with visitors told from robots.
fn plan(arguments: &Estimate, proof: &Proof) -> Result<Plan> {
    Ok(Plan {
        described: options::log_formats(&arguments.log_format)?,
        sites: options::sites(&arguments.site),
        person_key: arguments.person_key.clone(),
        jobs: options::jobs(arguments.jobs),
        memory: usize::try_from(parse_size(&arguments.memory).context("--memory")?)?,
        max_record: MAX_RECORD,
        sha256: Sha256Policy::UpTo(options::SHA256_UP_TO),
        out: arguments.ledger.clone(),
        visitors: Some(Visitors {
            logged_in: arguments.logged_in.clone(),
            sites: proof.sites().into_iter().collect(),
            agents: Agents::shipped()?,
        }),
        ..Plan::default()
    })
}

/// The longest line of a log.
const MAX_RECORD: usize = 16_000_000;

fn publish(arguments: &Estimate, ledger: &OpenLedger, beside: Beside, made: &mut Made) -> Result<()> {
    let mut table = CsvTable::create(beside.dir(), &schema::ESTIMATES, CsvOptions::default())?;
    for row in &made.rows {
        row.write(&mut table)?;
    }
    made.written.push(table.finish()?);
    let specs = [&schema::ESTIMATES, &schema::WHEN, &schema::INPUTS, &schema::REJECTS];
    let own: Vec<_> =
        specs.into_iter().filter(|spec| made.written.iter().any(|table| table.file == spec.file)).collect();
    made.written.push(schema::write_columns(beside.dir(), &own, CsvOptions::default())?);
    let mut manifest = Manifest {
        tables: made.written.clone(),
        inputs: std::mem::take(&mut made.inputs),
        notes: made.notes.clone(),
        ..ledger.derived_manifest()
    };
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            manifest.options.insert(name.to_owned(), value.into());
        }
    };
    set("period", arguments.period.map(period::Period::shown));
    set("logged-in", arguments.logged_in.as_ref().map(ToString::to_string));
    set("blocking", arguments.blocking.map(|rate| rate.to_string()));
    set("consent", arguments.consent.map(|rate| rate.to_string()));
    set("always", arguments.always.clone());
    set("cause", arguments.cause.map(|cause| format!("{cause:?}").to_lowercase()));
    set("population", arguments.population.map(population::Population::shown));
    set("panel-size", arguments.panel_size.map(|size| size.to_string()));
    set("panel-random", arguments.panel_random.clone());
    set("sampled", arguments.sampled.map(|sampled| sampled.to_string()));
    set("keys-per-person", arguments.keys_per_person.map(|range| range.to_string()));
    set("confidence", Some(arguments.confidence.to_string()));
    set("person-key", Some(arguments.person_key.to_string()));
    beside.publish(manifest, None)?;
    Ok(())
}

/// At most fifteen lines: the headline rows, and where the table is.
fn summary(made: &Made, place: &Path) -> String {
    let mut out = String::new();
    let is_headline = |row: &&Row| row.page == super::learn::ANY && row.day.is_none() && !row.in_words.is_empty();
    let mut rows: Vec<&Row> = made.rows.iter().filter(is_headline).collect();
    rows.sort_by_key(|row| {
        let any = |text: &str| text != super::learn::ANY;
        (any(&row.vendor), any(&row.class), !row.period.starts_with("proven"), std::cmp::Reverse(row.figures.high))
    });
    for row in rows.iter().take(QUOTED) {
        let what = format!("{}, {} to {}", row.site, row.class.replace('_', " "), row.vendor);
        let _ = writeln!(out, "{}: {}", terminal(&what), terminal(&row.in_words));
    }
    for note in &made.notes {
        let _ = writeln!(out, "{}", terminal(note));
    }
    let _ = writeln!(out, "{} rows: {}", rounding::grouped(made.rows.len() as u64), terminal_path(place));
    out
}
