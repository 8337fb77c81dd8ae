//! Personas: few people, so every way of sending their values is worked out beforehand, down to
//! the hash of a hash and to texts that were written in another way before they were hashed.

use super::list::{List, is_identifying};
use super::persona_file::PersonaValue;
use crate::class::DataClass;
use crate::matching::hashes::HashFunction;
use crate::matching::rules::{Rule, Variant, variants};
use crate::matching::{How, Step, Writing};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use std::ops::Range;

/// Beyond this many values only what vendors do is worked out, not every way.
const MOST_IN_DEPTH: usize = 50;

/// Shorter values are not looked for inside longer texts.
const SHORTEST_INSIDE: usize = 5;

/// Personas, ready to be asked.
#[derive(Debug)]
pub(super) struct Personas {
    pub(super) list: List,
    pub(super) labels: Vec<String>,
    /// Values that are looked for inside longer texts, with their class and persona.
    inside: Option<AhoCorasick>,
    inside_of: Vec<(DataClass, u32)>,
}

impl Personas {
    /// Works out all that may be met of these values.
    pub(super) fn new(values: &[PersonaValue], mut list: List) -> Self {
        let mut labels: Vec<String> = Vec::new();
        let (mut texts, mut inside_of) = (Vec::new(), Vec::new());
        let in_depth = values.iter().filter(|value| is_identifying(value.class)).count() <= MOST_IN_DEPTH;
        for value in values.iter().chain(&full_names(values)) {
            let who = match labels.iter().position(|label| *label == value.person) {
                Some(at) => at,
                None => {
                    labels.push(value.person.clone());
                    labels.len() - 1
                }
            } as u32;
            let forms = variants(value.class, &value.value);
            for form in &forms {
                add_form(&mut list, form, who);
            }
            if in_depth && is_identifying(value.class) {
                in_all_depth(&mut list, &forms, who);
            }
            let text = value.value.trim();
            if text.len() >= SHORTEST_INSIDE && is_identifying(value.class) {
                texts.push(text.to_owned());
                inside_of.push((value.class, who));
            }
        }
        for (label, who) in labels.iter().zip(0u32..) {
            let own = values.iter().filter(|value| value.person == *label);
            let own: Vec<(DataClass, &str)> = own.map(|value| (value.class, value.value.as_str())).collect();
            list.add_address(&own, who);
        }
        list.seal();
        let inside = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&texts)
            .ok()
            .filter(|_| !texts.is_empty());
        Personas { list, labels, inside, inside_of }
    }

    /// The values that stand inside a text, between signs or at its ends.
    pub(super) fn inside<'p>(&'p self, text: &'p [u8]) -> impl Iterator<Item = (Range<usize>, u32, How)> + 'p {
        let found = self.inside.iter().flat_map(move |texts| texts.find_iter(text));
        found.filter_map(move |found| {
            let range = found.range();
            let joined = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
            let before = range.start.checked_sub(1).and_then(|at| text.get(at));
            if joined(before) || joined(text.get(range.end)) {
                return None;
            }
            let &(class, who) = self.inside_of.get(found.pattern().as_usize())?;
            Some((range, who, How { class, rule: Rule::AsGiven, steps: [None; 3] }))
        })
    }
}

/// First and last name together, where a persona has both and no full name.
fn full_names(values: &[PersonaValue]) -> Vec<PersonaValue> {
    let mut names = Vec::new();
    for first in values.iter().filter(|value| value.class == DataClass::FirstName) {
        for last in values.iter().filter(|value| value.class == DataClass::LastName && value.person == first.person) {
            let value = format!("{} {}", first.value.trim(), last.value.trim());
            names.push(PersonaValue { person: first.person.clone(), class: DataClass::FullName, value });
        }
    }
    names
}

/// A form in clear, hashed once by every function, and twice.
fn add_form(list: &mut List, form: &Variant, who: u32) {
    let plain = How::plain(form);
    if is_plain_enough(form.rule) {
        list.add_text(&form.text, who, plain);
        list.add_text(
            &text(crate::peel::letter_map(form.text.as_bytes())),
            who,
            plain.then(Step::Write(Writing::LetterMap)),
        );
    }
    add_digests(list, form.text.as_bytes(), who, plain, &mut |list, first, how| {
        add_digests(list, first.as_bytes(), who, how, &mut |_, _, _| {});
    });
}

/// Adds the digests of a text by every function, and hands on what each would be hashed as again.
fn add_digests(list: &mut List, value: &[u8], who: u32, how: How, next: &mut dyn FnMut(&mut List, &str, How)) {
    for function in HashFunction::ALL {
        let digest = function.digest(value);
        let how = how.then(Step::Hash(function));
        function.keys(&digest).for_each(|key| list.add(key, who, how));
        for text in function.texts(&digest) {
            next(list, &text, how);
        }
    }
}

/// Written in another way first, or in between.
fn in_all_depth(list: &mut List, forms: &[Variant], who: u32) {
    for form in forms.iter().filter(|form| is_main(form.rule)) {
        let plain = How::plain(form);
        for writing in Writing::ALL {
            let Some(written) = writing.write(form.text.as_bytes()) else { continue };
            let how = plain.then(Step::Write(writing));
            add_digests(list, &written, who, how, &mut |list, first, how| {
                mapped(list, first, who, how);
                add_digests(list, first.as_bytes(), who, how, &mut |_, _, _| {});
            });
            mapped(list, &text(written.clone()), who, how);
            for again in Writing::ALL {
                if let Some(twice) = again.write(&written) {
                    let how = how.then(Step::Write(again));
                    if is_hidden(writing) || is_hidden(again) {
                        list.add_text(&text(twice.clone()), who, how);
                    }
                    add_digests(list, &twice, who, how, &mut |_, _, _| {});
                }
            }
        }
        add_digests(list, form.text.as_bytes(), who, plain, &mut |list, first, how| {
            mapped(list, first, who, how);
            for writing in Writing::ALL {
                if let Some(written) = writing.write(first.as_bytes()) {
                    let how = how.then(Step::Write(writing));
                    mapped(list, &text(written.clone()), who, how);
                    add_digests(list, &written, who, how, &mut |_, _, _| {});
                }
            }
        });
    }
}

/// Whether a writing leaves text that peeling cannot tell from other text.
fn is_hidden(writing: Writing) -> bool {
    writing == Writing::LetterMap
}

/// The letter map leaves a text that nobody can tell from others, so it is worked out here and not
/// peeled off.
fn mapped(list: &mut List, value: &str, who: u32, how: How) {
    let mapped = text(crate::peel::letter_map(value.as_bytes()));
    if !mapped.is_empty() {
        list.add_text(&mapped, who, how.then(Step::Write(Writing::LetterMap)));
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Rules that leave what still is the person's own value in clear; the others only serve hashing.
pub(super) fn is_plain_enough(rule: Rule) -> bool {
    use Rule as R;
    !matches!(
        rule,
        R::DotsOff
            | R::FirstDotOff
            | R::DotsAndPlusOff
            | R::FewSigns
            | R::MailDomain
            | R::Initial
            | R::Year
            | R::Letters
    )
}

/// The rules that most senders follow.
fn is_main(rule: Rule) -> bool {
    matches!(rule, Rule::AsGiven | Rule::Lower | Rule::Digits | Rule::Plus | Rule::Compact)
}
