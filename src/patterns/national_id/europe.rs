//! National numbers of Europe.

use super::check_digits::{digits, is_day, luhn, mod_11, mod_11_10, two, weighted};

/// British NHS number.
pub(super) fn gb_nhs(number: &[u8]) -> bool {
    digits::<10>(number).is_some_and(|all| mod_11(&all[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) == Some(all[9]))
}

/// British national insurance number: two letters, six digits, a letter; some pairs are not given out.
pub(super) fn gb_nino(number: &[u8]) -> bool {
    const FIRST: &[u8] = b"ABCEGHJKLMNOPRSTWXYZ";
    const SECOND: &[u8] = b"ABCEGHJKLMNPRSTWXYZ";
    const NOT_GIVEN: [&[u8]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    number.len() == 9
        && FIRST.contains(&number[0])
        && SECOND.contains(&number[1])
        && !NOT_GIVEN.contains(&&number[..2])
        && number[2..8].iter().all(u8::is_ascii_digit)
        && matches!(number[8], b'A'..=b'D')
}

/// German tax number: one digit comes twice or three times, and a check digit.
pub(super) fn de_tax(number: &[u8]) -> bool {
    let Some(all) = digits::<11>(number) else { return false };
    let times = |digit: u32| all[..10].iter().filter(|other| **other == digit).count();
    let most = (0..10).map(times).max().unwrap_or(0);
    all[0] != 0 && matches!(most, 2 | 3) && mod_11_10(&all)
}

/// German pension insurance number: area, birth date, initial, serial number, check digit.
pub(super) fn de_pension(number: &[u8]) -> bool {
    let Some(all) = lettered::<12>(number, 8) else { return false };
    let date = is_day(two(&all, 4), two(&all, 2) % 50);
    let doubled = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let cross = |number: u32| number / 10 + number % 10;
    let sum: u32 = all[..12].iter().zip(doubled).map(|(digit, weight)| cross(digit * weight)).sum();
    date && sum % 10 == all[12]
}

/// German health insurance number: a letter, eight digits and a check digit.
pub(super) fn de_health(number: &[u8]) -> bool {
    let Some(all) = lettered::<10>(number, 0) else { return false };
    let cross = |number: u32| number / 10 + number % 10;
    let sum: u32 = all[..10].iter().zip([1, 2].into_iter().cycle()).map(|(digit, weight)| cross(digit * weight)).sum();
    sum % 10 == all[10]
}

/// Digits with one letter, which becomes its place in the alphabet in two digits.
fn lettered<const N: usize>(number: &[u8], letter: usize) -> Option<Vec<u32>> {
    let mut all = Vec::with_capacity(N + 1);
    if number.len() != N {
        return None;
    }
    for (at, byte) in number.iter().enumerate() {
        match byte {
            b'A'..=b'Z' if at == letter => {
                all.extend([u32::from(byte - b'A' + 1) / 10, u32::from(byte - b'A' + 1) % 10])
            }
            b'0'..=b'9' if at != letter => all.push(u32::from(byte - b'0')),
            _ => return None,
        }
    }
    Some(all)
}

/// German identity card or passport: eight signs weighted 7, 3, 1, and a check digit.
pub(super) fn de_card(number: &[u8]) -> bool {
    const SIGNS: &[u8] = b"0123456789CFGHJKLMNPRTVWXYZ";
    let shaped = number.len() == 9
        && number[0].is_ascii_uppercase()
        && number.iter().all(|byte| SIGNS.contains(byte))
        && number[8].is_ascii_digit();
    if !shaped {
        return false;
    }
    let value = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'A') + 10 };
    let sum: u32 =
        number[..8].iter().zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| value(*byte) * weight).sum();
    sum % 10 == u32::from(number[8] - b'0')
}

