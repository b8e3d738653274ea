//! Why something was decided: a code and its values. Each language words it for itself; the record keeps the code.

use crate::classification::{Classification, Priority, Team};
use crate::ids::{AgencyId, CategoryKey, ReasonKey, UnitId};
use crate::incident::LendingStep;
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

    /// The two places are this far apart, in metres.
    #[must_use]
    pub fn near(distance_m: u32) -> Self {
        reason("near", [distance_m.to_string()])
    }

    /// The other was reported this many minutes before.
    #[must_use]
    pub fn recent(minutes: u64) -> Self {
        reason("recent", [minutes.to_string()])
    }

    /// Both are of one type.
    #[must_use]
    pub fn same_type(what: &Classification) -> Self {
        reason("same_type", [what.to_string()])
    }

    /// Both are of one category.
    #[must_use]
    pub fn same_category(what: &Classification) -> Self {
        reason("same_category", [what.category.to_string()])
    }

    /// The unit was on the spot and opened the incident itself (就地接处警).
    #[must_use]
    pub fn opened_on_the_spot(unit: &UnitId) -> Self {
        reason("opened_on_the_spot", [unit.to_string()])
    }

    /// A more urgent incident (its number) was merged into this one, which has its priority now.
    #[must_use]
    pub fn priority_by_merge(priority: Priority, merged_number: u32) -> Self {
        reason("priority_by_merge", [priority.level().to_string(), merged_number.to_string()])
    }

    /// Was split from another incident (its number).
    #[must_use]
    pub fn split_from(incident_number: u32) -> Self {
        reason("split_from", [incident_number.to_string()])
    }

    /// Why not: its shift has ended, so it goes off duty.
    #[must_use]
    pub fn shift_ended() -> Self {
        reason("shift_ended", [])
    }

    /// Why not: it has pressed the emergency button itself.
    #[must_use]
    pub fn in_emergency() -> Self {
        reason("in_emergency", [])
    }

    /// Goes to help a unit whose emergency button was pressed.
    #[must_use]
    pub fn helps_officer(unit: &UnitId) -> Self {
        reason("helps_officer", [unit.to_string()])
    }

    /// An operator gave the incident to another team, for a reason.
    #[must_use]
    pub fn owner_by_operator(from: Team, to: Team, why: &ReasonKey) -> Self {
        reason("owner_by_operator", [from.key().into(), to.key().into(), why.to_string()])
    }

    /// Belongs to a station by post (岗位制), which has no teams: nothing is borrowed there.
    #[must_use]
    pub fn by_post_station(station: &AgencyId) -> Self {
        reason("by_post_station", [station.to_string()])
    }

    /// Wartime mode (战时联勤) holds for this area: posts, teams and stations are one pool.
    #[must_use]
    pub fn wartime_pool(area: &AgencyId) -> Self {
        reason("wartime_pool", [area.to_string()])
    }

    /// Why not: the policy lets this kind of unit go to certain categories only, and this is none of them.
    #[must_use]
    pub fn kind_not_for_category(kind: &str, category: &CategoryKey) -> Self {
        reason("kind_not_for_category", [kind.to_owned(), category.to_string()])
    }

    /// How far the rules must look to take it (借力).
    #[must_use]
    pub fn lending_step(step: LendingStep) -> Self {
        reason("lending_step", [step.key().to_owned()])
    }

    /// Why not by the rules: it stands at this lending step, and only the other is reached yet.
    #[must_use]
    pub fn beyond_lending_step(step: LendingStep, reached: LendingStep) -> Self {
        reason("beyond_lending_step", [step.key().to_owned(), reached.key().to_owned()])
    }

    /// Why not by the rules: its station has lent all the community time of this month (不得挪作他用).
    #[must_use]
    pub fn lending_budget_spent(station: &AgencyId) -> Self {
        reason("lending_budget_spent", [station.to_string()])
    }

    /// An operator may still send it, over the lending budget of its station.
    #[must_use]
    pub fn over_lending_budget(station: &AgencyId) -> Self {
        reason("over_lending_budget", [station.to_string()])
    }

    /// It is the community officer of the beat, who attends every case there (社区案事件必到现场).
    #[must_use]
    pub fn officer_of_beat(beat: &AgencyId) -> Self {
        reason("officer_of_beat", [beat.to_string()])
    }

    /// Why not: the place of the response plan is for other kinds of unit.
    #[must_use]
    pub fn slot_wants_kind(kinds: &[&str]) -> Self {
        reason("slot_wants_kind", [kinds.join(" ")])
    }

    /// Why not: the place of the response plan is for another team.
    #[must_use]
    pub fn slot_wants_team(team: Team) -> Self {
        reason("slot_wants_team", [team.key().into()])
    }

    /// Why not: the place of the response plan needs a capability that the unit has not.
    #[must_use]
    pub fn slot_wants_capability(capability: &str) -> Self {
        reason("slot_wants_capability", [capability.to_owned()])
    }

    /// Why not: the place of the response plan needs more sworn officers on board.
    #[must_use]
    pub fn slot_wants_sworn(sworn: u8) -> Self {
        reason("slot_wants_sworn", [sworn.to_string()])
    }

    /// Why not: a drone goes as overwatch, never instead of a ground unit.
    #[must_use]
    pub fn drone_is_overwatch() -> Self {
        reason("drone_is_overwatch", [])
    }

    /// Why not: the room took an order for this incident back from it, so that only an operator sends it again.
    #[must_use]
    pub fn recalled_before() -> Self {
        reason("recalled_before", [])
    }

    /// Why not: it goes to the same incident in another role.
    #[must_use]
    pub fn taken_for(role: &str) -> Self {
        reason("taken_for", [role.to_owned()])
    }

    /// The first to go is of another team: one of the owning team follows, and takes over on arrival.
    #[must_use]
    pub fn owner_follows(team: Team) -> Self {
        reason("owner_follows", [team.key().into()])
    }

    /// The owning team has arrived: its unit is primary from here on, the other its backup.
    #[must_use]
    pub fn owner_takes_over(team: Team) -> Self {
        reason("owner_takes_over", [team.key().into()])
    }

    /// It was taken off another incident (its number) for this one.
    #[must_use]
    pub fn diverted_from(incident_number: u32) -> Self {
        reason("diverted_from", [incident_number.to_string()])
    }

    /// Why not: what the unit is on (its number) is as urgent or more.
    #[must_use]
    pub fn not_more_urgent(incident_number: u32, priority: Priority) -> Self {
        reason("not_more_urgent", [incident_number.to_string(), priority.level().to_string()])
    }

    /// Why not: the unit is on scene of another incident (its number).
    #[must_use]
    pub fn on_scene_elsewhere(incident_number: u32) -> Self {
        reason("on_scene_elsewhere", [incident_number.to_string()])
    }
}
