//! What a request tells its vendor: the site's account, the page, and what happened there. One
//! request can report many events, as lines or as a list; values that belong to one of them stand
//! at the same positions, by which they are kept together.

use super::labels::Labels;
use super::mask;
use crate::knowledge::{EndpointId, Knowledge};
use crate::observation::{PageRef, Told};
use crate::peel::{Node, StepKind, Steps};
use crate::symbols::{Sym, SymbolCache};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The longest text of a button or form that is kept.
const LONGEST_TEXT: usize = 120;

/// How many named values of one request are kept; batches hold a few dozen events.
const MOST_VALUES: usize = 4096;

/// Positions in lines and lists, outermost first.
type Group = Vec<u32>;

/// The values of one request that name account, event, page or text.
#[derive(Debug, Default, Hash)]
pub(crate) struct Values {
    named: BTreeMap<(Group, Rc<str>), Rc<str>>,
    texts: Vec<(Group, Rc<str>)>,
}

/// What the values of one request say.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The site's account at the vendor.
    pub account: Sym,
    /// What the vendor was told.
    pub told: Vec<Told>,
    /// The page that the vendor's own parameter names.
    pub page: PageRef,
}

impl Said {
    /// About how many bytes it takes up.
    pub(super) fn size(&self) -> usize {
        self.told.len() * size_of::<Told>()
    }
}

impl Values {
    /// Keeps a value if the vendor's entry names its parameter. Says whether it names the event.
    pub(crate) fn note(&mut self, knowledge: &Knowledge, endpoint: EndpointId, path: &str, node: &Node<'_>) -> bool {
        let Some(key) = knowledge.named(endpoint, path) else { return false };
        if self.named.len() < MOST_VALUES && !is_escaped_url(node.value) {
            let value = || String::from_utf8_lossy(node.value).into();
            self.named.entry((group_of(node.steps), key.into())).or_insert_with(value);
        }
        knowledge.names_event(endpoint, key)
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        self.named.clear();
        self.texts.clear();
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.texts.is_empty()
    }

    /// About how many bytes they take up.
    pub(crate) fn size(&self) -> usize {
        let named = self.named.iter().map(|((group, key), value)| 4 * group.len() + key.len() + value.len() + 96);
        let texts = self.texts.iter().map(|(group, text)| 4 * group.len() + text.len() + 48);
        named.chain(texts).sum()
    }

    /// Adds the values of another part of the request; of equal names, the first counts.
    pub(crate) fn append(&mut self, other: &Values) {
        for (at, value) in &other.named {
            if self.named.len() < MOST_VALUES && !self.named.contains_key(at) {
                self.named.insert(at.clone(), value.clone());
            }
        }
        let room = MOST_VALUES.saturating_sub(self.texts.len());
        self.texts.extend(other.texts.iter().take(room).cloned());
    }

    /// Keeps the words of something that was clicked.
    pub(crate) fn note_text(&mut self, node: &Node<'_>) {
        if self.texts.len() < MOST_VALUES {
            self.texts.push((group_of(node.steps), String::from_utf8_lossy(node.value).into()));
        }
    }

    /// Reads account, events and page where the vendor's entry says they are.
    pub(crate) fn read(&self, reader: &Reader<'_>) -> Said {
        let Reader { knowledge, endpoint, host, path, .. } = *reader;
        let mut said = Said::default();
        if let Some(account) = knowledge.account(endpoint, host, path, |key| self.first(key)) {
            let account: String = account.chars().take(LONGEST_TEXT).collect();
            let text = knowledge.account_text(knowledge.vendor_of(endpoint), &mask::text(&account));
            said.account = reader.symbols.intern(&text);
        }
        said.told = self.groups(knowledge, endpoint).iter().filter_map(|group| self.told(reader, group)).collect();
        said.page = self.page(reader).unwrap_or_default();
        said
    }

    /// The page that the vendor is told of. Tags in an advertiser's frame report the frame, and name the
    /// page that it is in as the page before.
    fn page(&self, reader: &Reader<'_>) -> Option<PageRef> {
        let Reader { knowledge, endpoint, labels, symbols, .. } = *reader;
        let page = self.pages(knowledge, endpoint).find_map(|url| labels.page(url.as_bytes()))?;
        let is_frame = |page: &PageRef| knowledge.serves_frames(&symbols.name(page.host));
        if !is_frame(&page) {
            return Some(page);
        }
        let referrers = knowledge.endpoint_entry(endpoint).referrer.iter().filter_map(|key| self.first(key));
        let outer = referrers.filter_map(|url| labels.page(url.as_bytes())).find(|outer| !is_frame(outer));
        Some(outer.unwrap_or(page))
    }

