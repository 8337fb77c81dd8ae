//! The harvest: values that an input holds in clear, so that the same values are recognised where
//! the input holds them hashed. A value waits veiled with the user's key, since what waits may be
//! put on a disk, and is hashed under the vendors' rules when the input has ended: only if the input
//! holds digests at all. Batches harvest by themselves and are merged in order.

use super::hashes::{self, HashFunction};
use super::rules::variants;
use super::{Asked, How, Step};
use crate::class::DataClass;
use crate::pipeline::in_parts;
use crate::secret::Secret;
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

/// How many values of one input are kept; the input's gap `matching_capped` tells of more.
const MOST_VALUES: usize = 50_000;

/// The domain of waiting values among what is made with the user's key.
const WAITING: u8 = b'w';

/// Values of forms that are longer are texts.
pub const LONGEST_FIELD: usize = 100;

/// Values that were seen in clear.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Harvest {
    known: HashSet<u64>,
    values: Vec<Value>,
    capped: bool,
    /// Whether nothing more is taken in.
    #[serde(skip)]
    closed: bool,
}

/// A value by its fingerprint, with its veiled text.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Value {
    id: u64,
    class: DataClass,
    veiled: Box<[u8]>,
}

/// What the digests of an input hide, by the digest's key.
pub type Proofs = HashMap<u64, How>;

impl Harvest {
    /// Nothing so far; a closed one stays so, since its input's is full.
    pub fn new(closed: bool) -> Self {
        Harvest { closed, ..Harvest::default() }
    }

    /// Adds a value; `id` is its fingerprint, by which it is told from others.
    pub fn note(&mut self, id: u64, class: DataClass, value: &str, secret: &Secret) {
        if self.closed || !is_harvested(class) || self.known.contains(&id) {
            return;
        }
        if self.values.len() >= MOST_VALUES {
            self.capped = true;
            return;
        }
        self.known.insert(id);
        let mut value = Value { id, class, veiled: value.as_bytes().into() };
        value.veil(secret);
        self.values.push(value);
    }

    /// Adds what the next batch saw.
    pub fn append(&mut self, next: Harvest) {
        self.capped |= next.capped;
        for value in next.values {
            if self.values.len() >= MOST_VALUES {
                self.capped = true;
                return;
            }
            if self.known.insert(value.id) {
                self.values.push(value);
            }
        }
    }

    /// Whether there was more than is kept.
    pub fn is_capped(&self) -> bool {
        self.capped
    }

    /// What the asked digests hide, worked out in as many threads as there are `jobs`. Where two
    /// values give the same digest, the class that tells more and the plainer way win.
    pub fn proofs(self, asked: &Asked, secret: &Secret, jobs: usize) -> Proofs {
        let mut proofs = Proofs::new();
        let (keys, are_all) = asked.keys();
        if keys.is_empty() && are_all {
            return proofs;
        }
        let parts = in_parts(jobs, self.values.len(), |range| {
            let digests = self.values[range].iter().flat_map(|value| value.digests(secret));
            digests.filter(|(key, _)| !are_all || keys.contains(key)).collect::<Vec<_>>()
        });
        for (key, how) in parts.into_iter().flatten() {
            proofs.entry(key).and_modify(|known: &mut How| *known = (*known).min(how)).or_insert(how);
        }
        proofs
    }
}

impl Value {
    /// Veils the text, or takes the veil off.
    fn veil(&mut self, secret: &Secret) {
        let mut nonce = [self.class as u8; 9];
        nonce[..8].copy_from_slice(&self.id.to_le_bytes());
        secret.veil(WAITING, &nonce, &mut self.veiled);
    }

    fn digests(&self, secret: &Secret) -> Vec<(u64, How)> {
        let mut clear = self.clone();
        clear.veil(secret);
        std::str::from_utf8(&clear.veiled).map(|text| digests(self.class, text)).unwrap_or_default()
    }
}

/// The digests of a value under the vendors' rules, by their keys, each with what it hides.
fn digests(class: DataClass, value: &str) -> Vec<(u64, How)> {
    let mut digests = Digests::default();
    for form in variants(class, value) {
        if is_telling(form.class, &form.text) {
            let how = How::plain(&form);
            for function in HashFunction::USUAL {
                digests.add(how, function, form.text.as_bytes());
            }
            if form.class == DataClass::Email {
                digests.add_salted_and_twice(how, form.text.as_bytes());
            }
        }
    }
    digests.0
}

#[derive(Default)]
struct Digests(Vec<(u64, How)>);

impl Digests {
    fn add(&mut self, how: How, function: HashFunction, text: &[u8]) {
        let digest = function.digest(text);
        self.0.push((hashes::key(digest.as_bytes()), how.then(Step::Hash(function))));
    }

