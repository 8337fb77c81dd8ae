//! What is found in a value depends on the value, its name and its recipient, and not on what
//! stands beside it or came before it: neighbours hide nothing, and a value that was seen in an
//! earlier request gives the same findings again.

mod common;
#[path = "common/recorded.rs"]
mod recorded;

use common::{Lab, Row, arg, rows};
use data_encoding::BASE64;
use recorded::har;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAGE: &str = "https://www.shop.example/checkout/";

fn entry(second: usize, request: &Value) -> Value {
    let mut entry = recorded::entry("");
    entry["request"]["headers"] = json!([{"name": "Referer", "value": PAGE}]);
    for (key, value) in request.as_object().expect("an object") {
        entry["request"][key] = value.clone();
    }
    entry["startedDateTime"] = json!(format!("2026-01-05T10:00:{:02}.000Z", second % 60));
    entry["pageref"] = json!("page_1");
    entry
}

/// The document of the page.
fn page() -> Value {
    let mut page = entry(0, &json!({"url": PAGE}));
    page["response"]["content"]["mimeType"] = json!("text/html");
    page
}

/// The findings of these requests on one page.
fn findings(requests: &[Value], options: &[&str]) -> Vec<Row> {
    let sent = requests.iter().enumerate().map(|(number, request)| entry(number + 1, request));
    let lab = Lab::new();
    let path = lab.write("visit.har", har(std::iter::once(page()).chain(sent).collect()));
    lab.write("persona.csv", "person,kind,value\nJane,email,jane.roe@example.com\nJane,phone,+12175550142\n");
    let arguments: Vec<&str> = [arg(&path), "--jobs", "1"].into_iter().chain(options.iter().copied()).collect();
    rows(&lab.ledger("ledger", &arguments, 0).join("findings.csv"))
}

