//! A knowledge base with the user's own files in it. They are compiled together with the shipped
//! files, by the same rules; where both describe the same thing, the user's word counts.

use super::Knowledge;
use super::compile::{Files, compile};
use crate::lists::OwnFiles;
use anyhow::{Result, anyhow};
use hashbrown::HashSet;

/// The shipped files as they were read by the build script.
static FILES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/files.postcard"));

impl Knowledge {
    /// A knowledge base of the user's files, with or without the shipped vendors. Event words and
    /// rules for hashing are always the shipped ones and the user's.
    ///
    /// # Errors
    /// When the files contradict each other or themselves, with what is wrong.
    pub fn with_own(own: OwnFiles, shipped: bool) -> Result<Knowledge> {
        if own.is_empty() {
            return Ok(if shipped { Knowledge::shipped() } else { Knowledge::empty() });
        }
        // The block is this build's own and was written whole.
        let mut files: Files = postcard::from_bytes(FILES).unwrap_or_default();
        if !shipped {
            files = Files { events: files.events, hash_rules: files.hash_rules, ..Files::default() };
        }
        files.take(own);
        let shelf = compile(&files).map_err(|error| anyhow!("{error}"))?;
        let knowledge = Knowledge::from_shelf(shelf);
        match knowledge.broken_pattern() {
            Some(pattern) => Err(anyhow!("not a regular expression: {pattern}")),
            None => Ok(knowledge),
        }
    }

    fn broken_pattern(&self) -> Option<&str> {
        (0..)
            .zip(&self.shelf.patterns)
            .find(|(number, _)| self.patterns.get(*number).is_none())
            .map(|(_, text)| text.as_str())
    }
}

impl Files {
    /// Takes the user's files in, and out what they say otherwise.
    fn take(&mut self, own: OwnFiles) {
        let mut domains: HashSet<String> = own.companies.iter().map(|line| line.domain.clone()).collect();
        domains.extend(own.portfolios.values().flatten().cloned());
        domains.extend(own.owners.iter().flat_map(|owner| &owner.domains).cloned());
        let is_free = |domain: &String| !domains.contains(domain);
        self.companies.retain(|line| is_free(&line.domain));
        self.portfolios.portfolios.values_mut().for_each(|known| known.retain(is_free));
        self.owners.owner.iter_mut().for_each(|owner| owner.domains.retain(is_free));
        for owner in own.owners {
            match self.owners.owner.iter_mut().find(|known| known.name == owner.name) {
                Some(known) => {
                    known.parent = owner.parent.or(known.parent.take());
                    known.domains.extend(owner.domains);
                    let new = owner.aliases.into_iter().filter(|alias| !known.aliases.contains(alias));
                    known.aliases.extend(new.collect::<Vec<_>>());
                }
                None => self.owners.owner.push(owner),
            }
        }
        for (name, domains) in own.portfolios {
            self.portfolios.portfolios.entry(name).or_default().extend(domains);
        }
        self.companies.extend(own.companies);
        for (word, raws) in own.events {
            for known in self.events.events.values_mut() {
                known.retain(|raw| !raws.contains(raw));
            }
            self.events.events.entry(word).or_default().extend(raws);
        }
        self.signatures.signature.splice(0..0, own.signatures);
        self.own = own.vendors;
    }
}
