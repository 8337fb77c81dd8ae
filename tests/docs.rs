//! Documents that are made from the program: a stale one fails here. `UPDATE_DOCS=1` writes them.

mod common;

use clap::CommandFactory;
use common::{Lab, arg, project, samples};
use leakledger::cli::Cli;
use leakledger::{docs, knowledge::Knowledge};
use std::path::Path;

/// Compares a document with what it should be, or writes it.
fn check(path: &Path, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, expected).expect("written");
        return;
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{} is stale: run UPDATE_DOCS=1 cargo test --release --test docs", path.display());
}

#[test]
fn the_page_of_formats_is_current() {
    check(&project().join("docs/formats.md"), &docs::formats());
}

#[test]
fn the_page_of_gaps_is_current() {
    check(&project().join("docs/gaps.md"), &docs::gaps());
}

#[test]
fn the_page_of_columns_is_current() {
    check(&project().join("docs/columns.md"), &docs::columns());
}

#[test]
fn the_page_of_vendors_is_current() {
    check(&project().join("docs/vendors.md"), &docs::vendors(&Knowledge::shipped()));
}

#[test]
fn the_page_of_detectors_is_current() {
    check(&project().join("docs/detectors.md"), &docs::detectors());
}

#[test]
fn the_help_screens_are_current() {
    let mut text = String::from("# Help screens\n");
    let mut command = Cli::command().term_width(100);
    command.build();
    let mut screens = vec![("leakledger".to_owned(), command.clone())];
    for sub in command.get_subcommands() {
        let name = format!("leakledger {}", sub.get_name());
        let inner = sub.get_subcommands().filter(|inner| inner.get_name() != "help");
        let inner: Vec<_> = inner.map(|inner| (format!("{name} {}", inner.get_name()), inner.clone())).collect();
        screens.push((name, sub.clone()));
        screens.extend(inner);
    }
    for (name, mut screen) in screens {
        let help = screen.render_long_help().to_string();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        text.push_str(&format!("\n## {name}\n\n```\n{}\n```\n", help.join("\n")));
    }
    check(&project().join("docs/help.md"), &text);
}

/// Replaces the code block behind a marker.
fn with_example(text: &str, marker: &str, example: &str) -> String {
    let mark = format!("<!-- example: {marker} -->\n```\n");
    let start = text.find(&mark).unwrap_or_else(|| panic!("no example {marker}")) + mark.len();
    let end = start + text[start..].find("```").expect("the block ends");
    format!("{}{}\n{}", &text[..start], example.trim_end(), &text[end..])
}

#[test]
fn the_examples_in_the_readme_are_current() {
    let lab = Lab::new();
    let (ledger, output) = lab.scan("ledger", &[arg(&samples().join("before/har")), "--panel"]);
    let summary = String::from_utf8_lossy(&output.stderr).into_owned();
    let exposure = std::fs::read_to_string(ledger.join("exposure.csv")).expect("exposure.csv");
    let head: Vec<String> =
        exposure.lines().take(12).map(|line| line.split(',').take(11).collect::<Vec<_>>().join(",")).collect();
    let path = project().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("README.md");
    let readme = with_example(&readme, "summary", &summary);
    let readme = with_example(&readme, "exposure", &head.join("\n"));
    check(&path, &readme);
}
