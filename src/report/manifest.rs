//! `manifest.json`: what a ledger was made from, with what, and what it consists of. It holds no
//! wall-clock times, so that the same content, options and key give the same bytes; who ran it
//! where and when is in `run.json`, outside of that claim.

use super::csv_table::Written;
use super::escape::terminal_path;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

/// The manifest's file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The file about the run.
pub const RUN_FILE: &str = "run.json";

/// The version of the ledger's layout. Readers refuse a newer one.
pub const LAYOUT: u32 = 1;

/// The tool that wrote the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the program's file, where it could be read.
    pub sha256: Option<String>,
}

/// The vendor knowledge base that was used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// Its version.
    pub version: String,
    /// SHA-256 of its content.
    pub sha256: String,
}

/// A list or rule file that the user gave: vendors, detectors, personas, a watch list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUsed {
    /// What it was used as.
    pub kind: String,
    /// Its path as given.
    pub path: String,
    /// Its title, or its file's name.
    #[serde(default)]
    pub name: String,
    /// Its version or date as it says itself.
    #[serde(default)]
    pub version: Option<String>,
    /// The format that it was read as.
    #[serde(default)]
    pub format: String,
    /// Its entries.
    pub entries: u64,
    /// Its entries that the tool has no use for.
    #[serde(default)]
    pub unused: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A ledger that this one, or what stands beside it, was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerUsed {
    /// Its path as given.
    pub path: String,
    /// SHA-256 of its manifest, and thereby of all its tables.
    pub manifest_sha256: String,
}

/// An input that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputUsed {
    /// Its path as given, with the member's name where it is in an archive.
    pub path: String,
    /// Its role.
    pub role: String,
    /// The format that it was read as.
    pub format: String,
    /// Size of the decompressed content.
    pub bytes: u64,
    /// BLAKE3 of the decompressed content.
    pub blake3: String,
    /// SHA-256 of the file as stored, where it was taken.
    pub sha256: Option<String>,
}

/// The content of `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the ledger's layout.
    pub layout: u32,
    /// The tool.
    pub tool: Tool,
    /// The options that influence the content, as the command line names them.
    pub options: BTreeMap<String, serde_json::Value>,
    /// The id of the key that people, values and findings are keyed with.
    pub key_id: String,
    /// The vendor knowledge base.
    pub knowledge: Knowledge,
    /// The user's own lists.
    pub lists: Vec<ListUsed>,
    /// The ledgers that this was made from; none for a scan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ledgers: Vec<LedgerUsed>,
    /// The inputs, in the order in which they were read.
    pub inputs: Vec<InputUsed>,
    /// The tables of this ledger, in the order of their names.
    pub tables: Vec<Written>,
    /// Records, rejected records, findings and whatever else was counted over the run.
    pub counts: BTreeMap<String, u64>,
    /// What a reader must know before using the tables, in words.
    pub notes: Vec<String>,
}

impl Manifest {
    /// The bytes of the file.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        to_json(self)
    }

    /// Reads a ledger's manifest; `None` where the folder has none.
    ///
    /// # Errors
    /// When it cannot be read, is no manifest, is of a newer layout, or names a table outside of
    /// its folder.
    pub fn read(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join(MANIFEST_FILE);
        let shown = terminal_path(&path);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(err) if err.kind() == ErrorKind::NotFound => return Ok(None),
            Err(err) => return Err(err).with_context(|| format!("{shown}: cannot read")),
        };
        let manifest: Manifest =
            serde_json::from_slice(&bytes).with_context(|| format!("{shown}: no manifest of a ledger"))?;
        if manifest.layout > LAYOUT {
            bail!(
                "{shown}: written by a newer version ({}); use that version to read it",
                super::escape::terminal(&manifest.tool.version)
            );
        }
        if let Some(table) = manifest.tables.iter().find(|table| !is_plain_name(&table.file)) {
            bail!("{shown}: '{}' is no table's name", super::escape::terminal(&table.file));
        }
        Ok(Some(manifest))
    }

    /// The table of that name.
    pub fn table(&self, file: &str) -> Option<&Written> {
        self.tables.iter().find(|table| table.file == file)
    }
}

/// Who ran the tool where and when: the content of `run.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The case that the user named.
    pub case: Option<String>,
    /// The examiner that the user named.
    pub examiner: Option<String>,
    /// The machine's name, where known.
    pub machine: Option<String>,
    /// Operating system and processor.
    pub platform: String,
    /// When the run began, as `YYYY-MM-DD HH:MM:SS` UTC.
    pub started: String,
    /// When it ended.
    pub finished: String,
    /// Threads that worked.
    pub jobs: usize,
    /// The command line as given.
    pub command_line: Vec<String>,
}

impl Run {
    /// The bytes of the file.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        to_json(self)
    }
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value).context("cannot be written as JSON")?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Whether the name is that of a file directly in a folder. A manifest may come from anybody, and
/// a table named `../../x` must not make anything leave the folder.
fn is_plain_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(only)), None) if only == name)
        && name != MANIFEST_FILE
        && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            layout: LAYOUT,
            tool: Tool { name: "leakledger".into(), version: "1.2.3".into(), sha256: None },
            options: BTreeMap::from([("site".into(), serde_json::json!(["example.com"]))]),
            tables: vec![Written { file: "exposure.csv".into(), rows: 1, bytes: 2, sha256: "ab".into() }],
            counts: BTreeMap::from([("records".into(), 7), ("findings".into(), 3)]),
            ..Manifest::default()
        }
    }

    fn read_back(text: &[u8]) -> Result<Option<Manifest>> {
        let dir = tempfile::tempdir().expect("temp dir");
        fs::write(dir.path().join(MANIFEST_FILE), text).expect("written");
        Manifest::read(dir.path())
    }

    #[test]
    fn a_manifest_reads_back_and_its_keys_keep_their_order() {
        let bytes = manifest().to_bytes().expect("JSON");
        assert_eq!(read_back(&bytes).expect("read"), Some(manifest()));
        let text = String::from_utf8(bytes).expect("UTF-8");
        let places: Vec<_> = ["layout", "tool", "options", "key_id", "tables", "findings", "records", "notes"]
            .map(|key| text.find(&format!("\"{key}\"")).expect("a key"))
            .to_vec();
        assert!(places.is_sorted(), "{text}");
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn a_missing_manifest_is_no_error_and_a_damaged_one_is() {
        let dir = tempfile::tempdir().expect("temp dir");
        assert_eq!(Manifest::read(dir.path()).expect("no manifest"), None);
        for damaged in [&b""[..], b"{", b"[]", b"{\"layout\": \"x\"}", b"\xff\xff"] {
            assert!(read_back(damaged).is_err(), "{damaged:?}");
        }
        let deep = "[".repeat(100_000);
        assert!(read_back(deep.as_bytes()).is_err());
    }

    #[test]
    fn a_newer_layout_is_refused() {
        let newer = Manifest { layout: LAYOUT + 1, ..manifest() };
        let err = read_back(&newer.to_bytes().expect("JSON")).expect_err("refused");
        assert!(format!("{err:#}").contains("newer version (1.2.3)"), "{err:#}");
    }

    #[test]
    fn no_table_lies_outside_of_the_ledger() {
        for name in ["../x.csv", "/etc/passwd", "a/b.csv", "", ".", "..", ".previous", "x/", "manifest.json"] {
            let mut bad = manifest();
            bad.tables[0].file = name.into();
            assert!(read_back(&bad.to_bytes().expect("JSON")).is_err(), "{name}");
        }
    }
}
