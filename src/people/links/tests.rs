use super::*;
use std::collections::BTreeSet;

const DAY: i64 = 86_400_000_000;

fn key(kind: PersonKind, n: u64) -> PersonKey {
    PersonKey::new(kind, n << 8)
}

fn user(n: u64) -> Id {
    Id { key: key(PersonKind::User, n), scope: 0 }
}

/// An id of a vendor: vendors count from 1.
fn id(vendor: u64, n: u64) -> Id {
    Id { key: key(PersonKind::Browser, vendor << 40 | n), scope: vendor }
}

fn ip(n: u64) -> PersonKey {
    key(PersonKind::Ip, n)
}

fn agent(n: u64) -> PersonKey {
    key(PersonKind::IpAgent, n)
}

/// One record: the ids in it, the address, the day.
type Record = (Vec<Id>, PersonKey, i64);

fn links(records: &[Record]) -> Links {
    let mut sightings = Sightings::default();
    records.iter().for_each(|(ids, place, day)| {
        let mut ids = ids.clone();
        ids.sort_by_key(|id| id.key);
        sightings.add(&ids, Some(*place), Some(day * DAY));
    });
    Links::new(&sightings)
}

/// How many people the records are of.
fn people(records: &[Record]) -> usize {
    let links = links(records);
    let strongest = |(ids, place, _): &Record| ids.iter().map(|id| id.key).min().unwrap_or(*place);
    records.iter().map(|record| links.person(strongest(record))).collect::<BTreeSet<_>>().len()
}

#[test]
fn one_person_with_three_cookies_is_one() {
    let (ga, fbp, scid) = (id(1, 1), id(2, 1), id(3, 1));
    // All three at once, each in a record of its own vendor, and none.
    let records =
        [(vec![ga, fbp, scid], agent(1), 0), (vec![ga], agent(1), 1), (vec![fbp], agent(2), 2), (vec![], agent(1), 3)];
    assert_eq!(people(&records), 1);
    // Never two in one record: only the address and agent, or the address, is common.
    for place in [agent(1), ip(1)] {
        let records = [(vec![ga], place, 0), (vec![fbp], place, 0), (vec![scid], place, 1), (vec![], place, 1)];
        assert_eq!(people(&records), 1);
    }
}

#[test]
fn an_account_joins_a_persons_devices() {
    let records = [
        (vec![user(1), id(1, 1)], agent(1), 0),
        (vec![user(1), id(1, 2)], agent(2), 0),
        (vec![id(1, 1)], agent(3), 5),
        (vec![id(1, 2), id(2, 9)], agent(2), 6),
    ];
    assert_eq!(people(&records), 1);
}

#[test]
fn two_people_behind_one_address_are_never_one() {
    for place in [agent(1), ip(1)] {
        assert_eq!(people(&[(vec![user(1)], place, 0), (vec![user(2)], place, 9)]), 2, "accounts");
        let at_once = [(vec![id(1, 1)], place, 0), (vec![id(1, 2)], place, 0), (vec![id(1, 1)], place, 1)];
        assert_eq!(people(&at_once), 2, "cookies of one time");
    }
    let later = |place| [(vec![id(1, 1)], place, 0), (vec![id(1, 2)], place, 9)];
    assert_eq!(people(&later(ip(1))), 2, "an address alone links nothing");
    assert_eq!(people(&later(agent(1))), 1, "a browser that was cleared");
}

#[test]
fn a_shared_computer_does_not_make_its_users_one() {
    let shared = id(1, 1);
    let records =
        [(vec![user(1), shared], agent(1), 0), (vec![user(2), shared], agent(1), 1), (vec![shared], agent(1), 2)];
    assert_eq!(people(&records), 2);
}

#[test]
fn an_id_that_everybody_has_links_nobody() {
    let constant = id(1, 1);
    let many = MOST_PARTNERS as u64 + 1;
    let records: Vec<Record> = (0..many).map(|n| (vec![constant, id(2, n)], ip(n), 0)).collect();
    let own = links(&records);
    let persons: BTreeSet<_> = (0..many).map(|n| own.person(id(2, n).key)).collect();
    assert_eq!(persons.len() as u64, many);
}

