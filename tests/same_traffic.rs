//! The same traffic gives the same exposures, whichever program logged it.

mod common;

use common::{Lab, Row, arg, rows, samples};
use std::collections::BTreeMap;

/// One line of the recorded Squid log.
struct Line {
    whole: String,
    seconds: String,
    client: String,
    status: String,
    method: String,
    scheme: String,
    host: String,
    path: String,
    mime: String,
}

/// The requests that the proxy passed on: what other loggers would have seen of it.
fn traffic() -> Vec<Line> {
    let log = std::fs::read_to_string(samples().join("before/squid/access.log")).expect("the sample");
    log.lines().filter(|line| line.contains(" TCP_MISS/") && !line.contains(" CONNECT ")).map(line).collect()
}

fn line(line: &str) -> Line {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [seconds, _, client, result, _, method, url, _, _, mime] = words.as_slice() else { panic!("{line}") };
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (host, path) = rest.split_at(rest.find('/').expect("a path"));
    let text = |text: &str| text.to_owned();
    Line {
        whole: text(line),
        seconds: text(seconds),
        client: text(client),
        status: text(result.split_once('/').expect("a result").1),
        method: text(method),
        scheme: text(scheme),
        host: text(host),
        path: text(path),
        mime: text(mime),
    }
}

fn port(line: &Line) -> &'static str {
    if line.scheme == "https" { "443" } else { "80" }
}

fn joined(header: &str, lines: &[Line], write: impl Fn(&Line) -> String) -> String {
    lines.iter().fold(header.to_owned(), |text, line| text + &write(line) + "\n")
}

fn zeek(lines: &[Line]) -> String {
    let header = "#separator \\x09\n#unset_field\t-\n#path\thttp\n\
                  #fields\tts\tuid\tid.orig_h\tid.resp_p\tmethod\thost\turi\tstatus_code\tresp_mime_types\n";
    joined(header, lines, |l| {
        [&l.seconds, "C1", &l.client, port(l), &l.method, &l.host, &l.path, &l.status, &l.mime].join("\t")
    })
}

fn zeek_json(lines: &[Line]) -> String {
    joined("", lines, |l| {
        let mime = (l.mime != "-").then(|| vec![l.mime.clone()]);
        serde_json::json!({"ts": l.seconds.parse::<f64>().expect("a number"), "uid": "C1", "id.orig_h": l.client,
            "id.resp_p": port(l).parse::<u16>().expect("a port"), "trans_depth": 1, "method": l.method, "host": l.host,
            "uri": l.path, "status_code": l.status.parse::<u16>().expect("a status"), "resp_mime_types": mime})
        .to_string()
    })
}

fn mapped(lines: &[Line]) -> String {
    joined("", lines, |l| {
        let url = format!("{}://{}{}", l.scheme, l.host, l.path);
        serde_json::json!({"at": l.seconds, "from": {"ip": l.client}, "asked": [l.method, url], "got": [l.status, l.mime]})
            .to_string()
    })
}

fn blue_coat(lines: &[Line]) -> String {
    let header = "#Software: SGOS 7.3\n#Fields: timestamp c-ip s-action sc-status cs-method cs-uri-scheme cs-host \
                  cs-uri-path cs-uri-query rs(Content-Type)\n";
    joined(header, lines, |l| {
        let (path, query) = l
            .path
            .split_once('?')
            .map_or((l.path.as_str(), "-".to_owned()), |(path, query)| (path, format!("?{query}")));
        [&l.seconds, &l.client, "TCP_NC_MISS", &l.status, &l.method, &l.scheme, &l.host, path, &query, &l.mime]
            .join(" ")
    })
}

/// The exposures without the ids of their samples, which are of the input's own bytes.
fn exposures(lab: &Lab, name: &str, text: &str, options: &[&str]) -> Vec<Row> {
    let input = lab.write(&format!("{name}.log"), text);
    let ledger = lab.ledger(name, &[&[arg(&input)], options].concat(), 0);
    let mut rows = rows(&ledger.join("exposure.csv"));
    rows.iter_mut().for_each(|row| drop(row.remove("sample_finding")));
    rows
}

#[test]
fn every_proxy_log_of_the_same_traffic_gives_the_same_exposures() {
    let lab = Lab::new();
    let lines = traffic();
    let squid = joined("", &lines, |line| line.whole.clone());
    let expected = exposures(&lab, "squid", &squid, &[]);
    assert!(expected.len() > 30, "only {} exposures", expected.len());
    let syslog = joined("", &lines, |line| format!("<134>Jul  1 09:30:00 proxy1 squid[7]: {}", line.whole));
    let own = joined("", &lines, |l| {
        format!("{} [{}] {} {}://{}{} {} {}", l.client, l.seconds, l.method, l.scheme, l.host, l.path, l.status, l.mime)
    });
    let maps = ["--map", "time=/at", "--map", "client=/from/ip", "--map", "method=/asked/0", "--map", "url=/asked/1"];
    let maps = [&maps[..], &["--map", "status=/got/0", "--map", "response_type=/got/1", "--role", "proxy"]].concat();
    let logs: BTreeMap<&str, (String, Vec<&str>)> = BTreeMap::from([
        ("zeek", (zeek(&lines), vec![])),
        ("zeek_json", (zeek_json(&lines), vec![])),
        ("w3c_proxy", (blue_coat(&lines), vec![])),
        ("syslog", (syslog, vec![])),
        ("mapped", (mapped(&lines), maps)),
        ("log_format", (own, vec!["--log-format", "%>a [%ts.%03tu] %rm %ru %>Hs %mt"])),
    ]);
    for (name, (text, options)) in &logs {
        let found = exposures(&lab, name, text, options);
        let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).collect();
        let invented: Vec<_> = found.iter().filter(|row| !expected.contains(row)).collect();
        assert!(missing.is_empty() && invented.is_empty(), "{name}: missing {missing:#?}, invented {invented:#?}");
    }
}

