//! Lists in every format, small and invented; and no file, however broken, makes the reader panic.

use super::*;
use proptest::prelude::*;

const FIXTURES: [(&str, &str, &str); 12] = [
    ("domains", "domains", "# Title: My list\n# Version: 7\nads.example.com\n*.track.example.net # both\n\n"),
    (
        "hosts file",
        "hosts",
        "127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 0.0.0.0\n0.0.0.0 ads.example.com track.example.net\n",
    ),
    (
        "filter list",
        "filters",
        "[Adblock Plus 2.0]\n! Title: My filters\n! Version: 202601010000\n||ads.example.com^$third-party\n||example.org/pixel/*.gif\n\
         ||cdn.example.net^$script,domain=news.example\n@@||ads.example.com/ok.js\n/banner.gif?\nexample.com##.ad\n||track.example.net^\n",
    ),
    (
        "CNAME map",
        "cnames",
        "# disguised\nmetrics.example.com example.com.sc.omtrdc.net\nm.example.org,x.eulerian.net\na.example.net. 300 IN CNAME b.at-o.net.\n",
    ),
    ("CNAME map", "cnames.json", r#"{"metrics.example.com": "example.com.sc.omtrdc.net"}"#),
    (
        "Disconnect services",
        "services",
        r#"{"license":"x","categories":{"Advertising":[{"Example Ads":{"https://ads.example.com/":["ads.example.com","track.example.net"],"performance":"true"}}],"Analytics":[]}}"#,
    ),
    (
        "Disconnect entities",
        "entities",
        r#"{"license":"x","entities":{"Example Works":{"properties":["example.com"],"resources":["example-static.net"]}}}"#,
    ),
    (
        "DuckDuckGo blocklist",
        "tds",
        r#"{"trackers":{"track.example.net":{"domain":"track.example.net","owner":{"name":"Example Ads, Inc.","displayName":"Example Ads"},
        "categories":["Analytics","Session Replay"],"default":"block"},"cdn.example.net":{"domain":"cdn.example.net","default":"ignore","rules":[{"rule":"x"}]}},
        "entities":{"Example Ads, Inc.":{"domains":["track.example.net","example-ads.com"],"displayName":"Example Ads"}},
        "domains":{"track.example.net":"Example Ads, Inc."},"cnames":{"m.example.com":"x.track.example.net"}}"#,
    ),
    (
        "Tracker Radar",
        "track.example.net",
        r#"{"domain":"track.example.net","owner":{"name":"Example Ads, Inc.","displayName":"Example Ads"},"prevalence":0.1,"categories":["CDN"],
        "cnames":[{"original":"m.example.com","resolved":"x.track.example.net"}]}"#,
    ),
    (
        "Tracker Radar",
        "Example Ads, Inc.",
        r#"{"name":"Example Ads, Inc.","displayName":"Example Ads","ownedBy":"Example Group","properties":["track.example.net"],"prevalence":{"total":0.1}}"#,
    ),
    (
        "Ghostery TrackerDB",
        "trackerdb",
        r#"{"categories":{"advertising":{"name":"Advertising"}},"organizations":{"example":{"name":"Example Ads"}},
        "patterns":{"example_pixel":{"name":"Example Pixel","category":"advertising","organization":"example","domains":["track.example.net"],"filters":["||example.org/px^"]}},
        "domains":{"track.example.net":"example_pixel"},"filters":{"||example.org/px^":"example_pixel"}}"#,
    ),
    (
        "Privacy Badger",
        "seed",
        r#"{"action_map":{"track.example.net":{"heuristicAction":"block"},"fine.example.com":{"heuristicAction":"allow"},"own.example":{"userAction":"user_block"}},"snitch_map":{},"version":"2026.1.1"}"#,
    ),
];

fn read(text: &str, name: &str) -> List {
    parse(text.as_bytes(), name).unwrap_or_else(|err| panic!("{name}: {err}"))
}

fn hosts(list: &List) -> Vec<&str> {
    list.entries.iter().map(|entry| entry.host.as_str()).collect()
}

#[test]
fn every_format_is_recognised_by_its_content() {
    for (format, name, text) in FIXTURES {
        let list = read(text, "whatever");
        assert_eq!(list.format, format, "{name}");
        assert!(!list.is_empty(), "{name}");
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend_from_slice(text.replace('\n', "\r\n").as_bytes());
        assert_eq!(parse(&marked, "x").expect(name).entries.len(), list.entries.len(), "{name}");
    }
}

