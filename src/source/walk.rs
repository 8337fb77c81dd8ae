//! From what the user typed to the list of inputs: files, folders with everything below them,
//! glob patterns, `-` for standard input and lists of paths in a file. The list is sorted by name
//! within each argument and holds nothing twice, so that it does not depend on the file system.

use super::{From, Given, Input, is_junk};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// A path that could not be looked at, with the reason; the run goes on without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The path as it would have been named.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What the arguments named.
#[derive(Debug, Default)]
pub struct Found {
    /// The inputs, in the order in which they are reported.
    pub inputs: Vec<Given>,
    /// Folders and files that could not be opened.
    pub unreadable: Vec<Unreadable>,
}

impl Found {
    fn push(&mut self, name: String, size: Option<u64>, is_named: bool, from: From) {
        let order = vec![u32::try_from(self.inputs.len()).unwrap_or(u32::MAX)];
        self.inputs.push(Given { input: Input { name, size, is_named, order }, from });
    }
}

/// Expands the arguments. Paths below one of `skip` (the ledger being written) are left out.
///
/// # Errors
/// When an argument names nothing, since that is nearly always a typing mistake.
pub fn find(arguments: &[String], files_from: Option<&str>, skip: &[PathBuf]) -> Result<Found> {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    let mut all = arguments.to_vec();
    if let Some(list) = files_from {
        all.extend(read_list(list)?);
    }
    for argument in &all {
        if argument == "-" {
            if seen.insert(PathBuf::from("-")) {
                found.push("-".into(), None, true, From::Stdin);
            }
            continue;
        }
        let is_pattern = Path::new(argument).symlink_metadata().is_err();
        for path in expand(argument)? {
            add(&path, is_pattern, skip, &mut seen, &mut found);
        }
    }
    Ok(found)
}

fn read_list(list: &str) -> Result<Vec<String>> {
    let reader: Box<dyn Read> = if list == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(list).with_context(|| format!("{list}: cannot read the list of files"))?)
    };
    let mut paths = Vec::new();
    for line in BufReader::new(reader).lines() {
        let line = line.with_context(|| format!("{list}: cannot read the list of files"))?;
        if !line.trim().is_empty() {
            paths.push(line);
        }
    }
    Ok(paths)
}

/// A path that exists names itself, even when it holds `*` or `[`; anything else may be a pattern.
fn expand(argument: &str) -> Result<Vec<PathBuf>> {
    let path = Path::new(argument);
    if path.symlink_metadata().is_ok() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !argument.contains(['*', '?', '[']) {
        bail!("{argument}: no such file or folder");
    }
    let pattern = glob::glob(argument).with_context(|| format!("{argument}: not a valid pattern"))?;
    let mut paths: Vec<PathBuf> = pattern.filter_map(std::result::Result::ok).collect();
    if paths.is_empty() {
        bail!("{argument}: the pattern matches no file");
    }
    paths.sort();
    Ok(paths)
}

fn add(path: &Path, is_pattern: bool, skip: &[PathBuf], seen: &mut BTreeSet<PathBuf>, found: &mut Found) {
    let inside =
        |entry: &Path| skip.iter().any(|skipped| entry.canonicalize().is_ok_and(|full| full.starts_with(skipped)));
    let walk = walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| !inside(entry.path())) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(err) => {
                let name = err.path().unwrap_or(path).display().to_string();
                found.unreadable.push(Unreadable { name, reason: reason_of(&err) });
                continue;
            }
        };
        let named = entry.depth() == 0;
        let kind = entry.file_type();
        if kind.is_dir() || !named && is_junk(&entry.path().to_string_lossy()) {
            continue;
        }
        let full = entry.path().canonicalize().unwrap_or_else(|_| entry.path().to_path_buf());
        if seen.insert(full) {
            let size = entry.metadata().ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len());
            let name = entry.path().display().to_string();
            // A pipe is read only when it is named: opening one that lies in a folder could wait for ever.
            let is_special = !kind.is_file() && !named;
            let from = if is_special { From::Special } else { From::File(entry.into_path()) };
            found.push(name, size, named && !is_pattern, from);
        }
    }
}

fn reason_of(err: &walkdir::Error) -> String {
    if err.loop_ancestor().is_some() {
        return "a symbolic link leads back to its own folder".into();
    }
    err.io_error().map_or_else(|| err.to_string(), std::string::ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(found: &Found, root: &Path) -> Vec<String> {
        let root = format!("{}/", root.display());
        found.inputs.iter().map(|given| given.input.name.replace(&root, "")).collect()
    }

    #[test]
    fn folders_globs_and_files_give_each_file_once_in_order() {
        let dir = tempfile::tempdir().expect("temp dir");
        let root = dir.path();
        for name in ["b.har", "a.har", "sub/c.log", "out/manifest.json"] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, "x").expect("file");
        }
        let skip = [root.join("out").canonicalize().expect("exists")];
        let arguments = [format!("{}/*.har", root.display()), root.display().to_string()];
        let found = find(&arguments, None, &skip).expect("found");
        assert_eq!(names(&found, root), ["a.har", "b.har", "sub/c.log"]);
        assert!(found.unreadable.is_empty());
    }

    #[test]
    fn a_path_that_names_nothing_is_an_error() {
        for argument in ["/no/such/file", "/no/such/*.har"] {
            assert!(find(&[argument.to_string()], None, &[]).is_err());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_loop_is_reported_and_the_rest_is_found() {
        let dir = tempfile::tempdir().expect("temp dir");
        fs::write(dir.path().join("a.har"), "x").expect("file");
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).expect("link");
        let found = find(&[dir.path().display().to_string()], None, &[]).expect("found");
        assert_eq!(names(&found, dir.path()), ["a.har"]);
        assert_eq!(found.unreadable.len(), 1);
    }
}
