//! The ways in which vendors pack what they are told: every shape is found, under the class that
//! its parameter says, without knowing anybody.

mod common;
#[path = "common/recorded.rs"]
mod recorded;

use common::{Lab, Row, rows};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use leakledger::matching::hashes::HashFunction;
use recorded::{entry, har, percent, posted};
use serde_json::{Value, json};
use std::io::Write;

fn digest(text: &str) -> Vec<u8> {
    HashFunction::Sha256.digest(text.as_bytes()).as_bytes().to_vec()
}

fn hex(text: &str) -> String {
    HEXLOWER.encode(&digest(text))
}

fn escaped(text: &str) -> String {
    percent(text.as_bytes())
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// Name of the shape, the request, class and form that must be found.
fn shapes() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let mail = hex("ada.byron@example.com");
    let phone = hex("13125550101");
    let meta = "https://www.facebook.com/tr/?id=1616008915466977&ev=PageView";
    let form = "application/x-www-form-urlencoded";
    let token = format!(
        "tv.1~em.{}~pn.{}",
        BASE64URL_NOPAD.encode(&digest("ada.byron@example.com")),
        BASE64URL_NOPAD.encode(&digest("+13125550101"))
    );
    let tiktok = json!({"event": "Pageview", "context": {"pixel": {"code": "CEXAMPLE0PIXEL0CODE0"}, "user": {"email": mail, "phone_number": phone}}});
    let linkedin = json!({"pids": [1234567], "url": "https://www.shop.example.org/", "hem": mail});
    let person = json!({"em": mail}).to_string();
    let snowplow = json!({"schema": "iglu:x", "data": {"data": {"email": "ada.byron@example.com"}}}).to_string();
    let bulk = json!({"requests": [format!("?idsite=7&rec=1&uid={}", escaped("ada.byron@example.com"))]}).to_string();
    vec![
        ("hex", entry(&format!("{meta}&ud[em]={mail}")), "email", "hashed"),
        ("upper-case hex", entry(&format!("{meta}&ud[em]={}", mail.to_uppercase())), "email", "hashed"),
        ("Meta's short appendix", entry(&format!("{meta}&ud[em]={mail}.AQ")), "email", "hashed"),
        ("Meta's long appendix", entry(&format!("{meta}&udff[ph]={phone}.AQIAAgAB")), "phone", "hashed"),
        (
            "base64 digest",
            entry(&format!("{meta}&ud[em]={}", escaped(&BASE64.encode(&digest("ada.byron@example.com"))))),
            "email",
            "hashed",
        ),
        ("Meta's mask", entry(&format!("{meta}&cud[em]=***.*****%40*******.***")), "email", "masked"),
        ("Meta in a form", posted(meta, form, &format!("udff[fn]={}", hex("ada"))), "first_name", "hashed"),
        (
            "Google's token",
            entry(&format!("https://www.google.com/ccm/form-data/123456789?em={}", escaped(&token))),
            "email",
            "hashed",
        ),
        (
            "Google's token, phone",
            entry(&format!("https://www.googleadservices.com/pagead/conversion/123456789/?em={}", escaped(&token))),
            "phone",
            "hashed",
        ),
        (
            "Microsoft's pid",
            entry(&format!(
                "https://bat.bing.com/action/0?ti=12345678&evt=pageLoad&pid={}",
                escaped(&format!("em={mail}&ph={phone}"))
            )),
            "phone",
            "hashed",
        ),
        (
            "Criteo, encoded three times",
            entry(&format!(
                "https://www.criteo.com/event?a=12345&p0={}",
                escaped(&format!("e=ce&m={}", escaped(&escaped("[ada.byron@example.com]"))))
            )),
            "email",
            "plain",
        ),
        (
            "Pinterest's JSON",
            entry(&format!("https://ct.pinterest.com/v3/?tid=2612345678901&event=pagevisit&pd={}", escaped(&person))),
            "email",
            "hashed",
        ),
        (
            "Snap",
            entry(&format!("https://tr.snapchat.com/p?pid=01234567-89ab-4cde-8f01-23456789abcd&u_hpn={phone}")),
            "phone",
            "hashed",
        ),
        (
            "Reddit's list",
            entry(&format!(
                "https://alb.reddit.com/rp.gif?id=a2_exampleaccount&auto_em={mail},{}",
                hex("b@example.com")
            )),
            "email",
            "hashed",
        ),
        (
            "Reddit's scores",
            entry(&format!(
                "https://alb.reddit.com/rp.gif?id=a2_exampleaccount&auto_pn={}",
                escaped(&format!("3~{phone}|1~{}", hex("2")))
            )),
            "phone",
            "hashed",
        ),
        (
            "LinkedIn's JSON",
            posted("https://px.ads.linkedin.com/wa/", "application/json", &linkedin.to_string()),
            "email",
            "hashed",
        ),
        (
            "LinkedIn's gzip",
            posted("https://px.ads.linkedin.com/wa/", "text/plain", &BASE64.encode(&gzip(&linkedin.to_string()))),
            "email",
            "hashed",
        ),
        (
            "TikTok's JSON",
            posted("https://analytics.tiktok.com/api/v2/pixel", "application/json", &tiktok.to_string()),
            "phone",
            "hashed",
        ),
        (
            "TikTok's base64",
            entry(&format!(
                "https://analytics.tiktok.com/api/v2/pixel?analytics_message={}",
                escaped(&BASE64.encode(tiktok.to_string().as_bytes()))
            )),
            "email",
            "hashed",
        ),
        (
            "HubSpot, encoded twice",
            entry(&format!(
                "https://track.hubspot.com/__ptbe.gif?a=1234567&i={}",
                escaped("email=ada.byron%40example.com&firstname=Ada")
            )),
            "email",
            "plain",
        ),
        (
            "Matomo's bulk",
            posted("https://example.matomo.cloud/matomo.php", "application/json", &bulk),
            "email",
            "plain",
        ),
        (
            "Snowplow's base64url",
            entry(&format!(
                "https://www.snowplowanalytics.com/i?e=ue&ue_px={}",
                BASE64URL_NOPAD.encode(snowplow.as_bytes())
            )),
            "email",
            "encoded",
        ),
        (
            "Taboola",
            entry(&format!("https://trc.taboola.com/1234567/log/3/unip?en=page_view&unified_id={mail}")),
            "email",
            "hashed",
        ),
        (
            "OpenAI's lists",
            posted(
                "https://bzr.openai.com/v1/sdk/events?pid=examplepixelid0123456789",
                "text/plain",
                &json!({"user": {"fm": {"em": [mail]}}}).to_string(),
            ),
            "email",
            "hashed",
        ),
        (
            "an md5 by its name",
            entry(&format!(
                "https://t.example.net/p?email_md5={}",
                HEXUPPER.encode(HashFunction::Md5.digest(b"ada.byron@example.com").as_bytes())
            )),
            "email",
            "hashed",
        ),
    ]
}

