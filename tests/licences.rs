//! Every dependency may be shipped with a program under MIT or Apache-2.0.

mod common;

use common::project;
use std::process::Command;

/// Licences that ask for no more than a notice, or apply to their own files only.
const ACCEPTED: [&str; 12] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "MPL-2.0",
    "Unicode-3.0",
    "CC0-1.0",
    "0BSD",
    // The BSD-like licence of bzip2.
    "bzip2-1.0.6",
];

/// The system that this is built for.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

#[test]
fn every_licence_is_accepted() {
    let output = Command::new(env!("CARGO"))
        // Crates for other systems than this one are not there to be looked at.
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", &host()])
        .current_dir(project())
        .output()
        .expect("cargo metadata runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 50);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        let expression = spdx::Expression::parse_mode(&licence, spdx::ParseMode::LAX)
            .unwrap_or_else(|err| panic!("{}: {licence}: {err}", package["name"]));
        let accepted = expression.evaluate(|required| {
            required
                .license
                .id()
                .is_some_and(|id| ACCEPTED.contains(&id.name) || id.name == "Unlicense" || id.name == "BSL-1.0")
        });
        assert!(accepted, "{} has the licence {licence}", package["name"]);
    }
}
