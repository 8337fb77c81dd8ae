//! A folder of lists that make one: Tracker Radar with a file for every domain, Disconnect's two
//! files, or vendor files in the tool's own format.

use super::json::UnknownList;
use super::{List, parse, read_bytes};
use crate::report::escape::terminal_path;
use crate::report::hashing;
use anyhow::{Context, Result, bail};
use std::path::Path;
use walkdir::WalkDir;

/// Endings of files that lists are written in; a folder may hold others beside them.
const ENDINGS: [&str; 5] = ["json", "toml", "txt", "csv", "list"];

/// How many files are read at most; Tracker Radar has some 60,000.
const MOST_FILES: usize = 500_000;

/// Reads every list below a folder.
pub(super) fn read(folder: &Path) -> Result<List> {
    let mut whole = List::default();
    let mut hashed = String::new();
    let mut seen = 0;
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| terminal_path(folder))?;
        let is_list = entry.path().extension().and_then(|ending| ending.to_str());
        if !entry.file_type().is_file() || !is_list.is_some_and(|ending| ENDINGS.contains(&ending)) {
            continue;
        }
        seen += 1;
        if seen > MOST_FILES {
            bail!("{}: more than {MOST_FILES} files", terminal_path(folder));
        }
        let path = entry.path();
        let bytes = read_bytes(path).with_context(|| terminal_path(path))?;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let part = match parse(&bytes, stem) {
            Ok(part) => part,
            Err(err) if err.is::<UnknownList>() => {
                whole.unused += 1;
                continue;
            }
            Err(err) => return Err(err.context(terminal_path(path))),
        };
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
        hashed.push_str(&format!("{}  {name}\n", hashing::sha256(&bytes)));
        whole.add(part)?;
    }
    whole.sha256 = hashing::sha256(hashed.as_bytes());
    Ok(whole)
}

impl List {
    fn add(&mut self, part: List) -> Result<()> {
        self.format = match self.format {
            "" => part.format,
            known if known == part.format => known,
            "Disconnect services" | "Disconnect entities" | "Disconnect" if part.format.starts_with("Disconnect") => {
                "Disconnect"
            }
            _ => "folder of lists",
        };
        self.entries.extend(part.entries);
        self.entities.extend(part.entities);
        self.cnames.extend(part.cnames);
        self.unused += part.unused;
        self.version = self.version.take().or(part.version);
        self.own.append(part.own)
    }
}
