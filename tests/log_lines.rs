//! What lines of logs amount to: who was contacted, what a log shows, and whose its lines are.

mod common;

use common::{Lab, Row, rows};

/// Scans one log and gives the table of this name.
fn table(lines: &[&str], name: &str) -> Vec<Row> {
    let lab = Lab::new();
    lab.write("a.log", lines.join("\n") + "\n");
    let ledger = lab.ledger("ledger", &["a.log"], 0);
    rows(&ledger.join(name))
}

fn input(lines: &[&str]) -> Row {
    table(lines, "inputs.csv").remove(0)
}

fn gaps(lines: &[&str]) -> String {
    input(lines)["coverage_gaps"].clone()
}

/// Contacts by vendor.
fn contacts(lines: &[&str]) -> Vec<(String, String)> {
    let vendors = table(lines, "vendors.csv");
    vendors.iter().map(|row| (row["vendor"].clone(), row["contacts"].clone())).collect()
}

#[test]
fn a_connection_is_left_out_only_where_its_own_requests_are_recorded() {
    let connect = |host: &str| {
        format!("1719826200.250 187 192.0.2.44 TCP_TUNNEL/200 4312 CONNECT {host}:443 - HIER_DIRECT/203.0.113.9 -")
    };
    let (facebook, google) = (connect("www.facebook.com"), connect("www.google-analytics.com"));
    let opened = "1719826201.250 187 192.0.2.44 TCP_MISS/200 4312 GET https://www.facebook.com/tr/?id=1 - HIER_DIRECT/203.0.113.9 image/gif";
    let once = |vendors: [&str; 2]| vendors.map(|vendor| (vendor.to_owned(), "1".to_owned()));
    assert_eq!(contacts(&[&facebook, &google]), once(["Google", "Meta Platforms"]));
    for lines in [[&facebook, &google, opened], [opened, &google, &facebook]] {
        assert_eq!(contacts(&lines), once(["Google", "Meta Pixel"]));
    }
}

#[test]
fn squid_is_a_proxy_in_the_formats_of_web_servers_too() {
    let line = |client: &str, outcome: &str| {
        format!(
            "{client} - - [01/Jul/2024:09:30:00 +0000] \"GET http://www.google-analytics.com/collect?v=1&tid=UA-1-1&t=pageview&dl=http%3A%2F%2Fshop.example.com%2Fcart HTTP/1.1\" 200 9 \"http://shop.example.com/cart\" \"Agent/1.0\" {outcome}"
        )
    };
    let lines = [line("192.0.2.44", "TCP_MISS:HIER_DIRECT"), line("192.0.2.45", "TCP_DENIED:HIER_NONE")];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let read = input(&lines);
    assert_eq!((read["format"].as_str(), read["role"].as_str()), ("combined", "proxy"));
    let sites = table(&lines, "sites.csv");
    let row = sites.iter().find(|row| row["site"] == "example.com").expect("the site");
    assert_eq!((row["contacts"].as_str(), row["blocked_requests"].as_str()), ("1", "1"));
    let syslog: Vec<String> = lines.iter().map(|line| format!("Mär  1 09:30:00 web1 squid[7]: {line}")).collect();
    let syslog: Vec<&str> = syslog.iter().map(String::as_str).collect();
    let read = input(&syslog);
    assert_eq!((read["format"].as_str(), read["role"].as_str()), ("syslog:combined", "proxy"));
}

/// How many people visited, by those who stand before the time.
fn visitors(who: &[&str]) -> Vec<(String, String)> {
    let line =
        |who: &&str| format!("{who} [01/Jul/2024:09:30:00 +0000] \"GET /cart HTTP/1.1\" 200 9 \"-\" \"Agent/1.0\"");
    let lines: Vec<String> = who.iter().map(line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let visits = table(&lines, "visits.csv");
    visits.iter().map(|row| (row["people"].clone(), row["person_keys"].clone())).collect()
}

#[test]
fn people_are_told_by_their_client_whatever_stands_before_it() {
    for who in [
        ["192.0.2.44 - -", "192.0.2.45 - -"],
        ["node1 192.0.2.44 - -", "node1 192.0.2.45 - -"],
        ["node1 192.0.2.44 - -", "node2 192.0.2.45 - -"],
        ["198.51.100.9 - [192.0.2.44] - -", "198.51.100.8 - [192.0.2.44] - -"],
        ["192.0.2.44, 198.51.100.9 - -", "192.0.2.45, 198.51.100.9 - -"],
        ["\"192.0.2.44, 127.0.0.1\" 198.51.100.9 - -", "\"192.0.2.45\" 198.51.100.9 - -"],
        ["192.0.2.44 - \"\"", "192.0.2.45 - \"\""],
    ] {
        assert_eq!(visitors(&who), [("2".to_owned(), "ip+agent:2".to_owned())], "{who:?}");
    }
    let same = ["node1 192.0.2.44 - -", "node2 192.0.2.44 - -"];
    assert_eq!(visitors(&same), [("1".to_owned(), "ip+agent:1".to_owned())]);
}

#[test]
fn what_a_log_cannot_tell_of_clients_is_said() {
    let line = |client: &str, behind: &str| {
        format!("{client} - - [01/Jul/2024:09:30:00 +0000] \"GET /cart HTTP/1.1\" 200 9 \"-\" \"Agent/1.0\"{behind}")
    };
    for nobody in ["0.0.0.0", "::"] {
        assert!(gaps(&[&line(nobody, "")]).contains("no_client"), "{nobody}");
    }
    assert!(!gaps(&[&line("192.0.2.44", "")]).contains("no_client"));
    assert!(gaps(&[&line("192.0.2.44", " \"198.51.100.7\"")]).contains("forwarded_clients"));
    assert!(!gaps(&[&line("192.0.2.44", " \"192.0.2.44\"")]).contains("forwarded_clients"));
}

#[test]
fn json_lines_are_visits_where_something_was_asked_for_and_answered() {
    let pages = |line: &str| -> Vec<String> {
        table(&[line], "visits.csv").iter().map(|row| format!("{}{}", row["site"], row["page"])).collect()
    };
    let waf = |action: &str| {
        format!(
            r#"{{"timestamp":1719826200250,"action":"{action}","httpRequest":{{"clientIp":"192.0.2.44","headers":[{{"name":"Host","value":"shop.example.com"}}],"uri":"/cart","args":"","httpMethod":"GET"}}}}"#
        )
    };
    assert_eq!(pages(&waf("ALLOW")).len(), 1);
    assert_eq!(pages(&waf("BLOCK")).len(), 0);
    let nginx = |more: &str| {
        let common = r#""time_iso8601":"2024-07-01T09:30:00+00:00","remote_addr":"192.0.2.44","status":"200","http_host":"shop.example.com""#;
        format!("{{{common}{more}}}")
    };
    let asked = nginx(r#","path":"/cart""#);
    assert_eq!(pages(&asked), pages(&nginx(r#","url":"/cart?a=1""#)));
    assert_eq!(pages(&format!("{asked}\n{}", nginx(""))), pages(&asked));
    let loads = table(&[&asked, &nginx("")], "visits.csv");
    assert_eq!(loads.iter().map(|row| row["loads"].as_str()).collect::<Vec<_>>(), ["1"]);
}
