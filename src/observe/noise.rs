//! Noise: most lines of a proxy's log are requests from nowhere to hosts that nobody knows, and load
//! no page. They can be neither findings nor visits, so that nothing is made of them but counts.

use super::{Observed, Observer, Subject, visit};
use crate::place;
use crate::record::{LogLine, Role};

impl Observer<'_> {
    /// Whether a line of a proxy's log is noise.
    pub(super) fn is_noise(&self, line: &LogLine<'_>) -> bool {
        let is_nobodys = |host| !self.run.knowledge.is_listed(host);
        !visit::is_proxied_page(line) && self.is_in_time(line.time) && place::host_of(line.url).is_some_and(is_nobodys)
    }

    /// Counts a line that is noise.
    pub(super) fn count_noise(&self, line: &LogLine<'_>, observed: &mut Observed) {
        observed.summary.records += 1;
        observed.summary.span.add(line.time);
        observed.summary.coverage.note_line(line);
        self.detector.borrow_mut().harvest_url(line.url);
    }
}

impl Subject<'_, '_> {
    /// Whether a record is noise, of which its format made more than a line.
    pub(super) fn is_noise(&self) -> bool {
        self.role == Role::Proxy
            && self.target.recipient.vendor.is_empty()
            && self.record.referer.is_empty()
            && self.record.headers.is_empty()
            && visit::document(self.record, self.role).is_none()
    }
}
