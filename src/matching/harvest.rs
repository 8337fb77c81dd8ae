//! The harvest: values that an input holds in clear, hashed under the vendors' rules, so that the
//! same values are recognised where the input holds them hashed. A value's text is forgotten at
//! once; what stays are its digests. Batches harvest by themselves and are merged in order.

use super::hashes::{self, HashFunction};
use super::rules::variants;
use super::{How, Step};
use crate::class::DataClass;
use hashbrown::{HashMap, HashSet};

/// How many values of one input are kept; the input's gap `matching_capped` tells of more.
const MOST_VALUES: usize = 50_000;

/// Values of forms that are longer are texts.
pub const LONGEST_FIELD: usize = 100;

/// Values that were seen in clear, as their digests.
#[derive(Clone, Debug, Default)]
pub struct Harvest {
    known: HashSet<u64>,
    digests: Vec<(u64, How)>,
    /// For each value its id and where its digests end.
    ends: Vec<(u64, usize)>,
    capped: bool,
}

/// What the digests of an input hide, by the digest's key.
pub type Proofs = HashMap<u64, How>;

impl Harvest {
    /// Adds a value; `id` is its fingerprint, by which it is told from others.
    pub fn note(&mut self, id: u64, class: DataClass, value: &str) {
        if !is_harvested(class) || self.known.contains(&id) {
            return;
        }
        if self.ends.len() >= MOST_VALUES {
            self.capped = true;
            return;
        }
        self.known.insert(id);
        for form in variants(class, value) {
            if is_telling(form.class, &form.text) {
                let how = How::plain(&form);
                for function in HashFunction::USUAL {
                    self.digest(how, function, form.text.as_bytes());
                }
                if form.class == DataClass::Email {
                    self.salted_and_twice(how, form.text.as_bytes());
                }
            }
        }
        self.ends.push((id, self.digests.len()));
    }

    fn digest(&mut self, how: How, function: HashFunction, text: &[u8]) {
        let digest = function.digest(text);
        self.digests.push((hashes::key(digest.as_bytes()), how.then(Step::Hash(function))));
    }

    /// What single networks do to an address.
    fn salted_and_twice(&mut self, how: How, text: &[u8]) {
        self.digest(how, HashFunction::Awin, text);
        for first in [HashFunction::Md5, HashFunction::Sha1] {
            for written in first.texts(&first.digest(text)) {
                self.digest(how.then(Step::Hash(first)), HashFunction::Sha256, written.as_bytes());
            }
        }
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

    fn asked(proofs: &Proofs, function: HashFunction, text: &str) -> Option<DataClass> {
        proofs.get(&hashes::key(function.digest(text.as_bytes()).as_bytes())).map(|how| how.class)
    }

    #[test]
    fn what_was_seen_is_recognised_hashed() {
        let mut harvest = Harvest::default();
        harvest.note(1, DataClass::Email, "Jane.Roe@Example.com");
        harvest.note(2, DataClass::Phone, "(217) 555-0142");
        harvest.note(3, DataClass::FormText, "Illinois");
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
        one.note(1, DataClass::Email, "a@example.com");
        two.note(1, DataClass::Email, "a@example.com");
        two.note(2, DataClass::Email, "b@example.com");
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
            harvest.note(id, DataClass::CustomerId, "40718256");
        }
        assert!(harvest.is_capped());
        assert_eq!(harvest.ends.len(), MOST_VALUES);
    }
}
