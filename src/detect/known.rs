//! Values of people whom the user named: hits get their names here, and values that no pattern
//! knows become hits when somebody's value is found in them.

use super::Search;
use super::hit::{Datum, Route, readable};
use crate::class::Form;
use crate::matching::Riddle;
use crate::matching::people::{Known, Who, digest_half, fingerprint_half, is_identifying};
use crate::observation::Hit;
use crate::patterns::Confidence;
use crate::peel::Node;

/// The detector's name for personas, whose shared values are looked for under any name.
const PERSONA: &str = "persona";

/// Longer values are no half of anything.
const LONGEST_HALF: usize = 64;

/// Longer values are texts, in which only what stands inside is looked for.
const LONGEST_VALUE: usize = 256;

/// Whose values a record holds, as far as it was searched.
#[derive(Default)]
pub(super) struct Named {
    /// People whom an identifying value names.
    people: Vec<Who>,
    /// Hits that name nobody alone.
    weak: Vec<(Hit<'static>, Who)>,
    /// The field that was looked at last.
    last: Option<Half>,
}

/// A field that may hold half a value.
struct Half {
    container: u32,
    key: Vec<u8>,
    value: String,
}

impl Named {
    /// Whether anybody's value was seen, if only one that names nobody alone.
    pub(super) fn saw_anybody(&self) -> bool {
        !(self.people.is_empty() && self.weak.is_empty())
    }
}

impl Search<'_, '_> {
    /// Gives a hit the name of the person whose value it is.
    pub(super) fn recognise(&mut self, hit: &mut Hit<'_>, value: &str) {
        let people = self.run.people;
        let known = match hit.riddle {
            Riddle::Keyed(key) | Riddle::Bare(key) => people.digest(key),
            Riddle::None if matches!(hit.form, Form::Plain | Form::Encoded) => people.text(value),
            Riddle::None => None,
        };
        let Some(known) = known else { return };
        let is_plain = hit.riddle == Riddle::None;
        if is_plain && !known.fits(hit.class, value) {
            return;
        }
        if matches!(hit.riddle, Riddle::Bare(_)) || known.how.class.tells_more_than(hit.class) {
            hit.class = known.how.class;
        }
        hit.riddle = Riddle::None;
        hit.form = if known.how.is_hashed() { Form::Hashed } else { hit.form };
        hit.confidence = Confidence::Certain;
        hit.detector = self.symbols.intern(known.who.detector());
        hit.reason = self.symbols.intern(&format!("{}: {}", known.who.whose(), known.how.words()));
        hit.matched = self.symbols.intern(&people.name(&known.who));
        if is_identifying(known.how.class) {
            self.named_people.people.push(known.who);
        }
    }

    /// Looks for people's values in an innermost value; `first` is the first hit found in it.
    pub(super) fn known_values(&mut self, node: &Node<'_>, first: usize, route: Route) {
        let people = self.run.people;
        let Ok(text) = std::str::from_utf8(node.value) else { return };
        if self.hits[first..].iter().any(|hit| !hit.matched.is_empty()) {
            return;
        }
        if let Some(known) = people.text(text).filter(|_| text.len() <= LONGEST_VALUE) {
            let is_strong = is_identifying(known.how.class) && known.is_distinctive(text);
            if !is_strong && known.who.detector() != PERSONA {
                return;
            }
            return self.known_value(node, text, known, !is_strong, route);
        }
        for (range, known) in people.inside(node.value) {
            let value = String::from_utf8_lossy(&node.value[range]).into_owned();
            self.known_value(node, &value, known, false, route);
        }
    }

    /// Adds somebody's value; [`Search::recognise`] says whose it is.
    fn push_known(&mut self, node: &Node<'_>, route: Route, known: &Known, value: &str) {
        let datum = Datum {
            class: known.how.class,
            form: readable(node),
            confidence: Confidence::Certain,
            detector: known.who.detector(),
            reason: "",
            value,
        };
        self.push(node, route, &datum, None);
    }

    fn known_value(&mut self, node: &Node<'_>, value: &str, known: Known, is_weak: bool, route: Route) {
        self.push_known(node, route, &known, value);
        if is_weak {
            self.hit_fields.pop();
            if let Some(hit) = self.hits.pop() {
                self.named_people.weak.push((hit, known.who));
            }
        }
    }

    /// Looks for a value that was split over this field and the one before it: the name and the
    /// domain of an address, the halves of a number.
    pub(super) fn join_halves(&mut self, node: &Node<'_>, route: Route) {
        let value = std::str::from_utf8(node.value).unwrap_or_default();
        let is_half = (2..=LONGEST_HALF).contains(&value.len()) && !value.contains('@');
        let half = Half { container: node.container, key: node.keys.last().to_vec(), value: value.to_owned() };
        let last = std::mem::replace(&mut self.named_people.last, is_half.then_some(half));
        let Some(last) = last.filter(|last| is_half && last.container == node.container) else { return };
        let Some(whole) = joined(&last.value, value) else { return };
        let Some(known) = self.run.people.text(&whole).filter(|known| is_identifying(known.how.class)) else { return };
        self.push_known(node, route, &known, &whole);
        if let Some(hit) = self.hits.last_mut() {
            let keys = [&last.key[..], b"+", node.keys.last()].concat();
            hit.param = self.labels.text(&keys);
        }
    }

    /// Adds what names nobody alone where the record holds a value of the same person that does.
    pub(super) fn add_weak(&mut self) {
        let Named { people, weak, .. } = std::mem::take(&mut self.named_people);
        for person in &people {
            self.name_shared(person);
        }
        let counted = weak.into_iter().filter(|(_, who)| people.iter().any(|person| person.meets(who)));
        for (hit, _) in counted {
            self.hits.push(hit);
            self.hit_fields.push(None);
        }
    }

    /// Names the hits that hold what the person shares with others.
    fn name_shared(&mut self, person: &Who) {
        for hit in self.hits.iter_mut().filter(|hit| hit.matched.is_empty()) {
            let half = match hit.riddle {
                Riddle::Keyed(key) | Riddle::Bare(key) => digest_half(key),
                Riddle::None => fingerprint_half(hit.fingerprint),
            };
            if is_identifying(hit.class) && hit.riddle == Riddle::None || !self.run.people.shares(person, half) {
                continue;
            }
            hit.riddle = Riddle::None;
            hit.confidence = Confidence::Certain;
            hit.detector = self.symbols.intern(person.detector());
            hit.reason = self.symbols.intern(&format!("{}, beside one that names the person", person.whose()));
            hit.matched = self.symbols.intern(&self.run.people.name(person));
        }
    }
}

/// Two halves as the whole that they may be.
fn joined(one: &str, other: &str) -> Option<String> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+');
    match is_number(one) && is_number(other) {
        true => Some(format!("{one}{other}")),
        false => other.contains('.').then(|| format!("{one}@{other}")),
    }
}
