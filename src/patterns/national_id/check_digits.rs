//! The arithmetic of check digits that national numbers share.

/// The digits of a number; `None` when anything else is in it or their count differs.
pub(super) fn digits<const N: usize>(number: &[u8]) -> Option<[u32; N]> {
    let number: &[u8; N] = number.try_into().ok()?;
    number.iter().all(u8::is_ascii_digit).then(|| number.map(|byte| u32::from(byte - b'0')))
}

/// The sum of digits, each times its weight.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Luhn's sum: every second digit from the right, the last excluded, is doubled and cast out.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(at, &digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum.is_multiple_of(10)
}

/// ISO 7064, modulus 11,10.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, rest)) = digits.split_last() else { return false };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        2 * if sum == 0 { 10 } else { sum } % 11
    });
    (11 - product) % 10 == *check
}

/// The check digit of a weighted sum modulus 11: `None` where the remainder asks for a tenth.
pub(super) fn mod_11(digits: &[u32], weights: &[u32]) -> Option<u32> {
    match 11 - weighted(digits, weights) % 11 {
        11 => Some(0),
        10 => None,
        check => Some(check),
    }
}

/// Verhoeff's scheme, which catches every single error and every swap.
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    // The group of the symmetries of a pentagon: turns 0 to 4, mirrored turns 5 to 9.
    let product = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a - b + 5) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |times: usize, digit: u32| (0..times % 8).fold(digit, |digit, _| PERMUTATION[digit as usize]);
    digits.iter().rev().enumerate().fold(0, |sum, (at, &digit)| product(sum, permuted(at, digit))) == 0
}

/// Whether month and day can be those of a birth; the year is not looked at.
pub(super) fn is_day(month: u32, day: u32) -> bool {
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=longest).contains(&day)
}

/// A number of two digits.
pub(super) fn two(digits: &[u32], at: usize) -> u32 {
    digits.get(at..at + 2).map_or(0, |pair| pair[0] * 10 + pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classic_examples() {
        assert!(luhn(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]));
        assert!(!luhn(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 4]));
        assert!(verhoeff(&[2, 3, 6, 3]));
        assert!(!verhoeff(&[2, 3, 6, 4]));
        assert!(!verhoeff(&[3, 2, 6, 3]));
        assert!(mod_11_10(&[8, 6, 0, 9, 5, 7, 4, 2, 7, 1, 9]) && !mod_11_10(&[8, 6, 0, 9, 5, 7, 4, 2, 7, 1, 8]));
        assert!(is_day(2, 29) && !is_day(2, 30) && !is_day(4, 31) && !is_day(13, 1) && !is_day(0, 1) && !is_day(1, 0));
        assert_eq!(digits::<3>(b"407"), Some([4, 0, 7]));
        assert_eq!(digits::<3>(b"40x"), None);
    }
}
