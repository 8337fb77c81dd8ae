//! `leakledger vendors`: the knowledge base and the user's lists as lists, one request explained by
//! them, and vendor files checked.

use super::print;
use crate::class::Form;
use crate::cli::{ListVendors, LookupVendor, Vendors, VendorsCommand, WriteList};
use crate::detect::mask;
use crate::docs;
use crate::knowledge::{Expected, Knowledge, Location, Parameter, Policy, Product, SOME_PATHS};
use crate::lists::{self, List};
use crate::lookup::{Looked, Value, look};
use crate::outcome::Outcome;
use crate::report::escape::terminal;
use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The longest value that is shown.
const LONGEST_VALUE: usize = 60;

/// Runs `leakledger vendors`.
///
/// # Errors
/// When a list or file cannot be read, or the request is none.
pub(super) fn run(arguments: &Vendors) -> Result<Outcome> {
    match &arguments.command {
        VendorsCommand::List(arguments) => list(arguments),
        VendorsCommand::Lookup(arguments) => lookup(arguments),
        VendorsCommand::Check(arguments) => check(&arguments.paths),
    }
}

/// The header of the list in CSV.
const LIST_COLUMNS: [&str; 8] = ["host", "vendor", "owner", "group", "purpose", "known", "can_receive", "policy"];

fn list(arguments: &ListVendors) -> Result<Outcome> {
    let (knowledge, _) = lists::knowledge(&arguments.vendors.vendor_list, !arguments.vendors.no_default_vendors)?;
    let rows = list_rows(&knowledge);
    let mut out = Vec::new();
    if arguments.write == Some(WriteList::Csv) {
        let mut csv = csv::Writer::from_writer(&mut out);
        csv.write_record(LIST_COLUMNS)?;
        rows.iter().try_for_each(|row| csv.write_record(row))?;
        csv.flush()?;
        drop(csv);
    } else {
        for [host, vendor, owner, _, purpose, ..] in &rows {
            out.extend_from_slice(terminal(&format!("{host}  {vendor} ({owner}; {purpose})")).as_bytes());
            out.push(b'\n');
        }
    }
    print(&out)
}

/// One row for each host or domain, sorted.
fn list_rows(knowledge: &Knowledge) -> Vec<[String; 8]> {
    let mut rows = Vec::new();
    for (id, vendor) in knowledge.vendors() {
        let product = knowledge.product_of(id);
        let received = docs::received(knowledge, id);
        let policy = vendor.policy.as_ref().map(Policy::text).unwrap_or_default();
        for host in &vendor.hosts {
            rows.push(row(knowledge, host, product, "vendor file", received.clone(), policy.clone()));
        }
    }
    for (host, name, owner, purpose) in knowledge.company_domains() {
        let product = Product { vendor: None, name, owner: Some(owner), purpose };
        rows.push(row(knowledge, host, product, "domain", String::new(), String::new()));
    }
    for (host, product) in knowledge.imported_domains() {
        rows.push(row(knowledge, &host, product, "list", String::new(), String::new()));
    }
    rows.sort();
    rows
}

fn row(
    knowledge: &Knowledge,
    host: &str,
    product: Product<'_>,
    known: &str,
    received: String,
    policy: String,
) -> [String; 8] {
    let owner = product.owner.map(|owner| knowledge.owner_name(owner)).unwrap_or("(unknown)");
    let group = product.owner.map(|owner| knowledge.lineage_text(owner)).unwrap_or_default();
    let texts = [host, product.name, owner, &group, product.purpose, known];
    let [host, vendor, owner, group, purpose, known] = texts.map(str::to_owned);
    [host, vendor, owner, group, purpose, known, received, policy]
}

