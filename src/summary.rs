//! The closing summary: at most fifteen lines that say what was found, what could not be read or
//! was not recorded, and what to do next.

use crate::board::Finished;
use crate::class::{DataClass, Tier};
use crate::cli::WriteKind;
use crate::input_run::InputKind;
use crate::pages;
use crate::plan::Plan;
use crate::report::escape::terminal;
use crate::scan::Scanned;
use crate::tables::gaps::gaps;
use crate::tables::row::Row;
use crate::tables::write::TableWriter;
use anyhow::Result;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt::Write;

/// How many exposures are named.
const NAMED: usize = 6;

/// How many kinds of gaps are named.
const GAPS: usize = 3;

/// The worst exposures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worst {
    /// The first of them, in words.
    pub named: Vec<String>,
    /// How many there are besides.
    pub more: u64,
}

/// An exposure by what it is ranked by: tier, then the most people or captures, then the class that
/// names a person most surely, then the most requests.
type Ranked = (Tier, Reverse<u64>, DataClass, Reverse<u64>, String);

/// The worst exposures: the gravest tier first, then the most people, captures and requests.
///
/// # Errors
/// When cells cannot be read.
pub fn worst(tables: &TableWriter<'_>) -> Result<Worst> {
    let (mut ranked, mut more) = (BinaryHeap::new(), 0);
    for row in tables.by_owner_and_class() {
        ranked.extend(rank(&row?));
        if ranked.len() > NAMED {
            ranked.pop();
            more += 1;
        }
    }
    Ok(Worst { named: ranked.into_sorted_vec().into_iter().map(|(.., line)| line).collect(), more })
}

fn rank(row: &Row) -> Option<Ranked> {
    let class = row.key().class.filter(|class| class.tier() <= Tier::Linkable)?;
    let (requests, people) = row.contacts();
    let who = match (people, row.captures()) {
        (0, captures) => format!("{captures} {}", plural(captures, "capture", "captures")),
        _ => row.people_in_words(),
    };
    let line = format!(
        "{} of {who} from {} to {} ({requests} {})",
        class.word().replace('_', " "),
        row.site(),
        row.owner(),
        plural(requests, "request", "requests"),
    );
    Some((class.tier(), Reverse(people.max(row.captures())), class, Reverse(requests), line))
}

fn plural<'w>(count: u64, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

/// The text of the summary.
pub fn text(scanned: &Scanned, plan: &Plan, kinds: &[WriteKind]) -> String {
    let mut out = String::new();
    let records: u64 = scanned.inputs.iter().map(|finished| finished.outcome.records).sum();
    let of_kind = |kind| scanned.inputs.iter().filter(|finished| finished.outcome.kind == kind).count();
    let (read, other) = (of_kind(InputKind::Traffic), of_kind(InputKind::NoTraffic));
    let unread = of_kind(InputKind::Unread) + scanned.unreadable.len();
    let mut line = |text: String| {
        let _ = writeln!(out, "{}", terminal(&text));
    };
    let besides = if other > 0 { format!("; {other} more files are no recorded traffic") } else { String::new() };
    line(format!("{read} of {} inputs read, {records} records{besides}.", read + unread));
    let Worst { named, more } = &scanned.worst;
    if named.is_empty() {
        line("No personal data was found going to a third party; what could not be seen is listed below.".into());
    }
    for exposure in named {
        line(format!("  {exposure}"));
    }
    if *more > 0 {
        line(format!("  and {more} more kinds of exposure"));
    }
    troubles(scanned).into_iter().for_each(&mut line);
    if plan.out.as_os_str() != "-" {
        let file = plan.out.join(pages::first_file(kinds));
        let proof = if plan.aggregate.is_some() { "" } else { "; `leakledger explain` proves each finding" };
        line(format!("Next: open {}{proof}.", file.display()));
    }
    out
}

/// What became of one input, in a line.
pub fn of_input(finished: &Finished) -> String {
    let Finished { input, outcome } = finished;
    let gaps: Vec<&str> = gaps(outcome).collect();
    let gaps = if gaps.is_empty() { String::new() } else { format!(" ({})", gaps.join(", ")) };
    match outcome.kind {
        InputKind::Traffic => {
            let (format, records, rejected) = (&outcome.format, outcome.records, outcome.rejected);
            format!("{}: {format}, {records} records, {rejected} rejected{gaps}", input.name)
        }
        InputKind::Archive => format!("{}: {} archive{gaps}", input.name, outcome.format),
        InputKind::NoTraffic => format!("{}: no recorded traffic", input.name),
        InputKind::Unread => format!("{}: {}", input.name, outcome.trouble),
    }
}

/// What could not be read and what was not recorded.
fn troubles(scanned: &Scanned) -> Vec<String> {
    let mut lines = Vec::new();
    let rejected: u64 = scanned.inputs.iter().map(|finished| finished.outcome.rejected).sum();
    if rejected > 0 {
        lines.push(format!("{rejected} {} could not be read: see rejects.csv.", plural(rejected, "record", "records")));
    }
    let mut unread = scanned.inputs.iter().filter(|finished| !finished.outcome.trouble.is_empty());
    let count = unread.clone().count() + scanned.unreadable.len();
    if let Some(Finished { input, outcome }) = unread.next() {
        let more = if count > 1 { format!(" (and {} more: see rejects.csv)", count - 1) } else { String::new() };
        lines.push(format!("Not read: {}: {}{more}.", input.name, outcome.trouble));
    } else if let Some(path) = scanned.unreadable.first() {
        lines.push(format!("Not read: {}: {}.", path.name, path.reason));
    }
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in
        scanned.inputs.iter().map(|finished| &finished.outcome).filter(|outcome| outcome.role.is_some()).flat_map(gaps)
    {
        *counted.entry(gap).or_default() += 1;
    }
    if !counted.is_empty() {
        let mut counted: Vec<_> = counted.into_iter().collect();
        counted.sort_by_key(|(gap, count)| (std::cmp::Reverse(*count), *gap));
        let named: Vec<String> = counted.iter().take(GAPS).map(|(gap, count)| format!("{gap} ({count})")).collect();
        let more = if counted.len() > GAPS { ", ..." } else { "" };
        lines.push(format!("Not recorded in some inputs: {}{more}: see inputs.csv.", named.join(", ")));
    }
    lines
}
