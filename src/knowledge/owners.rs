//! Companies and the groups they belong to: LinkedIn is Microsoft's, so that a disclosure to one
//! is a disclosure to the other, and nothing that one sends to the other leaves the group.

use super::{HostFacts, Knowledge};

/// The number of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OwnerId(pub(super) u16);

impl Knowledge {
    /// The company's name, in the one spelling used everywhere.
    pub fn owner_name(&self, owner: OwnerId) -> &str {
        &self.shelf.owners[usize::from(owner.0)].name
    }

    /// The head of the company's group: two companies are one owner if their heads are the same.
    pub fn root_owner(&self, owner: OwnerId) -> OwnerId {
        OwnerId(self.shelf.owners[usize::from(owner.0)].root)
    }

    /// The company itself, who owns it, and so on up to the head of the group.
    pub fn lineage(&self, owner: OwnerId) -> impl Iterator<Item = OwnerId> + '_ {
        std::iter::successors(Some(owner), |owner| self.shelf.owners[usize::from(owner.0)].parent.map(OwnerId))
    }

    /// The group from its head down, as tables print it: `Microsoft ← LinkedIn`.
    pub fn lineage_text(&self, owner: OwnerId) -> String {
        let mut names: Vec<&str> = self.lineage(owner).map(|owner| self.owner_name(owner)).collect();
        names.reverse();
        names.join(" ← ")
    }

    /// The company that owns a host, whatever the host serves.
    pub fn owner_of_host(&self, host: HostFacts) -> Option<OwnerId> {
        self.product(host, None).map(|product| product.owner)
    }

    /// The name of the head of the group that owns a host; empty when unknown.
    pub fn group_of_host(&self, host: &str) -> &str {
        let owner = self.owner_of_host(self.host(host));
        owner.map_or("", |owner| self.owner_name(self.root_owner(owner)))
    }
}
