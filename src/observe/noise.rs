//! Noise: most lines of a proxy's log are requests from nowhere to hosts that nobody knows, and load
//! no page. They can be neither findings nor visits, so that nothing is made of them but counts.

use super::{Observed, Observer, visit};
use crate::place;
use crate::record::LogLine;

impl Observer<'_> {
    /// Whether a line of a proxy's log is noise.
    pub(super) fn is_noise(&self, line: &LogLine<'_>) -> bool {
        let is_nobodys = |host| !self.run.knowledge.host(&place::host_name(host)).is_listed();
        !visit::is_proxied_page(line) && self.is_in_time(line.time) && place::host_of(line.url).is_some_and(is_nobodys)
    }

    /// Counts a line that is noise.
    pub(super) fn count(&self, line: &LogLine<'_>, observed: &mut Observed) {
        observed.summary.records += 1;
        observed.summary.span.add(line.time);
        observed.summary.coverage.note_line(line);
        self.detector.borrow_mut().harvest_url(line.url);
    }
}
