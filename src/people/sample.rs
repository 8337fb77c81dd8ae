//! A sample of people with their visits: the people with the smallest keys, up to a limit, each
//! with the number of their requests. Keys are keyed hashes, so this is a fair draw, and the same
//! one in any order and any split: who is in the sample of the whole is in the sample of a part.
//!
//! The same keys, shifted, are the hashes of a theta sketch (Apache DataSketches), from which the
//! number of people that two samples have in common is estimated.

use super::links::Links;
use super::set::{Counted, Person};
use super::sketch::whole;
use crate::observation::PersonKey;
use anyhow::{Context, Result};
use datasketches::common::NumStdDev;
use datasketches::theta::{CompactThetaSketch, ThetaIntersection};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many people a sample holds, a power of two.
pub const SAMPLED: usize = 1 << LG_SAMPLED;
const LG_SAMPLED: u8 = 12;

/// The seed of DataSketches, and the hash of it that its images carry.
const SEED: u64 = 9_001;
const SEED_HASH: u16 = 0x93cc;

/// How many entries wait before they are sorted in.
const WAITING: usize = 512;

/// Requests of a person that one key showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    person: Person,
    requests: u64,
}

impl Entry {
    /// A person's place in the order of all: the keyed hash without the kind of key, then the key.
    fn rank(&self) -> (u64, PersonKey) {
        (self.person.linked.0 << PersonKey::KIND_BITS, self.person.linked)
    }
}

/// A sample of people that is being drawn. One person more than the limit is kept: that person's
/// place tells how large a part of all people the sample is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct Sample {
    sorted: Vec<Entry>,
    is_cut: bool,
    waiting: Vec<Entry>,
}

impl Sample {
    /// Adds requests of a person.
    pub fn add(&mut self, person: Person, requests: u64) {
        match self.waiting.last_mut() {
            Some(last) if last.person == person => last.requests += requests,
            _ => self.push(Entry { person, requests }),
        }
    }

    /// About how many bytes it takes up.
    pub fn size(&self) -> usize {
        (self.sorted.len() + self.waiting.len()) * size_of::<Entry>()
    }

    /// Adds everybody in another sample.
    pub fn merge(&mut self, other: &Sample) {
        other.sorted.iter().chain(&other.waiting).for_each(|entry| self.push(*entry));
    }

    fn push(&mut self, entry: Entry) {
        let is_beyond = self.is_cut && self.sorted.last().is_some_and(|last| last.rank() < entry.rank());
        if is_beyond {
            return;
        }
        self.waiting.push(entry);
        if self.waiting.len() >= WAITING {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.sorted.append(&mut self.waiting);
        self.sorted.sort_unstable_by_key(|entry| (entry.rank(), entry.person.key));
        self.sorted.dedup_by(|next, first| {
            let same = next.person == first.person;
            if same {
                first.requests += next.requests;
            }
            same
        });
        let mut people = 0;
        let kept = self.sorted.chunk_by(|a, b| a.rank() == b.rank()).take_while(|_| {
            people += 1;
            people <= SAMPLED + 1
        });
        let kept: usize = kept.map(<[Entry]>::len).sum();
        self.sorted.truncate(kept);
        self.is_cut = people > SAMPLED;
    }

    /// The sample as it is so far.
    pub fn drawn(&self) -> Drawn {
        let mut own = self.clone();
        own.settle();
        Drawn { entries: own.sorted, is_cut: own.is_cut }
    }
}

impl From<Sample> for Vec<Entry> {
    fn from(mut sample: Sample) -> Self {
        sample.settle();
        sample.sorted
    }
}

impl From<Vec<Entry>> for Sample {
    fn from(entries: Vec<Entry>) -> Self {
        let mut sample = Sample::default();
        entries.into_iter().for_each(|entry| sample.push(entry));
        sample.settle();
        sample
    }
}

/// A sample of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    entries: Vec<Entry>,
    is_cut: bool,
}

impl Drawn {
    /// Whether there are more people than the sample holds.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// How many people are in the sample, as their inputs tell them apart.
    pub fn len(&self) -> usize {
        self.entries.chunk_by(|a, b| a.rank() == b.rank()).count().min(SAMPLED)
    }

    /// Whether nobody is in the sample.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The people of the sample in the order of their keys, with their requests.
    pub fn visits(&self, links: &Links) -> Vec<(PersonKey, u64)> {
        let mut visits: BTreeMap<PersonKey, u64> = BTreeMap::new();
        for entry in self.entries.chunk_by(|a, b| a.rank() == b.rank()).take(SAMPLED).flatten() {
            // Where the sample is cut, people are those by whom it was drawn.
            let person = if self.is_cut { entry.person.linked } else { links.stands_for(entry.person) };
            *visits.entry(person).or_default() += entry.requests;
        }
        visits.into_iter().collect()
    }

