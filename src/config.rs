//! The configuration file: options of a command by the names that they have on the command line. It
//! is read before the command line is, and becomes words of it; what the user typed wins.

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;
use std::path::Path;
use toml::{Table, Value};

/// The words of a command line with those that its `--config FILE` stands for.
///
/// # Errors
/// When the file cannot be read or names an option that the command does not have.
pub fn expand(words: Vec<OsString>, command: &Command) -> Result<Vec<OsString>> {
    let Some(path) = config_path(&words) else { return Ok(words) };
    let Some(place) = words.iter().position(|word| command.find_subcommand(word).is_some()) else { return Ok(words) };
    let Some(sub) = command.find_subcommand(&words[place]) else { return Ok(words) };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{}: cannot read the configuration", Path::new(&path).display()))?;
    let table: Table = text.parse().with_context(|| format!("{}: not valid TOML", Path::new(&path).display()))?;
    let mut expanded: Vec<OsString> = words[..=place].to_vec();
    for (name, value) in &table {
        let option = sub.get_arguments().find(|arg| arg.get_long() == Some(name.as_str()));
        let Some(option) = option.filter(|option| option.get_long() != Some("config")) else {
            bail!("{}: {} has no option '{name}'", Path::new(&path).display(), sub.get_name());
        };
        if !is_typed(option, &words[place..]) {
            let spelled = spell(option, value).with_context(|| format!("{}: '{name}'", Path::new(&path).display()))?;
            expanded.extend(spelled.into_iter().map(OsString::from));
        }
    }
    expanded.extend_from_slice(&words[place + 1..]);
    Ok(expanded)
}

fn config_path(words: &[OsString]) -> Option<OsString> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--") => return None,
            Some("--config") => return words.next().cloned(),
            Some(word) => {
                if let Some(path) = word.strip_prefix("--config=") {
                    return Some(path.into());
                }
            }
            None => {}
        }
    }
    None
}

fn is_typed(option: &Arg, words: &[OsString]) -> bool {
    let words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    words.into_iter().any(|word| {
        let is_long = word
            .strip_prefix("--")
            .is_some_and(|name| Some(name.split('=').next().unwrap_or(name)) == option.get_long());
        let is_short =
            word.strip_prefix('-').filter(|rest| !rest.starts_with('-')).and_then(|rest| rest.chars().next());
        is_long || is_short.is_some() && is_short == option.get_short()
    })
}

fn spell(option: &Arg, value: &Value) -> Result<Vec<String>> {
    let name = option.get_long().unwrap_or_default();
    let word = |value: &Value| {
        Ok(match value {
            Value::String(text) => format!("--{name}={text}"),
            Value::Integer(number) => format!("--{name}={number}"),
            Value::Float(number) => format!("--{name}={number}"),
            Value::Datetime(time) => format!("--{name}={time}"),
            Value::Boolean(_) | Value::Array(_) | Value::Table(_) => {
                bail!("expects a text, a number or a list of them")
            }
        })
    };
    let is_switch = matches!(option.get_action(), ArgAction::SetTrue | ArgAction::Count);
    match value {
        Value::Boolean(is_set) if is_switch => Ok(is_set.then(|| format!("--{name}")).into_iter().collect()),
        _ if is_switch => bail!("expects true or false"),
        Value::Array(values) => values.iter().map(word).collect(),
        value => Ok(vec![word(value)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    fn expanded(config: &str, typed: &[&str]) -> Result<Vec<String>> {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("c.toml");
        std::fs::write(&path, config).expect("written");
        let path = path.to_str().expect("a path");
        let last = ["--config", path];
        let words = ["leakledger", "scan"].iter().chain(typed).chain(&last);
        let words = expand(words.map(OsString::from).collect(), &Cli::command())?;
        let words = words.into_iter().map(|word| word.into_string().expect("text"));
        Ok(words.filter(|word| !word.contains("c.toml")).collect())
    }

    #[test]
    fn options_of_the_file_stand_before_those_that_were_typed() {
        let config = "site = ['a.example', 'b.example']\njobs = 3\npanel = true\nreveal = false\noutput = 'here'\n";
        let words = expanded(config, &["x.har", "-j1"]).expect("expanded");
        let expected = [
            "leakledger",
            "scan",
            "--output=here",
            "--panel",
            "--site=a.example",
            "--site=b.example",
            "x.har",
            "-j1",
            "--config",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn what_no_option_is_called_is_refused() {
        for config in ["colour = 'red'", "jobs = [true]", "panel = 'yes'", "config = 'b.toml'", "= 1"] {
            assert!(expanded(config, &["x"]).is_err(), "{config}");
        }
    }
}
