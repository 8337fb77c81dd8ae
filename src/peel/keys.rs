//! The key path: the names that lead to a value, in the one spelling under which vendors'
//! parameters are looked up. `udff[em]=…`, `{"udff":{"em":…}}` and a JSON parameter `udff` all
//! become `udff/em`; positions in lists become `*`.

use memchr::memchr;

/// Longer names are cut in the path; a name that may be data is visited in full as a value.
const NAME_LENGTH: usize = 128;

/// The names that lead to a value, outermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPath {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl KeyPath {
    /// The path with `/` between its segments: `pd/em`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no name leads to the value, as for a path segment or a whole body.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The innermost segment; empty when there is none.
    pub fn last(&self) -> &[u8] {
        self.ends.len().checked_sub(1).map_or(&[], |last| self.segment(last))
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        (0..self.ends.len()).map(|index| self.segment(index))
    }

    /// The first `count` segments, rendered.
    pub fn prefix(&self, count: usize) -> &[u8] {
        match count.checked_sub(1).and_then(|last| self.ends.get(last)) {
            Some(&end) => &self.text[..end as usize],
            None if count == 0 => &[],
            None => &self.text,
        }
    }

    /// What follows the first `count` segments, rendered.
    pub fn suffix(&self, count: usize) -> &[u8] {
        self.text.get(self.start(count)..).unwrap_or(&[])
    }

    fn start(&self, index: usize) -> usize {
        match index.checked_sub(1).and_then(|before| self.ends.get(before)) {
            Some(&end) => end as usize + 1,
            None => 0,
        }
    }

    fn segment(&self, index: usize) -> &[u8] {
        &self.text[self.start(index)..self.ends[index] as usize]
    }

    pub(super) fn clear(&mut self) {
        self.truncate(0);
    }

    pub(super) fn truncate(&mut self, count: usize) {
        if count < self.ends.len() {
            self.ends.truncate(count);
            let end = self.ends.last().map_or(0, |&end| end as usize);
            self.text.truncate(end);
        }
    }

    /// Appends one segment as it is.
    pub(super) fn push(&mut self, segment: &[u8]) {
        if !self.ends.is_empty() {
            self.text.push(b'/');
        }
        self.text.extend_from_slice(cut(segment));
        self.ends.push(self.text.len() as u32);
    }

    /// Appends a parameter's name, split at its brackets: `cd[items][0][id]` is `cd/items/*/id`.
    pub(super) fn push_name(&mut self, name: &[u8]) {
        let name = cut(name);
        let Some(open) = memchr(b'[', name).filter(|&open| open > 0 && name.ends_with(b"]")) else {
            self.push(name);
            return;
        };
        self.push(&name[..open]);
        for part in name[open + 1..name.len() - 1].split(|&byte| byte == b'[') {
            let part = part.strip_suffix(b"]").unwrap_or(part);
            match part.iter().all(u8::is_ascii_digit) {
                true => self.push(b"*"),
                false => self.push(part),
            }
        }
    }
}

/// The part of a name that is kept in paths and chains.
pub(super) fn cut(name: &[u8]) -> &[u8] {
    &name[..name.len().min(NAME_LENGTH)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> KeyPath {
        let mut path = KeyPath::default();
        names.iter().for_each(|name| path.push_name(name.as_bytes()));
        path
    }

    #[test]
    fn brackets_become_segments() {
        assert_eq!(named(&["udff[em]"]).as_bytes(), b"udff/em");
        assert_eq!(named(&["requests[]", "uid"]).as_bytes(), b"requests/*/uid");
        assert_eq!(named(&["cd[items][0][id]"]).as_bytes(), b"cd/items/*/id");
        assert_eq!(named(&["[em]"]).as_bytes(), b"[em]");
        assert_eq!(named(&["a[b"]).as_bytes(), b"a[b");
    }

    #[test]
    fn prefix_and_suffix_meet() {
        let path = named(&["dl", "user[em]"]);
        assert_eq!(path.prefix(1), b"dl");
        assert_eq!(path.suffix(1), b"user/em");
        assert_eq!(path.suffix(0), b"dl/user/em");
        assert_eq!(path.prefix(0), b"");
        assert_eq!(path.suffix(3), b"");
        assert_eq!(path.last(), b"em");
        assert_eq!(path.segments().count(), 3);
    }

    #[test]
    fn truncating_gives_the_path_before() {
        let mut path = named(&["a", "b[c]"]);
        path.truncate(1);
        assert_eq!(path, named(&["a"]));
        path.truncate(0);
        assert_eq!(path, KeyPath::default());
    }
}
