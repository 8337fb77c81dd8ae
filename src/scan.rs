//! The scan: from the command line to a published ledger.

use crate::aggregate;
use crate::board::{Division, Finished};
use crate::checkpoint::Identity;
use crate::cli::{Scan, WriteKind};
use crate::gate::allow::AllowList;
use crate::gate::{self, Verdict};
use crate::input_run::InputKind;
use crate::interrupt::Interrupt;
use crate::knowledge::Knowledge;
use crate::lists;
use crate::matching::people::{self, People};
use crate::outcome::Outcome;
use crate::pages;
use crate::pages::source::Source;
use crate::people::links::Sightings;
use crate::pipeline;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::report::csv_table::Written;
use crate::report::ledger_state::{LedgerState, STAGING, read_state};
use crate::report::manifest::{ListUsed, Manifest};
use crate::report::opened::Table;
use crate::report::staging::{Existing, Staging};
use crate::report::{escape, publish, schema};
use crate::run::Run;
use crate::secret::Secret;
use crate::source::content::Meter;
use crate::source::pool::Pool;
use crate::source::walk::{self, Found};
use crate::spill::Store;
use crate::stages::{self, Worked};
use crate::symbols::{SymbolCache, Symbols};
use crate::tables::write::{Output, write_counts};
use crate::texts::Texts;
use crate::{ledger, options, summary, tables};
use anyhow::{Context, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Runs `leakledger scan`.
///
/// # Errors
/// When the plan is impossible, or the ledger cannot be written.
pub fn run(arguments: &Scan) -> Result<Outcome> {
    let plan = options::plan(arguments)?;
    let allow = read_allow(arguments.run.allow.as_deref())?;
    let secret = Secret::load(&options::key_source(arguments.people.key.as_deref()))?;
    let (knowledge, vendor_lists) =
        lists::knowledge(&arguments.vendors.vendor_list, !arguments.vendors.no_default_vendors)?;
    let (people, people_lists) = people::load(&plan.personas, plan.watch_list.as_deref(), &secret)?;
    let started = SystemTime::now();
    let to_stdout = plan.out == Path::new("-");
    // Tables that go to standard output are made in a folder of their own all the same.
    let temporary = if to_stdout { Some(tempfile::tempdir().context("cannot make a temporary folder")?) } else { None };
    let out = temporary.as_ref().map_or_else(|| plan.out.clone(), |dir| dir.path().join("ledger"));
    if plan.resume && is_complete(&out)? {
        say(
            arguments,
            &format!("{}: is complete already; there is nothing to continue.", escape::terminal_path(&out)),
        )?;
        return Ok(Outcome::Done);
    }
    let existing = match (arguments.output.force, plan.resume) {
        (true, _) => Existing::Force,
        (false, true) => Existing::Resume,
        (false, false) => Existing::Refuse,
    };
    let staging = Staging::create(&out, existing)?;
    let skip: Vec<PathBuf> = out.canonicalize().into_iter().collect();
    let found = walk::find(&arguments.paths, arguments.input.files_from.as_deref(), &skip)?;
    if found.inputs.is_empty() && found.unreadable.is_empty() {
        return Ok(Outcome::Nothing);
    }
    // What the manifest says of the program takes a moment, which the scan need not wait for.
    let _ = pipeline::aside("program", || drop(ledger::tool()));
    let used = ledger::lists(people_lists, &vendor_lists, &plan);
    let identity = ledger::identity(arguments, &plan, &secret, &used);
    // A scan that is interrupted while tables are reduced must find them whole.
    let tables = if plan.aggregate.is_some() { staging.unpublished()? } else { staging.dir().to_owned() };
    let dirs = (staging.work(), &*tables);
    let mut scanned = work(arguments, &plan, (&knowledge, &people), (&secret, &identity), found, dirs)?;
    let outcome = scanned.outcome();
    let summary = summary::text(&scanned, &plan, &arguments.output.write);
    if let Some(how) = plan.aggregate {
        scanned.written = aggregate::reduce(&tables, staging.dir(), &scanned.written, how, plan.csv)?;
        scanned.inputs.iter_mut().enumerate().for_each(|(n, finished)| finished.input.name = aggregate::input_name(n));
    }
    let mut manifest = ledger::manifest(&plan, &secret, used, &scanned);
    manifest.lists.extend(allow.used.clone());
    let verdict = write_pages(arguments, &staging, &mut manifest, &allow.list, to_stdout)?;
    staging.publish(manifest, &ledger::run(arguments, &plan, started))?;
    if to_stdout {
        print_exposure(&out, arguments.output.write.contains(&WriteKind::Jsonl))?;
    }
    say(arguments, summary.trim_end())?;
    verdict.lines.iter().try_for_each(|line| say(arguments, &escape::terminal(line)))?;
    // Giving them back piece by piece takes up to a hundredth of a second; the system takes them at once.
    std::mem::forget((knowledge, people));
    Ok(if verdict.failing > 0 { Outcome::Reached } else { outcome })
}

/// Whether there is a ledger and no scan that would replace it, once what was half done is finished.
fn is_complete(out: &Path) -> Result<bool> {
    publish::recover(out)?;
    Ok(read_state(out)? == LedgerState::Ledger && !out.join(STAGING).exists())
}

/// The allow list that the user named.
#[derive(Default)]
struct Allow {
    list: AllowList,
    used: Option<ListUsed>,
}

fn read_allow(path: Option<&Path>) -> Result<Allow> {
    let Some(path) = path else { return Ok(Allow::default()) };
    let shown = escape::terminal_path(path);
    let text = std::fs::read_to_string(path).with_context(|| format!("--allow {shown}: cannot read"))?;
    let list = AllowList::parse(&text, today()).with_context(|| format!("--allow {shown}"))?;
    let used = ListUsed {
        kind: "allow list".to_owned(),
        path: path.to_string_lossy().into_owned(),
        entries: list.len() as u64,
        sha256: crate::report::hashing::sha256(text.as_bytes()),
        ..ListUsed::default()
    };
    Ok(Allow { list, used: Some(used) })
}

/// The day in UTC.
fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Makes what is made from tables, and holds the exposures against `--fail-on`.
fn write_pages(
    arguments: &Scan,
    staging: &Staging,
    manifest: &mut Manifest,
    allowed: &AllowList,
    to_stdout: bool,
) -> Result<Verdict> {
    let output = &arguments.output;
    let source = Source::new(staging.dir(), manifest, output.case.as_deref(), output.examiner.as_deref());
    let verdict = gate::judge(&source, arguments.run.fail_on, allowed)?;
    if !to_stdout {
        let jobs = options::jobs(arguments.run.jobs);
        let written = pages::write_kinds(&source, staging.dir(), &output.write, allowed, jobs)?;
        manifest.tables.extend(written);
    }
    Ok(verdict)
}

/// Copies the main table to standard output.
fn print_exposure(ledger: &Path, as_jsonl: bool) -> Result<()> {
    let path = ledger.join(schema::EXPOSURE.file);
    let mut out = std::io::stdout().lock();
    if as_jsonl {
        pages::jsonl::lines(Table::open(&path)?, schema::EXPOSURE.file, &mut out)?;
    } else {
        std::io::copy(&mut std::fs::File::open(&path).context("cannot read the table again")?, &mut out)?;
    }
    Ok(())
}

/// Writes to standard error, unless the user wants to hear nothing.
fn say(arguments: &Scan, text: &str) -> Result<()> {
    if !arguments.run.quiet {
        writeln!(std::io::stderr(), "{text}")?;
    }
    Ok(())
}

/// What a scan left behind.
pub struct Scanned {
    /// What became of every input, in order.
    pub inputs: Vec<Finished>,
    /// The files that were written.
    pub written: Vec<Written>,
    /// Paths that could not be looked at.
    pub unreadable: Vec<walk::Unreadable>,
    /// The worst exposures.
    pub worst: summary::Worst,
    /// Whether only the user's own vendor lists were used.
    pub no_default_vendors: bool,
    /// Whether keys of one person could be linked.
    pub is_linked: bool,
}

impl Scanned {
    /// How the run ended.
    pub fn outcome(&self) -> Outcome {
        if self.inputs.iter().all(|finished| finished.outcome.kind != InputKind::Traffic) {
            return Outcome::Nothing;
        }
        if !self.unreadable.is_empty() || self.inputs.iter().any(|finished| finished.outcome.is_broken()) {
            return Outcome::Incomplete;
        }
        Outcome::Done
    }
}

/// Reads everything and writes the tables, with intermediate files in `work`.
fn work(
    arguments: &Scan,
    plan: &Plan,
    (knowledge, people): (&Knowledge, &People),
    (secret, identity): (&Secret, &Identity),
    found: Found,
    (work, dir): (&Path, &Path),
) -> Result<Scanned> {
    let symbols = Symbols::default();
    let total = found.inputs.iter().map(|given| given.input.size).sum();
    let progress = Progress::new(arguments.run.progress, arguments.run.quiet, total);
    let meter = Meter::default();
    let on_progress = || progress.reach(meter.total());
    let store = Store::new(plan.observation_memory(), work.join("observations"));
    let texts = if plan.resume { Texts::resume(work, &symbols)? } else { Texts::begin(work)? };
    let run = Run {
        plan,
        knowledge,
        people,
        symbols: &symbols,
        secret,
        store,
        pool: Pool::default(),
        texts: Some(texts),
        work: work.to_owned(),
        meter: meter.clone(),
        on_progress: &on_progress,
    };
    let division =
        Division { window: plan.jobs + 2, stage_bytes: plan.checkpoint_bytes, interrupt: Interrupt::listen()? };
    let watch = |finished: &Finished| {
        if arguments.run.verbose {
            progress.say(&summary::of_input(finished));
        }
    };
    let Worked { counts: cells, inputs, mut sink } = stages::run(&run, dir, identity, found.inputs, division, &watch)?;
    progress.finish();
    sink.reject_unread(&inputs, &found.unreadable)?;
    let mut written = Vec::from(sink.finish()?);
    written.push(tables::inputs::write(dir, &inputs, plan.csv)?);
    let sightings = Sightings::of_all(inputs.iter().map(|finished| &*finished.outcome.sightings));
    let output = Output { kinds: &arguments.output.write, csv: plan.csv, reveal: plan.reveal, dir, jobs: plan.jobs };
    let cells = cells.sorted(&run.store, &SymbolCache::new(&symbols));
    let worst = write_counts(&output, knowledge, &symbols, &cells, &sightings, &mut written)?;
    Ok(Scanned {
        inputs,
        written,
        unreadable: found.unreadable,
        worst,
        no_default_vendors: arguments.vendors.no_default_vendors,
        is_linked: !sightings.is_full(),
    })
}
