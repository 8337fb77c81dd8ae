//! The compiler's tests.

use super::names::{check_host, key_path, wider};
use super::*;

#[test]
fn names_become_key_paths() {
    for (name, path) in [
        ("em", "em"),
        ("ud[em]", "ud/em"),
        ("cd[items][0][id]", "cd/items/*/id"),
        ("/context/user/email", "context/user/email"),
        ("/events/0/type", "events/*/type"),
        ("/0/key", "*/key"),
        ("data#/0/$set/$email", "data/*/$set/$email"),
        ("pid#em", "pid/em"),
        ("ep.search_term", "ep.search_term"),
        ("/a~1b/c~0d", "a/b/c~d"),
    ] {
        assert_eq!(key_path(name), (path.to_owned(), false));
    }
    assert_eq!(key_path("cd[*]"), ("cd/*".to_owned(), true));
    assert_eq!(key_path("ep.*"), ("ep.*".to_owned(), true));
}

const GOOD: &str = r#"
    name = "Example Pixel"
    owner = "Example Works"
    purpose = "advertising"
    hosts = [".pixel.example.com"]
    [[endpoint]]
    path = '^/collect$'
    account = ["id"]
    parameters = [{ name = "em", class = "email", form = "hashed", hash = "plain-md5", grade = "V", meaning = "e-mail" }]
"#;

fn compiled(vendor: &str) -> Result<Shelf, String> {
    let read = |text: &str| toml::from_str::<VendorFile>(text).map_err(|error| error.to_string());
    compile(&Files {
        own: BTreeMap::new(),
        vendors: BTreeMap::from([("example-pixel".to_owned(), read(vendor)?)]),
        owners: toml::from_str("owner = [{ name = 'Example Works', parent = 'Example Group' }]").expect("TOML"),
        companies: Vec::new(),
        portfolios: Default::default(),
        events: toml::from_str("[events]\n'page view' = ['PageView']").expect("TOML"),
        hash_rules: toml::from_str("[rules]\nplain-md5 = 'MD5 hex.'").expect("TOML"),
        signatures: SignaturesFile::default(),
        cookies: Default::default(),
    })
}

#[test]
fn a_vendor_file_is_compiled() {
    let shelf = compiled(GOOD).expect("a good file");
    assert_eq!(shelf.vendors[0].account_prefix, "example-pixel");
    assert_eq!(shelf.endpoints[0].parameters[0].key, "em");
    assert_eq!(shelf.hosts[0].only_vendor, Some(0));
    let owner = &shelf.owners[usize::from(shelf.vendors[0].owner)];
    assert_eq!(shelf.owners[usize::from(owner.root)].name, "Example Group");
    assert_eq!(shelf.events, [("pageview".to_owned(), "page view".to_owned())]);
}

#[test]
fn mistakes_are_named() {
    for (right, wrong, named) in [
        ("advertising", "spying", "\"spying\" is not a purpose"),
        ("plain-md5", "md6", "\"md6\" is not in hash_rules.toml"),
        ("\".pixel", "\"https://pixel", "is not a host"),
        ("'^/collect$'", "'/collect'", "must begin with ^"),
        ("\"email\"", "\"mail\"", "\"mail\" is not a data class"),
        ("account =", "acount =", "unknown field `acount`"),
        ("\"V\"", "\"X\"", "unknown variant `X`"),
        ("\".pixel.example.com\"", "\"a.example.com\", \"a.example.com\"", "stands there twice"),
    ] {
        let error = compiled(&GOOD.replace(right, wrong)).expect_err(wrong);
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn hosts_are_checked() {
    for good in ["example.com", ".example.com", "a_b.example.com"] {
        assert_eq!(check_host(good), Ok(()));
    }
    for bad in ["", ".", "Example.com", "example.com/x", "..example.com", "example.com:80"] {
        assert!(check_host(bad).is_err(), "{bad}");
    }
}

#[test]
fn wider_patterns_go_up_label_by_label() {
    assert_eq!(wider("a.b.com").collect::<Vec<_>>(), ["a.b.com", "b.com", "com"]);
    assert_eq!(wider(".b.com").collect::<Vec<_>>(), ["com"]);
}
