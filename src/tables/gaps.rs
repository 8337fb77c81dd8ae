//! Coverage gaps: what an input could not show. "Not recorded" is not "not sent", so every gap has a
//! word in `inputs.csv` and the summary, and `docs/gaps.md` says what follows from it.

use crate::input_run::{InputKind, InputOutcome};
use crate::record::Role;

/// What an input may lack.
pub struct Gap {
    /// The word used in tables.
    pub word: &'static str,
    /// What it says of the input.
    pub meaning: &'static str,
    /// What follows for the results, or what to do.
    pub consequence: &'static str,
    /// Whether an input lacks it.
    holds: fn(&InputOutcome) -> bool,
}

/// The number of requests from which the lack of something common is no accident.
const MANY: u64 = 20;

/// All gaps, the gravest first.
pub static GAPS: &[Gap] = &[
    Gap {
        word: "not_read",
        meaning: "the input could not be opened or unpacked or, though it was named, is in no known format",
        consequence: "nothing in it was counted; the reason is in `rejects.csv`",
        holds: |o| o.kind == InputKind::Unread,
    },
    Gap {
        word: "no_traffic",
        meaning: "a file in a folder or archive is in no known format, or empty",
        consequence: "nothing in it was counted; if it is recorded traffic, name it with `--input-format`",
        holds: |o| o.kind == InputKind::NoTraffic,
    },
    Gap {
        word: "some_members_missing",
        meaning: "the archive is damaged, cut or a decompression bomb",
        consequence: "the members listed were read; what came behind them was not",
        holds: |o| o.kind == InputKind::Archive && !o.trouble.is_empty(),
    },
    Gap {
        word: "rejected_records",
        meaning: "some records could not be read",
        consequence: "they are listed in `rejects.csv`; all others were counted",
        holds: |o| o.rejected > 0,
    },
    Gap {
        word: "connect_only",
        meaning: "a proxy's log shows only `CONNECT host:443`",
        consequence: "who was contacted is known, what was sent is not",
        holds: |o| o.coverage.requests > 0 && o.coverage.connects == o.coverage.requests,
    },
    Gap {
        word: "connect_some",
        meaning: "some lines are `CONNECT` only",
        consequence: "the same for those lines; where the log also holds full `https` URLs of the same host they are not counted twice",
        holds: |o| o.coverage.connects > 0 && o.coverage.connects < o.coverage.requests,
    },
    Gap {
        word: "queries_stripped",
        meaning: "no URL has a query (Squid's default strips them)",
        consequence: "data in URLs is invisible; set `strip_query_terms off` for the future",
        holds: |o| o.coverage.connects < o.coverage.requests && o.coverage.requests >= MANY && o.coverage.queries == 0,
    },
    Gap {
        word: "no_referer",
        meaning: "no record has a Referer",
        consequence: "the page of a request is known only where the vendor's own parameter names it",
        holds: |o| o.coverage.requests > o.coverage.connects && o.coverage.referers == 0,
    },
    Gap {
        word: "referers_cut",
        meaning: "no Referer names more than the origin, which is what browsers send to others by default",
        consequence: "the site of a request is known, its page only where the vendor's own parameter names it",
        holds: |o| o.coverage.referers >= MANY && o.coverage.origin_referers == o.coverage.referers,
    },
    Gap {
        word: "no_client",
        meaning: "no record names a client",
        consequence: "people cannot be counted by address",
        holds: |o| {
            o.role.is_some_and(|role| role != Role::Capture) && o.coverage.requests > 0 && o.coverage.clients == 0
        },
    },
    Gap {
        word: "forwarded_clients",
        meaning: "most records of a log name another address in `X-Forwarded-For` than that of their client, which is a balancer's then",
        consequence: "people behind one balancer are counted as one; name the header with `--client-field x-forwarded-for`",
        holds: |o| o.role.is_some_and(|role| role != Role::Capture) && o.coverage.forwarded * 2 > o.coverage.requests,
    },
    Gap {
        word: "no_user_agent",
        meaning: "no record has a User-Agent",
        consequence: "people behind one address are counted as one, and bots cannot be told from people",
        holds: |o| o.coverage.requests > o.coverage.connects && o.coverage.agents == 0,
    },
    Gap {
        word: "sanitised",
        meaning: "a capture of 20 requests or more has no cookie and no authorisation at all, as Chrome's sanitised export has",
        consequence: "ids in cookies are invisible; export again \"with sensitive data\"",
        holds: |o| is_without_cookies(o) && o.coverage.authorisations == 0,
    },
    Gap {
        word: "no_cookies",
        meaning: "a capture of 20 requests or more has no cookie at all, but has authorisation",
        consequence: "ids in cookies are invisible",
        holds: |o| is_without_cookies(o) && o.coverage.authorisations > 0,
    },
    Gap {
        word: "no_bodies",
        meaning: "requests that normally carry a body have none recorded",
        consequence: "data in bodies is invisible (logs, captures made without contents)",
        holds: |o| o.coverage.body_methods > 0 && o.coverage.bodies == 0,
    },
    Gap {
        word: "some_bodies_missing",
        meaning: "some of them have none",
        consequence: "the same for those",
        holds: |o| o.coverage.bodies > 0 && o.coverage.bodies < o.coverage.body_methods,
    },
    Gap {
        word: "beacons_without_body",
        meaning: "beacons (`navigator.sendBeacon`) are recorded without what they carried, as browsers often do",
        consequence: "most pixels send form and click data this way; record with a proxy to see them",
        holds: |o| o.coverage.beacons > o.coverage.beacon_bodies,
    },
    Gap {
        word: "bodies_cut",
        meaning: "some bodies are shorter than the length that their request names (HTTP Toolkit cuts at 500 kB)",
        consequence: "data in the rest of them is invisible",
        holds: |o| o.coverage.short_bodies > 0,
    },
    Gap {
        word: "no_messages",
        meaning: "WebSockets were opened and none of their messages is recorded; only some recorders keep them",
        consequence: "data in messages is invisible; record with the browser's developer tools",
        holds: |o| o.coverage.websockets > 0 && o.coverage.messages == 0,
    },
    Gap {
        word: "no_time",
        meaning: "no record has a time",
        consequence: "first and last times and days are unknown",
        holds: |o| o.coverage.requests > 0 && o.coverage.timed == 0,
    },
    Gap {
        word: "no_page",
        meaning: "requests to known vendors name no page",
        consequence: "their site is `(unknown)`",
        holds: |o| o.coverage.pageless > 0,
    },
    Gap {
        word: "body_cut",
        meaning: "a string longer than `--max-record-size` was cut out of its record",
        consequence: "the rest of the record was read; data in the string is invisible",
        holds: |o| o.coverage.cut > 0,
    },
    Gap {
        word: "matching_capped",
        meaning: "the input held more values in clear, or more digests, than are compared, or a watch list could not be tried in all rare ways of hashing",
        consequence: "some hashes may hide values that are known",
        holds: |o| o.coverage.unmatched,
    },
    Gap {
        word: "pages_capped",
        meaning: "the input names more than 2,000 pages of one site",
        consequence: "the most visited keep their rows, the rest is counted as `(other)`",
        holds: |o| o.coverage.other_pages > 0,
    },
    Gap {
        word: "nesting_capped",
        meaning: "some values were nested or packed more deeply than the limits allow",
        consequence: "what is further inside was not looked at",
        holds: |o| o.coverage.capped > 0,
    },
];

fn is_without_cookies(outcome: &InputOutcome) -> bool {
    outcome.role == Some(Role::Capture) && outcome.coverage.requests >= MANY && outcome.coverage.cookies == 0
}

/// What an input lacks, each as a word.
pub fn gaps(outcome: &InputOutcome) -> impl Iterator<Item = &'static str> {
    GAPS.iter().filter(|gap| (gap.holds)(outcome)).map(|gap| gap.word)
}
