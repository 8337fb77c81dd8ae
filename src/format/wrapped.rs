//! Lines inside lines: collectors put a server's line behind a prefix of their own (syslog, a
//! container's log) or into a JSON value. Any format of lines can be wrapped in any of them; the time
//! of a record is that of the server's own line.

use super::har::json::Bytes;
use super::lines::{LineCutter, is_blank, lines, trim_line, voters, word};
use super::{Cutter, FORMATS, Format, Kind, Meaning, Reason};
use crate::record::{Role, Text};
use crate::time;
use bstr::ByteSlice;
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A way to wrap a line.
pub(super) struct Wrapper {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// A line with another inside.
    pub(super) sample: &'static str,
    unwrap: fn(&[u8]) -> Option<Text<'_>>,
}

/// All wrappers, in the order in which they are tried.
pub(super) static WRAPPERS: [Wrapper; 4] = [
    Wrapper {
        name: "syslog",
        title: "syslog lines (RFC 3164 and 5424, and those of rsyslog and journalctl)",
        sample: "<134>Jul  1 09:30:00 web1 nginx[2869]: ",
        unwrap: behind_syslog,
    },
    Wrapper {
        name: "cri",
        title: "container logs of Kubernetes",
        sample: "2024-07-01T09:30:00.250000000Z stdout F ",
        unwrap: behind_cri,
    },
    Wrapper { name: "compose", title: "output of docker compose logs", sample: "web1  | ", unwrap: behind_compose },
    Wrapper {
        name: "json",
        title: "JSON lines with the server's line in log, message or msg (Docker, journald, Filebeat)",
        sample: "{\"log\":\"…\\n\",\"stream\":\"stdout\",\"time\":\"2024-07-01T09:30:00.25Z\"}",
        unwrap: in_json,
    },
];

impl Wrapper {
    /// The lines inside the lines of `head`.
    fn inner_head(&self, head: &[u8]) -> Vec<u8> {
        let all: Vec<Text<'_>> = lines(head).map(trim_line).filter_map(|line| (self.unwrap)(line)).collect();
        let mut inner_head = all.join(&b"\n"[..]);
        inner_head.push(b'\n');
        inner_head
    }
}

/// A format inside a wrapper.
struct Wrapped {
    name: &'static str,
    title: &'static str,
    wrapper: &'static Wrapper,
    inner: &'static dyn Format,
}

/// All pairs of a wrapper and a format whose records are single lines.
static WRAPPED: LazyLock<Vec<Wrapped>> = LazyLock::new(|| {
    let formats = || FORMATS.iter().copied().filter(|format| format.sample().lines().count() == 1);
    let pair = |wrapper: &'static Wrapper, inner: &'static dyn Format| Wrapped {
        name: Box::leak(format!("{}:{}", wrapper.name, inner.name()).into_boxed_str()),
        title: Box::leak(format!("{} in {}", inner.title(), wrapper.title).into_boxed_str()),
        wrapper,
        inner,
    };
    WRAPPERS.iter().flat_map(|wrapper| formats().map(move |inner| pair(wrapper, inner))).collect()
});

/// The format of an input whose first lines are wrapped.
pub(super) fn detect(head: &[u8]) -> Option<&'static dyn Format> {
    let count = voters(head).count();
    for wrapper in &WRAPPERS {
        let inside: Vec<Text<'_>> = voters(head).filter_map(|line| (wrapper.unwrap)(line)).collect();
        if inside.is_empty() || inside.len() * 2 <= count {
            continue;
        }
        let inner_head = wrapper.inner_head(head);
        let mut known = WRAPPED.iter().filter(|wrapped| std::ptr::eq(wrapped.wrapper, wrapper));
        if let Some(wrapped) = known.find(|wrapped| wrapped.inner.sniff(&inner_head)) {
            return Some(wrapped);
        }
    }
    None
}

/// The wrapped format of this name.
pub(super) fn named(name: &str) -> Option<&'static dyn Format> {
    let found = WRAPPED.iter().find(|wrapped| wrapped.name == name)?;
    Some(found)
}

impl Format for Wrapped {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn role(&self) -> Role {
        self.inner.role()
    }

    fn role_of(&self, head: &[u8]) -> Role {
        self.inner.role_of(&self.wrapper.inner_head(head))
    }

