//! Companies: their parents, other spellings and domains.

use super::super::files::OwnersFile;
use super::super::schema::{Company, Owner};
use super::names::check_host;
use super::{Compiler, Files, purpose, small};
use std::collections::BTreeMap;

impl Compiler {
    pub(super) fn add_owners(&mut self, files: &Files) -> Result<(), String> {
        let mut names: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for owner in &files.owners.owner {
            if names.insert(&owner.name, owner.parent.as_deref()).is_some() {
                return Err(format!("owners.toml: {:?} stands there twice", owner.name));
            }
        }
        let aliases = aliases(&files.owners)?;
        let parents: Vec<&str> = names.values().flatten().copied().collect();
        let vendors = files.products().map(|(_, vendor)| vendor.owner.as_str());
        let companies = files.companies.iter().map(|line| line.company.as_str());
        let portfolios = files.portfolios.portfolios.keys().map(String::as_str);
        for name in parents.into_iter().chain(vendors).chain(companies).chain(portfolios) {
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

    pub(super) fn add_companies(&mut self, files: &Files) -> Result<(), String> {
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
        let owned = files.owners.owner.iter().map(|owner| ("owners.toml", &owner.name, &owner.domains, "web platform"));
        let websites =
            files.portfolios.portfolios.iter().map(|(name, domains)| ("portfolios.toml", name, domains, "content"));
        for (file, name, owned, word) in owned.chain(websites) {
            for domain in owned {
                check_host(domain).map_err(|error| format!("{file}: {error}"))?;
                let number = self.company(&mut numbers, (name.as_str(), self.owners[name], purpose(word)?))?;
                if domains.insert(domain.clone(), number).is_some() {
                    return Err(format!("{file}: {domain} is in companies.csv too, or twice here"));
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
