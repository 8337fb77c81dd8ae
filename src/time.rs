//! Times as recorders write them, read into microseconds since 1970 (UTC). Logs and captures spell
//! times with a fixed width, so digits are taken by position; the calendar itself is `jiff`'s.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// An ISO 8601 time (`2024-07-01T09:30:00.123+02:00`) in any of the variants that recorders write:
/// a space for the `T`, a comma before the fraction, a zone without colon. A time without zone is
/// taken as UTC. Milliseconds since 1970 and RFC 2822 dates are understood as well.
pub fn iso(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    iso_date_time(text, 0).or_else(|| epoch_millis(text)).or_else(|| rfc2822(text))
}

/// The time of the common log format, without its brackets: `01/Jul/2024:09:30:00 +0200`.
pub fn clf(text: &[u8]) -> Option<i64> {
    let text: &[u8; 26] = text.first_chunk()?;
    let punctuation = [text[2], text[6], text[11], text[14], text[17], text[20]];
    if &punctuation != b"//::: " {
        return None;
    }
    let date = Date { year: number(&text[7..11])?, month: month(&text[3..6])?, day: number(&text[..2])? };
    micros(date, clock(&text[12..], b"")?, zone(&text[21..], 0)?)
}

/// A time in any spelling that loggers use: the ones of [`iso`] and [`clf`], with or without
/// brackets, `2024/07/01 09:30:00`, `01/Jul/2024:09:30:00.250`, `Mon Jul  1 09:30:00 2024`, and
/// seconds, milliseconds, microseconds or nanoseconds since 1970. A time that names no zone is `zone`
/// seconds ahead of UTC. Times before 1970 and after 2200 are mistakes, and none.
pub fn any(text: &[u8], zone: i64) -> Option<i64> {
    /// The end of the year 2200 in microseconds.
    const LATEST: i64 = 7_289_654_400_000_000;
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text);
    let time = spelled(text, zone).or_else(|| epoch_number(std::str::from_utf8(text).ok()?.parse().ok()?))?;
    (0..LATEST).contains(&time).then_some(time)
}

/// A time in a spelling that is described as for `strftime`. One that names no zone is `zone` seconds
/// ahead of UTC.
pub fn spelled_as(text: &[u8], format: &str, zone: i64) -> Option<i64> {
    let time = jiff::fmt::strtime::parse(format, std::str::from_utf8(text).ok()?).ok()?;
    match time.to_timestamp() {
        Ok(timestamp) => Some(timestamp.as_microsecond()),
        Err(_) => {
            let utc = Offset::UTC.to_timestamp(time.to_datetime().ok()?).ok()?;
            Some(utc.as_microsecond() - zone * 1_000_000)
        }
    }
}

fn spelled(text: &[u8], zone: i64) -> Option<i64> {
    match text {
        [_, _, _, _, b'-', ..] => iso_date_time(text, zone),
        [_, _, b'/', _, _, _, b'/', ..] if text.len() == 26 => clf(text),
        [_, _, b'/', _, _, _, b'/', ..] => clf_like(text, zone),
        [_, _, _, _, b'/', _, _, b'/', ..] => {
            let mut dashed = text.to_vec();
            dashed[4] = b'-';
            dashed[7] = b'-';
            iso_date_time(&dashed, zone)
        }
        [b'A'..=b'Z', ..] => ctime(text, zone).or_else(|| cef(text, zone)).or_else(|| rfc2822(text)),
        _ => rfc2822(text),
    }
}

/// `01/Jul/2024:09:30:00.250`, also with a space before the clock and with a zone behind it.
fn clf_like(text: &[u8], zone: i64) -> Option<i64> {
    let (head, fraction) = text.split_first_chunk::<20>()?;
    if head[2] != b'/' || head[6] != b'/' || !matches!(head[11], b':' | b' ') || head[14] != b':' || head[17] != b':' {
        return None;
    }
    let (fraction, zone) = match fraction.iter().position(|byte| *byte == b' ') {
        Some(space) => (&fraction[..space], self::zone(&fraction[space + 1..], zone)?),
        None => (fraction, zone),
    };
    let fraction = match fraction {
        [b'.', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => digits,
        [] => fraction,
        _ => return None,
    };
    let date = Date { year: number(&head[7..11])?, month: month(&head[3..6])?, day: number(&head[..2])? };
    micros(date, clock(&head[12..], fraction)?, zone)
}

/// `Mon Jul  1 09:30:00 2024`, in Java also `Mon Jul 01 09:30:00 CEST 2024`.
fn ctime(text: &[u8], zone: i64) -> Option<i64> {
    let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).skip(1);
    let (month_name, day, time, year) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let (zone, year) = match words.next() {
        Some(last) => (named_zone(year)?, last),
        None => (zone, year),
    };
    let date = Date { year: number(year)?, month: month(month_name)?, day: number(day)? };
    let is_clock = time.len() == 8 && time[2] == b':' && time[5] == b':';
    micros(date, is_clock.then(|| clock(time, b""))??, zone)
}

