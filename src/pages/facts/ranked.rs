//! The first of many: items are pushed in any order with a rank, only the first by rank are kept,
//! and how many there were is known. Memory is bounded whatever is pushed.

/// What items are ranked by: two numbers, then a text that tells equals apart.
pub(super) type Rank = (u64, u64, String);

/// The first items by rank.
#[derive(Debug)]
pub struct Ranked<T> {
    kept: usize,
    total: u64,
    ranks: Vec<Rank>,
    items: Vec<T>,
}

impl<T> Ranked<T> {
    /// Keeps so many.
    pub fn new(kept: usize) -> Self {
        Ranked { kept, total: 0, ranks: Vec::new(), items: Vec::new() }
    }

    /// Adds an item, unless as many better ones are known.
    pub fn push(&mut self, rank: Rank, item: T) {
        self.total += 1;
        let place = self.ranks.partition_point(|known| *known <= rank);
        if place >= self.kept {
            return;
        }
        self.ranks.insert(place, rank);
        self.items.insert(place, item);
        self.ranks.truncate(self.kept);
        self.items.truncate(self.kept);
    }

    /// The first items, best first.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The first items, to be completed.
    pub fn items_mut(&mut self) -> &mut [T] {
        &mut self.items
    }

    /// Notes that there were more items, which were never ranked.
    pub fn add_left_out(&mut self, more: u64) {
        self.total += more;
    }

    /// How many items there were.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many items were not kept.
    pub fn left_out(&self) -> u64 {
        self.total - self.items.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_by_rank_are_kept_whatever_the_order() {
        for order in [[3, 1, 2, 4, 0], [0, 1, 2, 3, 4], [4, 3, 2, 1, 0]] {
            let mut ranked = Ranked::new(3);
            order.iter().for_each(|rank| ranked.push((*rank, 0, String::new()), *rank));
            assert_eq!(ranked.items(), [0, 1, 2]);
            assert_eq!((ranked.total(), ranked.left_out()), (5, 2));
        }
    }
}
