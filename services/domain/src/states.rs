//! The state tables: from, event, to. Commands, tests and documentation read the same tables; a move that is not in them
//! is refused with the current state and who holds it.

/// One row of a state table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// The state before; `-` is before it exists.
    pub from: &'static str,
    /// The event that moves it.
    pub event: &'static str,
    /// The state after.
    pub to: &'static str,
}

const fn row(from: &'static str, event: &'static str, to: &'static str) -> Move {
    Move { from, event, to }
}

/// Incident. `received` and `classified` are one state: a call without a category is refused.
pub const INCIDENT: &[Move] = &[
    row("-", "incident_reported", "classified"),
    row("classified", "incident_dispatched", "dispatched"),
    row("dispatched", "incident_on_scene", "on_scene"),
    row("dispatched", "incident_returned_to_queue", "classified"), // all units declined, stayed silent or were recalled
    row("on_scene", "incident_returned_to_queue", "classified"),   // the only unit there left without an outcome
    row("classified", "incident_resolved", "resolved"),            // settled by the room, nobody was needed
    row("dispatched", "incident_resolved", "resolved"),
    row("on_scene", "incident_resolved", "resolved"),
    row("resolved", "incident_closed", "closed"),
    row("classified", "incident_reclassified", "classified"),
    row("dispatched", "incident_reclassified", "dispatched"),
    row("on_scene", "incident_reclassified", "on_scene"),
    row("resolved", "incident_reclassified", "resolved"),
];

/// Assignment. A later fact implies the earlier ones: an acknowledged order was delivered, even if that message was lost.
pub const ASSIGNMENT: &[Move] = &[
    row("-", "assignment_offered", "offered"),
    row("offered", "assignment_delivered", "delivered"),
    row("offered", "assignment_seen", "seen"),
    row("delivered", "assignment_seen", "seen"),
    row("offered", "assignment_acknowledged", "acknowledged"),
    row("delivered", "assignment_acknowledged", "acknowledged"),
    row("seen", "assignment_acknowledged", "acknowledged"),
    row("acknowledged", "assignment_en_route", "en_route"),
    row("acknowledged", "assignment_on_scene", "on_scene"), // it was already there
    row("en_route", "assignment_on_scene", "on_scene"),
    row("acknowledged", "assignment_cleared", "cleared"),
    row("en_route", "assignment_cleared", "cleared"),
    row("on_scene", "assignment_cleared", "cleared"),
    row("offered", "assignment_declined", "declined"),
    row("delivered", "assignment_declined", "declined"),
    row("seen", "assignment_declined", "declined"),
    row("offered", "assignment_expired", "expired"),
    row("delivered", "assignment_expired", "expired"),
    row("seen", "assignment_expired", "expired"),
];

/// Unit: its duty, seen from outside.
pub const UNIT: &[Move] = &[
    row("off_duty", "unit_signed_on", "available"),
    row("available", "unit_signed_off", "off_duty"),
    row("conditionally_available", "unit_signed_off", "off_duty"),
    row("out_of_service", "unit_signed_off", "off_duty"),
    row("available", "unit_availability_changed", "*"),
    row("conditionally_available", "unit_availability_changed", "*"),
    row("out_of_service", "unit_availability_changed", "*"),
    row("engaged", "unit_availability_changed", "engaged"), // holds once the assignment ends
    row("available", "assignment_offered", "engaged"),
    row("conditionally_available", "assignment_offered", "engaged"),
    row("engaged", "assignment_ended", "*"), // back to its availability
];

/// Whether `table` lets `event` happen in state `from`.
#[must_use]
pub fn allows(table: &[Move], from: &str, event: &str) -> bool {
    table.iter().any(|m| m.from == from && m.event == event)
}

/// The events that `table` lets happen in state `from`.
#[must_use]
pub fn events_from(table: &[Move], from: &str) -> Vec<&'static str> {
    table.iter().filter(|m| m.from == from).map(|m| m.event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_the_tables_can_be_reached_and_no_row_is_doubled() {
        for table in [INCIDENT, ASSIGNMENT] {
            for m in table {
                assert!(m.from == "-" || table.iter().any(|other| other.to == m.from), "{} cannot be reached", m.from);
                assert_eq!(table.iter().filter(|other| other.from == m.from && other.event == m.event).count(), 1, "{m:?} is doubled");
            }
        }
    }
}
