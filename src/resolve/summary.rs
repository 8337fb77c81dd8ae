//! Summaries: what a batch tells about its whole input. They are small, made while the batch is
//! parsed, and merged in batch order when the input has ended.

use super::documents::Documents;
use super::pages::Pages;
use crate::exposure::measure::Span;
use crate::matching::Asked;
use crate::matching::constants::Constants;
use crate::matching::harvest::Harvest;
use crate::observation::PageRef;
use crate::people::links::Sightings;
use crate::symbols::Sym;
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

/// A page as the capture describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturePage {
    /// The capture's own name of it.
    pub id: Sym,
    /// The page that its title names, where the title is a URL.
    pub titled: PageRef,
}

/// How many records had or lacked what a finding needs; the source of coverage gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Requests read.
    pub requests: u64,
    /// `CONNECT host:port` only.
    pub connects: u64,
    /// Requests with a query in the URL.
    pub queries: u64,
    /// Requests with a Referer header.
    pub referers: u64,
    /// Requests with a Referer that names no more than an origin.
    pub origin_referers: u64,
    /// Requests with a User-Agent.
    pub agents: u64,
    /// Requests with an Authorization header.
    pub authorisations: u64,
    /// Requests with a client address.
    pub clients: u64,
    /// Requests that a balancer passed on for another client than the one that is named.
    pub forwarded: u64,
    /// Requests with an authenticated user.
    pub users: u64,
    /// Requests with a cookie.
    pub cookies: u64,
    /// Requests whose method normally carries a body.
    pub body_methods: u64,
    /// Requests of such a method with the body recorded.
    pub bodies: u64,
    /// Beacons that normally carry a body.
    pub beacons: u64,
    /// Beacons with the body recorded.
    pub beacon_bodies: u64,
    /// Recorded bodies that are shorter than the request says.
    pub short_bodies: u64,
    /// WebSockets that were opened.
    pub websockets: u64,
    /// Their messages.
    pub messages: u64,
    /// Requests to a vendor on no known page.
    pub pageless: u64,
    /// Requests with more nested data than the limits allow to take apart.
    pub capped: u64,
    /// Long strings that were cut out of records.
    pub cut: u64,
    /// Records with a time.
    pub timed: u64,
    /// Whether there were more values to match hashes with than are kept.
    pub unmatched: bool,
    /// Page loads of robots and monitors, where visitors are told from them.
    pub automated: u64,
    /// Pages that browsers fetched ahead of their users, where these are told from visits.
    pub ahead: u64,
    /// Pages that are counted as `(other)`.
    pub other_pages: u64,
}

impl Coverage {
    fn merge(&mut self, other: &Coverage) {
        self.requests += other.requests;
        self.connects += other.connects;
        self.queries += other.queries;
        self.referers += other.referers;
        self.origin_referers += other.origin_referers;
        self.agents += other.agents;
        self.authorisations += other.authorisations;
        self.clients += other.clients;
        self.forwarded += other.forwarded;
        self.users += other.users;
        self.cookies += other.cookies;
        self.body_methods += other.body_methods;
        self.bodies += other.bodies;
        self.beacons += other.beacons;
        self.beacon_bodies += other.beacon_bodies;
        self.short_bodies += other.short_bodies;
        self.websockets += other.websockets;
        self.messages += other.messages;
        self.pageless += other.pageless;
        self.capped += other.capped;
        self.cut += other.cut;
        self.timed += other.timed;
        self.unmatched |= other.unmatched;
        self.automated += other.automated;
        self.ahead += other.ahead;
        self.other_pages += other.other_pages;
    }
}

/// What one batch, or all batches so far, tell about the input.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Records read.
    pub records: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Line breaks.
    pub lines: u64,
    /// First and last time.
    pub span: Span,
    /// Pages that the capture describes.
    pub pages: Vec<CapturePage>,
    /// Documents that were loaded, in record order.
    pub documents: Documents,
    /// Which person keys were seen together.
    pub sightings: Sightings,
    /// The program that wrote the input.
    pub producer: Option<String>,
    /// Hosts that the Referers of a site's own log name.
    pub referer_hosts: HashMap<Sym, u64>,
    /// Hosts to which a request with a whole `https` URL was made.
    pub opened_hosts: HashSet<Sym>,
    /// What was recorded and what not.
    pub coverage: Coverage,
    /// Values that were seen in clear.
    pub harvest: Harvest,
    /// Who sent which digest.
    pub constants: Constants,
    /// Digests that nothing named so far.
    pub asked: Asked,
    /// How often each page is named.
    pub named: Pages,
}

impl Summary {
    /// Adds the summary of the next batch.
    pub fn append(&mut self, next: Summary) {
        self.records += next.records;
        self.rejected += next.rejected;
        self.lines += next.lines;
        self.span.merge(next.span);
        self.pages.extend(next.pages);
        self.documents.append(&next.documents);
        self.producer = self.producer.take().or(next.producer);
        self.coverage.merge(&next.coverage);
        self.sightings.merge(&next.sightings);
        self.harvest.append(next.harvest);
        self.asked.append(next.asked);
        self.constants.append(next.constants);
        self.named.append(next.named);
        self.opened_hosts.extend(next.opened_hosts);
        for (host, count) in next.referer_hosts {
            *self.referer_hosts.entry(host).or_default() += count;
        }
    }
}