/// Requests that hold a person's data in every place.
fn everywhere() -> Vec<Value> {
    let token = BASE64.encode(br#"{"email":"jane.roe@example.com","page":"https://www.shop.example/a?zip=62704"}"#);
    vec![
        json!({"url": format!("https://jane-roe.collect.example/p/jane.roe@example.com/x;tel=+12175550142?em=jane.roe%40example.com&t={token}&street=742+Elm+St&city=Springfield&state=IL&zip=62704#u=jane.roe@example.com")}),
        json!({"url": "https://collect.example/split?user=jane.roe&domain=example.com&area=217&line=5550142"}),
        json!({
            "url": "https://www.facebook.com/tr/?id=1234567890123456&ev=Purchase&dl=https%3A%2F%2Fwww.shop.example%2Fconditions%2Fasthma%3Femail%3Djane.roe%40example.com",
            "cookies": [{"name": "who", "value": "jane.roe%40example.com"}],
            "headers": [{"name": "Referer", "value": "https://www.shop.example/conditions/asthma?q=jane.roe@example.com"}, {"name": "X-User", "value": "jane.roe@example.com"}]
        }),
        json!({
            "method": "POST", "url": "https://collect.example/form",
            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "email=jane.roe%40example.com&phone=%2B12175550142&gdpr=1"}
        }),
        json!({
            "method": "POST", "url": "https://collect.example/params",
            "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "email", "value": "jane.roe@example.com"}]}
        }),
        json!({
            "method": "POST", "url": "https://collect.example/json",
            "postData": {"mimeType": "application/json", "text": r#"{"user":{"email":"jane.roe@example.com","dob":"1984-02-29"}}"#}
        }),
    ]
}

/// The findings of the records that hold the request of this number, without where they were.
fn of_request(found: &[Row], record: usize) -> Vec<Row> {
    const PLACES: [&str; 7] = ["finding", "input", "record", "byte_offset", "byte_length", "time", "line"];
    let is_single = |row: &&Row| matches!(row["tier"].as_str(), "direct" | "sensitive");
    let of_record = found.iter().filter(|row| row["record"] == record.to_string()).filter(is_single);
    let without = |row: &Row| row.iter().filter(|(name, _)| !PLACES.contains(&name.as_str())).map(pair).collect();
    of_record.map(without).collect()
}

fn pair((name, cell): (&String, &String)) -> (String, String) {
    (name.clone(), cell.clone())
}

#[test]
fn a_value_that_comes_again_gives_the_same_findings() {
    let requests = everywhere();
    let again: Vec<Value> = [&requests[..], &requests, &requests].concat();
    for options in [&[][..], &["--persona", "persona.csv"]] {
        let found = findings(&again, options);
        for number in 1..=requests.len() {
            let first = of_request(&found, number);
            assert!(!first.is_empty(), "request {number} {options:?}");
            for later in [number + requests.len(), number + 2 * requests.len()] {
                assert_eq!(of_request(&found, later), first, "request {number} {options:?}");
            }
        }
        let halves = found.iter().filter(|row| row["param"] == "user+domain" || row["param"] == "area+line").count();
        assert_eq!(halves, if options.is_empty() { 0 } else { 6 }, "{found:?}");
    }
}

#[test]
fn a_request_gives_what_it_gives_alone() {
    let requests = everywhere();
    let together = findings(&requests, &[]);
    for (request, number) in requests.iter().zip(1..) {
        assert_eq!(
            of_request(&together, number),
            of_request(&findings(std::slice::from_ref(request), &[]), 1),
            "{request}"
        );
    }
}

#[test]
fn parameters_of_one_name_are_all_found() {
    let url = "https://collect.example/count?thread=https%3A%2F%2Fwww.shop.example%2Fa%2Fb&thread=https%3A%2F%2Fwww.shop.example%2Fc%2Fd\
               &frame=https%3A%2F%2Fwww.shop.example%2Fa%2Fb&frame=https%3A%2F%2Fads.example%2Fframe.html";
    let found = findings(&[json!({"url": url})], &[]);
    let urls = |param: &str| -> Vec<[&str; 2]> {
        let rows = found.iter().filter(|row| row["param"] == param && row["data_class"] == "page_url");
        rows.map(|row| ["value_masked", "confidence"].map(|name| row[name].as_str())).collect()
    };
    // Which of several pages of a site was opened is not said.
    assert_eq!(urls("thread"), [["www.shop.example/a/b", "possible"], ["www.shop.example/c/d", "possible"]]);
    assert_eq!(urls("frame"), [["www.shop.example/a/b", "certain"]]);
}

#[test]
fn an_id_hides_no_parameter_whose_name_begins_like_its_own() {
    let id = BASE64.encode(br#"{"a":"1234567890","b":"1234567890"}"#);
    let url = format!(
        "https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE1&cid={id}&cid_mail=jane.roe%40example.com"
    );
    let found = findings(&[json!({"url": url})], &[]);
    assert!(found.iter().any(|row| row["param"] == "cid_mail" && row["data_class"] == "email"), "{found:?}");
}

#[test]
fn a_finding_in_a_message_says_in_which() {
    let mut socket = entry(1, &json!({"url": "wss://live.collect.example/socket"}));
    socket["_webSocketMessages"] = json!([
        {"type": "send", "time": 1.0, "opcode": 1, "data": "hello"},
        {"type": "receive", "time": 2.0, "opcode": 1, "data": "welcome"},
        {"type": "send", "time": 3.0, "opcode": 1, "data": r#"{"email":"jane.roe@example.com"}"#},
    ]);
    let lab = Lab::new();
    let path = lab.write("visit.har", har(vec![page(), socket]));
    let found = rows(&lab.ledger("ledger", &[arg(&path)], 0).join("findings.csv"));
    let messages: BTreeMap<&str, &str> =
        found.iter().map(|row| (row["data_class"].as_str(), row["message"].as_str())).collect();
    assert_eq!(messages.get("email"), Some(&"2"), "{messages:?}");
}
