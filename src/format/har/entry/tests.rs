//! What entries of different recorders mean.

use super::*;
use crate::format::har::parse_entry;
use crate::record::Sent;
use bstr::ByteSlice;

fn record(json: &str) -> Record<'_> {
    match parse_entry(json.as_bytes()) {
        Ok(Meaning::Record(record)) => *record,
        other => panic!("{json}: {other:?}"),
    }
}

fn pairs(pairs: &[Pair<'_>]) -> String {
    let words: Vec<_> = pairs.iter().map(|pair| format!("{}={}", pair.name.as_bstr(), pair.value.as_bstr())).collect();
    words.join("|")
}

const FULL: &str = r#"{
    "startedDateTime": "2024-07-01T11:30:00.250+02:00", "pageref": "page_1", "_resourceType": "Script",
    "_initiator": {"type": "parser", "url": "https://shop.example/"},
    "request": {
        "method": "POST", "url": "https://t.example/c?u=\u00e9\/x",
        "headers": [
            {"name": ":authority", "value": "t.example"}, {"name": "referer", "value": "https://shop.example/cart"},
            {"name": "User-Agent", "value": "Agent"}, {"name": "Cookie", "value": "a=1; b=2"},
            {"name": "X-Id", "value": "7"}
        ],
        "cookies": [],
        "postData": {"mimeType": "text/plain", "text": "aGVsbG8=", "encoding": "base64", "params": [{"name": "n", "value": "v"}]}
    },
    "response": {
        "status": 302, "redirectURL": "",
        "headers": [{"name": "Location", "value": "/next"}, {"name": "Set-Cookie", "value": "c=3; Path=/\nd=4"}],
        "content": {"size": 3, "mimeType": "text/html; charset=utf-8", "text": "a \"body\" that is skipped"}
    },
    "timings": {"send": 0, "wait": 3.5, "receive": 0}
}"#;

#[test]
fn a_full_entry_keeps_what_matters() {
    let rec = record(FULL);
    assert_eq!(rec.time, Some(1_719_826_200_250_000));
    assert_eq!((rec.method.as_bstr(), rec.status), (b"POST".as_bstr(), 302));
    assert_eq!(rec.url.as_bstr(), "https://t.example/c?u=\u{e9}/x");
    assert_eq!(rec.referer.as_bstr(), "https://shop.example/cart");
    assert_eq!(rec.user_agent.as_bstr(), "Agent");
    assert_eq!(pairs(&rec.headers), "X-Id=7");
    assert_eq!(pairs(&rec.cookies), "a=1|b=2");
    assert_eq!(pairs(&rec.set_cookies), "c=3|d=4");
    assert_eq!(rec.redirect.as_bstr(), "/next");
    assert_eq!(rec.response_mime.as_bstr(), "text/html");
    assert_eq!(rec.page_ref.as_bstr(), "page_1");
    assert_eq!(rec.initiator.as_bstr(), "https://shop.example/");
    assert_eq!(rec.resource.as_bstr(), "script");
    assert_eq!(rec.sent, Sent::Sent);
    let body = rec.body.expect("a body");
    assert_eq!((body.bytes.as_bstr(), body.fields.len()), (b"hello".as_bstr(), 0));
}

#[test]
fn recorded_cookies_win_over_the_header_and_fields_count_without_text() {
    let rec = record(
        r#"{"request":{"url":"https://t.example/","cookies":[{"name":"a","value":"x"}],
            "headers":[{"name":"cookie","value":"a=y"}],
            "postData":{"mimeType":"m","text":"","params":[{"name":"n","value":"v"}]}}}"#,
    );
    assert_eq!(pairs(&rec.cookies), "a=x");
    assert_eq!(rec.body.map(|body| pairs(&body.fields)).as_deref(), Some("n=v"));
    assert_eq!((rec.sent, rec.time), (Sent::Unknown, None));
}

#[test]
fn values_of_the_wrong_kind_cost_nothing_but_themselves() {
    let rec = record(
        r#"{"pageref":null,"request":{"url":"https://t.example/","method":7,"headers":null,"cookies":{},
            "postData":""},"response":{"status":"200","content":[],"headers":{"Location":"/x"}},"timings":0,
            "_initiator":3,"_webSocketMessages":"none","_fromCache":null,"_error":{}}"#,
    );
    assert_eq!((rec.method.as_bstr(), rec.status), (b"7".as_bstr(), 200));
    assert_eq!(rec.redirect.as_bstr(), "/x");
    assert!(rec.body.is_none() && rec.headers.is_empty());
}

