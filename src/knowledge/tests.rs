//! The files of the knowledge base hold what they promise: every example is recognised, every
//! counter-example is not, and no entry contradicts another.

use super::files::VendorFile;
use super::schema::Grade;
use super::{Knowledge, Location, VendorId, patterns};
use crate::lookup::look;
use crate::suffix;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn vendor_files() -> BTreeMap<String, VendorFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/vendors");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder is part of the project") {
        let path = entry.expect("a readable folder").path();
        let slug = path.file_stem().and_then(|stem| stem.to_str()).expect("an ASCII name").to_owned();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        files.insert(slug, toml::from_str(&text).expect("the build has read it too"));
    }
    files
}

fn vendor_named(knowledge: &Knowledge, slug: &str) -> VendorId {
    knowledge.vendors().find(|(_, vendor)| vendor.slug == slug).expect("every file is compiled").0
}

#[test]
fn every_file_keeps_what_it_promises() {
    let knowledge = Knowledge::shipped();
    let mut wrong = Vec::new();
    let mut examples = 0;
    for (slug, file) in vendor_files() {
        examples += file.example.len();
        wrong.extend(super::promises::broken(&knowledge, &slug, &file).into_iter().map(|it| format!("{slug}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples > 200, "only {examples} examples");
}

#[test]
fn every_parameter_seen_in_real_requests_is_in_an_example() {
    let knowledge = Knowledge::shipped();
    let mut missing = Vec::new();
    for (slug, file) in vendor_files() {
        let mut met = BTreeSet::new();
        for example in &file.example {
            let looked = look(&knowledge, &example.url, example.body.as_deref().map(str::as_bytes)).expect("a URL");
            for value in &looked.values {
                let parameter =
                    looked.endpoint.and_then(|endpoint| knowledge.parameter(endpoint, value.location, &value.keys));
                met.extend(looked.endpoint.zip(parameter.map(|parameter| parameter.key.clone())));
            }
        }
        for endpoint in knowledge.endpoints(vendor_named(&knowledge, &slug)) {
            let entry = knowledge.endpoint_entry(endpoint);
            let proved = |grade: Grade| matches!(grade, Grade::R | Grade::RStar);
            let parameters = entry.parameters.iter().chain(&entry.wildcards);
            for parameter in parameters.filter(|parameter| proved(parameter.grade)) {
                if !met.contains(&(endpoint, parameter.key.clone())) {
                    missing.push(format!("{slug}: {}", parameter.key));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_pattern_compiles_and_accounts_have_one_group() {
    let knowledge = Knowledge::shipped();
    assert!(!knowledge.shelf.patterns.is_empty());
    for (number, pattern) in (0..).zip(&knowledge.shelf.patterns) {
        assert!(knowledge.patterns.get(number).is_some(), "{pattern}");
    }
    for endpoint in &knowledge.shelf.endpoints {
        for source in endpoint.account.iter().chain(&endpoint.event) {
            let (super::Source::Path(number) | super::Source::Host(number)) = source else { continue };
            let groups = knowledge.patterns.get(*number).map(regex::Regex::captures_len);
            assert_eq!(groups, Some(2), "{}", knowledge.patterns.text(*number));
        }
    }
}

#[test]
fn names_are_unique_and_prefixes_belong_to_one_owner() {
    let knowledge = Knowledge::shipped();
    let mut names = BTreeSet::new();
    let mut prefixes = BTreeMap::new();
    for (id, vendor) in knowledge.vendors() {
        assert!(names.insert(vendor.name.to_lowercase()), "{} is the name of two vendors", vendor.name);
        let group = knowledge.root_owner(knowledge.product_of(id).owner.expect("an owner"));
        let other = prefixes.insert(&vendor.account_prefix, group);
        assert!(other.is_none_or(|other| other == group), "{} is used by two owners", vendor.account_prefix);
        let prefix = vendor.account_prefix.bytes();
        assert!(prefix.clone().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) && prefix.len() > 0);
    }
}

#[test]
fn no_two_vendors_take_all_paths_of_a_host() {
    let knowledge = Knowledge::shipped();
    for pattern in &knowledge.shelf.hosts {
        assert!(pattern.any_path.len() <= 1, "{}", pattern.host);
    }
}

/// Under a public suffix everybody has a domain of his own, and platforms have tenants: whoever
/// owned one would seem to own all of them.
#[test]
fn nobody_owns_what_strangers_live_below() {
    let knowledge = Knowledge::shipped();
    let is_suffix = |domain: &&str| {
        let name = domain.trim_start_matches('.').as_bytes();
        let suffix = suffix::suffix(name).filter(|suffix| suffix.as_bytes() == name);
        suffix.is_some_and(|suffix| suffix.typ() == Some(suffix::Type::Icann))
    };
    let domains = knowledge.company_domains().map(|(domain, ..)| domain);
    // A company may have an ending of its own, such as .google.
    let owned: Vec<&str> = domains.filter(|domain| domain[1..].contains('.')).filter(is_suffix).collect();
    assert!(owned.is_empty(), "{owned:?} are public suffixes");
}

#[test]
fn groups_have_one_head() {
    let knowledge = Knowledge::shipped();
    for (host, group) in [
        ("www.linkedin.com", "Microsoft"),
        ("px.ads.linkedin.com", "Microsoft"),
        ("c.clarity.ms", "Microsoft"),
        ("ib.adnxs.com", "Microsoft"),
        ("www.instagram.com", "Meta Platforms"),
        ("scontent.xx.fbcdn.net", "Meta Platforms"),
        ("www.google.co.uk", "Alphabet"),
        ("fonts.gstatic.com", "Alphabet"),
        ("i.ytimg.com", "Alphabet"),
        ("api.segment.io", "Twilio"),
        ("script.hotjar.com", "Contentsquare"),
        ("analytics.tiktok.com", "ByteDance"),
        ("www.example.com", ""),
        ("notgoogle.com", ""),
        ("google.com.example.net", ""),
    ] {
        assert_eq!(knowledge.group_of_host(host), group, "{host}");
    }
    let linkedin = knowledge.owner_of_host(knowledge.host("px.ads.linkedin.com")).expect("known");
    assert_eq!(knowledge.lineage_text(linkedin), "Microsoft ← LinkedIn");
}

#[test]
fn a_shared_host_without_its_path_names_the_owner_only() {
    let knowledge = Knowledge::shipped();
    for (host, path, vendor, owner) in [
        ("www.facebook.com", "/profile", None, "Meta Platforms"),
        ("www.google.com", "/search", None, "Google"),
        ("bat.bing.com", "/unheard/of", Some("Microsoft Advertising UET"), "Microsoft"),
        ("WWW.Facebook.com.", "/tr/", Some("Meta Pixel"), "Meta Platforms"),
        ("ct.pinterest.com", "", Some("Pinterest Tag"), "Pinterest"),
    ] {
        let facts = knowledge.host(host);
        let product = knowledge.product(facts, knowledge.endpoint(facts, path)).expect("a known host");
        let name = product.vendor.map(|id| knowledge.vendor(id).name.as_str());
        let owned = product.owner.map(|owner| knowledge.owner_name(owner));
        assert_eq!((name, owned), (vendor, Some(owner)), "{host}{path}");
    }
    let unknown = knowledge.host("www.example.com");
    assert_eq!(knowledge.product(unknown, None), None);
    assert!(!unknown.is_listed());
}

#[test]
fn parameters_are_found_under_any_of_their_spellings() {
    let knowledge = Knowledge::shipped();
    let host = knowledge.host("www.facebook.com");
    let meta = knowledge.endpoint(host, "/tr/").expect("the pixel");
    let class = |key: &str| {
        let parameter = knowledge.parameter(meta, Location::Query, key)?;
        Some(parameter.class?.word())
    };
    assert_eq!(class("udff/em"), Some("email"));
    assert_eq!(class("UDFF/EM"), Some("email"));
    assert_eq!(class("cd/plan"), None);
    assert!(knowledge.parameter(meta, Location::Query, "cd/plan").is_some());
    assert!(knowledge.parameter(meta, Location::Header, "ud/em").is_none());
    assert!(knowledge.parameter(meta, Location::Query, "unheard_of").is_none());
    let segment = knowledge.endpoint(knowledge.host("api.segment.io"), "/v1/batch").expect("Segment");
    let batched = knowledge.parameter(segment, Location::Json, "batch/*/traits/email").expect("in a batch");
    assert_eq!(batched.key, "traits/email");
    assert_eq!(knowledge.named(segment, "batch/*/writeKey"), Some("writeKey"));
    assert_eq!(knowledge.named(segment, "context/page/url"), Some("context/page/url"));
    assert_eq!(knowledge.named(segment, "traits/email"), None);
}

#[test]
fn vendors_are_known_behind_other_hosts() {
    let knowledge = Knowledge::shipped();
    for (url, body, slug) in [
        ("https://sgtm.example.com/x/g/collect?v=2&tid=G-EXAMPLE1&en=page_view", None, Some("google-analytics")),
        ("https://www.example.com/a1?v=2&tid=G-EXAMPLE1&cid=1&sid=2&en=x&dl=y", None, Some("google-analytics")),
        ("https://www.example.com/tr?id=1234567890&ev=PageView", None, Some("meta-pixel")),
        ("https://metrics.example.com/b/ss/suite/1/JS-2.2/s1?AQB=1&AQE=1", None, Some("adobe-analytics")),
        ("https://www.example.com/matomo.php?idsite=1&rec=1", None, Some("matomo")),
        ("https://www.example.com/ppms.php?idsite=0&rec=1", None, Some("piwik-pro")),
        ("https://e.example.com/v1/t", Some(r#"{"writeKey":"k","userId":"7"}"#), Some("segment")),
        ("https://www.example.com/?q=L2cvY29sbGVjdD9", None, None),
        ("https://www.example.com/search?id=1234&ev=", None, None),
        ("https://www.example.com/collect?v=2&tid=7", None, None),
        ("https://www.example.com/", None, None),
    ] {
        let looked = look(&knowledge, url, body.map(str::as_bytes)).expect("a URL");
        let value = |key: &str| looked.values.iter().find(|it| it.keys == key).map(|it| it.value.as_str());
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let seen = super::Seen { path: &looked.path, query, has_body: body.is_some(), value: &value };
        let found = knowledge.behind(seen).map(|vendor| knowledge.vendor(vendor).slug.as_str());
        assert_eq!(found, slug, "{url}");
    }
}

#[test]
fn a_renamed_path_is_read_by_the_vendors_first_endpoint() {
    let knowledge = Knowledge::shipped();
    let google = vendor_named(&knowledge, "google-analytics");
    for path in ["/x/g/collect", "/a1"] {
        let endpoint = knowledge.endpoint_behind(google, path).expect("an endpoint");
        let parameter = knowledge.parameter(endpoint, Location::Query, "dl").expect("the page");
        assert_eq!(parameter.class.map(|class| class.word()), Some("page_url"));
    }
}

#[test]
fn events_have_one_word_across_vendors() {
    let knowledge = Knowledge::shipped();
    for (slug, raw, words) in [
        ("meta-pixel", "PageView", "page view"),
        ("meta-pixel", "SubscribedButtonClick", "button click"),
        ("google-analytics", "page_view", "page view"),
        ("google-analytics", "view_search_results", "search"),
        ("google-analytics", "form_submit", "form submit"),
        ("microsoft-uet", "pageLoad", "page view"),
        ("linkedin-insight-tag", "PAGE_VISIT", "page view"),
        ("snap-pixel", "PAGE_VIEW", "page view"),
        ("pinterest-tag", "pagevisit", "page view"),
        ("tiktok-pixel", "Pageview", "page view"),
        ("snowplow", "pv", "page view"),
        ("meta-pixel", "MyOwnEvent", "MyOwnEvent"),
        ("meta-pixel", " ", ""),
    ] {
        assert_eq!(knowledge.event_words(vendor_named(&knowledge, slug), raw), words, "{slug} {raw}");
    }
}

#[test]
fn an_empty_knowledge_base_knows_nobody() {
    let knowledge = Knowledge::empty();
    let host = knowledge.host("www.facebook.com");
    assert_eq!(knowledge.endpoint(host, "/tr/"), None);
    assert_eq!(knowledge.product(host, None), None);
    assert_eq!(knowledge.group_of_host("www.facebook.com"), "");
    assert_eq!(patterns::Patterns::new(&[]).get(0).map(regex::Regex::as_str), None);
}

#[test]
fn cookies_are_known_at_their_domain() {
    let knowledge = Knowledge::shipped();
    let jar = knowledge.jar("facebook.com").expect("a jar");
    assert_eq!(jar.cookie("c_user").map(|cookie| cookie.class.word()), Some("customer_id"));
    assert!(jar.cookie("C_USER").is_none() && knowledge.jar("example.com").is_none());
    for jar in knowledge.jars() {
        assert_eq!(crate::place::site_of(&jar.domain), jar.domain, "a registrable domain");
        assert!(!knowledge.jar_source(jar).is_empty(), "{}", jar.domain);
        let facts = knowledge.host(&jar.domain);
        assert!(facts.is_listed(), "nobody owns {}", jar.domain);
    }
}
