//! The verdict on one exposure. An exposure ended only if the second ledger loaded every page that
//! sent it, in the same state of the visitor, with everything recorded that showed it before.

use super::side::{Exposed, Gaps, Key, Side};
use crate::place::UNKNOWN;
use std::collections::BTreeSet;

/// How many pages a reason names.
const NAMED: usize = 3;

/// What became of an exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// Both ledgers have it.
    Continuing,
    /// Only the second has it.
    New,
    /// The second did not look where it would be.
    CannotTell,
    /// The second looked, and it is gone.
    Ended,
}

impl Status {
    /// All, the most urgent first.
    pub(super) const ALL: [Status; 4] = [Status::Continuing, Status::New, Status::CannotTell, Status::Ended];

    /// The word in the table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Status::Continuing => "continuing",
            Status::New => "new",
            Status::CannotTell => "cannot tell",
            Status::Ended => "ended",
        }
    }
}

/// One row of the comparison.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub(super) status: Status,
    pub(super) key: Key,
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) loads_before: Option<u64>,
    pub(super) loads_after: Option<u64>,
    pub(super) reason: String,
    pub(super) pages_before: String,
    pub(super) pages_after: String,
}

/// Compares exposure by exposure; the most urgent status first, then the gravest tier.
pub(super) fn compare(before: &Side, after: &Side) -> Vec<Compared> {
    let keys: BTreeSet<&Key> = before.exposures.keys().chain(after.exposures.keys()).collect();
    let nothing = Exposed::default();
    let mut rows = Vec::new();
    for key in keys {
        let old = before.exposures.get(key).unwrap_or(&nothing);
        let new = after.exposures.get(key).unwrap_or(&nothing);
        if old.requests == 0 && new.requests == 0 {
            continue;
        }
        rows.push(row(key, old, new, before, after));
    }
    rows.sort_by(|a, b| (a.status, &a.key).cmp(&(b.status, &b.key)));
    rows
}

fn row(key: &Key, old: &Exposed, new: &Exposed, before: &Side, after: &Side) -> Compared {
    let pages = concerned(key, if old.requests > 0 { old } else { new }, before);
    let (status, reason) = if old.requests > 0 && new.requests > 0 {
        (Status::Continuing, format!("sent {} times before and {} times after", old.requests, new.requests))
    } else if new.requests > 0 {
        (Status::New, is_new(&new.pages, before))
    } else {
        match doubt(key, old, new, &pages, before, after) {
            Some(doubt) => (Status::CannotTell, doubt),
            None => {
                (Status::Ended, format!("all pages that sent it were loaded again without it{}", elsewhere(key, after)))
            }
        }
    };
    let is_known = !pages.is_empty();
    Compared {
        status,
        key: key.clone(),
        before: old.requests,
        after: new.requests,
        loads_before: is_known.then(|| pages.iter().map(|page| before.loads(page)).sum()),
        loads_after: is_known.then(|| pages.iter().map(|page| usable_loads(page, key, before, after)).sum()),
        reason,
        pages_before: listed(&old.pages),
        pages_after: listed(&new.pages),
    }
}

/// The pages on which the exposure would show: those that sent it or, where these are not known,
/// all that were loaded.
fn concerned(key: &Key, exposed: &Exposed, before: &Side) -> BTreeSet<String> {
    if exposed.pages.contains(UNKNOWN) { before.pages_of(&key.site) } else { exposed.pages.clone() }
}

fn is_new(pages: &BTreeSet<String>, before: &Side) -> String {
    let loaded = pages.iter().filter(|page| before.loads(page) > 0).count();
    if pages.contains(UNKNOWN) {
        "not in the first ledger".into()
    } else if loaded == 0 {
        "the first ledger never loaded these pages, so it may be older than it looks".into()
    } else {
        "the first ledger loaded these pages and does not have it".into()
    }
}

