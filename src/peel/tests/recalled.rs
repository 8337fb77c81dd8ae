//! What a visitor knows already is left alone, and nothing else changes by that.

use super::{Seen, bytes, seen};
use crate::peel::{Node, Outer, Peeler, Place, Spent, Visitor};
use crate::record::{Pair, Record};
use std::collections::HashMap;

/// An outer value: place, name and bytes.
type Key = (Place, Vec<u8>, Vec<u8>);

/// Remembers every outer value that may be remembered.
#[derive(Default)]
struct Recaller {
    known: HashMap<Key, Spent>,
    at_hand: Option<Key>,
    recalled: usize,
    nodes: Vec<Seen>,
}

impl Visitor for Recaller {
    fn node(&mut self, node: &Node<'_>) {
        self.nodes.push(seen(node));
    }

    fn begin(&mut self, outer: &Outer<'_>) -> Option<Spent> {
        let key = (outer.place, outer.name.to_vec(), outer.value.to_vec());
        let known = self.known.get(&key).copied().filter(|_| outer.ample);
        self.recalled += usize::from(known.is_some());
        self.at_hand = Some(key);
        known
    }

    fn end(&mut self, spent: Option<Spent>) {
        self.known.extend(self.at_hand.take().zip(spent));
    }
}

fn record<'r>(query: &str, cookie: &str) -> Record<'r> {
    Record {
        url: bytes(&format!("https://t.example/a/b?{query}")),
        cookies: vec![Pair { name: bytes("who"), value: bytes(cookie) }],
        ..Record::default()
    }
}

#[test]
fn what_follows_a_known_value_is_what_it_would_be() {
    const NESTED: &str = "n=%7B%22x%22%3A%7B%22y%22%3A1%7D%7D&u=https%3A%2F%2Fa.example%2F%3Fb%3Dc";
    let new = record(&format!("{NESTED}&c=2"), "a=1;b=2");
    let mut fresh = Recaller::default();
    Peeler::default().record(&new, &mut fresh);
    let (mut peeler, mut recaller) = (Peeler::default(), Recaller::default());
    peeler.record(&record(NESTED, "other"), &mut recaller);
    recaller.nodes.clear();
    peeler.record(&new, &mut recaller);
    assert_eq!(recaller.recalled, 4, "two segments and two parameters");
    let is_new = |node: &&Seen| node.keys == "c" || node.place == Place::Cookie;
    assert_eq!(recaller.nodes, fresh.nodes.iter().filter(is_new).cloned().collect::<Vec<_>>());
    assert!(!peeler.capped());
}

#[test]
fn known_values_count_towards_the_limits() {
    let nested = format!("n=[{}1]", "1,".repeat(500));
    let many = vec![nested.as_str(); 60].join("&");
    let (mut peeler, mut recaller) = (Peeler::default(), Recaller::default());
    peeler.record(&record(&many, "other"), &mut recaller);
    assert!(recaller.recalled > 0);
    assert!(peeler.capped());
}

#[test]
fn what_a_limit_may_have_cut_is_not_remembered() {
    let huge = format!("n=[{}1]", "1,".repeat(1500));
    let (mut peeler, mut recaller) = (Peeler::default(), Recaller::default());
    for _ in 0..2 {
        peeler.record(&record(&huge, "other"), &mut recaller);
    }
    assert!(recaller.known.keys().all(|(_, name, _)| name != b"n"));
}
