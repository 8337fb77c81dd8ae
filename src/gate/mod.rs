//! The gate for a site's own engineers: a scan of the captures of a test run fails when it finds
//! data of a tier going out that nobody has allowed. An allow list keeps the gate quiet and hides
//! nothing: what it allows stays in every table.

pub mod allow;
pub mod sarif;

use crate::class::Tier;
use crate::pages::facts::{Exposure, each_exposure};
use crate::pages::source::Source;
use crate::pages::words::{class, counted};
use allow::AllowList;
use anyhow::Result;

/// The most exposures that are named.
const NAMED: usize = 10;

/// What the gate found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Exposures that reach the tier and are not allowed.
    pub failing: u64,
    /// Exposures that reach it and are allowed.
    pub allowed: u64,
    /// What the user is told, line by line.
    pub lines: Vec<String>,
}

/// Holds the exposures of a ledger against a tier and an allow list. What is shared inside one
/// company is no disclosure and does not count.
///
/// # Errors
/// When the table cannot be read.
pub fn judge(source: &Source<'_>, tier: Option<Tier>, allowed: &AllowList) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    if tier.is_none() && allowed.is_empty() {
        return Ok(verdict);
    }
    let mut used = vec![false; allowed.len()];
    each_exposure(source, &mut |exposure: Exposure| {
        let entry = allowed.entry_for(&exposure);
        if let Some(entry) = entry {
            used[entry] = true;
        }
        if exposure.purpose == "same owner" || tier.is_none_or(|tier| exposure.tier > tier) {
            return;
        }
        if entry.is_some() {
            verdict.allowed += 1;
            return;
        }
        verdict.failing += 1;
        if verdict.lines.len() < NAMED {
            verdict.lines.push(format!("  {}", in_words(&exposure)));
        }
    })?;
    let more = verdict.failing - verdict.lines.len() as u64;
    if more > 0 {
        verdict.lines.push(format!("  and {}", counted(more, "more", "more")));
    }
    if let Some(tier) = tier {
        let failing = counted(verdict.failing, "exposure reaches it", "exposures reach it");
        verdict.lines.insert(0, format!("--fail-on {}: {failing}, {} allowed.", tier.word(), verdict.allowed));
    }
    verdict.lines.extend(allowed.remarks(&used));
    Ok(verdict)
}

/// An exposure in one line.
fn in_words(exposure: &Exposure) -> String {
    format!(
        "{} ({}) from {} to {} ({}) by {} ({}): {}",
        class(&exposure.class),
        exposure.form,
        exposure.site,
        exposure.vendor,
        exposure.owner,
        exposure.channel,
        counted(exposure.measured.requests, "request", "requests"),
        exposure.measured.sample,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::{Hostile, ledger};

    #[test]
    fn only_what_reaches_the_tier_and_is_not_allowed_fails() {
        let made = ledger(&Hostile { exposures: 12, ..Hostile::default() });
        let none = AllowList::default();
        let verdict = judge(&made.source(), Some(Tier::Direct), &none).expect("read");
        assert_eq!((verdict.failing, verdict.allowed), (12, 0));
        assert_eq!(verdict.lines.len(), 12, "{:?}", verdict.lines);
        assert_eq!(verdict.lines[0], "--fail-on direct: 12 exposures reach it, 0 allowed.");
        let text = "[[allow]]\ndata_class = \"email\"\nreason = \"agreed\"\nuntil = \"2030-01-01\"\n";
        let allowed = AllowList::parse(text, "2029-12-31".parse().expect("a day")).expect("a list");
        let verdict = judge(&made.source(), Some(Tier::Direct), &allowed).expect("read");
        assert_eq!((verdict.failing, verdict.allowed), (0, 12));
    }
}
