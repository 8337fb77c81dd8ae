//! The pages of the documentation that are made from the program itself, so that they cannot say
//! anything else than what it does.

use crate::estimate::wilson;
use crate::format::{FORMATS, wrappers};
use crate::knowledge::{Expected, Knowledge, OwnerId, Parameter, VendorId};
use crate::patterns::DETECTORS;
use crate::report::schema::{LATER, TABLES};
use crate::sensitive;
use crate::tables::gaps::GAPS;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What can be read: `leakledger formats` and `docs/formats.md`.
pub fn formats() -> String {
    let mut out = String::from(
        "# Formats\n\nAn input's format is recognised by its content, whatever its name. Each sample below is claimed by its format and by no other. \
         `--input-format NAME` takes the word for it, `--role` overrides what an input shows. A log in a web server's format is a proxy's where Squid wrote it \
         (`TCP_MISS:HIER_DIRECT`) or nearly all that was answered were connections or URLs on many sites. [inputs.md](inputs.md) tells what is unpacked on the way.\n\n\
         | name | role | what | such as |\n|---|---|---|---|\n",
    );
    for format in FORMATS {
        let sample = format.sample();
        let line = sample.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let row = [format.name(), format.role().word(), format.title(), &code(line)].map(cell).join(" | ");
        let _ = writeln!(out, "| {row} |");
    }
    out.push_str(
        "\n## Lines inside lines\n\nA line of any of these may stand inside the line of a collector; the format is then \
         written `syslog:combined`, and times are those of the inner line.\n\n| name | what | such as |\n|---|---|---|\n",
    );
    for (name, title, sample) in wrappers() {
        let _ = writeln!(out, "| {} |", [name, title, &code(sample.trim_end())].map(cell).join(" | "));
    }
    out.push_str(DESCRIBED);
    out
}

/// How users describe formats of their own, and what holds for all.
const DESCRIBED: &str = "
## Formats of your own

- `--log-format PATTERN` in nginx, Apache or Squid syntax, as it stands in the server's configuration (`log_format`, `LogFormat` or `logformat` may stay around it). A pattern of Squid is of a proxy, the others of a site.
- `--map field=/pointer`, once for each field of JSON lines; `leakledger scan --help` names the fields. Lines without a URL mean nothing.
- `--client-field NAME` takes the client's address from a request header, where the log has it, instead of the address that connected.

## Times and texts

Times are written in UTC. A time that names its zone is taken at its word; W3C extended logs are in UTC unless `#GMT-Offset` says otherwise; HAProxy, uWSGI, Zscaler and Bitbucket name no zone, and are taken as UTC. A time that cannot be read, or lies before 1970 or after 2200, is none.

Text in UTF-16 with a byte order mark is read as UTF-8, and places are those in the UTF-8 text. Lines end in LF, CRLF, or CR alone. Bytes that are no text of any encoding are kept.

[strangers.md](strangers.md) shows what files of other people are recognised as.
";

/// What inputs may not show: `docs/gaps.md`.
pub fn gaps() -> String {
    let mut out = String::from(
        "# Coverage gaps\n\nWhat an input could not show. \"Not recorded\" is not \"not sent\". The words are those of the column `coverage_gaps` in `inputs.csv`.\n\n\
         | word | meaning | what follows |\n|---|---|---|\n",
    );
    for gap in GAPS {
        let _ = writeln!(out, "| `{}` | {} | {} |", gap.word, cell(gap.meaning), cell(gap.consequence));
    }
    out
}

/// What every column of every table means: `docs/columns.md`.
pub fn columns() -> String {
    let mut out = String::from("# Tables and their columns\n\nThe same as `columns.csv` in every ledger.\n");
    for table in TABLES.iter().chain(LATER) {
        let _ = write!(
            out,
            "\n## {}\n\nOne row per {}.\n\n| column | unit | meaning |\n|---|---|---|\n",
            table.file, table.one_row_per
        );
        for column in table.columns {
            let _ = writeln!(out, "| {} | {} | {} |", column.name, column.unit, cell(column.meaning));
        }
    }
    out
}

/// Whom the knowledge base knows, what they can receive and how it is hashed: `docs/vendors.md`.
pub fn vendors(knowledge: &Knowledge) -> String {
    let domains = knowledge.company_domains().count();
    let owners: BTreeSet<OwnerId> = knowledge.company_domains().map(|(_, _, owner, _)| owner).collect();
    let mut out = format!(
        "# Vendors\n\nWhat each vendor's requests can carry, by its own parameters. `*` marks what the vendor expects to be hashed. \
         In brackets stands what is only believed and never shown as a fact. `leakledger vendors lookup URL` explains a single request. \
         Beside these, {domains} domains of {} companies are known by owner and purpose; `leakledger vendors list` shows them all.\n\n\
         | vendor | owner | purpose | hosts | can receive |\n|---|---|---|---|---|\n",
        owners.len(),
    );
    for (id, vendor) in knowledge.vendors() {
        let product = knowledge.product_of(id);
        let owner = product.owner.map(|owner| knowledge.lineage_text(owner)).unwrap_or_default();
        let row = [&vendor.name, &owner, product.purpose, &vendor.hosts.join(" "), &received(knowledge, id)]
            .map(cell)
            .join(" | ");
        let _ = writeln!(out, "| {row} |");
    }
    out.push_str(&cookies(knowledge));
    out.push_str(&hash_rules(knowledge));
    out.push_str(&policies(knowledge));
    out
}

