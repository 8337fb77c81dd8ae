//! Normal forms: what vendors do to a value before they hash it. They disagree (with or without
//! plus sign, Gmail's dots, spaces), so one value has several forms, each with the rule that made it.

use crate::class::DataClass;
use crate::patterns::plans;
use rlibphonenumber::{PhoneNumber, Region};

macro_rules! rules {
    ($($name:ident $words:literal,)+) => {
        /// What was done to a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "the words say it")]
        pub enum Rule {
            $($name,)+
        }

        impl Rule {
            /// What was done, in words.
            pub fn words(self) -> &'static str {
                match self {
                    $(Rule::$name => $words,)+
                }
            }
        }
    };
}

rules! {
    AsGiven "as given",
    Lower "trimmed, lower case",
    Upper "upper case",
    NoSpaces "lower case, no spaces",
    Bare "lower case, no spaces or punctuation",
    Letters "lower case, letters only",
    LatinOnly "lower case, only a-z and 0-9",
    NoSymbols "lower case, no symbols",
    GmailDots "dots off a Gmail address",
    DotsOff "dots off the local part",
    FirstDotOff "first dot off the local part",
    PlusOff "plus suffix off",
    DotsAndPlusOff "dots and plus suffix off the local part",
    FewSigns "only letters, digits, dot, @ and hyphen",
    MailDomain "the domain of the address",
    GmailAdded "with @gmail.com added",
    Plus "E.164 with its plus sign",
    Digits "digits with the country code",
    National "national digits",
    Trunk "national digits with a leading zero",
    DigitsAsWritten "the digits as written",
    Initial "the first letter",
    Code "the two-letter code",
    Head "the part before the hyphen",
    Number "the number alone",
    Compact "YYYYMMDD",
    Iso "YYYY-MM-DD",
    MonthFirst "MM/DD/YYYY",
    DayFirst "DD/MM/YYYY",
    DayFirstDots "DD.MM.YYYY",
    MonthFirstCompact "MMDDYYYY",
    DayFirstCompact "DDMMYYYY",
    Year "the year",
    Whole "street, city and postal code in one",
}

/// One form of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// What the form still tells: the domain of an address tells less than the address.
    pub class: DataClass,
    /// The rule that made it.
    pub rule: Rule,
    /// The form.
    pub text: String,
}

/// Longer values are hashed as they are only.
const LONGEST: usize = 256;

/// The commonest forms of a value, for lists of millions: a number is read in the way of North America
/// where it looks like one, which is far quicker than asking the numbering plans of all countries.
pub fn common_variants(class: DataClass, value: &str) -> Vec<Variant> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
    let starts = |at: usize| matches!(national.as_bytes().get(at), Some(b'2'..=b'9'));
    let is_home = !value.trim_start().starts_with('+') || digits.len() > national.len();
    let mut forms = if class == DataClass::Phone && national.len() == 10 && is_home && starts(0) && starts(3) {
        let form = |rule, text| Variant { class, rule, text };
        Vec::from([
            form(Rule::Digits, format!("1{national}")),
            form(Rule::Plus, format!("+1{national}")),
            form(Rule::National, national.to_owned()),
        ])
    } else {
        variants(class, value)
    };
    forms.retain(|form| is_common(form.class, form.rule));
    forms
}

fn is_common(class: DataClass, rule: Rule) -> bool {
    use Rule as R;
    match class {
        DataClass::Email => {
            matches!(rule, R::Lower | R::AsGiven | R::GmailDots | R::DotsOff | R::PlusOff | R::DotsAndPlusOff)
        }
        DataClass::Phone => matches!(rule, R::Digits | R::Plus | R::National | R::DigitsAsWritten),
        _ => matches!(rule, R::Lower | R::AsGiven | R::Bare),
    }
}

/// All forms of a value of a class, each text once, the likeliest rule first.
pub fn variants(class: DataClass, value: &str) -> Vec<Variant> {
    let mut forms = Forms { class, all: Vec::new() };
    let value = value.trim_matches(['\r', '\n']);
    if value.len() > LONGEST {
        forms.add(Rule::AsGiven, value);
        return forms.all;
    }
    match class {
        DataClass::Email => forms.email(value),
        DataClass::Phone => forms.phone(value),
        DataClass::DateOfBirth => forms.date(value),
        DataClass::Gender => forms.gender(value),
        DataClass::Region => forms.named_place(&super::regions::US, value),
        DataClass::Country => forms.named_place(&super::regions::COUNTRIES, value),
        DataClass::PostalCode => forms.postal_code(value),
        DataClass::FormText => forms.anything(value),
        DataClass::FirstName | DataClass::LastName => {
            forms.words(value);
            forms.initial(value);
        }
        DataClass::Username => {
            forms.words(value);
            forms.gmail(value);
        }
        _ => forms.words(value),
    }
    forms.all
}

