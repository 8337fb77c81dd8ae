//! Nothing personal leaves in clear unless it was asked for, and nothing leaves over a network.

mod common;

use common::{Lab, arg, content, project, rows, samples};
use std::process::Command;

/// The known values of the sample people, longer than what could occur by chance.
fn planted() -> Vec<String> {
    let mut values: Vec<String> = rows(&samples().join("personas.csv"))
        .into_iter()
        .filter(|row| !["region", "postal_code", "city"].contains(&row["kind"].as_str()))
        .map(|row| row["value"].clone())
        .filter(|value| value.len() >= 5)
        .collect();
    let encoded: Vec<String> =
        values.iter().flat_map(|value| [value.replace(' ', "+"), value.replace(' ', "%20")]).collect();
    values.extend(encoded);
    values
}

#[test]
fn no_planted_value_is_in_any_output() {
    let lab = Lab::new();
    let before = samples().join("before");
    let (ledger, output) = lab.scan("ledger", &[arg(&before), "--panel"]);
    let values = planted();
    assert!(values.len() > 30, "only {} planted values", values.len());
    let mut outputs = content(&ledger);
    outputs.insert("run.json".into(), std::fs::read(ledger.join("run.json")).expect("run.json"));
    outputs.insert("(messages)".into(), output.stderr);
    for (name, bytes) in outputs {
        // Inputs are named after people here, as an investigator may name them; that is not data.
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for value in values
            .iter()
            .filter(|value| value.contains([' ', '+', '@', '%']) || value.bytes().any(|b| b.is_ascii_digit()))
        {
            assert!(!text.contains(&value.to_lowercase()), "{name} holds {value}");
        }
    }
}

#[test]
fn the_same_values_are_there_when_asked_for() {
    let lab = Lab::new();
    let ledger = lab.ledger("ledger", &[arg(&samples().join("before/har")), "--reveal"], 0);
    let findings = std::fs::read_to_string(ledger.join("findings.csv")).expect("findings");
    assert!(findings.contains("4817 Marlow Creek Rd"));
    let exposure = std::fs::read_to_string(ledger.join("exposure.csv")).expect("exposure");
    assert!(!exposure.contains("Marlow"), "only findings reveal");
}

#[cfg(unix)]
#[test]
fn outputs_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    let ledger = lab.ledger("ledger", &[arg(&samples().join("before/squid"))], 0);
    for name in content(&ledger).keys() {
        let mode = std::fs::metadata(ledger.join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn no_http_client_is_in_the_dependency_tree() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(project())
        .output()
        .expect("cargo tree runs");
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(tree.contains("polars"), "cargo tree failed: {}", String::from_utf8_lossy(&output.stderr));
    let clients = [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "isahc",
        "surf",
        "attohttpc",
        "minreq",
        "rustls",
        "native-tls",
        "openssl",
        "h2",
        "quinn",
        "tungstenite",
        "object_store",
        "tokio-native-tls",
    ];
    for line in tree.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        assert!(!clients.contains(&name), "{line} is in the dependency tree");
    }
}