    fn sample(&self) -> &'static str {
        ""
    }

    fn sniff(&self, head: &[u8]) -> bool {
        detect(head).is_some_and(|format| format.name() == self.name)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = trim_line(piece);
        if is_blank(line) {
            return Ok(Meaning::Nothing);
        }
        match (self.wrapper.unwrap)(line) {
            Some(Cow::Borrowed(inner)) => self.inner.parse(kind, inner),
            Some(Cow::Owned(inner)) => self.inner.parse(kind, &inner).map(Meaning::into_owned),
            None => Err(Reason::BadLine),
        }
    }
}

/// What follows `<134>Jul  1 09:30:00 host program[7]: ` or `<134>1 TIME host program 7 id - `.
fn behind_syslog(line: &[u8]) -> Option<Text<'_>> {
    let line = line.trim_ascii_start();
    let text = match line.strip_prefix(b"<") {
        Some(rest) => {
            let end = rest.find_byte(b'>').filter(|end| (1..=3).contains(end))?;
            rest[..end].iter().all(u8::is_ascii_digit).then(|| &rest[end + 1..])?
        }
        None => line,
    };
    if let Some(rest) = text.strip_prefix(b"1 ") {
        return behind_structured(rest).map(Cow::Borrowed);
    }
    let rest = behind_time(text)?;
    let (host, rest) = word(rest);
    // Some senders leave the program out.
    if host.is_empty() || [&b"{"[..], b"CEF:", b"LEEF:"].iter().any(|start| rest.starts_with(start)) {
        return (!rest.is_empty()).then_some(Cow::Borrowed(rest));
    }
    let (program, message) = word(rest);
    if program.ends_with(b":") {
        Some(Cow::Borrowed(message))
    } else if host.ends_with(b":") {
        Some(Cow::Borrowed(rest))
    } else {
        None
    }
}

/// No language's short name of a month has more bytes.
const LONGEST_MONTH: usize = 12;

/// What follows a time without year (`Jul  1 09:30:00`) or with everything (`2024-07-01T09:30:00Z`).
fn behind_time(text: &[u8]) -> Option<&[u8]> {
    let (first, rest) = word(text);
    if time::iso(first).is_some() && first.len() >= 19 {
        return Some(rest);
    }
    // Months are written in the language of the machine.
    let is_month = (2..=LONGEST_MONTH).contains(&first.len())
        && first.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'.' || !byte.is_ascii());
    let (day, rest) = word(rest);
    let (clock, rest) = word(rest);
    let is_day = matches!(day.len(), 1 | 2) && day.iter().all(u8::is_ascii_digit);
    // Some write the year behind the day or behind the clock.
    let (clock, rest) =
        if clock.len() == 4 && clock.iter().all(u8::is_ascii_digit) { word(rest) } else { (clock, rest) };
    (is_month && is_day && clock.len() >= 8 && clock[2] == b':').then_some(rest)
}

/// What follows `TIME host program process id DATA ` of RFC 5424.
fn behind_structured(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    for _ in 0..5 {
        let (field, behind) = word(rest);
        if field.is_empty() {
            return None;
        }
        rest = behind;
    }
    if let Some(message) = rest.strip_prefix(b"-") {
        return message.strip_prefix(b" ").map(|message| message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message));
    }
    while rest.starts_with(b"[") {
        let end = rest.find("\"]").map(|end| end + 2).or_else(|| rest.find_byte(b']').map(|end| end + 1))?;
        rest = &rest[end..];
    }
    rest.strip_prefix(b" ").map(|message| message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message))
}

/// What follows `TIME stdout F `.
fn behind_cri(line: &[u8]) -> Option<Text<'_>> {
    let (time, rest) = word(line);
    let (stream, rest) = word(rest);
    let is_cri = matches!(stream, b"stdout" | b"stderr") && time::iso(time).is_some();
    let message = rest.strip_prefix(b"F ").or_else(|| rest.strip_prefix(b"P "))?;
    is_cri.then_some(Cow::Borrowed(message))
}

/// What follows `service  | `.
fn behind_compose(line: &[u8]) -> Option<Text<'_>> {
    let (service, rest) = word(line);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_service = !service.is_empty() && service.iter().all(is_name);
    rest.strip_prefix(b"| ").filter(|_| is_service).map(Cow::Borrowed)
}

