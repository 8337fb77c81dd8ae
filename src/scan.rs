//! The scan: from the command line to a published ledger.

use crate::aggregate::{self, Aggregate};
use crate::board::{Division, Finished};
use crate::checkpoint::{Identity, STAGE_BYTES};
use crate::class::Tier;
use crate::cli::{InputArgs, OutputArgs, RoleArg, Scan, WriteKind};
use crate::gate::allow::AllowList;
use crate::gate::{self, Verdict};
use crate::input_run::InputKind;
use crate::interrupt::Interrupt;
use crate::knowledge::Knowledge;
use crate::lists::{self, List};
use crate::matching::people::{self, People};
use crate::outcome::Outcome;
use crate::pages::source::Source;
use crate::pages::{self, Page};
use crate::patterns::{self, CustomDetectors};
use crate::people::links::Sightings;
use crate::plan::{Plan, Sha256Policy};
use crate::progress::Progress;
use crate::record::Role;
use crate::report::csv_table::{CsvOptions, Written};
use crate::report::ledger_state::{LedgerState, STAGING, read_state};
use crate::report::manifest::{ListUsed, Manifest};
use crate::report::opened::Table;
use crate::report::row_encoder::Delimiter;
use crate::report::staging::{Existing, Staging};
use crate::report::{escape, schema};
use crate::run::Run;
use crate::secret::{KeySource, Secret};
use crate::size::{parse_size, parse_time};
use crate::source::content::Meter;
use crate::source::walk::{self, Found};
use crate::spill::Store;
use crate::stages::{self, Worked};
use crate::symbols::{SymbolCache, Symbols};
use crate::tables::write::{Output, write_counts};
use crate::{format, ledger, summary, tables};
use anyhow::{Context, Result, anyhow, bail};
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files up to this size are hashed with SHA-256 while they are read.
const SHA256_UP_TO: u64 = 1 << 30;

/// What share of the memory goal observations may take before they spill.
const OBSERVATION_SHARE: usize = 4;

