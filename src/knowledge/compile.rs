//! From the files that people write to the compiled knowledge base. It runs in the build script:
//! every mistake in a file stops the build with the file's name and what is wrong.

use super::files::{
    CompanyLine, EndpointFile, EventsFile, HashRulesFile, OwnersFile, ParameterFile, SignatureFile, SignaturesFile,
    VendorFile,
};
use super::schema::{
    Company, Endpoint, HostPattern, Location, Locations, Owner, PURPOSES, Parameter, Policy, Shelf, Signature, Source,
    Vendor,
};
use std::collections::BTreeMap;

/// All files of the knowledge base.
#[derive(Debug)]
pub struct Files {
    /// `vendors/*.toml` by file name without its ending.
    pub vendors: BTreeMap<String, VendorFile>,
    /// `owners.toml`.
    pub owners: OwnersFile,
    /// `companies.csv`.
    pub companies: Vec<CompanyLine>,
    /// `events.toml`.
    pub events: EventsFile,
    /// `hash_rules.toml`.
    pub hash_rules: HashRulesFile,
    /// `signatures.toml`.
    pub signatures: SignaturesFile,
}

/// Compiles the files, or tells what is wrong with them.
pub fn compile(files: &Files) -> Result<Shelf, String> {
    let mut compiler = Compiler::default();
    compiler.add_owners(files)?;
    compiler.shelf.hash_rules =
        files.hash_rules.rules.iter().map(|(name, rule)| (name.clone(), rule.clone())).collect();
    for (slug, file) in &files.vendors {
        compiler.add_vendor(slug, file).map_err(|error| format!("vendors/{slug}.toml: {error}"))?;
    }
    compiler.finish_hosts();
    compiler.add_companies(files)?;
    compiler.add_events(&files.events)?;
    for signature in &files.signatures.signature {
        compiler.add_signature(signature).map_err(|error| format!("signatures.toml: {}: {error}", signature.name))?;
    }
    Ok(compiler.shelf)
}

/// The key path of a parameter's name, and whether a wildcard is in it.
///
/// `ud[em]` and `/ud/em` are `ud/em`; `data#/user/id` is `data/user/id`; positions in lists
/// (`/events/0/type`, `items[]`) are `*`. A dot is an ordinary character.
pub fn key_path(name: &str) -> (String, bool) {
    let mut segments: Vec<String> = Vec::new();
    for part in name.split('#') {
        if let Some(pointer) = part.strip_prefix('/') {
            for segment in pointer.split('/') {
                segments.push(index_or_name(&segment.replace("~1", "/").replace("~0", "~")));
            }
            continue;
        }
        match part.split_once('[').filter(|(head, _)| !head.is_empty() && part.ends_with(']')) {
            Some((head, rest)) => {
                segments.push(head.to_owned());
                let inner = rest.trim_end_matches(']');
                segments.extend(inner.split("][").map(index_or_name));
            }
            None => segments.push(part.to_owned()),
        }
    }
    (segments.join("/"), name.contains('*'))
}

