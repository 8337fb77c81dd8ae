//! Values of people whom the user named: hits get their names here, and values that no pattern
//! knows become hits when somebody's value is found in them.

use super::Search;
use super::fields::Travel;
use super::hit::{Datum, Route, readable};
use super::part::{Ends, Half, Part};
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

impl Search<'_, '_> {
    /// Gives a hit the name of the person whose value it is, and answers who that is where the value
    /// names one alone.
    pub(super) fn recognise(&self, hit: &mut Hit<'_>, value: &str) -> Option<Who> {
        let people = self.run.people;
        let known = match hit.riddle {
            Riddle::Keyed(key) | Riddle::Bare(key) => people.digest(key),
            Riddle::None if matches!(hit.form, Form::Plain | Form::Encoded) => people.text(value),
            Riddle::None => None,
        };
        let known = known?;
        let is_plain = hit.riddle == Riddle::None;
        if is_plain && !known.fits(hit.class, value) {
            return None;
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
        is_identifying(known.how.class).then_some(known.who)
    }

    /// Looks for people's values in an innermost value; `first` is the first hit found in it.
    pub(super) fn known_values(&mut self, node: &Node<'_>, first: usize, route: Route) {
        let people = self.run.people;
        let Ok(text) = std::str::from_utf8(node.value) else { return };
        if self.part.hits[first..].iter().any(|(hit, _)| !hit.matched.is_empty()) {
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
    fn known_value(&mut self, node: &Node<'_>, value: &str, known: Known, is_weak: bool, route: Route) {
        self.push(node, route, &datum_of(&known, readable(node), value), None);
        if is_weak && let Some((hit, _)) = self.part.hits.pop() {
            self.part.weak.push((hit, known.who));
        }
    }

    /// Looks for a value that was split over this field and the one before it: the name and the
    /// domain of an address, the halves of a number.
    pub(super) fn join_halves(&mut self, node: &Node<'_>, route: Route) {
        let value = std::str::from_utf8(node.value).unwrap_or_default();
        let is_half = (2..=LONGEST_HALF).contains(&value.len()) && !value.contains('@');
        let half = is_half.then(|| Half {
            container: self.base.inner(node.container),
            key: node.keys.last().to_vec(),
            value: value.to_owned(),
            travel: Travel::of(node, route, self.labels),
        });
        let Some(ends) = &mut self.part.ends else {
            self.part.ends = Some(Box::new(Ends { first: half.clone(), last: half }));
            return;
        };
        let last = std::mem::replace(&mut ends.last, half.clone());
        if let Some((hit, who)) = self.whole_of(last.as_ref(), half.as_ref()) {
            self.part.hits.push((hit, None));
            self.part.people.extend(who);
        }
    }

    /// Looks for a value that was split over the last field before an outer value and its first.
    pub(super) fn join_ends(&mut self, part: &Part) {
        let Some(ends) = &part.ends else { return };
        let base = self.base;
        let moved = |half: &Half| Half { container: base.outer(half.container), ..half.clone() };
        let before = self.whole.ends.take().and_then(|ends| ends.last);
        if let Some((hit, who)) = self.whole_of(before.as_ref(), ends.first.as_ref().map(moved).as_ref()) {
            self.whole.hits.push((hit, None));
            self.whole.people.extend(who);
        }
        self.whole.ends = Some(Box::new(Ends { first: None, last: ends.last.as_ref().map(moved) }));
    }

    /// Somebody's value that two fields make up, and who that is.
    fn whole_of(&mut self, one: Option<&Half>, other: Option<&Half>) -> Option<(Hit<'static>, Option<Who>)> {
        let (one, other) = (one?, other.filter(|other| one.is_some_and(|one| one.container == other.container))?);
        let value = joined(&one.value, &other.value)?;
        let known = self.run.people.text(&value).filter(|known| is_identifying(known.how.class))?;
        let form = if other.travel.encoded { Form::Encoded } else { Form::Plain };
        let param = self.labels.text(&[&one.key[..], b"+", &other.key].concat());
        let mut hit = self.hit(&datum_of(&known, form, &value), &other.travel, param);
        let who = self.recognise(&mut hit, &value);
        Some((hit, who))
    }

    /// Adds what names nobody alone where the record holds a value of the same person that does.
    pub(super) fn add_weak(&mut self) {
        let people = std::mem::take(&mut self.whole.people);
        let weak = std::mem::take(&mut self.whole.weak);
        for person in &people {
            self.name_shared(person);
        }
        let counted = weak.into_iter().filter(|(_, who)| people.iter().any(|person| person.meets(who)));
        self.whole.hits.extend(counted.map(|(hit, _)| (hit, None)));
    }

    /// Names the hits that hold what the person shares with others.
    fn name_shared(&mut self, person: &Who) {
        for (hit, _) in self.whole.hits.iter_mut().filter(|(hit, _)| hit.matched.is_empty()) {
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

fn datum_of<'t>(known: &Known, form: Form, value: &'t str) -> Datum<'t> {
    Datum {
        class: known.how.class,
        form,
        confidence: Confidence::Certain,
        detector: known.who.detector(),
        reason: "",
        value,
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