/// French social security number: sex, year, month, place, serial number, key modulus 97.
pub(super) fn fr_nir(number: &[u8]) -> bool {
    if number.len() != 15 {
        return false;
    }
    let mut plain: Vec<u8> = number.to_vec();
    // Corsica.
    match &number[5..7] {
        b"2A" => plain[5..7].copy_from_slice(b"19"),
        b"2B" => plain[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    let Some(all) = digits::<15>(&plain) else { return false };
    let body = all[..13].iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    let month = matches!(two(&all, 3), 1..=12 | 20..=42 | 50..=99);
    matches!(all[0], 1..=4 | 7 | 8) && month && 97 - body % 97 == u64::from(two(&all, 13))
}

const SPANISH: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Spanish DNI: up to eight digits and a letter.
pub(super) fn es_dni(number: &[u8]) -> bool {
    let Some((letter, body)) = number.split_last().filter(|(_, body)| matches!(body.len(), 7 | 8)) else {
        return false;
    };
    let value =
        body.iter().try_fold(0_u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')));
    value.is_some_and(|value| SPANISH[value as usize % 23] == *letter)
}

/// Spanish number of foreigners.
pub(super) fn es_nie(number: &[u8]) -> bool {
    let first = match number.first() {
        Some(b'X') => b'0',
        Some(b'Y') => b'1',
        Some(b'Z') => b'2',
        _ => return false,
    };
    let mut dni = number.to_vec();
    dni[0] = first;
    dni.len() == 9 && es_dni(&dni)
}

/// Italian codice fiscale: names, birth date with sex, place, check letter.
pub(super) fn it_codice_fiscale(number: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    const SHAPE: &[u8; 16] = b"AAAAAA99A99A999A";
    // Where two people would get the same number, digits become these letters.
    let digit = |byte: u8| byte.is_ascii_digit() || b"LMNPQRSTUV".contains(&byte);
    let shaped = number.len() == 16
        && number
            .iter()
            .zip(SHAPE)
            .all(|(byte, place)| if *place == b'9' { digit(*byte) } else { byte.is_ascii_uppercase() })
        && b"ABCDEHLMPRST".contains(&number[8]);
    if !shaped {
        return false;
    }
    let value = |byte: u8| if byte.is_ascii_digit() { usize::from(byte - b'0') } else { usize::from(byte - b'A') };
    let sum: u32 = number
        .iter()
        .take(15)
        .enumerate()
        .map(|(at, byte)| if at % 2 == 0 { ODD.get(value(*byte)).copied().unwrap_or(0) } else { value(*byte) as u32 })
        .sum();
    sum % 26 == u32::from(number[15] - b'A')
}

/// Dutch BSN: the test by eleven.
pub(super) fn nl_bsn(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|all| {
        let sum = weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
        two(&all, 0) > 0 && sum % 11 == all[8]
    })
}

/// Belgian national number: birth date, serial number, key modulus 97, with a 2 in front from 2000.
pub(super) fn be_national(number: &[u8]) -> bool {
    let Some(all) = digits::<11>(number) else { return false };
    let body = all[..9].iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    let key = u64::from(two(&all, 9));
    is_day(two(&all, 2), two(&all, 4)) && [body, 2_000_000_000 + body].iter().any(|body| 97 - body % 97 == key)
}

/// Polish PESEL: birth date with the century in the month, serial number, check digit.
pub(super) fn pl_pesel(number: &[u8]) -> bool {
    digits::<11>(number).is_some_and(|all| {
        let sum = weighted(&all[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
        is_day(two(&all, 2) % 20, two(&all, 4)) && (10 - sum % 10) % 10 == all[10]
    })
}

/// Swedish personal number: birth date (60 more for a coordination number), serial number, Luhn.
pub(super) fn se_personal(number: &[u8]) -> bool {
    let short = if number.len() == 12 && matches!(&number[..2], b"18" | b"19" | b"20") { &number[2..] } else { number };
    digits::<10>(short).is_some_and(|all| is_day(two(&all, 2), two(&all, 4) % 60) && luhn(&all))
}

/// Finnish personal code: birth date, sign of the century, serial number, check sign.
pub(super) fn fi_personal(number: &[u8]) -> bool {
    const SIGNS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let Ok(code): Result<&[u8; 11], _> = number.try_into() else { return false };
    let joined: Vec<u8> = code[..6].iter().chain(&code[7..10]).copied().collect();
    let Some(all) = digits::<9>(&joined) else { return false };
    let value = all.iter().fold(0_u32, |sum, digit| sum * 10 + digit);
    let century = b"-+ABCDEFYXWVU".contains(&code[6]);
    century && is_day(two(&all, 2), two(&all, 0)) && SIGNS[value as usize % 31] == code[10]
}

/// Norwegian birth number: birth date, serial number, two check digits.
pub(super) fn no_birth(number: &[u8]) -> bool {
    digits::<11>(number).is_some_and(|all| {
        is_day(two(&all, 2) % 40, two(&all, 0) % 40)
            && mod_11(&all[..9], &[3, 7, 6, 1, 8, 9, 4, 5, 2]) == Some(all[9])
            && mod_11(&all[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == Some(all[10])
    })
}

/// Portuguese tax number of a person.
pub(super) fn pt_nif(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|all| {
        let check = 11 - weighted(&all[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        matches!(all[0], 1..=3) && (if check > 9 { 0 } else { check }) == all[8]
    })
}

/// Turkish identity number: two check digits.
pub(super) fn tr_identity(number: &[u8]) -> bool {
    digits::<11>(number).is_some_and(|all| {
        let sum = |at: [usize; 4]| at.iter().map(|at| all[*at]).sum::<u32>();
        let (odd, even) = (sum([0, 2, 4, 6]) + all[8], sum([1, 3, 5, 7]));
        all[0] != 0 && (odd * 7 + 100 - even) % 10 == all[9] && all[..10].iter().sum::<u32>() % 10 == all[10]
    })
}
