//! Restraint: what a pattern or a name suggests is weighed against who receives it. Companies of the
//! advertising trade call the browser's id `user_id` and the advertiser `customer_id`; an interface
//! is asked with a token that its owner gave out; a page's structured data tell of the shop, not of
//! the visitor. Such things are not shown as a person's data.

use crate::class::DataClass;
use crate::patterns::{Confidence, Match, is_minted};

/// Who stands behind the place where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trade {
    /// The site itself: the value is in the URL of one of its pages.
    Site,
    /// Advertising and the exchange of browser ids.
    Advertising,
    /// A service that the page is made with: fonts, maps, videos, logins, consent banners.
    Service,
    /// A translation service, which receives the page's own words.
    Translation,
    /// Anybody else, whose names mean what they say.
    Other,
}

impl Trade {
    /// The trade of a company, by what its product is for and by its host.
    pub(super) fn of(purpose: &str, host: &str) -> Trade {
        match purpose {
            _ if host.starts_with("translate.") || host.starts_with("translate-pa.") => Trade::Translation,
            "advertising" | "cookie sync" | "data management platform" | "identity" | "measurement" => {
                Trade::Advertising
            }
            "address lookup" | "CDN" | "consent management" | "content" | "feature flags" | "hosting" | "login"
            | "maps" | "social" | "tag manager" | "utility" | "video" | "web platform" => Trade::Service,
            _ => Trade::Other,
        }
    }
}

/// A match after it was weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weighed {
    pub(super) class: DataClass,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
}

/// Where a match was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding<'f> {
    pub(super) found: &'f Match,
    /// The text that was matched.
    pub(super) value: &'f str,
    /// The names that lead to it, with `/` between them.
    pub(super) path: &'f str,
    /// Whether it is a header of the request itself.
    pub(super) in_header: bool,
    pub(super) trade: Trade,
}

impl Finding<'_> {
    /// What the match is worth; `None` when it is nobody's.
    pub(super) fn weigh(&self) -> Option<Weighed> {
        let found = self.found;
        let kept = Weighed { class: found.class, confidence: found.confidence, reason: found.reason };
        let doubt = |reason| Some(Weighed { confidence: Confidence::Possible, reason, ..kept });
        if names_or_reaches(found.class) && is_structured_data(self.path) {
            return doubt("in the page's structured data, which tell of its owner");
        }
        if names_or_reaches(found.class) && self.trade == Trade::Translation {
            return doubt("in words of the page that are translated");
        }
        match found.class {
            DataClass::CustomerId => Some(self.customer_id(kept)),
            DataClass::Credential => self.credential(kept),
            DataClass::Username if self.trade == Trade::Service => doubt("a name that the service shows on the page"),
            _ => Some(kept),
        }
    }

    fn customer_id(&self, kept: Weighed) -> Weighed {
        let browser = |reason| Weighed { class: DataClass::BrowserId, reason, ..kept };
        let doubt = |reason| Weighed { confidence: Confidence::Possible, reason, ..kept };
        let key = self.path.rsplit('/').next().unwrap_or_default();
        match (self.trade, Holder::of(key)) {
            (Trade::Site, _) | (_, Holder::Person) => kept,
            (Trade::Advertising | Trade::Translation, Holder::User) => browser("the trade's id of the browser"),
            (Trade::Advertising | Trade::Translation, Holder::Business) => doubt("a number of the trade's customer"),
            (Trade::Service, _) => doubt("a number of the service's customer"),
            (Trade::Other, _) if is_minted(self.value) => browser("an id of the kind that scripts give to browsers"),
            (Trade::Other, _) => kept,
        }
    }

    fn credential(&self, kept: Weighed) -> Option<Weighed> {
        let doubt = |reason| Some(Weighed { confidence: Confidence::Possible, reason, ..kept });
        if holds(self.path, "csrf") || holds(self.path, "xsrf") {
            return None;
        }
        if is_app_key(self.value) {
            return doubt("a key of an application, not of a person");
        }
        // Whoever holds the page's URL can use the token in it, whatever the token says.
        if self.trade == Trade::Site {
            return Some(kept);
        }
        if self.in_header {
            return doubt("what the recipient itself gave out, to be asked with");
        }
        if self.found.detector == "jwt" && kept.confidence < Confidence::Certain {
            return doubt("a token that names nobody");
        }
        if self.trade == Trade::Service && self.found.detector == "credential" && !holds(self.path, "pass") {
            return doubt("a token of the service's own");
        }
        Some(kept)
    }
}

/// Whose number a name speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// A role that only people have.
    Person,
    /// Whoever uses something: a person or a browser.
    User,
    /// Whoever pays: a person in a shop, a company in the trade.
    Business,
}

impl Holder {
    fn of(key: &str) -> Holder {
        const PERSONS: [&str; 19] = [
            "patient",
            "medical",
            "mrn",
            "policy",
            "loyalty",
            "membership",
            "student",
            "employee",
            "donor",
            "benefici",
            "insured",
            "claim",
            "subscriber",
            "nhs",
            "chart",
            "kundennummer",
            "caseworker",
            "constituent",
            "applica",
        ];
        const USERS: [&str; 6] = ["user", "uid", "external", "extid", "visitor", "guest"];
        if PERSONS.iter().any(|word| holds(key, word)) {
            Holder::Person
        } else if USERS.iter().any(|word| holds(key, word)) {
            Holder::User
        } else {
            Holder::Business
        }
    }
}

