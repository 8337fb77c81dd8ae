//! The form in which texts and listed words are compared: lower case, no accents, every word in
//! spaces of its own, so that a word is found only as a whole.

/// A text in the form of comparison: `Type-2 Diabetes` becomes ` type  2  diabetes `.
pub(super) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut inside = false;
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            if !inside {
                out.push(' ');
                inside = true;
            }
            push_folded(letter, &mut out);
        } else if inside && !matches!(letter, '\'' | '’' | '\u{301}' | '\u{308}') {
            out.push(' ');
            inside = false;
        }
    }
    if inside {
        out.push(' ');
    }
    out
}

/// A name of code as words: `BookAppointment` becomes `Book Appointment`.
pub fn camel_words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut last = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && last.is_lowercase() {
            out.push(' ');
        }
        out.push(letter);
        last = letter;
    }
    out
}

fn push_folded(letter: char, out: &mut String) {
    for lower in letter.to_lowercase() {
        match lower {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ß' => out.push_str("ss"),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        assert_eq!(normal("Type-2 Diabetes"), " type  2  diabetes ");
        assert_eq!(normal("/women's-health/"), " womens  health ");
        assert_eq!(normal("Größe, été"), " grosse  ete ");
        assert_eq!(normal(" -- "), "");
    }

    #[test]
    fn names_of_code_are_words() {
        assert_eq!(camel_words("BookAppointment"), "Book Appointment");
        assert_eq!(camel_words("HIV"), "HIV");
    }
}
