//! The user's key, with which person keys, value fingerprints and finding ids are made. It is
//! created once per user, kept readable for that user only and never written into a ledger, so
//! that nobody can turn a ledger back into addresses by trying them all.

use anyhow::{Context, Result, bail};
use etcetera::BaseStrategy;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Where the key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The file in the user's configuration folder, made when it is missing.
    User,
    /// A file that the user names: at least 32 bytes of any kind.
    File(PathBuf),
    /// A fresh key for this run only.
    Random,
}

/// A key for keyed hashes.
#[derive(Clone)]
pub struct Secret {
    key: [u8; 32],
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({})", self.id())
    }
}

impl Secret {
    /// A key from given bytes.
    pub fn from_bytes(key: [u8; 32]) -> Self {
        Secret { key }
    }

    /// Reads or makes the key.
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds fewer than 32 bytes.
    pub fn load(source: &KeySource) -> Result<Self> {
        match source {
            KeySource::Random => Ok(Secret { key: random()? }),
            KeySource::File(path) => read(path),
            KeySource::User => {
                let path = user_path()?;
                create(&path)?;
                read(&path)
            }
        }
    }

    /// A short name of the key, safe to publish: ledgers of equal ids can be merged with people.
    pub fn id(&self) -> String {
        let digest = blake3::keyed_hash(&self.key, b"leakledger key id");
        digest.to_hex()[..16].to_string()
    }

    /// A 64-bit keyed hash of `value`, in the domain `purpose`.
    pub fn hash(&self, purpose: u8, value: &[u8]) -> u64 {
        self.hash_parts(purpose, &[value])
    }

    /// A 64-bit keyed hash of several parts; parts cannot run into one another.
    pub fn hash_parts(&self, purpose: u8, parts: &[&[u8]]) -> u64 {
        let mut short = [0; SHORT];
        let digest = match joined(purpose, parts, &mut short) {
            Some(whole) => blake3::keyed_hash(&self.key, whole),
            None => {
                let mut hasher = blake3::Hasher::new_keyed(&self.key);
                hasher.update(&[purpose]);
                for part in parts {
                    hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
                }
                hasher.finalize()
            }
        };
        let mut first = [0; 8];
        first.copy_from_slice(&digest.as_bytes()[..8]);
        u64::from_le_bytes(first)
    }

    /// Makes bytes unreadable without the key, and readable again: they are combined with a stream
    /// of BLAKE3's extended output under the key, of which every nonce in the domain `purpose` has
    /// its own.
    pub fn veil(&self, purpose: u8, nonce: &[u8], bytes: &mut [u8]) {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&[purpose]).update(nonce);
        let mut stream = hasher.finalize_xof();
        let mut block = [0; 64];
        for part in bytes.chunks_mut(block.len()) {
            stream.fill(&mut block);
            part.iter_mut().zip(block).for_each(|(byte, key)| *byte ^= key);
        }
    }
}

/// What is no longer is joined before it is hashed: a hasher that takes part after part costs more
/// than so few bytes.
const SHORT: usize = 128;

/// The purpose and the parts, each behind its length, unless they are too long.
fn joined<'s>(purpose: u8, parts: &[&[u8]], short: &'s mut [u8; SHORT]) -> Option<&'s [u8]> {
    short[0] = purpose;
    let mut end = 1;
    for part in parts {
        let place = short.get_mut(end..end + 8 + part.len())?;
        place[..8].copy_from_slice(&(part.len() as u64).to_le_bytes());
        place[8..].copy_from_slice(part);
        end += 8 + part.len();
    }
    Some(&short[..end])
}

fn random() -> Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|err| anyhow::anyhow!("no random numbers to make a key from: {err}"))?;
    Ok(key)
}

fn user_path() -> Result<PathBuf> {
    let strategy = etcetera::choose_base_strategy()
        .context("no home folder to keep the key in; name a key with --key FILE, or use --key random")?;
    Ok(strategy.config_dir().join("leakledger").join("key"))
}

/// Makes the key file unless there is one; says whether it did.
fn create(path: &Path) -> Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("{}: cannot make the folder for the key", folder.display()))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(&random()?).with_context(|| format!("{}: cannot write the key", path.display()))?;
            Ok(true)
        }
        Err(err) if err.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(err) => Err(err).with_context(|| format!("{}: cannot make the key", path.display())),
    }
}

fn read(path: &Path) -> Result<Secret> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(1 << 20).read_to_end(&mut bytes))
        .with_context(|| format!("{}: cannot read the key", path.display()))?;
    if bytes.len() < 32 {
        bail!("{}: a key file holds at least 32 bytes, this one {}", path.display(), bytes.len());
    }
    Ok(Secret { key: blake3::derive_key("leakledger 2026 key file", &bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_run_into_one_another() {
        let secret = Secret::from_bytes([7; 32]);
        assert_ne!(secret.hash_parts(1, &[b"ab", b"c"]), secret.hash_parts(1, &[b"a", b"bc"]));
        assert_ne!(secret.hash(1, b"a"), secret.hash(2, b"a"));
        assert_eq!(secret.hash(1, b"a"), Secret::from_bytes([7; 32]).hash(1, b"a"));
    }

    #[test]
    fn long_and_short_values_are_hashed_alike() {
        for len in 0..2 * SHORT {
            let value = vec![b'x'; len];
            let mut hasher = blake3::Hasher::new_keyed(&[7; 32]);
            hasher.update(b"p").update(&(len as u64).to_le_bytes()).update(&value);
            let mut first = [0; 8];
            hasher.finalize_xof().fill(&mut first);
            assert_eq!(Secret::from_bytes([7; 32]).hash(b'p', &value), u64::from_le_bytes(first));
        }
    }

    #[test]
    fn the_user_key_is_made_once_and_read_back() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("leakledger").join("key");
        assert!(create(&path).expect("made"));
        let first = read(&path).expect("read");
        assert!(!create(&path).expect("second call"));
        assert_eq!(read(&path).expect("read again").id(), first.id());
    }

    #[test]
    fn a_short_key_file_is_refused() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("short");
        fs::write(&path, b"too short").expect("written");
        let err = read(&path).expect_err("refused").to_string();
        assert!(err.contains("at least 32 bytes"), "{err}");
    }
}