fn lookup(arguments: &LookupVendor) -> Result<Outcome> {
    let (knowledge, lists) = lists::knowledge(&arguments.vendors.vendor_list, !arguments.vendors.no_default_vendors)?;
    let body = arguments.body.as_deref().map(read_body).transpose()?;
    let Some(looked) = look(&knowledge, &arguments.target, body.as_deref()) else {
        bail!("{}: neither a URL nor a host", terminal(&arguments.target));
    };
    print(explained(&knowledge, &lists, &looked).as_bytes())
}

fn read_body(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("{}: cannot read", terminal(&path.to_string_lossy())))?;
    }
    Ok(bytes)
}

/// The explanation of a request, line by line.
fn explained(knowledge: &Knowledge, lists: &[List], looked: &Looked<'_>) -> String {
    let mut out = String::new();
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "{name:<10}{}", terminal(text));
        }
    };
    line("host", &looked.host);
    let site = crate::place::site_of(&looked.host);
    match &looked.product {
        Some(product) => {
            line("vendor", product.name);
            let owner = product.owner.map(|owner| knowledge.lineage_text(owner));
            line("owner", owner.as_deref().unwrap_or("(unknown)"));
            line("purpose", product.purpose);
        }
        None => line("vendor", &format!("{site} (nothing is known of it)")),
    }
    line("how", &how(knowledge, looked));
    let listed = knowledge.listed_in(&looked.host);
    line("listed in", if listed.is_empty() { "no list" } else { "" });
    for name in &listed {
        line("listed in", &format!("{name}{}", rule_of(lists, name, &looked.host)));
    }
    line("account", &looked.account);
    for (event, text) in &looked.told {
        line("event", &if text.is_empty() { event.clone() } else { format!("{event}: \"{text}\"") });
    }
    if let Some(vendor) = looked.vendor().map(|id| knowledge.vendor(id)) {
        line("policy", &vendor.policy.as_ref().map(Policy::text).unwrap_or_default());
    }
    let notes = looked.endpoint.map(|endpoint| knowledge.endpoint_entry(endpoint).notes.as_slice());
    notes.into_iter().flatten().for_each(|note| line("note", note));
    let mut sources = Vec::new();
    for value in &looked.values {
        parameter_lines(knowledge, looked, value, &mut sources, &mut out);
    }
    if !sources.is_empty() {
        out.push('\n');
    }
    for (source, number) in sources.iter().zip(1..) {
        let _ = writeln!(out, "[{number}] {}", terminal(source));
    }
    out
}

/// By which entry the recipient was recognised.
fn how(knowledge: &Knowledge, looked: &Looked<'_>) -> String {
    let Some(endpoint) = looked.endpoint else {
        let text = match (&looked.product, looked.facts.has_vendor()) {
            (None, _) => "",
            (Some(_), true) => "by its host; no entry describes this path",
            (Some(_), false) => "by its domain",
        };
        return text.to_owned();
    };
    let vendor = knowledge.vendor(knowledge.vendor_of(endpoint));
    let path = knowledge.path_pattern(endpoint).map_or("any path".to_owned(), |path| format!("path {path}"));
    let kind = if knowledge.endpoint_entry(endpoint).collects { "collects" } else { "script or settings" };
    let behind = match (looked.behind, looked.facts.is_alias()) {
        (true, true) => ", behind a first-party host by a CNAME list",
        (true, false) => ", recognised by its parameters behind a host of another name",
        _ => "",
    };
    format!("vendors/{}.toml, {path} ({kind}){behind}", vendor.slug)
}

/// The rule of a list that names a host.
fn rule_of(lists: &[List], name: &str, host: &str) -> String {
    let Some(list) = lists.iter().find(|list| name.strip_suffix(SOME_PATHS).unwrap_or(name) == list.name) else {
        return String::new();
    };
    let covers = |pattern: &str| match pattern.strip_prefix('.') {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        None => pattern == host,
    };
    match list.entries.iter().find(|entry| covers(&entry.host)) {
        Some(entry) if entry.line > 0 => format!(", line {}", entry.line),
        _ => String::new(),
    }
}

