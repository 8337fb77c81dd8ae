//! Who counts as a visitor in a site's own log, and which state a visit was in: asked for by
//! `estimate`, which counts people and not requests. Robots, monitors and pages that a browser
//! fetched ahead of its user are left out.

use crate::place::{parameters, path_and_query};
use crate::record::{Pair, Record};
use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::{Context, bail};
use std::fmt;
use std::str::FromStr;

/// Words in user agents that are no person's browser.
const AGENTS: &str = include_str!("visitors/agents.csv");

/// Headers by which a browser says that it fetches ahead.
const AHEAD: [&[u8]; 4] = [b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"];

/// Which requests of a log are visits.
#[derive(Debug)]
pub struct Visitors {
    /// What tells that a visitor was logged in; `None` leaves it to the log's user field.
    pub logged_in: Option<LoggedIn>,
    /// The sites whose visits are counted in logs that show connections only.
    pub sites: Vec<String>,
    /// Who is no person.
    pub agents: Agents,
}

/// Why a request is no visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoVisit {
    /// A robot or monitor made it.
    Automated,
    /// A browser fetched ahead.
    Ahead,
}

impl Visitors {
    /// Whether a request that loaded a page was a visit.
    ///
    /// # Errors
    /// Why it was none.
    pub fn check(&self, record: &Record<'_>) -> Result<(), NoVisit> {
        if self.agents.is_automated(&record.user_agent) {
            Err(NoVisit::Automated)
        } else if is_ahead(record) {
            Err(NoVisit::Ahead)
        } else {
            Ok(())
        }
    }

    /// Whether the visitor was logged in; `None` where the log cannot tell.
    pub fn logged_in(&self, record: &Record<'_>) -> Option<bool> {
        match &self.logged_in {
            Some(rule) => Some(rule.holds(record)),
            None => (!record.user.is_empty()).then_some(true),
        }
    }
}

/// What tells that a visitor was logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedIn {
    /// The log's field of the authenticated user.
    User,
    /// A cookie of this name.
    Cookie(String),
    /// A request header of this name.
    Header(String),
    /// A parameter of this name in the URL.
    Param(String),
    /// A path that begins like this, which only people who are logged in can open.
    Path(String),
}

impl LoggedIn {
    /// Whether the record is of somebody who was logged in.
    pub fn holds(&self, record: &Record<'_>) -> bool {
        let is_set = |value: Option<&[u8]>| value.is_some_and(|value| !value.is_empty() && value != b"-");
        match self {
            LoggedIn::User => !record.user.is_empty(),
            LoggedIn::Cookie(name) => is_set(Pair::value_of(&record.cookies, name)),
            LoggedIn::Header(name) => is_set(record.header(name.as_bytes())),
            LoggedIn::Param(name) => {
                let (_, query) = path_and_query(&record.url);
                parameters(query).any(|(key, value)| key == name.as_bytes() && !value.is_empty())
            }
            LoggedIn::Path(prefix) => path_and_query(&record.url).0.starts_with(prefix.as_bytes()),
        }
    }
}

impl FromStr for LoggedIn {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let expected = "expected user, cookie:NAME, header:NAME, param:NAME or path:/BEGINNING";
        if text == "user" {
            return Ok(LoggedIn::User);
        }
        let (kind, name) = text.split_once(':').context(expected)?;
        let name = name.to_owned();
        match kind {
            _ if name.is_empty() => bail!(expected),
            "cookie" => Ok(LoggedIn::Cookie(name)),
            "header" => Ok(LoggedIn::Header(name)),
            "param" => Ok(LoggedIn::Param(name)),
            "path" => Ok(LoggedIn::Path(name)),
            _ => bail!(expected),
        }
    }
}

impl fmt::Display for LoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoggedIn::User => f.write_str("user"),
            LoggedIn::Cookie(name) => write!(f, "cookie:{name}"),
            LoggedIn::Header(name) => write!(f, "header:{name}"),
            LoggedIn::Param(name) => write!(f, "param:{name}"),
            LoggedIn::Path(prefix) => write!(f, "path:{prefix}"),
        }
    }
}

/// Whether a browser fetched the page ahead of its user, who may never have seen it.
pub fn is_ahead(record: &Record<'_>) -> bool {
    let ahead = |value: &[u8]| {
        let value = value.to_ascii_lowercase();
        value.windows(8).any(|word| word == b"prefetch" || word == b"prerende") || value == b"preview"
    };
    AHEAD.iter().any(|name| record.header(name).is_some_and(ahead))
}