#[test]
fn plain_lists_name_domains() {
    let list = read(FIXTURES[0].2, "x");
    assert_eq!(hosts(&list), [".ads.example.com", ".track.example.net"]);
    assert_eq!((list.name.as_str(), list.version.as_deref()), ("My list", Some("7")));
    assert_eq!(hosts(&read(FIXTURES[1].2, "x")), [".ads.example.com", ".track.example.net"]);
    let titled = read("Malware list by Example\n# License: none\n\nbad.example.com\n", "x");
    assert_eq!((titled.name.as_str(), hosts(&titled)), ("Malware list by Example", vec![".bad.example.com"]));
    let entry = &read("a.example.com\n\nb.example.com", "x").entries[1];
    assert_eq!((entry.host.as_str(), entry.line), (".b.example.com", 3));
}

#[test]
fn filters_are_used_as_far_as_they_name_a_recipient() {
    let list = read(FIXTURES[2].2, "x");
    assert_eq!(hosts(&list), [".ads.example.com", ".example.org", ".track.example.net"]);
    assert_eq!(list.entries[1].path.as_deref(), Some("/pixel/*.gif"));
    assert_eq!((list.unused, list.name.as_str()), (4, "My filters"));
    for (line, host, path) in [
        ("||x.example.com^", ".x.example.com", None),
        ("||x.example.com", ".x.example.com", None),
        ("||x.example.com/", ".x.example.com", None),
        ("||x.example.com^*", ".x.example.com", None),
        ("||X.Example.com^$script,domain=~a.example", ".x.example.com", None),
        ("||x.example.com^collect?", ".x.example.com", Some("collect?")),
        ("|https://x.example.com/a", "x.example.com", Some("/a")),
        ("://x.example.com/a", "x.example.com", Some("/a")),
        ("x.example.com", ".x.example.com", None),
        ("0.0.0.0 x.example.com", ".x.example.com", None),
        ("||192.0.2.7^", "192.0.2.7", None),
    ] {
        let rule = filters::Line::Rule { host: host.into(), path: path.map(str::to_owned) };
        assert_eq!(filters::line(line), rule, "{line}");
    }
    for line in [
        "@@||x.example.com^",
        "||x.example.*^",
        "||ads.",
        "||ads*.example.com^",
        "/pixel?",
        "-ad-banner.",
        "##.ad",
        "example.com##.ad",
        "example.com#@#.ad",
        "||x.example.com^$badfilter",
        "||x.example.com^$removeparam=id",
        "||x.example.com^$domain=a.example",
        "||x.example.com^$~third-party",
        "||x.example.com^$from=a.example|~b.example",
        "/^https?:\\/\\/x/",
        "||com^",
        "$websocket",
        "||",
        "|",
        "^",
    ] {
        assert_eq!(filters::line(line), filters::Line::Unused, "{line}");
    }
    for line in ["", "! x", "[Adblock Plus]", "# hosts comment"] {
        assert_eq!(filters::line(line), filters::Line::Nothing, "{line}");
    }
}

#[test]
fn first_party_hosts_lead_to_vendors() {
    let list = read(FIXTURES[3].2, "x");
    let pairs: Vec<_> = list.cnames.iter().map(|(host, target)| (host.as_str(), target.as_str())).collect();
    let expected = [
        ("metrics.example.com", "example.com.sc.omtrdc.net"),
        ("m.example.org", "x.eulerian.net"),
        ("a.example.net", "b.at-o.net"),
    ];
    assert_eq!(pairs, expected);
    assert_eq!(read(FIXTURES[4].2, "x").cnames.len(), 1);
    assert_eq!(read(FIXTURES[7].2, "x").cnames, [("m.example.com".to_owned(), "x.track.example.net".to_owned())]);
    assert_eq!(read(FIXTURES[8].2, "x").cnames.len(), 1);
}

#[test]
fn trackers_come_with_company_and_purpose() {
    let first = |index: usize| {
        let list = read(FIXTURES[index].2, "x");
        let entry = list.entries[0].clone();
        (entry.host, entry.name.unwrap_or_default(), entry.owner.unwrap_or_default(), entry.purpose.unwrap_or_default())
    };
    let fact = |host: &str, name: &str, owner: &str, purpose: &'static str| {
        (host.to_owned(), name.to_owned(), owner.to_owned(), purpose)
    };
    assert_eq!(first(5), fact(".ads.example.com", "", "Example Ads", "advertising"));
    assert_eq!(first(8), fact(".track.example.net", "", "Example Ads", "CDN"));
    assert_eq!(first(10), fact(".track.example.net", "Example Pixel", "Example Ads", "advertising"));
    let tds = read(FIXTURES[7].2, "x");
    let tracker = tds.entries.iter().find(|entry| entry.host == ".track.example.net").expect("the tracker");
    assert_eq!((tracker.purpose, tracker.path.as_deref()), (Some("session replay"), None));
    assert!(tds.entries.iter().any(|entry| entry.host == ".cdn.example.net" && entry.path.is_some()));
    assert_eq!(tds.entities[0].domains, ["track.example.net", "example-ads.com"]);
    assert_eq!(read(FIXTURES[9].2, "x").entities[0].parent.as_deref(), Some("Example Group"));
    assert_eq!(read(FIXTURES[6].2, "x").entities[0].domains, ["example-static.net", "example.com"]);
    assert_eq!(hosts(&read(FIXTURES[11].2, "x")), [".own.example", ".track.example.net"]);
}