/// What the vendor's entry says about one value, in one or two lines.
fn parameter_lines<'k>(
    knowledge: &'k Knowledge,
    looked: &Looked<'_>,
    value: &Value,
    sources: &mut Vec<&'k str>,
    out: &mut String,
) {
    if value.inside_url || value.location == Location::Path {
        return;
    }
    let parameter = looked.endpoint.and_then(|endpoint| knowledge.parameter(endpoint, value.location, &value.keys));
    let class = parameter.and_then(|parameter| parameter.class);
    if parameter.is_none() && !value.leaf {
        return;
    }
    let hashed = parameter.is_some_and(|parameter| parameter.form == Expected::Hashed);
    let masked = match class {
        Some(class) => mask::mask(class, if hashed { Form::Hashed } else { Form::Plain }, &value.value),
        None => mask::text(&value.value).into_owned(),
    };
    let shown: String = masked.chars().take(LONGEST_VALUE).collect();
    let _ = write!(out, "\n{} = {}\n", terminal(&value.keys), terminal(&shown));
    match parameter {
        Some(parameter) => {
            let source = knowledge.source(parameter);
            let known = sources.iter().position(|known| *known == source);
            let number = known.unwrap_or_else(|| {
                sources.push(source);
                sources.len() - 1
            });
            let _ = writeln!(out, "    {} [{}]", terminal(&meaning(knowledge, parameter)), number + 1);
        }
        None if looked.endpoint.is_some() => out.push_str("    not described\n"),
        None => {}
    }
}

fn meaning(knowledge: &Knowledge, parameter: &Parameter) -> String {
    let mut text = parameter.meaning.clone();
    if let Some(class) = parameter.class {
        let _ = write!(text, "; {} ({})", class.word(), class.tier().word());
    }
    if parameter.form != Expected::Plain {
        let _ = write!(text, "; {}", parameter.form.word());
    }
    if let Some((name, rule)) = knowledge.hash_rule(parameter) {
        let _ = write!(text, ", {name}: {}", rule.trim_end_matches('.'));
    }
    let doubt = if parameter.grade.is_fact() { "" } else { ", only a hint" };
    let _ = write!(text, "; grade {}{doubt}", parameter.grade.word());
    text
}

fn check(paths: &[PathBuf]) -> Result<Outcome> {
    let mut text = String::new();
    let mut bad = 0;
    for path in paths {
        let shown = terminal(&path.to_string_lossy()).into_owned();
        let problems = problems_in(path);
        match problems {
            Ok((list, problems)) => {
                for problem in &problems {
                    let _ = writeln!(text, "{shown}: {}", terminal(problem));
                }
                bad += usize::from(!problems.is_empty());
                if problems.is_empty() {
                    let unused = if list.unused > 0 { format!(", {} not usable", list.unused) } else { String::new() };
                    let _ = writeln!(text, "{shown}: {}, {} entries{unused}", list.format, list.statements);
                }
            }
            Err(err) => {
                let _ = writeln!(text, "{}", terminal(&format!("{err:#}")));
                bad += 1;
            }
        }
    }
    print(text.as_bytes())?;
    Ok(if bad > 0 { Outcome::Incomplete } else { Outcome::Done })
}

/// A list, and what is wrong with the vendor files in it.
fn problems_in(path: &Path) -> Result<(List, Vec<String>)> {
    let mut list = List::read(path)?;
    let own = std::mem::take(&mut list.own);
    let files = own.vendors.clone();
    let knowledge = Knowledge::with_own(own, true)?;
    let mut problems = Vec::new();
    for (slug, file) in &files {
        if file.example.is_empty() {
            problems.push(format!("{slug}: no [[example]], so that nothing shows that it works"));
        }
        let broken = crate::knowledge::promises::broken(&knowledge, slug, file);
        problems.extend(broken.into_iter().map(|broken| format!("{slug}: {broken}")));
    }
    Ok((list, problems))
}
