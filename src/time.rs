//! Times as recorders write them, read into microseconds since 1970 (UTC). Logs and captures spell
//! times with a fixed width, so digits are taken by position; the calendar itself is `jiff`'s.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// An ISO 8601 time (`2024-07-01T09:30:00.123+02:00`) in any of the variants that recorders write:
/// a space for the `T`, a comma before the fraction, a zone without colon. A time without zone is
/// taken as UTC. Milliseconds since 1970 and RFC 2822 dates are understood as well.
pub fn iso(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    iso_date_time(text).or_else(|| epoch_millis(text)).or_else(|| rfc2822(text))
}

/// The time of the common log format, without its brackets: `01/Jul/2024:09:30:00 +0200`.
pub fn clf(text: &[u8]) -> Option<i64> {
    let text: &[u8; 26] = text.first_chunk()?;
    let punctuation = [text[2], text[6], text[11], text[14], text[17], text[20]];
    if &punctuation != b"//::: " {
        return None;
    }
    let date = Date { year: number(&text[7..11])?, month: month(&text[3..6])?, day: number(&text[..2])? };
    let clock = Clock {
        hour: number(&text[12..14])?,
        minute: number(&text[15..17])?,
        second: number(&text[18..20])?,
        micros: 0,
    };
    micros(date, clock, zone(&text[21..])?)
}

/// Seconds since 1970 with an optional fraction: `1719819000.123`.
pub fn epoch_seconds(text: &[u8]) -> Option<i64> {
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=12).contains(&whole) {
        return None;
    }
    let seconds = number(&text[..whole])?;
    let micros = match &text[whole..] {
        [] => 0,
        [b'.', fraction @ ..] if fraction.iter().all(u8::is_ascii_digit) => fraction_micros(fraction),
        _ => return None,
    };
    Some(seconds * 1_000_000 + micros)
}

/// A number of seconds, milliseconds or microseconds since 1970, told apart by its size. Clocks that
/// count from elsewhere (a browser's start) are no times.
pub fn epoch_number(number: f64) -> Option<i64> {
    /// 1973 in seconds; in larger units the same instant is later than any real time.
    const EARLIEST: f64 = 1e8;
    if !number.is_finite() || number < EARLIEST {
        None
    } else if number < EARLIEST * 1e3 {
        Some((number * 1e6).round() as i64)
    } else if number < EARLIEST * 1e6 {
        Some((number * 1e3).round() as i64)
    } else if number < EARLIEST * 1e9 {
        Some(number.round() as i64)
    } else {
        None
    }
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
}

struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

fn iso_date_time(text: &[u8]) -> Option<i64> {
    let (head, rest) = text.split_first_chunk::<19>()?;
    let punctuation = [head[4], head[7], head[13], head[16]];
    if &punctuation != b"--::" || !matches!(head[10], b'T' | b't' | b' ') {
        return None;
    }
    let date = Date { year: number(&head[..4])?, month: number(&head[5..7])?, day: number(&head[8..10])? };
    let (fraction, zone_text) = match rest {
        [b'.' | b',', rest @ ..] => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            rest.split_at(digits)
        }
        _ => rest.split_at(0),
    };
    let clock = Clock {
        hour: number(&head[11..13])?,
        minute: number(&head[14..16])?,
        second: number(&head[17..19])?,
        micros: fraction_micros(fraction),
    };
    micros(date, clock, zone(zone_text)?)
}

fn epoch_millis(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let number = std::str::from_utf8(text).ok()?.parse::<f64>().ok()?;
    epoch_number(number)
}

fn rfc2822(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let zoned = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(zoned.as_microsecond())
}

/// The offset from UTC in seconds: `Z`, `+0200`, `+02:00`, `+02`, or nothing for UTC.
fn zone(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.trim_ascii() {
        [] | b"Z" | b"z" => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [a, b] => (number(&[*a, *b])?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (number(&[*a, *b])?, number(&[*c, *d])?),
        _ => return None,
    };
    (hours <= 25 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn micros(date: Date, clock: Clock, zone: i64) -> Option<i64> {
    let date_time = DateTime::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
        i8::try_from(clock.hour).ok()?,
        i8::try_from(clock.minute).ok()?,
        // A leap second has no place in the count of seconds since 1970.
        i8::try_from(if clock.second == 60 { 59 } else { clock.second }).ok()?,
        0,
    )
    .ok()?;
    let utc = Offset::UTC.to_timestamp(date_time).ok()?;
    Some((utc.as_second() - zone) * 1_000_000 + clock.micros)
}

fn fraction_micros(digits: &[u8]) -> i64 {
    let mut micros = 0;
    for place in 0..6 {
        let digit = digits.get(place).map_or(0, |b| i64::from(b - b'0'));
        micros = micros * 10 + digit;
    }
    micros
}

/// A number of plain digits; the standard library's parsers would accept a sign too.
fn number(digits: &[u8]) -> Option<i64> {
    let mut value = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

fn month(name: &[u8]) -> Option<i64> {
    const NAMES: [&[u8; 3]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let index = NAMES.iter().position(|known| name == *known)?;
    i64::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_times_in_all_spellings_are_one_instant() {
        for text in [
            "2024-07-01T09:30:00.250Z",
            "2024-07-01T11:30:00.250+02:00",
            "2024-07-01T04:30:00.2500000-0500",
            "2024-07-01 09:30:00,25",
            " 2024-07-01T09:30:00.250 +00 ",
            "1719826200250",
        ] {
            assert_eq!(iso(text.as_bytes()), Some(1_719_826_200_250_000), "{text}");
        }
        let whole = Some(1_719_826_200_000_000);
        assert_eq!(iso(b"Mon, 01 Jul 2024 09:30:00 GMT"), whole);
        assert_eq!(iso(b"2024-06-30T23:59:60Z"), iso(b"2024-06-30T23:59:59Z"));
    }

    #[test]
    fn clf_times_honour_their_zone() {
        assert_eq!(clf(b"01/Jul/2024:09:30:00 +0000"), Some(1_719_826_200_000_000));
        assert_eq!(clf(b"01/Jul/2024:02:30:00 -0700"), Some(1_719_826_200_000_000));
        assert_eq!(clf(b"29/Feb/2024:00:00:00 +0000"), Some(1_709_164_800_000_000));
    }

    #[test]
    fn impossible_times_are_refused() {
        for text in ["", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-07-01T24:00:00Z", "12"] {
            assert_eq!(iso(text.as_bytes()), None, "{text}");
        }
        for text in ["29/Feb/2023:00:00:00 +0000", "01/Foo/2024:00:00:00 +0000", "01/Jul/2024:09:30:00"] {
            assert_eq!(clf(text.as_bytes()), None, "{text}");
        }
        assert_eq!(iso(b"9999-12-31T23:59:59-25:59").map(|_| ()), None);
    }

    #[test]
    fn epoch_times_keep_their_fraction() {
        assert_eq!(epoch_seconds(b"1719826200.250"), Some(1_719_826_200_250_000));
        assert_eq!(epoch_seconds(b"1719826200"), Some(1_719_826_200_000_000));
        assert_eq!(epoch_seconds(b"-1719826200"), None);
        assert_eq!(epoch_seconds(b"1719826200.25x"), None);
        assert_eq!(epoch_number(1_719_826_200.25), Some(1_719_826_200_250_000));
        assert_eq!(epoch_number(1_719_826_200_250.0), Some(1_719_826_200_250_000));
        assert_eq!(epoch_number(32.11), None);
        assert_eq!(epoch_number(f64::NAN), None);
    }
}
