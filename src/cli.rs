//! The command line, exactly as typed. Nothing is decided here: `plan` checks and resolves.

mod ledger;

pub use ledger::{Explain, ExplainKind, PageKind, Report, Verify};

use crate::class::Tier;
use crate::estimate::join::Cause;
use crate::estimate::period::Period;
use crate::estimate::population::Population;
use crate::estimate::rate::{KeysPerPerson, Rate};
use crate::estimate::sampling::Sampled;
use crate::pages::Page;
use crate::plan::PersonKeySpec;
use crate::visitors::LoggedIn;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Finds which personal data a website sent to which company, and counts the people affected.
///
/// leakledger reads recorded web traffic (HAR files, proxy logs, access logs) and writes tables
/// that a spreadsheet opens: what went to whom, from which pages, by which route, with evidence
/// for every finding. It never uses the network.
#[derive(Debug, Parser)]
#[command(name = "leakledger", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read recorded traffic and write the ledger
    Scan(Box<Scan>),
    /// Show, look up and check vendors: who receives a request and what its parameters mean
    Vendors(Vendors),
    /// Combine ledgers of many machines or days into one
    Merge(Merge),
    /// List the people whose data went to third parties, to notify them
    People(People),
    /// Write the report and the workbook of a ledger anew, with the estimates made since
    Report(Report),
    /// Show the evidence of one finding, step by step
    Explain(Explain),
    /// Check that a ledger, its inputs, lists and tool are still what its manifest says
    Verify(Verify),
    /// Estimate how many people were affected, from the site's own logs or a panel
    Estimate(Box<Estimate>),
    /// Compare two ledgers: did the practice stop, what is new?
    Compare(Compare),
    /// Show the personal-data detectors, check them, try them on a text
    Detectors(Detectors),
    /// Show what can be read and how it is recognised
    Formats,
    /// Print shell completions
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// The vendor knowledge base and the user's lists.
#[derive(Debug, Args)]
pub struct Vendors {
    /// What to do with them.
    #[command(subcommand)]
    pub command: VendorsCommand,
}

/// What to do with the vendors.
#[derive(Debug, Subcommand)]
pub enum VendorsCommand {
    /// Show every known host with its vendor, owner and purpose
    List(ListVendors),
    /// Explain who receives a request: vendor, owner, account, event, and what each parameter means
    Lookup(LookupVendor),
    /// Check lists and vendor files: that they can be read and that their examples hold
    Check(CheckVendors),
}

/// Listing.
#[derive(Debug, Args)]
pub struct ListVendors {
    /// Who is a vendor.
    #[command(flatten)]
    pub vendors: VendorArgs,

    /// Write a table for a spreadsheet instead of lines for reading
    #[arg(long, value_name = "KIND")]
    pub write: Option<WriteList>,
}

/// How the list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WriteList {
    /// Comma-separated values
    Csv,
}

/// Looking up.
#[derive(Debug, Args)]
pub struct LookupVendor {
    /// The URL of a request, or a host
    #[arg(value_name = "URL|HOST")]
    pub target: String,

    /// The request's body, from a file or standard input (-)
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,

    /// Who is a vendor.
    #[command(flatten)]
    pub vendors: VendorArgs,
}

/// Checking.
#[derive(Debug, Args)]
pub struct CheckVendors {
    /// Vendor files, lists, or folders of them
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub paths: Vec<PathBuf>,
}

/// The detectors.
#[derive(Debug, Args)]
pub struct Detectors {
    /// What to do with them.
    #[command(subcommand)]
    pub command: DetectorsCommand,
}

/// What to do with detectors.
#[derive(Debug, Subcommand)]
pub enum DetectorsCommand {
    /// Show all detectors with an example of each
    List(DetectorsList),
    /// Try every detector on its own examples and counter-examples
    Check(DetectorsCheck),
    /// Show what is found in a text, by which detector and why
    Try(Try),
}

