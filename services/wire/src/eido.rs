//! Our states in the words of the NENA Emergency Incident Data Object (EIDO), and back to the nearest state of ours.
//!
//! The registries are those of NENA-STA-021.1a-2022: incident status in section 3.3, primary and secondary unit status in 3.9 and
//! 3.10; what the priority number means is in section 2.9. Ours are the names of [`domain::states`]. An EIDO says less than our
//! tables do, so only [`INCIDENT_ROUND_TRIP`], [`ASSIGNMENT_ROUND_TRIP`] and every duty come back as they went out.

use domain::classification::Priority;

/// Incident state → incident status. What waits for its closing is still active; what was merged or transferred is closed here.
const INCIDENT_STATUS: &[(&str, &str)] = &[
    ("classified", "Active"),
    ("passed_down", "Active"),
    ("signed", "Active"),
    ("dispatched", "ResourcesAssigned"),
    ("on_scene", "ResourcesOnscene"),
    ("resolved", "Active"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
    ("merged", "Closed"),
    ("transferred", "Closed"),
];

/// Incident status → incident state. `NewLocation` says nothing of where an incident stands.
const INCIDENT_STATE: &[(&str, &str)] = &[
    ("Active", "classified"),
    ("ReOpened", "classified"),
    ("ResourcesAssigned", "dispatched"),
    ("ResourcesEnroute", "dispatched"),
    ("ResourcesOnscene", "on_scene"),
    ("FireUnderControl", "on_scene"),
    ("StructureCleared", "on_scene"),
    ("Closed", "closed"),
    ("Cancelled", "cancelled"),
];

/// Incident states that come back as they went out.
pub const INCIDENT_ROUND_TRIP: &[&str] = &["classified", "dispatched", "on_scene", "closed", "cancelled"];

/// Assignment state → secondary unit status. That a device has an order or shows it is not told apart from its being sent.
const RESOURCE_STATUS: &[(&str, &str)] = &[
    ("queued", "Assigned"),
    ("offered", "Dispatched"),
    ("delivered", "Dispatched"),
    ("seen", "Dispatched"),
    ("acknowledged", "AcknowledgedTransmission"),
    ("en_route", "EnRoute"),
    ("on_scene", "OnScene"),
    ("cleared", "Cleared"),
    ("declined", "AssignmentCancelled"),
    ("expired", "AssignmentCancelled"),
    ("recalled", "AssignmentCancelled"),
];

/// Secondary unit status → assignment state. Those that say nothing of an assignment (`Meal`, `Court`, …) are not here.
const ASSIGNMENT_STATE: &[(&str, &str)] = &[
    ("Assigned", "queued"),
    ("Dispatched", "offered"),
    ("AcknowledgedTransmission", "acknowledged"),
    ("EnRoute", "en_route"),
    ("Delayed", "en_route"),
    ("Arrived", "on_scene"),
    ("OnScene", "on_scene"),
    ("PatientContact", "on_scene"),
    ("Cleared", "cleared"),
    ("AssignmentCancelled", "recalled"),
];

/// Assignment states that come back as they went out.
pub const ASSIGNMENT_ROUND_TRIP: &[&str] = &["queued", "offered", "acknowledged", "en_route", "on_scene", "cleared", "recalled"];

/// Duty → primary and secondary unit status. An engaged unit is not offered to anybody else, so it is not available.
const UNIT_STATUS: &[(&str, UnitStatus)] = &[
    ("off_duty", UnitStatus { primary: "NotAvailable", secondary: "OffDuty" }),
    ("available", UnitStatus { primary: "Available", secondary: "OnDuty" }),
    ("conditionally_available", UnitStatus { primary: "ConditionallyAvailable", secondary: "OnDuty" }),
    ("engaged", UnitStatus { primary: "NotAvailable", secondary: "Assigned" }),
    ("out_of_service", UnitStatus { primary: "NotAvailable", secondary: "OutofService" }),
];

/// A unit's status as an EIDO says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnitStatus {
    /// Whether it can be dispatched, of the primary registry.
    pub primary: &'static str,
    /// What it does, of the secondary registry.
    pub secondary: &'static str,
}

fn of<T: Copy>(table: &[(&str, T)], key: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
}

/// The incident status of an incident state; none for a name that is no state.
#[must_use]
pub fn incident_status(state: &str) -> Option<&'static str> {
    of(INCIDENT_STATUS, state)
}

