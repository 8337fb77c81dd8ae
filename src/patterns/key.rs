//! Names of parameters as context: `zip=`, `user[first_name]`, `hashed_email`. The names and the
//! classes that they speak for are rows of `keys.csv`; spelling (case, separators), the words that
//! sites put in front (`billing_`, `user_`) and the words for a digest are taken off first.

use crate::class::DataClass;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

const DATA: &str = include_str!("keys.csv");

/// Longer names, once normalised, are not looked up.
const LONGEST: usize = 40;

/// How much a name says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A name that means other things as often (`q`, `name`, `st`).
    Weak,
    /// A name that hardly means anything else (`zipcode`).
    Strong,
}

/// Names that say little without the name of what they belong to: `user/id`, `card/number`.
const POOR: [&str; 12] =
    ["code", "guid", "h", "height", "id", "key", "name", "number", "uuid", "version", "w", "width"];

/// The name that says most of a value, of its innermost name and the path of names that leads there:
/// `userid` for `data/user/id`, if that is one.
pub fn telling_name<'p>(key: &'p str, path: &str) -> Cow<'p, str> {
    if !POOR.iter().any(|poor| poor.eq_ignore_ascii_case(key)) {
        return Cow::Borrowed(key);
    }
    let Some(owner) = owner_of(path) else { return Cow::Borrowed(key) };
    let joined = [singular(owner), owner].into_iter().map(|owner| format!("{owner}{key}"));
    // A user's name is the person's, a user name an account's.
    let tells = |name: &String| key_class(name).is_some_and(|(class, _)| class != DataClass::Username);
    joined.filter(|name| name.len() <= LONGEST).find(tells).map_or(Cow::Borrowed(key), Cow::Owned)
}

/// The name of what a value belongs to: the nearest that is no position in a list.
pub fn owner_of(path: &str) -> Option<&str> {
    let is_name = |name: &&str| name.bytes().any(|byte| byte.is_ascii_alphabetic());
    path.rsplit('/').skip(1).find(is_name)
}

/// The name of one of what a name says that there are several of: `user` for `users`.
pub fn singular(name: &str) -> &str {
    name.strip_suffix(['s', 'S']).unwrap_or(name)
}

/// What a parameter's name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyClass {
    /// The class that the name speaks for.
    pub class: DataClass,
    /// How much it says.
    pub strength: Strength,
}

/// Everything that a parameter's name says: a name can speak for several classes.
#[derive(Clone, Copy, Debug)]
pub struct KeyHint {
    classes: &'static [KeyClass],
    /// The name itself says that it belongs to a person (`user_age`).
    personal: bool,
    /// The name itself says that the value is a digest (`email_sha256`).
    pub hashed: bool,
}

impl KeyHint {
    /// A name that says nothing.
    pub const NONE: KeyHint = KeyHint { classes: &[], personal: false, hashed: false };

    /// Looks a name up.
    pub fn of(key: &str) -> KeyHint {
        let mut buffer = [0; LONGEST];
        let Some(name) = normalise(key, &mut buffer) else {
            return KeyHint::NONE;
        };
        let plain = without_affixes(name);
        let hashed = plain.len() < name.len();
        let found = look_up(name).or_else(|| if hashed { look_up(plain) } else { None });
        found.map_or(KeyHint::NONE, |(classes, personal)| KeyHint { classes, personal, hashed })
    }

    /// The classes that the name speaks for, the strongest first.
    pub fn classes(self) -> impl Iterator<Item = KeyClass> {
        let personal = self.personal;
        self.classes.iter().map(move |known| KeyClass {
            class: known.class,
            strength: if personal && is_of_a_person(known.class) { Strength::Strong } else { known.strength },
        })
    }

    /// Whether the name says nothing.
    pub fn is_empty(self) -> bool {
        self.classes.is_empty()
    }

    /// How strongly the name speaks for a class, if at all.
    pub fn strength(self, class: DataClass) -> Option<Strength> {
        self.classes().find(|known| known.class == class).map(|known| known.strength)
    }
}

/// The class that a name speaks for most.
pub fn key_class(key: &str) -> Option<(DataClass, Strength)> {
    KeyHint::of(key).classes().next().map(|known| (known.class, known.strength))
}

static KEYS: LazyLock<HashMap<&'static str, Vec<KeyClass>, FixedState>> = LazyLock::new(|| {
    let mut table: HashMap<_, Vec<KeyClass>, _> = HashMap::default();
    for line in DATA.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(key), Some(class), Some(strength)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let strength = if strength == "strong" { Strength::Strong } else { Strength::Weak };
        if let Some(class) = DataClass::parse(class) {
            table.entry(key).or_default().push(KeyClass { class, strength });
        }
    }
    for classes in table.values_mut() {
        classes.sort_by_key(|known| std::cmp::Reverse(known.strength));
    }
    table
});

/// Words in front of a name that say whose or which value it is.
const PREFIXES: [(&str, bool); 43] = [
    ("customer", true),
    ("cust", true),
    ("user", true),
    ("usr", true),
    ("member", true),
    ("client", true),
    ("patient", true),
    ("person", true),
    ("personal", true),
    ("profile", true),
    ("contact", true),
    ("billing", true),
    ("bill", true),
    ("shipping", true),
    ("ship", true),
    ("delivery", true),
    ("mailing", true),
    ("home", true),
    ("recipient", true),
    ("sender", true),
    ("buyer", true),
    ("subscriber", true),
    ("guest", true),
    ("student", true),
    ("employee", true),
    ("account", true),
    ("acct", true),
    ("visitor", true),
    ("primary", true),
    ("your", true),
    ("my", true),
    ("from", true),
    ("to", true),
    ("new", false),
    ("current", false),
    ("form", false),
    ("input", false),
    ("txt", false),
    ("ep", false),
    ("epn", false),
    ("up", false),
    ("upn", false),
    ("geo", false),
];

