//! The numbering plans of all countries, as the `phonenumber` crate has them from libphonenumber.
//! They are loaded when the first candidate is met.

use phonenumber::PhoneNumber;
use phonenumber::country::Id;
use phonenumber::metadata::{DATABASE, Database};
use std::sync::LazyLock;

/// How many of the plans' expressions are kept compiled: those of the countries that are tried under
/// a key. The crate keeps a hundred, which one number's way through the countries pushes out.
const COMPILED: usize = 1_000;

static PLANS: LazyLock<&'static Database> = LazyLock::new(|| {
    if let Ok(mut compiled) = DATABASE.cache().lock() {
        compiled.set_capacity(COMPILED);
    }
    &DATABASE
});

/// A number as it is written in a country, or with its country code; not necessarily one that exists.
pub(crate) fn parse(country: Option<Id>, number: &str) -> Option<PhoneNumber> {
    phonenumber::parse_with(&PLANS, country, number).ok()
}

/// The same, if the plan of its country has it.
pub(crate) fn valid(country: Option<Id>, number: &str) -> Option<PhoneNumber> {
    parse(country, number).filter(|number| number.is_valid_with(&PLANS))
}