#[test]
fn text_that_is_not_unicode_is_kept_as_it_is() {
    let json = b"{\"request\":{\"url\":\"https://t.example/\xE9\",\"method\":\"GET\"}}";
    match parse_entry(json) {
        Ok(Meaning::Record(record)) => assert_eq!(record.url.as_bstr(), b"https://t.example/\xE9".as_bstr()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_entry_needs_a_url_and_must_be_json() {
    for (json, reason) in [
        ("{}", Reason::NoUrl),
        (r#"{"request":{"url":""}}"#, Reason::NoUrl),
        (r#"{"request":null}"#, Reason::NoUrl),
        (r#"{"request":{"url":"https://t.example/"}"#, Reason::BadJson),
        (r#"{"request" "url"}"#, Reason::BadJson),
    ] {
        assert_eq!(parse_entry(json.as_bytes()).map(|_| ()), Err(reason), "{json}");
    }
}

#[test]
fn depth_neither_overflows_nor_matters_where_nothing_is_read() {
    let deep = "[".repeat(50_000) + &"]".repeat(50_000);
    let ignored = format!(r#"{{"_x":{deep},"request":{{"url":"https://t.example/"}}}}"#);
    assert_eq!(record(&ignored).url.as_bstr(), "https://t.example/");
    let read = format!(r#"{{"request":{{"url":{deep}}}}}"#);
    assert_eq!(parse_entry(read.as_bytes()).map(|_| ()), Err(Reason::NoUrl));
    let parents = r#"{"parent":"#.repeat(5_000) + "{}" + &"}".repeat(5_000);
    let stack = format!(r#"{{"_initiator":{{"stack":{parents}}},"request":{{"url":"https://t.example/"}}}}"#);
    assert!(record(&stack).initiator.is_empty());
}

#[test]
fn socket_messages_know_their_direction_and_encoding() {
    let rec = record(
        r#"{"request":{"url":"wss://t.example/"},"_webSocketMessages":[
            {"type":"send","time":1719826200.25,"opcode":1,"data":"hi"},
            {"type":"receive","time":1719826200250,"opcode":2,"data":"aGk="},
            {"type":"send","time":12.5,"opcode":9,"data":""}]}"#,
    );
    let found: Vec<_> =
        rec.messages.iter().map(|message| (message.outgoing, message.time, message.data.as_bstr())).collect();
    let time = Some(1_719_826_200_250_000);
    assert_eq!(found, [(true, time, b"hi".as_bstr()), (false, time, b"hi".as_bstr())]);
}

#[test]
fn requests_that_never_left_are_known() {
    let sent = |extra: &str| record(&format!(r#"{{"request":{{"url":"https://t.example/"}},{extra}}}"#)).sent;
    assert_eq!(sent(r#""response":{"status":0,"_error":"net::ERR_BLOCKED_BY_CLIENT"}"#), Sent::Blocked);
    assert_eq!(sent(r#""response":{"status":-1,"_failureText":"net::ERR_ABORTED"}"#), Sent::Sent);
    assert_eq!(sent(r#""response":{"status":-1}"#), Sent::Unknown);
    assert_eq!(sent(r#""response":{"status":0},"timings":{"send":0,"wait":0}"#), Sent::Unknown);
    assert_eq!(sent(r#""response":{"status":0},"timings":{"send":0,"wait":6}"#), Sent::Sent);
    assert_eq!(sent(r#""response":{"status":200},"_fromCache":"memory""#), Sent::Unknown);
    assert_eq!(sent(r#""response":{"status":200},"_fetchType":"Memory Cache""#), Sent::Unknown);
    assert_eq!(sent(r#""response":{"status":304},"_fetchType":"Network Load""#), Sent::Sent);
    assert_eq!(sent(r#""response":{"status":200},"_wasAborted":true"#), Sent::Blocked);
    let hsts = r#""response":{"status":307,"headers":[{"name":"Non-Authoritative-Reason","value":"HSTS"}]}"#;
    assert_eq!(sent(hsts), Sent::Blocked);
}

#[test]
fn a_body_may_lie_in_a_file_beside_the_archive() {
    let rec = record(r#"{"request":{"url":"https://t.example/","postData":{"mimeType":"m","_file":"ab12.txt"}}}"#);
    assert_eq!((rec.body_file.as_bstr(), rec.body.is_none()), ("ab12.txt".into(), true));
}
