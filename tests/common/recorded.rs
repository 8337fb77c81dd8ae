//! Recorded requests for tests: entries of a HAR, made of what a test is about.

#![allow(dead_code, reason = "every test program uses a part of this")]

use serde_json::{Value, json};

/// One entry of a HAR to a third party, on a page of the shop.
pub(crate) fn entry(url: &str) -> Value {
    json!({
        "startedDateTime": "2024-07-01T12:00:00.000Z",
        "time": 1,
        "request": {
            "method": "GET", "url": url, "httpVersion": "HTTP/2", "cookies": [], "queryString": [],
            "headers": [{"name": "Referer", "value": "https://www.shop.example.org/account"}],
            "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": 200, "statusText": "", "httpVersion": "HTTP/2", "cookies": [], "headers": [],
            "content": {"size": 0, "mimeType": "image/gif"}, "redirectURL": "", "headersSize": -1, "bodySize": 0,
        },
        "cache": {}, "timings": {"send": 0, "wait": 0, "receive": 0},
    })
}

/// An entry with a body.
pub(crate) fn posted(url: &str, mime: &str, text: &str) -> Value {
    let mut entry = entry(url);
    entry["request"]["method"] = json!("POST");
    entry["request"]["postData"] = json!({"mimeType": mime, "text": text});
    entry
}

/// A HAR of these entries.
pub(crate) fn har(entries: Vec<Value>) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}).to_string()
}

/// Bytes as they stand in a query.
pub(crate) fn percent(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