/// All that an EIDO's list of incident status says of one incident: that of its state, more exactly where a unit is under way, and
/// that it was opened again.
#[must_use]
pub fn incident_statuses(state: &str, unit_en_route: bool, reopened: bool) -> Vec<&'static str> {
    let under_way = (unit_en_route && state == "dispatched").then_some("ResourcesEnroute");
    let status = incident_status(state);
    let is_open = status.is_some_and(|status| !matches!(status, "Closed" | "Cancelled"));
    let again = (reopened && is_open).then_some("ReOpened");
    [status, under_way, again].into_iter().flatten().collect()
}

/// The incident state nearest to an incident status; none where it says nothing of that.
#[must_use]
pub fn incident_state(status: &str) -> Option<&'static str> {
    of(INCIDENT_STATE, status)
}

/// The secondary unit status of an assignment state; none for a name that is no state.
#[must_use]
pub fn resource_status(assignment_state: &str) -> Option<&'static str> {
    of(RESOURCE_STATUS, assignment_state)
}

/// The assignment state nearest to a secondary unit status; none where it says nothing of an assignment.
#[must_use]
pub fn assignment_state(secondary: &str) -> Option<&'static str> {
    of(ASSIGNMENT_STATE, secondary)
}

/// The unit status of a duty; none for a name that is no duty.
#[must_use]
pub fn unit_status(duty: &str) -> Option<UnitStatus> {
    of(UNIT_STATUS, duty)
}

/// The duty nearest to a unit status: by both values where ours has them, else by the primary one. `secondary` is what an EIDO
/// lists, in any order.
#[must_use]
pub fn duty(primary: &str, secondary: &[&str]) -> Option<&'static str> {
    let both = UNIT_STATUS.iter().find(|(_, status)| status.primary == primary && secondary.contains(&status.secondary));
    if let Some((duty, _)) = both {
        return Some(duty);
    }
    let bound =
        secondary.iter().filter_map(|value| assignment_state(value)).any(|state| !matches!(state, "queued" | "cleared" | "recalled"));
    match primary {
        "Available" => Some("available"),
        "ConditionallyAvailable" => Some("conditionally_available"),
        "NotAvailable" if bound => Some("engaged"),
        "NotAvailable" => Some("out_of_service"),
        _ => None,
    }
}

/// A table of priorities was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("common priorities {0:?} are not valid: expected four numbers from 10 down to 0, each lower than the one before")]
pub struct InvalidCommonPriorities(pub [u8; 4]);

/// Which number of an EIDO, 0 (least urgent) to 10 (most urgent), each of our priorities 1 to 4 is. Data of the site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CommonPriorities([u8; 4]);

impl Default for CommonPriorities {
    /// 10, 7, 4, 1: evenly spread. An assumption; the standard leaves the mapping to each agency.
    fn default() -> Self {
        Self([10, 7, 4, 1])
    }
}

impl CommonPriorities {
    /// Checks and takes the numbers of priorities 1 to 4.
    ///
    /// # Errors
    /// [`InvalidCommonPriorities`] unless they fall strictly and none is above 10.
    pub fn new(numbers: [u8; 4]) -> Result<Self, InvalidCommonPriorities> {
        let fits = numbers.is_sorted_by(|a, b| a > b) && numbers.iter().all(|number| *number <= 10);
        if fits { Ok(Self(numbers)) } else { Err(InvalidCommonPriorities(numbers)) }
    }

    /// The number of a priority.
    #[must_use]
    pub fn number(&self, priority: Priority) -> u8 {
        let place = usize::from(priority.level().saturating_sub(1));
        self.0.get(place).copied().unwrap_or(0)
    }

