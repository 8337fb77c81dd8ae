//! Cookies by which the recipient knows the browser, or the account of whoever uses it, again: the
//! browser sends them along by itself, so that the recipient also learns whose visit it is told of.

use super::Search;
use super::hit::{Datum, Route};
use crate::class::Form;
use crate::knowledge::{Expected, Jar};
use crate::observation::Channel;
use crate::patterns::Confidence;
use crate::peel::{Node, Place};
use crate::place::site_of;

/// The detector's name for such a cookie.
pub(crate) const KNOWN_COOKIE: &str = "known_cookie";

impl<'s> Search<'s, '_> {
    /// Judges a cookie by what the recipient is known to use it for. Says whether that settles it.
    pub(super) fn known_cookie(&mut self, node: &Node<'_>, name: &str, channel: Channel) -> bool {
        if node.place != Place::Cookie {
            return false;
        }
        let Some(cookie) = self.jar().and_then(|jar| jar.cookie(name)) else { return false };
        if self.is_opaque_itself(node) || !is_id(node.value) {
            return true;
        }
        self.hold_opaque(node);
        let datum = Datum {
            class: cookie.class,
            form: if cookie.form == Expected::Encrypted { Form::Encrypted } else { Form::Plain },
            confidence: Confidence::Likely,
            detector: KNOWN_COOKIE,
            reason: "a cookie by which the recipient knows browsers or accounts again",
            value: &String::from_utf8_lossy(node.value),
        };
        self.push(node, Route::always(channel), &datum, None);
        true
    }

    /// The cookies of the recipient's domain.
    fn jar(&self) -> Option<&'s Jar> {
        let knowledge = self.run.knowledge;
        *self.jar.get_or_init(|| knowledge.jar(site_of(&self.symbols.name(self.recipient.host))))
    }
}

/// Whether a value can be an id: `OPT_OUT` and `CheckForPermission` say that there is none.
fn is_id(value: &[u8]) -> bool {
    const SHORTEST: usize = 5;
    value.len() >= SHORTEST && value.iter().any(u8::is_ascii_digit)
}
