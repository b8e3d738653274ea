//! The repository's text files as git sees them: tracked, or new and not ignored.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders whose contents are produced by a tool. Not hand-written, so the rules on hand-written files leave them out.
const PRODUCED_FOLDERS: [&str; 5] = ["target", "node_modules", "dist", "gen", "generated"];

/// One text file of the repository.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path relative to the root, with `/` between folders.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl SourceFile {
    /// The part of the file's name after the last dot, or "" without one.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// True unless one of its folders is one that a tool fills (`target`, `node_modules`, `dist`, `gen`, `generated`).
    pub fn is_hand_written(&self) -> bool {
        let mut segments = self.path.split('/').rev();
        segments.next();
        !segments.any(|folder| PRODUCED_FOLDERS.contains(&folder))
    }
}

/// Why the repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// `git` is not installed or could not be started.
    #[error("cannot run git in {root}: {source}; expected git to be installed")]
    NoGit {
        /// Folder that was to be listed.
        root: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// `git ls-files` refused.
    #[error("git ls-files failed in {root}: {message}; expected a git work tree")]
    NotListed {
        /// Folder that was to be listed.
        root: PathBuf,
        /// What git wrote to stderr.
        message: String,
    },
    /// A listed file could not be read.
    #[error("cannot read {path}: {source}; expected a readable file")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No workspace above the folder where the command was started.
    #[error("no Cargo.toml with [workspace] in {start} or above; expected to be run inside the repository")]
    NoWorkspace {
        /// Folder where the search began.
        start: PathBuf,
    },
}

/// Every text file of one repository, ordered by path.
#[derive(Debug, Clone)]
pub struct Tree {
    files: Vec<SourceFile>,
}

impl Tree {
    /// Reads what `git ls-files --cached --others --exclude-standard` names under `root`.
    ///
    /// Binary files (not UTF-8, or with a NUL) and files deleted but still in the index are left out.
    ///
    /// # Errors
    /// [`TreeError`] when git cannot be run, `root` is no work tree, or a file cannot be read.
    pub fn read(root: &Path) -> Result<Self, TreeError> {
        let output = git(root)
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            .output()
            .map_err(|source| TreeError::NoGit { root: root.to_owned(), source })?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(TreeError::NotListed { root: root.to_owned(), message });
        }
        let listing = String::from_utf8_lossy(&output.stdout);
        let mut paths: Vec<&str> = listing.split('\0').filter(|path| !path.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let full = root.join(path);
            if !full.is_file() {
                continue;
            }
            let bytes = std::fs::read(&full).map_err(|source| TreeError::Unreadable { path: full, source })?;
            if bytes.contains(&0) {
                continue;
            }
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(SourceFile { path: path.to_owned(), text });
            }
        }
        Ok(Self { files })
    }

    /// All text files, ordered by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file at exactly this path, if it is a text file of the repository.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// `git` started in `root`, deaf to a repository that a hook has put in the environment.
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(root).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    command
}

/// The folder of the workspace's manifest: `start` or the nearest folder above it whose Cargo.toml has `[workspace]`.
///
/// # Errors
/// [`TreeError::NoWorkspace`] when there is none up to the file system's root.
pub fn workspace_root(start: &Path) -> Result<PathBuf, TreeError> {
    start
        .ancestors()
        .find(|folder| {
            std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
        })
        .map(Path::to_owned)
        .ok_or_else(|| TreeError::NoWorkspace { start: start.to_owned() })
}

/// For tests of the checks: a throw-away git repository that holds the planted files, read back as a tree.
#[cfg(test)]
pub(crate) fn planted(files: &[(&str, &str)]) -> Tree {
    let folder = tempfile::tempdir().unwrap();
    assert!(git(folder.path()).args(["init", "--quiet"]).status().unwrap().success(), "git init");
    for (path, text) in files {
        let full = folder.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }
    Tree::read(folder.path()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_and_binary_files_are_left_out() {
        let tree = planted(&[(".gitignore", "/target\n"), ("a.rs", "x"), ("target/b.rs", "x"), ("c.bin", "\0\u{1}")]);
        let paths: Vec<&str> = tree.files().iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".gitignore", "a.rs"]);
        assert!(tree.file("a.rs").is_some() && tree.file("target/b.rs").is_none());
    }

    #[test]
    fn a_file_deleted_after_it_was_added_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("gone.rs"), "x").unwrap();
        assert!(git(folder.path()).args(["init", "--quiet"]).status().unwrap().success());
        assert!(git(folder.path()).args(["add", "gone.rs"]).status().unwrap().success());
        std::fs::remove_file(folder.path().join("gone.rs")).unwrap();
        assert!(Tree::read(folder.path()).unwrap().files().is_empty());
    }

    #[test]
    fn a_folder_without_git_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let error = Tree::read(folder.path()).unwrap_err();
        assert!(matches!(error, TreeError::NotListed { .. }), "{error}");
    }

    #[test]
    fn produced_folders_count_only_as_folders() {
        let file = |path: &str| SourceFile { path: path.to_owned(), text: String::new() };
        assert!(!file("web-console/src/gen/a.ts").is_hand_written());
        assert!(!file("dist/a.ts").is_hand_written());
        assert!(file("src/generated").is_hand_written());
        assert!(file("src/generation/a.ts").is_hand_written());
        assert_eq!(file("a.b/c.test.ts").extension(), "ts");
        assert_eq!(file("a.b/Makefile").extension(), "");
    }

    #[test]
    fn the_workspace_is_found_from_a_folder_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("services/domain");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(below.join("Cargo.toml"), "[package]\nname = \"domain\"\n").unwrap();
        std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = []\n").unwrap();
        assert_eq!(workspace_root(&below).unwrap(), folder.path());
    }
}