/// Runs `leakledger scan`.
///
/// # Errors
/// When the plan is impossible, or the ledger cannot be written.
pub fn run(arguments: &Scan) -> Result<Outcome> {
    let plan = plan(arguments)?;
    let allow = read_allow(arguments.run.allow.as_deref())?;
    let secret = Secret::load(&key_source(arguments))?;
    let (knowledge, lists) = lists::knowledge(&arguments.vendors.vendor_list, !arguments.vendors.no_default_vendors)?;
    let (people, people_lists) = people::load(&plan.personas, plan.watch_list.as_deref(), &secret)?;
    let started = SystemTime::now();
    let to_stdout = plan.out == Path::new("-");
    // Tables that go to standard output are made in a folder of their own all the same.
    let temporary = if to_stdout { Some(tempfile::tempdir().context("cannot make a temporary folder")?) } else { None };
    let out = temporary.as_ref().map_or_else(|| plan.out.clone(), |dir| dir.path().join("ledger"));
    if plan.resume && read_state(&out)? == LedgerState::Ledger && !out.join(STAGING).exists() {
        say(arguments, &format!("{}: is complete already; there is nothing to continue.", out.display()))?;
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
    let digests =
        lists.iter().map(|list| list.sha256.clone()).chain(people_lists.iter().map(|list| list.sha256.clone()));
    let identity = ledger::identity(arguments, &plan, &secret, digests.collect());
    let scanned = work(arguments, &plan, (&knowledge, &people), (&secret, &identity), found, &staging)?;
    let mut scanned = Scanned { lists, ..scanned };
    let outcome = scanned.outcome();
    let summary = summary::text(&scanned, &plan, &arguments.output.write);
    if let Some(how) = plan.aggregate {
        aggregate::reduce(staging.dir(), &mut scanned.written, how, plan.csv)?;
        scanned.inputs.iter_mut().enumerate().for_each(|(n, finished)| finished.input.name = aggregate::input_name(n));
    }
    let mut manifest = ledger::manifest(&plan, &secret, people_lists, &scanned);
    manifest.lists.extend(allow.used.clone());
    let verdict = write_pages(arguments, &staging, &mut manifest, &allow.list, to_stdout)?;
    staging.publish(manifest, &ledger::run(arguments, &plan, started))?;
    if to_stdout {
        print_exposure(&out, arguments.output.write.contains(&WriteKind::Jsonl))?;
    }
    say(arguments, summary.trim_end())?;
    verdict.lines.iter().try_for_each(|line| say(arguments, &escape::terminal(line)))?;
    Ok(if verdict.failing > 0 { Outcome::Reached } else { outcome })
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
    let mut written = Vec::new();
    if !to_stdout {
        let pages: Vec<Page> = output.write.iter().filter_map(|kind| kind.page()).collect();
        written = pages::write(&source, staging.dir(), &pages)?;
        if output.write.contains(&WriteKind::Sarif) {
            written.push(gate::sarif::write(&source, staging.dir(), allowed)?);
        }
    }
    manifest.tables.extend(written);
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
    /// The worst exposures, as sentences.
    pub worst: Vec<summary::Exposure>,
    /// The user's vendor lists.
    pub lists: Vec<List>,
    /// Whether only those were used.
    pub no_default_vendors: bool,
    /// Whether keys of one person could be linked.
    pub is_linked: bool,
}

impl Scanned {
    /// How the run ended.
    pub fn outcome(&self) -> Outcome {
        let broken = |finished: &Finished| !finished.outcome.trouble.is_empty() || finished.outcome.rejected > 0;
        if self.inputs.iter().all(|finished| finished.outcome.kind != InputKind::Traffic) {
            return Outcome::Nothing;
        }
        if !self.unreadable.is_empty() || self.inputs.iter().any(broken) {
            return Outcome::Incomplete;
        }
        Outcome::Done
    }
}

/// Reads everything and writes the tables.
fn work(
    arguments: &Scan,
    plan: &Plan,
    (knowledge, people): (&Knowledge, &People),
    (secret, identity): (&Secret, &Identity),
    found: Found,
    staging: &Staging,
) -> Result<Scanned> {
    let dir = staging.dir();
    let symbols = Symbols::default();
    let total = found.inputs.iter().map(|given| given.input.size).sum();
    let progress = Progress::new(arguments.run.progress, arguments.run.quiet, total);
    let meter = Meter::default();
    let on_progress = || progress.reach(meter.total());
    let store = Store::new(plan.memory / OBSERVATION_SHARE, staging.work().join("observations"));
    let run = Run {
        plan,
        knowledge,
        people,
        symbols: &symbols,
        secret,
        store,
        work: staging.work().to_owned(),
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
    let Worked { counts: cells, inputs, mut sink } =
        stages::run(&run, staging, identity, found.inputs, division, &watch)?;
    progress.finish();
    for Finished { input, outcome } in inputs.iter().filter(|finished| !finished.outcome.trouble.is_empty()) {
        sink.reject_input(&input.name, &outcome.trouble)?;
    }
    for path in &found.unreadable {
        sink.reject_input(&path.name, &path.reason)?;
    }
    let mut written = Vec::from(sink.finish()?);
    written.push(tables::inputs::write(dir, &inputs, plan.csv)?);
    let sightings = sightings(&inputs);
    let output = Output { kinds: &arguments.output.write, csv: plan.csv, reveal: plan.reveal, dir };
    let symbols = SymbolCache::new(&symbols);
    let worst = write_counts(&output, knowledge, &symbols, cells, &sightings, &mut written)?;
    Ok(Scanned {
        inputs,
        written,
        unreadable: found.unreadable,
        worst,
        lists: Vec::new(),
        no_default_vendors: arguments.vendors.no_default_vendors,
        is_linked: !sightings.is_full(),
    })
}

/// What all inputs together show of people's keys.
fn sightings(inputs: &[Finished]) -> Sightings {
    let mut sightings = Sightings::default();
    inputs.iter().for_each(|finished| sightings.merge(&finished.outcome.sightings));
    sightings
}

fn key_source(arguments: &Scan) -> KeySource {
    match arguments.people.key.as_deref() {
        None => KeySource::User,
        Some("random") => KeySource::Random,
        Some(path) => KeySource::File(path.into()),
    }
}

/// Checks and resolves the command line.
fn plan(arguments: &Scan) -> Result<Plan> {
    let input = &arguments.input;
    let format = input.input_format.as_deref().map(format_named).transpose()?;
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let max_record = parse_size(&arguments.run.max_record_size).context("--max-record-size")?;
    let role = input.role.map(|role| match role {
        RoleArg::Capture => Role::Capture,
        RoleArg::Proxy => Role::Proxy,
        RoleArg::Origin => Role::Origin,
    });
    Ok(Plan {
        format,
        described: described(input, role)?,
        client_field: input.client_field.as_ref().map(|name| name.to_ascii_lowercase()),
        role,
        sites: input.site.iter().map(|site| site.trim_matches('.').to_ascii_lowercase()).collect(),
        since: input.since.as_deref().map(parse_time).transpose().context("--since")?,
        until: input.until.as_deref().map(parse_time).transpose().context("--until")?,
        personas: arguments.matching.persona.clone(),
        watch_list: arguments.matching.watch_list.clone(),
        detectors: detectors(arguments)?,
        min_tier: arguments.detection.min_tier.unwrap_or(Tier::Context),
        person_key: arguments.people.person_key.clone(),
        panel: arguments.people.panel || arguments.people.person_key == crate::plan::PersonKeySpec::Input,
        reveal: arguments.output.reveal,
        jobs: arguments.run.jobs.unwrap_or(cores).clamp(1, 1024),
        memory: usize::try_from(parse_size(&arguments.run.memory).context("--memory")?)?,
        max_record: usize::try_from(max_record)?,
        batch_bytes: arguments.run.batch_bytes.unwrap_or(crate::source::batches::BATCH_BYTES),
        checkpoint_bytes: arguments.run.checkpoint_bytes.unwrap_or(STAGE_BYTES),
        resume: arguments.run.resume,
        sha256: if arguments.run.sha256 { Sha256Policy::Always } else { Sha256Policy::UpTo(SHA256_UP_TO) },
        csv: CsvOptions {
            delimiter: Delimiter::parse(&arguments.output.csv_delimiter)?,
            bom: arguments.output.excel_bom,
        },
        aggregate: aggregate(&arguments.output),
        out: arguments.output.output.clone(),
        visitors: None,
    })
}

/// The formats that `--log-format` and `--map` describe.
fn described(input: &InputArgs, role: Option<Role>) -> Result<Vec<&'static dyn format::Format>> {
    let mut formats = Vec::new();
    if !input.log_format.is_empty() {
        formats.push(format::described(&input.log_format).map_err(|err| anyhow!("--log-format: {err}"))?);
    }
    if !input.map.is_empty() {
        let role = role.unwrap_or(Role::Origin);
        formats.push(format::mapped(&input.map, role).map_err(|err| anyhow!("--map {err}"))?);
    }
    Ok(formats)
}

fn aggregate(output: &OutputArgs) -> Option<Aggregate> {
    let is_wanted = output.aggregate_only || output.min_people.is_some();
    is_wanted.then(|| Aggregate { min_people: output.min_people.unwrap_or(0) })
}

/// The user's own detectors; those that do not do what their examples say are refused.
fn detectors(arguments: &Scan) -> Result<CustomDetectors> {
    let Some(path) = &arguments.detection.detectors else { return Ok(CustomDetectors::default()) };
    let detectors = CustomDetectors::load(path).context("--detectors")?;
    if let Some(problem) = patterns::check_custom(&detectors).problems.first() {
        bail!("--detectors: {problem}; `leakledger detectors check FILE` tells all");
    }
    Ok(detectors)
}

fn format_named(name: &str) -> Result<&'static dyn format::Format> {
    match format::named(name) {
        Some(format) => Ok(format),
        None => bail!("--input-format {}: no such format; `leakledger formats` lists them", escape::terminal(name)),
    }
}
