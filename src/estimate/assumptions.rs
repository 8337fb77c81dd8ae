//! What must be true for a row of the traffic join to hold, in words that stand beside its figures.

use super::groups::Groups;
use super::join::Cause;
use super::join_rows::{About, Joiner};
use super::learn::Template;
use super::period::Kind;
use super::words;

/// Days over which gaps are looked for.
const LONGEST_PERIOD: i64 = 20_000;

impl Joiner<'_> {
    /// Days between the first and the last of the practice on which nothing at all was logged.
    fn days_without_lines(&self, templates: &[&Template]) -> usize {
        let proven = || templates.iter().flat_map(|template| template.days.iter().copied());
        let (first, last) = match self.stated.period {
            Some(period) => (Some(period.from), Some(period.to)),
            None => (proven().min(), proven().max()),
        };
        match (first, last) {
            (Some(first), Some(last)) if i64::from(last) - i64::from(first) < LONGEST_PERIOD => {
                (first..=last).filter(|day| !self.traffic.days.contains(day)).count()
            }
            _ => 0,
        }
    }

    /// What must be true for a row to hold.
    pub(super) fn assumptions(&self, about: &About<'_>, templates: &[&Template], groups: &Groups) -> Vec<String> {
        let mut all = Vec::new();
        if self.stated.period.is_none() {
            all.push(
                "the practice is taken to have run on the days with proof only (--period states otherwise)".to_owned(),
            );
        } else if about.kind != Kind::Proven {
            all.push("the practice ran on these days as --period says".to_owned());
        }
        let gaps = self.days_without_lines(templates);
        if gaps > 0 && about.day.is_none() {
            all.push(format!(
                "the logs have no line on {gaps} days of the practice; whoever came only then is not counted"
            ));
        }
        match &self.stated.logged_in {
            Some(rule) => all.push(format!("only visitors count who were logged in, told by {rule}")),
            None if templates.iter().all(|template| template.state == "unknown") => {
                all.push(
                    "the test visits do not say whether the testers were logged in; visitors in every state count"
                        .to_owned(),
                );
            }
            None => all.push("visitors count who were in the testers' state (logged in or not)".to_owned()),
        }
        if self.traffic.connections {
            all.push(
                "a person who connected to the site and on the same day to the vendor did so from this site".to_owned(),
            );
        } else if templates.iter().any(|template| template.blocked) && self.stated.blocking.is_some() {
            all.push("the testers' browsers block in part, so --blocking is not applied again".to_owned());
        } else if self.stated.blocking.is_none() {
            all.push("no allowance is made for browsers that block (--blocking states a range)".to_owned());
        }
        if let Some(class) = templates.iter().find_map(|template| template.in_url.as_ref()) {
            all.push(format!("only loads count whose own URL held {}", words::data(class)));
        }
        if groups.kinds.len() > 1 {
            all.push("low counts only the persons with the most frequent kind of key".to_owned());
        } else if self.stated.keys_per_person.is_none() {
            all.push("each key is one person (--keys-per-person states otherwise)".to_owned());
        }
        if self.second.is_some() {
            all.push(
                "being in one record says nothing about being in the other, and keys are the same in both".to_owned(),
            );
        }
        if let Some(sampled) = &self.stated.sampled {
            all.push(format!("the logs were thinned as stated: {sampled}"));
        }
        match self.stated.cause {
            Cause::Browser => all.push("whether a load sends depends on the browser, as stated".to_owned()),
            Cause::Load => all.push("whether a load sends is decided anew for each load, as stated".to_owned()),
            Cause::Unknown | Cause::Always => {}
        }
        all.push(
            "pages served from a browser's cache or without a new request are not in the log, which counts too few"
                .to_owned(),
        );
        all
    }
}
