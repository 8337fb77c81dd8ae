//! Disconnect: `services.json` (trackers by category and company) and `entities.json` (companies
//! with the sites and resources that are theirs).

use super::{Entity, Entry, List, domain, host};
use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// What Disconnect's categories are in the tool's words.
const PURPOSES: [(&str, &str); 13] = [
    ("Advertising", "advertising"),
    ("Analytics", "analytics"),
    ("Anti-fraud", "fraud prevention"),
    ("ConsentManagers", "consent management"),
    ("Content", "content"),
    ("Cryptomining", "other"),
    ("Disconnect", "social"),
    ("Email", "email"),
    ("EmailAggressive", "email"),
    ("Fingerprinting", "visitor identification"),
    ("FingerprintingGeneral", "visitor identification"),
    ("FingerprintingInvasive", "visitor identification"),
    ("Social", "social"),
];

/// Reads `services.json`.
pub(super) fn services(object: &Map<String, Value>) -> Result<List> {
    let mut list = List { format: "Disconnect services", ..List::default() };
    let Some(Value::Object(categories)) = object.get("categories") else { bail!("\"categories\" is no object") };
    for (category, services) in categories {
        let Value::Array(services) = services else { bail!("the category {category:?} is no list") };
        let purpose = PURPOSES.iter().find(|(name, _)| name == category).map(|(_, purpose)| *purpose);
        for service in services {
            let Value::Object(service) = service else { bail!("a service in {category:?} is no object") };
            for (company, homepages) in service {
                add_service(&mut list, company, homepages, purpose);
            }
        }
    }
    Ok(list)
}

fn add_service(list: &mut List, company: &str, homepages: &Value, purpose: Option<&'static str>) {
    let lists = homepages.as_object().into_iter().flatten().filter_map(|(_, domains)| domains.as_array());
    for name in lists.flatten().filter_map(Value::as_str) {
        match domain(name) {
            Some(host) => {
                let owner = Some(company.to_owned());
                list.entries.push(Entry { host, owner, purpose, ..Entry::default() });
            }
            None => list.unused += 1,
        }
    }
}

/// Reads `entities.json`, whose companies stand under a member of this name or by themselves.
pub(super) fn entities(object: &Map<String, Value>, under: &str) -> Result<List> {
    let mut list = List { format: "Disconnect entities", ..List::default() };
    let entities = match object.get(under) {
        None => object,
        Some(Value::Object(entities)) => entities,
        Some(_) => bail!("{under:?} is no object"),
    };
    for (name, entity) in entities {
        let names = ["properties", "resources"].into_iter().filter_map(|key| entity.get(key)?.as_array()).flatten();
        let mut domains: Vec<String> = names.filter_map(|name| name.as_str().and_then(host)).collect();
        domains.sort_unstable();
        domains.dedup();
        let shown = entity.get("displayName").and_then(Value::as_str).map(str::to_owned);
        list.entities.push(Entity { name: name.clone(), shown, parent: None, domains });
    }
    Ok(list)
}
