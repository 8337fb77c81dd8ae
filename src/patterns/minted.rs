//! Ids of the kind that scripts give to browsers: long random letters and digits, long random
//! numbers, a random number with a time.

/// Whether a value looks like an id that a machine made up for a browser, rather than a number that
/// a business gave to a person. Account numbers are short enough to be read out on the phone.
pub fn is_minted(value: &str) -> bool {
    const LONGEST_NUMBER: usize = 14;
    let separator = |byte: u8| b"-_.:=/+|~".contains(&byte);
    let mut letters = 0;
    let mut digits = 0;
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' | b'A'..=b'Z' => letters += 1,
            other if separator(other) => {}
            _ => return false,
        }
    }
    let random = letters >= 4 && digits >= 2 && letters + digits >= 20;
    let number = letters == 0 && digits > LONGEST_NUMBER;
    random || number || is_number_with_time(value)
}

/// `1234567890.1612345678`, `1691550712_1518005262`.
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
            "c1f7c9c4-1e8d-4387-b41a-09bc4cf8a69c",
            "79429a2ee791a0a1e0c6c59654dc7310",
            "14f7affd6e7187-09dca95df-4349042d-232800-14f7affd6e82fe",
            "786792932447527911",
            "1691550712_1518005262",
            "vinaWsmeQ2B5ARpmk6nGK2QYehw",
        ] {
            assert!(is_minted(value), "{value}");
        }
    }

    #[test]
    fn scripts_are_known_by_their_own_forms() {
        assert!(is_of_a_script("14f7affd6e7187-09dca95df-4349042d-232800-14f7affd6e82fe"));
        assert!(is_of_a_script("$device:18f0c7a9e3b"));
        assert!(!is_of_a_script("c1f7c9c4-1e8d-4387-b41a-09bc4cf8a69c"));
        assert!(!is_of_a_script("40718256"));
    }

    #[test]
    fn businesses_give_out_short_ones() {
        for value in ["", "40718256", "C-100234", "MBR-2024-000123", "ada@example.com", "Ada", "40718256-01"] {
            assert!(!is_minted(value), "{value}");
        }
    }
}
