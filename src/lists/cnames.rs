//! Maps of first-party hosts that stand for a vendor's: `metrics.example.com` is an alias (CNAME)
//! of `example.com.sc.vendor.example`. As lines `host target`, `host,target` or
//! `host CNAME target`, or as a JSON object.

use super::{List, host, note_header};
use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// How many lines are looked at to recognise the format.
const LOOKED_AT: usize = 50;

/// Whether the lines are pairs of hosts.
pub(super) fn looks_like(text: &str) -> bool {
    let mut lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])).peekable();
    lines.peek().is_some() && lines.take(LOOKED_AT).all(|line| is_header(line) || pair(line).is_some())
}

/// Reads the map; a line that is no pair of hosts is an error with its number.
pub(super) fn parse(text: &str) -> Result<List> {
    let mut list = List { format: "CNAME map", ..List::default() };
    for (line, number) in text.lines().map(str::trim).zip(1u32..) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            note_header(&mut list, line);
        } else if let Some(pair) = pair(line) {
            list.cnames.push(pair);
        } else if !is_header(line) {
            bail!("line {number}: not a pair of hosts: {:?}", super::one_line(line, 60));
        }
    }
    Ok(list)
}

/// Whether a JSON object is a map of hosts.
pub(super) fn is_map(object: &Map<String, Value>) -> bool {
    !object.is_empty()
        && object
            .iter()
            .take(LOOKED_AT)
            .all(|(name, target)| host(name).is_some() && target.as_str().and_then(host).is_some())
}

/// Reads a JSON object of hosts.
pub(super) fn of_object(object: &Map<String, Value>) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (name, target) in object {
        match (host(name), target.as_str().and_then(host)) {
            (Some(name), Some(target)) => pairs.push((name, target)),
            _ => bail!("{:?} is not a pair of hosts", super::one_line(name, 60)),
        }
    }
    Ok(pairs)
}

fn pair(line: &str) -> Option<(String, String)> {
    let mut words = line.split([',', ' ', '\t', ';']).filter(|word| !word.is_empty());
    let name = words.next()?;
    let rest: Vec<&str> = words.collect();
    // As in a zone file: host, time to live, class, type, target.
    let (target, between) = rest.split_last()?;
    let is_zone_word = |word: &&str| {
        word.eq_ignore_ascii_case("in")
            || word.eq_ignore_ascii_case("cname")
            || word.bytes().all(|b| b.is_ascii_digit())
    };
    if !between.iter().all(is_zone_word) || name.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    Some((host(name.trim_matches('"'))?, host(target.trim_matches('"'))?))
}

fn is_header(line: &str) -> bool {
    let words: Vec<&str> = line.split([',', ' ', '\t', ';']).map(|word| word.trim_matches('"')).collect();
    words.len() == 2
        && words.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_'))
}
