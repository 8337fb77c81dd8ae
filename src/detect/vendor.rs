//! What a vendor's parameter says about its value: the entry names a class and a form, the value
//! must bear it out.

use super::names;
use crate::class::{DataClass, Form, Tier};
use crate::knowledge::{Expected, Location};
use crate::patterns::{self, Confidence, Match, Strength};
use crate::peel::{Node, Place};
use crate::place::UrlParts;
use std::ops::Range;

/// Shorter values are no ids.
const SHORTEST_ID: usize = 3;

/// What a value is, by its vendor's parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) class: DataClass,
    pub(super) form: Form,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
    pub(super) range: Range<usize>,
}

/// Where the knowledge base looks a value of this node up.
pub(crate) fn location_of(node: &Node<'_>) -> Option<Location> {
    Some(match node.place {
        Place::Query => Location::Query,
        Place::Path | Place::Matrix => Location::Path,
        Place::Form | Place::Multipart => Location::Form,
        Place::Json | Place::WebSocket => Location::Json,
        Place::Body => Location::Body,
        Place::Header => Location::Header,
        _ => return None,
    })
}

/// Classes whose values are data themselves and may hold other data.
pub(super) fn is_container(class: DataClass) -> bool {
    use DataClass::{ClickText, FormText, PageTitle, PageUrl, Product, Referrer, SearchText};
    matches!(class, PageUrl | Referrer | PageTitle | FormText | ClickText | SearchText | Product)
}

/// Classes whose values are ids that only look as if there was something inside.
pub(super) fn is_opaque(class: DataClass) -> bool {
    use DataClass::{AdvertisingId, BrowserId, ClickId, CustomerId, OrderId, SessionId};
    matches!(class, AdvertisingId | BrowserId | ClickId | CustomerId | OrderId | SessionId)
}

/// Judges a value; `None` when it does not bear the entry out. `key` is the innermost name.
pub(super) fn judge(
    expected: Expected,
    class: DataClass,
    key: &str,
    value: &[u8],
    matches: &mut Vec<Match>,
) -> Option<Judgement> {
    if let Some((system, id)) = id_of_system(class, value) {
        // A system called by a kind of data has that kind of data for its ids.
        let named = patterns::key_class(system).filter(|(_, strength)| *strength == Strength::Strong);
        let class = named.map_or(class, |(class, _)| class);
        let judged = judge(expected, class, system, &value[id.clone()], matches)?;
        let range = id.start + judged.range.start..id.start + judged.range.end;
        return Some(Judgement { range, ..judged });
    }
    let text = String::from_utf8_lossy(value);
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.starts_with("tv.1") {
        return None;
    }
    let judged = |form, confidence, reason| Judgement { class, form, confidence, reason, range: 0..value.len() };
    if is_container(class) {
        return contained(class, value)
            .then(|| judged(Form::Plain, Confidence::Certain, "the vendor's parameter for it"));
    }
    if patterns::placeholder_hash(value).is_some() {
        return Some(judged(Form::Placeholder, Confidence::Certain, "the hash of a placeholder"));
    }
    if patterns::is_placeholder(trimmed) {
        let names_somebody = class.tier() == Tier::Direct;
        return names_somebody.then(|| judged(Form::Placeholder, Confidence::Certain, "a placeholder, nobody's data"));
    }
    // An id of two letters, such as `N` for none, is none.
    if is_opaque(class) && trimmed.len() < SHORTEST_ID {
        return None;
    }
    // Some parameters take the site's customers and browsers that nobody knows yet alike.
    let of_anybody = class == DataClass::CustomerId && !names::speaks_of_user(key);
    if of_anybody && patterns::is_minted(trimmed) || class == DataClass::CustomerId && patterns::is_of_a_script(trimmed)
    {
        let id = judged(
            Form::Plain,
            Confidence::Likely,
            "the vendor's parameter for ids, with one as scripts give to browsers",
        );
        return Some(Judgement { class: DataClass::BrowserId, ..id });
    }
    let hashed = patterns::hash_shape(value);
    match expected {
        Expected::Encrypted => {
            Some(judged(Form::Encrypted, Confidence::Likely, "the vendor's parameter for it, encrypted"))
        }
        Expected::Masked => {
            is_mask(trimmed).then(|| judged(Form::Masked, Confidence::Likely, "the vendor's mask of it"))
        }
        Expected::Hashed | Expected::Either if hashed.is_some() => {
            let range = hashed.map_or(0..value.len(), |shape| shape.range);
            Some(Judgement { range, ..judged(Form::Hashed, Confidence::Likely, "the vendor's parameter for its hash") })
        }
        Expected::Encoded if is_opaque(class) => {
            Some(judged(Form::Encoded, Confidence::Likely, "the vendor's parameter for it"))
        }
        _ if hashed.is_some() && is_hashable(class) => {
            Some(judged(Form::Hashed, Confidence::Likely, "the vendor's parameter for it, hashed"))
        }
        _ => plain(class, value, trimmed, matches),
    }
}

