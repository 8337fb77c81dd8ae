//! Sentences that a reporter may quote. Each gives the range with the number, says what was counted
//! by which key, and never says that so many people *were* affected where only a range is known.

use super::join::Evidence;
use super::learn::ANY;
use super::rate::Rate;
use super::rounding::grouped;
use super::row::Figures;
use super::share::Tally;
use crate::observation::PersonKind;

/// What a sentence is about.
#[derive(Clone, Debug)]
pub struct Scene<'s> {
    /// The data class, or `(any)`.
    pub class: &'s str,
    /// The vendor, or `(any)`.
    pub vendor: &'s str,
    /// Whether the row is of one page.
    pub one_page: bool,
    /// Whether only visits of the site are known, from connections.
    pub connections: bool,
    /// The evidence, of the surest page where there are several.
    pub evidence: Evidence,
    /// The kinds of keys that stand for persons.
    pub kinds: &'s [(PersonKind, u64)],
    /// The rate of blockers that was applied.
    pub blocking: Option<Rate>,
    /// The rate of consent that was applied.
    pub consent: Option<Rate>,
    /// Why the page always sends, where somebody vouches for it.
    pub always: Option<&'s str>,
    /// How many more browsers would narrow the interval enough for a single number.
    pub more: Option<u64>,
}

/// The sentences of a row of the traffic join.
pub fn join(scene: &Scene<'_>, figures: &Figures) -> String {
    let visited = figures.visited.unwrap_or(0);
    if visited == 0 {
        return "Nobody who could have been affected is in the logs of these days.".to_owned();
    }
    let (data, vendor) = (data(scene.class), vendor(scene.vendor));
    let place = match (scene.connections, scene.one_page) {
        (true, _) => format!("connected to the site and to {vendor}"),
        (false, true) => "opened this page".to_owned(),
        (false, false) => "opened at least one of these pages".to_owned(),
    };
    let mut text = format!("{} {} {place}.", grouped(visited), unit(scene.kinds, visited));
    if let Some(reason) = scene.always {
        text.push_str(&format!(" The page sends {data} to {vendor} on every load, because {reason}."));
    } else {
        text.push_str(&format!(" {}", tests(scene, &data, vendor)));
    }
    let Some(about) = figures.as_recorded else {
        text.push_str(&format!(" On this evidence {} were affected.", bounds(figures)));
        return text;
    };
    text.push_str(&format!(" {}, about {} were affected.", condition(scene, vendor), grouped(about)));
    if figures.estimate.is_some() {
        if figures.low != figures.high {
            text.push_str(&format!(" Allowing for what is not known exactly, it was {}.", figures.range()));
        }
        return text;
    }
    text.push_str(&format!(" {}", doubt(scene, figures)));
    text
}

/// An interval of which the upper end may be unknown.
fn bounds(figures: &Figures) -> String {
    match figures.high {
        Some(_) => format!("somewhere from {}", figures.range()),
        None => format!("at least {}", grouped(figures.low.unwrap_or(0))),
    }
}

/// What the test visits showed.
fn tests(scene: &Scene<'_>, data: &str, vendor: &str) -> String {
    let Evidence { ever, loads, .. } = scene.evidence;
    if scene.connections {
        return format!("Of the {} test browsers that contacted {vendor}, {} sent {data}.", ever.all, ever.sent);
    }
    let subject = if scene.one_page { "the page" } else { "the page that was tested most" };
    let browsers = match (ever.all, loads.all) {
        (1, 1) => String::new(),
        (1, _) => ", all in one browser".to_owned(),
        (browsers, loads) if browsers == loads => ", each in its own browser".to_owned(),
        (browsers, _) => format!(", made with {} browsers", number(browsers)),
    };
    format!("In {} on record{browsers}, {subject} sent {data} to {vendor}.", of_visits(loads))
}

fn of_visits(loads: Tally) -> String {
    match (loads.sent, loads.all) {
        (1, 1) => "the only test visit".to_owned(),
        (2, 2) => "both of the 2 test visits".to_owned(),
        (sent, all) if sent == all => format!("all of the {all} test visits"),
        (sent, all) => format!("{sent} of the {all} test visits"),
    }
}

/// Under which condition the figure holds.
fn condition(scene: &Scene<'_>, vendor: &str) -> String {
    let mut who = Vec::new();
    if let Some(rate) = scene.blocking {
        who.push(format!("whose browser does not block {vendor} (assumed {})", percent(rate)));
    }
    if let Some(rate) = scene.consent {
        who.push(format!("who consented (assumed {})", percent(rate)));
    }
    let who = if who.is_empty() { String::new() } else { format!(" {}", who.join(" and ")) };
    if scene.always.is_some() {
        format!("For every visitor{who}")
    } else {
        format!("If it did the same for every visitor{who}")
    }
}

