//! Rounding of estimates: to two significant figures, the low down and the high up, so that no
//! figure looks more certain than it is. Exact counts are not rounded.

/// An interval, rounded outwards. The low is rounded at the place of the high's second figure, so
/// that both read alike, but never further than its own first figure.
pub fn outwards(low: f64, high: f64) -> (u64, u64) {
    let place = place(high, 2);
    let low_place = place.min(self::place(low, 1));
    (down(low, low_place), up(high, place))
}

/// A number rounded to two figures, half up.
pub fn nearest(number: f64) -> u64 {
    let place = place(number, 2);
    (number / place).round() as u64 * place as u64
}

/// The power of ten of a number's figure (1 for the first, 2 for the second); at least 1.
fn place(number: f64, figure: i32) -> f64 {
    if number < 10.0 {
        return 1.0;
    }
    // A hair above, so that 1000 computed as 999.9999999999 has four digits.
    10_f64.powi(((number * (1.0 + 1e-12)).log10().floor() as i32 + 1 - figure).max(0))
}

fn down(number: f64, place: f64) -> u64 {
    (number.max(0.0) / place + 1e-9).floor() as u64 * place as u64
}

fn up(number: f64, place: f64) -> u64 {
    (number.max(0.0) / place - 1e-9).ceil() as u64 * place as u64
}

/// A number with commas between its thousands, as it is written in a sentence.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow() {
        assert_eq!(outwards(327.0, 7816.0), (300, 7900));
        assert_eq!(outwards(3875.0, 7816.0), (3800, 7900));
        assert_eq!(outwards(3452.0, 62_100_000.0), (3000, 63_000_000));
        assert_eq!(outwards(0.0, 7.2), (0, 8));
        assert_eq!(outwards(6.9, 99.0), (6, 99));
        assert_eq!(outwards(1000.0, 1000.0), (1000, 1000));
        assert_eq!(outwards(998.2, 1001.0), (900, 1100));
    }

    #[test]
    fn numbers_are_rounded_and_grouped() {
        assert_eq!((nearest(7300.0), nearest(8.0), nearest(6083.3)), (7300, 8, 6100));
        assert_eq!((grouped(7), grouped(1234), grouped(62_000_000)), ("7".into(), "1,234".into(), "62,000,000".into()));
    }
}