/// Whether a parameter's name says that it holds the id of somebody that the site knows.
pub(super) fn speaks_of_user(key: &str) -> bool {
    ["user", "customer", "client", "external", "account", "login"].iter().any(|word| holds(key, word))
        || Holder::of(key) == Holder::Person
}

/// Whether a name holds a word, in any case and without regard to separators.
fn holds(name: &str, word: &str) -> bool {
    let letters = || name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let count = letters().count();
    (0..=count.saturating_sub(word.len())).any(|start| letters().skip(start).take(word.len()).eq(word.bytes()))
}

/// Classes that name a person or lead to one.
fn names_or_reaches(class: DataClass) -> bool {
    use DataClass as C;
    matches!(
        class,
        C::Email
            | C::Employer
            | C::FirstName
            | C::FullName
            | C::LastName
            | C::Phone
            | C::PostalAddress
            | C::PreciseLocation
            | C::Street
            | C::Username
    )
}

/// Names under which pages describe themselves to search engines.
fn is_structured_data(path: &str) -> bool {
    ["jsonld", "ldjson", "microdata", "schemaorg", "contactpoint", "opengraph"].iter().any(|name| holds(path, name))
        || path.split('/').any(|name| name == "@graph" || name.starts_with("og:"))
}

/// Keys under which applications identify themselves: `123456789|…`, `pk_live_…`, `AIza…`.
fn is_app_key(value: &str) -> bool {
    let value = value.trim().trim_start_matches("Bearer ").trim_start_matches("api_key ");
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let named = ["pk_", "pk.", "pub-", "AIza", "mob-", "sdk-", "client-", "public_"]
        .iter()
        .any(|start| value.starts_with(start));
    named || (digits >= 6 && matches!(value.as_bytes().get(digits), Some(b'|')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Form;

    fn weighed(class: DataClass, path: &str, value: &str, trade: Trade) -> Option<(DataClass, Confidence)> {
        let detector = if value.starts_with("eyJ") { "jwt" } else { "credential" };
        let found = Match {
            class,
            form: Form::Plain,
            confidence: Confidence::Likely,
            detector,
            reason: "",
            range: 0..value.len(),
            parts: Vec::new(),
        };
        let finding = Finding { found: &found, value, path, in_header: false, trade };
        finding.weigh().map(|weighed| (weighed.class, weighed.confidence))
    }

    #[test]
    fn ids_of_the_trade_are_of_browsers_or_businesses() {
        use Confidence::{Likely, Possible};
        use DataClass::{BrowserId, CustomerId};
        for (path, value, trade, class, confidence) in [
            ("user_id", "786792932447527911", Trade::Advertising, BrowserId, Likely),
            ("external_user_id", "1001", Trade::Advertising, BrowserId, Likely),
            ("member_id", "2982", Trade::Advertising, CustomerId, Possible),
            ("ext/customer_id", "8CU9XYSK3", Trade::Advertising, CustomerId, Possible),
            ("userId", "74531", Trade::Service, CustomerId, Possible),
            ("userId", "79429a2ee791a0a1e0c6c59654dc7310", Trade::Other, BrowserId, Likely),
            ("userId", "40718256", Trade::Other, CustomerId, Likely),
            ("customer_id", "40718256", Trade::Site, CustomerId, Likely),
            ("patient_id", "40718256", Trade::Advertising, CustomerId, Likely),
            ("user_id", "786792932447527911", Trade::Site, CustomerId, Likely),
        ] {
            let found = weighed(DataClass::CustomerId, path, value, trade);
            assert_eq!(found, Some((class, confidence)), "{path}={value} {trade:?}");
        }
    }

    #[test]
    fn tokens_of_machines_are_no_credentials_of_persons() {
        use Confidence::{Likely, Possible};
        const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
        for (path, value, trade, confidence) in [
            ("access_token", "123456789012|e251d7dad1e2b263", Trade::Other, Some(Possible)),
            ("access_token", "40718256.ab12cd.9f8e7d6c5b4a3928", Trade::Service, Some(Possible)),
            ("access_token", "9f8e7d6c5b4a39281706f5e4", Trade::Other, Some(Likely)),
            ("x-csrf-jwt", TOKEN, Trade::Other, None),
            ("token", TOKEN, Trade::Advertising, Some(Possible)),
            ("reset_token", TOKEN, Trade::Site, Some(Likely)),
            ("password", "correct horse", Trade::Service, Some(Likely)),
        ] {
            let found = weighed(DataClass::Credential, path, value, trade);
            assert_eq!(found.map(|(_, confidence)| confidence), confidence, "{path}={value} {trade:?}");
        }
    }

    #[test]
    fn a_page_tells_search_engines_of_its_owner() {
        for path in ["cd/JSON-LD/*/telephone", "json_ld/*/@graph/*/name", "og:phone_number"] {
            let found = weighed(DataClass::Phone, path, "+14155550123", Trade::Advertising);
            assert_eq!(found, Some((DataClass::Phone, Confidence::Possible)), "{path}");
        }
        let found = weighed(DataClass::Phone, "user/phone", "+14155550123", Trade::Advertising);
        assert_eq!(found, Some((DataClass::Phone, Confidence::Likely)));
    }
}
