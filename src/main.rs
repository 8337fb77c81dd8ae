//! The program: reads the command line, runs the command, and turns how it ended into an exit code.

use clap::{CommandFactory, Parser};
use leakledger::cli::Cli;
use leakledger::commands;
use leakledger::config;
use leakledger::outcome::Outcome;
use std::io::{self, Write};
use std::process::ExitCode;

/// Threads pass what they allocate on to each other, which the system's allocator is slow at and
/// keeps memory for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words = config::expand(std::env::args_os().collect(), &Cli::command());
    match words.and_then(|words| commands::run(Cli::parse_from(words))) {
        Ok(outcome) => outcome.into(),
        // Whoever reads our output may have enough of it, like `head`.
        Err(err) if is_broken_pipe(&err) => Outcome::Done.into(),
        Err(err) => {
            let text = format!("leakledger: {err:#}");
            let _ = writeln!(io::stderr(), "{}", leakledger::report::escape::terminal(&text));
            Outcome::Fatal.into()
        }
    }
}

fn is_broken_pipe(err: &anyhow::Error) -> bool {
    let mut causes = err.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
