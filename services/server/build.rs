//! Makes sure that the folder of the built console exists, so that a build without Node works, and watches it.

use std::path::Path;

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web-console/dist");
    if std::fs::create_dir_all(&dist).is_err() {
        println!("cargo::warning=web-console/dist can not be made: the console will be missing in this build");
    }
    println!("cargo::rerun-if-changed={}", dist.display());
}
