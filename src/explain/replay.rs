//! The record taken apart once more along the finding's chain, so that every step shows its value.

use super::bytes::Evidence;
use super::finding::Finding;
use super::stars;
use crate::class::{DataClass, Form};
use crate::detect::mask;
use crate::format::{FORMATS, Kind};
use crate::peel::{Node, Peeler};
use crate::record::Record;
use crate::report::escape::terminal;
use anyhow::{Context, Result, bail};

/// What stands between the steps of a chain.
const THEN: &str = " > ";

/// One step of the chain.
pub(super) struct Step {
    /// What was done.
    pub(super) words: String,
    /// The value after it, where the step by itself gives one.
    pub(super) value: Option<String>,
}

/// The chain, walked again.
pub(super) struct Replay {
    /// The request in clear: its first line, and the header or body that carried the datum.
    pub(super) request: String,
    /// The same with every value masked.
    pub(super) request_masked: String,
    /// The steps.
    pub(super) steps: Vec<Step>,
    /// Whether the last step gave a value.
    pub(super) is_complete: bool,
    /// What the datum's outermost value may look like in the input, the best first.
    pub(super) raw: Vec<Vec<u8>>,
    /// The path of the request's URL.
    pub(super) path: String,
}

/// Parses the record and walks along the chain.
pub(super) fn replay(finding: &Finding, evidence: &Evidence) -> Result<Replay> {
    let format = FORMATS.iter().find(|format| format.name() == finding.format);
    let format =
        format.with_context(|| format!("{}: this version does not read this format", terminal(&finding.format)))?;
    let record = match format.parse(Kind::Record, &evidence.bytes) {
        Ok(meaning) => meaning.record().context("the bytes at the finding's place are no record")?,
        Err(reason) => bail!("the record cannot be read again: {}", reason.words()),
    };
    let chain = finding.text("chain");
    let nodes = nodes(&record, finding);
    let steps = prefixes(chain).map(|(prefix, step)| {
        let value = nodes.iter().find(|(known, _)| known == prefix).map(|(_, value)| value.clone());
        Step { words: words(step), value }
    });
    let steps: Vec<Step> = steps.collect();
    Ok(Replay {
        request: shown(&record, chain, false),
        request_masked: shown(&record, chain, true),
        is_complete: steps.last().is_some_and(|step| step.value.is_some()),
        raw: raw(&record, chain),
        path: crate::place::UrlParts::split(&record.url)
            .map(|parts| String::from_utf8_lossy(parts.path).into_owned())
            .unwrap_or_default(),
        steps,
    })
}

/// Every value along the chain. Of several with the whole chain, the one whose mask is the
/// finding's.
fn nodes(record: &Record<'_>, finding: &Finding) -> Vec<(String, String)> {
    let chain = finding.text("chain");
    let (class, form) = (DataClass::parse(finding.text("data_class")), Form::parse(finding.text("form")));
    let masked = finding.text("value_masked");
    let mut nodes: Vec<(String, String)> = Vec::new();
    Peeler::default().record(record, &mut |node: &Node<'_>| {
        let known = mask::text(&node.chain()).into_owned();
        let is_whole = known == chain;
        if !is_whole && !chain.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with(THEN)) {
            return;
        }
        let value = String::from_utf8_lossy(node.value).into_owned();
        let fits = || class.zip(form).is_some_and(|(class, form)| mask::mask(class, form, &value) == masked);
        match nodes.iter_mut().find(|(other, _)| *other == known) {
            Some((_, other)) if is_whole && fits() => *other = value,
            Some(_) => {}
            None => nodes.push((known, value)),
        }
    });
    nodes
}

/// Every beginning of a chain with its last step.
fn prefixes(chain: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut start = 0;
    chain.split(THEN).map(move |step| {
        let end = start + step.len();
        start = end + THEN.len();
        (&chain[..end], step)
    })
}

/// A step in words.
fn words(step: &str) -> String {
    let (kind, name) = step.split_once(':').unwrap_or((step, ""));
    let named = |what: &str| if name.is_empty() { what.to_owned() } else { format!("{what} '{name}'") };
    match kind {
        "query" => named("the URL's parameter"),
        "path" => named("the path's segment number"),
        "matrix" => named("the path's parameter"),
        "fragment" => "the part of the URL behind #".into(),
        "userinfo" => "the user name in the URL".into(),
        "host" => named("the host's label number"),
        "referer" => "the header Referer".into(),
        "origin" => "the header Origin".into(),
        "header" => named("the header"),
        "cookie" => named("the cookie"),
        "set-cookie" => named("the cookie that the answer set"),
        "body" => "the request's body".into(),
        "websocket" => named("the WebSocket message number"),
        "redirect" => "the URL that the answer redirected to".into(),
        "form" => named("the form's field"),
        "multipart" => named("the part of the multipart body"),
        "json" => named("in the JSON text, the value at"),
        "line" => named("the line number"),
        "list" => named("the list's member"),
        "name" => "the name itself".into(),
        "url" => "taken apart as a URL".into(),
        "percent" => "percent-decoded".into(),
        "plus" => "each + read as a space".into(),
        "entities" => "HTML entities decoded".into(),
        "base64" => "base64 decoded".into(),
        "base64url" => "base64 (for URLs) decoded".into(),
        "hex" => "hexadecimal decoded".into(),
        "gzip" | "zlib" | "deflate" => format!("unpacked ({kind})"),
        "jwt" => "the payload of the JSON Web Token".into(),
        _ => format!("decoded ({step})"),
    }
}

