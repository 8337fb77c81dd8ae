//! Siblings: a site's own other domains, recognised by their name alone. Sites serve their scripts
//! and pictures from `cdn-NAME`, `NAMEstatic` or the same name under another ending, which no list
//! knows. Only names that hardly two companies share are compared, and only for recipients that
//! nothing is known of: to miss a sibling costs a row, to take a stranger for one hides a leak.

use crate::suffix::{self, Type};

/// What sites add to their name for domains that serve files. Joined without a hyphen they are safe
/// for names of five letters and more.
const FILES: &str = "\
    cdn cdns static statics assets asset img imgs images image content usercontent contents files cache \
    scripts styles fonts thumbs photos pics res resources uploads";

/// Those that also stand before the name without a hyphen.
const BEFORE: [&str; 5] = ["cdn", "static", "assets", "img", "images"];

/// Words that sites add for other purposes. They also occur in names of other companies, so that
/// joined without a hyphen they need a name of six letters.
const SERVICES: &str = "\
    api apis app apps auth cloud corp data delivery dev edge global group id inc int international internal \
    live login mail media mobile net online origin platform prod production secure services service site \
    stage staging stream streaming svc test usa video videos web www";

/// Names that many companies use: they prove nothing.
const GENERIC: &str = include_str!("generic_words.txt");

/// A registrable domain taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name<'d> {
    /// What stands before the ending.
    label: &'d str,
    /// The public suffix.
    ending: &'d str,
}

/// How a word is joined to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Hyphen,
    Files,
    Services,
}

/// Why another registrable domain is the site's own, by its name: `same name: expressen + cdn`.
pub fn reason(site: &str, other: &str) -> Option<String> {
    let (site, other) = (split(site)?, split(other)?);
    if site.label == other.label {
        // `h-cdn` is no longer a name than `h`.
        let is_own = is_own_name(site.label, 4) && cores(site.label).iter().all(|(core, ..)| is_own_name(core, 3));
        return is_own.then(|| format!("same name: {}", site.label));
    }
    let same_ending = site.ending == other.ending;
    let proves = |core: &str, joint: Joint| is_own_name(core, shortest(joint, same_ending));
    let own = cores(site.label);
    let is_sites =
        |core: &str| core == site.label || own.iter().any(|&(own, _, joint)| own == core && proves(own, joint));
    let found = cores(other.label).into_iter().find(|&(core, _, joint)| is_sites(core) && proves(core, joint));
    let found =
        found.or_else(|| own.iter().copied().find(|&(core, _, joint)| core == other.label && proves(core, joint)));
    found.map(|(core, word, _)| format!("same name: {core} + {word}"))
}

/// Splits a registrable domain; `None` for addresses and for tenants of a platform, which share a
/// name with strangers.
fn split(domain: &str) -> Option<Name<'_>> {
    let suffix = suffix::suffix(domain.as_bytes())?;
    if suffix.typ() == Some(Type::Private) {
        return None;
    }
    let ending = std::str::from_utf8(suffix.as_bytes()).ok()?;
    let label = domain.strip_suffix(ending)?.strip_suffix('.')?;
    (!label.is_empty() && !label.contains('.')).then_some(Name { label, ending })
}

/// What is left of a label without a word that sites add, with that word.
fn cores(label: &str) -> Vec<(&str, &str, Joint)> {
    let mut cores = Vec::new();
    let is_word = |word: &str| is_among(FILES, word) || is_among(SERVICES, word);
    if let Some((word, core)) = label.split_once('-')
        && (is_word(unnumbered(word)) || word == "s")
    {
        cores.push((core, word, Joint::Hyphen));
    }
    if let Some((core, word)) = label.rsplit_once('-')
        && is_word(unnumbered(word))
    {
        cores.push((core, word, Joint::Hyphen));
    }
    let numberless = unnumbered(label);
    for (words, joint) in [(FILES, Joint::Files), (SERVICES, Joint::Services)] {
        for word in words.split(' ') {
            if let Some(core) = numberless.strip_suffix(word) {
                cores.push((core, word, joint));
            }
        }
    }
    for word in BEFORE {
        if let Some(core) = label.strip_prefix(word) {
            cores.push((core, word, Joint::Files));
        }
    }
    cores.retain(|(core, ..)| !core.is_empty() && !core.starts_with('-') && !core.ends_with('-'));
    cores
}

