//! Ids that stand for a person by themselves: the account that a site's own cookie names, and
//! long-lived browser ids, in the site's cookies or in the vendors' own parameters. One id has one
//! key, wherever it travels: `_ga=GA1.1.83.17` and `cid=83.17` are the same browser.

use crate::place::site_of;
use crate::record::Record;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Which cookies and parameters hold browser ids.
const BROWSER_IDS: &str = include_str!("browser_ids.csv");

/// Cookies in which sites keep the number or name of the account that is logged in.
const ACCOUNT_COOKIES: [&str; 10] = [
    "account_id",
    "accountid",
    "ajs_user_id",
    "customer_id",
    "customerid",
    "member_id",
    "memberid",
    "user_id",
    "userid",
    "username",
];

/// The shortest token that can tell browsers apart.
const SHORTEST: usize = 8;

/// The longest id that is looked at.
const LONGEST: usize = 256;

/// How an id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `GA1.1.NUMBER.TIME` or `NUMBER.TIME`; the last two parts are the id.
    Google,
    /// `fb.N.TIME.NUMBER`
    Meta,
    /// A token of letters, digits and `-_.|`.
    Token,
    /// A token up to the first `|` or `^`.
    First,
}

/// A place where a kind of id is found.
#[derive(Clone, Copy, Debug)]
struct Place {
    family: &'static str,
    shape: Shape,
    cookie: &'static str,
    host: &'static str,
    parameter: &'static str,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| BROWSER_IDS.lines().skip(1).filter_map(place).collect());

fn place(line: &'static str) -> Option<Place> {
    let mut cells = line.split(',');
    let mut next = || cells.next();
    let family = next()?;
    let shape = match next()? {
        "google" => Shape::Google,
        "meta" => Shape::Meta,
        "first" => Shape::First,
        "token" => Shape::Token,
        _ => return None,
    };
    Some(Place { family, shape, cookie: next()?, host: next()?, parameter: next()? })
}

/// An id that was found in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'v> {
    /// Which kind of id it is, the same in cookies and parameters.
    pub(super) family: &'static str,
    /// The id without what differs between them.
    pub(super) value: Cow<'v, [u8]>,
}

/// Browser ids in the cookies of a record.
pub(super) fn in_cookies<'v>(record: &'v Record<'_>) -> impl Iterator<Item = Found<'v>> {
    record.cookies.iter().filter_map(|cookie| {
        // Some cookies carry the site's number behind their name.
        let place = PLACES.iter().find(|place| {
            let rest = cookie.name.strip_prefix(place.cookie.as_bytes());
            rest.is_some_and(|rest| rest.is_empty() || (place.cookie == "_hjSessionUser" && rest[0] == b'_'))
        })?;
        Some(Found { family: place.family, value: place.shape.id(&cookie.value)? })
    })
}

/// The browser id in the vendor's own parameter, of a request to this host.
pub(super) fn in_parameters<'v>(host: &str, record: &'v Record<'_>) -> impl Iterator<Item = Found<'v>> {
    let places = PLACES.iter().filter(move |place| is_within(host, place.host));
    places.filter_map(|place| {
        let value = super::person::param(&record.url, place.parameter)?;
        Some(Found { family: place.family, value: place.shape.id(value)? })
    })
}

/// The account that a cookie names; only a site's own cookies do.
pub(super) fn account<'v>(record: &'v Record<'_>) -> Option<&'v [u8]> {
    let named = record.cookies.iter().find(|cookie| {
        ACCOUNT_COOKIES.iter().any(|name| cookie.name.eq_ignore_ascii_case(name.as_bytes()))
            && stands_for_one(&cookie.value)
    });
    named.map(|cookie| &*cookie.value)
}

