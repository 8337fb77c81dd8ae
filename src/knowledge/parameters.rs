//! What a parameter holds, by the vendor's own rules.

use super::schema::{Endpoint, Location, Parameter, folded_hash};
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
        self.source_of(parameter.source)
    }

    /// The source of this number.
    pub(super) fn source_of(&self, number: u16) -> &str {
        self.shelf.sources.get(usize::from(number)).map_or("", |source| source)
    }
}

/// What follows `outer/` in a key path.
pub(super) fn inside<'k>(key: &'k str, outer: &str) -> Option<&'k str> {
    key.strip_prefix(outer)?.strip_prefix('/')
}

fn find<'e>(endpoint: &'e Endpoint, location: Location, key: &str) -> Option<&'e Parameter> {
    let starts_alike = |pattern: &str| {
        matches!(pattern.as_bytes(), [b'*', ..]) || pattern.as_bytes().first() == key.as_bytes().first()
    };
    let wild = || endpoint.wildcards.iter().find(|it| starts_alike(&it.key) && matches(&it.key, key));
    named(endpoint, key)
        .or_else(wild)
        .filter(|parameter| (location == Location::Header) == parameter.locations.contains(Location::Header))
}

/// The parameter of this name, or the only one whose name differs in case alone.
fn named<'e>(endpoint: &'e Endpoint, key: &str) -> Option<&'e Parameter> {
    let hash = folded_hash(key);
    let first = endpoint.folded.partition_point(|&(other, _)| other < hash);
    let same = || {
        let alike = endpoint.folded[first..].iter().take_while(|&&(other, _)| other == hash);
        let parameters = alike.filter_map(|&(_, position)| endpoint.parameters.get(usize::from(position)));
        parameters.filter(|parameter| parameter.key.eq_ignore_ascii_case(key))
    };
    let exact = same().find(|parameter| parameter.key == key);
    exact.or_else(|| same().next().filter(|_| same().count() == 1))
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
