//! Who is a vendor: the user's lists, the commands around them, and the site's own other domains.

mod common;

use common::{Lab, arg, project, rows};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A capture of one page that loads these URLs.
fn capture(page: &str, urls: &[&str]) -> String {
    let entry = |url: &str, mime: &str| {
        json!({
            "startedDateTime": "2026-01-05T10:00:00.000Z", "pageref": "page_1",
            "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": 200, "headers": [], "content": {"mimeType": mime}}
        })
    };
    let entries: Vec<Value> =
        std::iter::once(entry(page, "text/html")).chain(urls.iter().map(|url| entry(url, "image/gif"))).collect();
    json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}).to_string()
}

/// The rows of a table by the value of one column.
fn by(ledger: &std::path::Path, table: &str, column: &str) -> BTreeMap<String, common::Row> {
    rows(&ledger.join(table)).into_iter().map(|row| (row[column].clone(), row)).collect()
}

#[test]
fn a_sites_own_other_domains_are_told_apart_with_the_reason() {
    let lab = Lab::new();
    let urls = [
        "https://cdn-parcelpost.example.com/x.gif?id=1",
        "https://parcelpoststatic.com/a.gif",
        "https://www.facebook.com/tr/?id=1234567890123456&ev=PageView",
        "https://parcelposttracker.net/a.gif",
    ];
    let har = lab.write("visit.har", capture("https://www.parcelpost.com/", &urls));
    let ledger = lab.ledger("ledger", &[arg(&har)], 0);
    let hosts = by(&ledger, "hosts.csv", "host");
    let shown = |host: &str| {
        let row = &hosts[host];
        (row["party"].as_str(), row["party_source"].as_str(), row["owner"].as_str(), row["purpose"].as_str())
    };
    assert_eq!(
        shown("parcelpoststatic.com"),
        ("same owner", "same name: parcelpost + static", "parcelpost.com", "same owner")
    );
    assert_eq!(shown("parcelposttracker.net"), ("third party", "", "(unknown)", "unlisted third party"));
    assert_eq!(shown("cdn-parcelpost.example.com").0, "third party");
    assert_eq!(shown("www.facebook.com").0, "third party");
    let vendors = by(&ledger, "vendors.csv", "vendor");
    assert!(!vendors.contains_key("parcelpoststatic.com"));
    assert_eq!(vendors["parcelposttracker.net"]["listed_in"], "unlisted");
    assert_eq!(vendors["Meta Pixel"]["listed_in"], "knowledge base");
    let har = lab.write("news.har", capture("https://www.nytimes.com/", &["https://g1.nyt.com/a.gif"]));
    let ledger = lab.ledger("news", &[arg(&har)], 0);
    let row = &by(&ledger, "hosts.csv", "host")["g1.nyt.com"];
    assert_eq!(row["party_source"], "same owner: The New York Times Company");
}