/// Tells robots and monitors from people's browsers, by their user agent.
#[derive(Debug)]
pub struct Agents {
    words: AhoCorasick,
    /// Whether each word counts wherever it stands, or only where a word begins and ends.
    whole: Vec<bool>,
}

impl Agents {
    /// The shipped list.
    ///
    /// # Errors
    /// When the list cannot be read, which a test rules out.
    pub fn shipped() -> anyhow::Result<Self> {
        let (mut words, mut whole) = (Vec::new(), Vec::new());
        for row in csv::Reader::from_reader(AGENTS.as_bytes()).records() {
            let row = row.context("the list of agents is damaged")?;
            words.push(row.get(0).unwrap_or_default().to_owned());
            whole.push(row.get(1) == Some("word"));
        }
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&words)
            .context("the list of agents is damaged")?;
        Ok(Agents { words, whole })
    }

    /// Whether the agent is no person's browser. An agent that was not recorded is nobody's fault;
    /// one that is too short to be a browser's is a script's.
    pub fn is_automated(&self, agent: &[u8]) -> bool {
        if agent.is_empty() || agent == b"-" {
            return false;
        }
        let is_letter = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphabetic);
        let listed = self.words.find_overlapping_iter(agent).any(|found| {
            let before = found.start().checked_sub(1).and_then(|at| agent.get(at));
            !self.whole[found.pattern().as_usize()] || !(is_letter(before) || is_letter(agent.get(found.end())))
        });
        listed || !has_browser_shape(agent)
    }
}

/// Every browser since 1998 names an engine or product with a version, most of them `Mozilla/5.0`.
fn has_browser_shape(agent: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 5] = [b"Mozilla/", b"Opera/", b"Dalvik/", b"UCWEB/", b"Dolphin"];
    BEGINNINGS.iter().any(|beginning| agent.starts_with(beginning))
        || agent.windows(6).any(|word| word == b"Mobile" || word == b"Safari" || word == b"WebKit" || word == b"CFNetw")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn every_word_of_the_list_finds_its_example_and_spares_its_counter_example() {
        let agents = Agents::shipped().expect("the list");
        let mut rows = 0;
        for row in csv::Reader::from_reader(AGENTS.as_bytes()).records() {
            let row = row.expect("a row");
            assert_eq!(row.len(), 5, "{row:?}");
            assert!(agents.is_automated(row[3].as_bytes()), "{}", &row[3]);
            assert!(row[4].is_empty() || !agents.is_automated(row[4].as_bytes()), "{}", &row[4]);
            rows += 1;
        }
        assert!(rows > 50);
    }

    #[test]
    fn browsers_of_people_are_spared() {
        let agents = Agents::shipped().expect("the list");
        for agent in [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)",
            "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
            "",
            "-",
        ] {
            assert!(!agents.is_automated(agent.as_bytes()), "{agent}");
        }
        assert!(agents.is_automated(b"check_http"));
    }

    #[test]
    fn rules_for_being_logged_in() {
        let record = Record {
            user: Cow::Borrowed(b"1001"),
            url: Cow::Borrowed(b"/mail/preview?sid=7&empty="),
            cookies: vec![Pair { name: Cow::Borrowed(b"session"), value: Cow::Borrowed(b"x") }],
            ..Record::default()
        };
        for rule in ["user", "cookie:session", "param:sid", "path:/mail/"] {
            let rule: LoggedIn = rule.parse().expect("a rule");
            assert!(rule.holds(&record), "{rule}");
            assert_eq!(rule.to_string().parse::<LoggedIn>().expect("a rule"), rule);
        }
        for rule in ["cookie:other", "param:empty", "path:/help", "header:authorization"] {
            assert!(!rule.parse::<LoggedIn>().expect("a rule").holds(&record), "{rule}");
        }
        for bad in ["", "cookie", "cookie:", "agent:x"] {
            assert!(bad.parse::<LoggedIn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn pages_fetched_ahead_are_told_by_their_header() {
        let with = |name: &'static str, value: &'static str| Record {
            headers: vec![Pair { name: Cow::Borrowed(name.as_bytes()), value: Cow::Borrowed(value.as_bytes()) }],
            ..Record::default()
        };
        assert!(is_ahead(&with("Sec-Purpose", "prefetch;prerender")) && is_ahead(&with("X-Moz", "prefetch")));
        assert!(!is_ahead(&with("Accept", "prefetch")) && !is_ahead(&Record::default()));
    }
}
