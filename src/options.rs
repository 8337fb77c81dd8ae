//! From the command line to the plan of a scan, with what other commands read by the same rules.

use crate::aggregate::Aggregate;
use crate::checkpoint::STAGE_BYTES;
use crate::class::Tier;
use crate::cli::{InputArgs, OutputArgs, RoleArg, Scan};
use crate::format::{self, Format};
use crate::patterns::{self, CustomDetectors};
use crate::plan::{Plan, Sha256Policy};
use crate::record::Role;
use crate::report::csv_table::CsvOptions;
use crate::report::escape;
use crate::report::row_encoder::Delimiter;
use crate::secret::KeySource;
use crate::size::{parse_size, parse_time};
use anyhow::{Context, Result, anyhow, bail};
use std::num::NonZeroUsize;

/// Files of up to 1 GB are hashed with SHA-256 while they are read.
pub const SHA256_UP_TO: u64 = 1_000_000_000;

/// Checks and resolves what the user asked a scan for.
///
/// # Errors
/// When an option cannot be understood, or the user's detectors do not do what their examples say.
pub fn plan(arguments: &Scan) -> Result<Plan> {
    let input = &arguments.input;
    let format = input.input_format.as_deref().map(format_named).transpose()?;
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
        sites: sites(&input.site),
        since: input.since.as_deref().map(parse_time).transpose().context("--since")?,
        until: input.until.as_deref().map(parse_time).transpose().context("--until")?,
        personas: arguments.matching.persona.clone(),
        watch_list: arguments.matching.watch_list.clone(),
        detectors: detectors(arguments)?,
        min_tier: arguments.detection.min_tier.unwrap_or(Tier::Context),
        person_key: arguments.people.person_key.clone(),
        panel: arguments.people.panel || arguments.people.person_key == crate::plan::PersonKeySpec::Input,
        reveal: arguments.output.reveal,
        jobs: jobs(arguments.run.jobs),
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
fn described(input: &InputArgs, role: Option<Role>) -> Result<Vec<&'static dyn Format>> {
    let mut formats = log_formats(&input.log_format)?;
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

fn format_named(name: &str) -> Result<&'static dyn Format> {
    match format::named(name) {
        Some(format) => Ok(format),
        None => bail!("--input-format {}: no such format; `leakledger formats` lists them", escape::terminal(name)),
    }
}

/// Where the key of person ids comes from.
pub fn key_source(key: Option<&str>) -> KeySource {
    match key {
        None => KeySource::User,
        Some("random") => KeySource::Random,
        Some(path) => KeySource::File(path.into()),
    }
}

/// How many threads there are: one for each core unless the user says otherwise.
pub fn jobs(wanted: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    wanted.unwrap_or_else(cores).clamp(1, 1024)
}

/// The sites that the user named, as hosts are compared.
pub fn sites(named: &[String]) -> Vec<String> {
    named.iter().map(|site| site.trim_matches('.').to_ascii_lowercase()).collect()
}

/// The format that `--log-format` describes.
///
/// # Errors
/// When a pattern cannot be understood.
pub fn log_formats(patterns: &[String]) -> Result<Vec<&'static dyn Format>> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![format::described(patterns).map_err(|err| anyhow!("--log-format: {err}"))?])
}
