//! `leakledger verify`: the chain of custody. Are the tables, the files that later commands wrote,
//! the inputs, the lists and the tool still what the manifests say? And, where a detached signature
//! is there, did its owner sign this manifest?

use crate::cli::Verify;
use crate::outcome::Outcome;
use crate::report::escape::{terminal, terminal_path};
use crate::report::hashing::sha256_file;
use crate::report::ledger_state::verify_complete;
use crate::report::manifest::{InputUsed, MANIFEST_FILE, Manifest};
use crate::report::opened::OpenLedger;
use crate::source::reopen::{Whereabouts, read_all};
use anyhow::{Context, Result, bail};
use minisign_verify::{PublicKey, Signature};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The ending of a detached signature beside the manifest.
const SIGNATURE: &str = "minisig";

/// What became of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Checked {
    /// It is what the manifest says.
    Same,
    /// It is something else.
    Changed(String),
    /// It cannot be looked at.
    Unseen(String),
}

/// Runs the command.
///
/// # Errors
/// When the folder is no ledger, or its own tables are not what the manifest says.
pub fn run(arguments: &Verify) -> Result<Outcome> {
    let ledger = OpenLedger::open(&arguments.ledger)?;
    let manifest = ledger.manifest();
    let mut report = Lines::default();
    report.note(&format!("{} tables and pages", manifest.tables.len()), &Checked::Same);
    for folder in ledger.beside()? {
        report.note(&terminal_path(&folder), &beside(&folder, &ledger));
    }
    for input in &manifest.inputs {
        report.note(&format!("input {}", terminal(&input.path)), &check_input(input, arguments.inputs.as_deref()));
    }
    for list in &manifest.lists {
        let path = moved(Path::new(&list.path), arguments.inputs.as_deref());
        report.note(&format!("{} {}", terminal(&list.kind), terminal(&list.path)), &check_hash(&path, &list.sha256));
    }
    report.note("tool", &check_tool(manifest));
    if let Some(checked) = signature(arguments, &ledger)? {
        report.note("signature", &checked);
    }
    std::io::stdout().write_all(report.text.as_bytes())?;
    if report.changed > 0 {
        bail!("{} of {} checks failed", report.changed, report.checks);
    }
    Ok(if report.unseen > 0 { Outcome::Incomplete } else { Outcome::Done })
}

/// What is said on standard output, and how it went.
#[derive(Default)]
struct Lines {
    text: String,
    checks: usize,
    changed: usize,
    unseen: usize,
}

impl Lines {
    fn note(&mut self, what: &str, checked: &Checked) {
        self.checks += 1;
        let (word, why) = match checked {
            Checked::Same => ("ok", String::new()),
            Checked::Changed(why) => ("CHANGED", format!(": {}", terminal(why))),
            Checked::Unseen(why) => ("not checked", format!(": {}", terminal(why))),
        };
        self.changed += usize::from(matches!(checked, Checked::Changed(_)));
        self.unseen += usize::from(matches!(checked, Checked::Unseen(_)));
        self.text.push_str(&format!("{word:<12} {what}{why}\n"));
    }
}

/// A folder beside the sealed files: complete, and made from this ledger.
fn beside(folder: &Path, ledger: &OpenLedger) -> Checked {
    match verify_complete(folder) {
        Err(err) => Checked::Changed(format!("{err:#}")),
        Ok(manifest) => {
            let own = ledger.used().manifest_sha256;
            match manifest.ledgers.iter().any(|used| used.manifest_sha256 == own) {
                true => Checked::Same,
                false => Checked::Changed("it was made from another state of this ledger; make it again".into()),
            }
        }
    }
}

/// An input by the SHA-256 of its file where that was taken, else by the BLAKE3 of its content.
fn check_input(input: &InputUsed, moved_to: Option<&Path>) -> Checked {
    if input.path == "-" {
        return Checked::Unseen("it came by standard input".into());
    }
    let mut place = Whereabouts::of(&input.path);
    place.file = moved(&place.file, moved_to);
    match &input.sha256 {
        Some(expected) if place.member.is_empty() => check_hash(&place.file, expected),
        _ if input.blake3.is_empty() => Checked::Unseen("it was not read".into()),
        _ => check_content(&place, &input.blake3),
    }
}

