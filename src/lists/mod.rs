//! The lists that users bring: who tracks, who owns which domain, which first-party host is a
//! vendor's in disguise. A list is recognised by its content, whatever its name; each format is one
//! file here. Nothing of any list is shipped.
//!
//! A list says something about hosts. What a filter list says about single paths or sites is kept
//! as far as it names a domain; rules that name none (`/pixel.gif?`) cannot tell who received a
//! request and are counted as unused.

mod cnames;
mod disconnect;
mod domains;
mod duckduckgo;
mod filters;
mod folder;
mod json;
mod own;
mod privacy_badger;
mod trackerdb;

#[cfg(test)]
mod tests;

pub use own::OwnFiles;

use crate::knowledge::Knowledge;
use crate::report::escape::{terminal, terminal_path};
use crate::report::hashing;
use anyhow::{Context, Result, bail};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The largest list that is read, in bytes. The largest in use have some ten megabytes.
const LARGEST: u64 = 256 << 20;

/// How many lists one run can tell apart.
pub const MOST_LISTS: usize = 64;

/// A list, read.
#[derive(Debug, Default)]
pub struct List {
    /// Its title, or its file's name.
    pub name: String,
    /// Its version or date as it says itself.
    pub version: Option<String>,
    /// The format that it was recognised as.
    pub format: &'static str,
    /// Its path as given.
    pub path: String,
    /// SHA-256 of the file; of a folder, of the names and hashes of what was read in it.
    pub sha256: String,
    /// What it says about hosts.
    pub entries: Vec<Entry>,
    /// Companies with their domains.
    pub entities: Vec<Entity>,
    /// Hosts with the vendors' hosts that they stand for.
    pub cnames: Vec<(String, String)>,
    /// Rules that say nothing about a recipient: generic patterns, exceptions, cosmetic rules.
    pub unused: u64,
    /// How many statements were read.
    pub statements: u64,
    /// Files in the tool's own format, until they are taken into the knowledge base.
    pub own: OwnFiles,
}

/// What a list says about a host or domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The host, or the domain with a leading dot.
    pub host: String,
    /// The path that the rule is about; `None` for all paths.
    pub path: Option<String>,
    /// The product's name, where the list has one.
    pub name: Option<String>,
    /// The company, as the list names it.
    pub owner: Option<String>,
    /// What it is for: one of [`crate::knowledge::schema::PURPOSES`].
    pub purpose: Option<&'static str>,
    /// The line that says so, from 1; 0 where the format has no lines.
    pub line: u32,
}

/// A company with its domains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// The name that people know it by.
    pub shown: Option<String>,
    /// The company that owns it.
    pub parent: Option<String>,
    /// Its domains, without a leading dot.
    pub domains: Vec<String>,
}

impl List {
    /// Reads a list from a file or folder.
    ///
    /// # Errors
    /// When it cannot be read, is of no known format, or is broken: with the place where that is known.
    pub fn read(path: &Path) -> Result<List> {
        let shown = terminal_path(path);
        let mut list =
            if path.is_dir() { folder::read(path)? } else { read_file(path).with_context(|| shown.clone())? };
        list.path = path.to_string_lossy().into_owned();
        if list.name.is_empty() {
            list.name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        }
        list.name = one_line(&list.name, 80);
        list.version = list.version.map(|version| one_line(&version, 40)).filter(|version| !version.is_empty());
        if list.is_empty() {
            bail!("{shown}: nothing in it names a domain ({}, {} rules not usable)", list.format, list.unused);
        }
        list.statements = list.len() as u64;
        Ok(list)
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        let domains = |entity: &Entity| entity.domains.len();
        self.entries.len() + self.cnames.len() + self.own.len() + self.entities.iter().map(domains).sum::<usize>()
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads a list from a file.
fn read_file(path: &Path) -> Result<List> {
    let bytes = read_bytes(path)?;
    let mut list = parse(&bytes, path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default())?;
    list.sha256 = hashing::sha256(&bytes);
    Ok(list)
}

/// Reads a file that is not too large to be a list.
fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let size = std::fs::metadata(path).context("cannot read")?.len();
    if size > LARGEST {
        bail!("too large for a list: {} MB", size >> 20);
    }
    std::fs::read(path).context("cannot read")
}

/// Understands a list by its content. The name serves files that are named after what they describe.
///
/// # Errors
/// When the content is of no known format, or broken.
pub fn parse(bytes: &[u8], name: &str) -> Result<List> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(err) => bail!("line {}: not UTF-8 text", line_at(bytes, err.valid_up_to())),
    };
    if text.trim_start().starts_with('{') {
        return json::parse(text);
    }
    if filters::looks_like(text) {
        return Ok(filters::parse(text));
    }
    if own::looks_like_csv(text) {
        return own::parse_csv(text);
    }
    if own::looks_like_toml(text) {
        return own::parse_toml(text, name);
    }
    if cnames::looks_like(text) {
        return cnames::parse(text);
    }
    domains::parse(text)
}