/// Which detectors are listed.
#[derive(Debug, Args)]
pub struct DetectorsList {
    /// Your own detectors
    #[arg(long, value_name = "FILE")]
    pub detectors: Option<PathBuf>,
}

/// Which detectors are checked.
#[derive(Debug, Args)]
pub struct DetectorsCheck {
    /// Your own detectors, checked beside the shipped ones
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// A text to try.
#[derive(Debug, Args)]
pub struct Try {
    /// The text: a value, a URL, a body
    #[arg(value_name = "TEXT")]
    pub text: String,

    /// The name of the parameter that holds the text
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,

    /// Your own detectors
    #[arg(long, value_name = "FILE")]
    pub detectors: Option<PathBuf>,
}

/// Shell completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Ledgers into one.
#[derive(Debug, Args)]
pub struct Merge {
    /// The ledgers; people are counted over all of them if they were made with the same key
    #[arg(value_name = "LEDGER", required = true)]
    pub ledgers: Vec<PathBuf>,

    /// The folder to write the new ledger into
    #[arg(short, long, value_name = "LEDGER")]
    pub output: PathBuf,

    /// Which files to write
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_value = "csv,parquet,xlsx,html")]
    pub write: Vec<WriteKind>,

    /// Replace a ledger that is already there
    #[arg(long)]
    pub force: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// How many people were affected?
///
/// Test visits in the ledger prove what a page sends to whom. With --traffic the site's own access
/// logs show who loaded that page, and both together bound how many people were affected. With
/// --population the people of a random panel stand for all, and --sampled undoes a thinned record.
/// Every number comes with an interval, its assumptions and a sentence to quote; where the data
/// carry no number, the row says which data would help. The tables go to LEDGER/estimates/NAME/.
#[derive(Debug, Args)]
pub struct Estimate {
    /// The ledger with the proof
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,

    /// The site's own access logs, or a proxy's log of connections (files, folders, patterns)
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Traffic")]
    pub traffic: Vec<String>,

    /// When the practice ran: 2024-07-01..2024-07-12 [default: the days with proof]
    #[arg(long, value_name = "FROM..TO", help_heading = "Traffic")]
    pub period: Option<Period>,

    /// Count only visitors who were logged in: user, cookie:NAME, header:NAME, param:NAME, path:/BEGINNING
    #[arg(long, value_name = "RULE", help_heading = "Traffic")]
    pub logged_in: Option<LoggedIn>,

    /// A second, independent record of the same visits, where both are incomplete
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Traffic", requires = "traffic")]
    pub second_traffic: Vec<String>,

    /// The site of logs that do not name it
    #[arg(long, value_name = "HOST|DOMAIN", help_heading = "Traffic")]
    pub site: Vec<String>,

    /// How lines of the logs are written, in nginx, Apache or Squid syntax, as in scan (repeatable)
    #[arg(long, value_name = "PATTERN", help_heading = "Traffic")]
    pub log_format: Vec<String>,

    /// What stands for a person in the logs, as in scan
    #[arg(long, value_name = "KEY", default_value = "auto", help_heading = "Traffic")]
    pub person_key: PersonKeySpec,

    /// The part of browsers that block the vendors: 0.22..0.32
    #[arg(long, value_name = "LOW..HIGH", help_heading = "Assumptions")]
    pub blocking: Option<Rate>,

    /// The part of visitors who consent, where only these are sent: 0.5..0.7
    #[arg(long, value_name = "LOW..HIGH", help_heading = "Assumptions")]
    pub consent: Option<Rate>,

    /// The page sends on every load, for this reason (its code was read)
    #[arg(long, value_name = "REASON", help_heading = "Assumptions")]
    pub always: Option<String>,

    /// Why some loads send and others do not, where that is known
    #[arg(long, value_name = "CAUSE", help_heading = "Assumptions")]
    pub cause: Option<CauseArg>,

