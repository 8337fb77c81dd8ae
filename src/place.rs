//! Hosts, sites and pages: how a URL is reduced to what the tables speak of. A site is the
//! registrable domain; a page is the host with the path's template, in which ids and numbers are
//! replaced, so that ten thousand customers' pages are one page and no id gets into a table.

use crate::find::find_any;
use crate::suffix;
use std::borrow::Cow;
use std::net::IpAddr;

/// What is shown where no site or page is known.
pub const UNKNOWN: &str = "(unknown)";

/// The longest page that a table shows; longer ones are cut.
const LONGEST_PAGE: usize = 200;

/// The pieces of an absolute http(s) or ws(s) URL, borrowed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlParts<'a> {
    /// Host without user-info and port, as written.
    pub host: &'a [u8],
    /// Path from its first `/` on; empty when there is none.
    pub path: &'a [u8],
    /// Query without `?`; empty when there is none.
    pub query: &'a [u8],
}

impl<'a> UrlParts<'a> {
    /// Splits an absolute URL with a host; `None` for anything else (`data:`, `about:`, a bare path).
    pub fn split(url: &'a [u8]) -> Option<Self> {
        let (host, behind) = split_host(url)?;
        let (path, query) = split_path(behind);
        Some(UrlParts { host, path, query })
    }

    /// Whether the URL names only an origin: no path beyond `/`, no query.
    pub fn is_origin(&self) -> bool {
        self.path.len() <= 1 && self.query.is_empty()
    }
}

/// The host of an absolute URL, as [`UrlParts::split`] finds it.
pub fn host_of(url: &[u8]) -> Option<&[u8]> {
    split_host(url).map(|(host, _)| host)
}

/// The host of an absolute URL, and what follows the authority.
fn split_host(url: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = behind_scheme(url)?;
    let end = find_any(*b"/?#\\@:[", rest).unwrap_or(rest.len());
    // Nearly all authorities are a host and nothing else.
    let (host, behind) = match rest.get(end) {
        Some(b'@' | b':' | b'[') => {
            let end = end + find_any(*b"/?#\\", &rest[end..]).unwrap_or(rest.len() - end);
            let authority = &rest[..end];
            let user_end = memchr::memrchr(b'@', authority).map_or(0, |at| at + 1);
            (without_port(&authority[user_end..]), &rest[end..])
        }
        _ => rest.split_at(end),
    };
    (!host.is_empty()).then_some((host, behind))
}

/// What follows the scheme and the slashes of a URL of the web.
fn behind_scheme(url: &[u8]) -> Option<&[u8]> {
    // Nearly all are written in lower case.
    if let Some(rest) = url.strip_prefix(b"https://").or_else(|| url.strip_prefix(b"http://")) {
        return Some(rest);
    }
    let colon = url.iter().take(LONGEST_SCHEME + 1).position(|b| *b == b':')?;
    let is_web = [&b"https"[..], b"http", b"wss", b"ws"].iter().any(|known| url[..colon].eq_ignore_ascii_case(known));
    url[colon + 1..].strip_prefix(b"//").filter(|_| is_web)
}

/// The longest scheme that is looked at: `https`.
const LONGEST_SCHEME: usize = 5;

/// Path and query of a URL, which may begin with its path.
pub fn path_and_query(url: &[u8]) -> (&[u8], &[u8]) {
    UrlParts::split(url).map_or_else(|| split_path(url), |parts| (parts.path, parts.query))
}

/// The names and values of a query or a form, as they are written; what has no `=` is passed over.
pub fn parameters(pairs: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    pairs.split(|&byte| byte == b'&').filter_map(|pair| {
        let equals = memchr::memchr(b'=', pair)?;
        Some((&pair[..equals], &pair[equals + 1..]))
    })
}

/// Splits `path?query#fragment` into path and query.
pub fn split_path(target: &[u8]) -> (&[u8], &[u8]) {
    let Some(end) = memchr::memchr2(b'?', b'#', target) else { return (target, b"") };
    let (path, rest) = (&target[..end], &target[end + 1..]);
    let query = if target[end] == b'?' { &rest[..memchr::memchr(b'#', rest).unwrap_or(rest.len())] } else { b"" };
    (path, query)
}

/// An authority without its port; IPv6 literals keep their brackets off.
pub fn without_port(authority: &[u8]) -> &[u8] {
    if let Some(inner) = authority.strip_prefix(b"[") {
        return &inner[..memchr::memchr(b']', inner).unwrap_or(inner.len())];
    }
    match memchr::memrchr(b':', authority) {
        Some(colon) if authority[colon + 1..].iter().all(u8::is_ascii_digit) => &authority[..colon],
        _ => authority,
    }
}

/// Whether a text is an IP address.
pub fn is_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<IpAddr>().is_ok())
}

/// A host as tables show it: lower case, no trailing dot, invalid bytes replaced.
pub fn host_name(host: &[u8]) -> Cow<'_, str> {
    let host = host.strip_suffix(b".").unwrap_or(host);
    // What is plain text, as hosts are, is told so faster than it is repaired.
    let text = std::str::from_utf8(host).map_or_else(|_| String::from_utf8_lossy(host), Cow::Borrowed);
    if has_upper_case(host) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}

