//! Values with their letters and digits replaced by signs: the masks of what a person typed that
//! Meta's pixel sends next to the digests, and addresses with asterisks. They give away length,
//! words and capitals.

use super::{Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Signals};

pub(super) static DETECTOR: Detector = Detector {
    id: "masked_value",
    title: "Masks of personal data",
    examples: &[
        Example("em", "****@*******.***", DataClass::Email),
        Example("ph", "+# ### ### ####", DataClass::Phone),
        Example("fn", "^***", DataClass::FirstName),
        Example("zip", "#####", DataClass::PostalCode),
    ],
    counter_examples: &[
        CounterExample("", "****"),
        CounterExample("em", "**"),
        CounterExample("email", "# heading"),
        CounterExample("accept", "*/*"),
        CounterExample("q", "***"),
    ],
    wakes_on: Signals::MASK,
    find,
};

const LONGEST: usize = 200;

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let text = input.text;
    let sign = |b: u8| b"*#^@.+ _-()'".contains(&b);
    if !(3..=LONGEST).contains(&text.len()) || !text.bytes().all(sign) {
        return;
    }
    let known = input.key.classes().find(|known| is_masked_in_practice(known.class));
    if let Some(known) = known {
        let vendor = input.path.split('/').any(|name| matches!(name, "cud" | "ncud"));
        let confidence = if vendor { Confidence::Likely } else { Confidence::Possible };
        let reason = "signs in place of letters and digits under such a key";
        found.add_form(known.class, Form::Masked, confidence, reason, 0..text.len());
    }
}

fn is_masked_in_practice(class: DataClass) -> bool {
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
            | C::DateOfBirth
            | C::PaymentCard
            | C::NationalId
    )
}