/// What keeps the exposure from being called ended.
fn doubt(
    key: &Key,
    old: &Exposed,
    new: &Exposed,
    pages: &BTreeSet<String>,
    before: &Side,
    after: &Side,
) -> Option<String> {
    if new.blocked > 0 {
        return Some("the second ledger's browser blocked the request; record a visit without a blocker".into());
    }
    if new.unknown > 0 {
        return Some("the second ledger does not show whether the request was sent".into());
    }
    if pages.is_empty() {
        return Some("no page is known on which it would show; record the visits with their pages".into());
    }
    let not_loaded: BTreeSet<String> = pages.iter().filter(|page| after.loads(page) == 0).cloned().collect();
    if !not_loaded.is_empty() {
        return Some(format!("the second ledger never loaded {}; visit it again", listed(&not_loaded)));
    }
    let unrecorded: BTreeSet<String> =
        pages.iter().filter(|page| usable_loads(page, key, before, after) == 0).cloned().collect();
    if !unrecorded.is_empty() {
        let gaps = hiding(key, before).join(", ");
        return Some(format!("the second ledger loaded {} without recording enough ({gaps})", listed(&unrecorded)));
    }
    let other_state = pages.iter().find(|page| lacks_state(page, before, after));
    if let Some(page) = other_state {
        return Some(format!("the second ledger loaded {page} only as another kind of visitor (logged in or not)"));
    }
    let unnamed = Key { site: UNKNOWN.to_owned(), ..key.clone() };
    if key.site != UNKNOWN && after.exposures.get(&unnamed).is_some_and(|exposed| exposed.requests > 0) {
        return Some(
            "the second ledger has the same data going to the vendor from a site that it does not name".into(),
        );
    }
    debug_assert!(old.requests > 0, "only what was there can have ended");
    None
}

/// Whether the first ledger loaded a page in a state in which the second did not.
fn lacks_state(page: &str, before: &Side, after: &Side) -> bool {
    match (before.pages.get(page), after.pages.get(page)) {
        (Some(old), Some(new)) if !new.states.is_empty() => !old.states.is_subset(&new.states),
        _ => false,
    }
}

/// Gaps that would hide an exposure of this channel, unless it was seen in spite of them.
fn hiding(key: &Key, before: &Side) -> Vec<&'static str> {
    let words: &[&str] = match key.channel.as_str() {
        "body" | "websocket" => &["connect_only", "no_bodies", "some_bodies_missing"],
        "page_url" => &["connect_only", "queries_stripped", "no_bodies"],
        "url" => &["connect_only", "queries_stripped"],
        "referer" => &["connect_only", "no_referer"],
        "cookie" => &["connect_only", "no_cookies"],
        _ => &["connect_only"],
    };
    let in_spite = |word: &&str| !before.inputs.is_empty() && before.inputs.values().all(|gaps| has(gaps, word));
    words.iter().copied().filter(|word| !in_spite(word)).collect()
}

fn has(gaps: &Gaps, word: &str) -> bool {
    gaps.words.contains(word)
}

/// Loads of a page in inputs that would have shown the exposure. Logs do not say which of them
/// loaded a page, so one log with a gap makes the loads of all of them unusable.
fn usable_loads(page: &str, key: &Key, before: &Side, after: &Side) -> u64 {
    let Some(loads) = after.pages.get(page) else { return 0 };
    let hiding = hiding(key, before);
    let is_hidden = |gaps: &Gaps| hiding.iter().any(|word| has(gaps, word));
    let captured = loads.captured.iter().filter(|(input, _)| !after.inputs.get(*input).is_some_and(is_hidden));
    let logs_show = after.inputs.values().filter(|gaps| !gaps.is_capture).all(|gaps| !is_hidden(gaps));
    captured.map(|(_, loads)| loads).sum::<u64>() + if logs_show { loads.logged } else { 0 }
}

