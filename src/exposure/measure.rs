//! A measure: everything that is counted for one cell. Merging measures is associative and
//! commutative and the default is the identity; a property test holds this to be so.

use super::cells::CellKey;
use super::sets::{IdSet, SymSet};
use crate::observation::Consent;
use crate::patterns::Confidence;
use crate::people::sample::Sample;
use crate::people::set::{People, Person};
use crate::record::Sent;
use crate::symbols::Sym;
use serde::{Deserialize, Serialize};

/// What one record adds to a cell.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Tally {
    /// Whether the request left the client.
    pub sent: Sent,
    /// When, in microseconds since 1970 (UTC).
    pub time: Option<i64>,
    /// The capture that the record is from, if it is from a capture.
    pub capture: Option<u64>,
    /// The person, where one is counted.
    pub person: Option<Person>,
    /// The consent signal.
    pub consent: Consent,
    /// The account with a hash of it.
    pub account: (u64, Sym),
    /// The event with a hash of it.
    pub event: (u64, Sym),
    /// How sure the finding is, and its id, where there is one.
    pub sample: Option<(Confidence, u64)>,
}

#[cfg(test)]
impl Tally {
    /// A request that was sent, of which nothing else is known.
    pub(crate) fn bare() -> Self {
        Tally {
            sent: Sent::Sent,
            time: None,
            capture: None,
            person: None,
            consent: Consent::None,
            account: (0, Sym::EMPTY),
            event: (0, Sym::EMPTY),
            sample: None,
        }
    }
}

/// What is counted for one cell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measure {
    /// Requests that were sent.
    pub requests: u64,
    /// Requests that the client or the proxy stopped.
    pub blocked: u64,
    /// Requests of which the record does not tell.
    pub unknown: u64,
    /// Captures.
    pub captures: IdSet,
    /// People.
    pub people: People,
    /// A sample of the people with their requests, in cells that need one.
    pub visits: Option<Box<Sample>>,
    /// First and last time.
    pub span: Span,
    /// Which consent signals occurred, one bit each.
    consents: u8,
    /// Accounts.
    pub accounts: SymSet,
    /// Events.
    pub events: SymSet,
    sample: Option<(Confidence, u64)>,
}

impl Measure {
    /// A measure that also keeps a sample of people.
    pub fn with_sample() -> Self {
        Measure { visits: Some(Box::default()), ..Measure::default() }
    }

    /// About how many bytes it takes up, with its key.
    pub fn size(&self) -> usize {
        let Measure { captures, people, visits, accounts, events, .. } = self;
        let (captures, visits) =
            (captures.room() * size_of::<u64>(), visits.as_ref().map_or(0, |visits| visits.size()));
        size_of::<(CellKey, Measure)>() + captures + people.size() + visits + accounts.size() + events.size()
    }

    /// Counts one record without its traces, which another measure keeps.
    pub fn count(&mut self, tally: &Tally) {
        match tally.sent {
            Sent::Blocked => self.blocked += 1,
            Sent::Unknown => self.unknown += 1,
            Sent::Sent => self.requests += 1,
        }
        if let (Sent::Sent, Some(person), Some(visits)) = (tally.sent, tally.person, &mut self.visits) {
            visits.add(person, 1);
        }
    }

    /// Adds one record. What was not sent is counted apart and leaves no other trace.
    pub fn add(&mut self, tally: &Tally) {
        self.count(tally);
        if tally.sent != Sent::Sent {
            return;
        }
        if let Some(capture) = tally.capture {
            self.captures.insert(capture);
        }
        if let Some(person) = tally.person {
            self.people.insert(person);
        }
        self.span.add(tally.time);
        self.consents |= 1 << tally.consent as u8;
        if !tally.account.1.is_empty() {
            self.accounts.insert(tally.account.0, tally.account.1);
        }
        if !tally.event.1.is_empty() {
            self.events.insert(tally.event.0, tally.event.1);
        }
        self.sample = better(self.sample, tally.sample);
    }

    /// Adds everything in another measure.
    pub fn merge(&mut self, other: &Measure) {
        self.requests += other.requests;
        self.blocked += other.blocked;
        self.unknown += other.unknown;
        if let Some(visits) = &other.visits {
            self.visits.get_or_insert_default().merge(visits);
        }
        self.merge_traces(other);
    }

    /// Adds the traces of records in another measure that are counted in this one already.
    pub fn merge_traces(&mut self, other: &Measure) {
        self.captures.merge(&other.captures);
        self.people.merge(&other.people);
        self.span.merge(other.span);
        self.consents |= other.consents;
        self.accounts.merge(&other.accounts);
        self.events.merge(&other.events);
        self.sample = better(self.sample, other.sample);
    }