/// The line of a position, from 1.
fn line_at(bytes: &[u8], at: usize) -> usize {
    memchr::memchr_iter(b'\n', &bytes[..at.min(bytes.len())]).count() + 1
}

/// A host name as lists write it, in the form in which hosts are looked up; `None` for anything else.
fn host(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 || text.is_empty() {
        return None;
    }
    if text.parse::<IpAddr>().is_ok() {
        return Some(text.to_owned());
    }
    let is_label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let has_letters = text.rsplit('.').next().is_some_and(|last| last.bytes().any(|b| b.is_ascii_alphabetic()));
    (text.contains('.') && has_letters && text.split('.').all(is_label)).then(|| text.to_ascii_lowercase())
}

/// A domain with everything below it; an address stands for itself.
fn domain(text: &str) -> Option<String> {
    let name = host(text)?;
    Some(if name.parse::<IpAddr>().is_ok() { name } else { format!(".{name}") })
}

/// The value of a comment such as `! Title: EasyPrivacy`.
fn header<'t>(comment: &'t str, names: &[&str]) -> Option<&'t str> {
    let (name, value) = comment.trim_start_matches(['!', '#', ' ', '\t']).split_once(':')?;
    let is_name = names.iter().any(|known| name.trim().eq_ignore_ascii_case(known));
    is_name.then(|| value.trim()).filter(|value| !value.is_empty())
}

/// Takes title and version from a comment.
fn note_header(list: &mut List, comment: &str) {
    if list.name.is_empty()
        && let Some(title) = header(comment, &["title", "name"])
    {
        title.clone_into(&mut list.name);
    }
    if list.version.is_none()
        && let Some(version) = header(comment, &["version", "last modified", "last updated", "date", "updated"])
    {
        list.version = Some(version.to_owned());
    }
}

/// A stranger's text fit for a cell and a message.
fn one_line(text: &str, longest: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    terminal(&text).chars().take(longest).collect()
}

/// Everything that a run knows about recipients: the shipped knowledge, unless it is not wanted,
/// and the user's lists.
///
/// # Errors
/// When a list cannot be read, or the user's own files contradict each other.
pub fn knowledge(paths: &[PathBuf], shipped: bool) -> Result<(Knowledge, Vec<List>)> {
    let mut lists =
        paths.iter().map(|path| List::read(path)).collect::<Result<Vec<List>>>().context("--vendor-list")?;
    if lists.len() > MOST_LISTS {
        bail!("--vendor-list: {} lists, but at most {MOST_LISTS} can be told apart", lists.len());
    }
    let mut own = OwnFiles::default();
    for list in &mut lists {
        own.append(std::mem::take(&mut list.own)).context("--vendor-list")?;
    }
    let mut knowledge = Knowledge::with_own(own, shipped).context("--vendor-list")?;
    knowledge.import(&lists);
    Ok((knowledge, lists))
}
