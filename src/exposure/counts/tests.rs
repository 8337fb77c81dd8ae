use super::*;
use crate::exposure::measure::Tally;
use crate::observation::{PersonKey, PersonKind};
use crate::people::links::Links;
use crate::people::set::Person;
use crate::symbols::Symbols;

fn measure(person: u64) -> Measure {
    let mut measure = Measure::default();
    measure.add(&Tally {
        time: Some(person as i64),
        person: Some(Person::alone(PersonKey::new(PersonKind::Ip, person << 8))),
        ..Tally::bare()
    });
    measure
}

/// Three records each at a thousand sites, counted with room for this many bytes of cells.
fn counts(limit: usize, store: &Store, symbols: &SymbolCache<'_>) -> Counts {
    let overflow = Overflow { limit, store, symbols };
    let mut counts = Counts::default();
    for person in 0..3 {
        let mut stage = Counts::default();
        for number in 0..1000u64 {
            // The numbers of the texts are not in their order.
            let site = symbols.intern(&format!("{}.example", number * 7919 % 1000));
            for level in [Level::SiteContact, Level::Site] {
                if level == Level::SiteContact || number.is_multiple_of(3) {
                    stage.add(CellKey { site, ..CellKey::new(level) }, measure(person));
                    stage.relieve(&overflow).expect("put away");
                }
            }
        }
        counts.merge(stage);
        counts.relieve(&overflow).expect("put away");
    }
    counts
}

fn shown(counts: &SortedCounts<'_>, symbols: &SymbolCache<'_>, levels: &[Level]) -> Vec<(String, Level, u64, u64)> {
    let cells = counts.cells(levels).map(|cell| {
        let (key, mut measure) = cell.expect("readable");
        let people = measure.people.count(&Links::default()).people;
        (symbols.name(key.site).to_string(), key.level, measure.requests, people)
    });
    cells.collect()
}

#[test]
fn cells_come_in_the_order_of_their_texts_however_many_were_put_away() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::new(0, dir.path().join("cells"));
    let table = Symbols::default();
    let symbols = SymbolCache::new(&table);
    let levels = [Level::SiteContact, Level::Site];
    let whole = counts(usize::MAX, &store, &symbols).sorted(&store, &symbols);
    let expected = shown(&whole, &symbols, &levels);
    assert_eq!(expected.len(), 1334);
    assert!(expected.is_sorted() && expected.iter().all(|cell| (cell.2, cell.3) == (3, 3)));
    for limit in [0, 10_000, 300_000] {
        let put_away = counts(limit, &store, &symbols);
        assert!(put_away.runs.values().any(|runs| runs.len() > 1), "{limit} bytes");
        let mut parts = 0;
        let visited = put_away.each_part(&store, &mut |cells| {
            parts += cells.iter().map(|(_, measure)| measure.requests).sum::<u64>();
            Ok(())
        });
        visited.expect("readable");
        assert_eq!(parts, 3 * 1334);
        let sorted = put_away.sorted(&store, &symbols);
        assert_eq!(shown(&sorted, &symbols, &levels), expected, "{limit} bytes");
        assert_eq!(sorted.ranks().texts(), whole.ranks().texts());
    }
}

#[test]
fn cells_of_one_level_are_found_beside_those_of_another() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::new(0, dir.path().join("cells"));
    let table = Symbols::default();
    let symbols = SymbolCache::new(&table);
    let counts = counts(50_000, &store, &symbols).sorted(&store, &symbols);
    let (mut beside, mut found) = (counts.beside(Level::Site), 0);
    for cell in counts.cells(&[Level::SiteContact]) {
        let (key, _) = cell.expect("readable");
        for (own, measure) in beside.of(&key).expect("readable") {
            assert_eq!((own, measure.requests), (CellKey { level: Level::Site, ..key }, 3));
            found += 1;
        }
    }
    assert_eq!(found, 334);
}