    /// What single networks do to an address.
    fn add_salted_and_twice(&mut self, how: How, text: &[u8]) {
        self.add(how, HashFunction::Awin, text);
        for first in [HashFunction::Md5, HashFunction::Sha1] {
            for written in first.texts(&first.digest(text)) {
                self.add(how.then(Step::Hash(first)), HashFunction::Sha256, written.as_bytes());
            }
        }
    }
}

/// Classes that vendors ask to be hashed, and what a person typed into a form.
pub fn is_harvested(class: DataClass) -> bool {
    use DataClass as C;
    matches!(
        class,
        C::Email
            | C::Phone
            | C::FirstName
            | C::LastName
            | C::FullName
            | C::Username
            | C::DateOfBirth
            | C::Street
            | C::City
            | C::Region
            | C::PostalCode
            | C::Country
            | C::CustomerId
            | C::Employer
            | C::FormText
    )
}

/// Whether a form is long enough that its digest points to it and not to any word of a page.
fn is_telling(class: DataClass, text: &str) -> bool {
    match class {
        DataClass::FormText => text.len() >= 2 && !crate::patterns::is_placeholder(text),
        _ => !crate::patterns::is_placeholder(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Riddle;

    const SECRET: [u8; 32] = [7; 32];

    fn note(harvest: &mut Harvest, id: u64, class: DataClass, value: &str) {
        harvest.note(id, class, value, &Secret::from_bytes(SECRET));
    }

    /// What the digest of a text under a function turns out to be.
    fn asked(harvest: &Harvest, function: HashFunction, text: &str) -> Option<DataClass> {
        let key = hashes::key(function.digest(text.as_bytes()).as_bytes());
        let mut asked = Asked::default();
        asked.add(Riddle::Keyed(key));
        asked.add(Riddle::Bare(1));
        let proofs = harvest.clone().proofs(&asked, &Secret::from_bytes(SECRET), 2);
        assert!(proofs.len() < 2);
        proofs.get(&key).map(|how| how.class)
    }

    #[test]
    fn what_was_seen_is_recognised_hashed() {
        let mut harvest = Harvest::default();
        note(&mut harvest, 1, DataClass::Email, "Jane.Roe@Example.com");
        note(&mut harvest, 2, DataClass::Phone, "(217) 555-0142");
        note(&mut harvest, 3, DataClass::FormText, "Illinois");
        assert_eq!(asked(&harvest, HashFunction::Sha256, "jane.roe@example.com"), Some(DataClass::Email));
        assert_eq!(asked(&harvest, HashFunction::Awin, "jane.roe@example.com"), Some(DataClass::Email));
        assert_eq!(asked(&harvest, HashFunction::Sha256, "example.com"), Some(DataClass::EmailDomain));
        assert_eq!(asked(&harvest, HashFunction::Sha1, "2175550142"), Some(DataClass::Phone));
        assert_eq!(asked(&harvest, HashFunction::Sha256, "il"), Some(DataClass::FormText));
        assert_eq!(asked(&harvest, HashFunction::Sha256, "ohio"), None);
        assert_eq!(asked(&harvest, HashFunction::Sha256, "undefined"), None);
    }

    #[test]
    fn what_waits_is_not_readable() {
        let mut harvest = Harvest::default();
        note(&mut harvest, 1, DataClass::Email, "jane.roe@example.com");
        let stored = postcard::to_stdvec(&harvest).expect("stored");
        assert!(memchr::memmem::find(&stored, b"roe").is_none());
        let read: Harvest = postcard::from_bytes(&stored).expect("read");
        assert_eq!(asked(&read, HashFunction::Md5, "jane.roe@example.com"), Some(DataClass::Email));
    }

    #[test]
    fn batches_merge_in_order_and_once() {
        let (mut one, mut two) = (Harvest::default(), Harvest::default());
        note(&mut one, 1, DataClass::Email, "a@example.com");
        note(&mut two, 1, DataClass::Email, "a@example.com");
        note(&mut two, 2, DataClass::Email, "b@example.com");
        let mut whole = Harvest::default();
        whole.append(one);
        whole.append(two);
        assert_eq!(whole.values.len(), 2);
        assert!(asked(&whole, HashFunction::Md5, "b@example.com").is_some());
    }

    #[test]
    fn more_than_can_be_kept_is_told() {
        let mut harvest = Harvest::default();
        for id in 0..=MOST_VALUES as u64 {
            note(&mut harvest, id, DataClass::CustomerId, "40718256");
        }
        assert!(harvest.is_capped());
        assert_eq!(harvest.values.len(), MOST_VALUES);
    }
}
