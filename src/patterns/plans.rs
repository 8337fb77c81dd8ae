//! The numbering plans of all countries, as the `rlibphonenumber` crate has them from libphonenumber.
//! They are loaded when the first candidate is met, and each country's when the first one of it is.

use rlibphonenumber::Region::{
    self, AT, AU, BE, BR, CH, DE, DK, ES, FI, FR, GB, IE, IN, IT, JP, MX, NL, NO, NZ, PL, PT, SE, US, ZA,
};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};

/// The countries in whose way most numbers without a country code are written: those whose addresses are
/// read, and the largest.
pub(crate) const LARGEST: [Region; 14] = [US, GB, DE, FR, ES, IT, NL, AU, IN, BR, MX, JP, SE, PL];

/// Their neighbours.
pub(super) const NEIGHBOURS: [Region; 10] = [AT, BE, CH, DK, FI, IE, NO, NZ, PT, ZA];

/// A number as it is written in a country, or with its country code; not necessarily one that exists.
pub(crate) fn parse(country: Option<Region>, number: &str) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(number, country).ok()
}

/// The same, if the plan of its country has it.
pub(crate) fn valid(country: Option<Region>, number: &str) -> Option<PhoneNumber> {
    parse(country, number).filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number))
}
