//! The rows of the traffic join: for every subject that the proof shows, by page, by day and over
//! all, apart for days with proof, between proofs and outside of them.

use super::evidence::{contacting, evidence_in_words, more_browsers, surest};
use super::groups::{Groups, union};
use super::join::{Affected, Cause, Chances, Evidence};
use super::learn::{ANY, Proof, Subject, Template, templates};
use super::meld::Draws;
use super::observed::Observed;
use super::period::{self, Kind, Period};
use super::rate::Rate;
use super::row::{Figures, Row};
use super::sampling::{Sampled, Scale};
use super::traffic::{Traffic, also_in};
use super::words::{self, Scene};
use crate::place::UNKNOWN;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The method's name in the table.
const METHOD: &str = "traffic join";

/// Visitors from which more evidence narrows an interval noticeably.
const FEW_VISITORS: u64 = 30;

/// What the user states about the visitors.
#[derive(Clone, Debug)]
pub struct Stated {
    /// When the practice ran.
    pub period: Option<Period>,
    /// Whether only visitors count who were logged in, by the user's rule.
    pub logged_in: Option<String>,
    /// The part of browsers that block.
    pub blocking: Option<Rate>,
    /// The part of visitors who consent.
    pub consent: Option<Rate>,
    /// Why the page always sends.
    pub always: Option<String>,
    /// Why some loads send and others do not.
    pub cause: Cause,
    /// Keys for each person.
    pub keys_per_person: Option<(f64, f64)>,
    /// How the logs were sampled.
    pub sampled: Option<Sampled>,
    /// The confidence level of a row.
    pub confidence: f64,
}

/// Works out the rows.
pub struct Joiner<'j> {
    proof: &'j Proof,
    pub(super) traffic: &'j Traffic,
    /// A second, independent record of the same period.
    pub(super) second: Option<&'j Traffic>,
    observed: &'j Observed,
    pub(super) stated: &'j Stated,
    with_blocking: Draws,
    without_blocking: Draws,
    known: BTreeMap<String, Rc<Groups>>,
    worked_out: HashMap<(Vec<Chance>, bool, u64), Affected>,
    headlines: usize,
}

/// Persons with the same pages, their evidence and number of loads.
type Chance = (Vec<(Evidence, u64)>, u64);

/// What one row is about.
pub(super) struct About<'a> {
    pub(super) site: &'a str,
    pub(super) subject: &'a Subject,
    pub(super) page: &'a str,
    pub(super) kind: Kind,
    pub(super) day: Option<i32>,
}

impl<'j> Joiner<'j> {
    /// Makes ready.
    pub fn new(
        proof: &'j Proof,
        (traffic, second): (&'j Traffic, Option<&'j Traffic>),
        observed: &'j Observed,
        stated: &'j Stated,
    ) -> Self {
        Joiner {
            proof,
            traffic,
            second,
            observed,
            stated,
            with_blocking: Draws::new(stated.blocking, stated.consent),
            without_blocking: Draws::new(None, stated.consent),
            known: BTreeMap::new(),
            worked_out: HashMap::new(),
            headlines: proof.sites().len(),
        }
    }

    /// All rows, in the order of the table.
    pub fn rows(&mut self) -> Vec<Row> {
        let mut rows = Vec::new();
        for site in self.proof.sites() {
            for subject in self.proof.subjects(&site) {
                let templates = self.templates(&site, &subject);
                self.subject_rows(&site, &subject, &templates, &mut rows);
            }
        }
        rows
    }

    /// When the practice ran, page by page.
    pub fn history(&self) -> Vec<(String, Subject, Template)> {
        let mut all = Vec::new();
        for site in self.proof.sites() {
            for subject in self.proof.subjects(&site) {
                all.extend(
                    templates(self.proof, &site, &subject).into_iter().map(|t| (site.clone(), subject.clone(), t)),
                );
            }
        }
        all
    }

