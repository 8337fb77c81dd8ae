//! The network part of a Playwright trace: lines of JSON of which some hold an entry as in a HAR.

use super::lines::{LineCutter, is_blank, lines, trim_line};
use super::{Cutter, Format, Kind, Meaning, Reason, har};
use crate::record::Role;
use bstr::ByteSlice;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The format `playwright_trace`.
pub(super) struct PlaywrightTrace;

impl Format for PlaywrightTrace {
    fn name(&self) -> &'static str {
        "playwright_trace"
    }

    fn title(&self) -> &'static str {
        "Network events of a Playwright trace"
    }

    fn role(&self) -> Role {
        Role::Capture
    }

    fn sample(&self) -> &'static str {
        r#"{"type":"resource-snapshot","snapshot":{"pageref":"page@1","startedDateTime":"2024-07-01T09:30:00.250Z","request":{"method":"GET","url":"https://t.example.net/c?u=https%3A%2F%2Fshop.example.com%2Fcart","headers":[]},"response":{"status":204,"headers":[],"content":{"size":0,"mimeType":"image/gif"}}}}"#
    }

    fn sniff(&self, head: &[u8]) -> bool {
        lines(head).any(|line| {
            line.contains_str("\"resource-snapshot\"")
                && matches!(self.parse(Kind::Record, line), Ok(Meaning::Record(_)))
        })
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = trim_line(piece);
        if is_blank(line) || !line.contains_str("\"resource-snapshot\"") {
            return Ok(Meaning::Nothing);
        }
        let event: Event<'b> = serde_json::from_slice(line).map_err(|_| Reason::BadJson)?;
        match event.snapshot {
            Some(snapshot) if event.kind == "resource-snapshot" => har::parse_entry(snapshot.get().as_bytes()),
            _ => Ok(Meaning::Nothing),
        }
    }
}

#[derive(Deserialize)]
struct Event<'b> {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(borrow, default)]
    snapshot: Option<&'b RawValue>,
}
