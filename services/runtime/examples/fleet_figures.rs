//! Prints what the fleet costs on this machine: searches by fleet size, k and index levels, fixes per second, and both at once.
//!
//! `cargo run --release -p runtime --example fleet_figures [most units, default 100000]`

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::cast_precision_loss, clippy::cast_possible_truncation)]

use domain::ids::UnitId;
use domain::place::Position;
use domain::time::Timestamp;
use h3o::Resolution;
use runtime::fleet::index::{DEFAULT_LEVELS, Tree};
use runtime::fleet::{FixBatch, Fleet, NearestQuery, ReportedFix};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const START: Timestamp = Timestamp(1_795_000_000_000);
const QUERIES: usize = 4_000;
/// Each unit moves up to this far between two fixes, in ten-millionths of a degree: about 50 m, 10 m/s for 5 s.
const STEP_E7: u64 = 4_500;
const BATCH: usize = 1_000;

/// SplitMix64: enough to spread units, and the same on every run.
struct Spread(u64);

impl Spread {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    /// Two thirds of the units in a town of about 10 km, the rest over a county of about 100 km.
    fn position(&mut self) -> (i32, i32) {
        let (size, corner) = if self.below(3) < 2 { (1_000_000, 4_500_000) } else { (10_000_000, 0) };
        ((370_000_000 + corner + self.below(size)) as i32, (1_080_000_000 + corner + self.below(size)) as i32)
    }
}

struct Moving {
    fleet: Fleet,
    fixes: Vec<ReportedFix>,
    spread: Spread,
    now: Timestamp,
}

impl Moving {
    fn new(units: usize, levels: &[Resolution]) -> Self {
        let (fleet, mut spread) = (Fleet::with_index(Tree::new(levels)), Spread(42));
        let mut fixes = Vec::with_capacity(units);
        for number in 0..units {
            let (lat_e7, lon_e7) = spread.position();
            let unit = UnitId::new(&format!("610824-a{number}")).unwrap();
            fleet.register(unit.clone(), None).unwrap();
            fleet.set_assignable(&unit, spread.below(10) < 3);
            fixes.push(ReportedFix {
                unit,
                lat_e7,
                lon_e7,
                device_time: START,
                device_epoch: 0,
                sequence: 0,
                speed_cm_per_s: Some(1_000),
                heading_deg: Some(90),
                accuracy_m: Some(5),
            });
        }
        let mut moving = Self { fleet, fixes, spread, now: START };
        moving.send();
        // A few rounds, so that cells have the reach they have in service.
        for _ in 0..3 {
            moving.step();
            moving.send();
        }
        moving
    }

    fn step(&mut self) {
        self.now = self.now.plus_ms(5_000);
        for fix in &mut self.fixes {
            fix.sequence += 1;
            fix.device_time = self.now;
            fix.lat_e7 += self.spread.below(2 * STEP_E7 + 1) as i32 - STEP_E7 as i32;
            fix.lon_e7 += self.spread.below(2 * STEP_E7 + 1) as i32 - STEP_E7 as i32;
        }
    }

    fn send(&self) -> Duration {
        let begun = Instant::now();
        for fixes in self.fixes.chunks(BATCH) {
            let receipt = self.fleet.apply_batch(&FixBatch { sent_at: Some(self.now), fixes }, self.now).unwrap();
            assert_eq!(receipt.counts.accepted() as usize, fixes.len());
        }
        begun.elapsed()
    }

    /// Fixes per second on this thread, the best of three rounds.
    fn fixes_per_s(&mut self) -> f64 {
        let mut best = 0.0f64;
        for _ in 0..3 {
            self.step();
            best = best.max(self.fixes.len() as f64 / self.send().as_secs_f64());
        }
        best
    }
}

