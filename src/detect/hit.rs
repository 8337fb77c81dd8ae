//! Hits: what was found in a value, with how it travelled and whose it is; and what several fields
//! of a record make up together.

use super::fields::{Travel, Whole};
use super::part::Clear;
use super::{Search, fingerprint, mask};
use crate::class::{DataClass, Form};
use crate::matching::{self, Riddle, domains, harvest};
use crate::observation::{Channel, Condition, Hit};
use crate::patterns::{self, Confidence};
use crate::peel::Node;
use crate::shared_text::SharedText;
use crate::symbols::Sym;
use std::borrow::Cow;
use std::rc::Rc;

/// The detector's name for a digest that is a finding only if its value is known.
pub(super) const KNOWN_HASH: &str = "known_hash";

/// A datum as it was found in a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datum<'t> {
    pub(super) class: DataClass,
    pub(super) form: Form,
    pub(super) confidence: Confidence,
    pub(super) detector: &'t str,
    pub(super) reason: &'t str,
    pub(super) value: &'t str,
}

/// What tables show of a datum, whatever parameter it is in.
#[derive(Debug)]
pub(super) struct Shown {
    confidence: Confidence,
    detector: Sym,
    reason: Sym,
    pub(super) masked: Rc<str>,
    fingerprint: u64,
    riddle: Riddle,
}

/// By which way a value travelled, and what must be true of the page for it to count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) channel: Channel,
    pub(super) condition: Condition,
}

impl Route {
    /// A way that counts on every page.
    pub(super) fn always(channel: Channel) -> Self {
        Route { channel, condition: Condition::None }
    }
}

/// The form of a value that can be read.
pub(super) fn readable(node: &Node<'_>) -> Form {
    if node.encoded { Form::Encoded } else { Form::Plain }
}

impl Search<'_, '_> {
    /// Adds a datum, and before it what its words tell, so that the datum itself is the last that
    /// was found.
    pub(super) fn push(&mut self, node: &Node<'_>, route: Route, datum: &Datum<'_>, field: Option<usize>) {
        self.topics_of_value(node, route, datum);
        self.push_alone(node, route, datum, field);
    }

    /// Adds a datum without looking at its words.
    pub(super) fn push_alone(&mut self, node: &Node<'_>, route: Route, datum: &Datum<'_>, field: Option<usize>) {
        let param = self.labels.text(node.keys.as_bytes());
        let mut hit = self.hit(datum, &Travel::of(node, route, self.labels), param);
        if matches!(datum.form, Form::Plain | Form::Encoded) && datum.confidence > Confidence::Possible {
            self.harvest(hit.fingerprint, datum.class, datum.value);
        }
        let who = self.recognise(&mut hit, datum.value);
        self.part.people.extend(who);
        self.part.hits.push((hit, field));
    }

    /// Keeps a value that was seen in clear, by its fingerprint.
    pub(super) fn harvest(&mut self, id: u64, class: DataClass, value: &str) {
        if harvest::is_harvested(class) {
            self.part.clear.push(Clear { id, class, value: value.into() });
        }
    }

    /// What tables show of a datum.
    pub(super) fn hit(&mut self, datum: &Datum<'_>, travel: &Travel, param: Sym) -> Hit<'static> {
        let Datum { class, form, confidence, detector, reason, value } = *datum;
        let kind = [class as u8, form as u8, confidence as u8];
        let memo = self.buffers.shown.key(&[&kind, detector.as_bytes(), reason.as_bytes()], value.as_bytes());
        let (symbols, secret) = (self.symbols, self.run.secret);
        let shown = self.buffers.shown.get_or(memo, || {
            let (confidence, reason, riddle) = asked(datum);
            Rc::new(Shown {
                confidence,
                detector: symbols.intern(detector),
                reason: symbols.intern(reason),
                masked: mask::mask(class, form, value).into(),
                fingerprint: fingerprint(secret, class, value),
                riddle,
            })
        });
        Hit {
            class,
            form,
            confidence: shown.confidence,
            channel: travel.route.channel,
            condition: travel.route.condition,
            detector: shown.detector,
            reason: shown.reason,
            param,
            chain: travel.chain,
            message: travel.message,
            masked: SharedText::Shared(Rc::clone(&shown.masked)),
            fingerprint: shown.fingerprint,
            riddle: shown.riddle,
            matched: Sym::EMPTY,
            value: self.run.plan.reveal.then(|| Cow::Owned(value.to_owned())),
        }
    }

    /// Makes one finding of the fields that hold its parts; the parts have no rows of their own.
    pub(super) fn join_fields(&mut self) {
        for whole in self.whole.fields.wholes(&mut self.buffers.siblings) {
            let Whole { found, keys, values, travel } = whole;
            let values = values.join(", ");
            let part_of = |hit: &Hit<'_>, field: &Option<usize>| {
                patterns::is_part_of(hit.class, found.class) && field.is_some_and(|field| found.fields.contains(&field))
            };
            let is_street = |(hit, field): &&(Hit<'_>, _)| hit.class == DataClass::Street && part_of(hit, field);
            let mut streets = self.whole.hits.iter().filter(is_street);
            let whose = streets.find_map(|(hit, _)| (!hit.matched.is_empty()).then_some(hit.matched));
            self.whole.hits.retain(|(hit, field)| !part_of(hit, field));
            let datum = Datum {
                class: found.class,
                form: if travel.encoded { Form::Encoded } else { Form::Plain },
                confidence: found.confidence,
                detector: found.detector,
                reason: found.reason,
                value: &values,
            };
            let param = self.labels.text(keys.join("+").as_bytes());
            let mut hit = self.hit(&datum, &travel, param);
            hit.matched = whose.unwrap_or_default();
            let who = self.recognise(&mut hit, &values);
            self.whole.people.extend(who);
            self.whole.hits.push((hit, None));
        }
    }
}

/// What a hit's digest may turn out to be, or already does where few values are possible.
fn asked<'t>(datum: &Datum<'t>) -> (Confidence, &'t str, Riddle) {
    let Datum { class, form, confidence, detector, reason, value } = *datum;
    if form != Form::Hashed {
        return (confidence, reason, Riddle::None);
    }
    if detector == KNOWN_HASH {
        return (confidence, reason, matching::key_of(value.as_bytes()).map_or(Riddle::None, Riddle::Bare));
    }
    let shape = patterns::hash_shape(value.as_bytes());
    let asked = shape.and_then(|shape| Some((shape.kind, matching::digest_key(value.as_bytes(), &shape)?)));
    let Some((kind, key)) = asked else { return (confidence, reason, Riddle::None) };
    match domains::recovered(class, kind, key) {
        Some(reason) => (Confidence::Certain, reason, Riddle::Keyed(key)),
        None => (confidence, reason, Riddle::Keyed(key)),
    }
}
