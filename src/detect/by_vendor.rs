//! What the vendor's own parameters say of the values in a record, and what they said of the value at
//! hand.

use super::Search;
use super::hit::{Datum, Route, readable};
use super::search::form_of;
use super::topics;
use super::vendor::{self, Judgement};
use crate::class::{DataClass, Form};
use crate::knowledge::Expected;
use crate::matching;
use crate::observation::Channel;
use crate::patterns::{self, Confidence, Match};
use crate::peel::{Node, Place};
use crate::place::{UrlParts, host_name};

/// The detector's name for what a vendor's parameter means.
const VENDOR_PARAMETER: &str = "vendor_parameter";

impl Search<'_, '_> {
    /// Judges a value by the meaning of the vendor's parameter. Says whether that settles it.
    pub(super) fn vendor_value(&mut self, node: &Node<'_>, path: &str, channel: Channel) -> bool {
        let Some(endpoint) = self.endpoint else { return false };
        if self.part.values.note(self.run.knowledge, endpoint, path, node) {
            let value = String::from_utf8_lossy(node.value);
            self.topics_of(node, Route::always(channel), topics::Source::Event, readable(node), &value);
        }
        let Some(location) = vendor::location_of(node) else { return false };
        let Some(parameter) = self.run.knowledge.parameter(endpoint, location, path) else { return false };
        let (Some(class), true) = (parameter.class, parameter.grade.is_fact()) else { return false };
        let key = std::str::from_utf8(node.keys.last()).unwrap_or_default();
        let Some(judgement) = vendor::judge(parameter.form, class, key, node.value, &mut self.buffers.matches) else {
            // The parameter is for this class, but holds several, or something else: patterns may know what.
            let is_hashed = matches!(parameter.form, Expected::Hashed | Expected::Either);
            return is_hashed && self.vendor_list(node, class, channel);
        };
        if judgement.confidence < Confidence::Certain && self.is_opaque_itself(node) {
            return true;
        }
        if class == DataClass::PageUrl && self.is_of_a_frame(node.value) {
            return false;
        }
        if class == DataClass::ClickText {
            self.part.values.note_text(node);
        }
        if vendor::is_opaque(class) || judgement.form == Form::Hashed {
            self.hold_opaque(node);
        }
        let field = self.note_field(node, channel);
        self.vendor_hit(node, channel, &judgement, field);
        // Texts and URLs are data themselves and hold other data, for which patterns look next.
        !vendor::is_container(class)
    }

    /// Whether a URL is of a frame in which advertising runs: nobody visited it.
    fn is_of_a_frame(&self, url: &[u8]) -> bool {
        UrlParts::split(url).is_some_and(|url| self.run.knowledge.serves_frames(&host_name(url.host)))
    }

    /// Several digests in one parameter: every address that a tag found on the page.
    fn vendor_list(&mut self, node: &Node<'_>, class: DataClass, channel: Channel) -> bool {
        let digests = matching::digests(node.value, false);
        for range in &digests {
            let judgement = Judgement {
                class,
                form: match patterns::placeholder_hash(&node.value[range.clone()]) {
                    Some(_) => Form::Placeholder,
                    None => Form::Hashed,
                },
                confidence: Confidence::Likely,
                reason: "the vendor's parameter for its hash, one of several",
                range: range.clone(),
            };
            self.vendor_hit(node, channel, &judgement, None);
        }
        !digests.is_empty()
    }

    fn vendor_hit(&mut self, node: &Node<'_>, channel: Channel, judgement: &Judgement, field: Option<usize>) {
        let channel = match judgement.class {
            DataClass::PageUrl | DataClass::Referrer => Channel::PageUrl,
            _ => channel,
        };
        let datum = Datum {
            class: judgement.class,
            form: form_of(judgement.form, node),
            confidence: judgement.confidence,
            detector: VENDOR_PARAMETER,
            reason: judgement.reason,
            value: &String::from_utf8_lossy(&node.value[judgement.range.clone()]),
        };
        self.push(node, Route::always(channel), &datum, field);
    }

    /// Whether the vendor's parameter already gave this class for this very value.
    pub(super) fn is_settled(&self, found: &Match, node: &Node<'_>) -> bool {
        found.range == (0..node.value.len()) && self.vendor_said(node).is_some_and(|class| class == found.class)
    }

    /// Whether only its name makes a value somebody's, while the vendor's entry knows the parameter as
    /// the site's or the request's, or the site has a host of that number there.
    pub(super) fn is_nobodys(&self, found: &Match, node: &Node<'_>, path: &str) -> bool {
        use DataClass as C;
        let is_number = matches!(found.class, C::BrowserId | C::Credential | C::CustomerId | C::OrderId | C::SessionId);
        let has_form = || {
            str::from_utf8(&node.value[found.range.clone()]).is_ok_and(|value| patterns::class_by_form(value).is_some())
        };
        let by_name = (is_number || ["hashed_value", "language", "named_value", "screen"].contains(&found.detector))
            && found.confidence < Confidence::Certain
            && node.inside_url.is_none()
            && node.place != Place::Referer
            && !has_form();
        if !by_name {
            return false;
        }
        let host = self.symbols.name(self.recipient.host);
        let is_label = host.split('.').any(|label| label.as_bytes().eq_ignore_ascii_case(node.value));
        let known = || {
            let location = vendor::location_of(node)?;
            Some(self.run.knowledge.is_nobodys(self.endpoint?, location, path))
        };
        is_label || known() == Some(true)
    }

    /// The class that was last found, if it was found in this very parameter.
    pub(super) fn vendor_said(&self, node: &Node<'_>) -> Option<DataClass> {
        let (last, _) = self.part.hits.iter().rev().find(|(hit, _)| hit.class != DataClass::SensitivePage)?;
        (last.param == self.labels.text(node.keys.as_bytes())).then_some(last.class)
    }
}
