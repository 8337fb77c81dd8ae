//! Byte searches for text that is mostly short: the fields of a log line, the parts of a URL, the
//! strings of a capture. Sixteen bytes are looked at at once, so that no branch has to guess how far
//! away the byte is; over long texts the search of `memchr`, which looks at more, pays off.

use memchr::{memchr, memchr2};
use wide::u8x16;

/// Bytes that are looked at at once.
const STEP: usize = 16;

/// So many bytes are looked at here.
const NEAR: usize = 4 * STEP;

/// The first occurrence of a byte.
pub fn find(needle: u8, text: &[u8]) -> Option<usize> {
    let (near, far) = text.split_at(text.len().min(NEAR));
    find_any([needle], near).or_else(|| memchr(needle, far).map(|found| NEAR + found))
}

/// The first occurrence of either byte.
pub fn find_either(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    let (near, far) = text.split_at(text.len().min(NEAR));
    find_any([one, other], near).or_else(|| memchr2(one, other, far).map(|found| NEAR + found))
}

/// The first occurrence of any of these bytes.
#[inline]
pub fn find_any<const N: usize>(needles: [u8; N], text: &[u8]) -> Option<usize> {
    let (steps, rest) = text.as_chunks::<STEP>();
    for (number, step) in steps.iter().enumerate() {
        let bytes = u8x16::new(*step);
        let found = needles.into_iter().fold(u8x16::ZERO, |found, needle| found | bytes.simd_eq(u8x16::splat(needle)));
        let bits = found.to_bitmask();
        if bits != 0 {
            return Some(number * STEP + bits.trailing_zeros() as usize);
        }
    }
    rest.iter().position(|byte| needles.contains(byte)).map(|found| text.len() - rest.len() + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_every_length_is_found() {
        for len in 0..150 {
            let mut text = vec![b'!'; len];
            assert_eq!((find(b' ', &text), find_either(b' ', b'"', &text)), (None, None));
            for place in (0..len).rev() {
                text[place] = b' ';
                assert_eq!(find(b' ', &text), Some(place));
                assert_eq!(find_either(b'"', b' ', &text), Some(place));
                assert_eq!(find_any([b'#', b' ', b'\xff'], &text), Some(place));
            }
        }
    }
}
