//! Which records are page loads, and of which pages.

use super::{Observer, Subject};
use crate::find::find;
use crate::observation::{Evidence, PageRef, Visit};
use crate::place::{UNKNOWN, UrlParts, host_name, page_of, path_and_query, site_of};
use crate::record::{LogLine, Record, Role, Sent};
use crate::resolve::documents::{Document, DocumentKind};
use crate::resolve::summary::Summary;
use crate::symbols::Sym;
use crate::visitors::NoVisit;

impl Observer<'_> {
    /// The page that a request loaded.
    pub(super) fn visit(
        &self,
        subject: &Subject<'_, '_>,
        summary: &mut Summary,
        number: u64,
        evidence: &Evidence,
    ) -> Option<Visit> {
        let kind = document(subject.record, subject.role)?;
        let page = self.labels.page(&subject.record.url)?;
        let page = self.whole_page(page, &subject.record.url);
        let vendor_host = subject.target.is_vendor_host;
        if subject.role == Role::Capture {
            summary.documents.push(Document {
                record: number,
                page_ref: evidence.page_ref,
                page,
                referer: evidence.referer,
                kind,
                vendor_host,
            });
        }
        if kind == DocumentKind::Frame || vendor_host {
            return None;
        }
        let url_classes = self.detector.borrow_mut().classes_in_url(&subject.record.url);
        Some(Visit { page, logged_in: None, url_classes })
    }

    /// A document at the root of its host is a page too, though a bare origin elsewhere is none.
    fn whole_page(&self, page: PageRef, url: &[u8]) -> PageRef {
        match UrlParts::split(url) {
            Some(parts) if page.page.is_empty() => {
                let name = page_of(&host_name(parts.host), parts.path);
                PageRef { page: self.symbols.intern(&name), ..page }
            }
            _ => page,
        }
    }

    /// A connection to a site whose visitors are counted: a visit of no known page.
    pub(super) fn connection(&self, subject: &Subject<'_, '_>) -> Option<Visit> {
        let visitors = self.run.plan.visitors.as_ref()?;
        let host = self.symbols.name(subject.target.recipient.host);
        let is_visit = subject.role == Role::Proxy
            && subject.is_connect()
            && subject.record.sent == Sent::Sent
            && visitors.sites.iter().any(|site| *site == *host || site_of(&host) == site);
        let page = PageRef { host: subject.target.recipient.host, page: self.symbols.intern(UNKNOWN) };
        is_visit.then_some(Visit { page, logged_in: None, url_classes: 0 })
    }

    /// The page that a line of a site's own log loaded; its host is added later.
    pub(super) fn own_visit(&self, record: &Record<'_>, summary: &mut Summary) -> Option<Visit> {
        document(record, Role::Origin)?;
        let visitors = self.run.plan.visitors.as_ref();
        match visitors.map_or(Ok(()), |visitors| visitors.check(record)) {
            Ok(()) => {}
            Err(NoVisit::Automated) => {
                summary.coverage.automated += 1;
                return None;
            }
            Err(NoVisit::Ahead) => {
                summary.coverage.ahead += 1;
                return None;
            }
        }
        let (path, _) = path_and_query(&record.url);
        let url_classes = self.detector.borrow_mut().classes_in_url(&record.url);
        let logged_in = match visitors {
            Some(visitors) => visitors.logged_in(record),
            None => (!record.user.is_empty()).then_some(true),
        };
        Some(Visit {
            page: PageRef { host: Sym::EMPTY, page: self.labels.text(page_of("", path).as_bytes()) },
            logged_in,
            url_classes,
        })
    }
}

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
    let (path, _) = path_and_query(url);
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
