//! Who looks at the values of a record while it is taken apart. Browsers send the same cookies,
//! headers, page addresses and parameters with every request, so a visitor that remembers what an
//! outer value held can say so before that value is taken apart once more.

use super::{Node, Place};

/// Looks at values.
pub trait Visitor {
    /// Looks at one value.
    fn node(&mut self, node: &Node<'_>);

    /// An outer value is about to be taken apart. Whoever knows what it holds answers what that took
    /// the last time; it is left alone then.
    fn begin(&mut self, outer: &Outer<'_>) -> Option<Spent> {
        let _ = outer;
        None
    }

    /// The outer value that was begun last has been taken apart. What it took is said if it would
    /// be the same in any record, so that it may be remembered.
    fn end(&mut self, spent: Option<Spent>) {
        let _ = spent;
    }
}

impl<F: FnMut(&Node<'_>)> Visitor for F {
    fn node(&mut self, node: &Node<'_>) {
        self(node);
    }
}

/// A value as it stands in the record. What is inside it does not depend on its neighbours.
#[derive(Clone, Copy, Debug)]
pub struct Outer<'o> {
    /// Where it sits.
    pub place: Place,
    /// Its name as written, or its number.
    pub name: &'o [u8],
    /// Its bytes as written.
    pub value: &'o [u8],
    /// Whether the recorder had decoded it.
    pub decoded: bool,
    /// The group of siblings that it belongs to.
    pub container: u32,
    /// How many groups there were before it; those inside it follow.
    pub containers: u32,
    /// Whether there is enough left of the limits to take apart any value of this length.
    pub ample: bool,
}

/// What taking a value apart used up. Very many of these are remembered, so they are small; no value
/// that uses up more is worth remembering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Values that were visited.
    pub(super) nodes: u16,
    /// Groups of siblings.
    pub(super) containers: u16,
    /// Bytes that were decoded.
    pub(super) bytes: u32,
}

impl Spent {
    /// So many values, groups and bytes, where they fit.
    pub(super) fn of(nodes: u32, containers: u32, bytes: usize) -> Option<Self> {
        let [nodes, containers] = [nodes, containers].map(|number| number.try_into().ok());
        Some(Spent { nodes: nodes?, containers: containers?, bytes: bytes.try_into().ok()? })
    }
}