/// The request's first line, and the header or body that carried the datum.
fn shown(record: &Record<'_>, chain: &str, is_masked: bool) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let url = text(&record.url);
    let url = if is_masked { mask::mask(DataClass::PageUrl, Form::Plain, &url) } else { url };
    let method = if record.method.is_empty() { "GET".into() } else { text(&record.method) };
    let mut out = format!("{method} {url}");
    let value = |value: &str| if is_masked { stars::value(value) } else { value.to_owned() };
    let (kind, name) = chain.split(THEN).next().and_then(|step| step.split_once(':')).unwrap_or((chain, ""));
    match kind.split(THEN).next().unwrap_or(kind) {
        "referer" => out.push_str(&format!("\nReferer: {}", value(&text(&record.referer)))),
        "header" => {
            for header in record.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name.as_bytes())) {
                out.push_str(&format!("\n{}: {}", text(&header.name), value(&text(&header.value))));
            }
        }
        "cookie" => {
            for cookie in record.cookies.iter().filter(|cookie| *cookie.name == *name.as_bytes()) {
                out.push_str(&format!("\nCookie: {}={}", text(&cookie.name), value(&text(&cookie.value))));
            }
        }
        "body" | "form" | "multipart" | "json" => {
            if let Some(body) = &record.body {
                let bytes = &body.bytes[..body.bytes.len().min(4000)];
                out.push_str(&format!("\nContent-Type: {}\n\n{}", text(&body.mime), value(&text(bytes))));
            }
        }
        _ => {}
    }
    out
}

/// What the datum's outermost value may look like in the input.
fn raw(record: &Record<'_>, chain: &str) -> Vec<Vec<u8>> {
    let first = chain.split(THEN).next().unwrap_or_default();
    let (kind, name) = first.split_once(':').unwrap_or((first, ""));
    let mut raw: Vec<Vec<u8>> = Vec::new();
    let pair = |text: &[u8], separator: u8| {
        let named = |part: &&[u8]| part.split(|b| *b == b'=').next().is_some_and(|key| key == name.as_bytes());
        text.split(move |b| *b == separator).find(named).map(<[u8]>::to_vec)
    };
    match kind {
        "query" => {
            let query = record.url.iter().position(|b| *b == b'?').map(|at| &record.url[at + 1..]).unwrap_or_default();
            raw.extend(pair(query, b'&'));
        }
        "referer" => raw.push(record.referer.to_vec()),
        "header" => raw.extend(record.header(name.as_bytes()).map(<[u8]>::to_vec)),
        "cookie" => {
            let cookie = record.cookies.iter().find(|cookie| *cookie.name == *name.as_bytes());
            raw.extend(cookie.map(|cookie| cookie.value.to_vec()));
        }
        "body" | "form" | "multipart" | "json" => {
            if let Some(body) = &record.body {
                let name = chain.split(THEN).find_map(|step| step.strip_prefix("form:"));
                raw.extend(name.and_then(|name| {
                    let named =
                        |part: &&[u8]| part.split(|b| *b == b'=').next().is_some_and(|key| key == name.as_bytes());
                    body.bytes.split(|b| *b == b'&').find(named).map(<[u8]>::to_vec)
                }));
                raw.push(body.bytes[..body.bytes.len().min(400)].to_vec());
                // In a HAR the body's quotes are escaped.
                let escaped = serde_json::to_string(&String::from_utf8_lossy(&body.bytes)).unwrap_or_default();
                let escaped = escaped.trim_matches('"').as_bytes();
                raw.push(escaped[..escaped.len().min(400)].to_vec());
            }
        }
        _ => {}
    }
    raw.push(record.url.to_vec());
    raw.retain(|raw| !raw.is_empty());
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_walked_step_by_step() {
        let beginnings: Vec<_> = prefixes("query:dl > percent > query:a").collect();
        assert_eq!(
            beginnings,
            [("query:dl", "query:dl"), ("query:dl > percent", "percent"), ("query:dl > percent > query:a", "query:a")]
        );
        assert_eq!(words("query:dl"), "the URL's parameter 'dl'");
        assert_eq!(words("json:/a/b:c"), "in the JSON text, the value at '/a/b:c'");
    }
}