/// What a vendor's parameters carry: facts, then hints in brackets; `*` marks what it expects hashed.
pub fn received(knowledge: &Knowledge, id: VendorId) -> String {
    let (mut facts, mut hints) = (BTreeSet::new(), BTreeSet::new());
    for parameter in parameters(knowledge, id) {
        let Some(class) = parameter.class else { continue };
        let hashed = matches!(parameter.form, Expected::Hashed | Expected::Either);
        let word = format!("{}{}", class.word(), if hashed { "*" } else { "" });
        if parameter.grade.is_fact() {
            facts.insert((class, word))
        } else {
            hints.insert((class, word))
        };
    }
    let known: BTreeSet<_> = facts.iter().map(|(class, _)| *class).collect();
    let facts = facts.iter().map(|(_, word)| word.clone());
    let hints = hints.iter().filter(|(class, _)| !known.contains(class)).map(|(_, word)| format!("[{word}]"));
    facts.chain(hints).collect::<Vec<_>>().join(", ")
}

fn parameters(knowledge: &Knowledge, id: VendorId) -> impl Iterator<Item = &Parameter> {
    let entries = knowledge.endpoints(id).map(|endpoint| knowledge.endpoint_entry(endpoint));
    entries.flat_map(|entry| entry.parameters.iter().chain(&entry.wildcards))
}

/// By which cookies companies know browsers and accounts again.
fn cookies(knowledge: &Knowledge) -> String {
    let mut out = String::from(
        "\n## Cookies that browsers send along\n\nWhere a browser has one of these it sends it with every request to the domain, so that the company \
         also learns whose visit it is told of.\n\n| domain | cookies | source |\n|---|---|---|\n",
    );
    for jar in knowledge.jars() {
        let cookies =
            jar.cookies.iter().map(|cookie| format!("`{}` ({}: {})", cookie.name, cookie.class.word(), cookie.meaning));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let _ = writeln!(out, "| {} |", [&jar.domain, &cookies, knowledge.jar_source(jar)].map(cell).join(" | "));
    }
    out
}

/// How values are changed before they are hashed, and who does so to what.
fn hash_rules(knowledge: &Knowledge) -> String {
    let mut users: BTreeMap<(&str, &str), BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for (id, vendor) in knowledge.vendors() {
        for parameter in parameters(knowledge, id).filter(|parameter| parameter.grade.is_fact()) {
            let (Some(rule), Some(class)) = (knowledge.hash_rule(parameter), parameter.class) else { continue };
            users.entry(rule).or_default().entry(&vendor.name).or_default().insert(class.word());
        }
    }
    let mut out = String::from(
        "\n## How values are hashed\n\nA hash is no protection: whoever has the value, or can try all values, computes the same hash. \
         The same person has another hash under another rule.\n\n| rule | what is done | by |\n|---|---|---|\n",
    );
    for ((name, rule), vendors) in users {
        let by = vendors
            .iter()
            .map(|(vendor, classes)| format!("{vendor} ({})", classes.iter().copied().collect::<Vec<_>>().join(", ")));
        let by = by.collect::<Vec<_>>().join("; ");
        let _ = writeln!(out, "| {} |", [name, rule, &by].map(cell).join(" | "));
    }
    out
}

/// What vendors' own terms say about what sites may send.
fn policies(knowledge: &Knowledge) -> String {
    let mut out = String::from(
        "\n## What vendors' own terms say\n\nIn short and in our words; the column `policy` of `vendors.csv` repeats it.\n\n\
         | vendor | rule and source |\n|---|---|\n",
    );
    for (_, vendor) in knowledge.vendors() {
        if let Some(policy) = &vendor.policy {
            let _ = writeln!(out, "| {} | {} |", cell(&vendor.name), cell(&policy.text()));
        }
    }
    out
}

