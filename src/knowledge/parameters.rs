//! What a parameter holds, by the vendor's own rules.

use super::schema::{Endpoint, Location, Parameter};
use super::{EndpointId, Knowledge};

impl Knowledge {
    /// The parameter of an endpoint under a key path: the names that lead to the value, joined by
    /// `/`, with `*` for positions in lists (`udff/em`, `events/*/type`).
    ///
    /// An exact name wins over another spelling, a plain name over one with a wildcard. Vendors
    /// take the same parameters in queries, forms and JSON, so only headers are told apart.
    /// Parameters whose grade is no fact are hints: see [`super::Grade::is_fact`].
    pub fn parameter(&self, endpoint: EndpointId, location: Location, key: &str) -> Option<&Parameter> {
        let endpoint = self.endpoint_entry(endpoint);
        find(endpoint, location, key).or_else(|| {
            let below = endpoint.below.iter().filter_map(|outer| inside(key, outer));
            below.filter_map(|inner| find(endpoint, location, inner)).next()
        })
    }

    /// The rule by which a parameter's value is hashed: its name and what it says.
    pub fn hash_rule(&self, parameter: &Parameter) -> Option<(&str, &str)> {
        let rule = self.shelf.hash_rules.get(usize::from(parameter.hash?))?;
        Some((&rule.0, &rule.1))
    }

    /// Where a parameter was read about.
    pub fn source(&self, parameter: &Parameter) -> &str {
        self.shelf.sources.get(usize::from(parameter.source)).map_or("", |source| source)
    }
}

/// What follows `outer/` in a key path.
fn inside<'k>(key: &'k str, outer: &str) -> Option<&'k str> {
    key.strip_prefix(outer)?.strip_prefix('/')
}

fn find<'e>(endpoint: &'e Endpoint, location: Location, key: &str) -> Option<&'e Parameter> {
    let list = &endpoint.parameters;
    let found = match list.binary_search_by(|parameter| parameter.key.as_str().cmp(key)) {
        Ok(at) => Some(&list[at]),
        Err(_) => another_spelling(list, key),
    };
    let wild = || endpoint.wildcards.iter().find(|parameter| matches(&parameter.key, key));
    found
        .or_else(wild)
        .filter(|parameter| (location == Location::Header) == parameter.locations.contains(Location::Header))
}

/// The one parameter whose name differs in case only.
fn another_spelling<'e>(list: &'e [Parameter], key: &str) -> Option<&'e Parameter> {
    let mut same = list.iter().filter(|parameter| parameter.key.eq_ignore_ascii_case(key));
    let first = same.next()?;
    same.next().is_none().then_some(first)
}

/// Whether a key path fits a pattern: `*` stands for any text within a segment, and for the rest
/// of the path where it comes last.
fn matches(pattern: &str, key: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == key;
    };
    let Some(rest) = key.strip_prefix(head) else {
        return false;
    };
    if tail.is_empty() {
        return !rest.is_empty();
    }
    let end = rest.find('/').unwrap_or(rest.len());
    // Names hold few of the character that follows a wildcard, and patterns one or two wildcards.
    (0..=end).any(|at| rest.is_char_boundary(at) && matches(tail, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stay_in_their_segment_unless_last() {
        assert!(matches("cd/*", "cd/content_name"));
        assert!(matches("cd/*", "cd/contents/*/id"));
        assert!(!matches("cd/*", "cd"));
        assert!(!matches("cd/*", "cd/"));
        assert!(matches("ep.*", "ep.search_term"));
        assert!(!matches("ep.*", "epn.value"));
        assert!(matches("p*/m", "p0/m"));
        assert!(matches("p*/m", "p12/m"));
        assert!(!matches("p*/m", "p0/x/m"));
        assert!(matches("em/fn*", "em/fn0"));
        assert!(matches("events/*/identityMap/*", "events/*/identityMap/Email/*/id"));
        assert!(matches("é*/m", "éé/m"));
    }

    #[test]
    fn what_lies_inside_a_batch() {
        assert_eq!(inside("batch/*/userId", "batch/*"), Some("userId"));
        assert_eq!(inside("batches/x", "batch"), None);
    }
}
