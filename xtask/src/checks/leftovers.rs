//! Nothing is left for later: no reminders, no stubs, no tests switched off.

use crate::{Finding, Tree};

// Each is spelled in two halves so that this file does not find itself.
const REMINDERS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const RUST_STUBS: [&str; 3] = [concat!("to", "do!"), concat!("unimple", "mented!"), concat!("#[ign", "ore")];
const SCRIPT_STUBS: [&str; 3] = [concat!(".sk", "ip("), concat!(".on", "ly("), concat!(".fix", "me(")];

const SOURCES: [&str; 13] = ["rs", "ts", "js", "mjs", "svelte", "css", "html", "proto", "sql", "sh", "toml", "yaml", "yml"];

/// Finds reminders in any source file, stubs and ignored tests in Rust, and skipped or singled-out tests in TypeScript.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.is_hand_written() && SOURCES.contains(&file.extension())) {
        let stubs: &[&str] = match file.extension() {
            "rs" => &RUST_STUBS,
            "ts" | "js" | "mjs" | "svelte" => &SCRIPT_STUBS,
            _ => &[],
        };
        for (index, line) in file.text.lines().enumerate() {
            for word in REMINDERS.into_iter().filter(|word| has_word(line, word)) {
                let expected = "it done, or an issue that says what is missing";
                findings.push(Finding::new(&file.path, index + 1, format!("`{word}` left"), expected));
            }
            for stub in stubs.iter().filter(|stub| has_start(line, stub)) {
                let expected = "working code and tests that all run";
                findings.push(Finding::new(&file.path, index + 1, format!("`{stub}` left"), expected));
            }
        }
    }
    findings
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// `word` occurs in `line` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_word_character) && !line[at + word.len()..].starts_with(is_word_character))
}

/// `stub` occurs in `line`; one that begins with a letter does not continue a longer name.
fn has_start(line: &str, stub: &str) -> bool {
    let in_name = stub.starts_with(is_word_character);
    line.match_indices(stub).any(|(at, _)| !(in_name && line[..at].ends_with(is_word_character)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    /// A line as somebody would write it, joined here so that this file does not find itself.
    fn written(halves: [&str; 2]) -> String {
        format!("// What it is.\n    {}\n", halves.concat())
    }

    #[test]
    fn every_leftover_is_found_at_its_line() {
        for (path, halves) in [
            ("a.rs", ["// TO", "DO: later"]),
            ("a.rs", ["// FIX", "ME(somebody)"]),
            ("a.rs", ["/* XX", "X */"]),
            ("a.rs", ["to", "do!(\"later\")"]),
            ("a.rs", ["unimple", "mented!()"]),
            ("a.rs", ["#[ign", "ore = \"slow\"]"]),
            ("a.ts", ["// TO", "DO later"]),
            ("a.ts", ["test.sk", "ip('x', () => {})"]),
            ("a.ts", ["describe.on", "ly('x', () => {})"]),
            ("a.svelte", ["test.fix", "me('x')"]),
        ] {
            let found = check(&planted(&[(path, &written(halves))]));
            assert_eq!(found.len(), 1, "{path} {halves:?}: {found:?}");
            assert_eq!(found[0].line, 2);
        }
    }

    #[test]
    fn reminders_are_found_in_other_sources_too() {
        for path in ["a.proto", "a.sql", "a.svelte", "a.toml", "a.sh"] {
            assert_eq!(check(&planted(&[(path, &format!("# {}: later\n", REMINDERS[0]))])).len(), 1, "{path}");
        }
    }

    #[test]
    fn longer_words_other_languages_and_prose_pass() {
        let tree = planted(&[
            ("a.rs", &format!("rows.iter().skip(1); my_{}(); let M{} = 1;\n", RUST_STUBS[0], REMINDERS[2])),
            ("notes.md", &format!("No {} is kept in code.\n", REMINDERS[0])),
            ("a.css", ".only(x)\n"),
        ]);
        assert!(check(&tree).is_empty(), "{:?}", check(&tree));
    }
}
