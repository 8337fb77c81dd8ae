//! Names of hosts and domains as a tree that is read from the last label: `com`, `example.com`,
//! `www.example.com`. A look-up ends at the first label that nothing lies below, so that a host
//! nobody knows costs two or three probes however deep it is.

use hashbrown::HashMap;

/// What is kept under names; a pattern is a host (`www.example.com`) or a domain with all hosts in
/// it (`.example.com`).
#[derive(Debug)]
pub(super) struct Names<V> {
    nodes: HashMap<Vec<u8>, Node<V>, foldhash::fast::FixedState>,
}

#[derive(Debug)]
struct Node<V> {
    /// What is kept for the host itself.
    host: Option<V>,
    /// What is kept for it and all hosts in it.
    domain: Option<V>,
    /// Whether a longer name ends with this one.
    has_longer: bool,
}

impl<V> Default for Names<V> {
    fn default() -> Self {
        Names { nodes: HashMap::default() }
    }
}

impl<V> Default for Node<V> {
    fn default() -> Self {
        Node { host: None, domain: None, has_longer: false }
    }
}

impl<V: Default> Names<V> {
    /// What is kept for a pattern, made if nothing is.
    pub(super) fn entry(&mut self, pattern: &str) -> &mut V {
        let name = pattern.strip_prefix('.').unwrap_or(pattern);
        for (dot, _) in name.match_indices('.') {
            let above = self.nodes.entry_ref(&name.as_bytes()[dot + 1..]).or_default();
            if std::mem::replace(&mut above.has_longer, true) {
                break;
            }
        }
        let node = self.nodes.entry_ref(name.as_bytes()).or_default();
        let place = if pattern.len() == name.len() { &mut node.host } else { &mut node.domain };
        place.get_or_insert_default()
    }
}

impl<V> Names<V> {
    /// What is kept for all patterns that cover a host in lower case, the widest first.
    pub(super) fn covering<'n>(&'n self, host: &'n [u8]) -> impl Iterator<Item = &'n V> {
        let mut begin = Some(host.len());
        std::iter::from_fn(move || {
            begin = memchr::memrchr(b'.', &host[..begin?]);
            let name = begin.map_or(host, |dot| &host[dot + 1..]);
            let node = self.nodes.get(name)?;
            if !node.has_longer {
                begin = None;
            }
            let own = node.host.as_ref().filter(|_| name.len() == host.len());
            Some([node.domain.as_ref(), own])
        })
        .flatten()
        .flatten()
    }

    /// All patterns, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (String, &V)> {
        self.nodes.iter().flat_map(|(name, node)| {
            let name = || String::from_utf8_lossy(name);
            let host = node.host.iter().map(move |kept| (name().into_owned(), kept));
            host.chain(node.domain.iter().map(move |kept| (format!(".{}", name()), kept)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    fn names(patterns: &[&str]) -> Names<String> {
        let mut names = Names::<String>::default();
        for pattern in patterns {
            *names.entry(pattern) = (*pattern).to_owned();
        }
        names
    }

    #[test]
    fn a_host_is_covered_by_itself_and_the_domains_that_it_lies_in() {
        let names = names(&["www.example.com", ".example.com", ".a.b.example.com", "b.example.com", ".com"]);
        let covering = |host: &'static str| names.covering(host.as_bytes()).map(String::as_str).collect::<Vec<_>>();
        assert_eq!(covering("www.example.com"), [".com", ".example.com", "www.example.com"]);
        assert_eq!(covering("example.com"), [".com", ".example.com"]);
        assert_eq!(covering("x.a.b.example.com"), [".com", ".example.com", ".a.b.example.com"]);
        assert_eq!(covering("b.example.com"), [".com", ".example.com", "b.example.com"]);
        assert_eq!(covering("x.b.example.com"), [".com", ".example.com"]);
        assert_eq!(covering("com"), [".com"]);
        assert!(covering("myexample.org").is_empty());
        assert!(covering("").is_empty());
    }

    #[test]
    fn odd_names_are_covered_by_what_they_end_with() {
        let names = names(&[".example.com", "localhost"]);
        let covering = |host: &'static str| names.covering(host.as_bytes()).count();
        assert_eq!([covering(".example.com"), covering("..example.com"), covering("example.com.")], [1, 1, 0]);
        assert_eq!([covering("localhost"), covering("x.localhost"), covering("."), covering("..")], [1, 0, 0, 0]);
    }

    #[test]
    fn patterns_come_back_as_they_went_in() {
        let mut patterns = ["www.example.com", ".example.com", "example.com", ".x.y"];
        let names = names(&patterns);
        let mut back: Vec<String> = names.iter().map(|(pattern, _)| pattern).collect();
        back.sort();
        patterns.sort_unstable();
        assert_eq!(back, patterns);
    }
}
