//! URLs of the site's pages that were copied into parameters or the Referer.

use super::Search;
use super::hit::{Datum, Route, readable};
use super::vendor;
use crate::class::DataClass;
use crate::observation::{Channel, Condition, Hit};
use crate::patterns::Confidence;
use crate::peel::Node;
use crate::place::{UrlParts, host_name};
use crate::symbols::Sym;

impl Search<'_, '_> {
    /// A page's URL copied into a parameter that no vendor entry explains, or into the Referer.
    pub(super) fn copied_url(&mut self, node: &Node<'_>, channel: Channel) {
        let Some(parts) = UrlParts::split(node.value) else { return };
        if parts.is_origin() || is_asset(parts.path) || self.vendor_said(node).is_some_and(vendor::is_container) {
            return;
        }
        let host = self.symbols.intern(&host_name(parts.host));
        let value = String::from_utf8_lossy(node.value).into_owned();
        let datum = Datum {
            class: DataClass::PageUrl,
            form: readable(node),
            confidence: Confidence::Certain,
            detector: "page_url",
            reason: "a URL of the site's own, copied whole",
            value: &value,
        };
        self.push(node, Route { channel, condition: Condition::OnSite(host) }, &datum, None);
    }

    /// Several pages of one host under one name are links that were listed: which of them the
    /// visitor opened nobody can tell. Those of events in a batch have chains of their own.
    pub(super) fn doubt_links(&mut self) {
        let page = |(hit, _): &(Hit<'_>, _)| match hit.condition {
            Condition::OnSite(host) if hit.class == DataClass::PageUrl => Some((hit.chain, host, hit.fingerprint)),
            _ => None,
        };
        let mut pages: Vec<(Sym, Sym, u64)> = self.whole.hits.iter().filter_map(page).collect();
        pages.sort_unstable();
        pages.dedup();
        let is_pair = |two: &&[(Sym, Sym, u64)]| (two[0].0, two[0].1) == (two[1].0, two[1].1);
        for links in pages.windows(2).filter(is_pair) {
            let (chain, host, _) = links[0];
            for (hit, _) in &mut self.whole.hits {
                if hit.chain == chain && hit.condition == Condition::OnSite(host) {
                    hit.confidence = Confidence::Possible;
                }
            }
        }
    }
}

/// Whether a path names a file that is no page.
fn is_asset(path: &[u8]) -> bool {
    const ENDINGS: [&str; 18] = [
        "js", "mjs", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "woff", "woff2", "ttf", "mp4",
        "json", "map", "xml",
    ];
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or_default();
    let Some(dot) = memchr::memrchr(b'.', name) else { return false };
    ENDINGS.iter().any(|ending| name[dot + 1..].eq_ignore_ascii_case(ending.as_bytes()))
}
