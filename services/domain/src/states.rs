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

/// Incident. `received` and `classified` are one state: a call without a category is refused. `passed_down` and `signed` are
/// `classified` seen together with who must sign: see [`crate::incident::Incident::state_name`].
pub const INCIDENT: &[Move] = &[
    row("-", "incident_reported", "classified"),
    row("classified", "incident_passed_down", "*"), // passed_down, unless somebody was sent to it before: then it stays classified
    row("dispatched", "incident_passed_down", "dispatched"), // priority 1 is dispatched at once, and signed beside it
    row("on_scene", "incident_passed_down", "on_scene"),
    row("passed_down", "incident_signed", "signed"),
    row("classified", "incident_signed", "classified"), // the unit that was sent before it was signed fell out
    row("dispatched", "incident_signed", "dispatched"),
    row("on_scene", "incident_signed", "on_scene"),
    row("classified", "incident_dispatched", "dispatched"),
    row("passed_down", "incident_dispatched", "dispatched"), // directly by the desk above, or by the station, which signs with it
    row("signed", "incident_dispatched", "dispatched"),
    row("dispatched", "incident_on_scene", "on_scene"),
    row("dispatched", "incident_returned_to_queue", "classified"), // all units declined, stayed silent or were recalled
    row("on_scene", "incident_returned_to_queue", "classified"),   // the only unit there left without an outcome
    row("classified", "incident_resolved", "resolved"),            // settled by the room, nobody was needed
    row("passed_down", "incident_resolved", "resolved"),
    row("signed", "incident_resolved", "resolved"),
    row("dispatched", "incident_resolved", "resolved"),
    row("on_scene", "incident_resolved", "resolved"),
    row("resolved", "incident_closed", "closed"),
    row("classified", "incident_reclassified", "classified"),
    row("classified", "incident_owner_set", "classified"),
    row("classified", "incident_priority_set", "classified"),
    row("classified", "incident_restored", "classified"),
    row("passed_down", "incident_reclassified", "passed_down"),
    row("passed_down", "incident_owner_set", "passed_down"),
    row("passed_down", "incident_priority_set", "passed_down"),
    row("passed_down", "incident_restored", "passed_down"),
    row("signed", "incident_reclassified", "signed"),
    row("signed", "incident_owner_set", "signed"),
    row("signed", "incident_priority_set", "signed"),
    row("signed", "incident_restored", "signed"),
    row("dispatched", "incident_reclassified", "dispatched"),
    row("dispatched", "incident_owner_set", "dispatched"),
    row("dispatched", "incident_priority_set", "dispatched"),
    row("dispatched", "incident_restored", "dispatched"),
    row("on_scene", "incident_reclassified", "on_scene"),
    row("on_scene", "incident_owner_set", "on_scene"),
    row("on_scene", "incident_priority_set", "on_scene"),
    row("on_scene", "incident_restored", "on_scene"),
    row("resolved", "incident_reclassified", "resolved"),
    row("resolved", "incident_owner_set", "resolved"),
    row("resolved", "incident_priority_set", "resolved"),
    row("resolved", "incident_restored", "resolved"),
    row("classified", "incident_held", "classified"),
    row("passed_down", "incident_held", "passed_down"),
    row("signed", "incident_held", "signed"),
    row("classified", "incident_call_added", "classified"),
    row("passed_down", "incident_call_added", "passed_down"),
    row("signed", "incident_call_added", "signed"),
    row("dispatched", "incident_call_added", "dispatched"),
    row("on_scene", "incident_call_added", "on_scene"),
    row("resolved", "incident_call_added", "resolved"),
    row("classified", "incident_merged", "merged"),
    row("passed_down", "incident_merged", "merged"),
    row("signed", "incident_merged", "merged"),
    row("dispatched", "incident_merged", "merged"),
    row("on_scene", "incident_merged", "merged"),
    row("merged", "incident_unmerged", "classified"),
    row("classified", "incident_transfer_requested", "classified"),
    row("passed_down", "incident_transfer_requested", "passed_down"),
    row("signed", "incident_transfer_requested", "signed"),
    row("dispatched", "incident_transfer_requested", "dispatched"),
    row("on_scene", "incident_transfer_requested", "on_scene"),
    row("classified", "incident_transfer_ended", "*"), // transferred once the other side accepts; refused or unanswered, it stays where it is
    row("passed_down", "incident_transfer_ended", "*"),
    row("signed", "incident_transfer_ended", "*"),
    row("dispatched", "incident_transfer_ended", "*"),
    row("on_scene", "incident_transfer_ended", "*"),
    row("classified", "incident_cancelled", "cancelled"),
    row("passed_down", "incident_cancelled", "cancelled"),
    row("signed", "incident_cancelled", "cancelled"),
    row("dispatched", "incident_cancelled", "cancelled"),
    row("on_scene", "incident_cancelled", "cancelled"),
    row("resolved", "incident_reopened", "classified"),
    row("closed", "incident_reopened", "classified"),
    row("cancelled", "incident_reopened", "classified"),
    row("transferred", "incident_reopened", "classified"),
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
    row("-", "assignment_queued", "queued"),
    row("queued", "assignment_activated", "offered"),
    row("queued", "assignment_recalled", "recalled"),
    row("offered", "assignment_recalled", "recalled"),
    row("delivered", "assignment_recalled", "recalled"),
    row("seen", "assignment_recalled", "recalled"),
    row("acknowledged", "assignment_recalled", "recalled"),
    row("en_route", "assignment_recalled", "recalled"),
    row("on_scene", "assignment_recalled", "recalled"),
    row("queued", "assignment_role_changed", "queued"),
    row("queued", "assignment_moved", "queued"),
    row("offered", "assignment_role_changed", "offered"),
    row("offered", "assignment_moved", "offered"),
    row("delivered", "assignment_role_changed", "delivered"),
    row("delivered", "assignment_moved", "delivered"),
    row("seen", "assignment_role_changed", "seen"),
    row("seen", "assignment_moved", "seen"),
    row("acknowledged", "assignment_role_changed", "acknowledged"),
    row("acknowledged", "assignment_moved", "acknowledged"),
    row("en_route", "assignment_role_changed", "en_route"),
    row("en_route", "assignment_moved", "en_route"),
    row("on_scene", "assignment_role_changed", "on_scene"),
    row("on_scene", "assignment_moved", "on_scene"),
    row("on_scene", "assignment_safety_checked", "on_scene"),
    row("cleared", "assignment_feedback_submitted", "cleared"),
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

/// Shift and its hand-over (交接班).
pub const SHIFT: &[Move] = &[
    row("-", "shift_planned", "planned"),
    row("planned", "shift_planned", "planned"),
    row("planned", "shift_ended", "ended"),
    row("planned", "shift_hand_over_offered", "planned"),
    row("ended", "shift_hand_over_offered", "ended"),
    row("ended", "shift_hand_over_signed", "handed_over"),
    row("ended", "shift_hand_over_lapsed", "ended"),
];

/// Request for support (吹哨).
pub const SUPPORT: &[Move] = &[
    row("-", "support_requested", "asked"),
    row("asked", "support_answered", "*"), // accepted or refused
    row("asked", "support_climbed", "asked"),
    row("asked", "support_lapsed", "unanswered"),
    row("asked", "support_ended", "ended"),
    row("accepted", "support_ended", "ended"),
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
        for table in [INCIDENT, ASSIGNMENT, SHIFT] {
            for m in table {
                assert!(
                    m.from == "-" || m.from == "transferred" || table.iter().any(|other| other.to == m.from),
                    "{} cannot be reached",
                    m.from
                );
                assert_eq!(table.iter().filter(|other| other.from == m.from && other.event == m.event).count(), 1, "{m:?} is doubled");
            }
        }
    }
}