struct Forms {
    class: DataClass,
    all: Vec<Variant>,
}

impl Forms {
    fn add(&mut self, rule: Rule, text: &str) {
        self.add_as(self.class, rule, text);
    }

    fn add_as(&mut self, class: DataClass, rule: Rule, text: &str) {
        if !text.is_empty() && self.all.iter().all(|known| known.text != text) {
            self.all.push(Variant { class, rule, text: text.to_owned() });
        }
    }

    /// Names, streets, ids: what every vendor does with words.
    fn words(&mut self, value: &str) {
        let lower = value.trim().to_lowercase();
        self.add(Rule::Lower, &lower);
        self.add(Rule::AsGiven, value);
        let kept = |keep: &dyn Fn(char) -> bool| -> String { lower.chars().filter(|&c| keep(c)).collect() };
        self.add(Rule::NoSpaces, &kept(&|c| !c.is_whitespace()));
        self.add(Rule::Bare, &kept(&|c| !c.is_whitespace() && !c.is_ascii_punctuation()));
        self.add(Rule::NoSymbols, &kept(&|c| c.is_alphanumeric() || c == ' '));
        self.add(Rule::LatinOnly, &kept(&|c| c.is_ascii_alphanumeric()));
        if lower.chars().any(char::is_alphabetic) {
            self.add(Rule::Letters, &kept(&char::is_alphabetic));
        }
        self.add(Rule::Upper, &value.trim().to_uppercase());
    }

    fn initial(&mut self, value: &str) {
        if let Some(first) = value.trim().chars().next() {
            self.add(Rule::Initial, &first.to_lowercase().to_string());
        }
    }

    fn gmail(&mut self, value: &str) {
        if !value.contains('@') && !value.contains(' ') {
            self.add_as(DataClass::Email, Rule::GmailAdded, &format!("{}@gmail.com", value.trim().to_lowercase()));
        }
    }

    fn email(&mut self, value: &str) {
        let lower = value.trim().to_lowercase();
        self.add(Rule::Lower, &lower);
        self.add(Rule::AsGiven, value);
        let spaceless: String = lower.split_whitespace().collect();
        self.add(Rule::NoSpaces, &spaceless);
        self.add(Rule::Upper, &value.trim().to_uppercase());
        let Some((local, domain)) = spaceless.rsplit_once('@') else { return };
        let plain = local.split('+').next().unwrap_or_default();
        let undotted = |text: &str| text.replace('.', "");
        let address = |local: &str| format!("{local}@{domain}");
        if matches!(domain, "gmail.com" | "googlemail.com") {
            self.add(Rule::GmailDots, &address(&undotted(local)));
        }
        self.add(Rule::DotsOff, &address(&undotted(local)));
        self.add(Rule::PlusOff, &address(plain));
        self.add(Rule::DotsAndPlusOff, &address(&undotted(plain)));
        self.add(Rule::FirstDotOff, &address(&local.replacen('.', "", 1)));
        let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-');
        self.add(Rule::FewSigns, &spaceless.chars().filter(allowed).collect::<String>());
        self.add_as(DataClass::EmailDomain, Rule::MailDomain, domain);
    }

    fn phone(&mut self, value: &str) {
        let number = value.trim();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let international = number.starts_with('+') || digits.starts_with("00");
        for candidate in phone_numbers(number, &digits, international) {
            let national = candidate.get_national_significant_number();
            let whole = format!("{}{national}", candidate.country_code);
            self.add(Rule::Digits, &whole);
            self.add(Rule::Plus, &format!("+{whole}"));
            self.add(Rule::National, &national);
            self.add(Rule::Trunk, &format!("0{national}"));
        }
        self.add(Rule::DigitsAsWritten, &digits);
        if !digits.is_empty() {
            self.add(Rule::Plus, &format!("+{digits}"));
        }
        self.add(Rule::DigitsAsWritten, digits.trim_start_matches('0'));
        self.add(Rule::AsGiven, value);
        self.add(Rule::AsGiven, number);
    }

