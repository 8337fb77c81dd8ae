//! Ids of the kind that scripts give to browsers: long random letters and digits, long random
//! numbers, a random number with a time.

/// Whether a value looks like an id that a machine made up for a browser, rather than a number that
/// a business gave to a person. Account numbers are short enough to be read out on the phone.
pub fn is_minted(value: &str) -> bool {
    const LONGEST_NUMBER: usize = 14;
    let separator = |byte: u8| b"-_.:=/+|~".contains(&byte);
    let (mut small, mut capital, mut digits) = (0, 0, 0);
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' => small += 1,
            b'A'..=b'Z' => capital += 1,
            other if separator(other) => {}
            _ => return false,
        }
    }
    let letters = small + capital;
    let random = letters >= 4 && digits >= 2 && letters + digits >= 20;
    // Nobody reads out capital and small letters in turn.
    let mixed = small >= 4 && capital >= 4 && digits >= 1 && small + capital + digits >= 14;
    // Hexadecimal of 128 bits by chance holds few letters.
    let long = letters >= 1 && digits >= 2 && letters + digits >= 30;
    let number = letters == 0 && digits > LONGEST_NUMBER;
    random
        || mixed
        || long
        || number
        || is_short_hex(value)
        || is_clock(value)
        || is_number_with_time(value)
        || is_origin_with_time(value)
        || is_clock_with_number(value)
}

/// Hexadecimal of 64 bits.
fn is_short_hex(value: &str) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let hex = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    value.len() == 16 && hex && (2..=14).contains(&letters)
}

/// The millisecond of a first visit, between the years 2008 and 2033.
fn is_clock(value: &str) -> bool {
    value.len() == 13 && value.parse().is_ok_and(|time: u64| (1_200_000_000_000..2_000_000_000_000).contains(&time))
}

/// The millisecond of a first visit with a random number behind it and maybe a word before it:
/// `uid-1622022916754-66954`.
fn is_clock_with_number(value: &str) -> bool {
    let Some((rest, random)) = value.rsplit_once(['-', '.', '_']) else { return false };
    let clock = rest.rsplit(['-', '.', '_']).next().unwrap_or_default();
    random.len() >= 4 && random.bytes().all(|byte| byte.is_ascii_digit()) && is_clock(clock)
}

/// A random part, the address that the browser came from and the second of its first visit:
/// `7f3a9c21-192.0.2.44-1424574942`.
fn is_origin_with_time(value: &str) -> bool {
    let Some((rest, time)) = value.rsplit_once('-') else { return false };
    let Some((_, origin)) = rest.rsplit_once('-') else { return false };
    let is_time = time.len() == 10 && time.starts_with('1') && time.bytes().all(|byte| byte.is_ascii_digit());
    is_time && origin.parse::<std::net::Ipv4Addr>().is_ok()
}

/// `1234567890.1612345678`, `1234567890_1612345678`.
fn is_number_with_time(value: &str) -> bool {
    let digits = |text: &str| (8..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    value.split_once(['.', '_', '-']).is_some_and(|(random, time)| digits(random) && time.len() == 10 && digits(time))
}

/// Whether a value can only be what a tracking script made up for a browser it did not know:
/// Mixpanel's five groups of clock, random number, agent, screen and clock, or a marked device id.
pub fn is_of_a_script(value: &str) -> bool {
    if value.starts_with("$device:") {
        return true;
    }
    let mut groups = value.split('-');
    let hex = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let lengths = [13..=16, 7..=16, 6..=9, 4..=8, 13..=16];
    lengths.into_iter().all(|length| groups.next().is_some_and(|group| hex(group, length))) && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_make_long_random_ids() {
        for value in [
            "b7d1f0c2-5a41-4c1e-9d0e-3f6a2b8c9d01",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "15a0b1c2d3e4f5-01a2b3c4d-1a2b3c4d-1fa400-15a0b1c2d3f6a7",
            "812345678901234567",
            "1234567890_1612345678",
            "kB7xQw3Zr9TnV5mLp2Hd8JfYcSa",
            "XaBc4AAAQkLmn7Rd",
            "4c1e9d0e3f6a2b80",
            "1612345678901",
            "7f3a9c21-192.0.2.44-1424574942",
            "uid-1612345678901-66954",
            "20B11c30415926535d897932384626433",
        ] {
            assert!(is_minted(value), "{value}");
        }
    }

    #[test]
    fn scripts_are_known_by_their_own_forms() {
        assert!(is_of_a_script("15a0b1c2d3e4f5-01a2b3c4d-1a2b3c4d-1fa400-15a0b1c2d3f6a7"));
        assert!(is_of_a_script("$device:18f0c7a9e3b"));
        assert!(!is_of_a_script("b7d1f0c2-5a41-4c1e-9d0e-3f6a2b8c9d01"));
        assert!(!is_of_a_script("40718256"));
    }

    #[test]
    fn businesses_give_out_short_ones() {
        for value in ["", "40718256", "C-100234", "MBR-2024-000123", "ada@example.com", "Ada", "40718256-01"] {
            assert!(!is_minted(value), "{value}");
        }
    }
}
