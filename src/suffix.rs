//! Public suffixes: the endings under which anybody can have a domain of his own, or a place of his
//! own on a platform. The Public Suffix List is compiled anew into every file that asks it, and is
//! large: all ask it here.

#![expect(clippy::disallowed_methods, reason = "this is the file that asks it")]

pub use psl::{Domain, Suffix, Type};

/// The public suffix of a host in lower case, by the whole list; an unknown last label counts as one.
#[inline(never)]
pub fn suffix(host: &[u8]) -> Option<Suffix<'_>> {
    psl::suffix(host)
}

/// A host's public suffix with the label before it; `None` for a host that is itself a suffix.
#[inline(never)]
pub fn domain(host: &[u8]) -> Option<Domain<'_>> {
    psl::domain(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_its_longest_suffix() {
        let of = |host: &'static str| suffix(host.as_bytes()).map(|suffix| (suffix.as_bytes(), suffix.typ()));
        assert_eq!(of("www.example.co.uk"), Some((&b"co.uk"[..], Some(Type::Icann))));
        assert_eq!(of("shop.github.io"), Some((&b"github.io"[..], Some(Type::Private))));
        assert_eq!(of("intranet"), Some((&b"intranet"[..], None)));
        assert_eq!(domain(b"www.example.co.uk").map(|domain| domain.as_bytes()), Some(&b"example.co.uk"[..]));
        assert_eq!(domain(b"co.uk"), None);
    }
}
