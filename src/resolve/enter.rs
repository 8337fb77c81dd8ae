//! Entering: one observation, resolved, becomes counts in cells.

use super::finding::Found;
use super::groups::Groups;
use super::loads::{Load, Loads};
use super::party::Party;
use super::resolver::{Resolved, Resolver};
use crate::class::DataClass;
use crate::exposure::cells::{CellKey, Cells, Level, Route};
use crate::exposure::measure::Tally;
use crate::observation::{Channel, Hit, Observation};
use crate::record::{Role, Sent};
use crate::spill::Store;
use crate::symbols::Sym;
use anyhow::Result;

/// The domain of page loads among the keyed hashes.
const LOAD: u8 = b'l';

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What entering the batches of an input leaves beside the cells.
#[derive(Debug, Default)]
pub struct Traces {
    /// Findings that are listed in groups.
    pub groups: Groups,
    /// What the page loads of a capture sent.
    pub loads: Loads,
    /// Requests to a known vendor on no known page.
    pub pageless: u64,
    /// Findings that count.
    pub findings: u64,
}

impl Traces {
    /// Adds the traces of another batch.
    pub fn merge(&mut self, other: Traces) {
        self.groups.merge(other.groups);
        self.loads.merge(other.loads);
        self.pageless += other.pageless;
        self.findings += other.findings;
    }

    /// Puts away what is much.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn relieve(&mut self, store: &Store) -> Result<()> {
        self.groups.relieve(store)?;
        self.loads.relieve(store)
    }
}

