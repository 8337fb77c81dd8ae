//! The watch list in memory. What names one person (address, phone, id, whole postal address) is
//! kept in clear and under the usual functions as fingerprints; what many share is kept as four
//! bytes a value, to be compared only beside a value that names its person. Rarer ways of hashing
//! would need twenty times the room: for those the digests of an input are kept instead, and the
//! people are passed by them when the input has been read, within a budget.

use super::list::{List, is_identifying};
use super::persona::is_plain_enough;
use crate::class::DataClass;
use crate::matching::hashes::{self, HashFunction};
use crate::matching::rules::{Rule, Variant, common_variants, variants};
use crate::matching::{How, Step};
use crate::pipeline::in_parts;
use crate::secret::Secret;
use hashbrown::{HashMap, HashSet};
use std::ops::Range;

/// Functions under which identifying values are kept.
const KEPT: [HashFunction; 3] = [HashFunction::Sha256, HashFunction::Md5, HashFunction::Sha1];

/// Shorter values are looked for in clear only.
const SHORTEST_HASHED: usize = 4;

/// Bits for the ways of a list's values.
pub(super) const HOW_BITS: u32 = 7;

/// The most people: what a payload can tell.
pub(super) const MOST_PEOPLE: u32 = 1 << (u32::BITS - HOW_BITS);

/// Bytes of addresses and numbers that are kept for passing by an input's digests.
const MOST_PASSING: usize = 64 << 20;

/// Digests worked out for one input at most.
const PASSING_BUDGET: u64 = 20_000_000;

/// A watch list, ready to be asked.
#[derive(Debug)]
pub(super) struct WatchList {
    pub(super) list: List,
    /// For each person, where the shared values end in `shared`.
    ends: Vec<u32>,
    /// Four bytes of the fingerprint or digest of each shared value.
    shared: Vec<u32>,
    passing: Vec<(u32, DataClass, u32)>,
    passing_text: String,
    /// Whether there are people who do not pass.
    is_cut: bool,
    people: u32,
}

impl WatchList {
    pub(super) fn new(list: List) -> Self {
        WatchList {
            list,
            ends: Vec::new(),
            shared: Vec::new(),
            passing: Vec::new(),
            passing_text: String::new(),
            is_cut: false,
            people: 0,
        }
    }

    /// Adds the next person.
    pub(super) fn add(&mut self, values: &[(DataClass, &str)], secret: &Secret) {
        let who = self.people;
        self.people += 1;
        for &(class, value) in values {
            match is_identifying(class) {
                true => self.add_identifying(class, value, who),
                false => self.add_shared(class, value, secret),
            }
        }
        self.list.add_address(values, who);
        self.ends.push(u32::try_from(self.shared.len()).unwrap_or(u32::MAX));
    }

    fn add_identifying(&mut self, class: DataClass, value: &str, who: u32) {
        for form in common_variants(class, value).iter().filter(|form| is_identifying(form.class)) {
            let plain = How::plain(form);
            if is_plain_enough(form.rule) {
                self.list.add_text(&form.text, who, plain);
            }
            // The digest of a short number is met wherever anything is numbered.
            let functions: &[HashFunction] = if form.text.len() < SHORTEST_HASHED { &[] } else { &KEPT };
            for &function in functions {
                let digest = function.digest(form.text.as_bytes());
                self.list.add(hashes::key(digest.as_bytes()), who, plain.then(Step::Hash(function)));
            }
        }
        if self.passing_text.len() + value.len() > MOST_PASSING {
            self.is_cut = true;
        } else {
            self.passing_text.push_str(value);
            self.passing.push((self.passing_text.len() as u32, class, who));
        }
    }

    fn add_shared(&mut self, class: DataClass, value: &str, secret: &Secret) {
        for form in variants(class, value).iter().filter(|form| is_usual(form.rule)) {
            let digest = HashFunction::Sha256.digest(form.text.as_bytes());
            self.shared.push(super::fingerprint_half(super::fingerprint(secret, class, &form.text)));
            self.shared.push(super::digest_half(hashes::key(digest.as_bytes())));
        }
    }

    pub(super) fn seal(&mut self) {
        self.list.seal();
        self.shared.shrink_to_fit();
    }

