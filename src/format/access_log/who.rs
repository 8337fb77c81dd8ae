//! Who made a request: what stands before the time of an access log. Servers write `client ident
//! user`, some with the virtual host in front; collectors and balancers put words of their own before
//! and between, which are passed over.

use super::super::lines::{skip_spaces, word};
use crate::find::find;
use crate::place::{is_address, without_port};
use bstr::ByteSlice;

/// What stands before the time; what is missing has no text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Who<'b> {
    /// The virtual host.
    pub(super) host: &'b [u8],
    /// The client: of a list of addresses that balancers passed on the first.
    pub(super) client: &'b [u8],
    /// The user.
    pub(super) user: &'b [u8],
}

/// A client, what stands before it, and what stands behind it or its list.
struct Found<'b> {
    before: &'b [u8],
    client: &'b [u8],
    behind: &'b [u8],
}

/// Splits what stands before the time.
pub(super) fn split_who(text: &[u8]) -> Option<Who<'_>> {
    let text = text.trim_ascii_end();
    let Found { before, client, behind } = by_address(text).or_else(|| by_name(text))?;
    let host = host_in(before);
    let (ident, user) = word(without_group(behind));
    let user = match (user, host) {
        (b"", _) => ident,
        (user, b"") => user,
        (user, _) => behind_request_id(user),
    };
    Some(Who { host, client, user: user_in(user) })
}

/// The client where it is an address: the first that the dash for no ident follows or, where none
/// does, the first behind which stands neither another address nor a program's name.
fn by_address(text: &[u8]) -> Option<Found<'_>> {
    let mut likely = None;
    let mut rest = text;
    while !rest.is_empty() {
        let before = &text[..text.len() - rest.len()];
        let (item, behind) = item(rest);
        rest = behind;
        let Some(client) = first_address(item) else { continue };
        let (next, after) = word(without_group(behind));
        let is_list = item.starts_with(b"\"") || item.contains(&b',');
        let balancer = is_list && address(next).is_some();
        let found = Found { before, client, behind: if balancer { after } else { behind } };
        // Behind a client that does not come first stand ident and user: a virtual host has less.
        let has_place = before.is_empty() || !after.is_empty();
        if is_list || next == b"-" && has_place {
            return Some(found);
        }
        let is_host = address(next).is_some() && !word(after).1.is_empty();
        if has_place && !is_host && !next.ends_with(b":") {
            likely = likely.or(Some(found));
        }
    }
    likely
}

/// The client where it is a name: what stands before two dashes or, where there is a user, comes first
/// or behind a virtual host.
fn by_name(text: &[u8]) -> Option<Found<'_>> {
    if let Some(front) = text.strip_suffix(b" - -") {
        let start = front.rfind_byte(b' ').map_or(0, |space| space + 1);
        if &front[start..] != b"-" {
            return found(&front[..start], &front[start..], b"");
        }
    }
    let (first, rest) = word(text);
    let (second, behind) = word(rest);
    let is_second = is_host(first) && is_host(second) && !word(behind).1.is_empty();
    if is_second { found(first, second, behind) } else { found(b"", first, rest) }
}

fn found<'b>(before: &'b [u8], client: &'b [u8], behind: &'b [u8]) -> Option<Found<'b>> {
    (!client.is_empty()).then_some(Found { before, client: without_port(client), behind })
}

/// The next word, quoted text, group in brackets or list with commas, and what follows it.
fn item(text: &[u8]) -> (&[u8], &[u8]) {
    let closing = match text {
        [b'"', inside @ ..] => find(b'"', inside),
        [b'[', inside @ ..] => find(b']', inside),
        _ => None,
    };
    if let Some(end) = closing {
        return (&text[..end + 2], skip_spaces(&text[end + 2..]));
    }
    let (mut last, mut rest) = word(text);
    while last.ends_with(b",") && !rest.is_empty() {
        (last, rest) = word(rest);
    }
    (text[..text.len() - rest.len()].trim_ascii_end(), rest)
}

/// The first address of an item. A group in brackets repeats what stands elsewhere.
fn first_address(item: &[u8]) -> Option<&[u8]> {
    let is_group = item.starts_with(b"[");
    let mut parts = item.split(|byte| matches!(byte, b',' | b' ' | b'"'));
    if is_group { None } else { parts.find_map(address) }
}

/// The address that a word is, without its port.
fn address(text: &[u8]) -> Option<&[u8]> {
    let starts = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    if !text.first().is_some_and(starts) {
        return None;
    }
    let colons = text.iter().filter(|byte| **byte == b':').count();
    let text = if colons == 1 { without_port(text) } else { text };
    is_address(text).then_some(text)
}

/// The virtual host, where nothing else stands before the client.
fn host_in(before: &[u8]) -> &[u8] {
    let (host, more) = word(before);
    if more.is_empty() && is_host(host) { host } else { b"" }
}

/// Whether a word can be a host, as no ident, user or time in practice can.
fn is_host(text: &[u8]) -> bool {
    let name = without_port(text);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b".-_*".contains(byte);
    let is_full = name == b"localhost" || name.contains(&b'.') || name.len() < text.len();
    let has_letter = name.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    is_full && has_letter && name.iter().all(is_name) || address(name).is_some()
}

/// The user, before which some servers write the request's id: 32 hexadecimal digits, or a word before
/// the dash that stands for no user.
fn behind_request_id(user: &[u8]) -> &[u8] {
    match word(user) {
        (id, behind) if behind == b"-" || id == b"-" && !behind.is_empty() => behind,
        (id, behind) if !behind.is_empty() && id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit) => behind,
        _ => user,
    }
}