    /// The same counts in the numbers of another table of texts.
    pub fn with_syms(mut self, number: &impl Fn(Sym) -> Sym) -> Self {
        self.accounts = self.accounts.with_syms(number);
        self.events = self.events.with_syms(number);
        self
    }

    /// Forgets everybody, where the keys of people cannot be compared.
    pub fn forget_people(&mut self) {
        self.people = People::default();
        self.visits = None;
    }

    /// The consent signals that occurred, in words.
    pub fn consents(&self) -> String {
        let all = [Consent::Granted, Consent::Limited, Consent::Denied, Consent::None];
        let seen = all.iter().filter(|c| self.consents & (1 << **c as u8) != 0);
        seen.map(|c| c.word()).collect::<Vec<_>>().join(", ")
    }

    /// The confidence of the best finding.
    pub fn confidence(&self) -> Option<Confidence> {
        self.sample.map(|(confidence, _)| confidence)
    }

    /// The id of the best finding.
    pub fn sample(&self) -> Option<u64> {
        self.sample.map(|(_, id)| id)
    }
}

/// The finding of the highest confidence, ties by the smallest id.
fn better(one: Option<(Confidence, u64)>, two: Option<(Confidence, u64)>) -> Option<(Confidence, u64)> {
    match (one, two) {
        (Some(a), Some(b)) if (b.0, std::cmp::Reverse(b.1)) > (a.0, std::cmp::Reverse(a.1)) => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}

/// The first and the last time of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span(Option<(i64, i64)>);

impl Span {
    /// Takes in a time.
    pub fn add(&mut self, time: Option<i64>) {
        self.merge(Span(time.map(|time| (time, time))));
    }

    /// Takes in another span.
    pub fn merge(&mut self, other: Span) {
        self.0 = match (self.0, other.0) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, two) => one.or(two),
        };
    }

    /// The first time.
    pub fn first(self) -> Option<i64> {
        self.0.map(|(first, _)| first)
    }

    /// The last time.
    pub fn last(self) -> Option<i64> {
        self.0.map(|(_, last)| last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{PersonKey, PersonKind};
    use crate::people::links::Links;
    use proptest::prelude::*;

    fn tally() -> impl Strategy<Value = Tally> {
        let sent = prop_oneof![4 => Just(Sent::Sent), 1 => Just(Sent::Blocked), 1 => Just(Sent::Unknown)];
        let sample = prop::option::of((
            prop_oneof![Just(Confidence::Possible), Just(Confidence::Likely), Just(Confidence::Certain)],
            0u64..50,
        ));
        (sent, prop::option::of(-5i64..50), prop::option::of(0u64..4), prop::option::of(0u64..40), sample).prop_map(
            |(sent, time, capture, person, sample)| Tally {
                sent,
                time,
                capture,
                person: person.map(|id| Person::alone(PersonKey::new(PersonKind::Ip, id << 4))),
                sample,
                ..Tally::bare()
            },
        )
    }

    fn measure(tallies: &[Tally]) -> Measure {
        let mut measure = Measure::with_sample();
        tallies.iter().for_each(|tally| measure.add(tally));
        measure
    }

    fn shown(measure: &Measure) -> String {
        let mut m = measure.clone();
        format!(
            "{} {} {} {:?} {:?} {:?} {} {:?}",
            m.requests,
            m.blocked,
            m.unknown,
            m.captures.ids().to_vec(),
            m.people.persons(&Links::default()),
            m.span,
            m.consents(),
            (m.sample, m.visits.as_ref().map(|visits| visits.drawn()))
        )
    }

    fn merged(one: &Measure, two: &Measure) -> Measure {
        let mut sum = one.clone();
        sum.merge(two);
        sum
    }

    proptest! {
        #[test]
        fn merging_is_a_commutative_monoid(
            a in prop::collection::vec(tally(), 0..20),
            b in prop::collection::vec(tally(), 0..20),
            c in prop::collection::vec(tally(), 0..20),
        ) {
            let whole = measure(&[&a[..], &b[..], &c[..]].concat());
            let (a, b, c) = (measure(&a), measure(&b), measure(&c));
            prop_assert_eq!(shown(&merged(&merged(&a, &b), &c)), shown(&whole));
            prop_assert_eq!(shown(&merged(&a, &merged(&b, &c))), shown(&whole));
            prop_assert_eq!(shown(&merged(&a, &b)), shown(&merged(&b, &a)));
            prop_assert_eq!(shown(&merged(&a, &Measure::default())), shown(&a));
            prop_assert_eq!(shown(&merged(&Measure::default(), &a)), shown(&a));
            let stored = postcard::to_stdvec(&whole).expect("stored");
            prop_assert_eq!(shown(&postcard::from_bytes(&stored).expect("read")), shown(&whole));
        }
    }
}
