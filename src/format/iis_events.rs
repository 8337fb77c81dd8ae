//! Requests that IIS wrote to the Windows event log, exported as XML: the columns of its W3C log as
//! named values.

use super::element::{ElementCutter, children};
use super::parts::Parts;
use super::{Cutter, Format, Kind, Meaning, Reason, w3c};
use crate::record::Role;
use bstr::ByteSlice;

/// The format `iis_events`.
pub(super) struct IisEvents;

impl Format for IisEvents {
    fn name(&self) -> &'static str {
        "iis_events"
    }

    fn title(&self) -> &'static str {
        "Requests in the Windows event log of IIS, exported as XML"
    }

    fn role(&self) -> Role {
        Role::Origin
    }

    fn sample(&self) -> &'static str {
        "<Event><System><Provider Name=\"Microsoft-Windows-IIS-Logging\"/><EventID>6200</EventID></System><EventData>\
         <Data Name=\"date\">2024-07-01</Data><Data Name=\"time\">09:30:00</Data><Data Name=\"c-ip\">192.0.2.44</Data>\
         <Data Name=\"cs-method\">GET</Data><Data Name=\"cs-uri-stem\">/cart</Data><Data Name=\"cs-uri-query\">step=2</Data>\
         <Data Name=\"sc-status\">200</Data><Data Name=\"csUser-Agent\">ExampleBrowser/5.0</Data></EventData></Event>"
    }

    fn sniff(&self, head: &[u8]) -> bool {
        head.contains_str("<Event") && head.contains_str("Name=\"cs-uri-stem\"")
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(ElementCutter::new("Event"))
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let children = children(piece).ok_or(Reason::BadStructure)?;
        let mut parts = Parts::new(0);
        for (column, field) in w3c::COLUMNS {
            // The log's own brackets are no part of an event's names: csUser-Agent for cs(User-Agent).
            let name = column.replace(['(', ')'], "");
            let child = children.iter().find(|child| child.name.eq_ignore_ascii_case(name.as_bytes()));
            if let Some(child) = child {
                parts.set(field, w3c::header_or_text(field, &child.text).into_owned().into());
            }
        }
        parts.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::records;

    #[test]
    fn an_event_is_a_request() {
        let found = records(&IisEvents, IisEvents.sample().as_bytes());
        assert_eq!((found[0].url.as_bstr(), found[0].status), ("/cart?step=2".into(), 200));
        assert_eq!((found[0].time, found[0].client.as_bstr()), (Some(1_719_826_200_000_000), "192.0.2.44".into()));
        assert_eq!(found[0].user_agent.as_bstr(), "ExampleBrowser/5.0");
    }
}