/// Whether a text has capital letters of ASCII. All bytes are looked at, which takes less time than
/// asking after each.
pub fn has_upper_case(text: &[u8]) -> bool {
    text.iter().fold(false, |found, byte| found | byte.is_ascii_uppercase())
}

/// The registrable domain of a host by the Public Suffix List with its private section. An address
/// or a name without a suffix is its own site.
pub fn site_of(host: &str) -> &str {
    // An app stands in the place of a site, by its own name.
    if host.parse::<IpAddr>().is_ok() || host.starts_with("app:") {
        return host;
    }
    let domain = suffix::domain(host.as_bytes()).map(|domain| domain.trim().as_bytes());
    domain.and_then(|domain| std::str::from_utf8(domain).ok()).unwrap_or(host)
}

/// The page that a path on a host belongs to, for instance `www.example.com/orders/{id}`.
pub fn page_of(host: &str, path: &[u8]) -> String {
    let mut page = String::with_capacity(host.len() + path.len() + 1);
    page.push_str(host);
    let path = String::from_utf8_lossy(path);
    let path = path.split(';').next().unwrap_or_default();
    for segment in path.trim_start_matches('/').split('/') {
        page.push('/');
        push_template(segment, &mut page);
    }
    if page.len() > LONGEST_PAGE {
        let cut = (0..=LONGEST_PAGE).rev().find(|&at| page.is_char_boundary(at)).unwrap_or(0);
        page.truncate(cut);
        page.push_str("...");
    }
    page
}

/// Appends one path segment with its ids replaced.
fn push_template(segment: &str, page: &mut String) {
    let decoded = percent_decoded(segment);
    if decoded.contains('@') {
        page.push_str("{email}");
        return;
    }
    if is_id(segment, true) || looks_like_free_text(&decoded) {
        page.push_str("{id}");
        return;
    }
    let mut after_id = false;
    for token in segment.split_inclusive(['-', '_', '.', ',', '~', ':', '=', '+']) {
        let word = token.trim_end_matches(['-', '_', '.', ',', '~', ':', '=', '+']);
        if is_id(word, false) {
            if !after_id {
                page.push_str("{id}");
            }
            page.push_str(&token[word.len()..]);
            after_id = true;
        } else {
            page.push_str(token);
            after_id = false;
        }
    }
}

/// A segment with spaces holds words that somebody typed, perhaps a name: not part of a page.
fn looks_like_free_text(decoded: &str) -> bool {
    decoded.trim().contains(' ')
}

fn percent_decoded(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    Cow::Owned(segment.replace("%40", "@").replace("%20", " "))
}

/// Whether a word is an id rather than a name that the site chose: digits only, or letters and
/// digits mixed the way that generated keys are.
fn is_id(word: &str, whole: bool) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits == word.len() {
        return digits >= if whole { 1 } else { 3 };
    }
    let hex = word.bytes().all(|b| b.is_ascii_hexdigit() || (whole && b == b'-'));
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'%');
    (hex && digits > 0 && word.len() >= 8)
        || (plain && word.len() >= 8 && digits >= 3)
        || (plain && word.len() >= 5 && digits * 2 >= word.len() && letters > 0)
        || (word.len() >= 24 && has_mixed_case(word) && digits > 0)
        || word.len() >= 60 && !word.contains('-')
}

fn has_mixed_case(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_lowercase()) && word.bytes().any(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_urls() {
        let parts = UrlParts::split(b"https://user:pw@Www.Example.com:8443/a/b?q=1#top").expect("a URL");
        assert_eq!(parts.host, b"Www.Example.com");
        assert_eq!((parts.path, parts.query), (&b"/a/b"[..], &b"q=1"[..]));
        assert!(UrlParts::split(b"https://example.com").expect("a URL").is_origin());
        assert_eq!(UrlParts::split(b"http://[2001:db8::1]:80/x").expect("a URL").host, b"2001:db8::1");
        for other in [&b"data:text/html,hi"[..], b"about:blank", b"/path", b"https://", b""] {
            assert_eq!(UrlParts::split(other), None);
        }
    }

    #[test]
    fn sites_are_registrable_domains() {
        for (host, site) in [
            ("www.parcelpost.example", "parcelpost.example"),
            ("kynect.ky.gov", "ky.gov"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("127.0.0.1", "127.0.0.1"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(site_of(host), site);
        }
    }

    #[test]
    fn pages_have_no_ids() {
        for (path, page) in [
            ("/", "h/"),
            ("", "h/"),
            ("/mail/preview", "h/mail/preview"),
            ("/orders/123/items", "h/orders/{id}/items"),
            ("/tracking/LX123456785US", "h/tracking/{id}"),
            ("/u/550e8400-e29b-41d4-a716-446655440000", "h/u/{id}"),
            ("/news/covid-19-facts", "h/news/covid-19-facts"),
            ("/article-1234567", "h/article-{id}"),
            ("/v2/index.html", "h/v2/index.html"),
            ("/by/jane.roe%40example.com", "h/by/{email}"),
            ("/hello/Jane%20Roe", "h/hello/{id}"),
            ("/form;jsessionid=ABC123", "h/form"),
        ] {
            assert_eq!(page_of("h", path.as_bytes()), page, "{path}");
        }
    }
}
