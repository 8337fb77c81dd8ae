//! Persona files: the values of test identities, as CSV with the header `person,kind,value` or as
//! TOML with a table for each person.

use crate::class::DataClass;
use crate::patterns::key_class;
use crate::report::escape::{terminal, terminal_path};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// One value of a persona.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaValue {
    /// The persona's label.
    pub person: String,
    /// What the value is.
    pub class: DataClass,
    /// The value.
    pub value: String,
}

/// Reads a persona file.
///
/// # Errors
/// When it cannot be read, or a row is not understood; the message names the row.
pub fn read(path: &Path) -> Result<Vec<PersonaValue>> {
    let name = terminal_path(path);
    let text = std::fs::read_to_string(path).with_context(|| format!("{name}: cannot read the personas"))?;
    let is_toml = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    let values = if is_toml { from_toml(&text) } else { from_csv(&text) };
    let values = values.with_context(|| format!("{name}: not a persona file"))?;
    if values.is_empty() {
        bail!("{name}: no persona in it; one row for each value, under the header person,kind,value");
    }
    Ok(values)
}

/// The class that a word in a persona file or a watch list's header means.
pub(super) fn class_of(word: &str) -> Option<DataClass> {
    let word = word.trim();
    DataClass::parse(&word.to_ascii_lowercase()).or_else(|| key_class(word).map(|(class, _)| class))
}

fn kind(word: &str) -> Result<DataClass> {
    match class_of(word) {
        Some(class) => Ok(class),
        None => bail!("{} is no kind of personal data; docs/matching.md lists them", terminal(word)),
    }
}

fn from_csv(text: &str) -> Result<Vec<PersonaValue>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let (Some(person), Some(kinds), Some(value)) = (column("person"), column("kind"), column("value")) else {
        bail!("the first line must name the columns person, kind and value");
    };
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default();
        if cell(value).is_empty() {
            continue;
        }
        let class = kind(cell(kinds)).with_context(|| format!("line {line}"))?;
        values.push(PersonaValue { person: cell(person).to_owned(), class, value: cell(value).to_owned() });
    }
    Ok(values)
}

fn from_toml(text: &str) -> Result<Vec<PersonaValue>> {
    let table: toml::Table = text.parse()?;
    let mut values = Vec::new();
    for (person, content) in &table {
        let Some(content) = content.as_table() else {
            bail!("{} is no table; write [name] and below it kind = \"value\"", terminal(person));
        };
        for (word, value) in content {
            let class = kind(word).with_context(|| format!("[{}]", terminal(person)))?;
            let several = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
            for value in several {
                let value = match value {
                    toml::Value::String(text) => text.clone(),
                    toml::Value::Integer(number) => number.to_string(),
                    toml::Value::Datetime(date) => date.to_string(),
                    _ => bail!("[{}]: {} is no text", terminal(person), terminal(word)),
                };
                values.push(PersonaValue { person: person.clone(), class, value });
            }
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_and_toml_say_the_same() {
        let csv =
            from_csv("person,kind,value\njane,email,jane.roe@example.com\njane,zip,62704\njane,phone,\n").unwrap();
        let toml = from_toml("[jane]\nemail = \"jane.roe@example.com\"\nzip = [\"62704\"]\n").unwrap();
        assert_eq!(csv, toml);
        assert_eq!(csv[1].class, DataClass::PostalCode);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let error = |text| format!("{:#}", from_csv(text).unwrap_err());
        assert!(error("a,b\n1,2\n").contains("person, kind and value"));
        let unknown = error("person,kind,value\njane,shoe,42\n");
        assert!(unknown.contains("line 2") && unknown.contains("shoe"), "{unknown}");
        assert!(from_toml("jane = 1").is_err());
    }
}
