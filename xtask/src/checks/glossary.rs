//! GLOSSARY.md: every term has its English word, its Chinese word and its meaning, and stands there once.

use std::collections::BTreeSet;

use crate::{Finding, Tree};

const COLUMNS: usize = 3;

/// Finds rows of the glossary's tables that lack one of the three columns, and terms listed twice. No glossary, no findings.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.file("GLOSSARY.md") else { return Vec::new() };
    let mut findings = Vec::new();
    let mut terms = BTreeSet::new();
    let lines: Vec<&str> = file.text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let is_header = lines.get(index + 1).is_some_and(|next| is_separator(next));
        if !line.trim_start().starts_with('|') || is_separator(line) || is_header {
            continue;
        }
        let cells = cells(line);
        if cells.len() != COLUMNS || cells.iter().any(String::is_empty) {
            let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
            let what = format!("a term with {filled} filled of {} columns", cells.len());
            findings.push(Finding::new(&file.path, index + 1, what, "| English | 中文 | meaning |, all three filled"));
        } else if let Some(term) = cells.first()
            && !terms.insert(term.to_lowercase())
        {
            findings.push(Finding::new(&file.path, index + 1, format!("`{term}` is listed twice"), "one row per term"));
        }
    }
    findings
}

/// A row like `|---|:--|---|` between a table's head and its body.
fn is_separator(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.contains('-') && line.chars().all(|character| matches!(character, '|' | '-' | ':' | ' '))
}

/// The trimmed cells of a table row; `\|` is a bar inside a cell.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim().replace("\\|", "\u{0}");
    let inner = row.strip_prefix('|').unwrap_or(&row);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner.split('|').map(|cell| cell.replace('\u{0}', "|").trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    const HEAD: &str = "# Glossary\n\n| English | 中文 | Meaning |\n|---|---|---|\n";

    fn lines_found(rows: &str) -> Vec<usize> {
        check(&planted(&[("GLOSSARY.md", &format!("{HEAD}{rows}"))])).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_row_without_one_of_its_columns_is_found() {
        for row in [
            "| unit | | what is sent |",
            "| unit | 警力单元 |",
            "| | 警力单元 | what is sent |",
            "| unit | 警力单元 | |",
            "| a | b | c | d |",
        ] {
            assert_eq!(lines_found(&format!("| beat | 警务区 | an area |\n{row}\n")), [6], "{row}");
        }
    }

    #[test]
    fn a_term_listed_twice_is_found() {
        assert_eq!(lines_found("| beat | 警务区 | an area |\n| Beat | 警务区 | again |\n"), [6]);
    }

    #[test]
    fn full_rows_prose_and_no_glossary_pass() {
        assert!(lines_found("| a | 甲 | x \\| y |\n| b | 乙 | z |\n\nProse.\n").is_empty());
        assert!(check(&planted(&[("README.md", "| a |\n")])).is_empty());
    }
}