/// Words around a name that say that the value is a digest.
const DIGEST_WORDS: [&str; 9] = ["sha256", "sha1", "sha512", "md5", "hashed", "hash", "sha", "h256", "encrypted"];

/// Classes for which an owner in the name removes all doubt; `user_token` stays a token of any kind.
fn is_of_a_person(class: DataClass) -> bool {
    use DataClass as C;
    matches!(
        class,
        C::Age
            | C::City
            | C::Country
            | C::CustomerId
            | C::Email
            | C::FirstName
            | C::FullName
            | C::Gender
            | C::LastName
            | C::Phone
            | C::PostalAddress
            | C::PostalCode
            | C::Region
            | C::Street
            | C::Username
    )
}

fn look_up(name: &[u8]) -> Option<(&'static [KeyClass], bool)> {
    let known = |name: &[u8]| {
        let name = std::str::from_utf8(name).ok()?;
        KEYS.get(name).map(Vec::as_slice)
    };
    if let Some(classes) = known(name) {
        return Some((classes, false));
    }
    let first = name.first()?;
    let fitting = PREFIXES.iter().filter(|(prefix, _)| prefix.as_bytes().first() == Some(first));
    fitting.into_iter().find_map(|(prefix, personal)| {
        let rest = name.strip_prefix(prefix.as_bytes())?;
        known(rest).map(|classes| (classes, *personal && rest.len() > 1))
    })
}

fn without_affixes(name: &[u8]) -> &[u8] {
    // The shortest word with something beside it.
    if name.len() < 5 {
        return name;
    }
    let bare = DIGEST_WORDS
        .iter()
        .find_map(|word| name.strip_prefix(word.as_bytes()).or_else(|| name.strip_suffix(word.as_bytes())));
    bare.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// A name in the one spelling under which names are compared; nothing for names in other scripts or
/// too long.
pub(super) fn normalised(key: &str) -> Option<String> {
    let mut buffer = [0; LONGEST];
    normalise(key, &mut buffer).map(|name| String::from_utf8_lossy(name).into_owned())
}

/// Lower-case letters and digits of a name; nothing for names in other scripts or too long.
fn normalise<'b>(key: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() {
            *buffer.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        } else if !byte.is_ascii() {
            return None;
        }
    }
    (length > 0).then(|| &buffer[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_known_and_written_once() {
        let mut rows: Vec<_> = DATA.lines().skip(1).filter(|line| !line.is_empty()).collect();
        let count = rows.len();
        for row in &rows {
            let cells: Vec<_> = row.split(',').collect();
            assert_eq!(cells.len(), 3, "{row}");
            let mut buffer = [0; LONGEST];
            assert_eq!(normalise(cells[0], &mut buffer), Some(cells[0].as_bytes()), "{row}");
            assert!(DataClass::parse(cells[1]).is_some(), "{row}");
            assert!(matches!(cells[2], "strong" | "weak"), "{row}");
        }
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), count);
    }

    #[test]
    fn spelling_does_not_matter() {
        for (key, class) in [
            ("zip", DataClass::PostalCode),
            ("Billing_Zip-Code", DataClass::PostalCode),
            ("user.emailAddress", DataClass::Email),
            ("hashed_email", DataClass::Email),
            ("emailMD5", DataClass::Email),
            ("fName", DataClass::FirstName),
            ("dateOfBirth", DataClass::DateOfBirth),
            ("customer_id", DataClass::CustomerId),
        ] {
            assert_eq!(key_class(key), Some((class, Strength::Strong)), "{key}");
        }
    }

    #[test]
    fn properties_of_events_and_users_are_named_behind_a_prefix() {
        for name in ["ep.user_id", "epn.user_id", "up.user_id", "upn.user_id"] {
            assert_eq!(key_class(name), Some((DataClass::CustomerId, Strength::Strong)), "{name}");
        }
    }

    #[test]
    fn poor_names_are_read_with_what_they_belong_to() {
        for (path, name) in [
            ("data/user/id", "userid"),
            ("users/*/id", "userid"),
            ("creditCard/number", "creditCardnumber"),
            ("eids/*/uids/*/id", "uidsid"),
            ("items/*/name", "itemname"),
            ("company/name", "companyname"),
            ("device/os/version", "osversion"),
            ("screen/width", "screenwidth"),
            ("user/name", "name"),
            ("notifier/name", "name"),
            ("id", "id"),
            ("user/email", "email"),
        ] {
            let key = path.rsplit('/').next().unwrap_or_default();
            assert_eq!(telling_name(key, path), name, "{path}");
        }
    }

    #[test]
    fn common_letters_are_weak_and_owners_make_them_strong() {
        assert_eq!(key_class("q"), Some((DataClass::SearchText, Strength::Weak)));
        assert_eq!(key_class("age"), Some((DataClass::Age, Strength::Weak)));
        assert_eq!(key_class("patient_age"), Some((DataClass::Age, Strength::Strong)));
    }

    #[test]
    fn digests_are_announced() {
        assert!(KeyHint::of("email_sha256").hashed);
        assert!(!KeyHint::of("email").hashed);
    }

    #[test]
    fn other_names_say_nothing() {
        for key in ["", "zzz", "客户", "userx", "cachebuster", "sha256", &"a".repeat(500)] {
            assert_eq!(key_class(key), None, "{key}");
        }
    }
}
