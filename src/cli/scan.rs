//! The options of `leakledger scan`, in the groups in which its help shows them.

use super::When;
use crate::class::Tier;
use crate::pages::Page;
use crate::plan::PersonKeySpec;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The main job.
#[derive(Debug, Args)]
pub struct Scan {
    /// Files, folders (with everything below), patterns, or - for standard input
    #[arg(value_name = "PATH", required_unless_present = "files_from")]
    pub paths: Vec<String>,

    /// How inputs are read.
    #[command(flatten)]
    pub input: InputArgs,

    /// Who is a vendor.
    #[command(flatten)]
    pub vendors: VendorArgs,

    /// Whose data is looked for.
    #[command(flatten)]
    pub matching: MatchingArgs,

    /// What is looked for.
    #[command(flatten)]
    pub detection: DetectionArgs,

    /// How people are counted.
    #[command(flatten)]
    pub people: PeopleArgs,

    /// What is written.
    #[command(flatten)]
    pub output: OutputArgs,

    /// How the run goes.
    #[command(flatten)]
    pub run: RunArgs,
}

/// How inputs are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Read more paths from a file, one a line, or from standard input (-)
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<String>,

    /// Take all inputs to be of this format instead of looking at their content
    #[arg(long, value_name = "NAME")]
    pub input_format: Option<String>,

    /// How lines are written, in nginx ($remote_addr …), Apache (%h %l …) or Squid (%>a %ru …) syntax
    ///
    /// The pattern may come with its directive: log_format, LogFormat, logformat. Inputs that are not
    /// written so are recognised as always. Repeat it where the lines of a log are written in several
    /// ways.
    #[arg(long, value_name = "PATTERN")]
    pub log_format: Vec<String>,

    /// Where a field stands in JSON lines: url=/request/url (repeatable)
    ///
    /// Fields: time, client, user, method, url, request, scheme, host, port, path, query, status,
    /// referer, user_agent, cookies, header:NAME, cookie:NAME, body, body_type, response_type,
    /// redirect, verdict, page, app. A pointer without slash is a key of the object itself.
    #[arg(long, value_name = "FIELD=POINTER")]
    pub map: Vec<String>,

    /// The header or column that names the client instead, such as X-Forwarded-For behind a balancer
    #[arg(long, value_name = "NAME")]
    pub client_field: Option<String>,

    /// What the inputs show: test visits, many people's requests, or a site's own visitors
    #[arg(long, value_name = "ROLE")]
    pub role: Option<RoleArg>,

    /// The site that was visited: a domain or a host; overrides what the records say (repeatable)
    #[arg(long, value_name = "HOST|DOMAIN")]
    pub site: Vec<String>,

    /// Leave out records before this time: 2024-07-01, 2024-07-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,

    /// Leave out records from this time on
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// What inputs show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// A test visit, recorded on purpose (HAR)
    Capture,
    /// Outbound requests of many people (a proxy's log)
    Proxy,
    /// A site's own access log
    Origin,
}

/// Who is a vendor.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Vendors")]
pub struct VendorArgs {
    /// Know these vendors, owners or disguised hosts too: a file or folder (repeatable)
    ///
    /// Recognised by content: plain domains, hosts files, filter lists (EasyList, EasyPrivacy,
    /// uBlock), Disconnect services.json and entities.json, DuckDuckGo tds.json and Tracker Radar,
    /// Ghostery TrackerDB, Privacy Badger, CNAME maps, and vendor files in leakledger's own format.
    #[arg(long, value_name = "PATH")]
    pub vendor_list: Vec<PathBuf>,

    /// Know only the vendors of --vendor-list
    #[arg(long)]
    pub no_default_vendors: bool,
}

/// Whose data is looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Detection")]
pub struct MatchingArgs {
    /// Values of test identities: CSV with the header person,kind,value, or TOML (repeatable)
    ///
    /// Every value is looked for in clear, hashed and encoded, in every way in which vendors send
    /// it; the column match of findings.csv names the person.
    #[arg(long, value_name = "FILE")]
    pub persona: Vec<PathBuf>,

    /// People to look for: CSV or Parquet whose header names kinds of data, one person a row
    ///
    /// customer_id, email, phone, first_name, last_name, street, city, region, postal_code and
    /// date_of_birth are known, and any subset will do. The column match of findings.csv names
    /// the row, from 1 below the header.
    #[arg(long, value_name = "FILE")]
    pub watch_list: Option<PathBuf>,
}

/// What is looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Detection")]
pub struct DetectionArgs {
    /// Your own detectors, in TOML; `leakledger detectors check FILE` tries them
    #[arg(long, value_name = "FILE")]
    pub detectors: Option<PathBuf>,

    /// Leave out data that is less sensitive than this: direct, sensitive, linkable, device or context
    #[arg(long, value_name = "TIER", value_parser = tier)]
    pub min_tier: Option<Tier>,
}

