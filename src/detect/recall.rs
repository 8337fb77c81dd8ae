//! Recalling: what an outer value gave in an earlier record is added to the next one that carries it
//! to the same recipient, without taking the value apart again.

use super::Search;
use super::part::{Base, Clear, Found, Part, Remembered};
use crate::peel::{Node, Outer, Spent, Visitor};

impl Visitor for Search<'_, '_> {
    fn node(&mut self, node: &Node<'_>) {
        self.judge(node);
    }

    fn begin(&mut self, outer: &Outer<'_>) -> Option<Spent> {
        self.settle();
        self.base = Base::of(outer);
        self.place = [outer.place as u8, u8::from(outer.decoded)];
        self.memo = self.key(outer.name, outer.value).filter(|_| outer.ample);
        let known = self.buffers.parts.get(self.memo)?;
        self.memo = None;
        match &known.found {
            Found::Nothing => {}
            Found::Itself => self.whole.fields.push(self.base.outer(0), outer.name, outer.value),
            Found::Fields(known) => {
                self.whole.fields.append(&known.0, self.base);
                self.whole.consent.add(known.1);
            }
            Found::More(part) => self.absorb(part),
        }
        self.base = Base::default();
        Some(known.spent)
    }

    fn end(&mut self, spent: Option<Spent>) {
        let part = std::mem::take(&mut self.part);
        self.absorb(&part);
        self.opaque.clear();
        match (self.memo.take(), spent) {
            (memo @ Some(_), Some(spent)) => {
                let is_outer = |name: &str, value: &str| self.key(name.as_bytes(), value.as_bytes()) == memo;
                let known = Remembered::new(part, spent, is_outer);
                self.buffers.parts.put(memo, known);
            }
            _ => self.part = part,
        }
        self.part.clear();
        self.base = Base::default();
    }
}

impl Search<'_, '_> {
    /// Under which key an outer value at the place at hand is remembered.
    fn key(&self, name: &[u8], value: &[u8]) -> Option<u64> {
        self.buffers.parts.key(&[&self.setting, &self.place, name], value)
    }

    /// Adds what was found outside of any outer value.
    pub(super) fn settle(&mut self) {
        if !self.part.is_empty() {
            self.end(None);
        }
    }

    /// Adds what an outer value gave to what the record gave.
    fn absorb(&mut self, part: &Part) {
        for Clear { id, class, value } in &part.clear {
            self.buffers.harvest.note(*id, *class, value, self.run.secret);
        }
        self.join_ends(part);
        self.whole.absorb(part, self.base);
    }

    /// Gives the buffers back for the next record.
    pub(super) fn put_back(mut self) {
        self.part.clear();
        self.whole.clear();
        (self.buffers.part, self.buffers.whole) = (self.part, self.whole);
    }
}
