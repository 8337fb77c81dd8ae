//! The people that the ledger itself recorded as exposed: no estimate is lower than these. From the
//! rows of `ledger.parquet`, so that a person counts once however often and in whatever form.

use super::learn::{ANY, Subject};
use crate::report::opened::OpenLedger;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Sharing inside one group is no disclosure.
const SAME_OWNER: &str = "same owner";

/// Persons by what they were exposed to.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Site, subject and page, with the keys of the persons.
    people: BTreeMap<(String, Subject, String), BTreeSet<u64>>,
    /// The same where a cell holds a sketch: the largest count of any one cell.
    sketched: BTreeMap<(String, Subject, String), u64>,
    /// The combinations of site and subject that occur.
    subjects: BTreeSet<(String, Subject)>,
}

impl Observed {
    /// Reads the exposures.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn read(ledger: &OpenLedger) -> Result<Self> {
        let mut observed = Observed::default();
        for row in ledger.grains()? {
            let row = row?;
            if row.purpose == SAME_OWNER || row.requests == 0 {
                continue;
            }
            let named = |owner: &str, vendor: &str, class: &str| Subject {
                owner: owner.to_owned(),
                vendor: vendor.to_owned(),
                class: class.to_owned(),
            };
            let subjects = [
                named(&row.owner, &row.vendor, &row.data_class),
                named(&row.owner, &row.vendor, ANY),
                named("", ANY, &row.data_class),
                named("", ANY, ANY),
            ];
            for subject in subjects {
                observed.subjects.insert((row.site.to_string(), subject.clone()));
                for page in [&*row.page, ANY] {
                    let key = (row.site.to_string(), subject.clone(), page.to_owned());
                    if row.people_keys.is_empty() && row.people > 0 {
                        let most = observed.sketched.entry(key).or_default();
                        *most = row.people.max(*most);
                    } else if !row.people_keys.is_empty() {
                        observed.people.entry(key).or_default().extend(row.people_keys.iter());
                    }
                }
            }
        }
        Ok(observed)
    }

    /// How many persons were recorded; at least, where a cell holds a sketch.
    pub fn people(&self, site: &str, subject: &Subject, page: &str) -> u64 {
        let key = (site.to_owned(), subject.clone(), page.to_owned());
        let exact = self.people.get(&key).map_or(0, |people| people.len() as u64);
        exact.max(self.sketched.get(&key).copied().unwrap_or(0))
    }

    /// Whether the count is exact.
    pub fn is_exact(&self, site: &str, subject: &Subject) -> bool {
        !self.sketched.contains_key(&(site.to_owned(), subject.clone(), ANY.to_owned()))
    }

    /// The keys of the persons.
    pub fn keys(&self, site: &str, subject: &Subject) -> Vec<u64> {
        let key = (site.to_owned(), subject.clone(), ANY.to_owned());
        self.people.get(&key).map(|people| people.iter().copied().collect()).unwrap_or_default()
    }

    /// The combinations of site and subject that occur, in order.
    pub fn subjects(&self) -> impl Iterator<Item = (&str, &Subject)> {
        self.subjects.iter().map(|(site, subject)| (site.as_str(), subject))
    }
}
