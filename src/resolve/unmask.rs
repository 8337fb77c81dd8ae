//! Unmasking: hits that are digests get their names from what the whole input shows. A digest
//! under no telling name that nothing names is no finding and goes.

use super::resolver::Resolver;
use crate::class::{DataClass, Form};
use crate::matching::{How, Riddle};
use crate::observation::Hit;
use crate::patterns::Confidence;
use crate::symbols::Sym;

impl Resolver<'_> {
    /// Names what can be named and drops what cannot.
    pub fn unmask(&self, hits: &mut Vec<Hit<'_>>) {
        hits.retain_mut(|hit| match hit.riddle {
            Riddle::None => true,
            Riddle::Keyed(digest) => {
                self.solve(hit, digest);
                true
            }
            Riddle::Bare(digest) => self.solve(hit, digest),
        });
    }

    /// Names what a digest hides, if anything tells; says whether it does.
    fn solve(&self, hit: &mut Hit<'_>, digest: u64) -> bool {
        if let Some((row, how)) = self.row(digest) {
            let reason = format!("a value of the row of the watch list: {}", how.words());
            hit.detector = self.intern("watch_list");
            hit.matched = row;
            prove(hit, how, self.intern(&reason));
            return true;
        }
        // What a form held under a name that says nothing needs a name where it is hashed.
        let is_bare = matches!(hit.riddle, Riddle::Bare(_));
        let proof = self.proof(digest).filter(|how| !(is_bare && how.class == DataClass::FormText));
        let Some(how) = proof else {
            if !is_bare && self.is_constant(digest) && hit.confidence < Confidence::Certain {
                hit.form = Form::Placeholder;
                hit.confidence = Confidence::Certain;
                hit.reason = self.intern("constant: many people's requests carry the same digest");
            }
            return false;
        };
        let reason = format!("recovered: the input holds the value in clear too; this is {}", how.words());
        prove(hit, how, self.intern(&reason));
        true
    }
}

fn prove(hit: &mut Hit<'_>, how: How, reason: Sym) {
    let is_bare = matches!(hit.riddle, Riddle::Bare(_));
    if is_bare || how.class.tells_more_than(hit.class) {
        hit.class = how.class;
    }
    hit.riddle = Riddle::None;
    hit.reason = reason;
    hit.confidence = Confidence::Certain;
}