#[test]
fn what_follows_does_not_depend_on_the_order_of_records() {
    let mut records: Vec<Record> = Vec::new();
    for n in 0..60 {
        records.push((vec![user(n % 13), id(1, n % 17)], agent(n % 5), n as i64 % 4));
        records.push((vec![id(2, n % 19)], ip(n % 3), n as i64 % 7));
        records.push((vec![id(1, n % 17), id(2, n % 23)], agent(n % 7), n as i64 % 3));
    }
    let forward = links(&records).persons;
    let backward: Vec<Record> = records.iter().rev().cloned().collect();
    assert_eq!(forward, links(&backward).persons);
    let (mut left, mut right) = (Sightings::default(), Sightings::default());
    for (n, (ids, place, day)) in records.iter().enumerate() {
        let mut ids = ids.clone();
        ids.sort_by_key(|id| id.key);
        if n % 3 == 0 { &mut left } else { &mut right }.add(&ids, Some(*place), Some(day * DAY));
    }
    right.merge(&left);
    let stored = postcard::to_stdvec(&right).expect("stored");
    let read: Sightings = postcard::from_bytes(&stored).expect("read");
    assert_eq!(forward, Links::new(&read).persons);
}

#[test]
fn beyond_the_limit_nothing_is_linked_and_browsers_do_not_count() {
    let mut sightings = Sightings::default();
    for n in 0..MOST_FACTS as u64 {
        sightings.add(&[id(1, n)], Some(ip(n)), None);
    }
    assert!(sightings.is_full());
    let links = Links::new(&sightings);
    assert_eq!(links.counting(&[id(1, 1).key, ip(1)]), Some(ip(1)));
    assert_eq!(links.counting(&[user(1).key, id(1, 1).key, ip(1)]), Some(user(1).key));
    assert_eq!(links.counting(&[id(1, 1).key]), Some(id(1, 1).key));
}

/// Numbers that look random and are the same in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A world of which everything is known.
struct World {
    people: u64,
    /// How many people share an address.
    behind: u64,
    /// How often a month each person clears the browser, at most.
    churn: u64,
    /// Whether the proxy names users.
    names_users: bool,
    /// Whether the log has agents, which people behind one address share.
    has_agents: bool,
}

/// What the tool counts in it.
struct Count {
    people: usize,
    accounts: usize,
    browsers: usize,
}

impl World {
    /// Four weeks of visits: a person visits on some days, and each visit sends two vendors their
    /// ids and a third one none.
    fn count(&self, draws: &mut Draws) -> Count {
        let mut records: Vec<Record> = Vec::new();
        for person in 0..self.people {
            let address = person / self.behind;
            let place = if self.has_agents { agent(address * 8 + person % 3) } else { ip(address) };
            let cleared: Vec<i64> = (0..draws.below(self.churn + 1)).map(|_| draws.below(28) as i64).collect();
            let user = self.names_users.then(|| user(person));
            for _ in 0..=draws.below(6) {
                let day = draws.below(28) as i64;
                let generation = cleared.iter().filter(|cleared| **cleared <= day).count() as u64;
                for vendor in [1, 2] {
                    let ids = user.into_iter().chain([id(vendor, person * 4 + generation)]).collect();
                    records.push((ids, place, day));
                }
                records.push((user.into_iter().collect(), place, day));
            }
        }
        let of_kind = |records: &[Record], scope: u64| {
            let ids = records.iter().flat_map(|(ids, _, _)| ids).filter(|id| id.scope == scope);
            ids.map(|id| id.key).collect::<BTreeSet<_>>().len()
        };
        Count { people: people(&records), accounts: of_kind(&records, 0), browsers: of_kind(&records, 1) }
    }
}

/// Accounts are a floor where nobody has two; one vendor's ids are a ceiling where no browser is
/// shared and every visit has one. The count lies between, whatever is shared or cleared.
#[test]
fn the_count_lies_between_its_floor_and_its_ceiling_in_every_run() {
    let mut draws = Draws(3);
    let mut runs = 0;
    for behind in [1, 2, 10, 100, 500] {
        for churn in [0, 1, 2] {
            for (names_users, has_agents) in [(true, true), (true, false), (false, true), (false, false)] {
                for _ in 0..if behind < 100 { 20 } else { 3 } {
                    let world = World { people: behind.max(40), behind, churn, names_users, has_agents };
                    let count = world.count(&mut draws);
                    let truth = world.people as usize;
                    let context = format!(
                        "{behind} behind an address, churn {churn}, users {names_users}, agents {has_agents}: {} people, {} accounts, {} browsers",
                        count.people, count.accounts, count.browsers
                    );
                    if names_users {
                        assert_eq!(count.accounts, truth, "{context}");
                        assert_eq!(count.people, truth, "accounts are never merged nor split: {context}");
                    }
                    assert!(truth <= count.browsers, "{context}");
                    assert!(count.people <= count.browsers, "{context}");
                    if churn == 0 && !names_users && !has_agents {
                        assert_eq!(count.people, truth, "{context}");
                    }
                    runs += 1;
                }
            }
        }
    }
    assert!(runs > 700);
}
