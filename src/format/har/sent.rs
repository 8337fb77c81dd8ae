//! Whether the request of a HAR entry left the client. Recorders list requests that never did:
//! stopped by an extension, answered from a cache, redirected inside the browser, failed before a
//! connection stood. What is known is decided here in this order:
//!
//! 1. An error that says that the client stopped the request, or that no connection was made:
//!    blocked. So are requests that a test script aborted or answered itself, and those that the
//!    browser redirected without asking anybody (HSTS, `Non-Authoritative-Reason`).
//! 2. Answered by the browser's cache or by a service worker: unknown. Nothing left now, but
//!    something must have left when the cache was filled, perhaps before the recording began.
//!    A 304 is an answer by the server.
//! 3. A response, or an error that only a response can cause: sent.
//! 4. An aborted request: sent. Pages that close abort their last beacons after they went out.
//! 5. No response and no telling error: sent where time was spent on sending or waiting (a zero is
//!    what recorders write by default, and proves nothing), else unknown.

use crate::record::Sent;

/// The facts of an entry that bear on whether it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts<'e> {
    /// The recorder's words for what went wrong.
    pub(super) error: &'e str,
    /// The entry says that the request was blocked, aborted by a script or redirected internally.
    pub(super) is_stopped: bool,
    /// Answered by a cache or a service worker.
    pub(super) is_local: bool,
    pub(super) status: u16,
    /// A response left traces other than a status: headers, a body.
    pub(super) has_response: bool,
}

impl Facts<'_> {
    /// Whether it was sent; whether time was spent on sending or waiting is asked when nothing else tells.
    pub(super) fn sent(&self, took_time: impl FnOnce() -> bool) -> Sent {
        let error = self.error.to_ascii_lowercase();
        let fault = fault(&error);
        let is_answered = self.status > 0 || self.has_response;
        if self.is_stopped || fault == Fault::BeforeSending && !is_answered {
            Sent::Blocked
        } else if self.is_local {
            Sent::Unknown
        } else if is_answered || fault == Fault::AfterSending || took_time() {
            Sent::Sent
        } else {
            Sent::Unknown
        }
    }
}

/// What an error says about the time at which it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    BeforeSending,
    AfterSending,
}

/// Words of browsers and libraries in their errors, lower case. The first hit decides, so exceptions
/// stand before what they are exceptions from.
const FAULTS: &[(&str, Fault)] = &[
    // A response was refused after it had come.
    ("blocked_by_response", Fault::AfterSending),
    ("blocked_by_orb", Fault::AfterSending),
    ("corp-not-same", Fault::AfterSending),
    ("coep-frame", Fault::AfterSending),
    ("coop-sandboxed", Fault::AfterSending),
    // The client did not let it go.
    ("blocked", Fault::BeforeSending),
    ("err_access_denied", Fault::BeforeSending),
    ("err_unsafe_port", Fault::BeforeSending),
    ("ns_error_dom_bad_uri", Fault::BeforeSending),
    ("csp", Fault::BeforeSending),
    ("mixed-content", Fault::BeforeSending),
    ("subresource-filter", Fault::BeforeSending),
    ("inspector", Fault::BeforeSending),
    // There was nobody to send it to.
    ("internet_disconnected", Fault::BeforeSending),
    ("err_name_", Fault::BeforeSending),
    ("unknown_host", Fault::BeforeSending),
    ("enotfound", Fault::BeforeSending),
    ("connection_refused", Fault::BeforeSending),
    ("econnrefused", Fault::BeforeSending),
    ("connection_failed", Fault::BeforeSending),
    ("connection_timed_out", Fault::BeforeSending),
    ("address_unreachable", Fault::BeforeSending),
    ("address_invalid", Fault::BeforeSending),
    ("err_cert_", Fault::BeforeSending),
    ("err_ssl_", Fault::BeforeSending),
    ("insecure_response", Fault::BeforeSending),
    // It had gone out.
    ("abort", Fault::AfterSending),
    ("cancel", Fault::AfterSending),
    ("empty_response", Fault::AfterSending),
    ("invalid_response", Fault::AfterSending),
    ("incomplete_chunked", Fault::AfterSending),
    ("content_length_mismatch", Fault::AfterSending),
    ("content_decoding_failed", Fault::AfterSending),
    ("too_many_redirects", Fault::AfterSending),
];

fn fault(error: &str) -> Fault {
    if error.is_empty() {
        return Fault::None;
    }
    FAULTS.iter().find(|(words, _)| error.contains(words)).map_or(Fault::None, |(_, fault)| *fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(error: &str) -> Sent {
        let facts = Facts { error, ..Facts::default() };
        facts.sent(|| false)
    }

    #[test]
    fn errors_tell_when_they_happened() {
        assert_eq!(after("net::ERR_BLOCKED_BY_CLIENT"), Sent::Blocked);
        assert_eq!(after("net::ERR_BLOCKED_BY_ADMINISTRATOR"), Sent::Blocked);
        assert_eq!(after("net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin"), Sent::Sent);
        assert_eq!(after("NS_ERROR_CONTENT_BLOCKED"), Sent::Blocked);
        assert_eq!(after("net::ERR_NAME_NOT_RESOLVED"), Sent::Blocked);
        assert_eq!(after("net::ERR_CERT_DATE_INVALID"), Sent::Blocked);
        assert_eq!(after("net::ERR_ABORTED"), Sent::Sent);
        assert_eq!(after("NS_BINDING_ABORTED"), Sent::Sent);
        assert_eq!(after("net::ERR_CONNECTION_RESET"), Sent::Unknown);
        assert_eq!(after(""), Sent::Unknown);
    }

    #[test]
    fn a_response_outweighs_an_error_but_not_a_stop() {
        let answered = Facts { error: "net::ERR_BLOCKED_BY_CLIENT", status: 200, ..Facts::default() };
        assert_eq!(answered.sent(|| false), Sent::Sent);
        let stopped = Facts { is_stopped: true, ..answered };
        assert_eq!(stopped.sent(|| true), Sent::Blocked);
    }

    #[test]
    fn caches_and_silence_tell_nothing_but_spent_time_does() {
        let cached = Facts { status: 200, is_local: true, ..Facts::default() };
        assert_eq!(cached.sent(|| true), Sent::Unknown);
        assert_eq!(Facts::default().sent(|| true), Sent::Sent);
    }
}
