//! Constants: a digest that many people's requests carry alike is nobody's. Sites send the digest of
//! a template or of an office's address for every visitor; only many people's traffic shows it.

use super::Riddle;
use crate::observation::{PersonKey, PersonKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// From this many users with accounts on a digest belongs to none of them.
const USERS: usize = 3;

/// The same for addresses and browsers, of which one human has several over the months.
const CLIENTS: usize = 10;

/// The most digests of one input that are watched; what comes after them is not called constant.
const MOST_DIGESTS: usize = 200_000;

/// Who sent which digest under a telling name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Constants {
    senders: BTreeMap<u64, BTreeSet<PersonKey>>,
}

impl Constants {
    /// Notes who sent a digest.
    pub fn note(&mut self, riddle: Riddle, person: Option<PersonKey>) {
        if let (Riddle::Keyed(digest), Some(person)) = (riddle, person) {
            add(self.senders.entry(digest).or_default(), person);
        }
    }

    /// Adds what the next batch saw.
    pub fn append(&mut self, next: Constants) {
        for (digest, senders) in next.senders {
            if self.senders.len() < MOST_DIGESTS || self.senders.contains_key(&digest) {
                let known = self.senders.entry(digest).or_default();
                senders.into_iter().for_each(|person| add(known, person));
            }
        }
    }

    /// Digests that many people sent.
    pub fn digests(&self) -> BTreeSet<u64> {
        let is_constant = |senders: &BTreeSet<PersonKey>| {
            let is_user = |person: &&PersonKey| matches!(person.kind(), PersonKind::User | PersonKind::Account);
            let users = senders.iter().filter(is_user).count();
            users >= USERS || senders.len() >= CLIENTS
        };
        self.senders.iter().filter(|(_, senders)| is_constant(senders)).map(|(digest, _)| *digest).collect()
    }
}

/// Keeps the smallest keys, so that the order of batches does not matter.
fn add(senders: &mut BTreeSet<PersonKey>, person: PersonKey) {
    senders.insert(person);
    if senders.len() > CLIENTS {
        senders.pop_last();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(kind: PersonKind, people: u64) -> bool {
        let mut whole = Constants::default();
        for number in 0..people {
            let mut batch = Constants::default();
            batch.note(Riddle::Keyed(7), Some(PersonKey::new(kind, number << 20)));
            batch.note(Riddle::Bare(8), Some(PersonKey::new(kind, number << 20)));
            whole.append(batch);
        }
        whole.digests() == BTreeSet::from([7])
    }

    #[test]
    fn what_many_send_is_nobodys() {
        assert!(sent(PersonKind::User, 3));
        assert!(!sent(PersonKind::User, 2));
        assert!(sent(PersonKind::IpAgent, 50));
        assert!(!sent(PersonKind::IpAgent, 9));
    }
}