/// Whether a host is this one or below it.
fn is_within(host: &str, suffix: &str) -> bool {
    !suffix.is_empty() && host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The scope of an id: ids of one kind on one site are comparable, others are not.
pub(super) fn site(host: &str) -> &str {
    site_of(host)
}

/// Whether a value can be one account's: words that programs write for nobody cannot.
fn stands_for_one(value: &[u8]) -> bool {
    let nobody: [&[u8]; 12] =
        [b"", b"0", b"-", b"-1", b"null", b"none", b"undefined", b"false", b"true", b"guest", b"anonymous", b"deleted"];
    value.len() <= LONGEST && !nobody.iter().any(|word| value.eq_ignore_ascii_case(word))
}

impl Shape {
    /// The id in a value, if it has the shape of one.
    fn id(self, value: &[u8]) -> Option<Cow<'_, [u8]>> {
        if value.len() > LONGEST {
            return None;
        }
        let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        match self {
            Shape::Google => {
                let mut parts = value.rsplitn(3, |&b| b == b'.');
                let (time, number) = (parts.next()?, parts.next()?);
                let is_id = digits(time) && digits(number) && time.len() + number.len() >= SHORTEST;
                is_id.then(|| value[value.len() - time.len() - number.len() - 1..].into())
            }
            Shape::Meta => {
                let parts: Vec<&[u8]> = value.splitn(5, |&b| b == b'.').collect();
                let is_id = parts.len() == 4 && parts[0] == b"fb" && parts[1..].iter().all(|part| digits(part));
                is_id.then(|| value.into())
            }
            Shape::Token => is_token(value).then(|| value.into()),
            Shape::First => {
                let first = value.split(|b| matches!(b, b'|' | b'^' | b'%')).next()?;
                (first.len() >= 5 && first.iter().all(u8::is_ascii_alphanumeric)).then(|| first.into())
            }
        }
    }
}

fn is_token(value: &[u8]) -> bool {
    value.len() >= SHORTEST
        && value.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.|+/=%".contains(b))
        && value.iter().filter(|b| b.is_ascii_digit()).count() >= 2
        && value.iter().any(|b| *b != value[0] && b.is_ascii_alphanumeric() && *b != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Pair;

    fn cookie<'v>(name: &'static str, value: &'static str) -> Record<'v> {
        let pair = Pair { name: name.as_bytes().into(), value: value.as_bytes().into() };
        Record { cookies: vec![pair], ..Record::default() }
    }

    fn found(record: &Record<'_>) -> Vec<(String, String)> {
        let shown = |found: Found<'_>| (found.family.to_owned(), String::from_utf8_lossy(&found.value).into_owned());
        in_cookies(record).map(shown).collect()
    }

    #[test]
    fn every_row_of_the_list_is_read() {
        assert_eq!(PLACES.len(), BROWSER_IDS.lines().count() - 1);
        assert!(PLACES.iter().all(|place| place.host.is_empty() == place.parameter.is_empty()));
    }

    #[test]
    fn a_cookie_and_the_vendors_parameter_are_one_id() {
        let url = b"https://www.google-analytics.com/g/collect?v=2&cid=8315987110.1795484320&tid=G-X";
        let request = Record { url: url.as_slice().into(), ..Record::default() };
        let sent: Vec<_> = in_parameters("www.google-analytics.com", &request).collect();
        let cookies = cookie("_ga", "GA1.1.8315987110.1795484320");
        let kept: Vec<_> = in_cookies(&cookies).collect();
        assert_eq!(sent, kept);
        assert_eq!(sent.len(), 1);
        assert_eq!(in_parameters("www.example.com", &request).count(), 0);
    }

    #[test]
    fn ids_have_their_shape_and_others_are_none() {
        let fbp = "fb.1.1795484320416.718241519105030965";
        assert_eq!(found(&cookie("_fbp", fbp)), [("meta browser id".to_owned(), fbp.to_owned())]);
        assert_eq!(found(&cookie("_clck", "1abc2de|2|fxy|0|1"))[0].1, "1abc2de");
        for (name, value) in [
            ("_fbp", "fb.1.x.2"),
            ("_fbp", ""),
            ("_ga", "GA1.1.undefined"),
            ("_ga", "1.2"),
            ("_scid", "undefined"),
            ("_uetvid", "00000000000000000000000000000000"),
            ("_ttp", "short"),
            ("session", "8315987110.1795484320"),
        ] {
            assert!(found(&cookie(name, value)).is_empty(), "{name}={value}");
        }
    }

    #[test]
    fn accounts_are_named_by_the_sites_cookies() {
        assert_eq!(account(&cookie("customer_id", "40718256")), Some(&b"40718256"[..]));
        assert_eq!(account(&cookie("userId", "a1")), Some(&b"a1"[..]));
        for (name, value) in [("user_id", "null"), ("userid", "0"), ("uid", "17"), ("user_id", "")] {
            assert_eq!(account(&cookie(name, value)), None, "{name}={value}");
        }
    }
}
