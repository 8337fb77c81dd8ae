//! The letter map of one visitor-identification product: every letter and digit is written as
//! another one, and signs stay. Text that went through it looks like any other token.

const WRITTEN: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const READ: &[u8; 62] = b"kibp8A4EWRMKHa7gvyz1dOPt6UI5xYD3nqhVwZBXfCcFeJmrLN20lS9QGsjTuo";

static TO_WRITTEN: [u8; 256] = table(READ, WRITTEN);

const fn table(from: &[u8; 62], to: &[u8; 62]) -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = byte as u8;
        byte += 1;
    }
    let mut at = 0;
    while at < from.len() {
        table[from[at] as usize] = to[at];
        at += 1;
    }
    table
}

/// Writes a text in the map's letters.
pub fn letter_map(text: &[u8]) -> Vec<u8> {
    text.iter().map(|&byte| TO_WRITTEN[byte as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_change_and_signs_stay() {
        let mapped = letter_map(b"kibp.8A4@");
        assert_eq!(mapped, b"0123.456@");
        let mut all = letter_map(WRITTEN);
        all.sort_unstable();
        let mut letters = WRITTEN.to_vec();
        letters.sort_unstable();
        assert_eq!(all, letters);
    }
}
