//! How many of the direct findings in strangers' captures are true. A fixed seed draws 200 of them;
//! a person reads the request behind each and writes a verdict into `tests/precision/judgements.csv`,
//! which holds a hash of the finding and no data. The share of true ones is held to a mark.
//!
//! `PRECISION_SEED=7 cargo test --test precision -- --nocapture` draws others and prints what is to be
//! judged. The captures are no part of the project; where they are absent, nothing is checked.

mod common;

use common::{Lab, Row, arg, project, rows};
use std::collections::BTreeMap;

/// How many findings are drawn.
const DRAWN: usize = 200;

/// The least share of true ones among the judged.
const LEAST_TRUE: f64 = 0.98;

/// A name of a finding that stays the same between versions and tells nothing of its content.
fn name(row: &Row) -> String {
    let input = row["input"].rsplit('/').next().unwrap_or_default();
    let parts = [input, &row["record"], &row["data_class"], &row["chain"], &row["value"]].join("\u{0}");
    blake3::hash(parts.as_bytes()).to_hex()[..16].to_owned()
}

/// Puts items into an order that only the seed decides.
fn shuffle(items: &mut [Row], seed: u64) {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    };
    for at in (1..items.len()).rev() {
        items.swap(at, (random() % (at as u64 + 1)) as usize);
    }
}

fn judgements() -> BTreeMap<String, bool> {
    let rows = rows(&project().join("tests/precision/judgements.csv"));
    let verdict = |row: &Row| match row["verdict"].as_str() {
        "true" => true,
        "false" => false,
        other => panic!("{}: verdict {other:?}", row["finding"]),
    };
    rows.iter().map(|row| (row["finding"].clone(), verdict(row))).collect()
}

#[test]
fn direct_findings_in_strangers_captures_are_true() {
    let captures = project().join("../shared/data/har");
    if !captures.is_dir() {
        eprintln!("skipped: {} is not here", captures.display());
        return;
    }
    let lab = Lab::new();
    let (ledger, _) = lab.scan("ledger", &[arg(&captures), "--reveal", "--min-tier", "direct"]);
    let counted = |row: &Row| row["form"] != "placeholder" && row["confidence"] != "possible";
    let mut drawn: Vec<Row> = rows(&ledger.join("findings.csv")).into_iter().filter(counted).collect();
    let all = drawn.len();
    let seed = std::env::var("PRECISION_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    shuffle(&mut drawn, seed);
    drawn.truncate(DRAWN);
    let known = judgements();
    let (mut right, mut wrong, mut open) = (0, 0, 0);
    for row in &drawn {
        let name = name(row);
        match known.get(&name) {
            Some(true) => right += 1,
            Some(false) => wrong += 1,
            None => {
                open += 1;
                eprintln!(
                    "{name}\n  {} {} ({}) to {} as {:?}\n  {} record {}: {}\n  {}",
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
        }
    }
    eprintln!(
        "{all} direct findings, seed {seed}: {} drawn, {right} true, {wrong} false, {open} not judged",
        drawn.len()
    );
    assert!(right > 0, "none of the drawn findings is judged");
    let share = f64::from(right) / f64::from(right + wrong);
    assert!(share >= LEAST_TRUE, "{right} of {} judged findings are true", right + wrong);
}
