//! Why something was decided: a code and its values. Each language words it for itself; the record keeps the code.

use crate::classification::{Classification, Priority, Team};
use crate::ids::{AgencyId, ReasonKey, UnitId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// One reason. The codes are the constructors below, and only those.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// The code: `owner_by_table`.
    pub code: SmolStr,
    /// Its values in the order the wording uses them.
    pub values: Vec<String>,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        if !self.values.is_empty() {
            write!(f, "({})", self.values.join(", "))?;
        }
        Ok(())
    }
}

fn reason<const N: usize>(code: &'static str, values: [String; N]) -> Reason {
    Reason { code: SmolStr::new_static(code), values: values.into() }
}

impl Reason {
    /// The policy's table gives this classification to this team.
    #[must_use]
    pub fn owner_by_table(what: &Classification, team: Team) -> Self {
        reason("owner_by_table", [what.to_string(), team.key().into()])
    }

    /// The policy's table gives this classification this priority.
    #[must_use]
    pub fn priority_by_table(what: &Classification, priority: Priority) -> Self {
        reason("priority_by_table", [what.to_string(), priority.level().to_string()])
    }

    /// The operator chose this priority instead of the table's.
    #[must_use]
    pub fn priority_by_operator(chosen: Priority, table: Priority) -> Self {
        reason("priority_by_operator", [chosen.level().to_string(), table.level().to_string()])
    }

    /// The incident was verified to be something else, and so moved from one team to another (民转刑).
    #[must_use]
    pub fn owner_moved(from: Team, to: Team, what: &Classification) -> Self {
        reason("owner_moved", [from.key().into(), to.key().into(), what.to_string()])
    }

    /// The type is not in the policy; its category's row was used.
    #[must_use]
    pub fn type_not_in_policy(given: &str, used: &Classification) -> Self {
        reason("type_not_in_policy", [given.to_owned(), used.to_string()])
    }

    /// The desk that took the call handles it, because its place decides no station.
    #[must_use]
    pub fn desk_handles(desk: &AgencyId) -> Self {
        reason("desk_handles", [desk.to_string()])
    }

    /// Priority 1: every eligible unit is a candidate at once, whatever its team.
    #[must_use]
    pub fn any_team_for_p1() -> Self {
        reason("any_team_for_p1", [])
    }

    /// Can be there first.
    #[must_use]
    pub fn nearest() -> Self {
        reason("nearest", [])
    }

    /// Belongs to the owning team.
    #[must_use]
    pub fn own_team(team: Team) -> Self {
        reason("own_team", [team.key().into()])
    }

    /// Belongs to another team and would be lent.
    #[must_use]
    pub fn borrowed(team: Team, penalty_ms: u64) -> Self {
        reason("borrowed", [team.key().into(), penalty_ms.to_string()])
    }

    /// Belongs to the station that handles the incident.
    #[must_use]
    pub fn own_station(station: &AgencyId) -> Self {
        reason("own_station", [station.to_string()])
    }

    /// Belongs to another station.
    #[must_use]
    pub fn other_station(station: &AgencyId, penalty_ms: u64) -> Self {
        reason("other_station", [station.to_string(), penalty_ms.to_string()])
    }

    /// Its fix is too old or there is none: ranked as if at its station.
    #[must_use]
    pub fn from_station() -> Self {
        reason("from_station", [])
    }

    /// The incident has no position, so travel time says nothing.
    #[must_use]
    pub fn no_position() -> Self {
        reason("no_position", [])
    }

    /// Why not: not on duty.
    #[must_use]
    pub fn off_duty() -> Self {
        reason("off_duty", [])
    }

    /// Why not: engaged in another incident (its number).
    #[must_use]
    pub fn engaged(incident_number: u32) -> Self {
        reason("engaged", [incident_number.to_string()])
    }

    /// Why not: out of service, with the unit's reason.
    #[must_use]
    pub fn out_of_service(why: &ReasonKey) -> Self {
        reason("out_of_service", [why.to_string()])
    }

    /// Why not: free for urgent work only, and this is not urgent.
    #[must_use]
    pub fn urgent_work_only(why: &ReasonKey) -> Self {
        reason("urgent_work_only", [why.to_string()])
    }

    /// Why not: a unit without a sworn officer is never primary.
    #[must_use]
    pub fn no_sworn_officer() -> Self {
        reason("no_sworn_officer", [])
    }

    /// Why not: this kind of unit never replaces a ground unit of officers.
    #[must_use]
    pub fn kind_never_primary(kind: &str) -> Self {
        reason("kind_never_primary", [kind.to_owned()])
    }

    /// Why not: it has already declined this incident or stayed silent.
    #[must_use]
    pub fn already_tried() -> Self {
        reason("already_tried", [])
    }

    /// Why not: eligible, but another was nearer or fitter.
    #[must_use]
    pub fn ranked_behind(first: &UnitId) -> Self {
        reason("ranked_behind", [first.to_string()])
    }

    /// The room's operator chose this unit.
    #[must_use]
    pub fn chosen_by_operator() -> Self {
        reason("chosen_by_operator", [])
    }

    /// The unit before did not take the order.
    #[must_use]
    pub fn next_candidate(before: &UnitId) -> Self {
        reason("next_candidate", [before.to_string()])
    }
}
