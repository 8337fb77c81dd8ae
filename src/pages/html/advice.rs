//! What to change: for every vendor among the gravest exposures, what its route and its own switches
//! say.

use crate::class::Tier;
use crate::knowledge::{Knowledge, remedies};
use crate::pages::facts::Exposure;
use crate::pages::words::{class, list};

/// The most vendors that get advice.
const VENDORS: usize = 12;

/// What to change about one vendor.
#[derive(Debug)]
pub(super) struct Advice {
    pub(super) vendor: String,
    pub(super) steps: Vec<String>,
}

/// Advice on the vendors of these exposures, the gravest first.
pub(super) fn give(exposures: &[Exposure]) -> Vec<Advice> {
    let knowledge = Knowledge::shipped();
    let mut advice: Vec<Advice> = Vec::new();
    for exposure in exposures.iter().filter(|exposure| exposure.tier <= Tier::Linkable) {
        if advice.len() >= VENDORS || advice.iter().any(|known| known.vendor == exposure.vendor) {
            continue;
        }
        let of_vendor: Vec<&Exposure> =
            exposures.iter().filter(|other| other.vendor == exposure.vendor && other.tier <= Tier::Linkable).collect();
        advice.push(Advice { vendor: exposure.vendor.clone(), steps: steps(&knowledge, &exposure.vendor, &of_vendor) });
    }
    advice
}

fn steps(knowledge: &Knowledge, vendor: &str, exposures: &[&Exposure]) -> Vec<String> {
    let mut steps = Vec::new();
    let mut channels: Vec<&str> = exposures.iter().map(|exposure| exposure.channel.as_str()).collect();
    channels.sort_unstable();
    channels.dedup();
    let id = knowledge.vendors().find(|(_, known)| known.name == vendor).map(|(id, _)| id);
    let switches = remedies::switches(vendor);
    for channel in channels {
        let of_channel = exposures.iter().filter(|exposure| exposure.channel == channel);
        let mut classes: Vec<String> = Vec::new();
        for name in of_channel.map(|exposure| class(&exposure.class)) {
            if !classes.contains(&name) {
                classes.push(name);
            }
        }
        let parameters = id.filter(|_| channel == "page_url").map(|id| remedies::url_parameters(knowledge, id));
        let carried = match parameters.unwrap_or_default() {
            names if names.is_empty() => String::new(),
            names => format!(
                " (its parameters {} carry the URL)",
                list(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
            ),
        };
        let what = if channel == "page_url" { "the page's URL".to_owned() } else { format!("the request's {channel}") };
        let change = remedies::route(channel).unwrap_or_default();
        steps.push(format!("By {what}{carried}: {}. {change}", list(&classes)));
        if channel == "page_url" {
            steps.extend(switches.and_then(|switches| switches.page.clone()));
        }
    }
    let contact = ["email", "phone", "first_name", "last_name", "city", "postal_code", "date_of_birth"];
    if exposures.iter().any(|exposure| contact.contains(&exposure.class.as_str()) && exposure.channel != "page_url") {
        steps.extend(switches.and_then(|switches| switches.matching.clone()));
    }
    let texts = ["search_text", "click_text", "form_text", "product", "purchase"];
    if exposures.iter().any(|exposure| texts.contains(&exposure.class.as_str())) {
        steps.extend(switches.and_then(|switches| switches.text.clone()));
    }
    steps
}
