//! What vendors are told happens on a page, in plain words: every kind of event, several in one
//! request, each with the text of its button or form.

mod common;

use common::{Lab, arg, rows};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAGE: &str = "https://www.helpline.example/get-help";

/// A request in a capture.
fn entry(url: &str, body: Option<&str>) -> Value {
    let mut request = json!({"method": "GET", "url": url, "headers": [{"name": "Referer", "value": PAGE}]});
    if let Some(body) = body {
        request["method"] = json!("POST");
        request["postData"] = json!({"mimeType": "text/plain", "text": body});
    }
    json!({
        "startedDateTime": "2026-01-05T10:00:00.000Z", "pageref": "page_1", "request": request,
        "response": {"status": 200, "headers": [], "content": {"mimeType": "image/gif"}}
    })
}

fn capture(entries: Vec<Value>) -> String {
    let mut page = entry(PAGE, None);
    page["response"]["content"]["mimeType"] = json!("text/html");
    let entries: Vec<Value> = std::iter::once(page).chain(entries).collect();
    json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}).to_string()
}

/// The rows of `events.csv` by vendor, event and text, with their loads.
fn events(entries: Vec<Value>) -> BTreeMap<(String, String, String), String> {
    let lab = Lab::new();
    let har = lab.write("visit.har", capture(entries));
    let ledger = lab.ledger("ledger", &[arg(&har)], 0);
    let rows = rows(&ledger.join("events.csv"));
    assert!(rows.iter().all(|row| row["site"] == "helpline.example"));
    rows.into_iter()
        .map(|row| ((row["vendor"].clone(), row["event"].clone(), row["text"].clone()), row["loads"].clone()))
        .collect()
}

fn told(vendor: &str, event: &str, text: &str) -> (String, String, String) {
    (vendor.to_owned(), event.to_owned(), text.to_owned())
}

#[test]
fn clicks_come_with_the_words_on_the_button() {
    let linkedin = r#"{"pids":[1234567],"signalType":"CLICK","url":"https://www.helpline.example/get-help","domAttributes":{"innerText":"Call the crisis line"}}"#;
    let tiktok = r#"{"event":"ClickButton","context":{"pixel":{"code":"CEXAMPLE0PIXEL0CODE0"},"page":{"url":"https://www.helpline.example/get-help"}},"auto_collected_properties":{"trigger_element":{"inner_text":"Call the crisis line"}}}"#;
    let found = events(vec![
        entry(
            "https://www.facebook.com/tr/?id=1234567890123456&ev=SubscribedButtonClick&dl=https%3A%2F%2Fwww.helpline.example%2Fget-help\
             &cd[buttonFeatures]=%7B%22tag%22%3A%22button%22%7D&cd[buttonText]=Call%20the%20%20crisis%20line",
            None,
        ),
        entry("https://px.ads.linkedin.com/wa/", Some(&BASE64.encode(linkedin.as_bytes()))),
        entry("https://analytics.tiktok.com/api/v2/pixel/act", Some(tiktok)),
        entry("https://bat.bing.com/action/0?ti=12345678&evt=custom&ea=click&el=Call%20the%20crisis%20line", None),
        entry(
            "https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE123&en=click&ep.link_text=Call%20the%20crisis%20line",
            None,
        ),
    ]);
    for vendor in
        ["Meta Pixel", "LinkedIn Insight Tag", "TikTok Pixel", "Microsoft Advertising UET", "Google Analytics 4"]
    {
        assert_eq!(
            found.get(&told(vendor, "button click", "Call the crisis line")).map(String::as_str),
            Some("1"),
            "{vendor}: {found:?}"
        );
    }
}

#[test]
fn every_event_of_a_batch_counts() {
    let lines = "en=page_view&_et=5\nen=form_submit&ep.form_name=Intake\nen=search&ep.search_term=x\nen=page_view";
    let batch = json!({"batch": [
        {"type": "identify", "userId": "u1", "writeKey": "ExampleWriteKey0123456789"},
        {"type": "track", "event": "Product Added", "properties": {"button_text": "Add to bag"}},
        {"type": "track", "event": "Order Completed"},
        {"type": "page", "name": "Get help"}
    ]});
    let found = events(vec![
        entry("https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE123&cid=1.2", Some(lines)),
        entry("https://api.segment.io/v1/b", Some(&batch.to_string())),
    ]);
    let expected = [
        (told("Google Analytics 4", "form submit", "Intake"), "1"),
        (told("Google Analytics 4", "page view", ""), "2"),
        (told("Google Analytics 4", "search", ""), "1"),
        (told("Segment", "add to cart", "Add to bag"), "1"),
        (told("Segment", "identify", ""), "1"),
        (told("Segment", "page view", ""), "1"),
        (told("Segment", "purchase", ""), "1"),
    ];
    let expected = expected.map(|(key, loads)| (key, loads.to_owned()));
    assert_eq!(found, BTreeMap::from(expected));
}

#[test]
fn vendors_words_become_one() {
    let uet = "https://bat.bing.com/action/0?ti=12345678&evt=";
    let found = events(vec![
        entry("https://www.facebook.com/tr/?id=1234567890123456&ev=CompleteRegistration", None),
        entry("https://ct.pinterest.com/v3/?tid=2612345678901&event=addtocart", None),
        entry("https://tr.snapchat.com/p?pid=01234567-89ab-4cde-8f01-23456789abcd&ev=PURCHASE", None),
        entry(&format!("{uet}pageLoad"), None),
        entry("https://alb.reddit.com/rp.gif?id=a2_exampleaccount&event=SignUp", None),
        entry("https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE123&en=login", None),
        entry("https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE123&en=video_start", None),
        entry(
            "https://forms.hubspot.com/collected-forms/submit/form",
            Some(r#"{"portalId":1234567,"contactFields":{"email":"ada@example.com"}}"#),
        ),
    ]);
    for (vendor, event) in [
        ("Meta Pixel", "sign-up"),
        ("Pinterest Tag", "add to cart"),
        ("Snap Pixel", "purchase"),
        ("Microsoft Advertising UET", "page view"),
        ("Reddit Pixel", "sign-up"),
        ("Google Analytics 4", "login"),
        ("Google Analytics 4", "video"),
        ("HubSpot Forms", "form submit"),
    ] {
        assert!(found.contains_key(&told(vendor, event, "")), "{vendor} {event}: {found:?}");
    }
}

#[test]
fn personal_data_in_a_text_is_masked() {
    let url = "https://www.facebook.com/tr/?id=1234567890123456&ev=SubscribedButtonClick&cd[buttonText]=Write%20to%20ada.lovelace%40example.com";
    let found = events(vec![entry(url, None)]);
    let texts: Vec<&String> = found.keys().map(|(_, _, text)| text).collect();
    assert!(texts.iter().any(|text| text.starts_with("Write to ")), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("ada.lovelace")), "{texts:?}");
}
