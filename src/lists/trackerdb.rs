//! Ghostery TrackerDB, as the one JSON file that its releases contain: patterns (products) with
//! their category, organisation, domains and filters.

use super::{Entry, List, domain, filters};
use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// What TrackerDB's categories are in the tool's words.
const PURPOSES: [(&str, &str); 11] = [
    ("advertising", "advertising"),
    ("audio_video_player", "video"),
    ("consent", "consent management"),
    ("customer_interaction", "customer support"),
    ("extensions", "utility"),
    ("hosting", "hosting"),
    ("misc", "other"),
    ("pornvertising", "advertising"),
    ("site_analytics", "analytics"),
    ("social_media", "social"),
    ("utilities", "utility"),
];

/// Reads the database.
pub(super) fn parse(object: &Map<String, Value>) -> Result<List> {
    let mut list = List { format: "Ghostery TrackerDB", ..List::default() };
    let patterns = object.get("patterns").and_then(Value::as_object).context("\"patterns\" is no object")?;
    let organizations = object.get("organizations").and_then(Value::as_object);
    let entry_of = |key: &str| {
        let pattern = patterns.get(key)?;
        let text = |key: &str| pattern.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let organization = text("organization").map(|id| {
            let name = organizations.and_then(|all| all.get(id)?.get("name")?.as_str());
            name.unwrap_or(id).to_owned()
        });
        let category = text("category").unwrap_or_default();
        let purpose = PURPOSES.iter().find(|(name, _)| *name == category).map(|(_, purpose)| *purpose);
        Some(Entry { name: text("name").map(str::to_owned), owner: organization, purpose, ..Entry::default() })
    };
    for (key, pattern) in patterns {
        let Some(entry) = entry_of(key) else { continue };
        let texts =
            |name: &str| pattern.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        texts("domains").for_each(|name| add(&mut list, name, &entry));
        texts("filters").for_each(|rule| add_rule(&mut list, rule, &entry));
    }
    if list.entries.is_empty() {
        by_key(&mut list, object, &entry_of);
    }
    Ok(list)
}

/// Takes domains and filters from the maps beside the patterns, for patterns that have none.
fn by_key(list: &mut List, object: &Map<String, Value>, entry_of: &dyn Fn(&str) -> Option<Entry>) {
    let members = |name: &str| object.get(name).and_then(Value::as_object).into_iter().flatten();
    for (name, key) in members("domains") {
        if let Some(entry) = key.as_str().and_then(entry_of) {
            add(list, name, &entry);
        }
    }
    for (rule, key) in members("filters") {
        if let Some(entry) = key.as_str().and_then(entry_of) {
            add_rule(list, rule, &entry);
        }
    }
}

fn add(list: &mut List, name: &str, entry: &Entry) {
    match domain(name) {
        Some(host) => list.entries.push(Entry { host, ..entry.clone() }),
        None => list.unused += 1,
    }
}

fn add_rule(list: &mut List, rule: &str, entry: &Entry) {
    match filters::line(rule) {
        filters::Line::Rule { host, path } => list.entries.push(Entry { host, path, ..entry.clone() }),
        _ => list.unused += 1,
    }
}