/// The values in which collectors keep a line.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Collected<'b> {
    #[serde(borrow)]
    log: Bytes<'b>,
    #[serde(borrow)]
    message: Bytes<'b>,
    #[serde(borrow, rename = "MESSAGE")]
    journal: Bytes<'b>,
    #[serde(borrow)]
    msg: Bytes<'b>,
    #[serde(borrow, rename = "@message")]
    at_message: Bytes<'b>,
}

fn in_json(line: &[u8]) -> Option<Text<'_>> {
    if !line.starts_with(b"{") {
        return None;
    }
    let collected: Collected<'_> = serde_json::from_slice(line).ok()?;
    let values = [collected.log, collected.message, collected.journal, collected.msg, collected.at_message];
    let message = values.into_iter().map(|value| value.0).find(|value| !value.is_empty())?;
    let text = without_program(trim_line(&message));
    Some(match message {
        Cow::Borrowed(message) => Cow::Borrowed(without_program(trim_line(message))),
        Cow::Owned(_) => Cow::Owned(text.to_vec()),
    })
}

/// A message without the `host program: ` that some collectors leave in it.
fn without_program(text: &[u8]) -> &[u8] {
    let (host, rest) = word(text);
    let (program, message) = word(rest);
    if !host.is_empty() && program.len() > 1 && program.ends_with(b":") { message } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::access_log::COMBINED;
    use crate::format::tests::records;

    const LINE: &str = "192.0.2.44 - avery [01/Jul/2024:09:30:00 +0200] \"GET /cart HTTP/1.1\" 200 5 \"-\" \"Agent\"";

    fn claimed(line: &str) -> &'static str {
        let format = crate::format::detect(line.as_bytes()).map_or("", Format::name);
        if let Some(format) = named(format) {
            let found = records(format, line.as_bytes());
            assert_eq!(
                (found[0].url.as_bstr(), found[0].client.as_bstr()),
                ("/cart".into(), "192.0.2.44".into()),
                "{line}"
            );
        }
        format
    }

    #[test]
    fn syslog_is_taken_off_in_all_its_forms() {
        for prefix in [
            "Jul  1 09:30:00 web1 nginx[2869]: ",
            "<134>Jul  1 09:30:00 web1 nginx: ",
            "Mär  1 09:30:00 web1 nginx[7]: ",
            "juil. 1 09:30:00 web1 nginx[7]: ",
            "<134>Jul 11 2024 09:30:00 web1 nginx: ",
            "2024-07-01T09:30:00.123456+02:00 web1 nginx[7]: ",
            "<134>1 2024-07-01T09:30:00Z web1 nginx 7 - - ",
            "<134>1 2024-07-01T09:30:00Z web1 nginx 7 id [a@1 b=\"c]\"][d@2 e=\"f\"] ",
        ] {
            assert_eq!(claimed(&format!("{prefix}{LINE}\n")), "syslog:combined", "{prefix}");
        }
    }

    #[test]
    fn containers_are_taken_off() {
        assert_eq!(claimed(&format!("2024-07-01T09:30:00.25Z stdout F {LINE}\n")), "cri:combined");
        assert_eq!(claimed(&format!("web1   | {LINE}\n")), "compose:combined");
        let log =
            serde_json::json!({"log": format!("{LINE}\n"), "stream": "stdout", "time": "2024-07-01T09:30:00.25Z"});
        assert_eq!(claimed(&format!("{log}\n")), "json:combined");
        let journal = serde_json::json!({"MESSAGE": format!("web1 nginx: {LINE}"), "_PID": "7"});
        assert_eq!(claimed(&format!("{journal}\n")), "json:combined");
    }

    #[test]
    fn lines_of_other_programs_are_rejected_and_others_not_claimed() {
        let format = named("syslog:combined").expect("a format");
        let other = b"Jul  1 09:30:00 web1 sudo: avery : COMMAND=/bin/true";
        assert!(matches!(format.parse(Kind::Record, other), Err(Reason::BadLine)));
        assert!(crate::format::detect(other).is_none());
        assert!(COMBINED.sniff(LINE.as_bytes()));
    }
}