/// The name of a system and an id that it gave out, where a value holds both and whether its holder is
/// logged in, with control characters between them.
fn id_of_system(class: DataClass, value: &[u8]) -> Option<(&str, Range<usize>)> {
    let mut parts = value.split(|&byte| byte == 1);
    let (system, id) = (parts.next()?, parts.next()?);
    let is_id = class == DataClass::CustomerId && id.len() >= SHORTEST_ID;
    let system = std::str::from_utf8(system).ok().filter(|_| is_id)?;
    Some((system, system.len() + 1..system.len() + 1 + id.len()))
}

/// Judges a readable value: a pattern of the class makes it certain, a plausible one likely.
fn plain(class: DataClass, value: &[u8], trimmed: &str, matches: &mut Vec<Match>) -> Option<Judgement> {
    let likely = Judgement {
        class,
        form: Form::Plain,
        confidence: Confidence::Likely,
        reason: "the vendor's parameter for it",
        range: 0..value.len(),
    };
    // `$remote`, `auto` and `Web` are words for what the recipient sees by itself.
    let says_nothing = match class {
        DataClass::IpAddress => !patterns::plausible(class, trimmed),
        DataClass::Device => trimmed.eq_ignore_ascii_case("web"),
        _ => false,
    };
    if says_nothing {
        return None;
    }
    // Ids, sizes and versions have no pattern that could prove them.
    if class.tier() > Tier::Direct && !is_hashable(class) {
        return Some(likely);
    }
    matches.clear();
    patterns::scan(value, &patterns::Context { key: class.word(), path: class.word() }, matches);
    let is_proof = |found: &&Match| found.class == class && found.confidence == Confidence::Certain;
    if let Some(found) = matches.iter().find(is_proof) {
        let (confidence, reason) = (Confidence::Certain, "the vendor's parameter for it, and valid");
        return Some(Judgement { form: found.form, confidence, reason, range: found.range.clone(), ..likely });
    }
    // An id that is somebody's address is an address.
    let tells_more = |found: &&Match| {
        found.class.tells_more_than(class)
            && found.confidence == Confidence::Certain
            && found.range.len() == trimmed.len()
    };
    if let Some(found) = matches.iter().find(tells_more) {
        let (confidence, reason) =
            (Confidence::Certain, "the vendor's parameter for an id, and a valid address or number");
        return Some(Judgement { class: found.class, confidence, reason, range: found.range.clone(), ..likely });
    }
    (!is_hashable(class) || patterns::plausible(class, trimmed)).then_some(likely)
}

/// Whether a URL parameter holds a URL, and a text parameter a text.
fn contained(class: DataClass, value: &[u8]) -> bool {
    match class {
        DataClass::PageUrl | DataClass::Referrer => {
            UrlParts::split(value).is_some() || (value.starts_with(b"/") && value.len() > 1)
        }
        _ => !patterns::is_placeholder(&String::from_utf8_lossy(value)),
    }
}

/// Classes that vendors ask to be hashed; a readable value must look like one.
fn is_hashable(class: DataClass) -> bool {
    use DataClass::{
        Age, City, Country, DateOfBirth, Email, EmailDomain, FirstName, FullName, Gender, LastName, Phone, PostalCode,
        Region, Street,
    };
    matches!(
        class,
        Age | City
            | Country
            | DateOfBirth
            | Email
            | EmailDomain
            | FirstName
            | FullName
            | Gender
            | LastName
            | Phone
            | PostalCode
            | Region
            | Street
    )
}

fn is_mask(text: &str) -> bool {
    text.bytes().all(|b| b"*#^@.+ _-".contains(&b)) && text.bytes().any(|b| b"*#^".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_between_its_system_and_its_state() {
        for (value, id) in [
            ("declared\u{1}C-204711\u{1}1", "C-204711"),
            ("12345\u{1}C-204711", "C-204711"),
            ("C-204711", "C-204711"),
            ("declared\u{1}\u{1}0", "declared\u{1}\u{1}0"),
        ] {
            let found = judge(Expected::Either, DataClass::CustomerId, "d_cid_ic", value.as_bytes(), &mut Vec::new());
            assert_eq!(found.map(|found| &value[found.range]), Some(id), "{value:?}");
        }
    }
}
