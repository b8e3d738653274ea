//! The files speak of the project only: no package registry's host, no folder of one developer's machine.

use crate::{Finding, Tree};

// Each is spelled in two halves so that this file does not find itself.
const REGISTRY_HOSTS: [&str; 14] = [
    concat!("//crates", ".io"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("rsproxy", ".cn"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("npmmirror", ".com"),
    concat!("registry.yarnpkg", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("mirrors.aliyun", ".com"),
    concat!("mirrors.tuna.tsinghua", ".edu"),
];

const MACHINE_FOLDERS: [&str; 5] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("C:\\Us", "ers\\")];

/// Finds hosts of package registries and absolute paths below a developer's own folders, in any text file, lock files included.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        for (index, line) in file.text.lines().enumerate() {
            for host in REGISTRY_HOSTS.into_iter().filter(|host| contains_ignoring_case(line, host)) {
                let what = format!("names the package registry `{}`", host.trim_start_matches('/'));
                findings.push(Finding::new(&file.path, index + 1, what, "packages by name; each machine knows its registry"));
            }
            for folder in MACHINE_FOLDERS.into_iter().filter(|folder| has_absolute(line, folder)) {
                let what = format!("names the folder `{folder}` of one machine");
                findings.push(Finding::new(&file.path, index + 1, what, "a path relative to the repository, or a setting"));
            }
        }
    }
    findings
}

fn contains_ignoring_case(line: &str, host: &str) -> bool {
    line.as_bytes().windows(host.len()).any(|window| window.eq_ignore_ascii_case(host.as_bytes()))
}

/// `folder` begins an absolute path in `line`, rather than continuing a URL, a variable or a relative path.
fn has_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '.' | '_' | '-' | '~' | '}' | ')' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::planted;

    #[test]
    fn every_registry_host_is_found_in_any_text_file() {
        for host in REGISTRY_HOSTS {
            let lock = format!("{{\n \"resolved\": \"https://{}/x\"\n}}\n", host.trim_start_matches('/').to_uppercase());
            let found = check(&planted(&[("web-console/package-lock.json", &lock)]));
            assert!(!found.is_empty() && found[0].line == 2, "{host}: {found:?}");
        }
    }

    #[test]
    fn every_machine_folder_is_found() {
        for folder in MACHINE_FOLDERS {
            for text in [format!("cd {folder}x\n"), format!("path=\"{folder}x\"\n"), format!("{folder}x\n"), format!("file://{folder}x\n")]
            {
                assert_eq!(check(&planted(&[("scripts/a", &text)])).len(), 1, "{text}");
            }
        }
    }

    #[test]
    fn the_lock_file_of_cargo_urls_and_relative_paths_pass() {
        let index = concat!("registry+https://github.com/rust-lang/crates", ".io-index");
        let relative = concat!("see ../wo", "rk/x and https://example.org/wo", "rk/ and ${BASE}/ho", "me/x\n");
        let tree = planted(&[("Cargo.lock", &format!("source = \"{index}\"\n")), ("a.md", relative)]);
        assert!(check(&tree).is_empty(), "{:?}", check(&tree));
    }
}
