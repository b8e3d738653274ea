//! The first line of a hand-written source file says what the file is.

use crate::tree::SourceFile;
use crate::{Finding, Tree};

/// Finds Rust files whose first line is not `//!` with text, and TypeScript and Svelte files without a comment with text there.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files().iter().filter(|file| file.is_hand_written()).filter_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Option<Finding> {
    let (openers, expected): (&[&str], &str) = match file.extension() {
        "rs" => (&["//!"], "`//! what this file is`"),
        "ts" | "js" | "mjs" => (&["//", "/*"], "`// what this file is`"),
        "svelte" => (&["<!--"], "`<!-- what this file is -->`"),
        _ => return None,
    };
    let first = file.text.lines().next().unwrap_or_default();
    let says = openers.iter().filter_map(|opener| first.strip_prefix(opener)).any(|rest| rest.chars().any(char::is_alphabetic));
    (!says).then(|| Finding::new(&file.path, 1, "the first line does not say what the file is", expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    #[test]
    fn files_that_do_not_introduce_themselves_are_found() {
        let tree = planted(&[
            ("bare.rs", "//! \n"),
            ("empty.rs", ""),
            ("late.rs", "\n//! Late.\n"),
            ("outer.rs", "/// Not about the file.\n"),
            ("code.ts", "export {};\n"),
            ("open.ts", "/**\n * Second line.\n */\n"),
            ("markup.svelte", "<script>\n"),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["bare.rs", "code.ts", "empty.rs", "late.rs", "markup.svelte", "open.ts", "outer.rs"]);
    }

    #[test]
    fn introduced_generated_and_other_files_pass() {
        let tree = planted(&[
            ("a.rs", "//! What it is.\n"),
            ("a.ts", "// What it is.\n"),
            ("b.ts", "/* 它是什么 */\n"),
            ("a.svelte", "<!-- What it is. -->\n"),
            ("src/gen/b.ts", "export {};\n"),
            ("a.css", "body {}\n"),
        ]);
        assert!(check(&tree).is_empty(), "{:?}", check(&tree));
    }
}
