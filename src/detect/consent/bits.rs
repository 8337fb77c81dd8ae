//! Bit fields in base64url text, as consent strings are written: six bits a letter, fields of any
//! width across letters.

/// The bits of a text, from the first letter's highest on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'t>(&'t [u8]);

impl<'t> Bits<'t> {
    /// The bits of a text up to its first letter that is not base64url.
    pub(super) fn of(text: &'t [u8]) -> Self {
        let end = text.iter().position(|letter| six_bits(*letter).is_none()).unwrap_or(text.len());
        Bits(&text[..end])
    }

    /// How many bits there are.
    pub(super) fn len(self) -> usize {
        self.0.len() * 6
    }

    /// Whether a bit is set; `None` past the end.
    pub(super) fn bit(self, at: usize) -> Option<bool> {
        let letter = six_bits(*self.0.get(at / 6)?)?;
        Some(letter >> (5 - at % 6) & 1 == 1)
    }

    /// The number in `width` bits (at most 32) from `at` on.
    pub(super) fn number(self, at: usize, width: usize) -> Option<u32> {
        (at..at + width).try_fold(0, |number: u32, at| Some(number << 1 | u32::from(self.bit(at)?)))
    }
}

fn six_bits(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_cross_letters() {
        let bits = Bits::of(b"DB_.x");
        assert_eq!(bits.len(), 18);
        assert_eq!(bits.number(0, 6), Some(3));
        assert_eq!(bits.number(4, 8), Some(0b11_000001));
        assert_eq!(bits.number(12, 6), Some(63));
        assert_eq!(bits.number(13, 6), None);
        assert_eq!(bits.bit(18), None);
    }
}
