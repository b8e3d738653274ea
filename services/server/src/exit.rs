//! How a command ends: exit codes, and the one line that says why.

use std::io::Write;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The thing that was checked does not hold: exit code 1.
    #[error("{0}")]
    DoesNotHold(String),
    /// Usage or bad input: exit code 2. Says what, where, and what was expected; one line for each thing.
    #[error("{0}")]
    BadInput(String),
}

impl Failure {
    /// Bad input, from anything that can be shown.
    pub fn input(why: impl ToString) -> Self {
        Self::BadInput(why.to_string())
    }

    /// The exit code.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::DoesNotHold(_) => 1,
            Self::BadInput(_) => 2,
        }
    }
}

/// Turns a command's result into the process's exit code, with the reason on stderr.
#[must_use]
pub fn report(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody reading stderr is not an error.
            let _ = writeln!(std::io::stderr().lock(), "oneroom: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

/// Prints one line of a command's result on stdout. A reader that went away is not an error.
pub fn print_line(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_tell_a_failed_check_from_bad_input() {
        assert_eq!(Failure::DoesNotHold(String::new()).code(), 1);
        assert_eq!(Failure::input("x").code(), 2);
    }
}
