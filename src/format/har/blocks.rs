//! Blocks: 64 bytes of JSON at a time, each kind of byte as the bits of a word. The strings of a
//! capture are short, so that looking at whole blocks with vector instructions beats going from one
//! quote to the next.

use wide::u8x16;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// The block of a buffer that this byte is in, if all of it is there.
pub(super) fn whole_block(buf: &[u8], at: usize) -> Option<&[u8; BLOCK]> {
    buf[at - at % BLOCK..].first_chunk()
}

/// Where the block ends that this byte of a buffer is in.
pub(super) fn block_end(at: usize) -> usize {
    at - at % BLOCK + BLOCK
}

/// Where the bytes of each kind are; a block's first byte has the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) quotes: u64,
    pub(super) backslashes: u64,
    /// `{` and `[`.
    pub(super) opening: u64,
    /// `}` and `]`.
    pub(super) closing: u64,
    /// Everything but these, white space, digits and `+,-.:`.
    pub(super) others: u64,
}

impl Block {
    /// The kinds of the bytes of a block.
    #[inline]
    pub(super) fn of(bytes: &[u8; BLOCK]) -> Self {
        let mut block = Block::default();
        let (parts, _) = bytes.as_chunks();
        for (part, place) in parts.iter().zip([0, 16, 32, 48]) {
            let bytes = u8x16::new(*part);
            let are = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
            // The two opening brackets differ in one bit only, and so do the two closing ones.
            let folded = bytes | u8x16::splat(0x20);
            let opening = folded.simd_eq(u8x16::splat(b'{'));
            let closing = folded.simd_eq(u8x16::splat(b'}'));
            let blank = are(b' ') | are(b'\n') | are(b'\r') | are(b'\t');
            // From `+` to `:` there is one byte that JSON has in strings only: the slash.
            let from_plus = bytes - u8x16::splat(b'+');
            let numeric = from_plus.simd_eq(from_plus.min(u8x16::splat(b':' - b'+'))) & !are(b'/');
            let (quotes, backslashes) = (are(b'"'), are(b'\\'));
            let bits = |found: u8x16| u64::from(found.to_bitmask()) << place;
            block.quotes |= bits(quotes);
            block.backslashes |= bits(backslashes);
            block.opening |= bits(opening);
            block.closing |= bits(closing);
            block.others |= bits(!(quotes | opening | closing | blank | numeric));
        }
        block
    }

    /// The same, all bytes at once.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn by_avx512(bytes: &[u8; BLOCK]) -> Self {
        use std::arch::x86_64::{
            _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask, _mm512_or_si512, _mm512_set_epi64, _mm512_set1_epi8,
            _mm512_sub_epi8,
        };
        let (words, _) = bytes.as_chunks();
        let [a, b, c, d, e, f, g, h] = std::array::from_fn(|at| i64::from_le_bytes(words[at]));
        let bytes = _mm512_set_epi64(h, g, f, e, d, c, b, a);
        let all = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
        let are = |byte: u8| _mm512_cmpeq_epi8_mask(bytes, all(byte));
        let folded = _mm512_or_si512(bytes, all(0x20));
        let opening = _mm512_cmpeq_epi8_mask(folded, all(b'{'));
        let closing = _mm512_cmpeq_epi8_mask(folded, all(b'}'));
        let blank = are(b' ') | are(b'\n') | are(b'\r') | are(b'\t');
        let from_plus = _mm512_sub_epi8(bytes, all(b'+'));
        let numeric = _mm512_cmple_epu8_mask(from_plus, all(b':' - b'+')) & !are(b'/');
        let (quotes, backslashes) = (are(b'"'), are(b'\\'));
        Block { quotes, backslashes, opening, closing, others: !(quotes | opening | closing | blank | numeric) }
    }

    /// The strings of the block from the byte `at` of a buffer on, which is inside of one or escaped.
    #[inline]
    pub(super) fn strings(self, at: usize, in_string: bool, escaped: bool) -> Strings {
        let from = !0 << (at % BLOCK);
        let block = Block {
            quotes: self.quotes & from,
            backslashes: self.backslashes & from,
            opening: self.opening & from,
            closing: self.closing & from,
            others: self.others & from,
        };
        let first = if escaped { from & from.wrapping_neg() } else { 0 };
        let (escaped, escapes_next) = block.escaped(first);
        let quotes = block.quotes & !escaped;
        let inside = between(quotes) ^ if in_string { from } else { 0 };
        Strings { block, quotes, inside, escapes_next }
    }

    /// Which bytes a backslash escapes, and whether the last one escapes the byte behind the block;
    /// `first` is a byte that is escaped from before.
    fn escaped(&self, first: u64) -> (u64, bool) {
        let mut escaped = first;
        let mut rest = self.backslashes & !escaped;
        while rest != 0 {
            let next = (rest & rest.wrapping_neg()) << 1;
            if next == 0 {
                return (escaped, true);
            }
            escaped |= next;
            rest &= (rest - 1) & !next;
        }
        (escaped, false)
    }
}

