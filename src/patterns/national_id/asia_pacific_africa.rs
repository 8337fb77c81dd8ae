//! National numbers of Asia, the Pacific and Africa.

use super::check_digits::{digits, is_day, luhn, mod_11, two, verhoeff, weighted};

/// Australian tax file number.
pub(super) fn au_tfn(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|all| {
        let sum = weighted(&all, &[1, 4, 3, 7, 5, 8, 6, 9, 10]);
        sum > 0 && sum.is_multiple_of(11)
    })
}

/// Australian Medicare number: check digit in the ninth place, card number in the tenth.
pub(super) fn au_medicare(number: &[u8]) -> bool {
    digits::<10>(number)
        .is_some_and(|all| (2..=6).contains(&all[0]) && weighted(&all[..8], &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == all[8])
}

/// Indian Aadhaar.
pub(super) fn in_aadhaar(number: &[u8]) -> bool {
    digits::<12>(number).is_some_and(|all| {
        let palindrome = all.iter().eq(all.iter().rev());
        all[0] >= 2 && !palindrome && verhoeff(&all)
    })
}

/// Indian PAN: the fourth letter says what kind of taxpayer it is.
pub(super) fn in_pan(number: &[u8]) -> bool {
    number.len() == 10
        && number[..5].iter().all(u8::is_ascii_uppercase)
        && b"ABCFGHLJPTK".contains(&number[3])
        && number[5..9].iter().all(u8::is_ascii_digit)
        && number[9].is_ascii_uppercase()
}

/// Chinese identity number: region, birth date, serial number, check sign.
pub(super) fn cn_identity(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const SIGNS: &[u8; 11] = b"10X98765432";
    let Some(all) = number.get(..17).and_then(digits::<17>) else { return false };
    let region = matches!(all[0], 1..=6 | 8);
    let born = matches!(two(&all, 6), 19 | 20) && is_day(two(&all, 10), two(&all, 12));
    number.len() == 18 && region && born && SIGNS[weighted(&all, &WEIGHTS) as usize % 11] == number[17]
}

/// South Korean registration number: birth date, then sex and century. The check digit is no longer
/// given out with new numbers, so it is not asked for.
pub(super) fn kr_registration(number: &[u8]) -> bool {
    digits::<13>(number).is_some_and(|all| is_day(two(&all, 2), two(&all, 4)) && matches!(all[6], 1..=8))
}

/// Japanese individual number.
pub(super) fn jp_individual(number: &[u8]) -> bool {
    digits::<12>(number).is_some_and(|all| {
        let rest = weighted(&all[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        all.iter().any(|digit| *digit != 0) && (if rest <= 1 { 0 } else { 11 - rest }) == all[11]
    })
}

/// Singaporean identity number of citizens and foreigners.
pub(super) fn sg_identity(number: &[u8]) -> bool {
    if number.len() != 9 {
        return false;
    }
    let Some(all) = digits::<7>(&number[1..8]) else { return false };
    let sum = weighted(&all, &[2, 7, 6, 5, 4, 3, 2]) as usize;
    let (letters, offset): (&[u8; 11], usize) = match number[0] {
        b'S' => (b"JZIHGFEDCBA", 0),
        b'T' => (b"JZIHGFEDCBA", 4),
        b'F' => (b"XWUTRQPNMLK", 0),
        b'G' => (b"XWUTRQPNMLK", 4),
        b'M' => (b"XWUTRQPNJLK", 3),
        _ => return false,
    };
    letters[(sum + offset) % 11] == number[8]
}

/// Thai identity number.
pub(super) fn th_identity(number: &[u8]) -> bool {
    digits::<13>(number).is_some_and(|all| {
        let sum = weighted(&all[..12], &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
        all[0] != 0 && (11 - sum % 11) % 10 == all[12]
    })
}

/// South African identity number: birth date, serial number, citizenship, Luhn.
pub(super) fn za_identity(number: &[u8]) -> bool {
    digits::<13>(number).is_some_and(|all| is_day(two(&all, 2), two(&all, 4)) && all[10] <= 2 && luhn(&all))
}

/// New Zealand health number of the old form: three letters, three digits, a check digit.
pub(super) fn nz_health(number: &[u8]) -> bool {
    let place =
        |byte: u8| b"ABCDEFGHJKLMNPQRSTUVWXYZ".iter().position(|letter| *letter == byte).map(|at| at as u32 + 1);
    let Some(letters) =
        number.get(..3).and_then(|letters| letters.iter().map(|byte| place(*byte)).collect::<Option<Vec<_>>>())
    else {
        return false;
    };
    let Some(tail) = number.get(3..).and_then(digits::<4>) else { return false };
    let all: Vec<u32> = letters.into_iter().chain(tail[..3].iter().copied()).collect();
    mod_11(&all, &[7, 6, 5, 4, 3, 2]) == Some(tail[3])
}
