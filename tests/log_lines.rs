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
