//! The allow list (`--allow FILE`): exposures that somebody has decided about, with the reason and
//! the day until which that holds. An entry that has expired, or that nothing matches any more, is
//! named on every run, so that a list does not grow old in silence.

use crate::pages::facts::Exposure;
use crate::report::escape::terminal;
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use serde::Deserialize;

/// The most remarks about entries.
const REMARKS: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Written>,
}

/// An entry as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    site: Option<String>,
    vendor: Option<String>,
    owner: Option<String>,
    data_class: Option<String>,
    form: Option<String>,
    channel: Option<String>,
    reason: String,
    until: String,
}

/// A list of what is allowed.
#[derive(Debug, Default)]
pub struct AllowList {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Columns of `exposure.csv` with the value that each must have.
    conditions: Vec<(&'static str, String)>,
    reason: String,
    until: Date,
    is_expired: bool,
}

impl AllowList {
    /// Reads a list; `today` decides what has expired.
    ///
    /// # Errors
    /// When it is no TOML of this form, or an entry has no reason, no day or no condition.
    pub fn parse(text: &str, today: Date) -> Result<Self> {
        let file: File = toml::from_str(text)?;
        let entries = file
            .allow
            .into_iter()
            .zip(1..)
            .map(|(written, number)| Entry::new(written, today).with_context(|| format!("entry {number}")));
        Ok(AllowList { entries: entries.collect::<Result<_>>()? })
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The first entry, not expired, that allows an exposure.
    pub fn entry_for(&self, exposure: &Exposure) -> Option<usize> {
        self.entries.iter().position(|entry| !entry.is_expired && entry.fits(exposure))
    }

    /// Why an exposure is allowed, if it is.
    pub fn reason_for(&self, exposure: &Exposure) -> Option<String> {
        let entry = self.entries.get(self.entry_for(exposure)?)?;
        Some(format!("{} (until {})", entry.reason, entry.until))
    }

    /// What there is to say about entries of which these were used.
    pub(super) fn remarks(&self, used: &[bool]) -> Vec<String> {
        let remark = |(entry, used): (&Entry, &bool)| match (entry.is_expired, used) {
            (true, _) => Some(format!("--allow: expired on {}: {}", entry.until, entry.shown())),
            (false, false) => Some(format!("--allow: nothing matches any more: {}", entry.shown())),
            (false, true) => None,
        };
        let mut remarks: Vec<String> = self.entries.iter().zip(used).filter_map(remark).collect();
        if remarks.len() > REMARKS {
            let more = remarks.len() - REMARKS;
            remarks.truncate(REMARKS);
            remarks.push(format!("--allow: and {more} more entries that expired or match nothing"));
        }
        remarks
    }
}

impl Entry {
    fn new(written: Written, today: Date) -> Result<Self> {
        let conditions = [
            ("site", written.site),
            ("vendor", written.vendor),
            ("owner", written.owner),
            ("data_class", written.data_class),
            ("form", written.form),
            ("channel", written.channel),
        ];
        let conditions: Vec<_> =
            conditions.into_iter().filter_map(|(column, value)| Some((column, value?.to_lowercase()))).collect();
        if conditions.is_empty() {
            bail!("allows everything; name a site, vendor, owner, data_class, form or channel");
        }
        if written.reason.trim().is_empty() {
            bail!("gives no reason");
        }
        let until: Date = written.until.parse().context("until is no day such as 2026-12-31")?;
        Ok(Entry { conditions, reason: terminal(&written.reason).into_owned(), until, is_expired: until < today })
    }

    fn fits(&self, exposure: &Exposure) -> bool {
        self.conditions.iter().all(|(column, wanted)| {
            let value = match *column {
                "site" => &exposure.site,
                "vendor" => &exposure.vendor,
                "owner" => &exposure.owner,
                "data_class" => &exposure.class,
                "form" => &exposure.form,
                _ => &exposure.channel,
            };
            value.to_lowercase() == *wanted
        })
    }

    fn shown(&self) -> String {
        let conditions: Vec<String> = self.conditions.iter().map(|(name, value)| format!("{name}={value}")).collect();
        terminal(&format!("{} ({})", conditions.join(" "), self.reason)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Tier;
    use crate::pages::facts::Measured;

    fn exposure(site: &str, class: &str) -> Exposure {
        Exposure {
            site: site.into(),
            vendor: "Meta Pixel".into(),
            owner: "Meta Platforms".into(),
            purpose: "advertising".into(),
            class: class.into(),
            tier: Tier::Direct,
            form: "hashed".into(),
            channel: "url".into(),
            confidence: "likely".into(),
            consent: String::new(),
            measured: Measured::default(),
        }
    }

    fn list(text: &str) -> Result<AllowList> {
        AllowList::parse(text, "2026-06-15".parse().expect("a day"))
    }

    #[test]
    fn all_conditions_of_an_entry_must_hold() {
        let list = list(
            "[[allow]]\nsite = \"Shop.example\"\ndata_class = \"email\"\nreason = \"contract 7\"\nuntil = \"2026-06-15\"\n",
        );
        let list = list.expect("a list");
        assert_eq!(
            list.reason_for(&exposure("shop.example", "email")).as_deref(),
            Some("contract 7 (until 2026-06-15)")
        );
        assert_eq!(list.reason_for(&exposure("shop.example", "phone")), None);
        assert_eq!(list.reason_for(&exposure("www.shop.example", "email")), None);
    }

    #[test]
    fn the_example_in_the_documentation_is_a_list() {
        let page = include_str!("../../docs/ci.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        assert_eq!(list(example).expect("a list").len(), 2);
    }

    #[test]
    fn expired_and_unused_entries_are_named() {
        let text = "[[allow]]\nvendor = \"Meta Pixel\"\nreason = \"x\"\nuntil = \"2026-06-14\"\n\
                    [[allow]]\nvendor = \"Nobody\"\nreason = \"y\"\nuntil = \"2027-01-01\"\n";
        let list = list(text).expect("a list");
        assert_eq!(list.entry_for(&exposure("shop.example", "email")), None, "it expired yesterday");
        let remarks = list.remarks(&[false, false]);
        assert!(remarks[0].contains("expired on 2026-06-14") && remarks[1].contains("nothing matches"), "{remarks:?}");
    }

    #[test]
    fn entries_need_a_reason_a_day_and_a_condition() {
        for wrong in [
            "[[allow]]\nreason = \"x\"\nuntil = \"2027-01-01\"\n",
            "[[allow]]\nsite = \"a\"\nreason = \" \"\nuntil = \"2027-01-01\"\n",
            "[[allow]]\nsite = \"a\"\nreason = \"x\"\nuntil = \"soon\"\n",
            "[[allow]]\nsite = \"a\"\nreason = \"x\"\n",
            "[[allow]]\nsites = \"a\"\nreason = \"x\"\nuntil = \"2027-01-01\"\n",
            "[allow",
        ] {
            assert!(list(wrong).is_err(), "{wrong}");
        }
    }
}
