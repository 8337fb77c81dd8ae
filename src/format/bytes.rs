//! Byte searches for text that is mostly short: the fields of a log line, the strings of a capture.
//! The first bytes are looked at in machine words; the vectorised search pays off behind them.

use memchr::{memchr, memchr2};

/// How many words of eight bytes are looked at.
const WORDS: usize = 4;

/// The first occurrence of a byte.
pub(super) fn find(needle: u8, text: &[u8]) -> Option<usize> {
    match find_in_words(text, |word| marks(word, needle)) {
        Ok(found) => Some(found),
        Err(from) => memchr(needle, &text[from..]).map(|found| from + found),
    }
}

/// The first occurrence of either byte.
pub(super) fn find_either(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    match find_in_words(text, |word| marks(word, one) | marks(word, other)) {
        Ok(found) => Some(found),
        Err(from) => memchr2(one, other, &text[from..]).map(|found| from + found),
    }
}

/// The first marked byte, or how far there was none.
fn find_in_words(text: &[u8], marks: impl Fn(u64) -> u64) -> Result<usize, usize> {
    let mut rest = text;
    for at in 0..WORDS {
        let Some((word, behind)) = rest.split_first_chunk() else {
            return Err(at * 8);
        };
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return Ok(at * 8 + marks.trailing_zeros() as usize / 8);
        }
        rest = behind;
    }
    Err(WORDS * 8)
}

/// Marks the bytes of a word that equal `byte`. Only the lowest mark is sure, and only that is used.
fn marks(word: u64, byte: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zeros = word ^ (ONES * u64::from(byte));
    zeros.wrapping_sub(ONES) & !zeros & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_every_length_is_found() {
        for len in 0..80 {
            let mut text = vec![b'!'; len];
            assert_eq!((find(b' ', &text), find_either(b' ', b'"', &text)), (None, None));
            for place in (0..len).rev() {
                text[place] = b' ';
                assert_eq!(find(b' ', &text), Some(place));
                assert_eq!(find_either(b'"', b' ', &text), Some(place));
            }
        }
    }
}
