//! Counties of a nation are independent, fit their neighbours and add up.

use super::*;
use crate::county::tests::{assert_boundaries_fit, is_simple};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn a_nation_has_all_its_units_and_no_code_twice() {
    let nation = Nation::new(1, 2_900, 2_000_000).unwrap();
    assert_eq!((1..=2_900).map(|number| nation.units_of(number) as u64).sum::<u64>(), 2_000_000);
    let names: BTreeSet<_> = (1..=COUNTIES_MAX).map(names::county).collect();
    assert_eq!(names.len(), COUNTIES_MAX as usize, "every county has a name of its own");
    let english: BTreeSet<_> = names.iter().map(|name| &name.en).collect();
    assert_eq!(english.len(), COUNTIES_MAX as usize, "in English too");
    for number in [1, 2, 1_450, 2_900] {
        let county = nation.county(number).unwrap();
        assert_eq!(county.layout.units.len(), nation.units_of(number));
        assert_eq!(county.layout.log_id.as_str(), format!("99{number:04}"));
        let ids: BTreeSet<_> = county.layout.units.iter().map(|unit| unit.unit_id.as_str()).collect();
        assert_eq!(ids.len(), county.layout.units.len());
        assert!(ids.iter().all(|id| id.starts_with(&format!("99{number:04}-"))));
    }
}

#[test]
fn one_village_station_is_a_nation_too() {
    let county = Nation::new(3, 1, 8).unwrap().county(1).unwrap();
    let stations = county.layout.nodes.iter().filter(|node| node.level == AgencyLevel::Station).count();
    assert_eq!((stations, county.layout.units.len()), (1, 8));
    assert!(Nation::new(3, 1, 7).is_err());
    assert!(Nation::new(3, 0, 8).is_err());
    assert!(Nation::new(3, COUNTIES_MAX + 1, 1_000_000).is_err());
    assert!(Nation::new(3, 4, 40).unwrap().county(5).is_err());
    assert!(Nation::new(3, 4, 40).unwrap().county(0).is_err());
}

#[test]
fn neighbours_share_their_border_and_the_full_form_agrees() {
    let nation = Nation::new(9, 25, 25 * 300).unwrap();
    let ring = |number: u32| -> BTreeSet<Position> { nation.county(number).unwrap().layout.boundaries[0].ring.iter().copied().collect() };
    // Five to a row: 7 and 8 stand side by side, 7 and 12 one above the other, 7 and 13 meet at a corner.
    let common = |a: u32, b: u32| ring(a).intersection(&ring(b)).count();
    assert_eq!((common(7, 8), common(7, 12), common(7, 13), common(7, 9)), (mesh::PIECES + 1, mesh::PIECES + 1, 1, 0));
    let (plan, county) = (nation.plan(7).unwrap(), nation.county(7).unwrap());
    assert_eq!((plan.code.as_str(), &plan.name, plan.units), (county.layout.log_id.as_str(), &county.name, 300));
    let full = crate::county::county(&plan).unwrap();
    assert_eq!(full.layout.units.len(), 300);
    assert!(full.network.is_strongly_connected());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_county_fits(seed in any::<u64>(), counties in 1..=COUNTIES_MAX, each in 8..3_000u64, pick in any::<prop::sample::Index>()) {
        let nation = Nation::new(seed, counties, each * u64::from(counties)).unwrap();
        let number = u32::try_from(pick.index(counties as usize)).unwrap() + 1;
        let county = nation.county(number).unwrap();
        prop_assert_eq!(&county, &nation.county(number).unwrap());
        assert_boundaries_fit(&county.layout);
        prop_assert!(county.layout.boundaries.iter().all(|boundary| is_simple(&boundary.ring)));
        let names: BTreeSet<_> = county.layout.nodes.iter().map(|node| &node.name_zh).collect();
        prop_assert_eq!(names.len(), county.layout.nodes.len());
        for unit in &county.layout.units {
            let home = county.layout.boundary(&unit.home).unwrap();
            prop_assert!(crate::geometry::side_of_ring(&home.ring, unit.start) == crate::geometry::Side::Inside, "{}", unit.unit_id);
        }
    }
}
