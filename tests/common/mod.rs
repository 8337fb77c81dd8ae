//! Runs the program as a user would, in a folder of its own and with a key of its own, and reads
//! the tables that it writes.

#![allow(dead_code, reason = "every test program uses a part of this")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A row of a table by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// A temporary folder with a key.
pub(crate) struct Lab {
    dir: tempfile::TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join("key"), [7u8; 32]).expect("a key");
        Lab { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_leakledger"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.dir.path())
            .current_dir(self.dir.path())
            .output()
            .expect("the program runs")
    }

    /// Scans into the ledger `name` with more arguments and returns its folder.
    pub(crate) fn scan(&self, name: &str, arguments: &[&str]) -> (PathBuf, Output) {
        let mut all = vec!["scan", "-o", name, "--key", "key"];
        all.extend_from_slice(arguments);
        let output = self.run(&all);
        (self.path(name), output)
    }

    /// Scans and insists on this exit code.
    pub(crate) fn ledger(&self, name: &str, arguments: &[&str], code: i32) -> PathBuf {
        let (path, output) = self.scan(name, arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        path
    }
}

/// The folder of the project.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The recorded samples.
pub(crate) fn samples() -> PathBuf {
    project().join("samples")
}

/// A path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().expect("a readable path")
}

/// All rows of a CSV file.
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    let header = reader.headers().expect("a header").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            header.iter().zip(record.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
        })
        .collect()
}

/// All files of a ledger but those that tell of the run, by name.
pub(crate) fn content(ledger: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(ledger).expect("a ledger") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && name != "run.json" {
            files.insert(name, std::fs::read(entry.path()).expect("a file"));
        }
    }
    files
}
