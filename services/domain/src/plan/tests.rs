//! The joint choice against all there are, and against taking the best for one place after another.

use super::{assign, weight};
use proptest::prelude::*;

/// What a choice is worth, the less the better: no primary, empty places, the primary's time, the others' time, and the lower
/// units for the earlier places.
type Worth = (bool, usize, u64, u64, usize);

fn worth(costs: &[Vec<Option<u64>>], taken: &[Option<usize>]) -> Worth {
    let cost = |row: usize| taken[row].map(|column| costs[row][column].expect("nobody goes where they are not eligible"));
    let others = (1..costs.len()).filter_map(cost).sum();
    let empty = taken.iter().filter(|column| column.is_none()).count();
    let units = taken.iter().enumerate().filter_map(|(row, column)| column.map(|column| (costs.len() - row) * column)).sum();
    (taken[0].is_none(), empty, cost(0).unwrap_or(0), others, units)
}

/// The best of every way to fill the places.
fn best_of_all(costs: &[Vec<Option<u64>>], taken: &mut Vec<Option<usize>>) -> Worth {
    let Some(row) = costs.get(taken.len()) else { return worth(costs, taken) };
    let mut choices = vec![None];
    choices.extend((0..row.len()).filter(|column| row[*column].is_some() && !taken.contains(&Some(*column))).map(Some));
    let ways = choices.into_iter().map(|choice| {
        taken.push(choice);
        let found = best_of_all(costs, taken);
        taken.pop();
        found
    });
    ways.collect::<Vec<_>>().into_iter().min().unwrap()
}

/// The nearest for each place, one place after another.
fn greedy(costs: &[Vec<Option<u64>>]) -> Vec<Option<usize>> {
    let mut taken: Vec<Option<usize>> = Vec::new();
    for row in costs {
        let free = (0..row.len()).filter(|column| !taken.contains(&Some(*column)));
        let nearest = free.filter_map(|column| row[column].map(|cost| (cost, column))).min();
        taken.push(nearest.map(|(_, column)| column));
    }
    taken
}

fn tables() -> impl Strategy<Value = Vec<Vec<Option<u64>>>> {
    // Few different costs, so that there are many ties; some beyond any real travel.
    let cost = prop_oneof![3 => (0u64..6).prop_map(Some), 2 => (0u64..600_000).prop_map(Some), 3 => Just(None)];
    (1usize..=5, 0usize..=6).prop_flat_map(move |(rows, columns)| prop::collection::vec(prop::collection::vec(cost.clone(), columns), rows))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_joint_choice_is_the_best_there_is(costs in tables()) {
        let taken = assign(&costs);
        prop_assert_eq!(taken.len(), costs.len());
        let mut units: Vec<usize> = taken.iter().copied().flatten().collect();
        let sent = units.len();
        units.sort_unstable();
        units.dedup();
        prop_assert_eq!(units.len(), sent, "a unit goes once");
        prop_assert_eq!(worth(&costs, &taken), best_of_all(&costs, &mut Vec::new()));
        prop_assert!(worth(&costs, &taken) <= worth(&costs, &greedy(&costs)));
    }
}

#[test]
fn a_filled_place_beats_a_cheaper_sum() {
    // The nearest could be primary, but is the only one for the second place.
    assert_eq!(assign(&[vec![Some(1), Some(500_000)], vec![Some(1), None]]), [Some(1), Some(0)]);
}

#[test]
fn the_primary_is_found_before_any_other() {
    assert_eq!(assign(&[vec![Some(600_000)], vec![Some(1)]]), [Some(0), None]);
    // Its second counts more than an hour of the others.
    assert_eq!(assign(&[vec![Some(1_000), Some(2_000)], vec![Some(1_000), Some(4_000_000)]]), [Some(0), Some(1)]);
}

#[test]
fn ties_go_to_the_lower_ids() {
    let same = vec![Some(60_000); 4];
    assert_eq!(assign(std::slice::from_ref(&same)), [Some(0)]);
    assert_eq!(assign(&[same.clone(), same.clone(), same]), [Some(0), Some(1), Some(2)]);
}

#[test]
fn without_candidates_every_place_is_empty() {
    assert_eq!(assign(&[vec![], vec![]]), [None, None]);
    assert_eq!(assign(&[vec![None], vec![None], vec![None]]), [None, None, None]);
}

#[test]
fn what_is_farther_than_37_hours_counts_as_that() {
    let of = |row, cost_ms| weight(row, 2, 1, Some(cost_ms));
    for row in [0, 1] {
        assert!(of(row, 134_217_726) < of(row, 134_217_727));
        assert_eq!(of(row, 134_217_727), of(row, 134_217_728));
        assert_eq!(of(row, 134_217_727), of(row, u64::MAX));
    }
    assert_eq!(weight(1, 3, 5, Some(0)), 10, "two places from the end, the sixth unit");
}