/// The text behind a group in brackets, in which balancers repeat addresses.
fn without_group(text: &[u8]) -> &[u8] {
    if text.starts_with(b"[") { item(text).1 } else { text }
}

/// The user that a text names, if it does.
fn user_in(mut text: &[u8]) -> &[u8] {
    while let Some(behind) = text.strip_prefix(b"- ") {
        text = behind;
    }
    let text = without_group(text);
    let text = text.strip_prefix(b"- ").unwrap_or(text);
    let text = match text.rfind(" [") {
        Some(group) if text.ends_with(b"]") => &text[..group],
        _ => text,
    };
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    let is_nobody = text.iter().all(|byte| matches!(byte, b'-' | b' ')) || address(text).is_some();
    if is_nobody { b"" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(text: &str) -> [&str; 3] {
        let Who { host, client, user } = split_who(text.as_bytes()).unwrap_or_default();
        [host, client, user].map(|part| std::str::from_utf8(part).unwrap_or("?"))
    }

    #[test]
    fn what_precedes_the_client_is_passed_over() {
        for before in ["node1", "Mär 10 14:23:27 web1 uwsgi[36739]:", "Jul  1 09:30:00 198.51.100.9 nginx:", "14:23:27"]
        {
            assert_eq!(who(&format!("{before} 192.0.2.44 - - ")), ["", "192.0.2.44", ""], "{before}");
            assert_eq!(who(&format!("{before} 192.0.2.44 - avery ")), ["", "192.0.2.44", "avery"], "{before}");
        }
        assert_eq!(who("2024-07-01T09:30:00Z 2001:db8::7 - avery"), ["", "2001:db8::7", "avery"]);
        assert_eq!(who("Mär 10 14:23:27 web1 uwsgi[7]: client.example.net - -"), ["", "client.example.net", ""]);
    }

    #[test]
    fn a_virtual_host_stands_alone_before_the_client() {
        assert_eq!(who("shop.example.com 192.0.2.44 - avery"), ["shop.example.com", "192.0.2.44", "avery"]);
        assert_eq!(who("198.51.100.9:443 192.0.2.44 - avery"), ["198.51.100.9:443", "192.0.2.44", "avery"]);
        assert_eq!(who("shop.example.com client.example.net - -"), ["shop.example.com", "client.example.net", ""]);
        // Some servers write it behind the client, in the place of the ident.
        assert_eq!(who("192.0.2.44 198.51.100.9 -"), ["", "192.0.2.44", ""]);
        assert_eq!(who("192.0.2.44 shop.example.com avery"), ["", "192.0.2.44", "avery"]);
        assert_eq!(who("- 198.51.100.9 -")[1], "-");
        assert_eq!(who("shop.example.com client.example.net - avery")[1..], ["client.example.net", "avery"]);
    }

    #[test]
    fn groups_in_brackets_are_neither_client_nor_user() {
        assert_eq!(who("192.0.2.44 - [192.0.2.44] - -"), ["", "192.0.2.44", ""]);
        assert_eq!(who("192.0.2.44 - [192.0.2.44, 198.51.100.9] - avery"), ["", "192.0.2.44", "avery"]);
        assert_eq!(who("Aug  8 03:33:33 shop.example.com 192.0.2.44 [198.51.100.9] - \"\""), ["", "192.0.2.44", ""]);
        assert_eq!(who("192.0.2.44 - avery [198.51.100.9]"), ["", "192.0.2.44", "avery"]);
    }

    #[test]
    fn the_first_address_of_a_list_is_the_client() {
        for list in [
            "192.0.2.44, 198.51.100.9, 127.0.0.1",
            "192.0.2.44,198.51.100.9",
            "\"192.0.2.44, 198.51.100.8\" 198.51.100.9",
            "\"192.0.2.44 198.51.100.8\" 198.51.100.9",
            "\"192.0.2.44\" 198.51.100.9",
            "unknown, 192.0.2.44",
            "\"-\" 192.0.2.44",
        ] {
            assert_eq!(who(&format!("{list} - avery")), ["", "192.0.2.44", "avery"], "{list}");
        }
        assert_eq!(who("shop.example.com 192.0.2.44, 198.51.100.9 - -"), ["shop.example.com", "192.0.2.44", ""]);
        assert_eq!(
            who("shop.example.com:80 \"192.0.2.44\" 198.51.100.9 - -"),
            ["shop.example.com:80", "192.0.2.44", ""]
        );
    }

    #[test]
    fn dashes_quotes_and_addresses_are_no_user() {
        for user in ["-", "\"\"", "\"-\"", "192.0.2.44", "198.51.100.9", "- -", "--"] {
            assert_eq!(who(&format!("192.0.2.44 - {user}")), ["", "192.0.2.44", ""], "{user}");
        }
        // Whoever calls himself like an address does not become the client.
        assert_eq!(who("192.0.2.44 - 198.51.100.9 - x")[1], "192.0.2.44");
        assert_eq!(who("192.0.2.44 - \"avery\"")[2], "avery");
        assert_eq!(who("192.0.2.44:4711 - Avery Lee"), ["", "192.0.2.44", "Avery Lee"]);
    }

    #[test]
    fn nothing_before_the_time_names_nobody() {
        assert_eq!(split_who(b" "), None);
        assert_eq!(who("- - -")[2], "");
        assert_eq!(who("[")[0], "");
    }
}
