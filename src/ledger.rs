//! The seal of a ledger: what it was made from, with what, by whom and when.

use crate::aggregate;
use crate::checkpoint::Identity;
use crate::class::Tier;
use crate::cli::Scan;
use crate::input_run::InputOutcome;
use crate::knowledge::Knowledge;
use crate::lists::List;
use crate::plan::{PersonKeySpec, Plan};
use crate::record::Role;
use crate::report::hashing;
use crate::report::manifest::{self, InputUsed, LAYOUT, ListUsed, Manifest, Tool};
use crate::scan::Scanned;
use crate::secret::Secret;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::SystemTime;

/// What a ledger says where there were too many keys to be linked.
pub const NOT_LINKED: &str = "There were too many person keys to link them all: people are told apart by the links that their own input shows, and in an input that has too many itself by account, or else by address.";

/// What a ledger says where a cell has more people than are listed.
pub const SKETCHED: &str = "Where people_method is sketch, people are counted with the links that their own input shows; ledgers of such counts merge to the ledger of the whole where they were split between inputs.";

/// The manifest of a scan.
pub fn manifest(plan: &Plan, secret: &Secret, lists: Vec<ListUsed>, scanned: &Scanned) -> Manifest {
    let count = |of: fn(&InputOutcome) -> u64| scanned.inputs.iter().map(|finished| of(&finished.outcome)).sum::<u64>();
    let counts = [
        ("records", count(|outcome| outcome.records)),
        ("rejected", count(|outcome| outcome.rejected)),
        ("findings", count(|outcome| outcome.findings)),
    ];
    let notes = [
        "People never add up across rows or tables; totals.csv counts them over what each row covers.",
        "Data that servers send to vendors behind the scenes is in no recording.",
        SKETCHED,
    ];
    let mut options = options(plan);
    if scanned.no_default_vendors {
        options.insert("no-default-vendors".to_owned(), true.into());
    }
    let mut notes = notes.map(str::to_owned).to_vec();
    if !scanned.is_linked {
        notes.push(NOT_LINKED.to_owned());
    }
    notes.extend(plan.aggregate.map(aggregate::notes).into_iter().flatten());
    Manifest {
        layout: LAYOUT,
        tool: tool(),
        options,
        key_id: secret.id(),
        knowledge: manifest::Knowledge {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sha256: Knowledge::shipped_sha256(),
        },
        lists,
        ledgers: Vec::new(),
        inputs: scanned.inputs.iter().map(|finished| input(&finished.input.name, &finished.outcome)).collect(),
        tables: scanned.written.clone(),
        counts: counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
        notes,
    }
}

/// All lists that decide what is found: of people, of vendors, and the user's own detectors.
pub fn lists(people: Vec<ListUsed>, vendors: &[List], plan: &Plan) -> Vec<ListUsed> {
    people.into_iter().chain(vendors.iter().map(list)).chain(detectors(plan)).collect()
}

fn list(list: &List) -> ListUsed {
    ListUsed {
        kind: "vendors".to_owned(),
        path: list.path.clone(),
        name: list.name.clone(),
        version: list.version.clone(),
        format: list.format.to_owned(),
        entries: list.statements,
        unused: list.unused,
        sha256: list.sha256.clone(),
    }
}

/// What must be the same for the scan to be continued later.
pub fn identity(arguments: &Scan, plan: &Plan, secret: &Secret, lists: &[ListUsed]) -> Identity {
    let input = &arguments.input;
    let mut options = options(plan);
    options.insert("log-format".to_owned(), input.log_format.clone().into());
    options.insert("map".to_owned(), input.map.clone().into());
    options.insert("client-field".to_owned(), input.client_field.clone().into());
    options.insert("no-default-vendors".to_owned(), arguments.vendors.no_default_vendors.into());
    options.insert("csv-delimiter".to_owned(), arguments.output.csv_delimiter.clone().into());
    Identity {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        options: serde_json::to_string(&options).unwrap_or_default(),
        lists: lists.iter().map(|list| list.sha256.clone()).collect(),
        key_id: secret.id(),
    }
}

/// The tool that writes.
pub fn tool() -> Tool {
    static SHA256: LazyLock<Option<String>> = LazyLock::new(|| {
        let program = std::env::current_exe().ok()?;
        hashing::sha256_file(&program).ok().map(|(_, sha256)| sha256)
    });
    let sha256 = SHA256.clone();
    Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), sha256 }
}

/// The user's own detectors.
fn detectors(plan: &Plan) -> Option<ListUsed> {
    let detectors = &plan.detectors;
    let used = || ListUsed {
        kind: "detectors".to_owned(),
        path: detectors.path.clone(),
        name: detectors.path.clone(),
        version: None,
        format: "TOML".to_owned(),
        unused: 0,
        entries: detectors.iter().count() as u64,
        sha256: detectors.sha256.clone(),
    };
    (!detectors.is_empty()).then(used)
}

/// How a manifest names an input.
pub fn input(name: &str, outcome: &InputOutcome) -> InputUsed {
    let is_read = outcome.role.is_some();
    InputUsed {
        path: name.to_owned(),
        role: outcome.role.map_or("", Role::word).to_owned(),
        format: outcome.format.clone(),
        bytes: outcome.totals.bytes,
        blake3: if is_read { data_encoding::HEXLOWER.encode(&outcome.totals.content) } else { String::new() },
        sha256: outcome.totals.sha256.clone(),
    }
}

/// The options that decide what the tables say; threads and memory do not.
fn options(plan: &Plan) -> BTreeMap<String, Value> {
    let mut options = BTreeMap::new();
    let mut set = |name: &str, value: Value| options.insert(name.to_owned(), value);
    if let Some(format) = plan.format {
        set("input-format", format.name().into());
    }
    if let Some(role) = plan.role {
        set("role", role.word().into());
    }
    if !plan.sites.is_empty() {
        set("site", plan.sites.clone().into());
    }
    if plan.person_key != PersonKeySpec::Auto {
        set("person-key", plan.person_key.to_string().into());
    }
    for (name, time) in [("since", plan.since), ("until", plan.until)] {
        if let Some(time) = time {
            set(name, time.into());
        }
    }
    for (name, is_set) in [("panel", plan.panel), ("reveal", plan.reveal), ("excel-bom", plan.csv.bom)] {
        if is_set {
            set(name, true.into());
        }
    }
    if let Some(how) = plan.aggregate {
        set("aggregate-only", true.into());
        if how.min_people > 0 {
            set("min-people", how.min_people.into());
        }
    }
    if plan.min_tier != Tier::Context {
        set("min-tier", plan.min_tier.word().into());
    }
    set("max-record-size", plan.max_record.into());
    options
}

/// Who ran the scan where and when.
pub fn run(arguments: &Scan, plan: &Plan, started: SystemTime) -> manifest::Run {
    let command = command(started);
    manifest::Run {
        // Paths would name what the tables do not.
        command_line: if plan.aggregate.is_some() { Vec::new() } else { command.command_line.clone() },
        case: arguments.output.case.clone(),
        examiner: arguments.output.examiner.clone(),
        jobs: plan.jobs,
        ..command
    }
}

/// Where and when a command ran.
pub fn command(started: SystemTime) -> manifest::Run {
    let machine = std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned());
    manifest::Run {
        case: None,
        examiner: None,
        machine,
        platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        started: shown(started),
        finished: shown(SystemTime::now()),
        jobs: 1,
        command_line: std::env::args().collect(),
    }
}

fn shown(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}
