//! Restraint: what a pattern or a name suggests is weighed against who receives it. Companies of the
//! advertising trade call the browser's id `user_id` and the advertiser `customer_id`; an interface
//! is asked with a token that its owner gave out; a page's structured data tell of the shop, not of
//! the visitor. Such things are not shown as a person's data.

use crate::class::DataClass;
use crate::patterns::{Confidence, Match, is_minted, is_of_a_script};

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
    /// A service of fonts, which are asked for by family and name.
    Fonts,
    /// Somebody unknown who is asked to exchange ids of browsers.
    Exchange,
    /// Anybody else, whose names mean what they say.
    Other,
}

impl Trade {
    /// The trade of a company, by what its product is for and by its host.
    pub(super) fn of(purpose: &str, host: &str) -> Trade {
        match purpose {
            _ if host.starts_with("translate.") || host.starts_with("translate-pa.") => Trade::Translation,
            _ if host.starts_with("fonts.") => Trade::Fonts,
            "advertising" | "cookie sync" | "data management platform" | "identity" | "measurement" => {
                Trade::Advertising
            }
            "address lookup" | "CDN" | "consent management" | "content" | "feature flags" | "hosting" | "login"
            | "maps" | "social" | "tag manager" | "utility" | "video" | "web platform" => Trade::Service,
            _ => Trade::Other,
        }
    }
}

