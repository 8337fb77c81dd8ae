//! Small domains: kinds of values of which there are so few that all of them can be hashed and
//! compared. A hash of a state, a postal code or a birth date hides nothing, and this shows it.
//! Tables are made on first use, one for each kind and length of digest.

use super::hashes::{self, HashFunction};
use super::regions;
use super::rules::date_forms;
use crate::class::DataClass;
use crate::patterns::HashKind;
use hashbrown::HashSet;
use std::sync::OnceLock;

/// The kinds that are enumerated, each with the words that tell how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Domain {
    Genders,
    Codes,
    Ages,
    Dates,
    PostalCodes,
    Initials,
    Numbers,
    MailDomains,
}

const DOMAINS: usize = 8;

/// Functions under which the kinds are enumerated, by the length of their digests.
const FUNCTIONS: [HashFunction; 3] = [HashFunction::Sha256, HashFunction::Md5, HashFunction::Sha1];

static TABLES: [[OnceLock<HashSet<u64>>; FUNCTIONS.len()]; DOMAINS] =
    [const { [const { OnceLock::new() }; FUNCTIONS.len()] }; DOMAINS];

/// Tries all values of a small domain; the answer is the reason why the digest hides nothing.
pub fn recovered(class: DataClass, kind: HashKind, key: u64) -> Option<&'static str> {
    let domain = domain_of(class)?;
    let function = match kind {
        HashKind::Sha256 => 0,
        HashKind::Md5 => 1,
        HashKind::Sha1 => 2,
        _ => return None,
    };
    let table = TABLES.get(domain as usize)?.get(function)?;
    table.get_or_init(|| table_of(domain, function)).contains(&key).then(|| reason(domain))
}

fn domain_of(class: DataClass) -> Option<Domain> {
    use DataClass as C;
    Some(match class {
        C::Gender => Domain::Genders,
        C::Region | C::Country => Domain::Codes,
        C::Age => Domain::Ages,
        C::DateOfBirth => Domain::Dates,
        C::PostalCode => Domain::PostalCodes,
        C::FirstName | C::LastName | C::FullName => Domain::Initials,
        C::CustomerId | C::OrderId | C::Username => Domain::Numbers,
        C::EmailDomain => Domain::MailDomains,
        _ => return None,
    })
}

fn reason(domain: Domain) -> &'static str {
    match domain {
        Domain::Genders => "recovered: there are few words for a gender, and its hash is one of theirs",
        Domain::Codes => "recovered: there are few codes of states and countries, and its hash is one of theirs",
        Domain::Ages => "recovered: there are few ages, and its hash is one of theirs",
        Domain::Dates => "recovered: all dates since 1900 were hashed, and its hash is one of theirs",
        Domain::PostalCodes => "recovered: all codes of four to five digits were hashed, and its hash is one of theirs",
        Domain::Initials => "recovered: it is the hash of a single letter",
        Domain::Numbers => "recovered: all numbers below a million were hashed, and its hash is one of theirs",
        Domain::MailDomains => "recovered: the large mail providers were hashed, and its hash is one of theirs",
    }
}

fn table_of(domain: Domain, function: usize) -> HashSet<u64> {
    let function = FUNCTIONS[function];
    let mut table = HashSet::new();
    each_value(domain, &mut |text| {
        table.insert(hashes::key(function.digest(text.as_bytes()).as_bytes()));
    });
    table
}

fn each_value(domain: Domain, add: &mut dyn FnMut(&str)) {
    match domain {
        Domain::Genders => each_spelling(&GENDERS, add),
        Domain::Codes => codes(add),
        Domain::Ages => (0..=120).for_each(|age: u32| add(&age.to_string())),
        Domain::Dates => each_date(add),
        Domain::PostalCodes => {
            (0..100_000).for_each(|code: u32| add(&format!("{code:05}")));
            (0..10_000).for_each(|code: u32| add(&format!("{code:04}")));
            (0..1_000).for_each(|code: u32| add(&format!("{code:03}")));
        }
        Domain::Initials => ('a'..='z').for_each(|letter| each_spelling(&[letter.to_string().as_str()], add)),
        Domain::Numbers => (0..1_000_000).for_each(|number: u32| add(&number.to_string())),
        Domain::MailDomains => MAIL_DOMAINS.iter().for_each(|domain| add(domain)),
    }
}

/// Lower case, upper case, and the first letter large.
fn each_spelling(words: &[&str], add: &mut dyn FnMut(&str)) {
    for word in words {
        add(word);
        add(&word.to_uppercase());
        let mut letters = word.chars();
        let first: String = letters.next().map(char::to_uppercase).into_iter().flatten().collect();
        add(&format!("{first}{}", letters.as_str()));
    }
}

/// All codes of two and three letters, with the names of states and of large countries.
fn codes(add: &mut dyn FnMut(&str)) {
    let letters = || (b'a'..=b'z').map(char::from);
    for one in letters() {
        for two in letters() {
            let code = format!("{one}{two}");
            each_spelling(&[&code], add);
            for three in letters() {
                let code = format!("{code}{three}");
                add(&code);
                add(&code.to_uppercase());
            }
        }
    }
    for (_, name) in regions::US.iter().chain(&regions::COUNTRIES) {
        each_spelling(&[name], add);
        add(&name.replace(' ', ""));
    }
}

fn each_date(add: &mut dyn FnMut(&str)) {
    for year in 1900..=2030 {
        for month in 1..=12 {
            for day in 1..=31 {
                date_forms(year, month, day).iter().for_each(|(_, text)| add(text));
            }
        }
        add(&year.to_string());
    }
}

const GENDERS: [&str; 24] = [
    "m",
    "f",
    "male",
    "female",
    "man",
    "woman",
    "w",
    "x",
    "d",
    "o",
    "u",
    "n",
    "nonbinary",
    "non-binary",
    "other",
    "diverse",
    "divers",
    "weiblich",
    "maennlich",
    "männlich",
    "homme",
    "femme",
    "mr",
    "ms",
];

const MAIL_DOMAINS: [&str; 36] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "comcast.net",
    "verizon.net",
    "att.net",
    "sbcglobal.net",
    "cox.net",
    "charter.net",
    "bellsouth.net",
    "protonmail.com",
    "proton.me",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "yahoo.co.uk",
    "hotmail.co.uk",
    "hotmail.fr",
    "orange.fr",
    "wanadoo.fr",
    "libero.it",
    "mail.ru",
    "yandex.ru",
    "qq.com",
    "example.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(class: DataClass, text: &str) -> bool {
        let key = hashes::key(HashFunction::Sha256.digest(text.as_bytes()).as_bytes());
        recovered(class, HashKind::Sha256, key).is_some()
    }

    #[test]
    fn few_values_hide_nothing() {
        use DataClass as C;
        for (class, text) in [
            (C::Gender, "f"),
            (C::Region, "il"),
            (C::Region, "newyork"),
            (C::Country, "US"),
            (C::Age, "42"),
            (C::DateOfBirth, "19800229"),
            (C::PostalCode, "62704"),
            (C::FirstName, "j"),
            (C::CustomerId, "112345"),
            (C::EmailDomain, "gmail.com"),
        ] {
            assert!(asked(class, text), "{text}");
        }
    }

    #[test]
    fn other_values_keep_their_secret() {
        use DataClass as C;
        for (class, text) in [
            (C::Gender, "il"),
            (C::Email, "42"),
            (C::CustomerId, "40718256"),
            (C::FirstName, "jane"),
            (C::PostalCode, "SW1A 1AA"),
        ] {
            assert!(!asked(class, text), "{text}");
        }
    }
}
