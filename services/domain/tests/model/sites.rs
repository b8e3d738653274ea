//! The sites that the test draws from: how their rules differ.

use super::rules::Rules;
use domain::incident::LendingStep;
use domain::policy::DispatchMode;
use proptest::prelude::*;
use proptest::sample::select;

/// What differs from site to site.
pub(crate) fn rules() -> impl Strategy<Value = Rules> {
    let mode = || select(vec![DispatchMode::Manual, DispatchMode::Manual, DispatchMode::Automatic, DispatchMode::Confirm]);
    let all =
        vec![LendingStep::OwnTeam, LendingStep::OtherTeam, LendingStep::AdjacentBeat, LendingStep::NeighbourStation, LendingStep::County];
    let steps = select(vec![all, vec![LendingStep::OwnTeam, LendingStep::NeighbourStation], vec![LendingStep::OwnTeam]]);
    let budget = select(vec![0u32, 1]);
    ([mode(), mode(), mode()], prop::bool::weighted(0.9), [any::<bool>(), any::<bool>()], steps, budget)
        .prop_map(|(modes, attendance, follows, steps, budget_minutes)| Rules { modes, attendance, follows, steps, budget_minutes })
}