impl Resolver<'_> {
    /// Enters one observation: `position` numbers the batch's hits within the input.
    pub fn enter(
        &self,
        seen: &Observation<'_>,
        place: (u64, u64),
        position: u64,
        cells: &mut Cells,
        traces: &mut Traces,
    ) {
        let resolved = self.resolve(seen, place.0);
        let tally = self.tally(seen, &resolved);
        self.enter_visit(seen, &resolved, place.0, &tally, cells, traces);
        match resolved.party {
            Party::First => return,
            Party::Unknown => return,
            // The requests on a connection that the proxy opened are recorded too.
            Party::SameOwner | Party::Third if seen.connect && self.is_opened(seen.recipient.host) => {}
            Party::SameOwner => cells.add(Self::host_key(seen, &resolved), &tally),
            Party::Third => {
                Self::enter_contact(seen, &resolved, &tally, cells);
                if let (true, Sent::Sent, Some(person)) = (self.input.visitors, seen.sent, resolved.person) {
                    let day = seen.time.map(day_of);
                    let (vendor, owner) = (resolved.vendor, resolved.owner);
                    cells.add_visit(CellKey { vendor, owner, day, ..CellKey::new(Level::Contact) }, person.linked);
                }
                self.trace_load(seen, &resolved, place.0, 0, traces);
            }
        }
        if resolved.verdict.site.is_empty() {
            traces.pageless += 1;
        }
        self.enter_hits(seen, &resolved, place, position, &tally, cells, traces);
    }

    fn is_opened(&self, host: Sym) -> bool {
        self.input.opened_hosts.contains(&host)
    }

    fn tally(&self, seen: &Observation<'_>, resolved: &Resolved) -> Tally {
        Tally {
            sent: seen.sent,
            time: seen.time,
            capture: (self.input.role == Role::Capture).then_some(self.input.id),
            person: resolved.person,
            consent: seen.consent,
            account: (self.hash_of(seen.account), seen.account),
            event: (self.hash_of(seen.event()), seen.event()),
            sample: None,
        }
    }

    fn enter_visit(
        &self,
        seen: &Observation<'_>,
        resolved: &Resolved,
        record: u64,
        tally: &Tally,
        cells: &mut Cells,
        traces: &mut Traces,
    ) {
        let Some(visit) = seen.visit else { return };
        if self.input.role == Role::Capture && !self.context.is_page(seen.evidence.page_ref, visit.page) {
            return;
        }
        let page = if self.input.role == Role::Origin { resolved.verdict.page } else { visit.page };
        let site = if self.input.role == Role::Origin { resolved.site } else { self.sites.facts(page.host).site };
        let shown = match page.page {
            _ if self.input.other_pages.contains(&visit.page.page) => self.other,
            Sym::EMPTY => visit.page.page,
            page => page,
        };
        let state = match visit.logged_in {
            Some(true) => "logged in",
            Some(false) => "not logged in",
            // Where a log names users at all, a line without one is a visitor's.
            None if self.input.names_users => "not logged in",
            None => "unknown",
        };
        let key = CellKey {
            site,
            page: shown,
            day: seen.time.map(day_of),
            event: self.intern(state),
            text: self.intern(&classes_in_words(visit.url_classes)),
            ..CellKey::new(Level::Visit)
        };
        let nothing = (0, Sym::EMPTY);
        let capture = Some(self.input.id);
        let tally = Tally { account: nothing, event: nothing, sent: Sent::Sent, capture, ..*tally };
        cells.add(key, &tally);
        if let (true, Some(person)) = (self.input.visitors, resolved.person) {
            cells.add_visit(key, person.linked);
        }
        if self.input.role == Role::Capture {
            let id = match seen.time {
                Some(time) => {
                    let page = self.hash_of(key.page).to_le_bytes();
                    self.secret.hash_parts(LOAD, &[&time.to_le_bytes(), &page])
                }
                None => self.secret.hash_parts(LOAD, &[&self.input.content, &record.to_le_bytes()]),
            };
            traces.loads.add(Load { record, id, key, tally });
        }
    }

    /// Notes what a request of a capture means for the page load that it belongs to: `classes` is a
    /// bit set over [`DataClass`], empty for the mere contact.
    fn trace_load(&self, seen: &Observation<'_>, resolved: &Resolved, record: u64, classes: u64, traces: &mut Traces) {
        if self.input.role != Role::Capture || resolved.party != Party::Third {
            return;
        }
        if let Some(load) = self.context.load_of(seen.evidence.page_ref, resolved.verdict.page, record) {
            traces.loads.note(load, (resolved.vendor, resolved.owner), classes, seen.sent);
        }
    }

    fn host_key(seen: &Observation<'_>, resolved: &Resolved) -> CellKey {
        CellKey {
            site: resolved.site,
            vendor: resolved.vendor,
            owner: resolved.owner,
            purpose: resolved.purpose,
            event: resolved.party_source,
            text: seen.recipient.host,
            ..CellKey::new(Level::Host)
        }
    }

    fn enter_contact(seen: &Observation<'_>, resolved: &Resolved, tally: &Tally, cells: &mut Cells) {
        let vendor = CellKey {
            vendor: resolved.vendor,
            owner: resolved.owner,
            purpose: resolved.purpose,
            ..CellKey::new(Level::Contact)
        };
        cells.add(vendor, tally);
        cells.add(CellKey { level: Level::SiteContact, site: resolved.site, ..vendor }, tally);
        cells.add(Self::host_key(seen, resolved), tally);
        if seen.sent != Sent::Sent {
            return;
        }
        for told in &seen.told {
            let key = CellKey {
                site: resolved.site,
                page: resolved.page,
                vendor: resolved.vendor,
                owner: resolved.owner,
                account: seen.account,
                event: told.event,
                text: told.text,
                ..CellKey::new(Level::Event)
            };
            cells.add(key, tally);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of enter, split off for its length")]
    fn enter_hits(
        &self,
        seen: &Observation<'_>,
        resolved: &Resolved,
        place: (u64, u64),
        position: u64,
        tally: &Tally,
        cells: &mut Cells,
        traces: &mut Traces,
    ) {
        let day = seen.time.map(day_of);
        let pair = |one: Sym, two: u32| u64::from(one.number()) << 32 | u64::from(two);
        let mut common = vec![
            pair(resolved.site, resolved.page.number()),
            pair(resolved.vendor, resolved.owner.number()),
            pair(resolved.purpose, 0),
            day.map_or(u64::MAX, |day| u64::from(day.cast_unsigned())),
        ];
        let mut counted: Vec<(&Hit<'_>, Channel, u64)> = Vec::new();
        for (ordinal, hit, channel) in self.disclosures(seen, resolved) {
            let found = Found { seen, resolved, hit, channel, ordinal, record: place.0, offset: place.1 };
            let id = self.finding_id(&found);
            if Self::is_grouped(hit.class) {
                traces.groups.add(id, position + u64::from(ordinal));
            }
            if Self::counts(hit) {
                traces.findings += 1;
                common.push(u64::from_le_bytes([
                    hit.class as u8,
                    hit.form as u8,
                    channel as u8,
                    hit.confidence as u8,
                    resolved.party as u8,
                    0,
                    0,
                    0,
                ]));
                counted.push((hit, channel, id));
            }
        }
        if counted.is_empty() {
            return;
        }
        let classes = counted.iter().fold(0, |bits, (hit, _, _)| bits | 1 << hit.class as u64);
        self.trace_load(seen, resolved, place.0, classes, traces);
        let route = cells.route(&common, |cells| self.route(resolved, day, &counted, cells));
        cells.enter(&route, tally, |members| {
            let members = members.iter().filter_map(|&at| counted.get(at as usize));
            members.min_by_key(|(_, _, id)| *id).map(|(hit, _, id)| (hit.confidence, *id))
        });
    }

    /// Works out in which cells findings like these are counted. The finest have their findings of the
    /// highest confidence.
    fn route(
        &self,
        resolved: &Resolved,
        day: Option<i32>,
        counted: &[(&Hit<'_>, Channel, u64)],
        cells: &mut Cells,
    ) -> Route {
        let mut grains: Vec<(CellKey, Vec<u32>)> = Vec::new();
        for ((hit, channel, _), at) in counted.iter().zip(0u32..) {
            let key = Self::grain(resolved, day, hit, *channel);
            match grains.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(at),
                None => grains.push((key, vec![at])),
            }
        }
        let confidence = |at: &u32| counted.get(*at as usize).map(|(hit, _, _)| hit.confidence);
        let mut route = Route::default();
        for (key, mut members) in grains {
            let highest = members.iter().filter_map(confidence).max();
            members.retain(|at| confidence(at) == highest);
            let (place, sums) = cells.grain(key, |add| Self::sums(key, resolved.party, add));
            route.grains.push((place, members));
            route.sums.extend_from_slice(sums);
        }
        route.sums.sort_unstable();
        route.sums.dedup();
        route
    }

    /// The finest cell that a finding is counted in.
    fn grain(resolved: &Resolved, day: Option<i32>, hit: &Hit<'_>, channel: Channel) -> CellKey {
        CellKey {
            site: resolved.site,
            page: resolved.page,
            day,
            vendor: resolved.vendor,
            owner: resolved.owner,
            purpose: resolved.purpose,
            class: Some(hit.class),
            form: Some(hit.form),
            channel: Some(channel),
            ..CellKey::new(Level::Grain)
        }
    }

    /// All cells that one of the finest is part of. Sharing inside one group is no disclosure: it has
    /// its rows, but no part in totals.
    fn sums(grain: CellKey, party: Party, add: &mut dyn FnMut(CellKey)) {
        let CellKey { site, page, day, vendor, owner, purpose, class, form, channel, .. } = grain;
        let tier = class.map(DataClass::tier);
        let of_vendor = CellKey { vendor, owner, purpose, ..CellKey::new(Level::Vendor) };
        let of_site = CellKey { site, ..of_vendor };
        add(CellKey { level: Level::Exposure, class, form, channel, ..of_site });
        add(CellKey { level: Level::Page, page, class, ..of_site });
        add(CellKey { level: Level::Day, day, class, ..of_site });
        if party == Party::SameOwner {
            return;
        }
        add(of_vendor);
        add(CellKey { level: Level::VendorTier, tier, ..of_vendor });
        add(CellKey { level: Level::Site, ..of_site });
        for site in [site, Sym::EMPTY] {
            let total = CellKey { site, ..CellKey::new(Level::TotalAll) };
            add(total);
            add(CellKey { level: Level::TotalOwner, owner, ..total });
            add(CellKey { level: Level::TotalTier, tier, ..total });
            add(CellKey { level: Level::TotalOwnerClass, owner, class, ..total });
        }
    }
}

/// Days since 1970 (UTC).
pub fn day_of(time: i64) -> i32 {
    i32::try_from(time.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// The data classes of a bit set, in words.
fn classes_in_words(classes: u64) -> String {
    let words = DataClass::ALL.iter().filter(|class| classes & (1 << **class as u64) != 0).map(|class| class.word());
    words.collect::<Vec<_>>().join(", ")
}