/// How people are counted.
#[derive(Debug, Args)]
#[command(next_help_heading = "People")]
pub struct PeopleArgs {
    /// What stands for a person: auto, ip, ip+agent, user, cookie:NAME, param:NAME, header:NAME, input
    #[arg(long, value_name = "KEY", default_value = "auto")]
    pub person_key: PersonKeySpec,

    /// Captures are of different people, each of whom counts
    #[arg(long)]
    pub panel: bool,

    /// Key for person ids and fingerprints: a file of at least 32 bytes, or random for this run only
    ///
    /// Without this option a key in the user's configuration folder is used, which is made on first
    /// use. Ledgers made with the same key can be merged and compared; the key itself is never
    /// written into a ledger.
    #[arg(long, value_name = "FILE|random")]
    pub key: Option<String>,
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// The folder to write the ledger into; - writes exposure.csv to standard output
    #[arg(short, long, value_name = "LEDGER")]
    pub output: PathBuf,

    /// Which files to write
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_value = "csv,parquet,xlsx,html")]
    pub write: Vec<WriteKind>,

    /// Write the found values in clear, into findings.csv only
    #[arg(long)]
    pub reveal: bool,

    /// Leave out every table with a row per person, page load or finding, and the names of inputs: for
    /// tables that leave the house
    #[arg(long, conflicts_with = "reveal")]
    pub aggregate_only: bool,

    /// Hide figures about fewer people than N, and round all others so that no hidden one follows
    /// from them; implies --aggregate-only
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=1_000_000), conflicts_with = "reveal")]
    pub min_people: Option<u64>,

    /// Begin CSV files with a byte order mark, which older Excel needs
    #[arg(long)]
    pub excel_bom: bool,

    /// What separates cells in CSV files: , ; | or tab
    #[arg(long, value_name = "CHAR", default_value = ",")]
    pub csv_delimiter: String,

    /// A name for the case, kept in run.json
    #[arg(long, value_name = "TEXT")]
    pub case: Option<String>,

    /// Who examines, kept in run.json
    #[arg(long, value_name = "TEXT")]
    pub examiner: Option<String>,

    /// Replace a ledger that is already there
    #[arg(long, conflicts_with = "resume")]
    pub force: bool,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WriteKind {
    /// The tables as CSV, which are always written: every other command reads them
    Csv,
    /// The ledger as Parquet, for other programs and for merging
    Parquet,
    /// The tables as a workbook, ledger.xlsx
    Xlsx,
    /// The report, report.html
    Html,
    /// The tables as JSON lines
    Jsonl,
    /// The exposures for code hosts and editors, exposures.sarif
    Sarif,
}

impl WriteKind {
    /// The page that is made from tables, where it is one.
    pub fn page(self) -> Option<Page> {
        match self {
            WriteKind::Csv | WriteKind::Parquet | WriteKind::Sarif => None,
            WriteKind::Xlsx => Some(Page::Xlsx),
            WriteKind::Html => Some(Page::Html),
            WriteKind::Jsonl => Some(Page::Jsonl),
        }
    }
}

/// How the run goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Number of threads [default: one for each core]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,

    /// Memory to aim for, such as 256MB or 1GB
    #[arg(long, value_name = "SIZE", default_value = "256MB")]
    pub memory: String,

    /// The longest record to read, such as 16MB
    #[arg(long, value_name = "SIZE", default_value = "16MB")]
    pub max_record_size: String,

    /// Take the SHA-256 of every input, also of those over 1 GB
    #[arg(long)]
    pub sha256: bool,

    /// Exit with 10 when data of this tier or a graver one goes to a third party: direct, sensitive,
    /// linkable, device or context
    #[arg(long, value_name = "TIER", value_parser = tier)]
    pub fail_on: Option<Tier>,

    /// What --fail-on lets pass, with reasons and expiry dates (TOML); the tables show it all the same
    #[arg(long, value_name = "FILE")]
    pub allow: Option<PathBuf>,

    /// Continue a scan that was interrupted, with the same inputs and options
    ///
    /// What was finished is kept; inputs that were being read are read again. Where nothing was
    /// interrupted the scan simply begins.
    #[arg(long)]
    pub resume: bool,

    /// Read options from a TOML file, by the names that they have here; typed ones win
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Bytes per batch; results do not depend on it
    #[arg(long, value_name = "N", hide = true)]
    pub batch_bytes: Option<usize>,

    /// A checkpoint is made when this many bytes were read; results do not depend on it
    #[arg(long, value_name = "N", hide = true)]
    pub checkpoint_bytes: Option<u64>,

    /// When to show a progress bar
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub progress: When,

    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say what became of every input as soon as it is finished
    #[arg(short, long)]
    pub verbose: bool,
}

fn tier(word: &str) -> Result<Tier, String> {
    Tier::parse(word).ok_or_else(|| "expected direct, sensitive, linkable, device or context".to_owned())
}
