//! Opening an input again by the name that tables show, when something found in it must be proved
//! or the ledger checked: the file, and behind `!/` its place in archives.

use super::Input;
use super::archive::Members;
use super::content::Meter;
use super::open::{Open, Opened, Source};
use super::{From, decode::Stream};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Between an archive and its member.
const INSIDE: &str = "!/";

/// Where an input lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// The file on the disk.
    pub file: PathBuf,
    /// Its place in the archive that the file is; empty where the file is the input.
    pub member: String,
}

impl Whereabouts {
    /// What an input's name says. A file may have `!/` in its own path, so the disk
    /// is asked where it can tell.
    pub fn of(name: &str) -> Self {
        let ends = name.match_indices(INSIDE).map(|(at, _)| at);
        let mut splits = ends.map(|at| name.split_at(at));
        let first = splits.clone().next().filter(|_| !Path::new(name).exists());
        match splits.find(|(file, _)| Path::new(file).is_file()).or(first) {
            Some((file, member)) => {
                Whereabouts { file: file.into(), member: member.trim_start_matches(INSIDE).to_owned() }
            }
            None => Whereabouts { file: name.into(), member: String::new() },
        }
    }

    /// Opens the input; where `file` is the member itself, taken out of its archive, that is read.
    ///
    /// # Errors
    /// When it is not there or cannot be unpacked.
    pub fn open(&self) -> io::Result<Open> {
        let source = Source::given(&From::File(self.file.clone()), &Meter::default())?;
        let name = self.file.to_string_lossy().into_owned();
        match source.open(&named(name), false, &std::env::temp_dir())? {
            Opened::Stream(open) => Ok(open),
            archive @ Opened::Archive(_) => inside(archive, &self.member),
        }
    }
}

/// Opens what has this place in an archive.
fn inside(opened: Opened, place: &str) -> io::Result<Open> {
    let missing = || io::Error::new(ErrorKind::NotFound, format!("the archive holds no such member: {place}"));
    let mut archive = match opened {
        Opened::Stream(open) if place.is_empty() => return Ok(open),
        Opened::Stream(_) => return Err(missing()),
        Opened::Archive(archive) => archive,
    };
    while let Some(member) = archive.members.next()? {
        let Some(rest) = place.strip_prefix(member.name.as_str()) else { continue };
        let deeper = rest.strip_prefix(INSIDE);
        if !rest.is_empty() && deeper.is_none() {
            continue;
        }
        let input = named(member.name.clone());
        let source = Source::member(member, &archive.allowance, archive.depth)?;
        let opened = source.open(&input, false, &std::env::temp_dir())?;
        let mut open = inside(opened, deeper.unwrap_or_default())?;
        open.reader = Box::new(Held { reader: open.reader, _members: archive.members });
        return Ok(open);
    }
    Err(missing())
}

fn named(name: String) -> Input {
    Input { name, is_named: true, ..Input::default() }
}

/// A member with the archive that lends its stream.
struct Held {
    reader: Stream,
    _members: Box<dyn Members>,
}

impl Read for Held {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buf)
    }
}

/// Reads all of an input, piece by piece, up to its end or to where it is damaged: what was scanned
/// of a damaged input ended there too.
pub fn read_all(mut reader: impl Read, mut take: impl FnMut(&[u8])) {
    let mut buffer = vec![0; 1 << 18];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => take(&buffer[..read]),
            Err(err) if err.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append_data(&mut header, name, *bytes).expect("memory");
        }
        tar.into_inner().expect("memory")
    }

    #[test]
    fn a_member_is_found_however_deep_it_lies() {
        let dir = tempfile::tempdir().expect("a folder");
        let inner = tar(&[("a.log", b"other"), ("b.log", b"the one")]);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&tar(&[("day.log", b"no"), ("day.tar", &inner)])).expect("memory");
        let file = dir.path().join("all!/x.tgz");
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(&file, packed.finish().expect("memory")).expect("written");
        let name = format!("{}!/day.tar!/b.log", file.display());
        let place = Whereabouts::of(&name);
        assert_eq!((&place.file, place.member.as_str()), (&file, "day.tar!/b.log"));
        let mut text = Vec::new();
        read_all(place.open().expect("there").reader, |bytes| text.extend_from_slice(bytes));
        assert_eq!(text, b"the one");
        let gone = Whereabouts { member: "day.tar!/c.log".into(), ..place };
        assert_eq!(gone.open().err().map(|err| err.kind()), Some(ErrorKind::NotFound));
    }
}
