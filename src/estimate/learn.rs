//! Learning from the ledger's proof: which page sent what to whom, in how many loads of how many
//! browsers, on which days. The source is `loads.csv`.

use super::join::Evidence;
use super::share::Tally;
use crate::report::opened::OpenLedger;
use anyhow::Result;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What stands for any vendor, any class or all pages in a row that covers them together.
pub const ANY: &str = "(any)";

/// One load of one page by one browser.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// The browser: captures that share an id which a vendor gave their browser are one.
    pub browser: usize,
    /// Microseconds since 1970 (UTC), where recorded.
    pub time: Option<i64>,
    /// Days since 1970 (UTC), where a time was recorded.
    pub day: Option<i32>,
    /// The site.
    pub site: String,
    /// The page.
    pub page: String,
    /// The visitor's state.
    pub state: String,
    /// Kinds of data in the page's own URL.
    pub url_data: BTreeSet<String>,
    /// What was sent, by vendor and owner.
    pub sent: BTreeMap<(String, String), Sent>,
}

/// What a vendor got during a load.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Data classes that were sent.
    pub classes: BTreeSet<String>,
    /// Whether a request to the vendor left the browser at all.
    pub contacted: bool,
    /// Whether the browser blocked a request to the vendor.
    pub blocked: bool,
}

/// A vendor and a data class, each of which may be [`ANY`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// The company; empty for any vendor.
    pub owner: String,
    /// The product.
    pub vendor: String,
    /// The data class.
    pub class: String,
}

impl Subject {
    /// Whether a load sent this.
    pub fn was_sent(&self, load: &Load) -> bool {
        let of_class = |sent: &Sent| {
            if self.class == ANY { !sent.classes.is_empty() } else { sent.classes.contains(&self.class) }
        };
        if self.vendor == ANY {
            return load.sent.values().any(of_class);
        }
        load.sent.iter().any(|((vendor, owner), sent)| *vendor == self.vendor && *owner == self.owner && of_class(sent))
    }

    /// Whether the browser blocked the vendor during the load.
    pub fn was_blocked(&self, load: &Load) -> bool {
        load.sent.iter().any(|((vendor, _), sent)| sent.blocked && (self.vendor == ANY || *vendor == self.vendor))
    }
}

/// All loads of a ledger's captures.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The loads, each once, the earliest first.
    pub loads: Vec<Load>,
}

impl Proof {
    /// Reads the loads.
    ///
    /// # Errors
    /// When a table is missing or damaged.
    pub fn read(ledger: &OpenLedger) -> Result<Self> {
        let mut loads: Vec<(Load, String)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut captures: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut table = ledger.table("loads.csv")?;
        table.require(&["capture", "input", "load", "site", "page", "state", "vendor", "data_class", "requests"])?;
        for row in &mut table {
            let row = row?;
            let (capture, id) = (row.text("capture"), row.text("load"));
            captures.entry(row.text("input").to_owned()).or_default().insert(capture.to_owned());
            if row.text("vendor").is_empty() {
                // The same load in another export of the same visit adds nothing.
                if places.insert(id.to_owned(), loads.len()).is_none() {
                    let url_data = row.text("url_data").split(", ").filter(|word| !word.is_empty());
                    let load = Load {
                        browser: 0,
                        time: row.time("time")?,
                        day: row.day("time")?,
                        site: row.text("site").to_owned(),
                        page: row.text("page").to_owned(),
                        state: row.text("state").to_owned(),
                        url_data: url_data.map(str::to_owned).collect(),
                        sent: BTreeMap::new(),
                    };
                    loads.push((load, capture.to_owned()));
                }
                continue;
            }
            let place = places.get(id).copied();
            let Some((load, _)) = place.and_then(|place| loads.get_mut(place)) else { continue };
            let who = (row.text("vendor").to_owned(), row.text("owner").to_owned());
            let sent = load.sent.entry(who).or_default();
            let requests = row.count("requests")?.unwrap_or(0);
            sent.contacted |= requests > 0;
            sent.blocked |= row.count("blocked_requests")?.unwrap_or(0) > 0;
            if requests > 0 && !row.text("data_class").is_empty() {
                sent.classes.insert(row.text("data_class").to_owned());
            }
        }
        let browsers = browsers(ledger, &captures)?;
        let mut loads: Vec<Load> = loads
            .into_iter()
            .map(|(load, capture)| Load { browser: browsers.get(&capture).copied().unwrap_or(0), ..load })
            .collect();
        loads.sort_by_key(|load| load.time);
        Ok(Proof { loads })
    }