    /// How many keys one person has: 1..1.4
    #[arg(long, value_name = "LOW..HIGH", help_heading = "Assumptions")]
    pub keys_per_person: Option<KeysPerPerson>,

    /// The confidence level of each interval
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, help_heading = "Assumptions")]
    pub confidence: f64,

    /// How many people there are: 62000000 or 50000000..62000000
    #[arg(long, value_name = "A[..B]", help_heading = "Panel and samples")]
    pub population: Option<Population>,

    /// How the persons of the panel were drawn at random; without it nothing is scaled
    #[arg(long, value_name = "HOW", help_heading = "Panel and samples")]
    pub panel_random: Option<String>,

    /// How many persons the panel has [default: the captures of a ledger scanned with --panel]
    #[arg(long, value_name = "N", help_heading = "Panel and samples")]
    pub panel_size: Option<u64>,

    /// How the record was thinned: users:1/100, requests:1/2, unknown
    #[arg(long, value_name = "HOW", help_heading = "Panel and samples")]
    pub sampled: Option<Sampled>,

    /// The name of the folder under LEDGER/estimates
    #[arg(long, value_name = "NAME", default_value = "estimate", help_heading = "Output")]
    pub name: String,

    /// Replace an estimate of the same name
    #[arg(long, help_heading = "Output")]
    pub force: bool,

    /// Key for person ids, as in scan
    #[arg(long, value_name = "FILE|random", help_heading = "Run")]
    pub key: Option<String>,

    /// Number of threads [default: one for each core]
    #[arg(short, long, value_name = "N", help_heading = "Run")]
    pub jobs: Option<usize>,

    /// Memory to aim for, such as 256MB or 1GB
    #[arg(long, value_name = "SIZE", default_value = "256MB", help_heading = "Run")]
    pub memory: String,

    /// When to show a progress bar
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Run")]
    pub progress: When,

    /// Say nothing but errors
    #[arg(short, long, help_heading = "Run")]
    pub quiet: bool,
}

/// Why some loads send and others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CauseArg {
    /// It depends on the browser: consent, a blocker, an experiment
    Browser,
    /// It depends on the load: a race, the network
    Load,
}

impl From<CauseArg> for Cause {
    fn from(cause: CauseArg) -> Cause {
        match cause {
            CauseArg::Browser => Cause::Browser,
            CauseArg::Load => Cause::Load,
        }
    }
}

/// Did the practice stop?
///
/// Every exposure of either ledger is ended, continuing, new, or cannot be told: what AFTER did not
/// visit or record is never called ended. The exit code is 11 when anything continues or is new.
#[derive(Debug, Args)]
pub struct Compare {
    /// The ledger of the time before
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,

    /// The ledger of the time after
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,

    /// Write the table to standard output (-) instead of AFTER/compare/compare.csv
    #[arg(short, long, value_name = "-", value_parser = dash)]
    pub output: Option<PathBuf>,

    /// Say nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// Only `-` can be named.
fn dash(text: &str) -> Result<PathBuf, String> {
    if text == "-" { Ok(PathBuf::from(text)) } else { Err("only - (standard output) can be named".into()) }
}

/// Whom to notify.
#[derive(Debug, Args)]
pub struct People {
    /// The ledger
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,

    /// Write the list although it names people: by their keys, by the rows of the watch list and,
    /// where the ledger was made with --reveal, by the values that were sent
    #[arg(long)]
    pub reveal: bool,

    /// Only count, by a column of the watch list (region, postal_code, ...); needs no --reveal
    #[arg(long, value_name = "COLUMN", requires = "watch_list")]
    pub by: Option<String>,

    /// The watch list that the scan used
    #[arg(long, value_name = "FILE")]
    pub watch_list: Option<PathBuf>,

    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,

    /// Replace a file that is already there
    #[arg(long)]
    pub force: bool,
}

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

/// When to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If somebody is watching
    Auto,
    /// In any case
    Always,
    /// Not at all
    Never,
}