    /// Every reading of a date: the 3rd of April and the 4th of March are both tried.
    fn date(&mut self, value: &str) {
        let value = value.trim();
        for (year, month, day) in dates(value) {
            self.dated(year, month, day);
        }
        self.add(Rule::AsGiven, value);
    }

    fn dated(&mut self, year: u32, month: u32, day: u32) {
        for (rule, text) in date_forms(year, month, day) {
            self.add(rule, &text);
        }
    }

    fn gender(&mut self, value: &str) {
        self.initial(value);
        self.words(value);
    }

    /// A state or a country: its code for its name, and the other way round.
    fn named_place(&mut self, known: &[(&str, &str)], value: &str) {
        let lower = value.trim().to_lowercase();
        if let Some(&(code, name)) = known.iter().find(|(code, name)| *code == lower || *name == lower) {
            self.add(Rule::Code, code);
            self.words(name);
        }
        self.words(value);
    }

    fn postal_code(&mut self, value: &str) {
        let lower = value.trim().to_lowercase();
        self.add(Rule::Head, lower.split('-').next().unwrap_or_default().trim());
        self.words(value);
    }

    /// A value from a form under a name that says nothing.
    fn anything(&mut self, value: &str) {
        self.words(value);
        let trimmed = value.trim();
        if trimmed.contains('@') && !trimmed.contains(' ') {
            self.email(value);
        } else if is_number(DataClass::FormText, trimmed) {
            self.phone(value);
        }
        for (year, month, day) in dates(trimmed) {
            self.dated(year, month, day);
        }
        if trimmed.len() <= 20 && trimmed.is_ascii() {
            self.named_place(&super::regions::US, value);
            self.named_place(&super::regions::COUNTRIES, value);
        }
    }
}

/// Whether the forms of a value are those of a phone number.
fn is_number(class: DataClass, value: &str) -> bool {
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_written_like_one = || value.bytes().all(|b| b.is_ascii_digit() || b" +-().".contains(&b));
    match class {
        DataClass::Phone => true,
        DataClass::FormText => (7..=15).contains(&digits) && is_written_like_one(),
        _ => false,
    }
}

fn phone_numbers(number: &str, digits: &str, international: bool) -> Vec<PhoneNumber> {
    if !(6..=17).contains(&digits.len()) {
        return Vec::new();
    }
    if international {
        let plus = format!("+{}", digits.strip_prefix("00").unwrap_or(digits));
        return plans::parse(None, &plus).into_iter().collect();
    }
    let mut found: Vec<_> = plans::valid(None, &format!("+{digits}")).into_iter().collect();
    for country in plans::LARGEST {
        found.extend(plans::valid(Some(country), number).filter(|new| !found.contains(new)));
    }
    // Invented numbers are valid nowhere; ten digits are written the way of the United States.
    if found.is_empty() && digits.len() == 10 {
        found.extend(plans::parse(Some(Region::US), digits));
    }
    found
}

/// The ways in which a date is written.
pub fn date_forms(year: u32, month: u32, day: u32) -> [(Rule, String); 7] {
    [
        (Rule::Compact, format!("{year:04}{month:02}{day:02}")),
        (Rule::Iso, format!("{year:04}-{month:02}-{day:02}")),
        (Rule::MonthFirst, format!("{month:02}/{day:02}/{year:04}")),
        (Rule::DayFirst, format!("{day:02}/{month:02}/{year:04}")),
        (Rule::DayFirstDots, format!("{day:02}.{month:02}.{year:04}")),
        (Rule::MonthFirstCompact, format!("{month:02}{day:02}{year:04}")),
        (Rule::DayFirstCompact, format!("{day:02}{month:02}{year:04}")),
    ]
}

