//! What it costs to find the agency of a position, on the boundaries and calls given. Run it in the release profile:
//! `cargo run --release -p places --example locate_cost -- ORG_DIR CALLS.csv.gz`, with latitude and longitude as the first columns.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints, and may stop at any surprise")]

use domain::place::{Datum, Position};
use places::{Places, import_dir};
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(org), Some(file)) = (args.next(), args.next()) else {
        println!("expected two arguments: ORG_DIR CALLS.csv.gz");
        return;
    };
    let import = import_dir(&org).unwrap();
    let started = Instant::now();
    let places = Places::new(import.tree, import.boundaries).unwrap();
    println!("built in {:?}: {:?}", started.elapsed(), places.stats());
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()));
    let rows = reader.records().filter_map(|row| {
        let row = row.ok()?;
        Position::from_degrees(row.get(0)?.parse().ok()?, row.get(1)?.parse().ok()?).ok()
    });
    let calls: Vec<Position> = rows.collect();
    for round in 0..3 {
        let started = Instant::now();
        let located = calls.iter().filter(|call| std::hint::black_box(places.locate(**call, Datum::Wgs84)).position().is_some()).count();
        println!("round {round}: {:.0} ns per locate()", started.elapsed().as_nanos() as f64 / located.max(1) as f64);
        let started = Instant::now();
        let cells = calls.iter().fold(0u64, |sum, call| sum ^ places::h3_cell(*call).0);
        println!(
            "round {round}: {:.0} ns of it per h3_cell() ({cells:x})",
            started.elapsed().as_nanos() as f64 / calls.len().max(1) as f64
        );
    }
}
