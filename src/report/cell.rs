//! One cell of a table. Text comes from strangers and is made safe for spreadsheets; numbers and
//! times are the tool's own and stay what they are, so that a sheet can add and sort them.

use crate::report::spreadsheet::Sheet;
use std::fmt::Write;

/// The content of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A word of the tool's own vocabulary, which needs no check.
    Word(&'static str),
    /// Text of anybody's.
    Text(&'a str),
    /// What [`RowEncoder::join`] made of one or more cells with the same delimiter; only for CSV.
    ///
    /// [`RowEncoder::join`]: crate::report::row_encoder::RowEncoder::join
    Encoded(&'a [u8]),
    /// Text in bytes; what is no UTF-8 is shown as U+FFFD.
    Bytes(&'a [u8]),
    /// An identifier, written as `x` and 16 hexadecimal digits, so that no sheet reads it as a number.
    Id(u64),
    /// A count.
    Count(u64),
    /// A whole number that may be negative.
    Signed(i64),
    /// A number; empty when it is none (NaN, infinite).
    Real(f64),
    /// Microseconds since 1970 (UTC), written `YYYY-MM-DD HH:MM:SS`.
    Time(i64),
    /// Days since 1970 (UTC), written `YYYY-MM-DD`.
    Day(i32),
}

impl<'a> Cell<'a> {
    /// A time where there is one.
    pub fn time(time: Option<i64>) -> Self {
        time.map_or(Cell::Empty, Cell::Time)
    }

    /// A day where there is one.
    pub fn day(day: Option<i32>) -> Self {
        day.map_or(Cell::Empty, Cell::Day)
    }

    /// A count where there is one.
    pub fn count(count: Option<u64>) -> Self {
        count.map_or(Cell::Empty, Cell::Count)
    }

    /// Appends the cell as a spreadsheet should see it, before any CSV quoting.
    pub fn push(&self, sheet: &Sheet, out: &mut String) {
        match *self {
            Cell::Empty => {}
            Cell::Word(word) => out.push_str(word),
            Cell::Text(text) => sheet.push_safe(text, out),
            Cell::Encoded(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
            Cell::Bytes(bytes) => sheet.push_safe(&String::from_utf8_lossy(bytes), out),
            Cell::Id(id) => push_id(id, out),
            Cell::Count(count) => push_digits(count, 1, out),
            Cell::Signed(number) => {
                if number < 0 {
                    out.push('-');
                }
                push_digits(number.unsigned_abs(), 1, out);
            }
            Cell::Real(number) => push_real(number, out),
            Cell::Time(micros) => push_time(micros, out),
            Cell::Day(day) => push_day(day, out),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}

/// Without the letter one id in two hundred would be a number (`1234567890e23456`).
fn push_id(id: u64, out: &mut String) {
    let mut digits = [b'x'; 17];
    for (place, digit) in digits[1..].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(id >> (60 - 4 * place) & 0xf) as usize];
    }
    out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

/// The identifier that [`Cell::Id`] wrote, with or without its letter.
pub fn parse_id(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('x').unwrap_or(text);
    if digits.len() != 16 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(digits, 16).ok()
}

/// The number with at least so many digits.
fn push_digits(mut number: u64, least: usize, out: &mut String) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while number > 0 || start > digits.len() - least {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.push_str(std::str::from_utf8(&digits[start..]).unwrap_or_default());
}

/// Decimals as short as they can be without changing the number; powers of ten beyond the digits
/// that a spreadsheet keeps.
fn push_real(number: f64, out: &mut String) {
    let number = number + 0.0;
    let written = if !number.is_finite() {
        Ok(())
    } else if number != 0.0 && !(1e-9..1e15).contains(&number.abs()) {
        write!(out, "{number:E}")
    } else {
        write!(out, "{number}")
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

/// A time beyond the years that a table can show leaves the cell empty.
fn push_time(micros: i64, out: &mut String) {
    let days = micros.div_euclid(86_400_000_000);
    let second = micros.div_euclid(1_000_000).rem_euclid(86_400).unsigned_abs();
    let before = out.len();
    push_day(i32::try_from(days).unwrap_or(i32::MAX), out);
    if out.len() == before {
        return;
    }
    for (mark, number) in [(' ', second / 3600), (':', second / 60 % 60), (':', second % 60)] {
        out.push(mark);
        push_digits(number, 2, out);
    }
}

fn push_day(day: i32, out: &mut String) {
    let Ok(time) = jiff::Timestamp::from_second(i64::from(day) * 86_400) else {
        return;
    };
    let date = jiff::tz::Offset::UTC.to_datetime(time).date();
    if !(1..=9999).contains(&date.year()) {
        return;
    }
    push_digits(u64::from(date.year().unsigned_abs()), 4, out);
    out.push('-');
    push_digits(u64::from(date.month().unsigned_abs()), 2, out);
    out.push('-');
    push_digits(u64::from(date.day().unsigned_abs()), 2, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: Cell<'_>) -> String {
        let mut out = String::new();
        cell.push(&Sheet::new(b','), &mut out);
        out
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(shown(Cell::Count(u64::MAX)), "18446744073709551615");
        assert_eq!(shown(Cell::Signed(-7)), "-7");
        assert_eq!(shown(Cell::Real(0.1)), "0.1");
        assert_eq!(shown(Cell::Real(-0.0)), "0");
        assert_eq!(shown(Cell::Real(2e300)), "2E300");
        assert_eq!(shown(Cell::Real(f64::NAN)), "");
        assert_eq!(shown(Cell::count(None)), "");
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(shown(Cell::Time(0)), "1970-01-01 00:00:00");
        assert_eq!(shown(Cell::Time(-1)), "1969-12-31 23:59:59");
        assert_eq!(shown(Cell::Time(1_720_000_123_999_999)), "2024-07-03 09:48:43");
        assert_eq!(shown(Cell::Day(19_782)), "2024-02-29");
        for out_of_range in [i64::MAX, i64::MIN] {
            assert_eq!(shown(Cell::Time(out_of_range)), "");
        }
        assert_eq!(shown(Cell::Day(i32::MIN)), "");
        assert_eq!(shown(Cell::time(None)), "");
    }

    #[test]
    fn ids_are_text_for_every_sheet_and_read_back() {
        for id in [0xfe, 0x1234_5678_9012_3456, 0x1234_5678_90e2_3456, u64::MAX] {
            let text = shown(Cell::Id(id));
            assert_eq!(text, format!("x{id:016x}"));
            assert_eq!(parse_id(&text), Some(id));
            assert_eq!(parse_id(&text[1..]), Some(id));
        }
        for wrong in ["", "x", "xfe", "00000000000000zz", "+000000000000001"] {
            assert_eq!(parse_id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(shown(Cell::Bytes(b"a\xff\xfeb")), "a\u{fffd}\u{fffd}b");
        assert_eq!(shown(Cell::Bytes(b"=1")), "'=1");
    }
}
