//! Which texts a spreadsheet reads as a number, a date, a time or a truth value, in the locales of
//! the languages in [`MONTHS`]. Erring towards yes costs an apostrophe; erring towards no costs
//! the text.

/// The longest word that [`MONTHS`] or [`AFTER_DIGIT`] could hold.
const LONGEST_WORD: usize = 12;

/// Month names (English, German, French, Spanish, Italian, Portuguese, Dutch). Their beginnings of
/// three letters and more count too.
const MONTHS: &[&str] = &[
    "january",
    "januar",
    "januari",
    "janvier",
    "janeiro",
    "enero",
    "gennaio",
    "february",
    "februar",
    "februari",
    "février",
    "fevrier",
    "febrero",
    "febbraio",
    "fevereiro",
    "march",
    "märz",
    "mrz",
    "mars",
    "marzo",
    "março",
    "marco",
    "maart",
    "mrt",
    "april",
    "avril",
    "abril",
    "aprile",
    "may",
    "mai",
    "mayo",
    "maggio",
    "maio",
    "mei",
    "june",
    "juni",
    "juin",
    "junio",
    "giugno",
    "junho",
    "july",
    "juli",
    "juillet",
    "julio",
    "luglio",
    "julho",
    "august",
    "août",
    "aout",
    "agosto",
    "augustus",
    "september",
    "septembre",
    "septiembre",
    "settembre",
    "setembro",
    "sept",
    "october",
    "oktober",
    "octobre",
    "octubre",
    "ottobre",
    "outubro",
    "november",
    "novembre",
    "noviembre",
    "novembro",
    "december",
    "dezember",
    "décembre",
    "decembre",
    "diciembre",
    "dicembre",
    "dezembro",
];

/// One bit for the third letter of every month name under its first two (26 × 26), so that the
/// words of ordinary text are told from months at once.
const MONTH_STARTS: [u32; 26 * 26] = month_starts();

const fn month_starts() -> [u32; 26 * 26] {
    let mut starts = [0; 26 * 26];
    let mut month = 0;
    while month < MONTHS.len() {
        let name = MONTHS[month].as_bytes();
        if let Some((place, bit)) = start_of(name[0], name[1], name[2]) {
            starts[place] |= bit;
        }
        month += 1;
    }
    starts
}

/// Where [`MONTH_STARTS`] has the three letters, if they are letters.
const fn start_of(one: u8, two: u8, three: u8) -> Option<(usize, u32)> {
    if !one.is_ascii_alphabetic() || !two.is_ascii_alphabetic() || !three.is_ascii_alphabetic() {
        return None;
    }
    let place = ((one | 0x20) - b'a') as usize * 26 + ((two | 0x20) - b'a') as usize;
    Some((place, 1 << ((three | 0x20) - b'a')))
}

/// Words that belong to a number or a time when a digit came before: an exponent, halves of a
/// day, the marks of an ISO time.
const AFTER_DIGIT: &[&str] = &["e", "a", "p", "am", "pm", "t", "z"];

/// The ordinary form of a character: full-width and small forms become ASCII, because Asian
/// versions of the programs treat them alike.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2212}' | '\u{fe63}' => '-',
        '\u{fe62}' => '+',
        '\u{fe66}' => '=',
        '\u{fe6b}' => '@',
        _ => c,
    }
}

/// Whether a spreadsheet would read the whole text as a value and show it with other characters.
/// Whole numbers of up to 15 digits without leading zeros come through unchanged and are not meant.
pub(super) fn reads_as_value(text: &str) -> bool {
    if is_whole_number(text) {
        return false;
    }
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return true;
    }
    let mut has_digit = false;
    let mut word = Word::default();
    for c in text.chars().map(narrow) {
        if c.is_alphabetic() && !is_cjk_unit(c) {
            if !word.push(c) {
                return false;
            }
            continue;
        }
        if !word.belongs_to_value(has_digit) || !(c.is_ascii_digit() || separates(c)) {
            return false;
        }
        word.clear();
        has_digit |= c.is_ascii_digit();
    }
    word.belongs_to_value(has_digit) && has_digit
}

/// Returns true only if the text is certainly no value, because it begins with three letters that
/// begin no month and no truth value.
pub(super) fn begins_like_a_word(text: &[u8]) -> bool {
    match *text {
        [b't' | b'T' | b'f' | b'F', ..] if text.len() <= "false".len() => false,
        [one, two, three, ..] => start_of(one, two, three).is_some_and(|(place, bit)| MONTH_STARTS[place] & bit == 0),
        _ => false,
    }
}

fn is_whole_number(text: &str) -> bool {
    (1..=15).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'))
}

/// Characters that occur between the digits of numbers, amounts, dates and times.
fn separates(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | '\'' | '’' | ':' | '/' | '-' | '+' | '%' | '(' | ')' | '$' | '¢'..='¥'
            | '\u{20a0}'..='\u{20cf}'
    ) || c.is_whitespace()
        || is_cjk_unit(c)
}

fn is_cjk_unit(c: char) -> bool {
    matches!(c, '年' | '月' | '日' | '時' | '时' | '分' | '秒')
}

/// The run of letters just read, in lower case.
#[derive(Default)]
struct Word {
    letters: [char; LONGEST_WORD],
    len: usize,
}

impl Word {
    /// Adds a letter; false when the word is too long to mean anything here.
    fn push(&mut self, c: char) -> bool {
        let Some(place) = self.letters.get_mut(self.len) else {
            return false;
        };
        *place = match c.is_ascii() {
            true => c.to_ascii_lowercase(),
            false => c.to_lowercase().next().unwrap_or(c),
        };
        self.len += 1;
        true
    }

    fn clear(&mut self) {
        self.len = 0;
    }

    fn belongs_to_value(&self, has_digit: bool) -> bool {
        let letters = &self.letters[..self.len];
        let begins = |name: &str| {
            let mut chars = name.chars();
            letters.iter().all(|&letter| chars.next() == Some(letter))
        };
        letters.is_empty()
            || (self.may_be_month() && MONTHS.iter().any(|month| begins(month)))
            || (has_digit && AFTER_DIGIT.iter().any(|word| begins(word) && word.len() == letters.len()))
    }

    fn may_be_month(&self) -> bool {
        let [one, two, three, ..] = self.letters.map(u8::try_from);
        match (self.len >= 3, one, two, three) {
            (false, ..) => false,
            (true, Ok(one), Ok(two), Ok(three)) => {
                start_of(one, two, three).is_none_or(|(place, bit)| MONTH_STARTS[place] & bit != 0)
            }
            (true, ..) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_and_its_beginnings_make_a_date() {
        for month in MONTHS {
            for (end, _) in month.char_indices().skip(3).chain([(month.len(), ' ')]) {
                let date = format!("{} 1", &month[..end]);
                assert!(reads_as_value(&date) && !begins_like_a_word(date.as_bytes()), "{date}");
                assert!(reads_as_value(&date.to_uppercase()), "{date}");
            }
            assert!(!reads_as_value(month) && !reads_as_value(&format!("{month}x 1")), "{month}");
        }
    }
}