/// Says where the same data still goes to the same vendor.
fn elsewhere(key: &Key, after: &Side) -> String {
    let same =
        |other: &&Key| (&other.site, &other.vendor, &other.data_class) == (&key.site, &key.vendor, &key.data_class);
    let still = after.exposures.iter().filter(|(other, exposed)| same(other) && exposed.requests > 0);
    let ways: BTreeSet<String> = still.map(|(other, _)| format!("{} in {}", other.form, other.channel)).collect();
    if ways.is_empty() {
        return String::new();
    }
    let ways: Vec<String> = ways.into_iter().collect();
    format!("; the same kind of data still goes to this vendor another way ({})", ways.join(", "))
}

fn listed(pages: &BTreeSet<String>) -> String {
    let named: Vec<&str> = pages.iter().take(NAMED).map(String::as_str).collect();
    let more = if pages.len() > NAMED { format!("; and {} more", pages.len() - NAMED) } else { String::new() };
    format!("{}{more}", named.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::side::Loads;
    use std::collections::BTreeMap;

    fn key(channel: &str) -> Key {
        Key { site: "example.com".into(), vendor: "V".into(), channel: channel.into(), ..Key::default() }
    }

    fn side(exposed: &[(Key, u64, &str)], pages: &[(&str, &str)], gaps: &str) -> Side {
        let mut side = Side::default();
        for (key, requests, page) in exposed {
            let own = side.exposures.entry(key.clone()).or_default();
            own.requests += requests;
            own.pages.insert((*page).to_owned());
        }
        for (page, state) in pages {
            let own = side.pages.entry((*page).to_owned()).or_insert_with(Loads::default);
            own.site = "example.com".into();
            own.captured = BTreeMap::from([("a.har".to_owned(), 2)]);
            if !state.is_empty() {
                own.states.insert((*state).to_owned());
            }
        }
        let words = gaps.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        side.inputs.insert("a.har".into(), Gaps { is_capture: true, words });
        side
    }

    fn status(before: &Side, after: &Side) -> Status {
        let rows = compare(before, after);
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].status
    }

    #[test]
    fn only_what_was_looked_at_can_have_ended() {
        let before = side(&[(key("body"), 3, "p")], &[("p", "")], "");
        assert_eq!(status(&before, &before), Status::Continuing);
        assert_eq!(status(&before, &side(&[], &[("p", "")], "")), Status::Ended);
        assert_eq!(status(&before, &side(&[], &[("other", "")], "")), Status::CannotTell);
        assert_eq!(status(&before, &side(&[], &[("p", "")], "no_bodies")), Status::CannotTell);
        assert_eq!(status(&before, &side(&[], &[("p", "")], "no_referer")), Status::Ended);
        assert_eq!(status(&side(&[], &[("p", "")], ""), &before), Status::New);
    }

    #[test]
    fn a_gap_that_hid_nothing_before_hides_nothing_after() {
        let before = side(&[(key("page_url"), 3, "p")], &[("p", "")], "no_bodies");
        assert_eq!(status(&before, &side(&[], &[("p", "")], "no_bodies")), Status::Ended);
    }

    #[test]
    fn another_kind_of_visitor_proves_nothing() {
        let before = side(&[(key("url"), 3, "p")], &[("p", "logged in")], "");
        assert_eq!(status(&before, &side(&[], &[("p", "not logged in")], "")), Status::CannotTell);
        assert_eq!(status(&before, &side(&[], &[("p", "logged in")], "")), Status::Ended);
    }

    #[test]
    fn a_blocked_request_is_no_end() {
        let before = side(&[(key("url"), 3, "p")], &[("p", "")], "");
        let mut after = side(&[(key("url"), 0, "p")], &[("p", "")], "");
        after.exposures.values_mut().for_each(|exposed| exposed.blocked = 1);
        assert_eq!(status(&before, &after), Status::CannotTell);
    }

    #[test]
    fn exposures_on_no_known_page_need_every_page_again() {
        let before = side(&[(key("url"), 3, UNKNOWN)], &[("p", ""), ("q", "")], "");
        assert_eq!(status(&before, &side(&[], &[("p", ""), ("q", "")], "")), Status::Ended);
        assert_eq!(status(&before, &side(&[], &[("p", "")], "")), Status::CannotTell);
    }
}
