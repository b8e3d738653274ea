//! A crate imports only lower layers; siblings never import each other.

use crate::layer_table::{LAYERS, Layer, Row};
use crate::manifest::{Dependency, Kind, Manifest};
use crate::{Finding, Tree};

/// Compares every crate's manifest with the layer table, and the table with the crates that exist.
pub fn check(tree: &Tree) -> Vec<Finding> {
    check_against(tree, LAYERS)
}

fn check_against(tree: &Tree, table: &[Row]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut renames = Vec::new();
    let mut crates = Vec::new();
    for file in tree.files().iter().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml")) {
        match Manifest::parse(&file.text) {
            Err((line, message)) => findings.push(Finding::new(&file.path, line, message, "valid TOML")),
            Ok(manifest) => {
                renames.extend(manifest.workspace_renames.iter().cloned());
                if let Some(name) = manifest.name.clone() {
                    crates.push((file.path.as_str(), name, manifest));
                }
            }
        }
    }
    for (path, name, manifest) in &crates {
        let Some(importer) = find(table, name) else {
            let what = format!("crate `{name}` has no layer");
            findings.push(Finding::new(path, manifest.name_line, what, "a row in xtask/src/layer_table.rs"));
            continue;
        };
        for dependency in &manifest.dependencies {
            let target = resolve(dependency, &renames);
            if let Some(imported) = find(table, target)
                && !may_import(importer, imported, dependency.kind)
            {
                let what = format!("{} imports {}", describe(importer), describe(imported));
                findings.push(Finding::new(path, dependency.line, what, expectation(importer)));
            }
        }
    }
    findings
}

fn find<'t>(table: &'t [Row], name: &str) -> Option<&'t Row> {
    table.iter().find(|row| row.name == name)
}

fn resolve<'d>(dependency: &'d Dependency, renames: &'d [(String, String)]) -> &'d str {
    if let Some(package) = &dependency.package {
        return package;
    }
    let renamed = renames.iter().find(|(key, _)| dependency.from_workspace && *key == dependency.key);
    renamed.map_or(&dependency.key, |(_, package)| package)
}

fn may_import(importer: &Row, imported: &Row, kind: Kind) -> bool {
    if kind == Kind::Test && (importer.name == imported.name || importer.test_imports.contains(&imported.name)) {
        return true;
    }
    match (importer.layer, imported.layer) {
        (Layer::Number(above), Layer::Number(below)) => below < above,
        (Layer::Consumer, Layer::Number(_) | Layer::Consumer) => true,
        _ => false,
    }
}

fn describe(row: &Row) -> String {
    match row.layer {
        Layer::Number(number) => format!("`{}` (layer {number})", row.name),
        Layer::Consumer => format!("`{}` (consumer)", row.name),
        Layer::Apart => format!("`{}` (apart)", row.name),
    }
}

fn expectation(importer: &Row) -> String {
    match importer.layer {
        Layer::Number(0) | Layer::Apart => "no import of our crates".to_owned(),
        Layer::Number(number) => format!("imports of layers below {number} only"),
        Layer::Consumer => "no import of a tool that stands apart".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    fn one_crate(name: &str, dependencies: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"{name}\"\n{dependencies}\n");
        let root = "[workspace.dependencies]\nplaza = { path = \"services/places\", package = \"places\" }\n";
        let tree = planted(&[("Cargo.toml", root), ("c/Cargo.toml", &text)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_upward_import_is_found() {
        let found = one_crate("store", "[dependencies]\nserde = \"1\"\nruntime.workspace = true");
        assert_eq!(found, ["c/Cargo.toml:5: `store` (layer 2) imports `runtime` (layer 3); expected imports of layers below 2 only"]);
    }

    #[test]
    fn a_sideways_import_is_found_in_every_disguise() {
        for dependencies in [
            "[dependencies]\nplaces = { path = \"../places\" }",
            "[dependencies]\nplaza.workspace = true",
            "[dependencies]\nsquare = { path = \"../places\", package = \"places\" }",
            "[dependencies.places]\npath = \"../places\"",
            "[build-dependencies]\nplaces.workspace = true",
            "[dev-dependencies]\nplaces.workspace = true",
            "[target.'cfg(unix)'.dependencies]\nplaces.workspace = true",
        ] {
            assert_eq!(one_crate("roads", dependencies).len(), 1, "{dependencies}");
        }
    }

    #[test]
    fn lower_layers_and_outside_crates_are_fine() {
        assert!(one_crate("roads", "[dependencies]\ndomain.workspace = true\nserde = \"1\"").is_empty());
        assert!(one_crate("tests", "[dependencies]\nserver.workspace = true\nloadtest.workspace = true").is_empty());
        assert!(one_crate("store", "[dev-dependencies]\nstore = { path = \".\", features = [\"x\"] }").is_empty());
    }

    #[test]
    fn tools_import_nothing_and_nobody_imports_consumers() {
        assert_eq!(one_crate("xtask", "[dependencies]\ndomain.workspace = true").len(), 1);
        assert_eq!(one_crate("server", "[dependencies]\ntests.workspace = true").len(), 1);
        assert_eq!(one_crate("loadtest", "[dependencies]\nxtask.workspace = true").len(), 1);
    }

    #[test]
    fn test_imports_of_the_table_count_for_tests_only() {
        let rows = [
            Row { name: "low", layer: Layer::Number(1), test_imports: &["high"] },
            Row { name: "high", layer: Layer::Number(2), test_imports: &[] },
        ];
        let with = |section: &str| planted(&[("low/Cargo.toml", &format!("[package]\nname = \"low\"\n[{section}]\nhigh = \"1\"\n"))]);
        assert!(check_against(&with("dev-dependencies"), &rows).is_empty());
        assert_eq!(check_against(&with("dependencies"), &rows).len(), 1);
    }

    #[test]
    fn an_unknown_crate_and_a_broken_manifest_are_found() {
        assert_eq!(
            one_crate("newcomer", ""),
            ["c/Cargo.toml:2: crate `newcomer` has no layer; expected a row in xtask/src/layer_table.rs"]
        );
        let broken = check(&planted(&[("c/Cargo.toml", "[package\n")]));
        assert_eq!((broken.len(), broken[0].line), (1, 1));
    }
}
