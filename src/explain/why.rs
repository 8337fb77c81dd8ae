//! Why the tool says what it says: the rule that found the datum with its source, why this vendor,
//! why this site.

use super::finding::Finding;
use super::replay::Replay;
use super::{Item, Section};
use crate::detect::cookies::KNOWN_COOKIE;
use crate::knowledge::{Grade, Knowledge, Parameter, VendorId, remedies};
use crate::patterns::DETECTORS;
use crate::place::site_of;

/// The reasons.
pub(super) fn section(finding: &Finding, replay: &Replay) -> Section {
    let knowledge = Knowledge::shipped();
    let id = knowledge.vendors().find(|(_, vendor)| vendor.name == finding.text("vendor")).map(|(id, _)| id);
    let mut items = vec![
        Item::Fact("rule", rule(&knowledge, id, finding)),
        Item::Fact("reason", finding.text("reason").to_owned()),
        Item::Fact("why this vendor", vendor(&knowledge, id, finding, replay)),
        Item::Fact("why this site", site(finding)),
    ];
    if let Some(policy) = id.and_then(|id| knowledge.vendor(id).policy.as_ref()) {
        items.push(Item::Fact("the vendor's own rule", format!("{} ({})", policy.rule, policy.source)));
    }
    items
        .extend(remedies::route(finding.text("channel")).map(|change| Item::Fact("what to change", change.to_owned())));
    let switches = remedies::switches(finding.text("vendor"));
    if let Some(switches) = switches {
        let of_route = if finding.text("channel") == "page_url" { &switches.page } else { &switches.matching };
        items.extend(of_route.as_ref().map(|switch| Item::Fact("the vendor's switch", switch.clone())));
    }
    Section { title: "Why", items }
}

fn rule(knowledge: &Knowledge, id: Option<VendorId>, finding: &Finding) -> String {
    let detector = finding.text("detector");
    if let Some(known) = DETECTORS.iter().find(|known| known.id == detector) {
        return format!("detector {detector}: {}", known.title);
    }
    if detector == KNOWN_COOKIE {
        return cookie(knowledge, finding);
    }
    let Some(parameter) = id.and_then(|id| parameter(knowledge, id, finding.text("param"))) else {
        return detector.replace('_', " ");
    };
    let mut text = format!("the vendor's parameter {}: {}", parameter.key, parameter.meaning);
    if let Some((name, says)) = knowledge.hash_rule(parameter) {
        text.push_str(&format!("; hashed by the rule {name} ({says})"));
    }
    text.push_str(&format!("; {}", grade(parameter.grade)));
    match knowledge.source(parameter) {
        "" => text,
        source => format!("{text}; source: {source}"),
    }
}

fn cookie(knowledge: &Knowledge, finding: &Finding) -> String {
    let name = finding.text("param");
    let jar = knowledge.jar(site_of(finding.text("host")));
    let Some((jar, cookie)) = jar.and_then(|jar| Some((jar, jar.cookie(name)?))) else { return name.to_owned() };
    format!("the cookie {name} of {}: {}; source: {}", jar.domain, cookie.meaning, knowledge.jar_source(jar))
}

fn parameter<'k>(knowledge: &'k Knowledge, id: VendorId, name: &str) -> Option<&'k Parameter> {
    let locations = [crate::knowledge::Location::Query, crate::knowledge::Location::Header];
    knowledge
        .endpoints(id)
        .flat_map(|endpoint| locations.map(|location| (endpoint, location)))
        .find_map(|(endpoint, location)| knowledge.parameter(endpoint, location, name).filter(|p| p.class.is_some()))
}

fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::R => "seen in a real request that was kept",
        Grade::RStar => "read in a public test file that holds real requests",
        Grade::V => "the vendor's code or documents say so, or an open parser with tests",
        Grade::T => "a third party says so",
        Grade::K => "general knowledge, unchecked",
    }
}

fn vendor(knowledge: &Knowledge, id: Option<VendorId>, finding: &Finding, replay: &Replay) -> String {
    let host = finding.text("host");
    let facts = knowledge.host(host);
    let endpoint = knowledge.endpoint(facts, &replay.path);
    let Some(id) = id else {
        return match facts.is_listed() {
            true => format!("the host {host} is listed as {}'s", finding.text("owner")),
            false => {
                format!("{host} is no known vendor's; it is another domain than the site's, so it is named by its own")
            }
        };
    };
    let vendor = knowledge.vendor(id);
    let by_host = endpoint.is_some_and(|endpoint| knowledge.vendor_of(endpoint) == id);
    let mut text = match by_host || knowledge.product(facts, None).is_some_and(|product| product.vendor == Some(id)) {
        true => format!("{host} is one of its hosts ({})", vendor.hosts.join(" ")),
        false => format!("the request has the vendor's signature, though {host} has another name"),
    };
    if let Some(path) = endpoint.filter(|_| by_host).and_then(|endpoint| knowledge.path_pattern(endpoint)) {
        text.push_str(&format!("; the path fits {path}"));
    }
    format!("{text}; knowledge base vendors/{}.toml", vendor.slug)
}

fn site(finding: &Finding) -> String {
    let site = finding.text("site");
    let why = match finding.text("site_source") {
        "none" => return "nothing in the record tells on which site it was made".into(),
        "referer" => "the request's Referer names it",
        "origin" => "the request's Origin header names it",
        "referers of the log" => "most other lines of this site's own log name it in their Referer",
        "vendor parameter" => "the vendor's own parameter for the page's URL names it",
        "initiator" => "the document or script that made the request is on it",
        "pageref" => "the capture assigns the request to a page of it",
        "log host" => "the log is the site's own",
        "declared" => "it was declared with --site",
        other => other,
    };
    let host = finding.text("page_host");
    if host.is_empty() { format!("{site}: {why}") } else { format!("{site}: {why}; the page's host is {host}") }
}