fn index_or_name(segment: &str) -> String {
    let index = segment.bytes().all(|byte| byte.is_ascii_digit());
    if index { "*".to_owned() } else { segment.to_owned() }
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

/// What vendors say about one host pattern.
#[derive(Default)]
struct Claim {
    endpoints: Vec<u16>,
    vendors: Vec<u16>,
    shared: bool,
}

impl Compiler {
    fn add_owners(&mut self, files: &Files) -> Result<(), String> {
        let mut names: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for owner in &files.owners.owner {
            if names.insert(&owner.name, owner.parent.as_deref()).is_some() {
                return Err(format!("owners.toml: {:?} stands there twice", owner.name));
            }
        }
        let aliases = aliases(&files.owners)?;
        let parents: Vec<&str> = names.values().flatten().copied().collect();
        let vendors = files.vendors.values().map(|vendor| vendor.owner.as_str());
        let companies = files.companies.iter().map(|line| line.company.as_str());
        for name in parents.into_iter().chain(vendors).chain(companies) {
            names.entry(aliases.get(name).copied().unwrap_or(name)).or_insert(None);
        }
        for (number, name) in names.keys().enumerate() {
            self.owners.insert((*name).to_owned(), small(number)?);
        }
        for (alias, name) in aliases {
            let number = self.owners[name];
            if self.owners.insert(alias.to_owned(), number).is_some() {
                return Err(format!("owners.toml: {alias:?} is an alias and a company"));
            }
        }
        for (name, parent) in &names {
            let parent = parent.map(|parent| self.owners[parent]);
            self.shelf.owners.push(Owner { name: (*name).to_owned(), parent, root: 0 });
        }
        for number in 0..self.shelf.owners.len() {
            self.shelf.owners[number].root = self.root_of(number)?;
        }
        Ok(())
    }

    fn root_of(&self, number: usize) -> Result<u16, String> {
        let mut head = number;
        for _ in 0..8 {
            match self.shelf.owners[head].parent {
                Some(parent) => head = usize::from(parent),
                None => return small(head),
            }
        }
        Err(format!("owners.toml: {:?} has no end of parents", self.shelf.owners[number].name))
    }

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
            file.events.iter().map(|(raw, word)| (event_key(raw), word.clone())).collect();
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

    fn claim(
        &mut self,
        vendor: u16,
        hosts: &[String],
        shared: bool,
        endpoints: std::ops::Range<u16>,
    ) -> Result<(), String> {
        for host in hosts {
            check_host(host)?;
            let claim = self.hosts.entry(host.clone()).or_default();
            if claim.vendors.contains(&vendor) {
                return Err(format!("host {host} stands there twice"));
            }
            claim.vendors.push(vendor);
            claim.shared |= shared;
            claim.endpoints.extend(endpoints.clone());
        }
        Ok(())
    }

    fn endpoint(&mut self, vendor: u16, file: &VendorFile, endpoint: &EndpointFile) -> Result<Endpoint, String> {
        let keys = |names: &[String]| names.iter().map(|name| key_path(name).0).collect();
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
            below: keys(&endpoint.below),
            parameters,
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
        let (key, wild) = key_path(&parameter.name);
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
            found.push(match (source.strip_prefix("path:"), source.strip_prefix("host:")) {
                (Some(path), _) => Source::Path(self.pattern(path)?),
                (_, Some(host)) => Source::Host(self.pattern(host)?),
                _ => Source::Key(key_path(source).0),
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

    fn finish_hosts(&mut self) {
        let hosts: Vec<String> = self.hosts.keys().cloned().collect();
        let number = |domain: &str| hosts.binary_search(&format!(".{domain}")).ok();
        for (host, claim) in &self.hosts {
            let (mut endpoints, any_path): (Vec<u16>, Vec<u16>) = claim
                .endpoints
                .iter()
                .partition(|&&endpoint| self.shelf.endpoints[usize::from(endpoint)].path.is_some());
            endpoints.sort_by_key(|&endpoint| std::cmp::Reverse(self.literals(endpoint)));
            let owner_of = |vendor: &u16| self.shelf.vendors[usize::from(*vendor)].owner;
            let owner = claim.vendors.first().map(owner_of);
            let same = claim.vendors.iter().all(|vendor| Some(owner_of(vendor)) == owner);
            let only = claim.vendors.len() == 1 && !claim.shared;
            self.shelf.hosts.push(HostPattern {
                host: host.clone(),
                endpoints,
                any_path,
                only_vendor: claim.vendors.first().copied().filter(|_| only),
                owner: owner.filter(|_| same),
                wider: wider(host).find_map(number).and_then(|number| u16::try_from(number).ok()),
            });
        }
    }

    /// How many characters of the endpoint's path pattern stand for themselves.
    fn literals(&self, endpoint: u16) -> usize {
        let path = self.shelf.endpoints[usize::from(endpoint)].path;
        let pattern = path.map_or("", |path| &self.shelf.patterns[usize::from(path)]);
        pattern.bytes().filter(|byte| byte.is_ascii_alphanumeric() || b"/_-".contains(byte)).count()
    }

    fn add_companies(&mut self, files: &Files) -> Result<(), String> {
        let mut domains = BTreeMap::new();
        let mut numbers: BTreeMap<(&str, u16, u8), u16> = BTreeMap::new();
        for line in &files.companies {
            check_host(&line.domain).map_err(|error| format!("companies.csv: {error}"))?;
            let purpose = purpose(&line.purpose).map_err(|error| format!("companies.csv: {error}"))?;
            let key = (line.name.as_str(), self.owners[&line.company], purpose);
            let number = self.company(&mut numbers, key)?;
            if domains.insert(line.domain.clone(), number).is_some() {
                return Err(format!("companies.csv: {} stands there twice", line.domain));
            }
        }
        for owner in &files.owners.owner {
            for domain in &owner.domains {
                check_host(domain).map_err(|error| format!("owners.toml: {error}"))?;
                let key = (owner.name.as_str(), self.owners[&owner.name], purpose("web platform")?);
                let number = self.company(&mut numbers, key)?;
                if domains.insert(domain.clone(), number).is_some() {
                    return Err(format!("owners.toml: {domain} is in companies.csv too, or twice here"));
                }
            }
        }
        self.shelf.company_domains = domains.into_iter().collect();
        Ok(())
    }

    fn company<'f>(
        &mut self,
        numbers: &mut BTreeMap<(&'f str, u16, u8), u16>,
        key: (&'f str, u16, u8),
    ) -> Result<u16, String> {
        if let Some(&number) = numbers.get(&key) {
            return Ok(number);
        }
        let number = small(self.shelf.companies.len())?;
        let (name, owner, purpose) = key;
        self.shelf.companies.push(Company { name: name.to_owned(), owner, purpose });
        numbers.insert(key, number);
        Ok(number)
    }

    fn add_events(&mut self, file: &EventsFile) -> Result<(), String> {
        let mut words = BTreeMap::new();
        for (word, raws) in &file.events {
            for raw in raws {
                if words.insert(event_key(raw), word.clone()).is_some_and(|other| other != *word) {
                    return Err(format!("events.toml: {raw:?} has two meanings"));
                }
            }
        }
        self.shelf.events = words.into_iter().collect();
        Ok(())
    }

    fn add_signature(&mut self, file: &SignatureFile) -> Result<(), String> {
        let mut all = Vec::new();
        for (name, value) in &file.all {
            all.push((key_path(name).0, self.pattern(value)?));
        }
        let pattern = |compiler: &mut Self, pattern: &Option<String>| match pattern {
            Some(pattern) => compiler.pattern(pattern).map(Some),
            None => Ok(None),
        };
        let signature = Signature {
            name: file.name.clone(),
            vendor: *self.slugs.get(&file.vendor).ok_or_else(|| format!("no vendor {}", file.vendor))?,
            path: pattern(self, &file.path)?,
            query: pattern(self, &file.query)?,
            all,
            any: file.any.iter().map(|name| key_path(name).0).collect(),
            any_least: file.at_least.unwrap_or(u8::from(!file.any.is_empty())),
            body: file.body.iter().map(|name| key_path(name).0).collect(),
        };
        self.shelf.signatures.push(signature);
        Ok(())
    }
}

fn aliases(owners: &OwnersFile) -> Result<BTreeMap<&str, &str>, String> {
    let mut aliases = BTreeMap::new();
    for owner in &owners.owner {
        for alias in &owner.aliases {
            if aliases.insert(alias.as_str(), owner.name.as_str()).is_some() {
                return Err(format!("owners.toml: alias {alias:?} stands there twice"));
            }
        }
    }
    Ok(aliases)
}

/// An event word without what vendors write differently: case, spaces, underscores, hyphens.
pub fn event_key(raw: &str) -> String {
    raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The domains that cover a host pattern, the narrowest first, without a leading dot.
fn wider(pattern: &str) -> impl Iterator<Item = &str> {
    let (name, itself) = match pattern.strip_prefix('.') {
        Some(domain) => (domain, None),
        None => (pattern, Some(pattern)),
    };
    let above = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
    itself.into_iter().chain(above)
}

fn check_host(host: &str) -> Result<(), String> {
    let name = host.strip_prefix('.').unwrap_or(host);
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    if name.is_empty() || name.starts_with('.') || name.ends_with('.') || !name.bytes().all(good) {
        return Err(format!("{host:?} is not a host: lower case, no port, no path"));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_key_paths() {
        for (name, path) in [
            ("em", "em"),
            ("ud[em]", "ud/em"),
            ("cd[items][0][id]", "cd/items/*/id"),
            ("/context/user/email", "context/user/email"),
            ("/events/0/type", "events/*/type"),
            ("/0/key", "*/key"),
            ("data#/0/$set/$email", "data/*/$set/$email"),
            ("pid#em", "pid/em"),
            ("ep.search_term", "ep.search_term"),
            ("/a~1b/c~0d", "a/b/c~d"),
        ] {
            assert_eq!(key_path(name), (path.to_owned(), false));
        }
        assert_eq!(key_path("cd[*]"), ("cd/*".to_owned(), true));
        assert_eq!(key_path("ep.*"), ("ep.*".to_owned(), true));
    }

    #[test]
    fn hosts_are_checked() {
        for good in ["example.com", ".example.com", "a_b.example.com"] {
            assert_eq!(check_host(good), Ok(()));
        }
        for bad in ["", ".", "Example.com", "example.com/x", "..example.com", "example.com:80"] {
            assert!(check_host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn wider_patterns_go_up_label_by_label() {
        assert_eq!(wider("a.b.com").collect::<Vec<_>>(), ["a.b.com", "b.com", "com"]);
        assert_eq!(wider(".b.com").collect::<Vec<_>>(), ["com"]);
    }
}