/// Where a file is now: in the folder that was named, or where it was.
fn moved(path: &Path, folder: Option<&Path>) -> PathBuf {
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn check_hash(path: &Path, expected: &str) -> Checked {
    match sha256_file(path) {
        Ok((_, found)) if found == expected => Checked::Same,
        Ok((_, found)) => Checked::Changed(format!("SHA-256 is {found} instead of {expected}")),
        Err(err) => unreadable(&err),
    }
}

fn check_content(place: &Whereabouts, expected: &str) -> Checked {
    let open = match place.open() {
        Ok(open) => open,
        Err(err) => return unreadable(&err),
    };
    let mut content = blake3::Hasher::new();
    read_all(open.reader, |chunk| {
        content.update(chunk);
    });
    let found = content.finalize().to_hex();
    match found.as_str() == expected {
        true => Checked::Same,
        false => Checked::Changed(format!("BLAKE3 of the content is {found} instead of {expected}")),
    }
}

fn unreadable(err: &std::io::Error) -> Checked {
    match err.kind() {
        ErrorKind::NotFound => Checked::Unseen("it is not there; name its folder with --inputs".into()),
        _ => Checked::Unseen(err.to_string()),
    }
}

/// Whether the program that made the ledger is the one that runs now.
fn check_tool(manifest: &Manifest) -> Checked {
    let own = crate::ledger::tool();
    let made = &manifest.tool;
    match (&made.sha256, &own.sha256) {
        (Some(made), Some(own)) if made == own => Checked::Same,
        (Some(hash), _) => Checked::Unseen(format!(
            "made by {} {} with SHA-256 {hash}, which is not this program",
            made.name, made.version
        )),
        (None, _) => Checked::Unseen(format!("made by {} {}, whose hash was not taken", made.name, made.version)),
    }
}

/// Checks a detached minisign signature of the manifest, where there is one or one was named.
fn signature(arguments: &Verify, ledger: &OpenLedger) -> Result<Option<Checked>> {
    let path = ledger.dir().join(MANIFEST_FILE);
    let beside = path.with_file_name(format!("{MANIFEST_FILE}.{SIGNATURE}"));
    let named = arguments.signature.clone().or_else(|| beside.exists().then_some(beside));
    let (Some(file), Some(key)) = (&named, &arguments.public_key) else {
        return Ok(match (named, &arguments.public_key) {
            (Some(_), None) => Some(Checked::Unseen("name the signer's key with --public-key".into())),
            (None, Some(_)) => bail!("{}: no signature {MANIFEST_FILE}.{SIGNATURE}", terminal_path(ledger.dir())),
            _ => None,
        });
    };
    let key = public_key(key)?;
    let text = std::fs::read_to_string(file).with_context(|| format!("{}: cannot read", terminal_path(file)))?;
    let bytes = std::fs::read(&path).with_context(|| format!("{}: cannot read", terminal_path(&path)))?;
    let checked = check_signature(&bytes, &text, &key);
    checked.map(Some).with_context(|| format!("{}: no minisign signature", terminal_path(file)))
}

fn check_signature(bytes: &[u8], signature: &str, key: &PublicKey) -> Result<Checked> {
    let signature = Signature::decode(signature)?;
    // Signatures of before 2016 are of the file itself instead of its hash, and as good.
    Ok(match key.verify(bytes, &signature, true) {
        Ok(()) => Checked::Same,
        Err(err) => Checked::Changed(format!("the signature is not of this manifest: {err}")),
    })
}

/// A minisign public key: the key itself, or a file that holds it.
fn public_key(named: &str) -> Result<PublicKey> {
    let text = std::fs::read_to_string(named).unwrap_or_else(|_| named.to_owned());
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    PublicKey::from_base64(line)
        .map_err(|err| anyhow::anyhow!("--public-key {}: no minisign key ({err})", terminal(named)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published with minisign as an example: a signature of the four bytes `test`.
    const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    const SIGNATURE: &str = "untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1633700835\tfile:test\tprehashed
wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==";

    #[test]
    fn a_signature_is_of_one_content_and_one_key() {
        let key = public_key(KEY).expect("a key");
        assert_eq!(check_signature(b"test", SIGNATURE, &key).expect("readable"), Checked::Same);
        assert!(matches!(check_signature(b"tess", SIGNATURE, &key).expect("readable"), Checked::Changed(_)));
        assert!(check_signature(b"test", "nonsense", &key).is_err());
        assert!(public_key("nonsense").is_err());
    }
}