fn doubt(scene: &Scene<'_>, figures: &Figures) -> String {
    let loads = scene.evidence.loads;
    let how = if loads.sent == loads.all { "that it always did" } else { "how often it did" };
    let visits = match loads.all {
        1 => "One visit".to_owned(),
        all => format!("{} visits", capital(&number(all))),
    };
    let range = match figures.low {
        _ if figures.high.is_none() => bounds(figures) + " were affected",
        Some(0) | None => format!("any number up to {} is possible", grouped(figures.high.unwrap_or(0))),
        Some(_) => format!("any number from {} is possible", figures.range()),
    };
    let mut text = format!("{visits} cannot show {how}: on their evidence alone {range}");
    if loads.all == 1 {
        text = text.replace("their evidence", "its evidence");
    }
    match scene.more {
        Some(1) => text.push_str("; a recorded visit from one more browser would narrow this most."),
        Some(more) => {
            text.push_str(&format!("; recorded visits from {} more browsers would narrow this most.", number(more)));
        }
        None => text.push('.'),
    }
    text
}

/// A data class as it stands in a sentence.
pub fn data(class: &str) -> String {
    match class {
        ANY => "personal data".to_owned(),
        "device" => "the kind of device".to_owned(),
        "browser" => "the kind of browser".to_owned(),
        "language" | "timezone" | "country" | "city" | "email" | "phone" | "street" | "age" | "gender" => {
            format!("the {class}")
        }
        "client_hints" => "details of the browser".to_owned(),
        "ip_address" => "the IP address".to_owned(),
        "browser_id" => "an id of the browser".to_owned(),
        "page_url" => "the page's address".to_owned(),
        "sensitive_page" => "what a sensitive page was about".to_owned(),
        class => format!("the {}", class.replace('_', " ")),
    }
}

/// A vendor as it stands in a sentence.
pub fn vendor(vendor: &str) -> &str {
    if vendor == ANY { "other companies" } else { vendor }
}

/// What is counted, by its name.
pub fn unit(kinds: &[(PersonKind, u64)], count: u64) -> String {
    let [(kind, _)] = kinds else {
        return "visitors (accounts where logged in, else the next best key)".to_owned();
    };
    let plural = |one: &str, many: &str| if count == 1 { one.to_owned() } else { many.to_owned() };
    match kind.word() {
        "user" => plural("account", "accounts"),
        "ip" => plural("IP address", "IP addresses"),
        "ip+agent" => plural("address with its browser", "addresses with their browsers"),
        "input" => plural("recorded person", "recorded persons"),
        word => format!("{} told apart by {word}", plural("visitor", "visitors")),
    }
}

fn percent(rate: Rate) -> String {
    let shown = |part: f64| {
        let percent = format!("{:.1}", part * 100.0);
        percent.strip_suffix(".0").unwrap_or(&percent).to_owned()
    };
    if rate.half() < 1e-9 {
        return format!("{} %", shown(rate.middle()));
    }
    format!("{} %, give or take {}", shown(rate.middle()), shown(rate.half()))
}

/// A small number as a word.
pub fn number(number: u64) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    usize::try_from(number).ok().and_then(|at| WORDS.get(at)).map_or_else(|| grouped(number), |word| (*word).to_owned())
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_two_in_words() {
        let two = Tally { sent: 2, all: 2 };
        let scene = Scene {
            class: "postal_address",
            vendor: "Meta Pixel",
            one_page: true,
            connections: false,
            evidence: Evidence { first: two, ever: two, loads: two },
            kinds: &[(PersonKind::User, 10_000)],
            blocking: Some(Rate { low: 0.22, high: 0.32 }),
            consent: None,
            always: None,
            more: Some(5),
        };
        let figures = Figures {
            visited: Some(10_000),
            as_recorded: Some(7300),
            estimate: None,
            low: Some(300),
            high: Some(7900),
        };
        assert_eq!(
            join(&scene, &figures),
            "10,000 accounts opened this page. In both of the 2 test visits on record, each in its own browser, the \
             page sent the postal address to Meta Pixel. If it did the same for every visitor whose browser does not \
             block Meta Pixel (assumed 27 %, give or take 5), about 7,300 were affected. Two visits cannot show that \
             it always did: on their evidence alone any number from 300 to 7,900 is possible; recorded visits from \
             five more browsers would narrow this most."
        );
        let narrow = Figures { estimate: Some(7300), low: Some(6300), ..figures };
        assert!(join(&scene, &narrow).ends_with("Allowing for what is not known exactly, it was 6,300 to 7,900."));
        let one = Tally { sent: 1, all: 1 };
        let alone = Scene { evidence: Evidence { first: one, ever: one, loads: one }, more: None, ..scene };
        let open = Figures { low: Some(0), ..figures };
        let text = join(&alone, &open);
        assert!(text.contains("In the only test visit on record, the page") && text.contains("One visit cannot show"));
        assert!(text.ends_with("on its evidence alone any number up to 7,900 is possible."), "{text}");
    }
}