/// What `inputs.csv` says of a log but for its bytes, with the visits and exposures.
fn counts(lab: &Lab, name: &str, text: &str) -> (Row, Vec<Row>, Vec<Row>) {
    let found = exposures(lab, name, text, &[]);
    let mut inputs = rows(&lab.path(name).join("inputs.csv"));
    for column in ["input", "blake3", "sha256", "bytes"] {
        assert!(inputs[0].remove(column).is_some(), "no column {column}");
    }
    (inputs.remove(0), rows(&lab.path(name).join("visits.csv")), found)
}

#[test]
fn lines_without_headers_count_like_records_with_none() {
    let lab = Lab::new();
    let noise = |number: usize, request: &str, mime: &str| {
        format!("17198262{:02}.5 17 192.0.2.{} {request} - HIER_DIRECT/203.0.113.5 {mime}", number % 60, number % 200)
    };
    let requests = [
        ("TCP_MISS/200 43 GET https://static.shop.example/a.jpg?v=1", "image/jpeg"),
        ("TCP_DENIED/403 43 POST http://198.51.100.7:8080/form", "-"),
        ("TCP_MISS/200 43 GET http://static.shop.example/by/avery%40example.com", "image/png"),
        ("TCP_MISS/200 43 GET https://www.shop.example/orders/17", "text/html;charset=utf-8"),
        ("TCP_TUNNEL/200 43 CONNECT static.shop.example:443", "-"),
        ("TCP_MISS/101 43 GET ws://Static.Shop.Example/socket", "-"),
        ("TCP_MISS/200 43 GET ftp://static.shop.example/file", "-"),
    ];
    let noise = (0..140).map(|number| {
        let (request, mime) = requests[number % requests.len()];
        noise(number, request, mime)
    });
    let lines: Vec<String> = noise.chain(traffic().into_iter().map(|line| line.whole)).collect();
    let plain = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    let with_headers = lines.iter().fold(String::new(), |text, line| text + line + " [] []\n");
    let (inputs, visits, exposures) = counts(&lab, "plain", &plain);
    assert_eq!(inputs["records"], lines.len().to_string());
    assert!(visits.iter().any(|row| row["site"] == "shop.example"), "the shop's order page");
    assert_eq!(counts(&lab, "headers", &with_headers), (inputs, visits, exposures));
}

#[test]
fn times_of_every_zone_meet_since_and_until() {
    let lab = Lab::new();
    let records = |name: &str, text: &str, options: &[&str]| {
        let input = lab.write(&format!("{name}.log"), text);
        let window = ["--since", "2024-07-01T09:29:59Z", "--until", "2024-07-01T09:30:01Z"];
        let ledger = lab.ledger(name, &[&[arg(&input)], &window[..], options].concat(), 0);
        rows(&ledger.join("inputs.csv"))[0]["records"].clone()
    };
    let combined = |time: &str| format!("192.0.2.1 - - [{time}] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"\n");
    let clf = combined("01/Jul/2024:11:30:00 +0200") + &combined("01/Jul/2024:09:30:00 +0200");
    assert_eq!(records("clf", &clf, &[]), "1");
    let w3c = "#GMT-Offset: +0530\n#Fields: date time c-ip cs-uri-stem sc-status\n\
               2024-07-01 15:00:00 192.0.2.1 / 200\n2024-07-01 09:30:00 192.0.2.1 / 200\n";
    assert_eq!(records("w3c", w3c, &[]), "1");
    let zeek = "#fields\tts\tuid\tid.orig_h\thost\turi\n1719826200.25\tC1\t192.0.2.1\tx.example\t/\n1719826300.25\tC1\t192.0.2.1\tx.example\t/\n";
    assert_eq!(records("zeek", zeek, &[]), "1");
    let haproxy = |time: &str| {
        format!("192.0.2.1:40000 [{time}] web~ shop/web1 0/0/1/2/3 200 5 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"\n")
    };
    assert_eq!(
        records("haproxy", &(haproxy("01/Jul/2024:09:30:00.250") + &haproxy("01/Jul/2024:10:30:00.250")), &[]),
        "1"
    );
    let json = "{\"t\":\"2024-07-01T04:30:00-05:00\",\"u\":\"/\"}\n{\"t\":\"1719826200250\",\"u\":\"/\"}\n{\"t\":\"no\",\"u\":\"/\"}\n";
    assert_eq!(records("json", json, &["--map", "time=/t", "--map", "url=/u"]), "2");
    let own = "192.0.2.1 2024-07-01 11:30:00 +0200 GET / 200\n192.0.2.1 2024-07-01 09:30:00 +0200 GET / 200\n";
    assert_eq!(records("own", own, &["--log-format", "%a %{%Y-%m-%d %H:%M:%S %z}t %m %U %s"]), "1");
}
