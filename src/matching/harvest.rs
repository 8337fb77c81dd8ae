//! The harvest: values that an input holds in clear, hashed under the vendors' rules, so that the
//! same values are recognised where the input holds them hashed. A value's text is forgotten at
//! once; what stays are its digests. Batches harvest by themselves and are merged in order.

use super::hashes::{self, HashFunction};
use super::rules::variants;
use super::{How, Step};
use crate::class::DataClass;
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// How many values of one input are kept; the input's gap `matching_capped` tells of more.
const MOST_VALUES: usize = 50_000;

/// Values of forms that are longer are texts.
pub const LONGEST_FIELD: usize = 100;

/// Values that were seen in clear, as their digests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Harvest {
    known: HashSet<u64>,
    digests: Vec<(u64, How)>,
    /// For each value its id and where its digests end.
    ends: Vec<(u64, usize)>,
    capped: bool,
    /// Whether nothing more is taken in.
    #[serde(skip)]
    closed: bool,
}

/// What the digests of an input hide, by the digest's key.
pub type Proofs = HashMap<u64, How>;

impl Harvest {
    /// Nothing so far; a closed one stays so, since its input's is full.
    pub fn new(closed: bool) -> Self {
        Harvest { closed, ..Harvest::default() }
    }

    /// Adds a value with its [`digests`]; `id` is its fingerprint, by which it is told from others.
    pub fn note(&mut self, id: u64, class: DataClass, digests: impl FnOnce() -> Rc<[(u64, How)]>) {
        if self.closed || !is_harvested(class) || self.known.contains(&id) {
            return;
        }
        if self.ends.len() >= MOST_VALUES {
            self.capped = true;
            return;
        }
        self.known.insert(id);
        self.digests.extend_from_slice(&digests());
        self.ends.push((id, self.digests.len()));
    }

    /// Adds what the next batch saw.
    pub fn append(&mut self, next: Harvest) {
        self.capped |= next.capped;
        let mut start = 0;
        for (id, end) in next.ends {
            if self.ends.len() >= MOST_VALUES {
                self.capped = true;
                return;
            }
            if self.known.insert(id) {
                self.digests.extend_from_slice(&next.digests[start..end]);
                self.ends.push((id, self.digests.len()));
            }
            start = end;
        }
    }

    /// Whether there was more than is kept.
    pub fn is_capped(&self) -> bool {
        self.capped
    }

    /// The digests with what they hide. Where two values give the same digest, the class that tells
    /// more and the plainer way win.
    pub fn proofs(self) -> Proofs {
        let mut proofs = Proofs::with_capacity(self.digests.len());
        for (key, how) in self.digests {
            proofs.entry(key).and_modify(|known: &mut How| *known = (*known).min(how)).or_insert(how);
        }
        proofs
    }
}

/// The digests of a value under the vendors' rules, by their keys, each with what it hides.
pub fn digests(class: DataClass, value: &str) -> Rc<[(u64, How)]> {
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
    digests.0.into()
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

    fn note(harvest: &mut Harvest, id: u64, class: DataClass, value: &str) {
        harvest.note(id, class, || digests(class, value));
    }

    fn asked(proofs: &Proofs, function: HashFunction, text: &str) -> Option<DataClass> {
        proofs.get(&hashes::key(function.digest(text.as_bytes()).as_bytes())).map(|how| how.class)
    }

    #[test]
    fn what_was_seen_is_recognised_hashed() {
        let mut harvest = Harvest::default();
        note(&mut harvest, 1, DataClass::Email, "Jane.Roe@Example.com");
        note(&mut harvest, 2, DataClass::Phone, "(217) 555-0142");
        note(&mut harvest, 3, DataClass::FormText, "Illinois");
        let proofs = harvest.proofs();
        assert_eq!(asked(&proofs, HashFunction::Sha256, "jane.roe@example.com"), Some(DataClass::Email));
        assert_eq!(asked(&proofs, HashFunction::Awin, "jane.roe@example.com"), Some(DataClass::Email));
        assert_eq!(asked(&proofs, HashFunction::Sha256, "example.com"), Some(DataClass::EmailDomain));
        assert_eq!(asked(&proofs, HashFunction::Sha1, "2175550142"), Some(DataClass::Phone));
        assert_eq!(asked(&proofs, HashFunction::Sha256, "il"), Some(DataClass::FormText));
        assert_eq!(asked(&proofs, HashFunction::Sha256, "ohio"), None);
        assert_eq!(asked(&proofs, HashFunction::Sha256, "undefined"), None);
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
        assert_eq!(whole.ends.len(), 2);
        assert!(asked(&whole.proofs(), HashFunction::Md5, "b@example.com").is_some());
    }

    #[test]
    fn more_than_can_be_kept_is_told() {
        let mut harvest = Harvest::default();
        for id in 0..=MOST_VALUES as u64 {
            note(&mut harvest, id, DataClass::CustomerId, "40718256");
        }
        assert!(harvest.is_capped());
        assert_eq!(harvest.ends.len(), MOST_VALUES);
    }
}
