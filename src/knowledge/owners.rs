//! Companies and the groups they belong to: LinkedIn is Microsoft's, so that a disclosure to one
//! is a disclosure to the other, and nothing that one sends to the other leaves the group.

use super::{HostFacts, Knowledge};

/// The number of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OwnerId(pub(super) u32);

/// Lineages are followed this far; a list could name a circle.
const LONGEST_LINEAGE: usize = 8;

impl Knowledge {
    /// The company's name, in the one spelling used everywhere.
    pub fn owner_name(&self, owner: OwnerId) -> &str {
        match self.shelf.owners.get(owner.0 as usize) {
            Some(known) => &known.name,
            None => self.imported.owners.get(self.past_shelf(owner)).map_or("", |owner| &owner.name),
        }
    }

    /// The head of the company's group: two companies are one owner if their heads are the same.
    pub fn root_owner(&self, owner: OwnerId) -> OwnerId {
        self.lineage(owner).last().unwrap_or(owner)
    }

    /// The company that owns another, where somebody does.
    fn parent(&self, owner: OwnerId) -> Option<OwnerId> {
        match self.shelf.owners.get(owner.0 as usize) {
            Some(known) => known.parent.map(|parent| OwnerId(parent.into())),
            None => self.imported.owners.get(self.past_shelf(owner))?.parent,
        }
    }

    fn past_shelf(&self, owner: OwnerId) -> usize {
        (owner.0 as usize).saturating_sub(self.shelf.owners.len())
    }

    /// Adds a company that only a list knows.
    pub(super) fn add_owner(&mut self, name: &str) -> OwnerId {
        let number = self.shelf.owners.len() + self.imported.owners.len();
        self.imported.owners.push(super::imported::Owner { name: name.into(), parent: None });
        OwnerId(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Says who owns a company that only lists know; of others the knowledge base tells.
    pub(super) fn set_parent(&mut self, owner: OwnerId, parent: OwnerId) {
        let at = self.past_shelf(owner);
        if owner.0 as usize >= self.shelf.owners.len()
            && !self.lineage(parent).any(|above| above == owner)
            && let Some(owner) = self.imported.owners.get_mut(at)
        {
            owner.parent = Some(parent);
        }
    }

    /// The company itself, who owns it, and so on up to the head of the group.
    pub fn lineage(&self, owner: OwnerId) -> impl Iterator<Item = OwnerId> + '_ {
        std::iter::successors(Some(owner), |owner| self.parent(*owner)).take(LONGEST_LINEAGE)
    }

    /// The group from its head down, as tables print it: `Microsoft ← LinkedIn`.
    pub fn lineage_text(&self, owner: OwnerId) -> String {
        let mut names: Vec<&str> = self.lineage(owner).map(|owner| self.owner_name(owner)).collect();
        names.reverse();
        names.join(" ← ")
    }

    /// The company that owns a host, whatever the host serves.
    pub fn owner_of_host(&self, host: HostFacts) -> Option<OwnerId> {
        self.product(host, None)?.owner
    }

    /// The name of the head of the group that owns a host; empty when unknown.
    pub fn group_of_host(&self, host: &str) -> &str {
        let owner = self.owner_of_host(self.host(host));
        owner.map_or("", |owner| self.owner_name(self.root_owner(owner)))
    }
}
