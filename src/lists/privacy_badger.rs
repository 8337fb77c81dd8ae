//! Privacy Badger: its seed file or a user's exported data. A domain counts where the browser
//! learned to block it or its cookies.

use super::{Entry, List, domain};
use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// Reads the learned actions.
pub(super) fn parse(object: &Map<String, Value>) -> Result<List> {
    let mut list = List { format: "Privacy Badger", ..List::default() };
    let actions = object.get("action_map").and_then(Value::as_object).context("\"action_map\" is no object")?;
    for (name, action) in actions {
        let learned = action.as_str().or_else(|| action.get("heuristicAction").and_then(Value::as_str));
        let decided = action.get("userAction").and_then(Value::as_str).unwrap_or_default();
        let blocks = |action: &str| matches!(action, "block" | "cookieblock" | "user_block" | "user_cookieblock");
        if !learned.is_some_and(blocks) && !blocks(decided) {
            list.unused += 1;
            continue;
        }
        match domain(name) {
            Some(host) => list.entries.push(Entry { host, ..Entry::default() }),
            None => list.unused += 1,
        }
    }
    Ok(list)
}
