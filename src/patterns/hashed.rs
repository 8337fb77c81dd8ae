//! Digests under a name that speaks for a person's data: `hashed_email`, `ph`. The digest of a
//! placeholder is told apart; a digest under no name says nothing and is left alone.

use super::placeholder::placeholder_hash;
use super::{
    Confidence, CounterExample, DataClass, Detector, Example, Form, Found, HashKind, Input, KeyClass, Signals,
    Strength, hash_shape,
};

pub(super) static DETECTOR: Detector = Detector {
    id: "hashed_value",
    title: "Digests of personal data, by name",
    examples: &[
        Example("hashed_email", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", DataClass::Email),
        Example("email_md5", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", DataClass::Email),
        Example("ph", "0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C4B5A69788796A5B4C3D2E1F0", DataClass::Phone),
        Example("user_email", "Dx4tPEtaaXiHlqW0w9Lh8A8eLTxLWml4h5altMPS4fA=", DataClass::Email),
        Example("u_hem", "FFFeb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c", DataClass::Email),
    ],
    counter_examples: &[
        CounterExample("", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        CounterExample("sha256", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        CounterExample("build", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        CounterExample("cid", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        CounterExample("email", "ada@example.com"),
    ],
    wakes_on: Signals::DIGEST,
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let Some(KeyClass { class, strength }) = input.key.classes().find(|known| is_hashed_in_practice(known.class))
    else {
        return;
    };
    let value = input.text.as_bytes();
    let Some(shape) = hash_shape(value) else { return };
    let hex = matches!(shape.encoding, super::DigestEncoding::HexLower | super::DigestEncoding::HexUpper);
    let sure = strength == Strength::Strong || (hex && shape.kind == HashKind::Sha256);
    // Random base64 ids of 22 or 27 characters are everywhere.
    let base64 = strength == Strength::Strong && shape.kind == HashKind::Sha256;
    if !(hex || base64) {
        return;
    }
    if placeholder_hash(value).is_some() {
        let reason = "the digest of a placeholder";
        found.add_form(class, Form::Placeholder, Confidence::Certain, reason, shape.range);
    } else if sure {
        let reason = "a digest under such a key";
        found.add_form(class, Form::Hashed, Confidence::Likely, reason, shape.range);
    } else {
        let reason = "the shape of a digest under a key that may mean this";
        found.add_form(class, Form::Hashed, Confidence::Possible, reason, shape.range);
    }
}

/// Classes that sites send as digests; ids of this length are plain ids.
fn is_hashed_in_practice(class: DataClass) -> bool {
    use DataClass as C;
    matches!(
        class,
        C::Email
            | C::Phone
            | C::FirstName
            | C::LastName
            | C::FullName
            | C::Street
            | C::PostalAddress
            | C::City
            | C::Region
            | C::PostalCode
            | C::Country
            | C::DateOfBirth
            | C::Gender
            | C::Age
            | C::EmailDomain
            | C::NationalId
    )
}