/// The findings of these requests.
fn findings(entries: Vec<Value>) -> Vec<Row> {
    let lab = Lab::new();
    lab.write("visit.har", har(entries));
    rows(&lab.ledger("ledger", &["visit.har"], 0).join("findings.csv"))
}

#[test]
fn every_shape_is_found() {
    let shapes = shapes();
    let found = findings(shapes.iter().map(|(_, entry, _, _)| entry.clone()).collect());
    let mut missed = Vec::new();
    for (record, (name, _, class, form)) in shapes.iter().enumerate() {
        let here: Vec<_> = found.iter().filter(|row| row["record"] == record.to_string()).collect();
        let is_found = here
            .iter()
            .any(|row| row["data_class"] == *class && row["form"] == *form && row["confidence"] != "possible");
        if !is_found {
            let seen: Vec<_> =
                here.iter().map(|row| (&row["param"], &row["data_class"], &row["form"], &row["confidence"])).collect();
            missed.push(format!("{name}: {seen:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_name_means_its_value_and_not_the_parts_of_a_url_in_it() {
    let url = |page: &str| entry(&format!("https://t.example.net/p?q={}", escaped(page)));
    let pages = ["http://www.shop.example.org/feeds/posts/default", "http://www.shop.example.org/find?q=knee+pain"];
    let found = findings(pages.map(url).to_vec());
    let searches = found.iter().filter(|row| row["data_class"] == "search_text");
    let records: Vec<&str> = searches.map(|row| row["record"].as_str()).collect();
    assert_eq!(records, ["1"]);
}

#[test]
fn what_the_vendor_knows_as_the_requests_own_number_is_nobodys() {
    let id = "b7d1f0c2-5a41-4c1e-9d0e-3f6a2b8c9d01";
    let load = format!("https://bat.bing.com/action/0?ti=12345678&evt=pageLoad&mid={id}&vid={id}");
    let kept = format!("https://track.example.net/p?mid={id}");
    let told = "https://www.google-analytics.com/collect?tid=UA-123456-7&el=fb.1.1612345678901.1234567890";
    let visit = "https://1234567.fls.doubleclick.net/activityi;src=1234567;type=v0;cat=h0;ord=9109104755217.725?";
    let sale = "https://1234567.fls.doubleclick.net/activityi;src=1234567;type=s0;cat=o0;qty=1;cost=39.50;ord=O-5521?";
    let found = findings([&load, &kept, told, visit, sale].map(entry).to_vec());
    let ids = found.iter().filter(|row| ["browser_id", "order_id"].contains(&row["data_class"].as_str()));
    let ids: Vec<(&str, &str)> = ids.map(|row| (row["record"].as_str(), row["param"].as_str())).collect();
    assert_eq!(ids, [("0", "vid"), ("1", "mid"), ("2", "el"), ("4", "ord")]);
}

#[test]
fn an_id_is_shown_once_and_whom_it_names_beyond_doubt() {
    let id = BASE64.encode(BASE64.encode(b"a first party's id of 40 bytes: 0123456789").as_bytes());
    let criteo = format!(
        "https://sslwidget.criteo.com/event?a=24596&p0=e%3Dexd%26site_type%3Dd&p1=e%3Dvb&p2=e%3Ddis&bundle={}&fu={}",
        escaped(&id),
        escaped(&escaped("https://www.shop.example.org/basket"))
    );
    let packed = escaped(&escaped(&json!({"email": "ada.byron@example.com"}).to_string()));
    let named = format!("https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE123&en=page_view&uid={packed}");
    let declared = format!(
        "https://dpm.demdex.net/id?d_orgid=EX%40AdobeOrg&d_cid_ic=email%01{}%011",
        hex("ada.byron@example.com")
    );
    let found = findings([&criteo, &named, &declared].map(|url| entry(url)).to_vec());
    let told = |record: &str| {
        let here = found.iter().filter(|row| row["record"] == record && row["channel"] != "referer");
        here.map(|row| (row["data_class"].clone(), row["form"].clone(), row["param"].clone())).collect::<Vec<_>>()
    };
    let all = |list: &[(&str, &str, &str)]| {
        list.iter()
            .map(|(class, form, param)| ((*class).to_owned(), (*form).to_owned(), (*param).to_owned()))
            .collect::<Vec<_>>()
    };
    let row = found.iter().find(|row| row["record"] == "0").expect("a finding");
    assert_eq!((row["event"].as_str(), row["site"].as_str()), ("cart view", "example.org"));
    assert_eq!(
        told("0"),
        all(&[("device", "plain", "p0/site_type"), ("browser_id", "plain", "bundle"), ("page_url", "plain", "fu")])
    );
    assert_eq!(told("1"), all(&[("customer_id", "plain", "uid"), ("email", "plain", "uid/email")]));
    assert_eq!(told("2"), all(&[("email", "hashed", "d_cid_ic")]));
}

#[test]
fn cookies_by_which_the_recipient_knows_people_are_shown() {
    let sent = |url: &str, cookies: &[(&str, &str)]| {
        let mut entry = entry(url);
        entry["request"]["cookies"] =
            cookies.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        entry
    };
    let meta = [("c_user", "100055550199"), ("fr", "0Example0.Example0..Be0000.x.AAA.0.0"), ("wd", "1280x720")];
    let google = [("SID", "g.a000example0000"), ("OTZ", "7000000_24_24__24_")];
    let opted_out = [("IDE", "OPT_OUT"), ("id", "OPT_OUT"), ("test_cookie", "CheckForPermission")];
    let linkedin = [("bcookie", "\"v=2&0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0\""), ("lang", "v=2&lang=xx")];
    let elsewhere = [("c_user", "100055550199"), ("SID", "g.a000example0000")];
    let visits = vec![
        sent("https://www.facebook.com/tr/?id=1616008915466977&ev=PageView", &meta),
        sent("https://www.google.com/ccm/collect?tid=AW-123456789&en=page_view", &google),
        sent("https://googleads.g.doubleclick.net/pagead/viewthroughconversion/123456789/", &opted_out),
        sent("https://px.ads.linkedin.com/collect?v=2&pid=1234567", &linkedin),
        sent("https://t.example.net/p", &elsewhere),
    ];
    let found = findings(visits);
    let known = found.iter().filter(|row| row["detector"] == "known_cookie");
    let known: Vec<[&str; 4]> =
        known.map(|row| ["record", "param", "data_class", "form"].map(|name| row[name].as_str())).collect();
    assert_eq!(
        known,
        [
            ["0", "c_user", "customer_id", "plain"],
            ["0", "fr", "browser_id", "plain"],
            ["1", "SID", "customer_id", "encrypted"],
            ["3", "bcookie", "browser_id", "plain"],
        ]
    );
}

#[test]
fn a_tag_in_an_advertisers_frame_is_of_the_page_around_it() {
    let frame = "https://1234567.fls.doubleclick.net/ddm/fls/r/src=1234567;type=visit0;cat=home0";
    let member = "https://www.members.example.org/claims";
    let meta = |dl: &str, rl: &str| {
        format!(
            "https://www.facebook.com/tr/?id=1616008915466977&ev=PageView&dl={}&rl={}&if=true",
            escaped(dl),
            escaped(rl)
        )
    };
    let at = |url: &str, referer: &str| {
        let mut entry = entry(url);
        entry["request"]["headers"] = json!([{"name": "Referer", "value": referer}]);
        entry
    };
    let sites = |entries: Vec<Value>| {
        let found = findings(entries);
        let told = found.iter().filter(|row| row["vendor"] == "Meta Pixel" && row["param"] == "rl");
        told.map(|row| row["site"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(sites(vec![at(&meta(frame, member), frame)]), ["example.org"]);
    // Whoever visits the advertiser's own site visits that, wherever they came from.
    let own = "https://www.criteo.com/products/";
    assert_eq!(sites(vec![at(&meta(own, member), own)]), ["criteo.com"]);
}
