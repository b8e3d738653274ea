//! Whether the index answers what a look at every unit would: the load knows where it sent each.

use crate::load::batches::Batches;
use crate::load::field::places;
use crate::nearest::{Asker, NEAREST};
use domain::place::Position;
use parking_lot::Mutex;
use roads::great_circle_m;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// Places that are asked about.
const QUESTIONS: usize = 200;
/// Distances that differ by less are the same, in metres: both are worked out in floating point, in different ways.
const SAME_M: f64 = 0.001;

/// Asks about places, and counts the answers that are not the nearest of the first `free` units. The streams must have stopped.
pub(crate) fn wrong_answers(index: SocketAddr, gateways: &[Arc<Mutex<Batches>>], free: usize, seed: u64) -> Result<u64, Failure> {
    let mut asker = Asker::connect(index)?;
    let units = known(gateways, free)?;
    let mut wrong = 0;
    for (lat_e7, lon_e7) in places(QUESTIONS, seed) {
        let from = Position::from_e7(lat_e7, lon_e7).map_err(cannot)?;
        let mut nearest: Vec<f64> = units.values().map(|at| great_circle_m(from, *at)).collect();
        nearest.sort_by(f64::total_cmp);
        nearest.truncate(NEAREST);
        let found = asker.ask((lat_e7, lon_e7)).map_err(cannot)?;
        let given: Vec<f64> = found.iter().filter_map(|unit| units.get(unit)).map(|at| great_circle_m(from, *at)).collect();
        wrong += u64::from(!same(&given, &nearest));
    }
    Ok(wrong)
}

/// Where each of the first `free` units reported itself last, and where it stands if it never did.
fn known(gateways: &[Arc<Mutex<Batches>>], free: usize) -> Result<HashMap<String, Position>, Failure> {
    let mut known = HashMap::new();
    for gateway in gateways {
        let gateway = gateway.lock();
        let walk = gateway.walk();
        for unit in 0..free.min(walk.units.len()) {
            if let Some(steps) = walk.steps_of(unit) {
                known.insert(walk.units.ids[unit].clone(), walk.units.position(unit, steps).map_err(cannot)?);
            }
        }
    }
    Ok(known)
}

fn same(given: &[f64], nearest: &[f64]) -> bool {
    given.len() == nearest.len() && given.iter().zip(nearest).all(|(given, nearest)| (given - nearest).abs() < SAME_M)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_right_only_if_all_its_distances_are() {
        assert!(same(&[1.0, 2.0], &[1.0, 2.000_5]));
        assert!(!same(&[1.0, 2.1], &[1.0, 2.0]));
        assert!(!same(&[1.0], &[1.0, 2.0]), "one too few");
    }
}
