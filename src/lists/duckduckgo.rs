//! DuckDuckGo: the blocklist `tds.json` (trackers, companies, CNAMEs in one file) and the files of
//! Tracker Radar (one per domain, one per company, and the generated maps).

use super::{Entity, Entry, List, cnames, domain, host};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// What DuckDuckGo's categories are in the tool's words, the more telling before the others.
const PURPOSES: [(&str, &str); 18] = [
    ("Session Replay", "session replay"),
    ("Consent Management Platform", "consent management"),
    ("Tag Manager", "tag manager"),
    ("Online Payment", "payments"),
    ("Support Chat Widget", "chat"),
    ("Federated Login", "login"),
    ("SSO", "login"),
    ("Fraud Prevention", "fraud prevention"),
    ("Ad Fraud", "fraud prevention"),
    ("Social Network", "social"),
    ("Social - Share", "social"),
    ("Social - Comment", "social"),
    ("Advertising", "advertising"),
    ("Ad Motivated Tracking", "advertising"),
    ("Analytics", "analytics"),
    ("Audience Measurement", "analytics"),
    ("CDN", "CDN"),
    ("Embedded Content", "content"),
];

/// Reads `tds.json`.
pub(super) fn blocklist(object: &Map<String, Value>) -> Result<List> {
    let mut list = List { format: "DuckDuckGo blocklist", ..List::default() };
    let Some(Value::Object(trackers)) = object.get("trackers") else { bail!("\"trackers\" is no object") };
    for (name, tracker) in trackers {
        let tracker = tracker.as_object().with_context(|| format!("the tracker {name:?} is no object"))?;
        // Where the default is to let requests pass, only the rules name trackers.
        let is_whole = tracker.get("default").and_then(Value::as_str) != Some("ignore");
        let path = (!is_whole).then(|| "(some paths)".to_owned());
        add_domain(&mut list, name, tracker, path);
    }
    for (name, entity) in object.get("entities").and_then(Value::as_object).into_iter().flatten() {
        list.entities.push(entity_of(name, entity, "domains"));
    }
    if let Some(Value::Object(map)) = object.get("cnames") {
        list.cnames = cnames::of_object(map).context("cnames")?;
    }
    Ok(list)
}

/// Reads a domain's file of Tracker Radar.
pub(super) fn radar_domain(object: &Map<String, Value>) -> Result<List> {
    let mut list = List { format: "Tracker Radar", ..List::default() };
    let name = object.get("domain").and_then(Value::as_str).context("\"domain\" is no text")?;
    add_domain(&mut list, name, object, None);
    for cname in object.get("cnames").and_then(Value::as_array).into_iter().flatten() {
        let of = |key: &str| cname.get(key).and_then(Value::as_str).and_then(host);
        list.cnames.extend(of("original").zip(of("resolved")));
    }
    Ok(list)
}

/// Reads a company's file of Tracker Radar.
pub(super) fn radar_entity(object: &Map<String, Value>) -> Result<List> {
    let name = object.get("name").and_then(Value::as_str).context("\"name\" is no text")?;
    let entity = entity_of(name, &Value::Object(object.clone()), "properties");
    Ok(List { format: "Tracker Radar", entities: vec![entity], ..List::default() })
}

/// Reads Tracker Radar's generated map from domains to companies.
pub(super) fn domain_map(object: &Map<String, Value>) -> Result<List> {
    let mut list = List { format: "Tracker Radar", ..List::default() };
    for (name, entity) in object {
        let owner =
            entity.get("entityName").and_then(Value::as_str).with_context(|| format!("{name:?} has no company"))?;
        let shown = entity.get("displayName").and_then(Value::as_str).map(str::to_owned);
        let domains = host(name).into_iter().collect();
        list.entities.push(Entity { name: owner.to_owned(), shown, parent: None, domains });
    }
    Ok(list)
}

fn add_domain(list: &mut List, name: &str, facts: &Map<String, Value>, path: Option<String>) {
    let Some(host) = domain(name) else {
        list.unused += 1;
        return;
    };
    let owner = facts.get("owner").and_then(|owner| {
        let text = |key: &str| owner.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        text("displayName").or_else(|| text("name"))
    });
    let categories: Vec<&str> =
        facts.get("categories").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let purpose = PURPOSES.iter().find(|(name, _)| categories.contains(name)).map(|(_, purpose)| *purpose);
    list.entries.push(Entry { host, path, owner: owner.map(str::to_owned), purpose, ..Entry::default() });
}

fn entity_of(name: &str, entity: &Value, domains: &str) -> Entity {
    let text = |key: &str| entity.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let names = entity.get(domains).and_then(Value::as_array).into_iter().flatten();
    Entity {
        name: name.to_owned(),
        shown: text("displayName"),
        parent: text("ownedBy"),
        domains: names.filter_map(|name| name.as_str().and_then(host)).collect(),
    }
}
