//! Restraint: what a pattern or a name suggests is weighed against who receives it. Companies of the
//! advertising trade call the browser's id `user_id` and the advertiser `customer_id`; an interface
//! is asked with a token that its owner gave out; a page's structured data tell of the shop, not of
//! the visitor. Such things are not shown as a person's data.

use super::names::{
    Holder, holds, is_hint, is_of_a_report, is_of_the_page, is_part_of_a_program, is_structured_data, is_tag, name_in,
};
use super::trade::Trade;
use crate::class::{DataClass, Form};
use crate::patterns::{Confidence, Match, is_minted, is_of_a_script, owner_of, telling_name};

/// A match after it was weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weighed {
    pub(super) class: DataClass,
    pub(super) form: Form,
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
        let weighed = self.weigh_name()?;
        Some(match is_hint(self.path) {
            true => Weighed { form: Form::Placeholder, reason: "a hint that the page shows in its field", ..weighed },
            false => weighed,
        })
    }

    /// What the match is worth under such a name, where such a recipient gave it.
    fn weigh_name(&self) -> Option<Weighed> {
        let &Match { class, form, confidence, reason, .. } = self.found;
        let kept = Weighed { class, form, confidence, reason };
        let doubt = |reason| Some(Weighed { confidence: Confidence::Possible, reason, ..kept });
        if self.is_of_a_thing() {
            return None;
        }
        let is_told = names_or_reaches(class) || class == DataClass::Product;
        if is_told && is_structured_data(self.path) {
            return doubt("in the page's structured data, which tell of its owner");
        }
        if names_or_reaches(class) && self.trade == Trade::Translation {
            return doubt("in words of the page that are translated");
        }
        match class {
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
            C::FormText => owner_of(self.path).is_some_and(is_part_of_a_program) || is_of_a_report(self.path),
            _ => false,
        }
    }

    fn customer_id(&self, kept: Weighed) -> Weighed {
        let browser = |reason| Weighed { class: DataClass::BrowserId, reason, ..kept };
        let doubt = |reason| Weighed { confidence: Confidence::Possible, reason, ..kept };
        match (self.trade, Holder::of(&telling_name(name_in(self.path), self.path))) {
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
            (FormText, "ierr/*/params/message", Trade::Other, false),
            (FormText, "breadcrumbs/values/*/message", Trade::Other, false),
            (FullName, "categories/*/name", Trade::Other, false),
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
        let product = weighed(DataClass::Product, "cd/JSON-LD/*/item/name", "Shop", Trade::Advertising);
        assert_eq!(product, Some((DataClass::Product, Confidence::Possible)));
        for path in ["cd/JSON-LD/*/telephone", "json_ld/*/@graph/*/name", "og:phone_number"] {
            let found = weighed(DataClass::Phone, path, "+14155550123", Trade::Advertising);
            assert_eq!(found, Some((DataClass::Phone, Confidence::Possible)), "{path}");
        }
        let found = weighed(DataClass::Phone, "user/phone", "+14155550123", Trade::Advertising);
        assert_eq!(found, Some((DataClass::Phone, Confidence::Likely)));
    }
}