/// `Jul 01 2024 09:30:00.250`.
fn cef(text: &[u8], zone: i64) -> Option<i64> {
    let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (month_name, day, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let date = Date { year: number(year)?, month: month(month_name)?, day: number(day)? };
    let fraction = time.get(9..).filter(|digits| digits.iter().all(u8::is_ascii_digit)).unwrap_or_default();
    let is_clock = time.len() >= 8 && time[2] == b':' && time[5] == b':';
    micros(date, is_clock.then(|| clock(time, fraction))??, zone)
}

/// The zones whose short names mean one thing to most programs, in seconds ahead of UTC.
fn named_zone(name: &[u8]) -> Option<i64> {
    const HALF_HOURS: [(&[u8], i64); 20] = [
        (b"UTC", 0),
        (b"GMT", 0),
        (b"WET", 0),
        (b"BST", 2),
        (b"WEST", 2),
        (b"CET", 2),
        (b"CEST", 4),
        (b"EET", 4),
        (b"EEST", 6),
        (b"MSK", 6),
        (b"EST", -10),
        (b"EDT", -8),
        (b"CST", -12),
        (b"CDT", -10),
        (b"MST", -14),
        (b"MDT", -12),
        (b"PST", -16),
        (b"PDT", -14),
        (b"JST", 18),
        (b"AEST", 20),
    ];
    HALF_HOURS.iter().find(|(known, _)| *known == name).map(|(_, half_hours)| half_hours * 1800)
}

/// `09:30:00` with the digits of its fraction.
fn clock(text: &[u8], fraction: &[u8]) -> Option<Clock> {
    Some(Clock {
        hour: number(text.get(..2)?)?,
        minute: number(text.get(3..5)?)?,
        second: number(text.get(6..8)?)?,
        micros: fraction_micros(fraction),
    })
}

/// The offset of a zone from UTC in seconds, as `#GMT-Offset` spells it.
pub fn offset(text: &[u8]) -> Option<i64> {
    zone(text, 0).filter(|_| !text.trim_ascii().is_empty())
}

/// Seconds since 1970 with an optional fraction: `1719819000.123`.
pub fn epoch_seconds(text: &[u8]) -> Option<i64> {
    if let Some(usual) = text.as_array().and_then(usual_epoch) {
        return Some(usual);
    }
    let (whole, fraction) = memchr::memchr(b'.', text).map_or((text, &b""[..]), |dot| (&text[..dot], &text[dot + 1..]));
    if !(1..=12).contains(&whole.len()) || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(number(whole)? * 1_000_000 + fraction_micros(fraction))
}

/// What nearly all clocks show from 2001 to 2286: ten digits, a point and three digits.
fn usual_epoch(text: &[u8; 14]) -> Option<i64> {
    let [head @ .., ten, one, b'.', a, b, c] = *text else { return None };
    let milliseconds = eight_digits(head)? * 100_000 + eight_digits([b'0', b'0', b'0', ten, one, a, b, c])?;
    Some(milliseconds * 1000)
}

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size. Clocks that
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
    } else if number < EARLIEST * 1e12 {
        Some((number / 1e3).round() as i64)
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

fn iso_date_time(text: &[u8], default_zone: i64) -> Option<i64> {
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
    micros(date, clock(&head[11..], fraction)?, zone(zone_text, default_zone)?)
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

/// The offset from UTC in seconds: `Z`, `+0200`, `+02:00`, `+02`, or nothing for `default`.
fn zone(text: &[u8], default: i64) -> Option<i64> {
    let (sign, digits) = match text.trim_ascii() {
        [] => return Some(default),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
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
    let (mut value, mut digits) = (0i64, digits);
    while let Some((eight, rest)) = digits.split_first_chunk() {
        value = value.checked_mul(100_000_000)?.checked_add(eight_digits(*eight)?)?;
        digits = rest;
    }
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
    }
    Some(value)
}

/// The number of eight plain digits, which are added up in pairs, pairs of pairs and so on.
fn eight_digits(digits: [u8; 8]) -> Option<i64> {
    const LOW: u64 = 0x0f0f_0f0f_0f0f_0f0f;
    let text = u64::from_le_bytes(digits);
    // Of the bytes with a high half of 3, those stay that no more than 9 carries into another.
    if text & !LOW != !LOW / 5 || (text + 0x0606_0606_0606_0606) & !LOW != !LOW / 5 {
        return None;
    }
    let pairs = (text & LOW).wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000 << 32 | 1) >> 32) as i64)
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
    fn numbers_have_digits_only() {
        for length in 1..=18 {
            let text = &b"192837465019283746"[..length];
            let text_number = std::str::from_utf8(text).expect("ASCII").parse();
            assert_eq!(number(text), text_number.ok());
            for (place, wrong) in (0..length).flat_map(|place| (0..=255).map(move |byte| (place, byte))) {
                let mut text = text.to_vec();
                text[place] = wrong;
                assert_eq!(number(&text).is_some(), wrong.is_ascii_digit(), "{length} {place} {wrong}");
            }
        }
        assert_eq!([number(b""), number(b"99999999999999999999")], [Some(0), None]);
    }

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
    fn loggers_spell_one_instant_in_many_ways() {
        for text in [
            "2024-07-01T09:30:00.25Z",
            "2024-07-01 11:30:00,250 +0200",
            "[01/Jul/2024:09:30:00.250]",
            "01/Jul/2024 09:30:00.250",
            "2024/07/01 09:30:00.250",
            "1719826200.250",
            "1719826200250",
            "1719826200250000",
            "1719826200250000000",
        ] {
            assert_eq!(any(text.as_bytes(), 0), Some(1_719_826_200_250_000), "{text}");
        }
        let whole = Some(1_719_826_200_000_000);
        for text in [
            "01/Jul/2024:11:30:00 +0200",
            "Mon Jul  1 09:30:00 2024",
            "Mon, 01 Jul 2024 09:30:00 GMT",
            "Mon Jul 01 11:30:00 CEST 2024",
        ] {
            assert_eq!(any(text.as_bytes(), 0), whole, "{text}");
        }
        for text in ["2024-07-01 11:30:00", "01/Jul/2024:11:30:00", "Mon Jul  1 11:30:00 2024", "2024-07-01T09:30:00Z"]
        {
            assert_eq!(any(text.as_bytes(), 7200), whole, "{text}");
        }
        assert_eq!((offset(b"-0800"), offset(b""), offset(b"x")), (Some(-28_800), None, None));
    }

    #[test]
    fn absurd_times_are_none() {
        for text in ["-1", "", "-", "9999-01-01T00:00:00Z", "0001-01-01 00:00:00", "1e300", "NaN", "XXXXXXXXXX.XXXXXX"]
        {
            assert_eq!(any(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn a_year_of_a_hundred_digits_is_no_time() {
        let year = "6".repeat(100);
        assert_eq!(number(year.as_bytes()), None);
        assert_eq!(number(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(number(b"9223372036854775808"), None);
    }

    #[test]
    fn epoch_times_keep_their_fraction() {
        assert_eq!(epoch_seconds(b"1719826200.250"), Some(1_719_826_200_250_000));
        assert_eq!(epoch_seconds(b"1719826200"), Some(1_719_826_200_000_000));
        assert_eq!(epoch_seconds(b"-1719826200"), None);
        for fraction in ["25", "250", "2500", "250000", "250000000"] {
            assert_eq!(epoch_seconds(format!("1719826200.{fraction}").as_bytes()), Some(1_719_826_200_250_000));
        }
        for wrong in ["1719826200.25x", "17198262x0.250", "1719826200x250", "x719826200.250", "1719826200.-25"] {
            assert_eq!(epoch_seconds(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(epoch_number(1_719_826_200.25), Some(1_719_826_200_250_000));
        assert_eq!(epoch_number(1_719_826_200_250.0), Some(1_719_826_200_250_000));
        assert_eq!(epoch_number(32.11), None);
        assert_eq!(epoch_number(f64::NAN), None);
    }
}
