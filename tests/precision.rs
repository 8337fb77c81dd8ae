//! How many of the direct findings in strangers' captures are true. A fixed seed draws 200 of them;
//! a person reads the request behind each and writes a verdict into `tests/precision/judgements.csv`,
//! which holds a hash of the finding and no data. The share of true ones is held to a mark, and the
//! counts are those that `docs/detectors.md` states; `UPDATE_DOCS=1` publishes them.
//!
//! The draw can be repeated, and nothing is published then:
//!
//! - `PRECISION_SEED=7` draws others,
//! - `PRECISION_CAPTURES=FOLDER` draws from other captures, or from logs,
//! - `PRECISION_JUDGEMENTS=FILE` knows other verdicts.
//!
//! What is still to be judged is printed: `cargo test --test precision -- --nocapture`. The captures
//! are no part of the project; where they are absent, nothing is checked.

mod common;

use common::{Lab, Row, arg, project, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many findings are drawn.
const DRAWN: usize = 200;

/// The least share of true ones among those that are certain or likely.
const LEAST_TRUE: f64 = 0.98;

/// The surest first, as the published table has them.
const CONFIDENCES: [&str; 3] = ["certain", "likely", "possible"];

/// What is drawn from, and by whose verdicts it is judged.
struct Draw {
    captures: PathBuf,
    judgements: PathBuf,
    seed: u64,
    /// Whether it is the draw that is published.
    is_published: bool,
}

impl Draw {
    fn new() -> Draw {
        let setting = |name: &str| std::env::var(name).ok();
        let folder = |name: &str, usual: &str| setting(name).map_or_else(|| project().join(usual), PathBuf::from);
        let settings = ["PRECISION_SEED", "PRECISION_CAPTURES", "PRECISION_JUDGEMENTS"];
        Draw {
            captures: folder("PRECISION_CAPTURES", "../shared/data/har"),
            judgements: folder("PRECISION_JUDGEMENTS", "tests/precision/judgements.csv"),
            seed: setting("PRECISION_SEED").and_then(|seed| seed.parse().ok()).unwrap_or(1),
            is_published: settings.into_iter().all(|name| setting(name).is_none()),
        }
    }

    /// The findings in an order that only the seed decides. One that is no longer found leaves the
    /// others in their places, so that verdicts stay of use.
    fn order(&self, findings: &mut [Row]) {
        findings.sort_by_cached_key(|row| *blake3::hash(format!("{} {}", self.seed, name(row)).as_bytes()).as_bytes());
    }
}

/// A name of a finding that stays the same between versions and tells nothing of its content.
fn name(row: &Row) -> String {
    let input = row["input"].rsplit('/').next().unwrap_or_default();
    let parts = [input, &row["record"], &row["data_class"], &row["chain"], &row["value"]].join("\u{0}");
    blake3::hash(parts.as_bytes()).to_hex()[..16].to_owned()
}

fn verdicts(path: &Path) -> BTreeMap<String, bool> {
    let verdict = |row: &Row| match row["verdict"].as_str() {
        "true" => true,
        "false" => false,
        other => panic!("{}: verdict {other:?}", row["finding"]),
    };
    rows(path).iter().map(|row| (row["finding"].clone(), verdict(row))).collect()
}

/// Shows a finding to whoever is to judge it.
#[expect(clippy::print_stderr, clippy::use_debug, reason = "values are shown as they are, with their quotes")]
fn ask(row: &Row) {
    eprintln!(
        "{}\n  {} {} ({}) to {} as {:?}\n  {} record {}: {}\n  {}",
        name(row),
        row["confidence"],
        row["data_class"],
        row["form"],
        row["vendor"],
        row["value"],
        row["input"],
        row["record"],
        row["chain"],
        row["reason"]
    );
}

/// Judged findings of one confidence. The same value can be sent often, so different ones count too.
#[derive(Default)]
struct Count {
    judged: usize,
    right: usize,
    values: BTreeSet<(String, String)>,
    right_values: BTreeSet<(String, String)>,
}

/// Judged findings by confidence.
struct Counts(BTreeMap<&'static str, Count>);

impl Counts {
    fn of(drawn: &[Row], known: &BTreeMap<String, bool>) -> Counts {
        let mut counts = Counts(CONFIDENCES.map(|confidence| (confidence, Count::default())).into());
        for row in drawn {
            let Some(&is_true) = known.get(&name(row)) else { continue };
            let count = counts.0.get_mut(row["confidence"].as_str()).expect("a confidence");
            let value = (row["data_class"].clone(), row["value"].clone());
            count.judged += 1;
            count.values.insert(value.clone());
            if is_true {
                count.right += 1;
                count.right_values.insert(value);
            }
        }
        counts
    }

    /// Judged and true ones among those that totals count: certain and likely.
    fn counted(&self) -> (usize, usize) {
        let counted = self.0.iter().filter(|(confidence, _)| **confidence != "possible");
        counted.fold((0, 0), |(judged, right), (_, count)| (judged + count.judged, right + count.right))
    }

    /// Compares the counts with the published ones, or publishes them.
    fn publish(&self, captures: usize, requests: u64) {
        let mut table = format!("of,judged,true,values,true_values\ncaptures,{captures},,,\nrequests,{requests},,,\n");
        for (confidence, count) in &self.0 {
            let (values, right_values) = (count.values.len(), count.right_values.len());
            table += &format!("{confidence},{},{},{values},{right_values}\n", count.judged, count.right);
        }
        let path = project().join("src/docs/precision.csv");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, table).expect("written");
            return;
        }
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert!(published == table, "src/docs/precision.csv is stale, now it is\n{table}");
    }
}

#[test]
fn direct_findings_in_strangers_captures_are_true() {
    let draw = Draw::new();
    let Ok(captures) = draw.captures.canonicalize() else {
        eprintln!("skipped: {} is not here", draw.captures.display());
        return;
    };
    let lab = Lab::new();
    let (ledger, _) = lab.scan("ledger", &[arg(&captures), "--reveal", "--min-tier", "direct"]);
    let mut drawn = rows(&ledger.join("findings.csv"));
    drawn.retain(|row| row["form"] != "placeholder");
    let all = drawn.len();
    draw.order(&mut drawn);
    drawn.truncate(DRAWN);
    let known = verdicts(&draw.judgements);
    let open: Vec<&Row> = drawn.iter().filter(|row| !known.contains_key(&name(row))).collect();
    open.iter().for_each(|row| ask(row));
    let counts = Counts::of(&drawn, &known);
    let (judged, right) = counts.counted();
    eprintln!("{all} direct findings, seed {}: {} drawn, {} to judge", draw.seed, drawn.len(), open.len());
    for (confidence, count) in &counts.0 {
        eprintln!("{confidence}: {} judged, {} true", count.judged, count.right);
    }
    if draw.is_published {
        assert!(open.is_empty(), "{} findings are to be judged: read each request, then write its verdict", open.len());
        assert!(judged > 0, "no finding is certain or likely");
        let inputs = rows(&ledger.join("inputs.csv"));
        let records = |row: &Row| row["records"].parse::<u64>().unwrap_or_default();
        counts.publish(inputs.iter().filter(|row| records(row) > 0).count(), inputs.iter().map(records).sum());
    }
    let share = right as f64 / judged.max(1) as f64;
    assert!(judged == 0 || share >= LEAST_TRUE, "{right} of {judged} certain or likely findings are true");
}
