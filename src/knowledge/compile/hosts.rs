//! Hosts: which vendors and endpoints answer there, and in which order they are asked.

use super::super::schema::HostPattern;
use super::Compiler;
use super::names::{check_host, wider};

/// What vendors say about one host pattern.
#[derive(Default)]
pub(super) struct Claim {
    pub(super) endpoints: Vec<u16>,
    pub(super) vendors: Vec<u16>,
    pub(super) shared: bool,
}

impl Compiler {
    pub(super) fn claim(
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

    pub(super) fn finish_hosts(&mut self) {
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

    /// How specific the endpoint's path pattern is: the length of the text that it begins with, then
    /// how many of its characters stand for themselves.
    fn literals(&self, endpoint: u16) -> (usize, usize) {
        let path = self.shelf.endpoints[usize::from(endpoint)].path;
        let pattern = path.map_or("", |path| &self.shelf.patterns[usize::from(path)]);
        let literal = |byte: &u8| byte.is_ascii_alphanumeric() || b"/_-".contains(byte);
        let start = pattern.bytes().skip(1).take_while(literal).count();
        (start, pattern.bytes().filter(literal).count())
    }
}
