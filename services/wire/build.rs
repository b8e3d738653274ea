//! Generates Rust from the protobuf files: messages, gRPC clients and servers, proto3 JSON, and the descriptor set.

use prost::Message;
use std::error::Error;
use std::path::{Path, PathBuf};

const TIMESTAMP: (&str, &str) = (".google.protobuf.Timestamp", "::pbjson_types::Timestamp");

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let out_dir = PathBuf::from(std::env::var("OUT_DIR")?);
    let api = proto_files(&root, "oneroom/v1alpha1")?;
    let stored = proto_files(&root, "oneroom/event/v1")?;

    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_source_info(true).include_imports(true).open_files(api.iter().chain(&stored))?;
    let mut messages = tonic_prost_build::Config::new();
    messages.enable_type_names();
    tonic_prost_build::configure()
        .extern_path(TIMESTAMP.0, TIMESTAMP.1)
        .compile_fds_with_config(compiler.file_descriptor_set(), messages)?;

    // What reflection shows: the API and what it imports, without comments.
    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_source_info(false).include_imports(true).open_files(&api)?;
    let descriptors = compiler.file_descriptor_set().encode_to_vec();
    std::fs::write(out_dir.join("descriptors.bin"), &descriptors)?;
    pbjson_build::Builder::new().register_descriptors(&descriptors)?.extern_path(TIMESTAMP.0, TIMESTAMP.1).build(&[".oneroom.v1alpha1"])?;
    Ok(())
}

/// The names of the protobuf files of one package, relative to `root`, in order.
fn proto_files(root: &Path, package: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root.join(package))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path.strip_prefix(root)?.to_owned());
        }
    }
    files.sort();
    Ok(files)
}