    /// How many people are in both of two populations.
    ///
    /// # Errors
    /// When the sketches cannot be made, which would be a defect.
    pub fn overlap(&self, other: &Drawn, links: &Links) -> Result<Counted> {
        if !self.is_cut && !other.is_cut {
            let own = self.visits(links);
            let has = |(person, _): &&(PersonKey, u64)| own.binary_search_by_key(person, |(key, _)| *key).is_ok();
            let people = other.visits(links).iter().filter(has).count() as u64;
            return Ok(Counted { people, low: people, high: people, is_exact: true, ..Counted::default() });
        }
        let mut both = ThetaIntersection::with_seed(SEED).context("an intersection of sketches")?;
        both.update(&self.theta()?).context("an intersection of sketches")?;
        both.update(&other.theta()?).context("an intersection of sketches")?;
        let both = both.to_sketch(true).context("an intersection of sketches")?;
        Ok(Counted {
            people: whole(both.estimate()),
            low: whole(both.lower_bound(NumStdDev::Two).floor()),
            high: whole(both.upper_bound(NumStdDev::Two).ceil()),
            is_exact: false,
            ..Counted::default()
        })
    }

    /// The sample as a theta sketch, by way of the image in which sketches are exchanged.
    fn theta(&self) -> Result<CompactThetaSketch> {
        let mut hashes: Vec<u64> = self.entries.iter().map(|entry| (entry.rank().0 >> 1).max(1)).collect();
        hashes.dedup();
        let theta = if self.is_cut { hashes.pop().unwrap_or(MAX_THETA) } else { MAX_THETA };
        let count = u32::try_from(hashes.len()).context("a sample is larger than its limit")?;
        let mut image = vec![3, 3, 3, 0, 0, FLAGS];
        image.extend_from_slice(&SEED_HASH.to_le_bytes());
        image.extend_from_slice(&count.to_le_bytes());
        image.extend_from_slice(&1f32.to_le_bytes());
        image.extend_from_slice(&theta.to_le_bytes());
        hashes.iter().for_each(|hash| image.extend_from_slice(&hash.to_le_bytes()));
        CompactThetaSketch::deserialize(&image).context("a sketch of people")
    }
}

/// The theta of a sketch that lists everybody.
const MAX_THETA: u64 = i64::MAX.cast_unsigned();
/// Read-only, compact and ordered.
const FLAGS: u8 = 1 << 1 | 1 << 3 | 1 << 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::PersonKind;
    use proptest::prelude::*;

    fn person(n: u64) -> Person {
        let hash = blake3::hash(&n.to_le_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        Person::alone(PersonKey::new(PersonKind::Ip, u64::from_le_bytes(first)))
    }

    fn drawing(people: impl IntoIterator<Item = u64>) -> Sample {
        let mut sample = Sample::default();
        people.into_iter().for_each(|n| sample.add(person(n), 1 + n % 3));
        sample
    }

    fn sample(people: impl IntoIterator<Item = u64>) -> Drawn {
        drawing(people).drawn()
    }

    #[test]
    fn small_populations_are_compared_exactly() {
        let (one, two) = (sample(0..3_000), sample(2_000..4_500));
        let both = one.overlap(&two, &Links::default()).expect("compared");
        assert_eq!((both.people, both.low, both.high, both.is_exact), (1_000, 1_000, 1_000, true));
        assert_eq!(sample([]).overlap(&one, &Links::default()).expect("compared").people, 0);
    }

    #[test]
    fn large_populations_are_compared_within_their_bounds() {
        let (one, two) = (sample(0..60_000), sample(40_000..100_000));
        let both = one.overlap(&two, &Links::default()).expect("compared");
        assert!(!both.is_exact && both.low <= 20_000 && 20_000 <= both.high, "{both:?}");
        assert!(both.low > 18_000 && both.high < 22_500, "{both:?}");
        let small = one.overlap(&sample(59_000..59_500), &Links::default()).expect("compared");
        assert!(small.low <= 500 && 500 <= small.high, "{small:?}");
    }

    #[test]
    fn nobody_found_in_common_is_not_nobody_in_common() {
        let (one, two) = (sample(0..60_000), sample(60_000..120_000));
        let both = one.overlap(&two, &Links::default()).expect("compared");
        assert_eq!((both.people, both.low), (0, 0));
        assert!(both.high > 0, "{both:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn a_sample_is_the_same_in_any_order_and_any_split(
            size in prop_oneof![0u64..100, 4_000u64..4_200, 4_097u64..12_000],
            cut in 0u64..12_000,
        ) {
            let cut = cut.min(size);
            let whole = sample(0..size);
            let (one, two) = (drawing((0..cut).rev()), drawing(cut..size));
            let (mut left, mut right) = (one.clone(), two.clone());
            left.merge(&two);
            right.merge(&one);
            prop_assert!(left.drawn() == whole && right.drawn() == whole);
            let stored = postcard::to_stdvec(&left).expect("stored");
            prop_assert!(postcard::from_bytes::<Sample>(&stored).expect("read").drawn() == whole);
            prop_assert_eq!(whole.visits(&Links::default()).len() as u64, size.min(SAMPLED as u64));
        }
    }
}