/// Which patterns are recognised, how to add to them, and how far they agree with labelled values:
/// `docs/detectors.md`.
pub fn detectors() -> String {
    let mut out = list_detectors();
    out.push_str(OWN_DETECTORS);
    out.push_str(
        "\n## Agreement with labelled values\n\nValues that other projects collected, valid and invalid, and what is made of them. \
         `cargo test --test agreement` counts anew where the values are at hand.\n\n\
         | values | valid found | invalid refused | where we differ, and why |\n|---|---|---|---|\n",
    );
    for row in AGREEMENT.lines().skip(1) {
        let cells: Vec<&str> = row.splitn(6, ',').collect();
        if let [name, found, valid, refused, invalid, why] = cells[..] {
            let why = why.trim_matches('"');
            let _ = writeln!(out, "| {name} | {found} of {valid} | {refused} of {invalid} | {} |", cell(why));
        }
    }
    out.push_str(&precision());
    out
}

/// How many direct findings in strangers' captures are true, by how sure the program is of them.
fn precision() -> String {
    let row = |name: &str| {
        let cells = PRECISION.lines().map(|row| row.split(',')).find_map(|mut cells| {
            (cells.next() == Some(name)).then(|| cells.map(|cell| cell.parse().unwrap_or_default()).collect())
        });
        let cells: Vec<u64> = cells.unwrap_or_default();
        std::array::from_fn::<u64, 4, _>(|column| cells.get(column).copied().unwrap_or_default())
    };
    let ([captures, ..], [requests, ..]) = (row("captures"), row("requests"));
    let (certain, likely) = (row("certain"), row("likely"));
    let counted = std::array::from_fn(|column| certain[column] + likely[column]);
    let mut out = format!(
        "\n## How many direct findings are true\n\nA fixed seed draws 200 of the findings that name or reach a person, or all where there are fewer, \
         from captures that other people recorded: {captures} captures with {requests} requests. Somebody read the request behind each. \
         True is what is that kind of data, of a person who used the site or the application; an office's telephone number, \
         an application's key and a browser's id are false. Placeholders, which the tables mark as such, are left out. \
         Few of these captures are of people who gave their data, so the figures for what is certain or likely rest on few findings: \
         the intervals (Wilson's, 95 %) say how much. One value can be sent many times, so the same is said of different values. \
         The detectors were mended with these same captures, whose recipients the knowledge base mostly knows; \
         at recipients that it does not know, an id that is likely by its name alone is more often the site's own number.\n\n\
         | confidence | findings judged | true | different values | true |\n|---|---|---|---|---|\n"
    );
    for (name, [judged, right, values, right_values]) in
        [("certain", certain), ("likely", likely), ("certain or likely", counted), ("possible", row("possible"))]
    {
        let (all, different) = (share(right, judged), share(right_values, values));
        let _ = writeln!(out, "| {name} | {judged} | {right}: {all} | {values} | {right_values}: {different} |");
    }
    out.push_str(
        "\nExposures, totals and people are counted from what is certain or likely, not from what is only possible. \
         `cargo test --test precision` draws anew where the captures are at hand; `tests/precision.rs` says how to draw from others.\n",
    );
    out
}

/// A share in percent with its interval: `100 % (61 % to 100 %)`.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "none judged".to_owned();
    }
    let (low, high) = wilson::interval(part, whole, 0.025);
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    format!("{} ({} to {})", percent(part as f64 / whole as f64), percent(low), percent(high))
}

/// The counts of `tests/precision.rs`.
const PRECISION: &str = include_str!("docs/precision.csv");

/// The figures of `tests/agreement.rs`, which holds them to the labelled values.
const AGREEMENT: &str = include_str!("docs/agreement.csv");

const OWN_DETECTORS: &str = include_str!("docs/own_detectors.md");

/// Which patterns are recognised: `leakledger detectors list`.
pub fn list_detectors() -> String {
    let mut out = String::from(
        "# Detectors\n\nPatterns and keys that are recognised without any vendor's help, the earlier before the later. \
         Every detector has examples that it must find and counter-examples that it must not.\n\n\
         | detector | finds | example | not |\n|---|---|---|---|\n",
    );
    for detector in DETECTORS {
        let shown = |key: &str, value: &str| if key.is_empty() { code(value) } else { code(&format!("{key}={value}")) };
        let example = detector.examples.first().map(|example| shown(example.0, example.1)).unwrap_or_default();
        let counter = detector.counter_examples.first().map(|example| shown(example.0, example.1)).unwrap_or_default();
        let row = [detector.id, detector.title, &example, &counter].map(cell).join(" | ");
        let _ = writeln!(out, "| {row} |");
    }
    out.push_str(
        "\n## Sensitive topics\n\nFound by the words of a page's path and title, of searches, clicks, forms, events and products; \
         the lists are in `src/sensitive/topics/`.\n\n| topic | words | example | not |\n|---|---|---|---|\n",
    );
    for summary in sensitive::summaries() {
        let row =
            [summary.topic.word(), &summary.words.to_string(), &code(summary.example), &code(summary.counter_example)];
        let _ = writeln!(out, "| {} |", row.map(cell).join(" | "));
    }
    out
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// A text that does not end its table cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
