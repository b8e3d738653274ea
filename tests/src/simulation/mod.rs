//! A seeded simulation: a county at work, with lost deliveries, silent crews, doubled messages, dead nodes, restless operators,
//! emergencies, changing policies and a jumping clock.
//!
//! A seed decides everything, so a run that fails can be run again. Every invariant is checked all along, and when the
//! faults end every incident must come to its end.

mod chance;
mod county;
mod crew;
mod desk;
mod faults;
mod room;
mod station;
mod variants;

pub use chance::Chance;
pub use county::{Simulation, Tally};
pub use faults::Faults;

/// Runs one seed and returns what happened in it.
///
/// # Errors
/// What was found wrong, with the command that runs this seed again.
pub fn run(seed: u64, plant: impl FnOnce(&mut Simulation)) -> Result<Tally, String> {
    run_telling(seed, 0, plant)
}

/// The same, and prints the last `told` events of a run that fails.
///
/// # Errors
/// As [`run`].
pub fn run_telling(seed: u64, told: usize, plant: impl FnOnce(&mut Simulation)) -> Result<Tally, String> {
    let mut simulation = Simulation::new(seed);
    plant(&mut simulation);
    simulation.run(told).map_err(|found| {
        let run_again = format!("ONEROOM_SEED={seed} cargo nextest run -p tests --test simulation --no-capture");
        format!("seed {seed}: {found}\nrun it again: {run_again}")
    })
}