    /// Whether a person has a shared value with this fingerprint (its low half) or digest (the high
    /// half of its key).
    pub(super) fn shares(&self, who: u32, half: u32) -> bool {
        let end = self.ends.get(who as usize).map_or(0, |&end| end as usize);
        let start = who.checked_sub(1).and_then(|before| self.ends.get(before as usize)).map_or(0, |&end| end as usize);
        self.shared.get(start..end).is_some_and(|values| values.contains(&half))
    }

    /// Passes people by the digests of an input that nothing else named, in as many threads as there
    /// are `jobs`. Answers what they hide and whether everybody passed in every way.
    pub(super) fn pass(&self, asked: &HashSet<u64>, jobs: usize) -> (HashMap<u64, (u32, How)>, bool) {
        let mut found = HashMap::new();
        if asked.is_empty() {
            return (found, true);
        }
        let mut spent = 0;
        for (number, &way) in WAYS.iter().enumerate() {
            let parts = in_parts(jobs, self.passing.len(), |range| self.pass_way(range, way, asked));
            let cost: u64 = parts.iter().map(|(_, cost)| cost).sum();
            for (key, known) in parts.into_iter().flat_map(|(found, _)| found) {
                found.entry(key).or_insert(known);
            }
            spent += cost;
            // The next way costs about as much.
            if number + 1 < WAYS.len() && spent + cost > PASSING_BUDGET {
                return (found, false);
            }
        }
        (found, !self.is_cut)
    }

    /// Passes some of the values in one way. Answers what they name and what that cost.
    fn pass_way(&self, range: Range<usize>, way: Way, asked: &HashSet<u64>) -> (Vec<Named>, u64) {
        let (mut found, mut cost) = (Vec::new(), 0);
        let before = range.start.checked_sub(1).and_then(|before| self.passing.get(before));
        let mut start = before.map_or(0, |&(end, _, _)| end as usize);
        for &(end, class, who) in &self.passing[range] {
            let value = &self.passing_text[start..end as usize];
            start = end as usize;
            cost += 1;
            for form in common_variants(class, value).iter().filter(|form| is_usual(form.rule)) {
                cost += way.1.map_or(1, |_| 2);
                let named = hashed(form, way).into_iter().filter(|(key, _)| asked.contains(key));
                found.extend(named.map(|(key, how)| (key, (who, how))));
            }
        }
        (found, cost)
    }
}

/// A digest's key, with whose value it hides and how.
type Named = (u64, (u32, How));

/// A function, or two of which the second hashes what the first gave.
type Way = (HashFunction, Option<HashFunction>);

/// The rarer ways, the likelier first.
const WAYS: [Way; 26] = {
    use HashFunction as H;
    [
        (H::Md5, Some(H::Sha256)),
        (H::Awin, None),
        (H::Sha512, None),
        (H::Sha1, Some(H::Sha256)),
        (H::Sha256, Some(H::Sha256)),
        (H::Md5, Some(H::Md5)),
        (H::Sha256, Some(H::Md5)),
        (H::Md5, Some(H::Sha1)),
        (H::Sha1, Some(H::Sha1)),
        (H::Sha256, Some(H::Sha1)),
        (H::Sha1, Some(H::Md5)),
        (H::Sha384, None),
        (H::Sha224, None),
        (H::Sha3_256, None),
        (H::Sha3_512, None),
        (H::Sha3_384, None),
        (H::Sha3_224, None),
        (H::Ripemd160, None),
        (H::Blake2b, None),
        (H::Blake2s, None),
        (H::Blake3, None),
        (H::Whirlpool, None),
        (H::Md4, None),
        (H::Md2, None),
        (H::Murmur3, None),
        (H::Sha512, Some(H::Sha256)),
    ]
};

fn hashed(form: &Variant, (first, again): Way) -> Vec<(u64, How)> {
    let digest = first.digest(form.text.as_bytes());
    let how = How::plain(form).then(Step::Hash(first));
    match again {
        None => first.keys(&digest).map(|key| (key, how)).collect(),
        Some(again) => first
            .texts(&digest)
            .iter()
            .map(|text| (hashes::key(again.digest(text.as_bytes()).as_bytes()), how.then(Step::Hash(again))))
            .collect(),
    }
}

/// Rules that most vendors follow; the others are rare for what many share.
fn is_usual(rule: Rule) -> bool {
    matches!(rule, Rule::Lower | Rule::Bare | Rule::Code | Rule::Compact | Rule::Iso | Rule::Head | Rule::Initial)
        || matches!(rule, Rule::Digits | Rule::Plus)
}
