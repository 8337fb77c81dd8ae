//! Figures and lists in words, the same in the workbook, the report and on the terminal.

/// A count with a comma before every third digit.
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first few of a list, and how many more there are.
pub fn list_up_to(items: &[String], shown: usize, noun: &str) -> String {
    if items.len() <= shown + 1 {
        return list(items);
    }
    let mut named = items[..shown].to_vec();
    named.push(format!("{} other {noun}", items.len() - shown));
    list(&named)
}

/// A data class as a reader writes it.
pub fn class(word: &str) -> String {
    match word {
        "ip_address" => "IP address".to_owned(),
        "national_id" => "national ID".to_owned(),
        "page_url" => "page URL".to_owned(),
        _ => word.replace('_', " "),
    }
}

/// The text, or its beginning with three dots, in so many characters.
pub fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters.saturating_sub(1)).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_lists_read_well() {
        for (count, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(count), shown);
        }
        assert_eq!(counted(1, "person", "people"), "1 person");
        let names: Vec<String> = ["a", "b", "c", "d"].map(String::from).to_vec();
        assert_eq!(list(&names[..2]), "a and b");
        assert_eq!(list_up_to(&names, 2, "companies"), "a, b and 2 other companies");
        assert_eq!(list_up_to(&names, 3, "companies"), "a, b, c and d");
        assert_eq!(cut("abcdef", 4), "abc\u{2026}");
    }
}
