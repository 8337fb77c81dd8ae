//! Lists written as JSON: which one it is shows in the names of its members.

use super::{List, cnames, disconnect, duckduckgo, privacy_badger, trackerdb};
use anyhow::{Result, bail};
use serde_json::Value;

/// Well-formed JSON that is no list; folders hold some beside their lists.
#[derive(Debug)]
pub(super) struct UnknownList;

impl std::fmt::Display for UnknownList {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("line 1: JSON of no known list")
    }
}

impl std::error::Error for UnknownList {}

/// Understands a list in JSON.
pub(super) fn parse(text: &str) -> Result<List> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(err) => bail!("line {}, column {}: {}", err.line(), err.column(), reason(&err)),
    };
    let Value::Object(object) = value else { bail!("line 1: an object was expected") };
    let has = |key: &str| object.contains_key(key);
    let mut list = if has("trackers") && (has("entities") || has("domains")) {
        duckduckgo::blocklist(&object)?
    } else if has("patterns") && (has("domains") || has("organizations") || has("categories")) {
        trackerdb::parse(&object)?
    } else if has("action_map") || has("snitch_map") {
        privacy_badger::parse(&object)?
    } else if has("domain") && (has("owner") || has("prevalence")) {
        duckduckgo::radar_domain(&object)?
    } else if has("categories") {
        disconnect::services(&object)?
    } else if has("entities") {
        disconnect::entities(&object, "entities")?
    } else if has("name") && has("properties") {
        duckduckgo::radar_entity(&object)?
    } else if cnames::is_map(&object) {
        List { format: "CNAME map", cnames: cnames::of_object(&object)?, ..List::default() }
    } else if object.values().take(20).all(|value| value.get("properties").is_some()) && !object.is_empty() {
        disconnect::entities(&object, "")?
    } else if object.values().take(20).all(|value| value.get("entityName").is_some()) && !object.is_empty() {
        duckduckgo::domain_map(&object)?
    } else {
        return Err(UnknownList.into());
    };
    let text_of = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    list.version = list.version.or_else(|| text_of("version")).or_else(|| text_of("lastUpdated"));
    Ok(list)
}

/// What is wrong, without the place that the message repeats.
fn reason(err: &serde_json::Error) -> String {
    let text = err.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}
