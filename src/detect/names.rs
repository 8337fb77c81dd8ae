//! What the names of values speak of: somebody's number, the page itself, a part of a program, an
//! element of a page.

/// Whose number a name speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A role that only people have.
    Person,
    /// Whoever uses something: a person or a browser.
    User,
    /// Whoever pays: a person in a shop, a company in the trade.
    Business,
}

impl Holder {
    pub(super) fn of(key: &str) -> Holder {
        const PERSONS: [&str; 19] = [
            "patient",
            "medical",
            "mrn",
            "policy",
            "loyalty",
            "membership",
            "student",
            "employee",
            "donor",
            "benefici",
            "insured",
            "claim",
            "subscriber",
            "nhs",
            "chart",
            "kundennummer",
            "caseworker",
            "constituent",
            "applica",
        ];
        const USERS: [&str; 6] = ["user", "uid", "external", "extid", "visitor", "guest"];
        if PERSONS.iter().any(|word| holds(key, word)) {
            Holder::Person
        } else if USERS.iter().any(|word| holds(key, word)) {
            Holder::User
        } else {
            Holder::Business
        }
    }
}

/// Whether a parameter's name says that it holds the id of somebody that the site knows.
pub(super) fn speaks_of_user(key: &str) -> bool {
    ["user", "customer", "client", "external", "account", "login"].iter().any(|word| holds(key, word))
        || Holder::of(key) == Holder::Person
}

/// Whether a name holds a word, in any case and without regard to separators.
pub(super) fn holds(name: &str, word: &str) -> bool {
    let letters = || name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let count = letters().count();
    (0..=count.saturating_sub(word.len())).any(|start| letters().skip(start).take(word.len()).eq(word.bytes()))
}

/// Names under which pages describe themselves to search engines.
pub(super) fn is_structured_data(path: &str) -> bool {
    ["jsonld", "ldjson", "microdata", "schemaorg", "contactpoint", "opengraph"].iter().any(|name| holds(path, name))
        || path.split('/').any(|name| name.starts_with("@graph") || name == "og" || name.starts_with("og:"))
}

/// Whether a name speaks of the page or a thing on it, in whose language its makers wrote it.
pub(super) fn is_of_the_page(path: &str) -> bool {
    const THINGS: [&str; 10] =
        ["article", "blog", "content", "document", "html", "inlanguage", "page", "product", "site", "video"];
    let name = path.rsplit('/').next().unwrap_or_default();
    is_structured_data(path) || is_tag(path) || THINGS.iter().any(|thing| holds(name, thing))
}

/// The name of what a value belongs to: the nearest that is no position in a list.
pub(super) fn owner_of(path: &str) -> Option<&str> {
    let is_name = |name: &&str| name.bytes().any(|byte| byte.is_ascii_alphabetic());
    path.rsplit('/').skip(1).find(is_name)
}

/// What reports of errors and of the software itself give names and messages to.
pub(super) fn is_part_of_a_program(owner: &str) -> bool {
    const PARTS: [&str; 20] = [
        "browser",
        "error",
        "exception",
        "font",
        "framework",
        "integration",
        "library",
        "module",
        "notifier",
        "operatingsystem",
        "os",
        "package",
        "platform",
        "plugin",
        "process",
        "queue",
        "runtime",
        "sdk",
        "stylesheet",
        "thread",
    ];
    let is_called = |word: &str, owner: &str| owner.eq_ignore_ascii_case(word);
    let one = owner.strip_suffix(['s', 'S']).unwrap_or(owner);
    PARTS.iter().any(|part| is_called(part, owner) || is_called(part, one))
}

/// Whether a value is an attribute of a page's element, as recordings of pages write them.
pub(super) fn is_tag(path: &str) -> bool {
    let is_list = |name: &str| ["childnodes", "children"].iter().any(|list| name.eq_ignore_ascii_case(list));
    path.split('/').any(is_list) && owner_of(path).is_some_and(|owner| owner.eq_ignore_ascii_case("attributes"))
}
