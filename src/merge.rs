//! `leakledger merge`: one ledger of several, from many machines or days. Counts are merged and
//! people counted anew with what all ledgers together show of their keys; findings, inputs and
//! rejected records are put one behind the other in the order of the inputs. The result is that of
//! one scan of everything, whatever the split and whatever the order.

mod rows;

pub use rows::csv_options;

use crate::cli::Merge;
use crate::exposure::counts::{Counts, Overflow};
use crate::gate::allow::AllowList;
use crate::knowledge::Knowledge;
use crate::lists;
use crate::options::jobs;
use crate::outcome::Outcome;
use crate::pages;
use crate::pages::source::Source;
use crate::people::links::Sightings;
use crate::plan::CELL_MEMORY;
use crate::report::csv_table::{CsvOptions, Written};
use crate::report::escape::{terminal, terminal_path};
use crate::report::manifest::{InputUsed, LAYOUT, Manifest};
use crate::report::staging::{Existing, Staging};
use crate::report::{counts, hashing, publish};
use crate::spill::Store;
use crate::symbols::{SymbolCache, Symbols};
use crate::tables::write::{Output, write_counts};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

/// Runs `leakledger merge`.
///
/// # Errors
/// When a ledger is none or is damaged, when ledgers cannot be put together, or when the new one
/// cannot be written.
pub fn run(arguments: &Merge) -> Result<Outcome> {
    let started = SystemTime::now();
    let mut parts = Parts::open(&arguments.ledgers)?;
    let existing = if arguments.force { Existing::Force } else { Existing::Refuse };
    let staging = Staging::create(&arguments.output, existing)?;
    let csv = parts.csv()?;
    let reveal = parts.kept[0].manifest.options.contains_key("reveal");
    let mut written = rows::append(staging.dir(), &parts, csv, reveal)?;
    let knowledge = parts.knowledge();
    let table = Symbols::default();
    let symbols = SymbolCache::new(&table);
    let store = Store::new(0, staging.work().join("cells"));
    let (merged, sightings) = parts.counts(&Overflow { limit: CELL_MEMORY, store: &store, symbols: &symbols })?;
    let merged = merged.sorted(&store, &symbols);
    let output = Output { kinds: &arguments.write, csv, reveal, dir: staging.dir(), jobs: jobs(None) };
    write_counts(&output, &knowledge, &table, &merged, &sightings, &mut written)?;
    let (records, inputs) = (parts.count("records"), parts.inputs().len());
    let mut manifest = parts.manifest(written, &sightings);
    let source = Source::new(staging.dir(), &manifest, None, None);
    let pages = pages::write_kinds(&source, staging.dir(), &arguments.write, &AllowList::default(), jobs(None))?;
    manifest.tables.extend(pages);
    staging.publish(manifest, &crate::ledger::command(started))?;
    if !arguments.quiet {
        let mut err = std::io::stderr();
        let ledgers = if parts.kept.len() == 1 { "ledger" } else { "ledgers" };
        writeln!(err, "{} {ledgers} merged: {inputs} inputs, {records} records.", parts.kept.len())?;
        for note in &parts.notes {
            writeln!(err, "{}", terminal(note))?;
        }
        let first = arguments.output.join(pages::first_file(&arguments.write));
        writeln!(err, "Next: open {}.", terminal_path(&first))?;
    }
    Ok(Outcome::Done)
}

/// A ledger that goes into the new one.
#[derive(Debug)]
struct Part {
    dir: PathBuf,
    manifest: Manifest,
    /// SHA-256 of the manifest: an order that does not depend on where ledgers lie.
    order: String,
}

/// The ledgers that go into the new one.
#[derive(Debug)]
struct Parts {
    kept: Vec<Part>,
    /// Why people cannot be counted over all ledgers; empty where they can.
    without_people: String,
    notes: Vec<String>,
}

