//! People whom the user names: personas (few, of test visits) and watch lists (customers, up to
//! millions). Asking costs the same for one person and for a million, since a value is looked up
//! by its key. Names, cities and birth dates are shared by many and name nobody alone: they count
//! beside a value that does.

mod fingerprints;
mod list;
mod persona;
pub mod persona_file;
mod watch;
mod watch_file;

use super::How;
use crate::class::DataClass;
use crate::detect::{fingerprint, mask};
use crate::report::escape::terminal_path;
use crate::report::hashing::sha256_file;
use crate::report::manifest::ListUsed;
use crate::secret::Secret;
use anyhow::{Context, Result, bail};
use foldhash::quality::RandomState;
use hashbrown::{HashMap, HashSet};
pub use list::is_identifying;
use list::{Hit, List};
use persona::Personas;
use persona_file::PersonaValue;
use std::ops::Range;
use std::path::{Path, PathBuf};
use watch::WatchList;

/// Shorter texts are not compared by their letters and digits alone.
const SHORTEST_COMPACT: usize = 7;

/// Bits for the ways of a persona's values; there are tens of thousands.
const PERSONA_HOW_BITS: u32 = 20;

/// All people of a run.
#[derive(Debug, Default)]
pub struct People {
    personas: Option<Personas>,
    watch: Option<WatchList>,
}

/// A value that belongs to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whose value it is.
    pub who: Who,
    /// What it is and how it was sent.
    pub how: How,
}

/// Somebody, or a few who share a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Personas, by number.
    Personas(Vec<u32>),
    /// Rows of the watch list, from 0.
    Rows(Vec<u32>),
}

/// Reads the user's files; the second answer tells which they were.
///
/// # Errors
/// When a file cannot be read or understood.
pub fn load(personas: &[PathBuf], watch: Option<&Path>, secret: &Secret) -> Result<(People, Vec<ListUsed>)> {
    let (mut values, mut lists) = (Vec::new(), Vec::new());
    for path in personas {
        let read = persona_file::read(path)?;
        lists.push(used("persona", path, read.len() as u64)?);
        values.extend(read);
    }
    for value in &mut values {
        // A label may be somebody's name, which is no more for tables than any other.
        value.person = mask::text(&value.person).into_owned();
    }
    let mut people = People::new(&values);
    if let Some(path) = watch {
        lists.push(used("watch list", path, people.watch_for(path, secret)?)?);
    }
    Ok((people, lists))
}

fn used(kind: &str, path: &Path, entries: u64) -> Result<ListUsed> {
    let (_, sha256) = sha256_file(path).with_context(|| format!("{}: cannot read", terminal_path(path)))?;
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    Ok(ListUsed {
        kind: kind.to_owned(),
        path: path.to_string_lossy().into_owned(),
        name: text(path.file_name()),
        version: None,
        format: text(path.extension()).to_lowercase(),
        entries,
        unused: 0,
        sha256,
    })
}

impl People {
    /// The people of personas.
    pub fn new(values: &[PersonaValue]) -> Self {
        let list = || List::new(PERSONA_HOW_BITS, RandomState::default());
        let personas = (!values.is_empty()).then(|| Personas::new(values, list()));
        People { personas, watch: None }
    }

    /// Adds a watch list and answers how many people it holds.
    ///
    /// # Errors
    /// When it cannot be read, or holds more people than can be told apart.
    pub fn watch_for(&mut self, path: &Path, secret: &Secret) -> Result<u64> {
        let mut watch = WatchList::new(List::new(watch::HOW_BITS, RandomState::default()));
        let people = watch_file::each_person(path, &mut |values| watch.add(values, secret))?;
        if people >= u64::from(watch::MOST_PEOPLE) {
            bail!("{}: more than {} people", terminal_path(path), watch::MOST_PEOPLE);
        }
        watch.seal();
        self.watch = Some(watch);
        Ok(people)
    }

    /// Whether there is nobody to look for.
    pub fn is_empty(&self) -> bool {
        self.personas.is_none() && self.watch.is_none()
    }

    /// Whose value has this digest.
    pub fn digest(&self, key: u64) -> Option<Known> {
        let persona = self.personas.as_ref().and_then(|personas| personas.list.digest(key)).map(persona);
        persona.or_else(|| self.watch.as_ref()?.list.digest(key).map(row))
    }

