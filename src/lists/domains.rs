//! Plain lists: one domain a line, or hosts files (`0.0.0.0 ads.example.com`). A domain stands for
//! everything below it; hosts files name single hosts, but are made from lists of domains.

use super::{Entry, List, domain, host, note_header};
use anyhow::{Result, bail};
use std::net::IpAddr;

/// Some lists begin with a line of words that no mark tells from what follows.
const TITLE_LINES: u32 = 3;

/// Reads the list; a line that names no host is an error with its number.
pub(super) fn parse(text: &str) -> Result<List> {
    let mut list = List { format: "domains", ..List::default() };
    for (line, number) in text.lines().zip(1u32..) {
        let (content, comment) = line.split_once('#').map_or((line, ""), |(content, comment)| (content, comment));
        if content.trim().is_empty() {
            note_header(&mut list, comment);
            continue;
        }
        if list.entries.is_empty() && number <= TITLE_LINES && is_title(content) {
            if list.name.is_empty() {
                content.trim().clone_into(&mut list.name);
            }
            continue;
        }
        let mut words = content.split_whitespace().peekable();
        let is_hosts =
            words.peek().is_some_and(|word| word.parse::<IpAddr>().is_ok()) && content.trim().contains([' ', '\t']);
        if is_hosts {
            list.format = "hosts file";
            words.next();
        }
        for word in words {
            let name = word.strip_prefix("*.").or(word.strip_prefix('.')).unwrap_or(word);
            match domain(name) {
                // Hosts files begin with the names of the machine itself.
                _ if is_hosts
                    && (!name.contains('.') || name.parse::<IpAddr>().is_ok() || name.ends_with(".localdomain")) => {}
                Some(host) => list.entries.push(Entry { host, line: number, ..Entry::default() }),
                None if is_foreign(name) => list.unused += 1,
                None => bail!("line {number}: {:?} is not a domain", super::one_line(word, 60)),
            }
            if !is_hosts && content.split_whitespace().count() > 1 {
                bail!("line {number}: more than one word: {:?}", super::one_line(content, 60));
            }
        }
    }
    debug_assert!(list.entries.iter().all(|entry| host(entry.host.trim_start_matches('.')).is_some()));
    Ok(list)
}

/// A name in letters that hosts in traffic never have, since they are recorded in ASCII.
fn is_foreign(name: &str) -> bool {
    !name.is_ascii() && name.contains('.') && !name.contains(['/', ':', '?', '=', '"'])
}

/// Whether a line is words, and no page of HTML that somebody saved by mistake.
fn is_title(line: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || ",.()'-".contains(c));
    let mut words = line.split_whitespace();
    words.clone().count() > 1 && words.all(is_word) && !line.split_whitespace().any(|word| host(word).is_some())
}
