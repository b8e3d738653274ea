//! What the checks need of a Cargo.toml: package name, description, lints, dependencies, each with its line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// In which table a dependency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `[dependencies]`, plain or of a target.
    Normal,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`: only tests see it.
    Test,
}

/// One dependency as declared.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The key in the table.
    pub key: String,
    /// `package = "…"` when the dependency is renamed.
    pub package: Option<String>,
    /// `workspace = true`: the rest stands in the root manifest.
    pub from_workspace: bool,
    /// The table it stands in.
    pub kind: Kind,
    /// Line of the key, from 1.
    pub line: usize,
}

/// One manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Package name; `None` in a manifest that is only a workspace.
    pub name: Option<String>,
    /// Package description; `None` when absent or blank.
    pub description: Option<String>,
    /// Line of `[package]`'s name, from 1; 1 without one.
    pub name_line: usize,
    /// `[lints] workspace = true` is there.
    pub has_workspace_lints: bool,
    /// Dependencies of all kinds and targets.
    pub dependencies: Vec<Dependency>,
    /// `[workspace.dependencies]` that are renamed: key and package name.
    pub workspace_renames: Vec<(String, String)>,
}

impl Manifest {
    /// Parses the text of a Cargo.toml.
    ///
    /// # Errors
    /// The line (from 1) and the parser's message when it is not valid TOML.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let document =
            DeTable::parse(text).map_err(|error| (error.span().map_or(1, |span| line_of(text, &span)), error.message().to_owned()))?;
        let root = document.get_ref();
        let package = table(root, "package");
        let name = package.and_then(|package| entry(package, "name"));
        let mut dependencies = Vec::new();
        collect(text, root, &mut dependencies);
        for (_, target) in table(root, "target").into_iter().flatten() {
            if let DeValue::Table(target) = target.get_ref() {
                collect(text, target, &mut dependencies);
            }
        }
        let workspace_dependencies = table(root, "workspace").and_then(|workspace| table(workspace, "dependencies"));
        let workspace_renames = workspace_dependencies
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.get_ref().to_string(), renamed(value.get_ref())?)))
            .collect();
        Ok(Self {
            name: name.as_ref().and_then(|(_, value)| value.as_str()).map(str::to_owned),
            description: package
                .and_then(|package| entry(package, "description"))
                .and_then(|(_, value)| value.as_str())
                .filter(|description| !description.trim().is_empty())
                .map(str::to_owned),
            name_line: name.map_or(1, |(span, _)| line_of(text, &span)),
            has_workspace_lints: table(root, "lints").is_some_and(|lints| is_true(lints, "workspace")),
            dependencies,
            workspace_renames,
        })
    }
}

fn collect(text: &str, table_of_tables: &DeTable<'_>, into: &mut Vec<Dependency>) {
    for (name, kind) in [
        ("dependencies", Kind::Normal),
        ("build-dependencies", Kind::Build),
        ("build_dependencies", Kind::Build),
        ("dev-dependencies", Kind::Test),
        ("dev_dependencies", Kind::Test),
    ] {
        for (key, value) in table(table_of_tables, name).into_iter().flatten() {
            let from_workspace = matches!(value.get_ref(), DeValue::Table(spec) if is_true(spec, "workspace"));
            into.push(Dependency {
                key: key.get_ref().to_string(),
                package: renamed(value.get_ref()),
                from_workspace,
                kind,
                line: line_of(text, &key.span()),
            });
        }
    }
}

fn renamed(spec: &DeValue<'_>) -> Option<String> {
    match spec {
        DeValue::Table(spec) => entry(spec, "package").and_then(|(_, value)| value.as_str()).map(str::to_owned),
        _ => None,
    }
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<(Range<usize>, &'t DeValue<'i>)> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(key, value): (&Spanned<_>, _)| (key.span(), value.get_ref()))
}

fn table<'t, 'i>(parent: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    match entry(parent, name) {
        Some((_, DeValue::Table(child))) => Some(child),
        _ => None,
    }
}

fn is_true(table: &DeTable<'_>, name: &str) -> bool {
    matches!(entry(table, name), Some((_, DeValue::Boolean(true))))
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dependency_is_seen_with_its_line() {
        let manifest = Manifest::parse(
            "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\nc = { path = \"../c\", package = \"d\" }\n\
             [dev-dependencies]\ne = \"1\"\n[build-dependencies.f]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\ng = \"1\"\n",
        )
        .unwrap();
        let seen: Vec<_> = manifest.dependencies.iter().map(|d| (d.key.as_str(), d.kind, d.line)).collect();
        assert_eq!(
            seen,
            [("b", Kind::Normal, 4), ("c", Kind::Normal, 5), ("f", Kind::Build, 8), ("e", Kind::Test, 7), ("g", Kind::Normal, 11)]
        );
        assert!(manifest.dependencies[0].from_workspace);
        assert_eq!(manifest.dependencies[1].package.as_deref(), Some("d"));
        assert!(!manifest.has_workspace_lints);
    }

    #[test]
    fn broken_toml_is_reported_with_its_line() {
        let (line, message) = Manifest::parse("[package]\nname = \"a\"\nversion =\n").unwrap_err();
        assert_eq!(line, 3);
        assert!(!message.is_empty());
    }
}
