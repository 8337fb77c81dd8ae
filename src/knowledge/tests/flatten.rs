//! A small reading of URLs and bodies for the examples: enough to find parameters by key path,
//! and independent of how the tool itself takes requests apart.

use super::super::Location;
use serde_json::Value;

/// A request with its parameters by key path.
pub(super) struct Request {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) values: Vec<(Location, String, String)>,
}

impl Request {
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(_, known, _)| known == key).map(|(_, _, value)| value.as_str())
    }
}

pub(super) fn flatten(url: &str, body: Option<&str>) -> Request {
    let rest = url.strip_prefix("https://").expect("an absolute https URL");
    let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut values = Vec::new();
    pairs(query, '&', Location::Query, "", 0, &mut values);
    if let Some(body) = body {
        match serde_json::from_str::<Value>(body) {
            Ok(json) => members(&json, Location::Json, "", 0, &mut values),
            Err(_) => pairs(body, '&', Location::Form, "", 0, &mut values),
        }
    }
    let (host, path, query) = (host.to_owned(), path.to_owned(), query.to_owned());
    Request { host, path, query, values }
}

type Values = Vec<(Location, String, String)>;

fn pairs(text: &str, separator: char, location: Location, outer: &str, depth: u8, values: &mut Values) {
    for pair in text.split(separator).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent(name).replace("][", "/").replace('[', "/").replace(']', "");
        value_at(&percent(value), location, &join(outer, &name), depth, values);
    }
}

fn value_at(value: &str, location: Location, key: &str, depth: u8, values: &mut Values) {
    values.push((location, key.to_owned(), value.to_owned()));
    if depth > 3 {
        return;
    }
    if let Some(token) = value.strip_prefix("tv.1~") {
        for (name, value) in token.split('~').filter_map(|part| part.split_once('.')) {
            values.push((location, join(key, name), value.to_owned()));
        }
    } else if value.starts_with(['{', '[']) {
        if let Ok(json) = serde_json::from_str::<Value>(value) {
            members(&json, location, key, depth + 1, values);
        }
    } else if value.contains('=') && !value.contains("://") {
        pairs(value, '&', location, key, depth + 1, values);
    }
}

fn members(json: &Value, location: Location, key: &str, depth: u8, values: &mut Values) {
    match json {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| members(value, location, &join(key, name), depth, values));
        }
        Value::Array(list) => list.iter().for_each(|value| members(value, location, &join(key, "*"), depth, values)),
        Value::String(text) => value_at(text, location, key, depth, values),
        Value::Null => {}
        other => values.push((location, key.to_owned(), other.to_string())),
    }
    // A signature asks whether an object is there at all.
    if matches!(json, Value::Object(_)) && !key.is_empty() {
        values.push((location, key.to_owned(), String::new()));
    }
}

fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}/{name}") }
}

fn percent(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).filter(|_| *first == b'%');
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
