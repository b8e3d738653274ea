//! Strategies that make arbitrary values of the core for property tests. Each covers the whole range of its type.

mod commands;
mod events;
mod incidents;
mod room_commands;
mod room_events;
mod room_values;
mod values;

pub use commands::{any_candidate, any_command, any_decision_record, any_principal};
pub use events::{any_event, any_recorded};
pub use incidents::any_incident;
pub use values::{
    any_availability, any_call, any_classification, any_dispatch_clock, any_place, any_private_link, any_ranked_unit, any_reason, any_time,
    any_unit_profile,
};