    fn templates(&self, site: &str, subject: &Subject) -> Vec<Template> {
        if self.traffic.connections {
            return contacting(self.proof, site, subject).into_iter().collect();
        }
        let mut templates = templates(self.proof, site, subject);
        if self.stated.logged_in.is_some() {
            templates.retain(|template| template.state != "not logged in");
        }
        if !self.traffic.queries {
            templates.iter_mut().for_each(|template| template.in_url = None);
        }
        templates
    }

    fn subject_rows(&mut self, site: &str, subject: &Subject, templates: &[Template], rows: &mut Vec<Row>) {
        if templates.is_empty() {
            return;
        }
        let all: Vec<&Template> = templates.iter().collect();
        for kind in Kind::ALL {
            let about = About { site, subject, page: ANY, kind, day: None };
            rows.extend(self.row(&about, &all));
        }
        let pages: BTreeSet<&str> = templates.iter().map(|template| template.page.as_str()).collect();
        for page in pages.iter().copied().filter(|page| *page != UNKNOWN) {
            let own: Vec<&Template> = all.iter().copied().filter(|template| template.page == page).collect();
            for kind in Kind::ALL {
                rows.extend(self.row(&About { site, subject, page, kind, day: None }, &own));
            }
        }
        if self.traffic.days.len() > 1 {
            for &day in &self.traffic.days {
                // Days outside of an unstated period have one row together, which refuses a number.
                let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Outside || self.stated.period.is_some());
                for kind in kinds.collect::<Vec<_>>() {
                    rows.extend(self.row(&About { site, subject, page: ANY, kind, day: Some(day) }, &all));
                }
            }
        }
    }

    /// One row; `None` where nothing is to be counted.
    fn row(&mut self, about: &About<'_>, templates: &[&Template]) -> Option<Row> {
        let (groups, days) = self.people(about, templates);
        if groups.people == 0 && (about.kind != Kind::Proven || about.day.is_some()) {
            return None;
        }
        let mut row = Row {
            site: about.site.to_owned(),
            owner: about.subject.owner.clone(),
            vendor: about.subject.vendor.clone(),
            page: about.page.to_owned(),
            day: about.day,
            class: about.subject.class.clone(),
            period: format!("{} {}", about.kind.word(), period::in_words(&days)),
            method: METHOD,
            person_keys: groups.in_words(),
            evidence: evidence_in_words(templates),
            assumptions: self.assumptions(about, templates, &groups),
            level: self.level(about),
            ..Row::default()
        };
        if about.kind == Kind::Outside && self.stated.period.is_none() {
            row.figures = Figures::only_visited(groups.people);
            row.refused.push("no test visit falls on these days (--period states when the practice ran)".to_owned());
            row.in_words = format!(
                "{} {} on days for which no test visit shows what was sent; they are not counted.",
                super::rounding::grouped(groups.people),
                words::unit(&groups.kinds, groups.people) + " visited",
            );
            return Some(row);
        }
        if about.kind == Kind::Proven && about.day.is_none() && days.is_empty() {
            let proven: BTreeSet<i32> = templates.iter().flat_map(|template| template.days.iter().copied()).collect();
            if self.headlines > 1 && self.traffic.visits.iter().any(|visits| visits.site == UNKNOWN) {
                row.refused.push("the logs do not say of which site they are (--site names it)".to_owned());
            }
            row.refused.push(format!(
                "the logs have no line on the days with proof ({}); give the logs of these days, or say with --period when the practice ran",
                period::in_words(&proven)
            ));
            row.in_words = "The logs do not cover the days on which it is proven.".to_owned();
            return Some(row);
        }
        self.fill(&mut row, about, templates, &groups);
        Some(row)
    }

    /// Works out the figures and their words.
    fn fill(&mut self, row: &mut Row, about: &About<'_>, templates: &[&Template], groups: &Groups) {
        let cause = if self.stated.always.is_some() { Cause::Always } else { self.stated.cause };
        let tail = (1.0 - row.level) / 2.0;
        let (scale, tail) = match (&self.stated.sampled, self.second) {
            (None, None) => (Scale::none(groups.people), tail),
            (Some(sampled), _) => (sampled.scale(groups, tail / 2.0), tail / 2.0),
            (None, Some(second)) => {
                let lists: Vec<_> = templates.iter().map(|own| self.visitors(second, about, own)).collect();
                (Scale::two_records(&groups.keys, &Groups::new(&lists).keys, tail / 2.0), tail / 2.0)
            }
        };
        let applies = self.blocking_applies(templates);
        let left = (1.0 - if applies { self.stated.blocking.map_or(0.0, Rate::middle) } else { 0.0 })
            * self.stated.consent.map_or(1.0, Rate::middle);
        let chances = groups.groups.iter().map(|(pages, people)| {
            let pages = pages.iter().map(|&(page, loads)| (templates[page].evidence, loads)).collect();
            (pages, *people)
        });
        let seen = self.affected(chances.collect(), cause, applies, left, tail);
        let affected = scale.apply(seen, groups, self.stated.keys_per_person);
        let observed = if about.kind == Kind::Proven && about.day.is_none() {
            self.observed.people(about.site, about.subject, about.page)
        } else {
            0
        };
        row.figures = Figures::new(scale.visited(), affected, observed);
        if scale.visited() == 0 {
            row.in_words = "Nobody who could have been affected is in the logs of these days.".to_owned();
            return;
        }
        if !scale.has_upper_end() {
            row.figures.high = None;
            let why = if self.second.is_some() {
                "the two records have fewer than ten persons in common: at least so many, and no upper end"
            } else {
                "records were lost in a way that nobody knows: at least so many, and no upper end"
            };
            row.refused.push(why.to_owned());
        }
        self.refuse_single(row, templates, groups, &scale);
        let surest = surest(templates);
        let scene = Scene {
            class: &about.subject.class,
            vendor: &about.subject.vendor,
            one_page: templates.iter().all(|template| template.page == templates[0].page),
            connections: self.traffic.connections,
            evidence: surest.evidence,
            kinds: &groups.kinds,
            blocking: self.stated.blocking.filter(|_| applies),
            consent: self.stated.consent,
            always: self.stated.always.as_deref(),
            // Among few visitors chance decides, whatever the evidence.
            more: more_browsers(surest.evidence, tail).filter(|_| groups.people >= FEW_VISITORS),
        };
        row.in_words = words::join(&scene, &row.figures);
    }

    /// How many persons were affected, worked out once for rows that have all in common.
    fn affected(&mut self, chances: Vec<Chance>, cause: Cause, blocking: bool, left: f64, tail: f64) -> Affected {
        let draws = if blocking { &self.with_blocking } else { &self.without_blocking };
        let known = self.worked_out.entry((chances, blocking, tail.to_bits()));
        *known.or_insert_with_key(|(chances, ..)| {
            let mut all = Chances::new(cause, tail);
            chances.iter().for_each(|(pages, people)| all.add(pages, *people));
            all.affected(draws, left)
        })
    }

    /// Leaves the single number out where it would say too much, and says which data would help.
    fn refuse_single(&self, row: &mut Row, templates: &[&Template], groups: &Groups, scale: &Scale) {
        let figures = &mut row.figures;
        if groups.kinds.len() > 1 && self.stated.keys_per_person.is_none() {
            figures.estimate = None;
            row.refused.push(
                "persons are told apart by keys of several kinds, so that one person may be counted twice (--keys-per-person states how often)"
                    .to_owned(),
            );
        }
        if !scale.has_estimate() {
            figures.estimate = None;
            figures.as_recorded = None;
            if scale.has_upper_end() {
                row.refused
                    .push("the logs were thinned by request at under one half, which gives bounds only".to_owned());
            }
        }
        if self.stated.always.is_some() {
            return;
        }
        let browsers = templates.iter().map(|template| template.evidence.first.all).max().unwrap_or(0);
        if browsers <= 1 {
            figures.estimate = None;
            row.refused.push(
                "the evidence is from one browser: at least the people recorded; record visits from more browsers"
                    .to_owned(),
            );
        } else if figures.estimate.is_none() && row.refused.is_empty() {
            row.refused.push(
                "the high is more than twice the low; more test visits from other browsers would narrow it".to_owned(),
            );
        }
    }

    fn blocking_applies(&self, templates: &[&Template]) -> bool {
        self.stated.blocking.is_some()
            && !self.traffic.connections
            && !templates.iter().any(|template| template.blocked)
    }

    /// Headline rows (everything together, on proven days) share their chance of error.
    fn level(&self, about: &About<'_>) -> f64 {
        let is_headline = about.subject.vendor == ANY
            && about.subject.class == ANY
            && about.page == ANY
            && about.day.is_none()
            && about.kind == Kind::Proven;
        let rows = if is_headline { self.headlines.max(1) } else { 1 };
        1.0 - (1.0 - self.stated.confidence) / rows as f64
    }

    /// The persons that a row counts, grouped by their loads of each template's page, and the days.
    fn people(&mut self, about: &About<'_>, templates: &[&Template]) -> (Rc<Groups>, BTreeSet<i32>) {
        let mut days = BTreeSet::new();
        let mut known = format!(
            "{}\u{0}{:?}",
            about.site,
            if self.traffic.connections { about.subject.vendor.as_str() } else { "" }
        );
        for template in templates {
            let own: Vec<Option<i32>> = self.days_of(about, template);
            days.extend(own.iter().flatten());
            known.push_str(&format!(
                "\u{0}{}\u{0}{}\u{0}{:?}\u{0}{own:?}",
                template.page, template.state, template.in_url
            ));
        }
        if let Some(groups) = self.known.get(&known) {
            return (Rc::clone(groups), days);
        }
        let lists: Vec<Vec<(u64, u32)>> = templates.iter().map(|own| self.visitors(self.traffic, about, own)).collect();
        let groups = Rc::new(Groups::new(&lists));
        self.known.insert(known, Rc::clone(&groups));
        (groups, days)
    }

    /// The days of the logs that a row counts for a template.
    fn days_of(&self, about: &About<'_>, template: &Template) -> Vec<Option<i32>> {
        let all = self.traffic.days.iter().map(|day| Some(*day)).chain([None]);
        let counts = |day: &Option<i32>| {
            (about.day.is_none() || about.day == *day)
                && period::kind_of(template, self.stated.period, *day) == Some(about.kind)
        };
        all.filter(counts).collect()
    }

    fn visitors(&self, traffic: &Traffic, about: &About<'_>, template: &Template) -> Vec<(u64, u32)> {
        let days: BTreeSet<Option<i32>> = self.days_of(about, template).into_iter().collect();
        let counts = |state: &str| match (&self.stated.logged_in, template.state.as_str()) {
            (Some(_), _) => state == "logged in",
            (None, "unknown") => true,
            (None, known) => state == known || state == "unknown",
        };
        let visits = traffic.visits.iter().filter(|visits| {
            days.contains(&visits.day)
                && (traffic.connections || counts(&visits.state))
                && visits.are_of(about.site, &template.page, self.headlines == 1)
                && template.in_url.as_ref().is_none_or(|class| visits.url_data.contains(class))
        });
        if !traffic.connections {
            return union(visits.map(|visits| visits.people.clone()).collect());
        }
        let mut lists = Vec::new();
        for visits in visits {
            let contacts = traffic.contacts.iter().filter(|((vendor, _, day), _)| {
                *day == visits.day && (about.subject.vendor == ANY || *vendor == about.subject.vendor)
            });
            let contacts = union(contacts.map(|(_, people)| people.clone()).collect());
            lists.push(also_in(&visits.people, &contacts));
        }
        union(lists)
    }
}
