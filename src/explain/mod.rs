//! `leakledger explain`: the proof of one finding. The input is read again and must be the one that
//! was scanned; the record is cut out at its offset, the request shown, the datum unpacked step by
//! step, and every judgement (rule, vendor, site) given with its reason. Nothing personal is shown
//! in clear unless the user asks for it.

mod bytes;
mod finding;
mod render;
mod replay;
mod stars;
mod why;

use crate::cli::{Explain, ExplainKind};
use crate::outcome::Outcome;
use crate::report::opened::OpenLedger;
use anyhow::Result;
use finding::Finding;
use std::io::Write as _;

/// One paragraph of the explanation.
#[derive(Debug, PartialEq, Eq)]
enum Item {
    /// A name and what it is.
    Fact(&'static str, String),
    /// Text as it stands in the input or on a command line.
    Code(String),
    /// A numbered step: what was done, and the value after it.
    Step(String, Option<String>),
    /// A sentence.
    Text(String),
}

/// A heading with what stands below it.
#[derive(Debug)]
struct Section {
    title: &'static str,
    items: Vec<Item>,
}

/// Runs the command.
///
/// # Errors
/// When the ledger has no such finding, the input is gone or has changed, or its record cannot be
/// read again.
pub fn run(arguments: &Explain) -> Result<Outcome> {
    let ledger = OpenLedger::open(&arguments.ledger)?;
    let finding = Finding::read(&ledger, &arguments.finding)?;
    let evidence = bytes::read(&finding, arguments.input.as_deref())?;
    let replay = replay::replay(&finding, &evidence)?;
    let sections = vec![
        what(&finding),
        request(&finding, &evidence, &replay, arguments.reveal),
        steps(&finding, &replay, arguments.reveal),
        why::section(&finding, &replay),
        place(&finding, &evidence, &replay, arguments.reveal),
    ];
    let text = match arguments.write {
        ExplainKind::Text => render::text(&finding, &sections),
        ExplainKind::Md => render::markdown(&finding, &sections),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(Outcome::Done)
}

fn what(finding: &Finding) -> Section {
    let f = |column: &str| finding.text(column).to_owned();
    let mut items = vec![
        Item::Fact("data", format!("{} ({}), {}", f("data_class").replace('_', " "), f("tier"), f("form"))),
        Item::Fact("value", f("value_masked")),
        Item::Fact("received by", format!("{} ({})", f("vendor"), f("owner"))),
        Item::Fact("at", f("host")),
        Item::Fact("from", format!("{}, page {}", f("site"), f("page"))),
        Item::Fact("route", f("channel")),
        Item::Fact("when", f("time")),
        Item::Fact("sent", f("sent")),
        Item::Fact("consent", f("consent")),
        Item::Fact("account", f("account")),
        Item::Fact("event", f("event")),
        Item::Fact("matches", f("match")),
        Item::Fact("sure", format!("{}: {}", f("confidence"), f("reason"))),
    ];
    items.retain(|item| !matches!(item, Item::Fact(_, text) if text.is_empty()));
    Section { title: "The finding", items }
}

fn request(finding: &Finding, evidence: &bytes::Evidence, replay: &replay::Replay, reveal: bool) -> Section {
    let mut items = vec![Item::Code(if reveal { replay.request.clone() } else { replay.request_masked.clone() })];
    let around = evidence.around(replay);
    let quoted = String::from_utf8_lossy(&evidence.bytes[around.range()]).into_owned();
    items.push(Item::Text(format!(
        "The bytes around the datum, from byte {} of the input on{}:",
        evidence.offset + around.start as u64,
        if reveal { "" } else { ", each letter and digit of a value replaced" }
    )));
    items.push(Item::Code(if reveal { quoted } else { stars::excerpt(&quoted) }));
    if !reveal {
        items.push(Item::Text("With --reveal it is shown in clear.".into()));
    }
    if !finding.text("message").is_empty() {
        items.push(Item::Fact("WebSocket message", finding.text("message").to_owned()));
    }
    Section { title: "The request", items }
}

fn steps(finding: &Finding, replay: &replay::Replay, reveal: bool) -> Section {
    let shown = |value: &String, is_last: bool| match (reveal, is_last) {
        (true, _) => value.clone(),
        (false, true) => finding.text("value_masked").to_owned(),
        (false, false) => stars::value(value),
    };
    let count = replay.steps.len();
    let mut items: Vec<Item> = replay
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            Item::Step(step.words.clone(), step.value.as_ref().map(|value| shown(value, at + 1 == count)))
        })
        .collect();
    items.insert(0, Item::Fact("chain", finding.text("chain").to_owned()));
    if !replay.is_complete {
        items.push(Item::Text("This version of the tool does not come to the same value by these steps.".into()));
    }
    Section { title: "Step by step", items }
}

fn place(finding: &Finding, evidence: &bytes::Evidence, replay: &replay::Replay, reveal: bool) -> Section {
    let around = evidence.around(replay);
    let quoted = &evidence.bytes[around.range()];
    let mut items = vec![
        Item::Fact("input", finding.text("input").to_owned()),
        Item::Fact("record", format!("{}, line {}", finding.text("record"), finding.text("line"))),
        Item::Fact("bytes", format!("{} from byte {} on", evidence.length, evidence.offset)),
        Item::Fact("SHA-256 of these bytes", evidence.sha256.clone()),
        Item::Fact("bytes quoted", format!("{} from byte {} on", quoted.len(), evidence.offset + around.start as u64)),
        Item::Fact("BLAKE3 of the content", format!("{} (as when it was scanned)", evidence.blake3)),
    ];
    if reveal {
        // So few bytes could be found again by trying.
        items.push(Item::Fact("SHA-256 of the quoted", crate::report::hashing::sha256(quoted)));
    }
    if !finding.stored_sha256.is_empty() {
        items.push(Item::Fact("SHA-256 of the file", format!("{} (when it was scanned)", finding.stored_sha256)));
    }
    items.push(Item::Text(format!(
        "The same bytes without this tool{}:",
        if reveal { "" } else { " (they show the value in clear)" }
    )));
    items.extend(evidence.commands(finding).into_iter().map(Item::Code));
    Section { title: "Where it stands", items }
}
