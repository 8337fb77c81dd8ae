//! What addresses look like from outside: their parts, and how sure each kind is.

use crate::class::DataClass;
use crate::patterns::{Confidence, Context, Match, scan};

fn addresses(text: &str) -> Vec<Match> {
    let mut out = Vec::new();
    scan(text.as_bytes(), &Context::default(), &mut out);
    out.retain(|m| m.class == DataClass::PostalAddress);
    out
}

#[test]
fn parts_are_told_apart() {
    let text = "To: 4521 Maple Grove Ln Apt 4, Springfield, IL 62704-1234, USA";
    let found = addresses(text);
    assert_eq!(found.len(), 1);
    assert_eq!(&text[found[0].range.clone()], "4521 Maple Grove Ln Apt 4, Springfield, IL 62704-1234");
    let parts: Vec<_> = found[0].parts.iter().map(|part| (part.class, &text[part.range.clone()])).collect();
    assert_eq!(
        parts,
        [
            (DataClass::Street, "4521 Maple Grove Ln Apt 4"),
            (DataClass::City, "Springfield"),
            (DataClass::Region, "IL"),
            (DataClass::PostalCode, "62704-1234"),
        ]
    );
}

#[test]
fn two_addresses_are_two_matches() {
    let text = "12 Elm St, Boulder, CO 80302; 4521 Maple Grove Ln, Springfield, IL 62704";
    assert_eq!(addresses(text).len(), 2);
}

#[test]
fn only_agreement_is_certain() {
    for (text, confidence) in [
        ("4521 Maple Grove Ln, Springfield, IL 62704", Confidence::Certain),
        ("4521 Broadway, New York, NY 10013", Confidence::Likely),
        ("4521 Maple Grove Ln, Springfield, IL", Confidence::Likely),
        ("4521 Maple Grove Ln, Springfield, CO 62704", Confidence::Likely),
        ("7 Bear Creek, Denver, CO", Confidence::Possible),
    ] {
        let found = addresses(text);
        assert_eq!(found.iter().map(|m| m.confidence).collect::<Vec<_>>(), [confidence], "{text}");
    }
}

#[test]
fn headlines_and_listings_are_not_believed() {
    for text in [
        "The 7 Best Restaurants on Park Ave, New York, NY 10016",
        "5 Bedroom House for Sale in Springfield, IL 62704",
        "Apartments for rent in Chicago IL 60601 - 245 listings",
        "20 Oz Bottle, 6 Ct, Lake Forest",
        "24 Hour Fitness, Austin, TX 78701",
    ] {
        assert_eq!(addresses(text), [], "{text}");
    }
    let found = addresses("2024 Roadster Sedan, Denver, CO 80202");
    assert_eq!(found.iter().map(|m| m.confidence).collect::<Vec<_>>(), [Confidence::Possible]);
}

#[test]
fn the_number_of_a_name_is_not_the_houses() {
    let text = "7 Oaks Diner, 240 Maple Grove Ave, Austin, TX 78701";
    let found = addresses(text);
    assert_eq!(
        found.iter().map(|m| &text[m.range.clone()]).collect::<Vec<_>>(),
        ["240 Maple Grove Ave, Austin, TX 78701"]
    );
}