impl Parts {
    fn open(ledgers: &[PathBuf]) -> Result<Self> {
        let mut parts = Vec::new();
        for dir in ledgers {
            let manifest = publish::open(dir)?;
            let order = hashing::sha256(&manifest.to_bytes()?);
            parts.push(Part { dir: dir.clone(), manifest, order });
        }
        // The largest first, so that a ledger whose inputs are all in another is seen to be.
        parts.sort_by(|a, b| b.manifest.inputs.len().cmp(&a.manifest.inputs.len()).then_with(|| a.order.cmp(&b.order)));
        let (kept, mut notes) = without_repeats(parts)?;
        let without_people = why_without_people(&kept);
        if !without_people.is_empty() {
            notes.push(format!("People are not counted in this ledger: {without_people}."));
        }
        notes.extend(differences(&kept));
        Ok(Parts { kept, without_people, notes })
    }

    /// How CSV is written: as in the ledgers, which must agree.
    fn csv(&self) -> Result<CsvOptions> {
        let first = &self.kept[0];
        let options = rows::csv_options(&first.dir)?;
        for part in &self.kept[1..] {
            if rows::csv_options(&part.dir)? != options || rows::header(&part.dir)? != rows::header(&first.dir)? {
                bail!(
                    "{} and {}: their tables are written differently (--reveal, --csv-delimiter or --excel-bom); scan one of them again",
                    terminal_path(&first.dir),
                    terminal_path(&part.dir)
                );
            }
        }
        Ok(options)
    }

    fn counts(&self, overflow: &Overflow<'_>) -> Result<(Counts, Sightings)> {
        let (mut counts, mut sightings) = (Counts::default(), Sightings::default());
        let with_people = self.without_people.is_empty();
        for part in &self.kept {
            let seen = counts::read(&part.dir, overflow.symbols, &mut |key, mut measure| {
                if !with_people {
                    measure.forget_people();
                }
                counts.add(key, measure);
                counts.relieve(overflow)
            })?;
            if with_people {
                sightings.merge(&seen);
            }
        }
        Ok((counts, sightings))
    }

    /// The knowledge base with the lists that the ledgers were made with, which `vendors.csv` names.
    fn knowledge(&mut self) -> Knowledge {
        let used = self.kept.iter().flat_map(|part| &part.manifest.lists).filter(|list| list.kind == "vendors");
        let used: BTreeMap<PathBuf, String> =
            used.map(|list| (list.path.clone().into(), list.sha256.clone())).collect();
        if used.is_empty() {
            return Knowledge::shipped();
        }
        let paths: Vec<PathBuf> = used.keys().cloned().collect();
        let with_default = !self.kept[0].manifest.options.contains_key("no-default-vendors");
        match lists::knowledge(&paths, with_default) {
            Ok((knowledge, lists)) if lists.iter().all(|list| used.values().any(|sha256| *sha256 == list.sha256)) => {
                knowledge
            }
            _ => {
                let note = "vendors.csv does not name the imported vendor lists, which are not where they were.";
                self.notes.push(note.to_owned());
                Knowledge::shipped()
            }
        }
    }

    fn count(&self, name: &str) -> u64 {
        self.kept.iter().filter_map(|part| part.manifest.counts.get(name)).sum()
    }

    /// The inputs in the order of their names, then of their content.
    fn inputs(&self) -> Vec<InputUsed> {
        let mut inputs: Vec<InputUsed> = self.kept.iter().flat_map(|part| part.manifest.inputs.clone()).collect();
        let order = |input: &InputUsed| (PathBuf::from(&input.path), input.blake3.clone());
        inputs.sort_by_cached_key(order);
        inputs
    }