/// The dates that a text may mean: `1980-02-29`, `29.02.1980`, `2/29/1980`, `19800229`.
fn dates(text: &str) -> Vec<(u32, u32, u32)> {
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).collect();
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let read = |year: &str, month: &str, day: &str| Some((number(year)?, number(month)?, number(day)?));
    let readings = match parts.as_slice() {
        [whole] if whole.len() == 8 && whole.is_ascii() => vec![
            read(&whole[..4], &whole[4..6], &whole[6..]),
            read(&whole[4..], &whole[..2], &whole[2..4]),
            read(&whole[4..], &whole[2..4], &whole[..2]),
        ],
        [year, month, day] if year.len() == 4 => vec![read(year, month, day)],
        [one, two, year] if year.len() == 4 => vec![read(year, one, two), read(year, two, one)],
        _ => Vec::new(),
    };
    let exists = |&(year, month, day): &(u32, u32, u32)| {
        (1880..=2060).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    };
    let mut dates: Vec<_> = readings.into_iter().flatten().filter(exists).collect();
    dates.dedup();
    dates
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataClass as C;

    #[test]
    fn numbers_are_told_from_other_texts() {
        for text in ["+1 (217) 555-0142", "217.555.0142", " 5550142 "] {
            assert!(is_number(C::FormText, text) && is_number(C::Phone, text), "{text}");
        }
        for text in ["", "555014", "1234567890123456", "217-555-0142 ext", "a@example.com", "5550142,"] {
            assert!(!is_number(C::FormText, text), "{text}");
        }
        assert!(!is_number(C::PostalCode, "2175550142"));
    }

    #[test]
    fn every_vendor_finds_its_form() {
        for (class, raw, normal) in [
            (C::Email, "  John_Smith@gmail.com ", "john_smith@gmail.com"),
            (C::Email, "Jane.Doe@gmail.com", "janedoe@gmail.com"),
            (C::Email, "Jane.Doe+Shopping@googlemail.com", "janedoe+shopping@googlemail.com"),
            (C::Email, "Jane.Mary.Doe@gmail.com", "janemary.doe@gmail.com"),
            (C::Email, "Jane.Doe+x@example.com", "janedoe@example.com"),
            (C::Email, "Jane.Doe+x@example.com", "jane.doe@example.com"),
            (C::Email, "Jane+Doe@example.com", "janedoe@example.com"),
            (C::Email, "John Smith @gmail.com", "johnsmith@gmail.com"),
            (C::Email, "Jane.Doe@Example.com", "Jane.Doe@Example.com"),
            (C::Email, "ada@example.com", "example.com"),
            (C::Phone, "1(650)555-1212", "16505551212"),
            (C::Phone, "(650) 555-1212", "+16505551212"),
            (C::Phone, "+1 (650) 555-1212", "6505551212"),
            (C::Phone, "+49 (0)170 1234567", "4901701234567"),
            (C::Phone, "+49 170 1234567", "491701234567"),
            (C::Phone, "0049 170 1234567", "491701234567"),
            (C::Phone, "+49 123 456789", "+49123456789"),
            (C::Phone, "06 1234 5678", "390612345678"),
            (C::FirstName, "Valéry", "valéry"),
            (C::FirstName, " Max! ", "max"),
            (C::LastName, "O'Brien-Li", "obrienli"),
            (C::Street, "123 Test St.", "123 test st"),
            (C::City, "São Paulo", "sopaulo"),
            (C::Region, "California", "ca"),
            (C::Country, "United States", "us"),
            (C::PostalCode, "94035-1234", "94035"),
            (C::DateOfBirth, "02/16/1997", "19970216"),
            (C::Gender, "Female", "f"),
            (C::CustomerId, "USER-TEST-0001", "USER-TEST-0001"),
            (C::FormText, "California", "ca"),
            (C::FormText, "02/16/1997", "19970216"),
            (C::FormText, "(650) 555-1212", "16505551212"),
        ] {
            let forms = variants(class, raw);
            assert!(forms.iter().any(|form| form.text == normal), "{raw}: {normal} not in {forms:?}");
        }
    }

    #[test]
    fn lists_know_the_commonest_forms() {
        for (value, normal) in [
            ("(217) 555-0142", "+12175550142"),
            ("+1 217-555-0142", "2175550142"),
            ("1 217 555 0142", "12175550142"),
            ("+44 20 7946 0958", "442079460958"),
            ("0170 1234567", "491701234567"),
        ] {
            let forms = common_variants(C::Phone, value);
            assert!(forms.iter().any(|form| form.text == normal), "{value}: {forms:?}");
        }
        assert!(common_variants(C::CustomerId, "K-0000002a").len() <= 3);
    }

    #[test]
    fn forms_are_distinct_and_few() {
        for (class, value) in [(C::Email, "a.b+c@gmail.com"), (C::Phone, "(217) 555-0142"), (C::FormText, "1")] {
            let forms = variants(class, value);
            let mut texts: Vec<_> = forms.iter().map(|form| &form.text).collect();
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), forms.len());
            assert!(forms.len() < 30, "{forms:?}");
        }
        assert_eq!(variants(C::Email, &"x".repeat(10_000)).len(), 1);
        assert!(variants(C::Phone, "").is_empty());
    }
}
