//! Every form of `--person-key` on recordings of which it is known whose they are, and the rules by
//! which `auto` takes several keys for one person.

mod common;

use common::{Lab, rows};

/// The row of everything: people, and by which keys.
fn counted(lab: &Lab, name: &str, arguments: &[&str]) -> (String, String) {
    let ledger = lab.ledger(name, arguments, 0);
    let all = rows(&ledger.join("totals.csv"));
    let all = all.iter().find(|row| row["site"] == "(all)" && row["scope"] == "all").expect("the row of everything");
    (all["people"].clone(), all["person_keys"].clone())
}

fn header(name: &str, value: &str) -> String {
    format!(r#"{{"name":"{name}","value":"{value}"}}"#)
}

/// A capture in which two people, as their cookies, headers, parameters and forms say, sent their
/// address to a vendor, one of them twice.
fn capture() -> String {
    let entry = |second: u32, person: &str, form: bool| {
        let url = format!(
            "https://www.facebook.com/tr/?id=1000000000000001&ev=PageView&dl=https%3A%2F%2Fwww.clinic.example%2Fa%3Femail%3Dpat%40example.com{}",
            if form { String::new() } else { format!("&eid={person}%2B1") }
        );
        let body = if form {
            format!(r#","postData":{{"mimeType":"application/x-www-form-urlencoded","text":"eid={person}%2B1&x=1"}}"#)
        } else {
            String::new()
        };
        let headers = [header("Cookie", &format!("sid={person}")), header("X-Person", person)].join(",");
        format!(
            r#"{{"startedDateTime":"2024-07-01T10:00:{second:02}.000Z","time":1,"request":{{"method":"{}","url":"{url}","httpVersion":"HTTP/1.1","headers":[{headers}],"cookies":[{}],"queryString":[],"headersSize":-1,"bodySize":-1{body}}},"response":{{"status":200,"statusText":"OK","httpVersion":"HTTP/1.1","headers":[],"cookies":[],"content":{{"size":0,"mimeType":"image/gif"}},"redirectURL":"","headersSize":-1,"bodySize":-1}},"cache":{{}},"timings":{{"send":0,"wait":1,"receive":0}}}}"#,
            if form { "POST" } else { "GET" },
            header("sid", person)
        )
    };
    let entries = [entry(1, "ann", false), entry(2, "ann", true), entry(3, "ben", false)].join(",");
    format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"test","version":"1"}},"entries":[{entries}]}}}}"#)
}

#[test]
fn a_key_that_the_user_names_counts_people_also_in_captures() {
    let lab = Lab::new();
    lab.write("capture.har", capture());
    for (key, people) in
        [("cookie:sid", "2"), ("header:x-person", "2"), ("param:eid", "2"), ("input", "1"), ("auto", "")]
    {
        let (counted, kinds) = counted(&lab, &key.replace(':', "-"), &["capture.har", "--person-key", key]);
        assert_eq!(counted, people, "{key}");
        let kind = match key {
            "auto" => String::new(),
            "input" => "input:1".to_owned(),
            _ => "named:2".to_owned(),
        };
        assert_eq!(kinds, kind, "{key}");
    }
}

fn line(second: u32, address: &str, user: &str, vendor: &str) -> String {
    let page = "https%3A%2F%2Fwww.clinic.example%2Fa%3Femail%3Dpat%40example.com";
    let url = match vendor.split_once('=') {
        Some(("cid", cid)) => {
            format!("https://www.google-analytics.com/g/collect?v=2&tid=G-X&cid={cid}&dl={page}&en=page_view")
        }
        Some((name, value)) => {
            format!("https://www.facebook.com/tr/?id=1000000000000001&ev=PageView&dl={page}&{name}={value}")
        }
        None => format!("https://www.facebook.com/tr/?id=1000000000000001&ev=PageView&dl={page}"),
    };
    format!(
        "{}.000 12 {address} TCP_MISS/200 400 GET {url} {user} HIER_DIRECT/203.0.113.7 image/gif\n",
        1_720_000_000 + second
    )
}

const MARY: &str = "fbp=fb.1.1720000000000.1111111111";
const NICK: &str = "fbp=fb.1.1720000000000.2222222222";

#[test]
fn addresses_and_accounts_count_what_they_are() {
    let lab = Lab::new();
    // Mary from two addresses, Nick from one of them.
    let log =
        [line(0, "192.0.2.1", "mary", MARY), line(1, "192.0.2.2", "mary", MARY), line(2, "192.0.2.2", "nick", NICK)];
    lab.write("access.log", log.concat());
    for (key, expected) in
        [("ip", ("2", "ip:2")), ("user", ("2", "user:2")), ("param:fbp", ("2", "named:2")), ("auto", ("2", "user:2"))]
    {
        let (people, kinds) = counted(&lab, &key.replace(':', "-"), &["access.log", "--person-key", key]);
        assert_eq!((people.as_str(), kinds.as_str()), expected, "{key}");
    }
}

#[test]
fn ids_of_several_vendors_behind_one_address_are_not_several_people() {
    let lab = Lab::new();
    let google = "cid=8315987110.1720000000";
    for (name, log, expected) in [
        (
            "one person",
            vec![line(0, "192.0.2.1", "-", MARY), line(1, "192.0.2.1", "-", google), line(2, "192.0.2.1", "-", "")],
            "browser:1",
        ),
        (
            "two people",
            vec![line(0, "192.0.2.1", "-", MARY), line(1, "192.0.2.1", "-", NICK), line(2, "192.0.2.1", "-", google)],
            "browser:2",
        ),
        (
            "a telephone that wanders",
            vec![line(0, "192.0.2.1", "-", MARY), line(1, "192.0.2.2", "-", MARY), line(2, "192.0.2.2", "-", "")],
            "browser:1",
        ),
        (
            "an account and its browser",
            vec![line(0, "192.0.2.1", "mary", MARY), line(9, "192.0.2.9", "-", MARY)],
            "user:1",
        ),
        (
            "two accounts, one browser",
            vec![line(0, "192.0.2.1", "mary", MARY), line(1, "192.0.2.1", "nick", MARY)],
            "user:2",
        ),
        ("addresses only", vec![line(0, "192.0.2.1", "-", ""), line(1, "192.0.2.2", "-", "")], "ip:2"),
    ] {
        let file = format!("{name}.log");
        lab.write(&file, log.concat());
        let (_, kinds) = counted(&lab, name, &[&file]);
        assert_eq!(kinds, expected, "{name}");
    }
}

#[test]
fn people_are_linked_across_the_files_of_a_scan() {
    let lab = Lab::new();
    lab.write("monday.log", line(0, "192.0.2.1", "mary", MARY));
    lab.write("tuesday.log", line(90_000, "192.0.2.9", "-", MARY));
    let (people, kinds) = counted(&lab, "week", &["monday.log", "tuesday.log"]);
    assert_eq!((people.as_str(), kinds.as_str()), ("1", "user:1"));
}
