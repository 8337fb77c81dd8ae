//! From the files that people write to the compiled knowledge base. It runs in the build script:
//! every mistake in a file stops the build with the file's name and what is wrong.

mod cookies;
mod hosts;
pub(crate) mod names;
mod owners;
mod signatures;

#[cfg(test)]
mod tests;

use super::files::{
    CompanyLine, CookiesFile, EndpointFile, EventsFile, HashRulesFile, OwnersFile, ParameterFile, PortfoliosFile,
    SignaturesFile, VendorFile,
};
use super::schema::{Endpoint, Location, Locations, PURPOSES, Parameter, Policy, Shelf, Source, Vendor, folded_hash};
use hosts::Claim;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All files of the knowledge base.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Files {
    /// Products that the user describes, which win over those of the same file name and on the same
    /// host.
    pub(crate) own: BTreeMap<String, VendorFile>,
    /// `vendors/*.toml` by file name without its ending.
    pub(crate) vendors: BTreeMap<String, VendorFile>,
    /// `owners.toml`.
    pub(crate) owners: OwnersFile,
    /// `portfolios.toml`.
    pub(crate) portfolios: PortfoliosFile,
    /// `companies.csv` and `more_companies.csv`.
    pub(crate) companies: Vec<CompanyLine>,
    /// `events.toml`.
    pub(crate) events: EventsFile,
    /// `hash_rules.toml`.
    pub(crate) hash_rules: HashRulesFile,
    /// `signatures.toml`.
    pub(crate) signatures: SignaturesFile,
    /// `cookies.toml`.
    pub(crate) cookies: CookiesFile,
}

impl Files {
    /// All products, the user's first.
    pub(crate) fn products(&self) -> impl Iterator<Item = (&String, &VendorFile)> {
        let shipped = self.vendors.iter().filter(|(slug, _)| !self.own.contains_key(*slug));
        self.own.iter().chain(shipped)
    }
}

/// Compiles the files, or tells what is wrong with them.
pub(crate) fn compile(files: &Files) -> Result<Shelf, String> {
    let mut compiler = Compiler::default();
    compiler.add_owners(files)?;
    compiler.shelf.hash_rules =
        files.hash_rules.rules.iter().map(|(name, rule)| (name.clone(), rule.clone())).collect();
    for (slug, file) in files.products() {
        compiler.add_vendor(slug, file).map_err(|error| format!("vendors/{slug}.toml: {error}"))?;
    }
    compiler.finish_hosts();
    compiler.add_companies(files)?;
    compiler.add_events(&files.events)?;
    for signature in &files.signatures.signature {
        compiler.add_signature(signature).map_err(|error| format!("signatures.toml: {}: {error}", signature.name))?;
    }
    for jar in &files.cookies.jar {
        compiler.add_jar(jar).map_err(|error| format!("cookies.toml: {error}"))?;
    }
    Ok(compiler.shelf)
}

#[derive(Default)]
struct Compiler {
    shelf: Shelf,
    patterns: BTreeMap<String, u16>,
    sources: BTreeMap<String, u16>,
    owners: BTreeMap<String, u16>,
    slugs: BTreeMap<String, u16>,
    hosts: BTreeMap<String, Claim>,
}

impl Compiler {
    fn add_vendor(&mut self, slug: &str, file: &VendorFile) -> Result<(), String> {
        let number = small(self.shelf.vendors.len())?;
        let first = small(self.shelf.endpoints.len())?;
        for endpoint in &file.endpoint {
            let endpoint = self.endpoint(number, file, endpoint)?;
            self.shelf.endpoints.push(endpoint);
        }
        let end = small(self.shelf.endpoints.len())?;
        self.claim(number, &file.hosts, false, first..end)?;
        self.claim(number, &file.shared_hosts, true, first..end)?;
        if file.endpoint.iter().filter(|endpoint| endpoint.path.is_none()).count() > 1 {
            return Err("two endpoints without a path".to_owned());
        }
        let mut events: Vec<(String, String)> =
            file.events.iter().map(|(raw, word)| (names::event_key(raw), word.clone())).collect();
        events.sort();
        self.slugs.insert(slug.to_owned(), number);
        self.shelf.vendors.push(Vendor {
            slug: slug.to_owned(),
            name: file.name.clone(),
            owner: *self.owners.get(&file.owner).ok_or("the owner is unknown")?,
            purpose: purpose(&file.purpose)?,
            account_prefix: file.account_prefix.clone().unwrap_or_else(|| slug.to_owned()),
            hosts: file.hosts.iter().chain(&file.shared_hosts).cloned().collect(),
            policy: file.policy.as_ref().map(|policy| Policy {
                rule: policy.rule.clone(),
                source: policy.source.clone(),
                read: policy.read,
            }),
            events,
            endpoints: (first, end),
        });
        Ok(())
    }