#[test]
fn lists_add_recipients_owners_and_disguised_hosts() {
    let lab = Lab::new();
    let urls = [
        "https://px.tracker.example.net/a.gif",
        "https://px.tracker.example.net/b.gif",
        "https://cdn.example.org/pixel/1.gif",
        "https://metrics.parcelpost.com/b/ss/suite/1/x?AQB=1",
        "https://plain.example.info/x.gif",
        "https://img.parcelbrand.net/x.gif",
        "https://owned.example.edu/x.gif",
    ];
    let har = lab.write("visit.har", capture("https://www.parcelpost.com/", &urls));
    let tds = json!({
        "trackers": {"example.net": {"domain": "example.net", "owner": {"name": "Example Ads, Inc.", "displayName": "Example Ads"}, "default": "block", "categories": ["Analytics"]}},
        "entities": {"Example School": {"domains": ["example.edu"]}, "Parcel Group": {"domains": ["parcelpost.com", "parcelbrand.net"], "displayName": "Parcel Group"}},
        "cnames": {"metrics.parcelpost.com": "parcelpost.sc.omtrdc.net"}
    });
    let tds = lab.write("tds.json", tds.to_string());
    let easy = lab.write("easy.txt", "! Title: My Filters\n! Version: 7\n||plain.example.info^\n||cdn.example.org/pixel/*\n/generic.gif?\n||example.net^\n||example.edu^\n");
    let ledger = lab.ledger("ledger", &[arg(&har), "--vendor-list", arg(&tds), "--vendor-list", arg(&easy)], 0);
    let vendors = by(&ledger, "vendors.csv", "vendor");
    let shown = |vendor: &str| {
        let row = &vendors[vendor];
        (row["owner"].as_str(), row["purpose"].as_str(), row["listed_in"].as_str())
    };
    assert_eq!(shown("Example Ads"), ("Example Ads", "analytics", "My Filters; tds"));
    assert_eq!(shown("example.info"), ("(unknown)", "listed", "My Filters"));
    assert_eq!(shown("Example School"), ("Example School", "web platform", "My Filters"));
    assert_eq!(shown("example.org").2, "My Filters (some paths)");
    assert_eq!(shown("Adobe Analytics").0, "Adobe");
    let hosts = by(&ledger, "hosts.csv", "host");
    assert_eq!(hosts["metrics.parcelpost.com"]["vendor"], "Adobe Analytics");
    assert_eq!(hosts["img.parcelbrand.net"]["party_source"], "same owner: Parcel Group");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(ledger.join("manifest.json")).expect("a file")).expect("JSON");
    let lists = manifest["lists"].as_array().expect("lists");
    assert_eq!((lists[1]["name"].as_str(), lists[1]["version"].as_str()), (Some("My Filters"), Some("7")));
    assert_eq!((lists[1]["format"].as_str(), lists[1]["unused"].as_u64()), (Some("filter list"), Some(1)));
    assert!(lists.iter().all(|list| list["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));
}

#[test]
fn only_the_users_vendors_are_known_if_the_user_says_so() {
    let lab = Lab::new();
    let urls = [
        "https://www.facebook.com/tr/?id=1234567890123456&ev=PageView",
        "https://px.example.net/c?site=77&what=signup&mail=ada%40example.com",
    ];
    let har = lab.write("visit.har", capture("https://www.parcelpost.com/", &urls));
    let vendor = lab.write(
        "lists/example-pixel.toml",
        "name = 'Example Pixel'\nowner = 'Example Works'\npurpose = 'advertising'\naccount_prefix = 'example'\nhosts = ['.px.example.net']\n\
         [events]\nsignup = 'sign-up'\n[[endpoint]]\npath = '^/c$'\naccount = ['site']\nevent = ['what']\n\
         parameters = [{ name = 'mail', class = 'email', grade = 'R', meaning = 'e-mail' }]\n\
         [[example]]\nurl = 'https://px.example.net/c?site=12&what=signup&mail=ada%40example.com'\naccount = 'example:12'\nevent = 'sign-up'\nfinds = ['email plain mail']\n",
    );
    let ledger = lab.ledger("ledger", &[arg(&har), "--no-default-vendors", "--vendor-list", arg(&vendor)], 0);
    let vendors = by(&ledger, "vendors.csv", "vendor");
    assert_eq!(vendors["facebook.com"]["owner"], "(unknown)");
    assert_eq!(vendors["Example Pixel"]["owner"], "Example Works");
    let events = rows(&ledger.join("events.csv"));
    assert_eq!((events[0]["account"].as_str(), events[0]["event"].as_str()), ("example:77", "sign-up"));
    let output = lab.run(&["vendors", "check", arg(&vendor)]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let text = std::fs::read_to_string(&vendor).expect("a file").replace("'example:12'", "'example:13'");
    let broken = lab.write("broken/example-pixel.toml", text);
    let output = lab.run(&["vendors", "check", arg(&broken)]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stdout).contains("example:12"));
}

#[test]
fn a_broken_list_stops_the_scan_with_its_line() {
    let lab = Lab::new();
    let har = lab.write("visit.har", capture("https://www.parcelpost.com/", &[]));
    for (name, text, line) in [
        ("list.txt", "ads.example.com\nhello there\n", "line 2"),
        ("tds.json", "{\n\"trackers\": {]\n", "line 2"),
        ("x.toml", "name = 'X'\nowner = 'Y'\npurpose = 'advertising'\nhots = []\n", "line 4"),
        ("y.toml", "name = 'Y'\nowner = 'Y'\npurpose = 'nonsense'\n", "nonsense"),
    ] {
        let list = lab.write(name, text);
        let (ledger, output) = lab.scan("ledger", &[arg(&har), "--vendor-list", arg(&list)]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(line) && stderr.contains("--vendor-list"), "{stderr}");
        assert!(!ledger.join("manifest.json").exists());
    }
}

#[test]
fn a_request_is_explained() {
    let lab = Lab::new();
    let url = "https://www.facebook.com/tr/?id=1234567890123456&ev=SubscribedButtonClick&cd[buttonText]=Apply%20now&udff[em]=\
               e814ff3dc480a94c7ce9334062ec4733c75a002f4bcec0197f62ffea64059e2f&dl=https%3A%2F%2Fwww.parcelpost.com%2Fa%3Fmail%3Dada%40example.com&zzz=1";
    let output = lab.run(&["vendors", "lookup", url]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "vendor    Meta Pixel",
        "owner     Meta Platforms",
        "account   meta:1234567890123456",
        "event     button click: \"Apply now\"",
        "vendors/meta-pixel.toml",
        "udff/em",
        "email (direct); hashed",
        "grade R",
        "zzz = 1\n    not described",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("ada@example.com"), "{text}");
    let host = lab.run(&["vendors", "lookup", "px.ads.linkedin.com"]);
    assert!(String::from_utf8_lossy(&host.stdout).contains("owner     Microsoft ← LinkedIn"));
    let nobody = lab.run(&["vendors", "lookup", "www.example.com"]);
    assert!(String::from_utf8_lossy(&nobody.stdout).contains("nothing is known"));
    assert_eq!(lab.run(&["vendors", "lookup", "no host at all"]).status.code(), Some(1));
}

#[test]
fn the_list_is_a_table() {
    let lab = Lab::new();
    let output = lab.run(&["vendors", "list", "--write", "csv"]);
    let path = lab.write("list.csv", &output.stdout);
    let rows = rows(&path);
    assert!(rows.len() > 4000, "{}", rows.len());
    let pixel = rows.iter().find(|row| row["vendor"] == "Meta Pixel").expect("a row");
    assert!(pixel["can_receive"].contains("email") && !pixel["policy"].is_empty());
    let owners: std::collections::BTreeSet<&str> = rows.iter().map(|row| row["owner"].as_str()).collect();
    assert!(owners.len() > 2000, "{} companies", owners.len());
    let linkedin = rows.iter().find(|row| row["owner"] == "LinkedIn").expect("a row");
    assert_eq!(linkedin["group"], "Microsoft ← LinkedIn");
}

/// What strangers' captures say: who gets most, who is unknown, and who is taken for the site's own.
#[test]
fn nearly_all_recipients_in_strangers_captures_have_an_owner() {
    let path = project().join("../shared/data/har");
    if !path.is_dir() {
        eprintln!("skipped: {} is not here", path.display());
        return;
    }
    let lab = Lab::new();
    let (ledger, _) = lab.scan("ledger", &[arg(&path)]);
    let mut recipients: BTreeMap<(String, String), u64> = BTreeMap::new();
    let (mut known, mut all, mut own) = (0, 0, BTreeMap::new());
    for row in rows(&ledger.join("hosts.csv")) {
        let contacts: u64 = row["contacts"].parse().expect("a count");
        if row["party"] != "third party" {
            *own.entry(format!("{} for {}: {}", row["vendor"], row["site"], row["party_source"])).or_insert(0) +=
                contacts;
            continue;
        }
        all += contacts;
        known += if row["owner"] == "(unknown)" { 0 } else { contacts };
        *recipients.entry((row["owner"].clone(), row["vendor"].clone())).or_default() += contacts;
    }
    let mut sorted: Vec<_> = recipients.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (unknown, named): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|((owner, _), _)| owner == "(unknown)");
    named.iter().take(50).for_each(|((owner, vendor), count)| eprintln!("{count:>5}  {vendor} ({owner})"));
    eprintln!("-- unlisted");
    unknown.iter().for_each(|((_, vendor), count)| eprintln!("{count:>5}  {vendor}"));
    eprintln!("-- the site's own");
    own.iter().for_each(|(what, count)| eprintln!("{count:>5}  {what}"));
    eprintln!("{known} of {all} third-party requests have an owner");
    assert!(known * 100 >= all * 97, "{known} of {all}");
}
