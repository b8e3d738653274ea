//! `cargo run -q -p xtask -- tidy`: prints one line per finding; exit 0 tidy, 1 findings, 2 wrong use or unreadable repository.

use std::io::Write as _;
use std::process::ExitCode;

use xtask::tree::workspace_root;

const USAGE: &str = "usage: cargo run -q -p xtask -- tidy";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["tidy"] {
        return explain(&format!("unknown arguments {arguments:?}; {USAGE}"));
    }
    let findings = std::env::current_dir()
        .map_err(|error| format!("cannot tell the current folder: {error}"))
        .and_then(|folder| workspace_root(&folder).map_err(|error| error.to_string()))
        .and_then(|root| xtask::tidy(&root).map_err(|error| error.to_string()));
    match findings {
        Err(message) => explain(&message),
        Ok(findings) => report(&findings),
    }
}

/// Prints the findings and their number; a closed pipe does not change the verdict.
fn report(findings: &[xtask::Finding]) -> ExitCode {
    let mut out = std::io::stdout().lock();
    for finding in findings {
        let _ = writeln!(out, "{finding}");
    }
    if findings.is_empty() {
        let _ = writeln!(out, "tidy: nothing found");
        return ExitCode::SUCCESS;
    }
    let _ = writeln!(out, "tidy: {} finding{}", findings.len(), if findings.len() == 1 { "" } else { "s" });
    ExitCode::from(1)
}

fn explain(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "xtask: {message}");
    ExitCode::from(2)
}