/// Whether a URL's path says that ids of browsers are exchanged: `/usersync`, `/cm`, `/setuid`. Whoever
/// is asked so belongs to the trade, though no list knows the host.
pub(super) fn exchanges_ids(path: &[u8]) -> bool {
    const WORDS: [&str; 20] = [
        "cksync",
        "cm",
        "cookiematch",
        "cookiesync",
        "csync",
        "getuid",
        "idmatch",
        "idsync",
        "match",
        "matching",
        "pixelsync",
        "setuid",
        "sync",
        "syncuser",
        "um",
        "ums",
        "uidsync",
        "usermatch",
        "usersync",
        "xuid",
    ];
    let last = path.split(|&byte| byte == b'/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let name = last.split(|&byte| byte == b'.').next().unwrap_or_default();
    let letters = || name.iter().filter(|byte| !matches!(byte, b'-' | b'_')).map(u8::to_ascii_lowercase);
    name.len() <= 16 && WORDS.iter().any(|word| letters().eq(word.bytes()))
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
        if self.is_of_a_thing() {
            return None;
        }
        if names_or_reaches(found.class) && is_structured_data(self.path) {
            return doubt("in the page's structured data, which tell of its owner");
        }
        if names_or_reaches(found.class) && self.trade == Trade::Translation {
            return doubt("in words of the page that are translated");
        }
        match found.class {
            DataClass::Language if self.path.is_empty() => doubt("a part of a path, which names what is fetched"),
            DataClass::Language if is_of_the_page(self.path) => doubt("the language of the page"),
            DataClass::CustomerId => Some(self.customer_id(kept)),
            DataClass::Credential => self.credential(kept),
            // What is asked of a translation service are the page's own words.
            DataClass::SearchText if self.trade == Trade::Translation => None,
            DataClass::Username if self.trade == Trade::Service => doubt("a name that the service shows on the page"),
            _ => Some(kept),
        }
    }

    /// Whether a weak name speaks of a thing: a font, a part of a program, a field of a form.
    fn is_of_a_thing(&self) -> bool {
        use DataClass as C;
        if self.found.confidence > Confidence::Possible {
            return false;
        }
        match self.found.class {
            C::FirstName | C::FullName | C::LastName | C::Username => {
                self.trade == Trade::Fonts || owner_of(self.path).is_some_and(is_part_of_a_program) || is_tag(self.path)
            }
            C::FormText => owner_of(self.path).is_some_and(is_part_of_a_program),
            _ => false,
        }
    }

    fn customer_id(&self, kept: Weighed) -> Weighed {
        let browser = |reason| Weighed { class: DataClass::BrowserId, reason, ..kept };
        let doubt = |reason| Weighed { confidence: Confidence::Possible, reason, ..kept };
        let key = self.path.rsplit('/').next().unwrap_or_default();
        match (self.trade, Holder::of(key)) {
            (Trade::Site, _) | (_, Holder::Person) => kept,
            (Trade::Advertising | Trade::Exchange | Trade::Translation, Holder::User) => {
                browser("the trade's id of the browser")
            }
            (Trade::Advertising | Trade::Translation, Holder::Business) => doubt("a number of the trade's customer"),
            (Trade::Service | Trade::Fonts, Holder::User) if is_minted(self.value) => {
                browser("an id of the kind that scripts give to browsers")
            }
            (Trade::Service | Trade::Fonts, _) => doubt("a number of the service's customer"),
            // Bids carry what the exchange knows its customers by in objects of this name.
            (Trade::Exchange | Trade::Other, Holder::Business) if owner_of(self.path) == Some("ext") => {
                doubt("a number of the trade's customer")
            }
            (Trade::Exchange | Trade::Other, _) if is_minted(self.value) => {
                browser("an id of the kind that scripts give to browsers")
            }
            (Trade::Exchange | Trade::Other, _) => kept,
        }
    }

    fn credential(&self, kept: Weighed) -> Option<Weighed> {
        let doubt = |reason| Some(Weighed { confidence: Confidence::Possible, reason, ..kept });
        if holds(self.path, "csrf") || holds(self.path, "xsrf") {
            return None;
        }
        if is_app_key(self.value) {
            return None;
        }
        if is_of_a_script(self.value) {
            return Some(Weighed {
                class: DataClass::BrowserId,
                reason: "an id of the kind that scripts give to browsers",
                ..kept
            });
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
        || path.split('/').any(|name| name.starts_with("@graph") || name == "og" || name.starts_with("og:"))
}

/// Whether a name speaks of the page or a thing on it, in whose language its makers wrote it.
fn is_of_the_page(path: &str) -> bool {
    const THINGS: [&str; 10] =
        ["article", "blog", "content", "document", "html", "inlanguage", "page", "product", "site", "video"];
    let name = path.rsplit('/').next().unwrap_or_default();
    is_structured_data(path) || is_tag(path) || THINGS.iter().any(|thing| holds(name, thing))
}

/// The name of what a value belongs to: the nearest that is no position in a list.
fn owner_of(path: &str) -> Option<&str> {
    let is_name = |name: &&str| name.bytes().any(|byte| byte.is_ascii_alphabetic());
    path.rsplit('/').skip(1).find(is_name)
}

/// What reports of errors and of the software itself give names and messages to.
fn is_part_of_a_program(owner: &str) -> bool {
    const PARTS: [&str; 20] = [
        "browser",
        "error",
        "exception",
        "font",
        "framework",
        "integration",
        "library",
        "module",
        "notifier",
        "operatingsystem",
        "os",
        "package",
        "platform",
        "plugin",
        "process",
        "queue",
        "runtime",
        "sdk",
        "stylesheet",
        "thread",
    ];
    let is_called = |word: &str, owner: &str| owner.eq_ignore_ascii_case(word);
    let one = owner.strip_suffix(['s', 'S']).unwrap_or(owner);
    PARTS.iter().any(|part| is_called(part, owner) || is_called(part, one))
}

/// Whether a value is an attribute of a page's element, as recordings of pages write them.
fn is_tag(path: &str) -> bool {
    let is_list = |name: &str| ["childnodes", "children"].iter().any(|list| name.eq_ignore_ascii_case(list));
    path.split('/').any(is_list) && owner_of(path).is_some_and(|owner| owner.eq_ignore_ascii_case("attributes"))
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

    fn found(class: DataClass) -> Match {
        let (form, confidence) = (Form::Plain, Confidence::Likely);
        Match { class, form, confidence, detector: "credential", reason: "", range: 0..0, parts: Vec::new() }
    }

    fn weighed(class: DataClass, path: &str, value: &str, trade: Trade) -> Option<(DataClass, Confidence)> {
        let detector = if value.starts_with("eyJ") { "jwt" } else { "credential" };
        let found = Match { detector, ..found(class) };
        let finding = Finding { found: &found, value, path, in_header: false, trade };
        finding.weigh().map(|weighed| (weighed.class, weighed.confidence))
    }

    #[test]
    fn ids_of_the_trade_are_of_browsers_or_businesses() {
        use Confidence::{Likely, Possible};
        use DataClass::{BrowserId, CustomerId};
        for (path, value, trade, class, confidence) in [
            ("user_id", "812345678901234567", Trade::Advertising, BrowserId, Likely),
            ("external_user_id", "1001", Trade::Advertising, BrowserId, Likely),
            ("member_id", "3001", Trade::Advertising, CustomerId, Possible),
            ("ext/customer_id", "7AB1CDEF2", Trade::Advertising, CustomerId, Possible),
            ("userId", "40001", Trade::Service, CustomerId, Possible),
            ("userId", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", Trade::Other, BrowserId, Likely),
            ("uid", "b7d1f0c2-5a41-4c1e-9d0e-3f6a2b8c9d01", Trade::Service, BrowserId, Likely),
            ("account", "b7d1f0c2-5a41-4c1e-9d0e-3f6a2b8c9d01", Trade::Service, CustomerId, Possible),
            ("userId", "40718256", Trade::Other, CustomerId, Likely),
            ("user_id", "40718256", Trade::Exchange, BrowserId, Likely),
            ("ext/customer_id", "7AB1CDEF2", Trade::Other, CustomerId, Possible),
            ("customer_id", "40718256", Trade::Exchange, CustomerId, Likely),
            ("customer_id", "40718256", Trade::Site, CustomerId, Likely),
            ("patient_id", "40718256", Trade::Advertising, CustomerId, Likely),
            ("user_id", "812345678901234567", Trade::Site, CustomerId, Likely),
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
            ("access_token", "123456789012|c0ffee12d1e2b263", Trade::Other, None),
            ("authorization", "api_key mob-4f1c02de-aaaa-4c1e-9d0e-3f6a2b8c9d01", Trade::Service, None),
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
    fn exchanges_of_ids_are_known_by_their_path() {
        for path in ["/sync", "/a/user_sync/", "/cookie-sync.php", "/cm", "/setuid"] {
            assert!(exchanges_ids(path.as_bytes()), "{path}");
        }
        for path in ["", "/", "/sync/contacts", "/async", "/matches", "/users"] {
            assert!(!exchanges_ids(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn tokens_that_scripts_made_are_of_browsers() {
        let id = "15a0b1c2d3e4f5-01a2b3c4d-1a2b3c4d-1fa400-15a0b1c2d3f6a7";
        let found = weighed(DataClass::Credential, "common/user_token", id, Trade::Other);
        assert_eq!(found, Some((DataClass::BrowserId, Confidence::Likely)));
    }

    #[test]
    fn weak_names_of_things_are_nobodys() {
        use DataClass::{FormText, FullName, LastName, SearchText};
        let is_kept = |class, path, trade| {
            let mut found = found(class);
            found.confidence = Confidence::Possible;
            let finding = Finding { found: &found, value: "Ada Lovelace", path, in_header: false, trade };
            finding.weigh().is_some()
        };
        for (class, path, trade, kept) in [
            (LastName, "family", Trade::Fonts, false),
            (LastName, "patient/name/family", Trade::Other, true),
            (FullName, "events/0/threads/1/name", Trade::Other, false),
            (FullName, "notifier/name", Trade::Other, false),
            (FullName, "user/name", Trade::Other, true),
            (FullName, "name", Trade::Other, true),
            (FullName, "children/1/childNodes/0/attributes/name", Trade::Other, false),
            (FullName, "users/0/attributes/name", Trade::Other, true),
            (FormText, "events/0/exceptions/0/message", Trade::Other, false),
            (FormText, "form/message", Trade::Other, true),
            (SearchText, "q", Trade::Translation, false),
            (SearchText, "q", Trade::Other, true),
        ] {
            assert_eq!(is_kept(class, path, trade), kept, "{path}");
        }
    }

    #[test]
    fn the_language_of_a_page_is_not_its_readers() {
        use Confidence::{Likely, Possible};
        for (path, confidence) in [
            ("", Possible),
            ("og:locale", Possible),
            ("og/locale", Possible),
            ("tagData/@graph.2.inLanguage", Possible),
            ("children/1/attributes/lang", Possible),
            ("widgetPageLang", Possible),
            ("blogLocale", Possible),
            ("navigator/language", Likely),
            ("users/0/attributes/language", Likely),
            ("ul", Likely),
        ] {
            let found = weighed(DataClass::Language, path, "en-US", Trade::Other);
            assert_eq!(found, Some((DataClass::Language, confidence)), "{path}");
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
