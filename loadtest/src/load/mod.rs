//! Who loads a server: callers, units with a device each, fleets through gateways, consoles; and the scenarios they make up.

pub(crate) mod batches;
pub(crate) mod calls;
pub(crate) mod consoles;
pub(crate) mod devices;
pub(crate) mod field;
pub(crate) mod gateways;
pub(crate) mod matching;
pub(crate) mod scenario;
pub(crate) mod storms;
pub(crate) mod turn;
