//! What runs: the fleet of units, the loop that follows and extends a log, deadlines, clock and drain.

pub mod fleet;
