//! What the names of values speak of: somebody's number, the page itself, a part of a program, an
//! element of a page.

use super::trade::Trade;
use crate::patterns::{owner_of, singular};

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

/// The innermost of the names that lead to a value.
pub(super) fn name_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
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
    let name = name_in(path);
    is_structured_data(path) || is_tag(path) || THINGS.iter().any(|thing| holds(name, thing))
}

/// Whether a name is that of a page's own keywords, by which publishers sell it, rather than of a search.
pub(super) fn is_of_keywords(path: &str, trade: Trade) -> bool {
    let name = name_in(path);
    let is_sold = matches!(trade, Trade::Advertising | Trade::Exchange)
        || owner_of(path).is_some_and(|owner| ["app", "content", "site"].contains(&owner));
    is_sold && ["keyword", "keywords", "kw", "kws"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether a value is what a page itself shows in an empty field or tells about it.
pub(super) fn is_hint(path: &str) -> bool {
    let name = name_in(path);
    ["aria-label", "ariaLabel", "placeholder"].iter().any(|hint| name.eq_ignore_ascii_case(hint))
}

/// Whether a text is in a report of what a program did: an error, a line of a log.
pub(super) fn is_of_a_report(path: &str) -> bool {
    const REPORTS: [&str; 9] =
        ["breadcrumb", "clienterror", "console", "err", "error", "exception", "ierr", "log", "stacktrace"];
    path.split('/').any(|name| is_one_of(name, &REPORTS))
}

/// Whether a name is one of these words, or several of what it says.
fn is_one_of(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(singular(name)))
}

/// Parts of programs, pages and shops, to which reports and events give names and messages.
pub(super) fn is_part_of_a_program(owner: &str) -> bool {
    const PARTS: [&str; 46] = [
        "action",
        "app",
        "application",
        "asset",
        "brand",
        "browser",
        "campaign",
        "categories",
        "category",
        "collection",
        "component",
        "coupon",
        "element",
        "error",
        "event",
        "exception",
        "experience",
        "experiment",
        "feature",
        "file",
        "font",
        "framework",
        "integration",
        "item",
        "library",
        "list",
        "metric",
        "module",
        "notifier",
        "operatingsystem",
        "os",
        "package",
        "page",
        "platform",
        "plugin",
        "process",
        "product",
        "queue",
        "runtime",
        "screen",
        "sdk",
        "stylesheet",
        "thread",
        "topic",
        "variant",
        "variation",
    ];
    is_one_of(owner, &PARTS)
}

/// Whether a value is an attribute of a page's element, as recordings of pages write them.
pub(super) fn is_tag(path: &str) -> bool {
    let is_list = |name: &str| ["childnodes", "children"].iter().any(|list| name.eq_ignore_ascii_case(list));
    path.split('/').any(is_list) && owner_of(path).is_some_and(|owner| owner.eq_ignore_ascii_case("attributes"))
}
