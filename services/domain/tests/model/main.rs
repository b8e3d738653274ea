//! Random commands, legal and not, against the core and a reference model: both accept the same and come to the same.
//!
//! `PROPTEST_CASES` sets how many sequences are tried, 256 without it. A failure prints the shortest sequence that fails.
#![allow(clippy::unwrap_used)]

mod acts;
mod both;
mod both_joint;
mod both_room;
mod both_special;
mod both_unit;
mod choose;
mod clocks;
mod compare;
mod dispatch;
mod joint;
mod orders;
mod reference;
mod room;
mod rules;
mod sites;
mod special;
mod visit;

use both::Both;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_core_and_the_reference_model_agree(rules in sites::rules(), turns in acts::turns()) {
        let mut both = Both::new(&rules);
        for turn in &turns {
            both.turn(turn).map_err(TestCaseError::fail)?;
        }
    }
}