    fn endpoint(&mut self, vendor: u16, file: &VendorFile, endpoint: &EndpointFile) -> Result<Endpoint, String> {
        let keys = |names: &[String]| names.iter().map(|name| names::key_path(name).0).collect();
        let mut parameters = Vec::new();
        let mut wildcards = Vec::new();
        for parameter in &endpoint.parameters {
            let (parameter, wild) = self.parameter(file, endpoint, parameter)?;
            if wild { wildcards.push(parameter) } else { parameters.push(parameter) }
        }
        parameters.sort_by(|a, b| a.key.cmp(&b.key));
        if let Some(twice) = parameters.windows(2).find(|pair| pair[0].key == pair[1].key) {
            return Err(format!("parameter {:?} stands there twice", twice[0].key));
        }
        let mut folded = Vec::new();
        for (position, parameter) in parameters.iter().enumerate() {
            folded.push((folded_hash(&parameter.key), small(position)?));
        }
        folded.sort_unstable();
        wildcards.sort_by_key(|parameter| std::cmp::Reverse(parameter.key.len()));
        let path = match &endpoint.path {
            Some(path) if !path.starts_with('^') => {
                return Err(format!("path {path:?} must begin with ^"));
            }
            Some(path) => Some(self.pattern(path)?),
            None => None,
        };
        Ok(Endpoint {
            vendor,
            path,
            collects: endpoint.collects,
            account: self.found_in(&endpoint.account)?,
            event: self.found_in(&endpoint.event)?,
            page: keys(&endpoint.page),
            referrer: keys(&endpoint.referrer),
            title: keys(&endpoint.title),
            text: keys(&endpoint.text),
            below: keys(&endpoint.below),
            parameters,
            folded,
            wildcards,
            notes: endpoint.notes.clone(),
        })
    }

    fn parameter(
        &mut self,
        file: &VendorFile,
        endpoint: &EndpointFile,
        parameter: &ParameterFile,
    ) -> Result<(Parameter, bool), String> {
        let (key, wild) = names::key_path(&parameter.name);
        let mut locations = Locations::default();
        let usual = [Location::Query, Location::Form];
        let places = parameter.places.as_deref().or(endpoint.places.as_deref());
        places.unwrap_or(&usual).iter().for_each(|&place| locations.insert(place));
        let hash = match &parameter.hash {
            Some(name) => Some(self.hash_rule(name)?),
            None => None,
        };
        let source = parameter.source.as_ref().or(endpoint.source.as_ref()).unwrap_or(&file.source);
        let parameter = Parameter {
            key,
            meaning: parameter.meaning.clone(),
            class: parameter.class.map(|word| word.0),
            form: parameter.form,
            hash,
            locations,
            grade: parameter.grade,
            source: self.source(source)?,
        };
        Ok((parameter, wild))
    }

    fn hash_rule(&self, name: &str) -> Result<u16, String> {
        let found = self.shelf.hash_rules.iter().position(|(rule, _)| rule == name);
        small(found.ok_or_else(|| format!("{name:?} is not in hash_rules.toml"))?)
    }

    fn found_in(&mut self, sources: &[String]) -> Result<Vec<Source>, String> {
        let mut found = Vec::new();
        for source in sources {
            found.push(if let Some(path) = source.strip_prefix("path:") {
                Source::Path(self.pattern(path)?)
            } else if let Some(host) = source.strip_prefix("host:") {
                Source::Host(self.pattern(host)?)
            } else if let Some((name, word)) = source.split_once('=') {
                let key = (!name.is_empty()).then(|| names::key_path(name).0);
                Source::Word { key, word: word.to_owned() }
            } else {
                Source::Key(names::key_path(source).0)
            });
        }
        Ok(found)
    }

    fn pattern(&mut self, pattern: &str) -> Result<u16, String> {
        intern(&mut self.patterns, &mut self.shelf.patterns, pattern)
    }

    fn source(&mut self, source: &str) -> Result<u16, String> {
        intern(&mut self.sources, &mut self.shelf.sources, source)
    }

    fn add_events(&mut self, file: &EventsFile) -> Result<(), String> {
        let mut words = BTreeMap::new();
        for (word, raws) in &file.events {
            for raw in raws {
                if words.insert(names::event_key(raw), word.clone()).is_some_and(|other| other != *word) {
                    return Err(format!("events.toml: {raw:?} has two meanings"));
                }
            }
        }
        self.shelf.events = words.into_iter().collect();
        Ok(())
    }
}

fn purpose(word: &str) -> Result<u8, String> {
    let number = PURPOSES.iter().position(|purpose| *purpose == word);
    number.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| format!("{word:?} is not a purpose"))
}

fn small(number: usize) -> Result<u16, String> {
    u16::try_from(number).map_err(|_| "the knowledge base is too large".to_owned())
}

fn intern(numbers: &mut BTreeMap<String, u16>, list: &mut Vec<String>, text: &str) -> Result<u16, String> {
    if let Some(&number) = numbers.get(text) {
        return Ok(number);
    }
    let number = small(list.len())?;
    list.push(text.to_owned());
    numbers.insert(text.to_owned(), number);
    Ok(number)
}