/// Times of searches in microseconds at the 50th and 99th percentile and the longest, and the mean cells and units looked at.
fn searches(fleet: &Fleet, k: usize) -> (f64, f64, f64, usize, usize) {
    let (mut spread, mut times, mut cells, mut units) = (Spread(7), Vec::with_capacity(QUERIES), 0, 0);
    for _ in 0..QUERIES {
        let (lat_e7, lon_e7) = spread.position();
        let query = NearestQuery::assignable(Position::from_e7(lat_e7, lon_e7).unwrap(), k);
        let begun = Instant::now();
        let (hits, work) = fleet.nearest_measured(&query, |_, _| true);
        times.push(begun.elapsed());
        cells += work.cells;
        units += work.units;
        assert!(hits.len() <= k);
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    (at(0.5), at(0.99), at(1.0), cells / QUERIES, units / QUERIES)
}

/// Searches while another thread sends whole batches, `per_s` fixes a second at most.
fn while_writing(moving: &Moving, per_s: u64) {
    let (fleet, done) = (&moving.fleet, &AtomicBool::new(false));
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            let (mut fixes, mut sent, mut now, begun) = (moving.fixes.clone(), 0, moving.now, Instant::now());
            // Later writers continue where earlier ones ended.
            let start = fleet.latest(&fixes[0].unit).map_or(0, |fix| fix.sequence);
            fixes.iter_mut().for_each(|fix| fix.sequence = start);
            while !done.load(Ordering::Relaxed) {
                now = now.plus_ms(5_000);
                for batch in fixes.chunks_mut(BATCH) {
                    for fix in batch.iter_mut() {
                        fix.sequence += 1;
                        fix.device_time = now;
                    }
                    sent += fleet.apply_batch(&FixBatch { sent_at: Some(now), fixes: batch }, now).unwrap().counts.total();
                    let due = Duration::from_secs_f64(sent as f64 / per_s as f64);
                    std::thread::sleep(due.saturating_sub(begun.elapsed()));
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                }
            }
            sent as f64 / begun.elapsed().as_secs_f64()
        });
        // Past the first burst.
        std::thread::sleep(Duration::from_millis(200));
        let mut runs: Vec<_> = (0..20).map(|_| searches(fleet, 8)).collect();
        runs.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (p50, p99, longest, _, _) = runs[runs.len() / 2];
        done.store(true, Ordering::Relaxed);
        println!("p50 {p50:.1} µs  p99 {p99:.1} µs  longest {longest:.1} µs, with {:.0} fixes/s", writer.join().unwrap());
    });
}

fn main() {
    let most: usize = std::env::args().nth(1).and_then(|most| most.parse().ok()).unwrap_or(100_000);
    println!("Nearest assignable units (3 in 10 are); µs per search");
    println!("{:>9} {:>5} {:>9} {:>9} {:>9} {:>7} {:>7}", "units", "k", "p50", "p99", "longest", "cells", "units");
    for units in [100, 10_000, 100_000, 1_000_000, 2_000_000].into_iter().filter(|units| *units <= most) {
        let moving = Moving::new(units, DEFAULT_LEVELS);
        for k in [1, 8, 64] {
            let (p50, p99, longest, cells, seen) = searches(&moving.fleet, k);
            println!("{units:>9} {k:>5} {p50:>9.1} {p99:>9.1} {longest:>9.1} {cells:>7} {seen:>7}");
        }
    }

    println!("\nLevels of the index, {most} units: one thread's fixes/s, µs per search of 8");
    use Resolution::{Eight, Five, Four, Nine, One, Seven, Six, Ten, Three, Two, Zero};
    let choices: [&[Resolution]; 9] = [
        &[Zero, Three, Five, Seven, Nine],
        &[Zero, Two, Four, Six, Eight],
        &[Zero, Two, Four, Six, Eight, Ten],
        &[Zero, Three, Six, Nine],
        &[Zero, Four, Eight],
        &[Zero, Three, Five, Six, Seven, Eight, Nine],
        &[Zero, Three, Four, Five, Six, Seven, Eight, Nine],
        &[Zero, Three, Four, Five, Six, Seven, Eight],
        &[Zero, One, Two, Three, Four, Five, Six, Seven, Eight, Nine],
    ];
    for levels in choices {
        let mut moving = Moving::new(most, levels);
        let (p50, p99, _, cells, seen) = searches(&moving.fleet, 8);
        let numbers: Vec<String> = levels.iter().map(ToString::to_string).collect();
        let rate = moving.fixes_per_s();
        println!("{:>22} {rate:>10.0}/s  p50 {p50:>6.1}  p99 {p99:>6.1}  cells {cells:>4}  units {seen:>4}", numbers.join(" "));
    }

    println!("\nSearches of 8 while another thread writes, {most} units");
    let moving = Moving::new(most, DEFAULT_LEVELS);
    for target in [50_000, 400_000, u64::MAX] {
        while_writing(&moving, target);
    }

    let fleet = &moving.fleet;
    let begun = Instant::now();
    fleet.close_tick();
    let closed = begun.elapsed();
    let changed = fleet.changed_since(runtime::fleet::Tick::default()).fixes.len();
    println!("\nOne tick of {changed} changed units: closed in {closed:?}, read in {:?}", begun.elapsed() - closed);
}
