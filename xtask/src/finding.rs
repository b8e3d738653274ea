//! One finding of a check: where, what is wrong, what was expected.

use std::fmt;

/// One violation. Displayed as `file:line: what; expected …`, one line, so that an editor can jump to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// File, relative to the repository's root, with `/` between folders.
    pub path: String,
    /// Line in that file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
    /// What the rule expects instead.
    pub expected: String,
}

impl Finding {
    /// A finding at `line` (from 1) of `path`.
    pub fn new(path: &str, line: usize, what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into(), expected: expected.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; expected {}", self.path, self.line, self.what, self.expected)
    }
}