    /// The URLs of the page, best first.
    pub(crate) fn pages<'v>(&'v self, knowledge: &'v Knowledge, endpoint: EndpointId) -> impl Iterator<Item = &'v str> {
        knowledge.endpoint_entry(endpoint).page.iter().filter_map(|key| self.first(key))
    }

    /// The first value of a key, wherever it stands.
    fn first(&self, key: &str) -> Option<&str> {
        self.named.iter().find(|((_, known), _)| &**known == key).map(|(_, value)| &**value)
    }

    /// Where events stand: in the innermost lists that name any, or nowhere in particular.
    fn groups(&self, knowledge: &Knowledge, endpoint: EndpointId) -> BTreeSet<Group> {
        let names_event = |((_, key), value): &(&(Group, Rc<str>), &Rc<str>)| {
            !value.is_empty() && knowledge.names_event(endpoint, key)
        };
        let groups: BTreeSet<Group> =
            self.named.iter().filter(names_event).map(|((group, _), _)| group.clone()).collect();
        // What stands deeper sorts behind what it stands in.
        let mut inner = BTreeSet::new();
        for group in groups.iter().rev() {
            let next: Option<&Group> = inner.range(group.clone()..).next();
            if next.is_none_or(|next| !next.starts_with(group)) {
                inner.insert(group.clone());
            }
        }
        if inner.is_empty() { BTreeSet::from([Group::new()]) } else { inner }
    }

    /// The event at a place, with the words of its button or form.
    fn told(&self, reader: &Reader<'_>, group: &Group) -> Option<Told> {
        let Reader { knowledge, endpoint, host, path, .. } = *reader;
        let value = |key: &str| self.value(group, key);
        let (_, words) = knowledge.event(endpoint, host, path, value).filter(|(raw, _)| !is_structure(raw))?;
        let words: String = words.chars().take(LONGEST_TEXT).collect();
        let keys = &knowledge.endpoint_entry(endpoint).text;
        let text = keys.iter().find_map(|key| value(key)).or_else(|| self.text(group));
        let text = text.filter(|text| is_text(text)).map(one_line).unwrap_or_default();
        let event = reader.symbols.intern(&mask::text(&words));
        let text = if text.is_empty() { Sym::EMPTY } else { reader.symbols.intern(&mask::text(&text)) };
        (!event.is_empty()).then_some(Told { event, text })
    }

    /// The value of a key at a place or around it.
    fn value(&self, group: &Group, key: &str) -> Option<&str> {
        let around = (0..=group.len()).rev().map(|length| (group[..length].to_vec(), Rc::from(key)));
        around.into_iter().find_map(|at| self.named.get(&at)).map(|value| &**value).filter(|value| !value.is_empty())
    }

    fn text(&self, group: &Group) -> Option<&str> {
        let near = |(at, _): &&(Group, Rc<str>)| at.starts_with(group) || group.starts_with(at);
        self.texts.iter().find(near).map(|(_, text)| &**text)
    }
}

/// What is needed to understand the values.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'r> {
    pub(crate) knowledge: &'r Knowledge,
    pub(crate) symbols: &'r SymbolCache<'r>,
    pub(crate) labels: &'r Labels<'r>,
    pub(crate) endpoint: EndpointId,
    pub(crate) host: &'r str,
    pub(crate) path: &'r str,
}

/// The positions on the way to a value.
fn group_of(steps: &Steps) -> Group {
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u32>().ok();
    let mut group = Group::new();
    for step in steps.iter() {
        match step.kind {
            StepKind::Line => group.extend(number(step.name)),
            StepKind::Json => group.extend(step.name.split(|&byte| byte == b'/').filter_map(number)),
            _ => {}
        }
    }
    group
}

/// A text on one line and not too long.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_TEXT).collect()
}

/// Whether a value is a URL that was escaped once more; its plain form comes next.
fn is_escaped_url(value: &[u8]) -> bool {
    let starts = |start: &[u8]| value.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    starts(b"https%3A") || starts(b"http%3A")
}

/// Whether a value is JSON: what is in it has values of its own. `[Amplitude] Page Viewed` is none.
fn is_structure(value: &str) -> bool {
    let in_list = |rest: &str| {
        let first = rest.trim_start().chars().next();
        first.is_none_or(|first| matches!(first, '{' | '[' | ']' | '"' | '-') || first.is_ascii_digit())
    };
    value.starts_with('{') || value.strip_prefix('[').is_some_and(in_list)
}

/// Whether a value can be the words on a button: sites also send numbers and structures there.
fn is_text(value: &str) -> bool {
    !is_structure(value) && value.chars().any(char::is_alphabetic)
}
