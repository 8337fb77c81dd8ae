//! What a vendor file promises: its examples must be recognised, with account, event and data, and
//! its counter-examples must not. Users' files are held to it by `leakledger vendors check`.

use super::compile::names::key_path;
use super::files::{ExampleFile, VendorFile};
use super::{Knowledge, VendorId};
use crate::lookup::{Looked, look};
use std::collections::BTreeSet;

/// What the examples of a vendor file promise and the knowledge base does not keep.
pub(crate) fn broken(knowledge: &Knowledge, slug: &str, file: &VendorFile) -> Vec<String> {
    let mut broken = Vec::new();
    let Some((vendor, _)) = knowledge.vendors().find(|(_, vendor)| vendor.slug == slug) else {
        return vec!["the file was not compiled".to_owned()];
    };
    for example in &file.example {
        let wrong = wrong_in(knowledge, vendor, example);
        broken.extend(wrong.into_iter().map(|wrong| format!("example {}: {wrong}", shortened(&example.url))));
    }
    for counter in &file.counter_example {
        if look(knowledge, &counter.url, None).is_some_and(|looked| claims(knowledge, &looked, vendor)) {
            broken.push(format!(
                "counter-example {}: taken for this vendor ({})",
                shortened(&counter.url),
                counter.why
            ));
        }
    }
    broken
}

/// Whether a request was recognised as one of the vendor's kinds of requests.
fn claims(knowledge: &Knowledge, looked: &Looked<'_>, vendor: VendorId) -> bool {
    !looked.behind && looked.endpoint.is_some_and(|endpoint| knowledge.vendor_of(endpoint) == vendor)
}

fn wrong_in(knowledge: &Knowledge, vendor: VendorId, example: &ExampleFile) -> Vec<String> {
    let Some(looked) = look(knowledge, &example.url, example.body.as_deref().map(str::as_bytes)) else {
        return vec!["not a URL".to_owned()];
    };
    if !claims(knowledge, &looked, vendor) {
        let other = looked.product.map_or("nobody's", |product| product.name);
        return vec![format!("recognised as {other}")];
    }
    let mut wrong = Vec::new();
    let mut compare = |what: &str, got: Option<&str>, promised: Option<&str>| {
        if got != promised {
            wrong.push(format!("{what} is {got:?}, not {promised:?}"));
        }
    };
    let account = Some(looked.account.as_str()).filter(|account| !account.is_empty());
    compare("account", account, example.account.as_deref());
    compare("event", looked.told.first().map(|(event, _)| event.as_str()), example.event.as_deref());
    compare("page", looked.page.as_deref(), example.page.as_deref());
    let found = found_in(knowledge, &looked);
    for promised in &example.finds {
        let mut words = promised.splitn(3, ' ');
        let (class, form, name) = (words.next(), words.next(), words.next().unwrap_or_default());
        let promise = format!("{} {} {}", class.unwrap_or_default(), form.unwrap_or_default(), key_path(name).0);
        if !found.contains(&promise) {
            wrong.push(format!("{promised} not found"));
        }
    }
    wrong
}

/// What is found in a request: data class, form and key path.
fn found_in(knowledge: &Knowledge, looked: &Looked<'_>) -> BTreeSet<String> {
    let Some(endpoint) = looked.endpoint else { return BTreeSet::new() };
    let outside = looked.values.iter().filter(|value| !value.inside_url);
    let parameters = outside.filter_map(|value| knowledge.parameter(endpoint, value.location, &value.keys));
    let facts = parameters.filter(|parameter| parameter.grade.is_fact());
    facts.filter_map(|it| it.class.map(|class| format!("{} {} {}", class.word(), it.form.word(), it.key))).collect()
}

fn shortened(url: &str) -> String {
    url.chars().take(70).collect()
}
