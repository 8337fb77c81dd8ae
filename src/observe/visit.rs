//! Which records are page loads.

use crate::find::find;
use crate::record::{LogLine, Record, Role};
use crate::resolve::documents::DocumentKind;

/// Whether a record loaded a document, as far as it can tell.
pub(super) fn document(record: &Record<'_>, role: Role) -> Option<DocumentKind> {
    match role {
        Role::Capture => captured(record),
        Role::Proxy => is_proxied_page(&record.line()).then_some(DocumentKind::Page),
        Role::Origin => (is_fetched(&record.line()) && is_page_path(&record.url)).then_some(DocumentKind::Page),
    }
}

/// Whether a line of a proxy's log loaded a page.
pub(super) fn is_proxied_page(line: &LogLine<'_>) -> bool {
    is_fetched(line) && is_html(line.response_mime)
}

fn is_fetched(line: &LogLine<'_>) -> bool {
    is_success(line.status) && (line.method.eq_ignore_ascii_case(b"GET") || line.method.is_empty())
}

/// Captures say what was fetched in several ways; the surest comes first.
fn captured(record: &Record<'_>) -> Option<DocumentKind> {
    if !is_success(record.status) || !(is_html(&record.response_mime) || record.response_mime.is_empty()) {
        return None;
    }
    match record.header(b"sec-fetch-dest") {
        Some(b"document") => return Some(DocumentKind::Page),
        Some(b"iframe" | b"frame" | b"embed" | b"object") => return Some(DocumentKind::Frame),
        Some(_) => return None,
        None => {}
    }
    if !is_html(&record.response_mime) {
        return None;
    }
    match &*record.resource {
        b"main_frame" => Some(DocumentKind::Page),
        b"document" => Some(DocumentKind::Unsaid),
        b"sub_frame" | b"iframe" | b"frame" => Some(DocumentKind::Frame),
        b"" => {
            // Browsers ask for pages by name; scripts take anything.
            let accepts = record.header(b"accept");
            accepts
                .is_none_or(|accept| accept.windows(9).any(|part| part == b"text/html"))
                .then_some(DocumentKind::Unsaid)
        }
        _ => None,
    }
}

fn is_success(status: u16) -> bool {
    matches!(status, 200..=203 | 304)
}

fn is_html(mime: &[u8]) -> bool {
    let mime = mime[..find(b';', mime).unwrap_or(mime.len())].trim_ascii();
    mime.eq_ignore_ascii_case(b"text/html") || mime.eq_ignore_ascii_case(b"application/xhtml+xml")
}

/// A log does not tell what it served; files that browsers fetch for a page are told by their name.
fn is_page_path(url: &[u8]) -> bool {
    const PAGES: [&[u8]; 14] = [
        b"html", b"htm", b"xhtml", b"php", b"php5", b"asp", b"aspx", b"jsp", b"jspx", b"do", b"action", b"cgi", b"pl",
        b"cfm",
    ];
    let (path, _) = crate::place::path_and_query(url);
    if path.is_empty() {
        return !url.is_empty();
    }
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or_default();
    match memchr::memrchr(b'.', name) {
        None => true,
        Some(dot) => {
            let ending = &name[dot + 1..];
            PAGES.iter().any(|page| ending.eq_ignore_ascii_case(page)) || ending.len() > 5 || ending.is_empty()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_log_are_told_by_their_path() {
        for page in
            ["/", "/mail/preview?address=1", "/index.html", "/a.php", "/by/jane.example", "https://example.com/"]
        {
            assert!(is_page_path(page.as_bytes()), "{page}");
        }
        for file in ["/app.js", "/logo.png?v=2", "/tags/meta.js", "/fonts/x.woff2", ""] {
            assert!(!is_page_path(file.as_bytes()), "{file}");
        }
    }
}
