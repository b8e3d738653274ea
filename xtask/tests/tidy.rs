//! The repository itself is tidy, and the command says so with its exit code.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is the test failing")]

use std::path::Path;
use std::process::{Command, Output};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn xtask(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).current_dir(folder).args(arguments).output().unwrap()
}

/// A new git repository with a workspace manifest and one source file.
fn small_repository(source: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("git").current_dir(folder.path()).args(["init", "--quiet"]).status().unwrap();
    assert!(made.success(), "git init");
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = []\n").unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/lib.rs"), source).unwrap();
    folder
}

#[test]
fn the_repository_is_tidy() {
    let findings = xtask::tidy(repository()).unwrap();
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn every_crate_of_the_layer_table_exists() {
    let tree = xtask::Tree::read(repository()).unwrap();
    let manifests = tree.files().iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let names: Vec<String> = manifests.filter_map(|file| xtask::manifest::Manifest::parse(&file.text).ok()?.name).collect();
    for row in xtask::layer_table::LAYERS {
        assert!(names.iter().any(|name| name == row.name), "the layer table names `{}`, no manifest does", row.name);
    }
}

#[test]
fn a_finding_is_one_line_and_exit_code_1() {
    let folder = small_repository("fn main() {}\n");
    let output = xtask(&folder.path().join("src"), &["tidy"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "src/lib.rs:1: the first line does not say what the file is; expected `//! what this file is`\ntidy: 1 finding\n"
    );
}

#[test]
fn nothing_found_is_exit_code_0() {
    let folder = small_repository("//! What it is.\n");
    let output = xtask(folder.path(), &["tidy"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn wrong_use_and_no_repository_are_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["tidy"][..], &["tydi"][..], &[][..]] {
        let output = xtask(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1, "{arguments:?}");
    }
}