    /// Everything that was sent by any load, with the rows that cover several of them together.
    pub fn subjects(&self, site: &str) -> BTreeSet<Subject> {
        let mut subjects = BTreeSet::new();
        for load in self.loads.iter().filter(|load| load.site == site) {
            for ((vendor, owner), sent) in &load.sent {
                for class in &sent.classes {
                    for class in [class.as_str(), ANY] {
                        subjects.insert(Subject {
                            owner: owner.clone(),
                            vendor: vendor.clone(),
                            class: class.to_owned(),
                        });
                        let any = Subject { owner: String::new(), vendor: ANY.to_owned(), class: class.to_owned() };
                        subjects.insert(any);
                    }
                }
            }
        }
        subjects
    }

    /// The sites whose pages were loaded.
    pub fn sites(&self) -> BTreeSet<String> {
        self.loads.iter().map(|load| load.site.clone()).collect()
    }
}

/// A number for the browser behind each capture. Captures in which a vendor was sent the same
/// browser id were made by one browser, unless the captures are declared to be of different people.
fn browsers(ledger: &OpenLedger, captures: &BTreeMap<String, BTreeSet<String>>) -> Result<HashMap<String, usize>> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for capture in captures.values().flatten() {
        let next = numbers.len();
        numbers.entry(capture.clone()).or_insert(next);
    }
    let mut parents: Vec<usize> = (0..numbers.len()).collect();
    if !ledger.manifest().options.contains_key("panel") {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut table = ledger.table("findings.csv")?;
        let mut row = table.row();
        while table.read(&mut row)? {
            let is_id = row.text("data_class") == "browser_id"
                && row.text("sent") == "sent"
                && row.text("form") != "placeholder"
                && row.text("confidence") != "possible";
            if !is_id {
                continue;
            }
            for capture in captures.get(row.text("input")).into_iter().flatten() {
                let number = root(&mut parents, numbers[capture]);
                let id = row.text("value_fingerprint").to_owned();
                let other = *seen.entry(id).or_insert(number);
                let other = root(&mut parents, other);
                parents[number.max(other)] = number.min(other);
            }
        }
    }
    Ok(numbers.into_iter().map(|(capture, number)| (capture, root(&mut parents, number))).collect())
}

fn root(parents: &mut [usize], mut number: usize) -> usize {
    while parents[number] != number {
        parents[number] = parents[parents[number]];
        number = parents[number];
    }
    number
}

/// What was learned of one page, in one state of the visitor, for one subject.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// The page.
    pub page: String,
    /// The testers' state.
    pub state: String,
    /// The evidence.
    pub evidence: Evidence,
    /// Days with proof.
    pub days: BTreeSet<i32>,
    /// Days on which the page was tested and did not send, after the last proof.
    pub clean_after: Option<i32>,
    /// The last day of such tests before the first proof.
    pub clean_before: Option<i32>,
    /// The class that the page's own URL held in every load that sent it.
    pub in_url: Option<String>,
    /// Whether a tester's browser blocked the vendor, so that the evidence contains blockers.
    pub blocked: bool,
    /// Whether any load that sent has no time.
    pub undated: bool,
}

/// What was learned of every page of a site for a subject.
pub fn templates(proof: &Proof, site: &str, subject: &Subject) -> Vec<Template> {
    let mut pages: BTreeMap<(&str, &str), Vec<&Load>> = BTreeMap::new();
    for load in proof.loads.iter().filter(|load| load.site == site) {
        pages.entry((&load.page, &load.state)).or_default().push(load);
    }
    let learned = pages.into_iter().map(|((page, state), loads)| learn(page, state, &loads, subject));
    learned.flatten().collect()
}

fn learn(page: &str, state: &str, loads: &[&Load], subject: &Subject) -> Option<Template> {
    let sending: Vec<&&Load> = loads.iter().filter(|load| subject.was_sent(load)).collect();
    if sending.is_empty() {
        return None;
    }
    let by_url = subject.class != ANY && sending.iter().all(|load| load.url_data.contains(&subject.class));
    let in_url = by_url.then(|| subject.class.clone());
    let comparable: Vec<&Load> =
        loads.iter().copied().filter(|load| !by_url || load.url_data.contains(&subject.class)).collect();
    let days: BTreeSet<i32> = sending.iter().filter_map(|load| load.day).collect();
    let (counted, clean_before, clean_after) = within_practice(&comparable, subject, &days);
    Some(Template {
        page: page.to_owned(),
        state: state.to_owned(),
        evidence: evidence(&counted, subject),
        undated: sending.iter().any(|load| load.day.is_none()),
        days,
        clean_after,
        clean_before,
        in_url,
        blocked: counted.iter().any(|load| subject.was_blocked(load)),
    })
}

