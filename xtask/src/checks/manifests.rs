//! Every crate takes the workspace's lints and says in one line what it is.

use crate::manifest::Manifest;
use crate::{Finding, Tree};

/// Finds manifests without `[lints] workspace = true` (they escape the clippy bans) or without a description.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml")) {
        // Broken TOML is the layer check's finding.
        let Ok(manifest) = Manifest::parse(&file.text) else { continue };
        let Some(name) = &manifest.name else { continue };
        if !manifest.has_workspace_lints {
            let what = format!("crate `{name}` does not take the workspace's lints");
            findings.push(Finding::new(&file.path, manifest.name_line, what, "[lints] workspace = true"));
        }
        if manifest.description.is_none() {
            let what = format!("crate `{name}` has no description");
            findings.push(Finding::new(&file.path, manifest.name_line, what, "description = one line on what it is"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    #[test]
    fn missing_lints_and_blank_description_are_found() {
        let found = check(&planted(&[("a/Cargo.toml", "[package]\nname = \"a\"\ndescription = \" \"\n")]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|finding| finding.line == 2));
    }

    #[test]
    fn a_kept_manifest_passes_and_a_bare_workspace_is_not_asked() {
        let kept = "[package]\nname = \"a\"\ndescription = \"Layer 0\"\n[lints]\nworkspace = true\n";
        assert!(check(&planted(&[("a/Cargo.toml", kept), ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n")])).is_empty());
    }
}
