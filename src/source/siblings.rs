//! Siblings: the files beside an input, for captures that keep bodies in files of their own. A HAR
//! that Playwright wrote names them in `_file`, and they lie beside it in the archive or folder.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The other members of the archive, or the other files of the folder, that an input lies in.
///
/// A format reaches them through [`super::batches::Batch::siblings`]: any worker may read any
/// sibling at any time while it observes a batch. Archives that can only be read from front to back
/// (tar, 7z) have none. Names come from the input itself and are not trusted: only a plain name in
/// the same folder is ever looked up.
#[derive(Clone)]
pub struct Siblings(Arc<dyn Lookup>);

/// Finds files by their name in one folder.
pub trait Lookup: Send + Sync {
    /// The bytes of the file of this name in the folder, or `None` when there is no such file.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>>;
}

impl std::fmt::Debug for Siblings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Siblings")
    }
}

impl Siblings {
    /// Siblings that are found by `lookup`.
    pub fn new(lookup: impl Lookup + 'static) -> Self {
        Siblings(Arc::new(lookup))
    }

    /// The files beside a file.
    pub fn beside(path: &Path) -> Self {
        Siblings::new(Folder(path.parent().unwrap_or(Path::new("")).to_owned()))
    }

    /// The first `limit` bytes of the sibling of this name; `None` when there is none or the name
    /// is not a plain one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, name: &str, limit: usize) -> io::Result<Option<Vec<u8>>> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':', '\0']) {
            return Ok(None);
        }
        let Some(reader) = self.0.open(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        reader.take(limit as u64).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

struct Folder(PathBuf);

impl Lookup for Folder {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>> {
        let path = self.0.join(name);
        match path.symlink_metadata() {
            Ok(meta) if meta.is_file() => Ok(Some(Box::new(File::open(path)?))),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_in_the_same_folder_are_read() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("in")).expect("a folder");
        std::fs::write(dir.path().join("in/body.json"), "{\"a\":1}").expect("a file");
        std::fs::write(dir.path().join("secret"), "x").expect("a file");
        let siblings = Siblings::beside(&dir.path().join("in/x.har"));
        assert_eq!(siblings.read("body.json", 4).expect("read"), Some(b"{\"a\"".to_vec()));
        for name in ["../secret", "/etc/passwd", "", "none", ".", "..", "in\\body.json"] {
            assert_eq!(siblings.read(name, 100).expect("looked up"), None, "{name}");
        }
    }
}