/// Splits off test visits before the first and after the last proof that did not send. They show
/// that the practice had not begun, or had stopped, where so many silent loads in a row would be a
/// surprise; else they are evidence like any other load.
fn within_practice<'l>(
    loads: &[&'l Load],
    subject: &Subject,
    days: &BTreeSet<i32>,
) -> (Vec<&'l Load>, Option<i32>, Option<i32>) {
    let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return (loads.to_vec(), None, None) };
    let inside = |load: &&&Load| load.day.is_none_or(|day| (first..=last).contains(&day));
    let during: Vec<&Load> = loads.iter().filter(inside).copied().collect();
    let share =
        Tally { sent: during.iter().filter(|load| subject.was_sent(load)).count() as u64, all: during.len() as u64 }
            .share();
    let side = |is_outside: &dyn Fn(i32) -> bool| -> Vec<&'l Load> {
        loads.iter().filter(|load| load.day.is_some_and(is_outside)).copied().collect()
    };
    let surprising = |silent: &[&Load]| {
        !silent.is_empty() && (1.0 - share).powi(i32::try_from(silent.len()).unwrap_or(i32::MAX)) < SURPRISE
    };
    let (before, after) = (side(&|day| day < first), side(&|day| day > last));
    let mut counted = during;
    let clean_before = if surprising(&before) {
        before.iter().filter_map(|load| load.day).max()
    } else {
        counted.extend(&before);
        None
    };
    let clean_after = if surprising(&after) {
        after.iter().filter_map(|load| load.day).min()
    } else {
        counted.extend(&after);
        None
    };
    counted.sort_by_key(|load| load.time);
    (counted, clean_before, clean_after)
}

/// The probability under which a run of silent loads is taken for a change.
const SURPRISE: f64 = 0.05;

/// Counts browsers by their first load, browsers by any load, and loads.
fn evidence(loads: &[&Load], subject: &Subject) -> Evidence {
    let mut browsers: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
    let mut all = Tally::default();
    for load in loads {
        let sent = subject.was_sent(load);
        all.all += 1;
        all.sent += u64::from(sent);
        let browser = browsers.entry(load.browser).or_insert((sent, sent));
        browser.1 |= sent;
    }
    let count = |of: fn(&(bool, bool)) -> bool| Tally {
        sent: browsers.values().filter(|browser| of(browser)).count() as u64,
        all: browsers.len() as u64,
    };
    Evidence { first: count(|browser| browser.0), ever: count(|browser| browser.1), loads: all }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(browser: usize, day: i32, sent: bool) -> Load {
        let sent = Sent {
            classes: if sent { BTreeSet::from(["email".to_owned()]) } else { BTreeSet::new() },
            ..Sent::default()
        };
        Load {
            browser,
            time: Some(i64::from(day) * 86_400_000_000),
            day: Some(day),
            site: "s".into(),
            page: "p".into(),
            state: "unknown".into(),
            sent: BTreeMap::from([(("V".to_owned(), "O".to_owned()), sent)]),
            ..Load::default()
        }
    }

    fn learned(loads: Vec<Load>) -> Template {
        let subject = Subject { owner: "O".into(), vendor: "V".into(), class: "email".into() };
        let mut templates = templates(&Proof { loads }, "s", &subject);
        assert_eq!(templates.len(), 1);
        templates.remove(0)
    }

    #[test]
    fn browsers_count_by_their_first_load() {
        let template = learned(vec![load(1, 5, false), load(1, 5, true), load(2, 5, true), load(2, 6, true)]);
        assert_eq!(template.evidence.first, Tally { sent: 1, all: 2 });
        assert_eq!(template.evidence.ever, Tally { sent: 2, all: 2 });
        assert_eq!(template.evidence.loads, Tally { sent: 3, all: 4 });
        assert_eq!(template.days, BTreeSet::from([5, 6]));
    }

    #[test]
    fn silent_loads_at_the_end_are_a_stop_only_where_they_surprise() {
        let stopped = learned(vec![load(1, 5, true), load(2, 6, true), load(3, 9, false)]);
        assert_eq!((stopped.evidence.loads, stopped.clean_after), (Tally { sent: 2, all: 2 }, Some(9)));
        let chance = learned(vec![load(1, 5, true), load(2, 5, false), load(3, 5, false), load(4, 6, false)]);
        assert_eq!((chance.evidence.loads, chance.clean_after), (Tally { sent: 1, all: 4 }, None));
        let begun = learned(vec![load(1, 3, false), load(2, 5, true), load(3, 6, true)]);
        assert_eq!((begun.clean_before, begun.evidence.first), (Some(3), Tally { sent: 2, all: 2 }));
    }
}
