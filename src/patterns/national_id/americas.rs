//! National numbers of the Americas.

use super::check_digits::{digits, is_day, luhn, two, weighted};

/// US social security number: area, group and serial number within those that are given out.
pub(super) fn us_ssn(number: &[u8]) -> bool {
    // Printed in advertisements, and so given to nobody any more.
    const ADVERTISED: [&[u8]; 3] = [b"078051120", b"219099999", b"457555462"];
    digits::<9>(number).is_some_and(|all| {
        let area = all[0] * 100 + two(&all, 1);
        !matches!(area, 0 | 666 | 900..) && two(&all, 3) != 0 && all[5..].iter().any(|digit| *digit != 0)
    }) && !ADVERTISED.contains(&number)
        && number.iter().any(|byte| *byte != number[0])
}

/// US taxpayer number of people without a social security number.
pub(super) fn us_itin(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|all| all[0] == 9 && matches!(two(&all, 3), 50..=65 | 70..=88 | 90..=92 | 94..=99))
}

/// US Medicare beneficiary number: letters and digits in fixed places, without letters that look
/// like digits.
pub(super) fn us_mbi(number: &[u8]) -> bool {
    const SHAPE: &[u8; 11] = b"9AX9AX9AA99";
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
    number.len() == SHAPE.len()
        && number[0] != b'0'
        && number.iter().zip(SHAPE).all(|(byte, place)| match place {
            b'9' => byte.is_ascii_digit(),
            b'A' => letter(*byte),
            _ => byte.is_ascii_digit() || letter(*byte),
        })
}

/// Canadian social insurance number.
pub(super) fn ca_sin(number: &[u8]) -> bool {
    digits::<9>(number).is_some_and(|all| !matches!(all[0], 0 | 8) && luhn(&all))
}

/// Brazilian CPF: two check digits.
pub(super) fn br_cpf(number: &[u8]) -> bool {
    let Some(all) = digits::<11>(number) else { return false };
    let check = |count: usize| {
        let weights: Vec<u32> = (2..=count as u32 + 1).rev().collect();
        weighted(&all[..count], &weights) * 10 % 11 % 10
    };
    all.iter().any(|digit| *digit != all[0]) && check(9) == all[9] && check(10) == all[10]
}

/// Mexican CURP: name, birth date, sex, state, and a check digit.
pub(super) fn mx_curp(number: &[u8]) -> bool {
    let Ok(curp): Result<&[u8; 18], _> = number.try_into() else { return false };
    // The letter after N has a place of its own in the alphabet.
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte.wrapping_sub(b'A')) + 11,
    };
    let letters = |range: std::ops::Range<usize>| curp[range].iter().all(u8::is_ascii_uppercase);
    let Some(date) = digits::<6>(&curp[4..10]) else { return false };
    let shaped = letters(0..4)
        && is_day(two(&date, 2), two(&date, 4))
        && letters(10..16)
        && matches!(curp[10], b'H' | b'M' | b'X');
    let sum: u32 = curp[..17].iter().zip((2..=18).rev()).map(|(byte, weight)| value(*byte) * weight).sum();
    shaped && curp[17].is_ascii_digit() && (10 - sum % 10) % 10 == u32::from(curp[17] - b'0')
}
