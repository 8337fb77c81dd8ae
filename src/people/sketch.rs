//! Sketches: how many people there are beyond what is worth listing. An Apache DataSketches HLL
//! (4,096 registers of 8 bits) for each kind of key, whose union is what other engines read.
//!
//! Registers do not depend on the order in which people arrive, but the sketch's running estimate
//! and its bytes do, even after a union. [`settled`] takes that out: a union that was updated twice
//! with its own dense result counts by its registers alone.

use super::set::Counted;
use crate::observation::{PersonKey, PersonKind};
use datasketches::common::NumStdDev;
use datasketches::hll::{HllSketch, HllType, HllUnion};

/// Registers, as a power of two: a standard error of 1.62 %.
pub const LG_K: u8 = 12;

/// How many kinds of keys there are.
pub(super) const KINDS: usize = PersonKind::ALL.len();

/// The people of a cell that has more of them than are listed.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    kinds: [Option<Box<HllSketch>>; KINDS],
}

impl Sketch {
    /// Adds a person.
    pub fn insert(&mut self, person: PersonKey) {
        let kind = &mut self.kinds[person.kind() as usize];
        if kind.is_none() {
            *kind = empty().map(Box::new);
        }
        if let Some(sketch) = kind {
            sketch.update(person.0);
        }
    }

    /// Adds everybody in another sketch.
    pub fn merge(&mut self, other: &Sketch) {
        for (own, other) in self.kinds.iter_mut().zip(&other.kinds) {
            let Some(other) = other else { continue };
            *own = match own.take() {
                Some(own) => union_of(&[&own, other]).map(Box::new),
                None => Some(other.clone()),
            };
        }
    }

    /// About how many bytes it takes up.
    pub(super) fn size(&self) -> usize {
        self.kinds.iter().flatten().count() << LG_K
    }

    /// The count with the bounds of two standard deviations.
    pub fn count(&self) -> Counted {
        let Some(all) = self.all() else { return Counted::default() };
        let mut kinds = [0; KINDS];
        for (count, sketch) in kinds.iter_mut().zip(&self.kinds) {
            *count = sketch.as_ref().and_then(|sketch| settled(sketch)).map_or(0, |sketch| whole(sketch.estimate()));
        }
        Counted {
            people: whole(all.estimate()),
            low: whole(all.lower_bound(NumStdDev::Two).floor()),
            high: whole(all.upper_bound(NumStdDev::Two).ceil()),
            is_exact: false,
            kinds,
        }
    }

    /// The bytes of the sketch of all kinds, which other engines read.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.all().map(|all| all.serialize()).unwrap_or_default()
    }

    /// The sketch of all kinds.
    fn all(&self) -> Option<HllSketch> {
        let parts: Vec<&HllSketch> = self.kinds.iter().flatten().map(Box::as_ref).collect();
        settled(&union_of(&parts)?)
    }

    /// The bytes of the sketch of each kind; empty where there is none.
    pub(super) fn parts(&self) -> Vec<Vec<u8>> {
        let bytes = |sketch: &HllSketch| settled(sketch).map(|sketch| sketch.serialize()).unwrap_or_default();
        self.kinds.iter().map(|kind| kind.as_deref().map(bytes).unwrap_or_default()).collect()
    }

    /// The sketch that [`Sketch::parts`] came from; what is damaged is left out.
    pub(super) fn from_parts(parts: &[Vec<u8>]) -> Self {
        let mut sketch = Sketch::default();
        for (kind, bytes) in sketch.kinds.iter_mut().zip(parts) {
            let read = HllSketch::deserialize(bytes).ok().filter(|read| read.lg_config_k() == LG_K);
            *kind = read.map(Box::new);
        }
        sketch
    }
}

/// An estimate as a count of people.
pub(super) fn whole(number: f64) -> u64 {
    // A float beyond the counts that exist becomes the nearest of them.
    number.round() as u64
}

fn empty() -> Option<HllSketch> {
    HllSketch::new(LG_K, HllType::Hll8).ok()
}

fn union_of(parts: &[&HllSketch]) -> Option<HllSketch> {
    let mut union = HllUnion::new(LG_K).ok()?;
    parts.iter().for_each(|part| union.update(part));
    Some(union.to_sketch(HllType::Hll8))
}

/// The same sketch without what depends on the order of insertion.
pub fn settled(sketch: &HllSketch) -> Option<HllSketch> {
    let once = union_of(&[sketch])?;
    union_of(&[&once, &once])
}

#[cfg(test)]
mod tests;
