//! Filter lists (EasyList, EasyPrivacy, uBlock): the network rules that name a domain. Rules that
//! hide elements, that except something, that hold on certain sites only or that match paths on any
//! host say nothing about who a recipient is; they are counted, not used.

use super::{Entry, List, domain, host, note_header};
use std::net::IpAddr;

/// How many lines are looked at to recognise the format.
const LOOKED_AT: usize = 200;

/// Options under which a rule is about something else than a request to a third party.
const OTHER_MATTERS: [&str; 30] = [
    "1p",
    "badfilter",
    "csp",
    "cname",
    "denyallow",
    "ehide",
    "elemhide",
    "empty",
    "first-party",
    "generichide",
    "genericblock",
    "ghide",
    "header",
    "inline-font",
    "inline-script",
    "jsonprune",
    "method",
    "mp4",
    "permissions",
    "popunder",
    "popup",
    "redirect-rule",
    "removeheader",
    "removeparam",
    "replace",
    "rewrite",
    "strict1p",
    "to",
    "uritransform",
    "urlskip",
];

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing: empty, a comment, a header.
    Nothing,
    /// A rule that names a host, and perhaps a path.
    Rule { host: String, path: Option<String> },
    /// A rule that cannot tell who received a request.
    Unused,
}

/// Whether the text has the marks of a filter list.
pub(super) fn looks_like(text: &str) -> bool {
    text.lines().map(str::trim).take(LOOKED_AT).any(|line| {
        line.starts_with("||") || line.starts_with("@@") || line.starts_with("[Adblock") || line.starts_with("! ")
    })
}

/// Reads the list. Every line is a rule or a comment, since patterns can be any text.
pub(super) fn parse(text: &str) -> List {
    let mut list = List { format: "filter list", ..List::default() };
    for (text, number) in text.lines().zip(1u32..) {
        match line(text) {
            Line::Nothing => note_header(&mut list, text),
            Line::Unused => list.unused += 1,
            Line::Rule { host, path } => list.entries.push(Entry { host, path, line: number, ..Entry::default() }),
        }
    }
    list
}

/// Understands one line.
pub(super) fn line(text: &str) -> Line {
    let text = text.trim();
    let is_comment = text.starts_with(['!', '[']) || text.starts_with("# ") || text == "#";
    if text.is_empty() || is_comment {
        return Line::Nothing;
    }
    let is_cosmetic = ["##", "#@", "#?", "#$", "#%", "$$", "$@$"].iter().any(|mark| text.contains(mark));
    if is_cosmetic || text.starts_with("@@") {
        return Line::Unused;
    }
    let (pattern, options) = split_options(text);
    if !options.split(',').all(is_about_requests) {
        return Line::Unused;
    }
    rule(pattern).unwrap_or(Line::Unused)
}

fn rule(pattern: &str) -> Option<Line> {
    if let Some((address, name)) = pattern.split_once([' ', '\t']) {
        address.parse::<IpAddr>().ok()?;
        return Some(Line::Rule { host: domain(name.trim())?, path: None });
    }
    let (anchored, is_domain) = match pattern.strip_prefix("||") {
        Some(rest) => (rest, true),
        None => {
            let rest = pattern.trim_start_matches('|');
            let scheme = rest.strip_prefix("https://").or(rest.strip_prefix("http://")).or(rest.strip_prefix("://"));
            (scheme.unwrap_or(rest), scheme.is_none())
        }
    };
    let end = anchored.find(['/', '^', '?', '*', '|', ':']).unwrap_or(anchored.len());
    let (name, rest) = anchored.split_at(end);
    // Without an anchor only a bare name can be told from a piece of a path; `||ads.` and `||ads*`
    // are beginnings of names.
    let is_bare = !pattern.starts_with('|') && !pattern.contains("://");
    if rest.starts_with(['*', ':']) || name.ends_with('.') || (is_bare && !rest.is_empty()) {
        return None;
    }
    let host = if is_domain { domain(name)? } else { host(name)? };
    let path = rest.trim_start_matches('^');
    let is_everything = path.trim_matches(['*', '|', '/', '^']).is_empty();
    Some(Line::Rule { host, path: (!is_everything).then(|| path.to_owned()) })
}

/// Splits `pattern$option,option`; a dollar sign can also be part of the pattern.
fn split_options(text: &str) -> (&str, &str) {
    match text.rsplit_once('$') {
        Some((pattern, options))
            if !pattern.is_empty() && options.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '~') =>
        {
            (pattern, options)
        }
        _ => (text, ""),
    }
}

fn is_about_requests(option: &str) -> bool {
    let option = option.trim();
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    if matches!(name, "domain" | "from") {
        // On certain sites only: not what the domain is everywhere.
        return value.split('|').all(|site| site.starts_with('~'));
    }
    !matches!(name, "~third-party" | "~3p") && !OTHER_MATTERS.contains(&name)
}