#[test]
fn the_tools_own_files_are_lists_too() {
    let vendor =
        "name = 'Example Pixel'\nowner = 'Example Works'\npurpose = 'advertising'\nhosts = ['.px.example.com']\n";
    assert_eq!(read(vendor, "example-pixel").own.vendors.len(), 1);
    assert_eq!(
        read("# mine\n[[owner]]\nname = 'Example Works'\ndomains = ['.example.com']\n", "x").own.owners.len(),
        1
    );
    assert_eq!(read("[portfolios]\n'Example Works' = ['.example.com']\n", "x").own.portfolios.len(), 1);
    let csv = "domain,name,company,purpose\n.px.example.com,Example Pixel,Example Works,advertising\n";
    assert_eq!(read(csv, "x").own.companies.len(), 1);
}

#[test]
fn a_broken_list_is_an_error_with_its_line() {
    for (text, name, message) in [
        ("ads.example.com\nhello world\n", "x", "line 2"),
        ("ads.example.com\n\nnot_a_domain\n", "x", "line 3"),
        ("<!DOCTYPE html>\n", "x", "line 1"),
        ("a.example.com b.example.net\nx\n", "x", "line 1"),
        ("{\n\"trackers\": {\n", "x", "line 3"),
        ("{\"hello\": 1}", "x", "no known list"),
        ("{\"categories\": {\"Advertising\": 1}}", "x", "Advertising"),
        ("name = 'X'\nowner = 'Y'\npurpose = 'advertising'\nhots = []\n", "x", "line 4"),
        ("name = 'X'\nowner = \n", "x", "line 2"),
        ("name = 'X'\nowner = 'Y'\npurpose = 'advertising'\n", "My Pixel", "lower case"),
        ("domain,name,company,purpose\n.a.example,x,y\n", "x", "line 2"),
        ("\u{0}\u{1}", "x", "line 1"),
    ] {
        let err = parse(text.as_bytes(), name).expect_err(text);
        assert!(format!("{err:#}").contains(message), "{text}: {err:#}");
    }
    let err = parse(b"ads.example.com\n\xff\xfe\n", "x").expect_err("not text");
    assert!(err.to_string().contains("line 2"), "{err}");
}

#[test]
fn folders_are_one_list() {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, fixture) in [("domains/US/track.example.net.json", 8), ("entities/Example Ads, Inc..json", 9)] {
        let path = dir.path().join("radar").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, FIXTURES[fixture].2).expect("a file");
    }
    std::fs::write(dir.path().join("radar/LICENSE"), "words").expect("a file");
    std::fs::write(dir.path().join("radar/weights.json"), r#"{"a": 1}"#).expect("a file");
    let list = List::read(&dir.path().join("radar")).expect("a list");
    assert_eq!((list.name.as_str(), list.format), ("radar", "Tracker Radar"));
    assert_eq!((list.entries.len(), list.entities.len(), list.sha256.len()), (1, 1, 64));
    assert!(List::read(&dir.path().join("nothing")).is_err());
    let empty = dir.path().join("empty.txt");
    std::fs::write(&empty, "# nothing\n").expect("a file");
    assert!(List::read(&empty).expect_err("empty").to_string().contains("nothing in it names a domain"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", name in "[a-z]{0,5}") {
        let _ = parse(text.as_bytes(), &name);
        let _ = filters::line(&text);
        let _ = host(&text);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, "x");
    }

    #[test]
    fn no_damaged_list_makes_the_reader_panic(
        index in 0..FIXTURES.len(),
        at in any::<prop::sample::Index>(),
        cut in any::<bool>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = FIXTURES[index].2.as_bytes().to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(list) = parse(&bytes, "x") {
            let mut knowledge = crate::knowledge::Knowledge::empty();
            knowledge.import(&[list]);
            let _ = knowledge.listed_in("track.example.net");
        }
    }
}
