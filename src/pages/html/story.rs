//! The answer in plain words, and the limits that whoever uses the figures must know. The report and
//! the workbook say the same sentences.

use crate::class::Tier;
use crate::pages::facts::{Coverage, Facts, Flow, Measured};
use crate::pages::words::{class, counted, list, list_up_to, number};

/// What every reader must know, by a catchword.
pub const LIMITS: [(&str, &str); 6] = [
    (
        "People never add up",
        "The same person stands in many rows. For a sum, take the row of the table totals that covers what you need; there everybody is counted once. A figure of people counts keys (user names, addresses with browsers, addresses), and its bounds are those of the count of keys.",
    ),
    (
        "What adds up",
        "Records, rejected records and page loads add up. Requests add up over sites and over days, but not over kinds of data: a request that carries an address and an e-mail stands in both rows.",
    ),
    (
        "A capture is evidence, not a person",
        "A test visit proves what a page sends; it says nothing about how many people it happened to, unless captures of different people were declared to be a panel.",
    ),
    (
        "What is counted",
        "Only requests that were sent, and only findings that are certain (validated, or matching a known value) or likely (a known parameter or a strong context says so). Blocked requests, findings that are merely possible, and placeholders such as the hash of the word 'undefined' are listed and never counted.",
    ),
    (
        "Hashed is not hidden",
        "Whoever holds an e-mail address, a telephone number or a postal code can compute its hash and recognise it.",
    ),
    (
        "Not recorded is not the same as not sent",
        "No recording shows what a site's servers send to companies behind the scenes, and every recording has gaps of its own, which are listed.",
    ),
];

/// The answer, sentence by sentence.
pub fn paragraph(facts: &Facts) -> Vec<String> {
    let mut sentences = Vec::new();
    match &facts.all {
        Some(all) => {
            sentences.push(found(facts, all));
            sentences.extend(gravest(facts.flows.items()));
            sentences.extend(span(all));
        }
        None => sentences.push(format!(
            "In {} with {} no personal data was found going to a third party, which is no proof that none went.",
            counted(facts.coverage.inputs_read, "input", "inputs"),
            counted(facts.coverage.records, "record", "records"),
        )),
    }
    sentences.push(unseen(&facts.coverage));
    sentences
}

/// The sites in words: their names where they are few.
pub fn sites(facts: &Facts) -> String {
    let named = facts.sites.items().iter().map(|(site, _)| site.as_str()).filter(|site| *site != "(unknown)");
    let mut names: Vec<String> = named.map(str::to_owned).collect();
    let is_unknown = names.len() < facts.sites.items().len();
    let total = facts.sites.total() - u64::from(is_unknown);
    if total > 3 {
        names = vec![format!("{} websites", number(total))];
    }
    if is_unknown {
        names.push("pages that no record names".to_owned());
    }
    if names.is_empty() { "the sites".to_owned() } else { list(&names) }
}

fn found(facts: &Facts, all: &Measured) -> String {
    let owners: Vec<String> = facts.companies.items().iter().map(|company| company.owner.clone()).collect();
    let known: Vec<String> = owners.iter().filter(|owner| *owner != "(unknown)").cloned().collect();
    let companies = facts.companies.total() - u64::from(known.len() < owners.len());
    let mut names = list_up_to(&known, 5, "companies");
    if facts.companies.left_out() > 0 {
        names = list_up_to(&known, 5, "companies and more");
    }
    let unknown = if known.len() < owners.len() { ", and recipients whose company is not known" } else { "" };
    let named = if known.is_empty() { String::new() } else { format!(": {names}") };
    let whom = format!("{}{named}{unknown}", counted(companies, "company", "companies"));
    match all.people.count {
        _ if all.people.below > 0 => {
            format!("Personal data of {} people went from {} to {whom}.", all.people.shown(), sites(facts))
        }
        Some(_) => {
            let noun = if all.people.count == Some(1) { "person" } else { "people" };
            format!("Personal data of {} {noun} went from {} to {whom}.", all.people.shown(), sites(facts))
        }
        None => format!(
            "Personal data went from {} to {whom}. This was seen in {}; nobody was counted, because test visits are evidence and not people, or because nothing recorded tells people apart.",
            sites(facts),
            if all.captures > 0 {
                counted(all.captures, "test visit", "test visits")
            } else {
                counted(all.requests, "request", "requests")
            },
        ),
    }
}

/// The gravest kinds of data and who received them.
fn gravest(flows: &[Flow]) -> Option<String> {
    let mut kinds: Vec<(&str, Vec<&Flow>)> = Vec::new();
    for flow in flows.iter().filter(|flow| flow.tier <= Tier::Sensitive) {
        match kinds.iter_mut().find(|(class, _)| *class == flow.class) {
            Some((_, flows)) => flows.push(flow),
            None => kinds.push((&flow.class, vec![flow])),
        }
    }
    let told: Vec<String> = kinds.iter().take(3).map(|(name, flows)| kind(name, flows)).collect();
    if told.is_empty() {
        return None;
    }
    let more = match kinds.len() - told.len() {
        0 => String::new(),
        more => format!(
            " {} more kinds of data that name people or say something intimate follow below.",
            number(more as u64)
        ),
    };
    Some(format!("The gravest: {}.{more}", told.join("; ")))
}

fn kind(name: &str, flows: &[&Flow]) -> String {
    let mut owners: Vec<String> = Vec::new();
    for flow in flows {
        if !owners.contains(&flow.owner) {
            owners.push(flow.owner.clone());
        }
    }
    let most = flows.iter().filter_map(|flow| flow.measured.people.count).max();
    let people = match most {
        Some(1) => " (1 person)".to_owned(),
        Some(most) if owners.len() == 1 => format!(" ({} people)", number(most)),
        Some(most) => format!(" (up to {} people each)", number(most)),
        None => String::new(),
    };
    format!("{} to {}{people}", class(name), list_up_to(&owners, 3, "companies"))
}

fn span(all: &Measured) -> Option<String> {
    let (first, last) = (all.first_seen.get(..10)?, all.last_seen.get(..10)?);
    Some(match first == last {
        true => format!("All of it was recorded on {first}."),
        false => format!("It was recorded between {first} and {last}."),
    })
}

fn unseen(coverage: &Coverage) -> String {
    let mut parts = Vec::new();
    let unread = coverage.inputs_total - coverage.inputs_read;
    if unread > 0 {
        parts.push(format!(
            "{} of {} could not be read",
            number(unread),
            counted(coverage.inputs_total, "input", "inputs")
        ));
    }
    if coverage.rejected > 0 {
        parts.push(format!("{} could not be read", counted(coverage.rejected, "record", "records")));
    }
    if coverage.inputs_with_gaps > 0 {
        let verb = if coverage.inputs_with_gaps == 1 { "has" } else { "have" };
        parts.push(format!("{} {verb} gaps", counted(coverage.inputs_with_gaps, "input", "inputs")));
    }
    let seen = "What was recorded is not all that was sent";
    if parts.is_empty() {
        format!("{seen}: the section on limits says why.")
    } else {
        format!("{seen}: {}.", list(&parts))
    }
}
