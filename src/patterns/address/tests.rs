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
        ("350 Broadway, New York, NY 10013", Confidence::Likely),
        ("4521 Maple Grove Ln, Springfield, IL", Confidence::Likely),
        ("4521 Maple Grove Ln, Springfield, CO 62704", Confidence::Likely),
        ("7 Bear Creek, Denver, CO", Confidence::Possible),
    ] {
        let found = addresses(text);
        assert_eq!(found.iter().map(|m| m.confidence).collect::<Vec<_>>(), [confidence], "{text}");
    }
}
