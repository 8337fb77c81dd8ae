//! Byte classes: one pass over a value collects which kinds of bytes it holds, and that set alone
//! rules out most decoders.

use std::ops::{BitOr, BitOrAssign};

/// A set of byte classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

impl Classes {
    pub(super) const DIGIT: Classes = Classes(1);
    /// `a` to `f` and `A` to `F`.
    pub(super) const HEX_LETTER: Classes = Classes(1 << 1);
    /// `g` to `z`.
    pub(super) const LOWER: Classes = Classes(1 << 2);
    /// `G` to `Z`.
    pub(super) const UPPER: Classes = Classes(1 << 3);
    /// `-` and `_`.
    pub(super) const DASH: Classes = Classes(1 << 4);
    pub(super) const SLASH: Classes = Classes(1 << 5);
    pub(super) const PLUS: Classes = Classes(1 << 6);
    pub(super) const EQUALS: Classes = Classes(1 << 7);
    pub(super) const AMPERSAND: Classes = Classes(1 << 8);
    pub(super) const PERCENT: Classes = Classes(1 << 9);
    pub(super) const DOT: Classes = Classes(1 << 10);
    pub(super) const QUESTION: Classes = Classes(1 << 11);
    /// `{`, `[` and `"`, with which JSON begins.
    pub(super) const JSON: Classes = Classes(1 << 12);
    /// `;`, `|` and `,`, which separate the members of lists.
    pub(super) const SEPARATOR: Classes = Classes(1 << 13);
    pub(super) const SPACE: Classes = Classes(1 << 14);
    pub(super) const NEWLINE: Classes = Classes(1 << 15);
    /// Control bytes other than line ends and tabs.
    pub(super) const CONTROL: Classes = Classes(1 << 16);
    /// Bytes outside ASCII.
    pub(super) const HIGH: Classes = Classes(1 << 17);
    pub(super) const AT: Classes = Classes(1 << 18);
    /// An upper-case letter, with `UPPER` or `HEX_LETTER`.
    pub(super) const CAPITAL: Classes = Classes(1 << 19);
    /// Any other printable byte.
    pub(super) const OTHER: Classes = Classes(1 << 20);
    pub(super) const BACKSLASH: Classes = Classes(1 << 21);

    const WORD: u32 = Self::DIGIT.0 | Self::HEX_LETTER.0 | Self::LOWER.0 | Self::UPPER.0;
    /// What base64 of either alphabet is made of, padding included.
    pub(super) const BASE64: Classes =
        Classes(Self::WORD | Self::CAPITAL.0 | Self::DASH.0 | Self::SLASH.0 | Self::PLUS.0 | Self::EQUALS.0);
    /// What hexadecimal text is made of.
    pub(super) const HEX: Classes = Classes(Self::DIGIT.0 | Self::HEX_LETTER.0 | Self::CAPITAL.0);
    /// Digits and lower-case letters.
    pub(super) const SMALL_TOKEN: Classes = Classes(Self::DIGIT.0 | Self::HEX_LETTER.0 | Self::LOWER.0);
    /// What opens nothing but, possibly, base64, hex and tokens.
    pub(super) const PLAIN: Classes = Classes(
        Self::BASE64.0 & !Self::EQUALS.0 & !Self::SLASH.0
            | Self::DOT.0
            | Self::SPACE.0
            | Self::AT.0
            | Self::OTHER.0
            | Self::SEPARATOR.0
            | Self::HIGH.0,
    );

    /// Whether any of `other` is in the set.
    pub(super) fn has(self, other: Classes) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing but `other` is in the set.
    pub(super) fn only(self, other: Classes) -> bool {
        self.0 & !other.0 == 0
    }
}

impl BitOr for Classes {
    type Output = Classes;

    fn bitor(self, other: Classes) -> Classes {
        Classes(self.0 | other.0)
    }
}

impl BitOrAssign for Classes {
    fn bitor_assign(&mut self, other: Classes) {
        self.0 |= other.0;
    }
}

/// The class of one byte.
#[inline]
pub(super) fn class(byte: u8) -> Classes {
    TABLE[byte as usize]
}

/// The classes of all bytes of a value.
#[inline]
pub(super) fn classify(value: &[u8]) -> Classes {
    value.iter().fold(Classes::default(), |classes, &byte| classes | class(byte))
}

static TABLE: [Classes; 256] = table();

const fn table() -> [Classes; 256] {
    let mut table = [Classes::OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = one(byte as u8);
        byte += 1;
    }
    table
}

const fn one(byte: u8) -> Classes {
    match byte {
        b'0'..=b'9' => Classes::DIGIT,
        b'a'..=b'f' => Classes::HEX_LETTER,
        b'A'..=b'F' => Classes(Classes::HEX_LETTER.0 | Classes::CAPITAL.0),
        b'g'..=b'z' => Classes::LOWER,
        b'G'..=b'Z' => Classes(Classes::UPPER.0 | Classes::CAPITAL.0),
        b'-' | b'_' => Classes::DASH,
        b'/' => Classes::SLASH,
        b'+' => Classes::PLUS,
        b'=' => Classes::EQUALS,
        b'&' => Classes::AMPERSAND,
        b'%' => Classes::PERCENT,
        b'.' => Classes::DOT,
        b'?' => Classes::QUESTION,
        b'{' | b'[' | b'"' => Classes::JSON,
        b';' | b'|' | b',' => Classes::SEPARATOR,
        b' ' => Classes::SPACE,
        b'\n' | b'\r' | b'\t' => Classes::NEWLINE,
        b'@' => Classes::AT,
        b'\\' => Classes::BACKSLASH,
        0..=0x1f | 0x7f => Classes::CONTROL,
        0x80..=0xff => Classes::HIGH,
        _ => Classes::OTHER,
    }
}
