//! Exit codes: what a run says to the program that started it.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Nothing could be done.
    Fatal,
    /// The command line was wrong. `clap` exits with the same code.
    Usage,
    /// Done, but some input or record could not be read.
    Incomplete,
    /// There was nothing to read.
    Nothing,
    /// `--fail-on` was reached.
    Reached,
    /// `compare` found exposures that continue or are new.
    GoesOn,
}

impl Outcome {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Fatal => 1,
            Outcome::Usage => 2,
            Outcome::Incomplete => 3,
            Outcome::Nothing => 4,
            Outcome::Reached => 10,
            Outcome::GoesOn => 11,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(outcome.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_as_documented() {
        let codes =
            [Outcome::Done, Outcome::Fatal, Outcome::Usage, Outcome::Incomplete, Outcome::Nothing, Outcome::Reached];
        assert_eq!(codes.map(Outcome::code), [0, 1, 2, 3, 4, 10]);
        assert_eq!(Outcome::GoesOn.code(), 11);
    }
}
