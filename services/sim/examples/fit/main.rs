//! Fits the arrival model on recorded sets and shows the fit: a table for each set, a picture, and the shapes as TOML.
//!
//! `cargo run -p sim --release --example fit -- --data DIR [--picture FILE.svg] [--toml]`; `DIR/calls` holds the sets.

#![allow(clippy::print_stdout)] // its table is what it is for

mod picture;
mod report;

use jiff::tz::TimeZone;
use sim::calls::{CallReader, FileHash, Mapping};
use sim::fit::Sample;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The sets, with how exactly they write their times, milliseconds: Montgomery's are those of a feed that was asked every five minutes.
const SETS: [(&str, i64); 4] =
    [("san_antonio_2022_2024", 1_000), ("milwaukee_2018_05", 1_000), ("seattle_2015", 60_000), ("montgomery_2015_2016", 300_000)];

struct Arguments {
    data: PathBuf,
    picture: Option<PathBuf>,
    toml: bool,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let (mut data, mut picture, mut toml) = (std::env::var_os("ONEROOM_DATA_DIR").map(PathBuf::from), None, false);
    let mut given = std::env::args_os().skip(1);
    while let Some(argument) = given.next() {
        match argument.to_str() {
            Some("--data") => data = given.next().map(PathBuf::from),
            Some("--picture") => picture = given.next().map(PathBuf::from),
            Some("--toml") => toml = true,
            _ => return Err(format!("{} is unknown: expected --data DIR, --picture FILE.svg or --toml", argument.display()).into()),
        }
    }
    Ok(Arguments { data: data.ok_or("--data DIR is missing: expected the folder that has calls/")?, picture, toml })
}

fn read(data: &Path, name: &str) -> Result<Sample, Box<dyn Error>> {
    let mappings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../loadtest/mappings");
    let mapping = Arc::new(Mapping::parse(name, &std::fs::read_to_string(mappings.join(format!("{name}.toml")))?)?);
    let path = data.join(format!("calls/{name}.csv.gz"));
    let hash = FileHash::of(name, File::open(&path)?)?;
    let zone = TimeZone::get(mapping.place_time_zone())?;
    Ok(Sample::recorded(CallReader::new(name, File::open(&path)?, Arc::clone(&mapping), hash)?, &zone)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let mut sets = Vec::new();
    for (name, resolution_ms) in SETS {
        sets.push(report::Set { name: name.to_owned(), sample: read(&arguments.data, name)?, resolution_ms });
    }
    if arguments.toml {
        report::toml(&sets);
        return Ok(());
    }
    sets.push(report::invented()?);
    let figures: Vec<report::Figures> = sets.iter().map(report::figures).collect();
    for (set, figures) in sets.iter().zip(&figures) {
        report::print(set, figures);
    }
    if let Some(path) = arguments.picture {
        picture::draw(&path, &sets, &figures)?;
        println!("picture: {}", path.display());
    }
    Ok(())
}
