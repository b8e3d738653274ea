//! What goes wrong in a run, and how often.

use super::Chance;

/// How often what goes wrong, in percent.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// An order does not reach its device.
    pub lost_delivery: u64,
    /// A crew does not answer.
    pub silent_crew: u64,
    /// A crew declines.
    pub declines: u64,
    /// A message arrives twice.
    pub doubled: u64,
    /// A tap waits in the device's outbox because there is no network.
    pub offline: u64,
    /// The first node that should fire a deadline is dead.
    pub dead_node: u64,
    /// Nothing is heard of a unit for a while.
    pub lost_contact: u64,
    /// A crew presses the emergency button, or forgets to say that it is safe.
    pub danger: u64,
    /// Operators do something else than what is due, per look at an incident.
    pub restless: u64,
    /// The clock jumps forward, per call.
    pub clock_jump: u64,
}

impl Faults {
    /// Faults of a run: each kind is absent, rare or frequent.
    #[must_use]
    pub fn draw(chance: &mut Chance) -> Self {
        let mut often = || chance.one(&[0, 5, 15, 40]);
        Self {
            lost_delivery: often(),
            silent_crew: often(),
            declines: often(),
            doubled: often(),
            offline: often(),
            dead_node: often(),
            lost_contact: often(),
            danger: often(),
            restless: often(),
            clock_jump: often() / 2,
        }
    }

    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        lost_delivery: 0,
        silent_crew: 0,
        declines: 0,
        doubled: 0,
        offline: 0,
        dead_node: 0,
        lost_contact: 0,
        danger: 0,
        restless: 0,
        clock_jump: 0,
    };
}