    /// Whose value a text is, spelling aside.
    pub fn text(&self, text: &str) -> Option<Known> {
        let persona = self.personas.as_ref().and_then(|personas| personas.list.text(text)).map(persona);
        persona.or_else(|| self.watch.as_ref()?.list.text(text).map(row))
    }

    /// The personas' values inside a text.
    pub fn inside(&self, text: &[u8]) -> Vec<(Range<usize>, Known)> {
        let found = self.personas.iter().flat_map(|personas| personas.inside(text));
        found.map(|(range, who, how)| (range, Known { who: Who::Personas(vec![who]), how })).collect()
    }

    /// Whether a person of the watch list has a value that many share, by the half of its
    /// fingerprint or digest: see [`fingerprint_half`] and [`digest_half`].
    pub fn shares(&self, who: &Who, half: u32) -> bool {
        match (who, &self.watch) {
            (Who::Rows(rows), Some(watch)) => rows.iter().any(|&row| watch.shares(row, half)),
            _ => false,
        }
    }

    /// Whether digests that stay without a name are to be asked with [`People::pass`].
    pub fn want_digests(&self) -> bool {
        self.watch.is_some()
    }

    /// Passes the watch list by the digests of an input in the rarer ways of hashing, in as many
    /// threads as there are `jobs`. The second answer tells whether everybody passed in every way.
    pub fn pass(&self, asked: &HashSet<u64>, jobs: usize) -> (HashMap<u64, Known>, bool) {
        let Some(watch) = &self.watch else { return (HashMap::new(), true) };
        let (found, complete) = watch.pass(asked, jobs);
        let known = |(key, (who, how))| (key, Known { who: Who::Rows(vec![who]), how });
        (found.into_iter().map(known).collect(), complete)
    }

    /// Who somebody is, as tables show it: a persona's label, or a row's number from 1.
    pub fn name(&self, who: &Who) -> String {
        let names: Vec<String> = match who {
            Who::Personas(numbers) => {
                let label = |&number: &u32| self.personas.as_ref()?.labels.get(number as usize).cloned();
                numbers.iter().filter_map(label).collect()
            }
            Who::Rows(rows) => rows.iter().map(|&row| (u64::from(row) + 1).to_string()).collect(),
        };
        names.join("; ")
    }

    /// How many keys are held, for messages and benchmarks.
    pub fn keys(&self) -> usize {
        let personas = self.personas.as_ref().map_or(0, |personas| personas.list.len());
        personas + self.watch.as_ref().map_or(0, |watch| watch.list.len())
    }
}

fn persona(hit: Hit) -> Known {
    Known { who: Who::Personas(hit.who), how: hit.how }
}

fn row(hit: Hit) -> Known {
    Known { who: Who::Rows(hit.who), how: hit.how }
}

/// The half of a value's fingerprint by which shared values are compared.
pub fn fingerprint_half(fingerprint: u64) -> u32 {
    fingerprint as u32
}

/// The half of a digest's key by which shared values are compared.
pub fn digest_half(key: u64) -> u32 {
    (key >> 32) as u32
}

impl Known {
    /// Whether a text that was met in clear under this class is the person's value, and not a
    /// number or a word that only looks like it.
    pub fn fits(&self, class: DataClass, text: &str) -> bool {
        class == self.how.class || (is_identifying(self.how.class) && self.is_distinctive(text))
    }

    /// Whether a text is long and mixed enough that it cannot be met by chance. Among millions of
    /// numbers any number of that length is met.
    pub fn is_distinctive(&self, text: &str) -> bool {
        let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_mixed = text.contains('@') || (text.len() >= 8 && letters >= 2);
        match self.who {
            Who::Personas(_) => is_mixed || digits >= 8,
            Who::Rows(_) => is_mixed && (digits > 0 || text.contains('@') || text.len() >= 16),
        }
    }
}

impl Who {
    /// The detector's name for what was found by this kind of list.
    pub fn detector(&self) -> &'static str {
        match self {
            Who::Personas(_) => "persona",
            Who::Rows(_) => "watch_list",
        }
    }

    /// What a value of this kind of list is, in words.
    pub fn whose(&self) -> &'static str {
        match self {
            Who::Personas(_) => "a value of the persona",
            Who::Rows(_) => "a value of the row of the watch list",
        }
    }

    /// Whether two have somebody in common.
    pub fn meets(&self, other: &Who) -> bool {
        match (self, other) {
            (Who::Personas(one), Who::Personas(two)) | (Who::Rows(one), Who::Rows(two)) => {
                one.iter().any(|who| two.contains(who))
            }
            _ => false,
        }
    }
}