/// A block, or the end of one, with its strings told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strings {
    block: Block,
    /// The quotes that begin and end strings.
    pub(super) quotes: u64,
    /// What is inside of strings.
    inside: u64,
    /// Whether the last byte escapes the first one behind the block.
    pub(super) escapes_next: bool,
}

impl Strings {
    /// The opening brackets.
    pub(super) fn opening(&self) -> u64 {
        self.block.opening & !self.inside
    }

    /// The closing brackets.
    pub(super) fn closing(&self) -> u64 {
        self.block.closing & !self.inside
    }

    /// What must not be outside of strings, unless it is part of a word.
    pub(super) fn others(&self) -> u64 {
        (self.block.others | self.block.backslashes) & !self.inside
    }

    /// All backslashes.
    pub(super) fn backslashes(&self) -> u64 {
        self.block.backslashes
    }

    /// Whether the last byte is inside of a string.
    pub(super) fn ends_inside(&self) -> bool {
        self.inside >> (BLOCK - 1) == 1
    }
}

/// The bits from each odd one, counted from the lowest, up to the next: what is behind an opening
/// quote, with the quote, and before the closing one.
fn between(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use multiversion::{multiversion, target::match_target};

    fn bits(text: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
        text.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(is(*byte)))
    }

    #[test]
    fn every_byte_is_of_its_kind() {
        for start in [0, 64, 128, 192] {
            let text: [u8; BLOCK] = std::array::from_fn(|at| start + at as u8);
            let block = Block::of(&text);
            assert_eq!(block.quotes, bits(&text, |byte| byte == b'"'));
            assert_eq!(block.backslashes, bits(&text, |byte| byte == b'\\'));
            assert_eq!(block.opening, bits(&text, |byte| b"[{".contains(&byte)));
            assert_eq!(block.closing, bits(&text, |byte| b"]}".contains(&byte)));
            assert_eq!(block.others, bits(&text, |byte| !b"\"[{]} \t\r\n0123456789+,-.:".contains(&byte)));
        }
    }

    /// By AVX-512 where there is.
    #[multiversion(targets("x86_64+avx512f+avx512bw"))]
    fn all_at_once(bytes: &[u8; BLOCK]) -> Block {
        match_target! {
            "x86_64+avx512f+avx512bw" => Block::by_avx512(bytes),
            _ => Block::of(bytes),
        }
    }

    #[test]
    fn both_ways_see_the_same() {
        for start in 0..=255u8 {
            let text: [u8; BLOCK] = std::array::from_fn(|at| start.wrapping_add(at as u8).wrapping_mul(37));
            assert_eq!(all_at_once(&text), Block::of(&text));
        }
    }

    #[test]
    fn a_backslash_escapes_the_byte_behind_it_and_may_be_escaped() {
        let escaped = |text: &[u8], first| {
            let mut block = [b'x'; BLOCK];
            block[..text.len()].copy_from_slice(text);
            Block::of(&block).escaped(u64::from(first))
        };
        assert_eq!(escaped(br#"\\\"a\"#, false), (0b100_1010, false));
        assert_eq!(escaped(br#"\\\"a"#, true), (0b101, false));
        assert_eq!(escaped(br"a\", true), (0b101, false));
        assert_eq!(escaped(&[b'\\'; BLOCK], false), (0xaaaa_aaaa_aaaa_aaaa, false));
        assert_eq!(escaped(&[b'\\'; BLOCK], true), (0x5555_5555_5555_5555, true));
        assert_eq!(between(0b1001_0010), !0 << 7 | 0b1110);
    }
}
