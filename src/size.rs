//! Sizes and times as people write them on the command line.

use anyhow::{Context, Result, bail};

/// Reads a size in bytes: `300`, `256MB`, `1.5 GiB`. Decimal and binary units are told apart.
///
/// # Errors
/// When the text is no size.
pub fn parse_size(text: &str) -> Result<u64> {
    let text = text.trim();
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let number: f64 = number.parse().with_context(|| format!("'{text}' is not a size; write 256MB or 1GiB"))?;
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        other => bail!("'{other}' is not a unit of size; use kB, MB, GB, KiB, MiB or GiB"),
    };
    let bytes = number * factor;
    if !(1.0..=1e18).contains(&bytes) {
        bail!("'{text}' is out of range");
    }
    Ok(bytes as u64)
}

/// Writes a size for people.
pub fn show_size(bytes: u64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let bytes = bytes as f64;
    units
        .iter()
        .find(|(factor, _)| bytes >= *factor)
        .map_or_else(|| format!("{bytes} bytes"), |(factor, unit)| format!("{:.1} {unit}", bytes / factor))
}

/// Reads a time: a day (its first moment, UTC), or a date and time with offset.
///
/// # Errors
/// When the text is no time.
pub fn parse_time(text: &str) -> Result<i64> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Ok(timestamp.as_microsecond());
    }
    let date: jiff::civil::Date =
        text.parse().with_context(|| format!("'{text}' is not a time; write 2024-07-01 or 2024-07-01T12:00:00Z"))?;
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).context("the date is out of range")?;
    Ok(midnight.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_written() {
        for (text, bytes) in [("300", 300), ("256MB", 256_000_000), ("1.5 GiB", 1_610_612_736), ("4k", 4000)] {
            assert_eq!(parse_size(text).expect(text), bytes);
        }
        for text in ["", "MB", "-1", "1 parsec", "0", "9e99"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
        assert_eq!(show_size(1_234_567), "1.2 MB");
        assert_eq!(show_size(12), "12 bytes");
    }

    #[test]
    fn times_are_utc_unless_they_say_otherwise() {
        assert_eq!(parse_time("1970-01-02").expect("a day"), 86_400_000_000);
        assert_eq!(parse_time("1970-01-01T01:00:00+01:00").expect("a time"), 0);
        assert!(parse_time("yesterday").is_err());
    }
}
