//! The evidence behind a row: which of several pages says most, what more evidence would help, and
//! how it reads.

use super::join::Evidence;
use super::learn::{ANY, Proof, Sent, Subject, Template};
use super::period;
use super::share::Tally;
use crate::place::UNKNOWN;
use std::collections::{BTreeMap, BTreeSet};

/// How many more browsers are looked for that would make the interval narrow enough.
const MORE_BROWSERS: u64 = 200;

/// The template whose evidence says most.
pub(super) fn surest<'t>(templates: &[&'t Template]) -> &'t Template {
    let weight = |template: &&&Template| (template.evidence.first.all, template.evidence.loads.all);
    templates.iter().max_by_key(weight).copied().unwrap_or(&EMPTY)
}

static EMPTY: Template = Template {
    page: String::new(),
    state: String::new(),
    evidence: Evidence {
        first: Tally { sent: 0, all: 0 },
        ever: Tally { sent: 0, all: 0 },
        loads: Tally { sent: 0, all: 0 },
    },
    days: BTreeSet::new(),
    clean_after: None,
    clean_before: None,
    in_url: None,
    blocked: false,
    undated: false,
};

/// How many more browsers, if all of them sent, would make the interval narrow enough for a single
/// number: its low half of its high, with a tenth more for what blockers and chance add.
pub(super) fn more_browsers(evidence: Evidence, tail: f64) -> Option<u64> {
    (1..=MORE_BROWSERS).find(|more| {
        let first = Tally { sent: evidence.first.sent + more, all: evidence.first.all + more };
        2.0 * first.low(tail) >= 1.1
    })
}

/// The evidence in short.
pub(super) fn evidence_in_words(templates: &[&Template]) -> String {
    let one = |template: &&&Template| {
        let Evidence { first, ever, loads } = template.evidence;
        let browsers = if first.sent == ever.sent {
            format!("{} of {} browsers", first.sent, first.all)
        } else {
            format!("{} of {} browsers ({} at first load)", ever.sent, ever.all, first.sent)
        };
        format!("{browsers}, {} of {} loads, {}", loads.sent, loads.all, period::in_words(&template.days))
    };
    if templates.len() == 1 {
        return templates.iter().map(|template| one(&template)).collect();
    }
    let named = templates.iter().take(5).map(|template| format!("{}: {}", template.page, one(&template)));
    let more = if templates.len() > 5 { format!("; and {} pages more", templates.len() - 5) } else { String::new() };
    named.collect::<Vec<_>>().join("; ") + &more
}

/// What captures say of browsers that visited a site and reached a vendor, as a log of connections
/// shows it: of those, how many sent.
pub(super) fn contacting(proof: &Proof, site: &str, subject: &Subject) -> Option<Template> {
    let mut browsers: BTreeMap<usize, bool> = BTreeMap::new();
    let mut days = BTreeSet::new();
    for load in proof.loads.iter().filter(|load| load.site == site) {
        let reached = |(vendor, sent): (&(String, String), &Sent)| {
            sent.contacted && (subject.vendor == ANY || vendor.0 == subject.vendor)
        };
        if load.sent.iter().any(reached) {
            let sent = subject.was_sent(load);
            *browsers.entry(load.browser).or_default() |= sent;
            if sent {
                days.extend(load.day);
            }
        }
    }
    let tally = Tally { sent: browsers.values().filter(|sent| **sent).count() as u64, all: browsers.len() as u64 };
    let evidence = Evidence { first: tally, ever: tally, loads: tally };
    (tally.sent > 0).then(|| Template {
        page: UNKNOWN.to_owned(),
        state: "unknown".to_owned(),
        evidence,
        days,
        ..EMPTY.clone()
    })
}
