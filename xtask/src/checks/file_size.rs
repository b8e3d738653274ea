//! A hand-written source file stays short because it does one thing.

use crate::{Finding, Tree};

/// Most lines that a hand-written source file may have.
pub const MAX_LINES: usize = 400;

const EXTENSIONS: [&str; 6] = ["rs", "ts", "js", "mjs", "svelte", "css"];

/// Finds hand-written source files longer than [`MAX_LINES`].
pub fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.files().iter().filter(|file| file.is_hand_written() && EXTENSIONS.contains(&file.extension()));
    sources
        .filter_map(|file| {
            let lines = file.text.lines().count();
            let expected = format!("at most {MAX_LINES}: split it by what it does");
            (lines > MAX_LINES).then(|| Finding::new(&file.path, MAX_LINES + 1, format!("{lines} lines"), expected))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    #[test]
    fn the_line_after_the_last_allowed_one_is_found() {
        let full = "x\n".repeat(MAX_LINES);
        let over = "x\n".repeat(MAX_LINES + 1);
        let tree = planted(&[("a.rs", &full), ("b.svelte", &over), ("gen/c.ts", &over), ("d.md", &over)]);
        let found = check(&tree);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].path.as_str(), found[0].line), ("b.svelte", MAX_LINES + 1));
    }
}
