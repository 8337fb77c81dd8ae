//! The numbering plans of all countries, as the `rlibphonenumber` crate has them from libphonenumber.
//! They are loaded when the first candidate is met, and each country's when the first one of it is.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, Region};

/// A number as it is written in a country, or with its country code; not necessarily one that exists.
pub(crate) fn parse(country: Option<Region>, number: &str) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(number, country).ok()
}

/// The same, if the plan of its country has it.
pub(crate) fn valid(country: Option<Region>, number: &str) -> Option<PhoneNumber> {
    parse(country, number).filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number))
}
