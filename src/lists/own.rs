//! The tool's own format, the same in which the knowledge base is written: a product in TOML,
//! companies, portfolios, signatures and event words in TOML, domains with their companies in CSV.

use super::{List, one_line};
use crate::knowledge::files::{
    CompanyLine, EventsFile, OwnerFile, OwnersFile, PortfoliosFile, SignatureFile, SignaturesFile, VendorFile,
};
use anyhow::{Result, bail};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Files in the tool's own format.
#[derive(Debug, Default)]
pub struct OwnFiles {
    pub(crate) vendors: BTreeMap<String, VendorFile>,
    pub(crate) owners: Vec<OwnerFile>,
    pub(crate) portfolios: BTreeMap<String, Vec<String>>,
    pub(crate) companies: Vec<CompanyLine>,
    pub(crate) events: BTreeMap<String, Vec<String>>,
    pub(crate) signatures: Vec<SignatureFile>,
}

impl OwnFiles {
    /// How many products, companies and words there are.
    pub fn len(&self) -> usize {
        let domains: usize = self.portfolios.values().map(Vec::len).sum();
        self.vendors.len()
            + self.owners.len()
            + domains
            + self.companies.len()
            + self.events.len()
            + self.signatures.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the files of another list.
    ///
    /// # Errors
    /// When two files describe a product under the same name.
    pub fn append(&mut self, other: OwnFiles) -> Result<()> {
        for (slug, file) in other.vendors {
            if self.vendors.insert(slug.clone(), file).is_some() {
                bail!("two vendor files are named {}.toml", one_line(&slug, 60));
            }
        }
        self.owners.extend(other.owners);
        self.portfolios.extend(other.portfolios);
        self.companies.extend(other.companies);
        self.events.extend(other.events);
        self.signatures.extend(other.signatures);
        Ok(())
    }
}

/// Whether the text begins like a table of domains and companies.
pub(super) fn looks_like_csv(text: &str) -> bool {
    text.lines().next().is_some_and(|header| header.trim() == "domain,name,company,purpose")
}

/// Reads a table of domains and companies.
pub(super) fn parse_csv(text: &str) -> Result<List> {
    let mut list = List { format: "own format", ..List::default() };
    for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        match line {
            Ok(line) => list.own.companies.push(line),
            Err(err) => {
                let line = err.position().map_or(0, csv::Position::line);
                bail!("line {line}: {}", one_line(&err.to_string(), 120));
            }
        }
    }
    Ok(list)
}

/// Whether the text is written in TOML: its first statement is a table or a key with its value.
pub(super) fn looks_like_toml(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let key = line.split_once('=').map(|(key, _)| key.trim());
        let is_key =
            |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.\"".contains(&b));
        (line.starts_with('[') && line.ends_with(']')) || key.is_some_and(is_key)
    })
}

/// Reads a file in TOML; `slug` is a product's name in its account ids.
pub(super) fn parse_toml(text: &str, slug: &str) -> Result<List> {
    let mut list = List { format: "own format", ..List::default() };
    let own = &mut list.own;
    let table: toml::Table = read(text)?;
    let has = |key: &str| table.contains_key(key);
    if has("name") || has("purpose") {
        if slug.is_empty() || !slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            bail!("the file's name must be the product's in lower case with hyphens: {:?}", one_line(slug, 60));
        }
        own.vendors.insert(slug.to_owned(), read(text)?);
    } else if has("owner") {
        own.owners = read::<OwnersFile>(text)?.owner;
    } else if has("portfolios") {
        own.portfolios = read::<PortfoliosFile>(text)?.portfolios;
    } else if has("events") {
        own.events = read::<EventsFile>(text)?.events;
    } else if has("signature") {
        own.signatures = read::<SignaturesFile>(text)?.signature;
    } else {
        bail!("TOML of no known kind: a vendor file has name, owner and purpose");
    }
    Ok(list)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    match toml::from_str(text) {
        Ok(value) => Ok(value),
        Err(err) => {
            let at = err.span().map_or(0, |span| span.start);
            bail!("line {}: {}", super::line_at(text.as_bytes(), at), one_line(err.message(), 160));
        }
    }
}