    /// The priority whose number is nearest, the more urgent of two as near; none above 10.
    #[must_use]
    pub fn priority(&self, number: u8) -> Option<Priority> {
        let levels = (1_u8..).zip(self.0);
        let nearest = levels.min_by_key(|(_, own)| own.abs_diff(number)).filter(|_| number <= 10);
        nearest.and_then(|(level, _)| Priority::new(level).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::states::{self, Move};
    use std::collections::BTreeSet;

    fn states_of(table: &[Move]) -> BTreeSet<&'static str> {
        table.iter().flat_map(|row| [row.from, row.to]).filter(|state| !matches!(*state, "-" | "*")).collect()
    }

    /// Every state goes out; exactly the declared ones come back as they were; coming back and going out again changes nothing.
    fn check(
        states: &BTreeSet<&'static str>,
        declared: &[&str],
        out: fn(&str) -> Option<&'static str>,
        back: fn(&str) -> Option<&'static str>,
    ) {
        let mut same = Vec::new();
        for state in states {
            let value = out(state).unwrap_or_else(|| panic!("{state} has no registry value"));
            let nearest = back(value).unwrap_or_else(|| panic!("{value} has no state"));
            assert!(states.contains(nearest), "{nearest} is no state");
            assert_eq!(out(nearest), Some(value), "{state}");
            same.extend((nearest == *state).then_some(*state));
        }
        assert_eq!(same.into_iter().collect::<BTreeSet<_>>(), declared.iter().copied().collect::<BTreeSet<_>>());
        assert_eq!(out("no_such_state"), None);
        assert_eq!(back("NoSuchValue"), None);
    }

    #[test]
    fn every_incident_state_goes_out_and_the_declared_ones_come_back() {
        let mut states = states_of(states::INCIDENT);
        states.insert("transferred");
        check(&states, INCIDENT_ROUND_TRIP, incident_status, incident_state);
        assert_eq!(INCIDENT_STATUS.len(), states.len(), "no name of another time is left in the table");
    }

    #[test]
    fn every_assignment_state_goes_out_and_the_declared_ones_come_back() {
        let states = states_of(states::ASSIGNMENT);
        check(&states, ASSIGNMENT_ROUND_TRIP, resource_status, assignment_state);
        assert_eq!(RESOURCE_STATUS.len(), states.len(), "no name of another time is left in the table");
    }

    #[test]
    fn every_duty_comes_back_as_it_went_out() {
        let duties = states_of(states::UNIT);
        assert_eq!(UNIT_STATUS.len(), duties.len());
        for own in duties {
            let status = unit_status(own).unwrap();
            assert_eq!(duty(status.primary, &["Station", status.secondary]), Some(own));
        }
        assert_eq!(duty("NotAvailable", &["EnRoute"]), Some("engaged"));
        assert_eq!(duty("NotAvailable", &["Meal"]), Some("out_of_service"));
        assert_eq!(duty("Available", &[]), Some("available"));
        assert_eq!(duty("Elsewhere", &["OnDuty"]), None);
    }

    #[test]
    fn the_values_are_in_their_registries() {
        let incident = [
            "Active",
            "Cancelled",
            "Closed",
            "FireUnderControl",
            "NewLocation",
            "ReOpened",
            "ResourcesAssigned",
            "ResourcesEnroute",
            "ResourcesOnscene",
            "StructureCleared",
        ];
        assert!(INCIDENT_STATUS.iter().all(|(_, value)| incident.contains(value)));
        assert!(INCIDENT_STATE.iter().all(|(value, _)| incident.contains(value)));
        let known: BTreeSet<_> = INCIDENT_STATE.iter().map(|(value, _)| *value).collect();
        assert_eq!(incident.iter().filter(|value| !known.contains(**value)).collect::<Vec<_>>(), [&"NewLocation"]);
        let primary = ["Available", "ConditionallyAvailable", "NotAvailable"];
        assert!(UNIT_STATUS.iter().all(|(_, status)| primary.contains(&status.primary)));
    }

    #[test]
    fn what_is_under_way_and_what_was_opened_again_is_said_too() {
        assert_eq!(incident_statuses("dispatched", true, true), ["ResourcesAssigned", "ResourcesEnroute", "ReOpened"]);
        assert_eq!(incident_statuses("on_scene", true, false), ["ResourcesOnscene"]);
        assert_eq!(incident_statuses("closed", false, true), ["Closed"]);
        assert!(incident_statuses("no_such_state", true, true).is_empty());
    }

    #[test]
    fn a_priority_comes_back_and_every_number_is_some_priority() {
        for table in [CommonPriorities::default(), CommonPriorities::new([9, 8, 2, 0]).unwrap()] {
            for level in 1..=4 {
                let priority = Priority::new(level).unwrap();
                assert_eq!(table.priority(table.number(priority)), Some(priority));
            }
            let levels: Vec<_> = (0..=10).map(|number| table.priority(number).unwrap().level()).collect();
            assert!(levels.is_sorted_by(|a, b| a >= b), "a higher number is never less urgent: {levels:?}");
            assert_eq!(table.priority(11), None);
        }
        let default: Vec<_> = (0..=10).map(|number| CommonPriorities::default().priority(number).unwrap().level()).collect();
        assert_eq!(default, [4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1]);
        assert!(CommonPriorities::new([11, 7, 4, 1]).is_err());
        assert!(CommonPriorities::new([7, 7, 4, 1]).is_err());
    }
}