fn is_among(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// A word without the number of a server behind it.
fn unnumbered(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The shortest name that a word proves anything of.
fn shortest(joint: Joint, same_ending: bool) -> usize {
    match joint {
        Joint::Hyphen => 4 - usize::from(same_ending),
        Joint::Files => 5 - usize::from(same_ending),
        Joint::Services => 6,
    }
}

/// Whether a name is long enough and no word that anybody may use.
fn is_own_name(name: &str, shortest: usize) -> bool {
    let has_letters = name.bytes().filter(u8::is_ascii_alphabetic).count() >= 3;
    let is_generic =
        |name: &str| GENERIC.lines().any(|word| word == name) || is_among(FILES, name) || is_among(SERVICES, name);
    name.len() >= shortest && has_letters && !is_generic(name) && !name.strip_suffix('s').is_some_and(is_generic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_domains_are_recognised() {
        for (site, other, why) in [
            ("expressen.example", "cdn-expressen.example", "expressen + cdn"),
            ("parcelpost.com", "parcelpost.io", "parcelpost"),
            ("parcelpost.com", "parcelpost.co.uk", "parcelpost"),
            ("parcelpost.com", "parcelpoststatic.com", "parcelpost + static"),
            ("parcelpost.com", "parcelpost-cdn.net", "parcelpost + cdn"),
            ("parcelpost.com", "cdn2-parcelpost.net", "parcelpost + cdn2"),
            ("parcelpost.com", "static-parcelpost.com", "parcelpost + static"),
            ("parcelpost.com", "s-parcelpost.com", "parcelpost + s"),
            ("parcelpost.com", "parcelpostapp.com", "parcelpost + app"),
            ("parcelpost-online.com", "parcelpost.com", "parcelpost + online"),
            ("parcelpost.de", "parcelpost-group.de", "parcelpost + group"),
            ("parcelpost.com", "parcelpostimg1.com", "parcelpost + img"),
            ("svx.se", "svx-cdn.se", "svx + cdn"),
        ] {
            assert_eq!(reason(site, other), Some(format!("same name: {why}")), "{site} {other}");
        }
    }

    #[test]
    fn strangers_are_not() {
        for (site, other) in [
            // A name that many have.
            ("media.com", "media.net"),
            ("health.com", "health.io"),
            ("target.com", "target.io"),
            ("smart.com", "smartcdn.net"),
            ("insider.com", "insider.io"),
            ("stack.com", "cdn-stack.com"),
            ("square.com", "contentsquare.com"),
            ("h-cdn.com", "h-cdn.co"),
            // Too short to be one company's.
            ("abc.com", "abc.net"),
            ("svx.se", "svx-cdn.com"),
            ("ramp.com", "liveramp.com"),
            ("flare.com", "cloudflare.com"),
            ("nexus.com", "appnexus.com"),
            ("dog.com", "datadog.com"),
            ("person.com", "liveperson.net"),
            ("insta.com", "instapp.com"),
            // Another name.
            ("parcelpost.com", "parcelpostman.com"),
            ("parcelpost.com", "theparcelpost.com"),
            ("parcelpost.com", "parcel.com"),
            // Tenants of a platform.
            ("parcelpost.com", "parcelpost.github.io"),
            ("parcelpost.github.io", "parcelpost.com"),
            ("192.0.2.7", "192.0.2.8"),
            ("", ""),
            ("localhost", "localhost-cdn"),
        ] {
            assert_eq!(reason(site, other), None, "{site} {other}");
        }
    }

    #[test]
    fn words_that_prove_nothing_are_sorted_and_listed_once() {
        let words: Vec<&str> = GENERIC.lines().collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        assert!(!words.iter().any(|word| is_among(FILES, word) || is_among(SERVICES, word)));
    }

    /// Of all domains whose companies are known, two of different companies are hardly ever taken
    /// for one another's: a wrong guess would hide a leak.
    #[test]
    fn known_strangers_are_not_taken_for_siblings() {
        // Companies that share a name: the licensee of one in Japan, a part that was sold, and two
        // makers of pictures for drafts.
        const NAMESAKES: [&str; 4] = ["yahoo.co.jp", "yimg.jp", "cnetcontent.com", "placehold.co"];
        let knowledge = crate::knowledge::Knowledge::shipped();
        let mut labels: std::collections::BTreeMap<&str, Vec<(&str, &str)>> = std::collections::BTreeMap::new();
        let domains: Vec<(&str, &str)> = knowledge
            .company_domains()
            .map(|(domain, ..)| domain.trim_start_matches('.'))
            .filter(|domain| crate::place::site_of(domain) == *domain)
            .map(|domain| (domain, knowledge.group_of_host(domain)))
            .collect();
        for (domain, group) in &domains {
            let Some(name) = split(domain) else { continue };
            labels.entry(name.label).or_default().push((domain, group));
        }
        let (mut pairs, mut wrong) = (0, Vec::new());
        for (domain, group) in &domains {
            let Some(name) = split(domain) else { continue };
            let cores = cores(name.label).into_iter().map(|(core, ..)| core).chain([name.label]);
            for (other, others) in cores.filter_map(|core| labels.get(core)).flatten() {
                if other == domain || reason(other, domain).is_none() {
                    continue;
                }
                pairs += 1;
                let namesakes = [other, domain].iter().any(|domain| NAMESAKES.contains(domain));
                if group != others && !namesakes {
                    wrong.push(format!("{other} ({others}) and {domain} ({group})"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(pairs > 1000, "only {pairs} pairs");
    }
}
