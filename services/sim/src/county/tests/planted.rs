//! The checks of counties see what is wrong: each is shown a county with one planted fault.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn is_seen(check: impl Fn(&County), county: &County) -> bool {
    catch_unwind(AssertUnwindSafe(|| check(county))).is_err()
}

#[test]
fn a_planted_fault_is_seen() {
    let sound = made(1);
    let planted = |plant: &dyn Fn(&mut County)| {
        let mut county = sound.clone();
        plant(&mut county);
        county
    };
    for check in [assert_roads_are_sound, assert_names_are_unique, assert_units_are_as_the_policy_asks] {
        assert!(!is_seen(check, &sound));
    }
    let no_bridge = planted(&|county| county.network.links.iter_mut().for_each(|link| link.bridge = false));
    assert!(is_seen(assert_roads_are_sound, &no_bridge), "a road through the water");
    let cut_off = planted(&|county| county.network.links.retain(|link| !link.bridge));
    assert!(is_seen(assert_roads_are_sound, &cut_off), "a bank that cannot be reached");
    let same_name = planted(&|county| county.facilities[1].name = county.facilities[0].name.clone());
    assert!(is_seen(assert_names_are_unique, &same_name));
    let no_officers = planted(&|county| county.layout.units.retain(|unit| unit.home.as_str() != "990001-01-2"));
    assert!(is_seen(assert_units_are_as_the_policy_asks, &no_officers), "a beat without an officer");
    let abroad = Position::from_degrees(0.0, 0.0).unwrap();
    let astray = planted(&|county| county.layout.units[0].start = abroad);
    assert!(is_seen(assert_units_are_as_the_policy_asks, &astray), "a unit off its beat");
    let shrunk = planted(&|county| {
        county.layout.boundaries[2].ring.remove(3);
    });
    assert!(is_seen(|county| assert_boundaries_fit(&county.layout), &shrunk), "a beat that leaves a gap");
}
