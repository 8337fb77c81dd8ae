//! The commands: which code runs for which word on the command line.

mod detectors;
mod vendors;

use crate::cli::{Cli, Command};
use crate::outcome::Outcome;
use crate::{compare, docs, estimate, explain, merge, notify, pages, scan, verify};
use anyhow::Result;
use clap::CommandFactory;
use std::io::{self, Write};

/// Runs a command.
///
/// # Errors
/// When it cannot be done at all.
pub fn run(cli: Cli) -> Result<Outcome> {
    match cli.command {
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Vendors(arguments) => vendors::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::People(arguments) => notify::run(&arguments),
        Command::Report(arguments) => pages::command::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Estimate(arguments) => estimate::command::run(&arguments),
        Command::Detectors(arguments) => detectors::run(&arguments),
        Command::Formats => print(docs::formats().as_bytes()),
        Command::Completions(arguments) => {
            let mut text = Vec::new();
            clap_complete::generate(arguments.shell, &mut Cli::command(), "leakledger", &mut text);
            print(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            print(&text)
        }
    }
}

fn print(text: &[u8]) -> Result<Outcome> {
    io::stdout().write_all(text)?;
    Ok(Outcome::Done)
}
