//! Splitting URLs without allocation, and recognising the ones that were copied into values. Every
//! input splits somehow: a URL that strangers wrote is never refused, only cut at its delimiters.

use super::classes::{Classes, classify};
use super::query;
use memchr::{memchr, memchr2, memchr3, memrchr};

/// The parts of a URL as they are written, nothing decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct UrlParts<'u> {
    /// Before the `@` of the authority.
    pub(super) user_info: &'u [u8],
    /// The host without its port.
    pub(super) host: &'u [u8],
    /// With its leading `/`.
    pub(super) path: &'u [u8],
    /// Behind the `?`.
    pub(super) query: &'u [u8],
    /// Behind the `#`.
    pub(super) fragment: &'u [u8],
}

impl UrlParts<'_> {
    /// Whether there is nothing but a host.
    pub(super) fn is_bare(&self) -> bool {
        self.user_info.is_empty()
            && self.query.is_empty()
            && self.fragment.is_empty()
            && self.path.iter().all(|&byte| byte == b'/')
    }
}

/// Splits the URL of a record: absolute, `/path?query`, or the `host:port` of CONNECT.
pub(super) fn split(url: &[u8]) -> UrlParts<'_> {
    if let Some(rest) = behind_scheme(url).or_else(|| url.strip_prefix(b"//")) {
        return with_authority(rest);
    }
    match url.first() {
        Some(b'/' | b'?' | b'#') => with_path(url),
        _ => with_authority(url),
    }
}

/// Splits a value that is a URL copied from elsewhere, where it is one.
pub(super) fn nested(value: &[u8], classes: Classes) -> Option<UrlParts<'_>> {
    if let Some(rest) = behind_scheme(value) {
        return Some(with_authority(rest));
    }
    if let Some(rest) = value.strip_prefix(b"//") {
        let parts = with_authority(rest);
        return is_host(parts.host).then_some(parts);
    }
    if !classes.has(Classes::QUESTION) {
        return None;
    }
    // A copy without its scheme: the query is what makes it a URL and worth splitting.
    let question = memchr(b'?', value)?;
    let before = &value[..question];
    let stray = Classes::SPACE | Classes::NEWLINE | Classes::EQUALS | Classes::AMPERSAND | Classes::JSON;
    let query = &value[question + 1..];
    if question == 0 || classify(before).has(stray) || !query::looks_like(query) {
        return None;
    }
    let first = &before[..memchr(b'/', before).unwrap_or(before.len())];
    let has_host = is_host(first) && (first.len() < before.len() || first.starts_with(b"www."));
    Some(match has_host {
        true => with_authority(value),
        false => with_path(value),
    })
}

/// The longest scheme of a nested URL (`android-app`, an app's own name).
const LONGEST_SCHEME: usize = 24;

/// What follows `scheme://`.
fn behind_scheme(url: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = url.strip_prefix(b"https://") {
        return Some(rest);
    }
    if !url.first()?.is_ascii_alphabetic() {
        return None;
    }
    let colon = memchr(b':', &url[..url.len().min(LONGEST_SCHEME)])?;
    let scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    url[..colon].iter().all(scheme).then(|| url[colon + 1..].strip_prefix(b"//")).flatten()
}

fn is_host(text: &[u8]) -> bool {
    let dot = memrchr(b'.', text).unwrap_or(0);
    let top = &text[(dot + 1).min(text.len())..];
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    dot > 0 && top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic) && text.iter().all(letter)
}

fn with_authority(rest: &[u8]) -> UrlParts<'_> {
    let end = memchr3(b'/', b'?', b'#', rest).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (user_info, host) = match memrchr(b'@', authority) {
        Some(at) => (&authority[..at], &authority[at + 1..]),
        None => (&[][..], authority),
    };
    UrlParts { user_info, host: without_port(host), ..with_path(rest) }
}

fn without_port(host: &[u8]) -> &[u8] {
    match memrchr(b':', host) {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) => &host[..colon],
        _ => host,
    }
}

fn with_path(rest: &[u8]) -> UrlParts<'_> {
    let mut parts = UrlParts::default();
    let end = memchr2(b'?', b'#', rest).unwrap_or(rest.len());
    parts.path = &rest[..end];
    match rest.get(end) {
        Some(b'?') => {
            let query = &rest[end + 1..];
            match memchr(b'#', query) {
                Some(hash) => (parts.query, parts.fragment) = (&query[..hash], &query[hash + 1..]),
                None => parts.query = query,
            }
        }
        Some(_) => parts.fragment = &rest[end + 1..],
        None => {}
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> [&str; 5] {
        let parts = split(url.as_bytes());
        [parts.user_info, parts.host, parts.path, parts.query, parts.fragment]
            .map(|part| std::str::from_utf8(part).unwrap())
    }

    fn nested_host(value: &str) -> Option<&str> {
        let value = value.as_bytes();
        nested(value, classify(value)).map(|parts| std::str::from_utf8(parts.host).unwrap())
    }

    #[test]
    fn urls_are_cut_at_their_delimiters() {
        assert_eq!(
            parts("https://u:p@shop.example.com:8443/a/b;c=d?e=f?g#h?i"),
            ["u:p", "shop.example.com", "/a/b;c=d", "e=f?g", "h?i"]
        );
        assert_eq!(parts("/a?b=c"), ["", "", "/a", "b=c", ""]);
        assert_eq!(parts("example.com:443"), ["", "example.com", "", "", ""]);
        assert_eq!(parts("https://[::1]:80/a"), ["", "[::1]", "/a", "", ""]);
        assert_eq!(parts("https://example.com#a"), ["", "example.com", "", "", "a"]);
        assert_eq!(parts(""), [""; 5]);
    }

    #[test]
    fn copies_of_urls_are_recognised() {
        assert_eq!(nested_host("https://example.com/a"), Some("example.com"));
        assert_eq!(nested_host("android-app://com.example.app/x"), Some("com.example.app"));
        assert_eq!(nested_host("//cdn.example.com/x"), Some("cdn.example.com"));
        assert_eq!(nested_host("/checkout?zip=62701"), Some(""));
        assert_eq!(nested_host("example.com/checkout?zip=62701"), Some("example.com"));
        assert_eq!(nested_host("page.html?zip=62701"), Some(""));
    }

    #[test]
    fn other_texts_are_no_urls() {
        assert_eq!(nested_host("//comment here"), None);
        assert_eq!(nested_host("a::b//c"), None);
        assert_eq!(nested_host("is it so? yes"), None);
        assert_eq!(nested_host("what is a=b? c=d"), None);
        assert_eq!(nested_host("/plain/path"), None);
    }
}
