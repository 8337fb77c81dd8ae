//! Items as Burp Suite exports them to XML: whole requests and responses with their time.

use super::element::{Child, ElementCutter, children};
use super::http::base64;
use super::message::{add_body, add_request_headers, add_response_headers, raw};
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::record::{Record, Role, Sent};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;

/// The format `burp`.
pub(super) struct Burp;

impl Format for Burp {
    fn name(&self) -> &'static str {
        "burp"
    }

    fn title(&self) -> &'static str {
        "Items exported from Burp Suite as XML"
    }

    fn role(&self) -> Role {
        Role::Capture
    }

    fn first_number(&self) -> u64 {
        0
    }

    fn sample(&self) -> &'static str {
        "<items burpVersion=\"2024.5\" exportTime=\"Mon Jul 01 09:31:00 UTC 2024\"><item><time>Mon Jul 01 09:30:00 UTC 2024</time>\
         <url><![CDATA[https://shop.example.com/cart?step=2]]></url><host ip=\"203.0.113.9\">shop.example.com</host><port>443</port>\
         <protocol>https</protocol><method><![CDATA[GET]]></method>\
         <request base64=\"false\"><![CDATA[GET /cart?step=2 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: ExampleBrowser/5.0\r\n\r\n]]></request>\
         <status>200</status><response base64=\"false\"><![CDATA[HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n]]></response></item></items>"
    }

    fn sniff(&self, head: &[u8]) -> bool {
        head.contains_str("<items ") && head.contains_str("burpVersion")
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(ElementCutter::new("item"))
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let children = children(piece).ok_or(Reason::BadStructure)?;
        let child = |name: &str| children.iter().find(|child| child.name == name.as_bytes());
        let text = |name: &str| child(name).map_or(&b""[..], |child| child.text.trim_ascii()).to_vec();
        let url = text("url");
        if url.is_empty() {
            return Err(Reason::NoUrl);
        }
        let status = text("status");
        let request = child("request").map(message).unwrap_or_default();
        let response = child("response").map(message).unwrap_or_default();
        let mut record = Record {
            time: time::any(&text("time"), 0),
            method: text("method").into(),
            url: url.into(),
            status: super::lines::status(&status).unwrap_or_default(),
            sent: if status.is_empty() && response.is_empty() { Sent::Unknown } else { Sent::Sent },
            ..Record::default()
        };
        let request = raw(&request);
        add_request_headers(&mut record, request.headers);
        add_body(&mut record, Cow::Borrowed(request.body));
        add_response_headers(&mut record, raw(&response).headers);
        Ok(Meaning::Record(Box::new(record.into_owned())))
    }
}

/// The message that an element holds.
fn message(child: &Child) -> Vec<u8> {
    let text = || child.text.clone();
    if child.is_base64 { base64(&child.text).unwrap_or_else(text) } else { text() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::records;

    #[test]
    fn an_item_keeps_what_matters_in_either_spelling() {
        let plain = "POST /cart?step=2 HTTP/1.1\r\nHost: shop.example.com\r\nContent-Type: text/plain\r\nCookie: a=1\r\n\r\nhello";
        let packed = data_encoding::BASE64.encode(plain.as_bytes());
        let text =
            format!("<item><url>https://shop.example.com/c</url><request base64=\"true\">{packed}</request></item>");
        let found = records(&Burp, Burp.sample().as_bytes());
        assert_eq!((found[0].url.as_bstr(), found[0].status), ("https://shop.example.com/cart?step=2".into(), 200));
        assert_eq!(
            (found[0].time, found[0].response_mime.as_bstr()),
            (Some(1_719_826_200_000_000), "text/html".into())
        );
        assert_eq!(found[0].user_agent.as_bstr(), "ExampleBrowser/5.0");
        let found = records(&Burp, text.as_bytes());
        assert_eq!(found[0].body.as_ref().map(|body| body.bytes.as_bstr()), Some("hello".into()));
        assert_eq!((found[0].cookies.len(), found[0].sent), (1, Sent::Unknown));
    }

    #[test]
    fn items_without_url_or_of_no_xml_are_rejected() {
        assert!(matches!(Burp.parse(Kind::Record, b"<item><url></url></item>"), Err(Reason::NoUrl)));
        assert!(matches!(Burp.parse(Kind::Record, b"<item><url></item>"), Err(Reason::BadStructure)));
    }
}