    fn manifest(&self, tables: Vec<Written>, sightings: &Sightings) -> Manifest {
        let first = &self.kept[0].manifest;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (name, count) in self.kept.iter().flat_map(|part| &part.manifest.counts) {
            *counts.entry(name.clone()).or_default() += count;
        }
        let mut options = first.options.clone();
        options.retain(|name, value| self.kept.iter().all(|part| part.manifest.options.get(name) == Some(value)));
        let mut lists: Vec<_> = self.kept.iter().flat_map(|part| part.manifest.lists.clone()).collect();
        lists.sort_by(|a, b| (&a.kind, &a.path, &a.sha256).cmp(&(&b.kind, &b.path, &b.sha256)));
        lists.dedup();
        let mut notes: Vec<String> = Vec::new();
        for note in self.kept.iter().flat_map(|part| &part.manifest.notes).chain(&self.notes) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        if sightings.is_full() && !notes.iter().any(|note| note == crate::ledger::NOT_LINKED) {
            notes.push(crate::ledger::NOT_LINKED.to_owned());
        }
        let key_id = if self.without_people.is_empty() { first.key_id.clone() } else { String::new() };
        Manifest {
            layout: LAYOUT,
            ledgers: Vec::new(),
            tool: crate::ledger::tool(),
            options,
            key_id,
            knowledge: first.knowledge.clone(),
            lists,
            inputs: self.inputs(),
            tables,
            counts,
            notes,
        }
    }
}

/// What tells inputs apart: their content, or their path where they were not read.
fn identity(input: &InputUsed) -> &str {
    if input.blake3.is_empty() { &input.path } else { &input.blake3 }
}

/// Leaves out ledgers whose inputs are all in another one. Counts of a part of a ledger cannot be
/// taken out again, so that ledgers which share only some inputs cannot be merged.
fn without_repeats(parts: Vec<Part>) -> Result<(Vec<Part>, Vec<String>)> {
    let (mut kept, mut notes): (Vec<Part>, Vec<String>) = (Vec::new(), Vec::new());
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for part in parts {
        let own: Vec<&InputUsed> = part.manifest.inputs.iter().collect();
        let known = own.iter().filter(|input| seen.contains(identity(input))).count();
        if known > 0 && known == own.len() {
            let what = if known == 1 { "its only input is" } else { "all of its inputs are" };
            notes.push(format!("{} was left out: {what} in another ledger already.", part.dir.display()));
            continue;
        }
        if let Some(twice) = own.iter().find(|input| seen.contains(identity(input))) {
            bail!(
                "{}: {known} of its {} inputs are in another ledger too, such as {}; counts of single inputs cannot be taken out of a ledger, so scan the rest again without them",
                terminal_path(&part.dir),
                own.len(),
                terminal(&twice.path)
            );
        }
        seen.extend(own.iter().map(|input| identity(input).to_owned()));
        kept.push(part);
    }
    if kept.is_empty() {
        bail!("no ledger to merge");
    }
    Ok((kept, notes))
}

/// Why the keys of people in the ledgers cannot be compared; empty where they can.
fn why_without_people(parts: &[Part]) -> String {
    let differ =
        |of: &dyn Fn(&Manifest) -> String| parts.iter().any(|part| of(&part.manifest) != of(&parts[0].manifest));
    if differ(&|manifest| manifest.key_id.clone()) || parts[0].manifest.key_id.is_empty() {
        return "the ledgers were made with different keys (--key), so that the same person has another id in each"
            .into();
    }
    let unit = |manifest: &Manifest| format!("{:?}", manifest.options.get("person-key"));
    if differ(&unit) {
        return "the ledgers count people by different keys (--person-key)".into();
    }
    String::new()
}

/// What else the ledgers do not agree in, as a reader should know.
fn differences(parts: &[Part]) -> Vec<String> {
    let mut notes = Vec::new();
    let names: BTreeSet<&String> = parts.iter().flat_map(|part| part.manifest.options.keys()).collect();
    for name in names {
        let value = |part: &Part| part.manifest.options.get(name).cloned();
        if parts.iter().any(|part| value(part) != value(&parts[0])) {
            notes.push(format!("The merged ledgers were made with different values of --{name}."));
        }
    }
    if parts.iter().any(|part| part.manifest.knowledge != parts[0].manifest.knowledge) {
        notes.push("The merged ledgers were made with different vendor knowledge bases.".into());
    }
    notes
}
