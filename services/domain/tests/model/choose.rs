//! The reference model, who goes: what each unit would cost, who is eligible, and the best choice, found by trying them all.

use super::reference::{Free, Paper};
use super::rules::{OTHER_STATION_MS, OTHER_TEAM_MS, SPOTS, Slot, are_neighbours};
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use domain::incident::LendingStep;
use domain::policy::DispatchMode;
use domain::unit::UnitKind;

/// One way to fill the places of a plan: a unit for each, or nobody.
type Filled = Vec<Option<usize>>;

impl Paper {
    /// Lending has no say: every team is open, or wartime makes one pool.
    pub(crate) fn is_one_pool(&self, case: usize) -> bool {
        let it = &self.cases[case];
        it.priority == 1 || self.is_at_war(SPOTS[it.spot].beat.unwrap_or(it.room))
    }

    /// The rules may look no farther than the step that is reached.
    pub(crate) fn steps_bind(&self, case: usize) -> bool {
        let desk_stepped_in = self.cases[case].passing.is_some_and(|passing| passing.lapsed);
        self.mode(case) != DispatchMode::Manual && !desk_stepped_in && !self.is_one_pool(case)
    }

    /// How far one must look to find this unit for this incident. All stations are the desk's own.
    fn distance(&self, case: usize, car: usize) -> LendingStep {
        let (it, home) = (&self.cases[case], self.cars[car].home);
        let at_home = home.starts_with(it.room);
        let beats_side_by_side = SPOTS[it.spot].beat.is_some_and(|beat| {
            let is_beat = home.len() == beat.len();
            is_beat && are_neighbours(&home[..9], &beat[..9])
        });
        match () {
            () if at_home && self.cars[car].team == it.owner => LendingStep::OwnTeam,
            () if at_home => LendingStep::OtherTeam,
            () if beats_side_by_side => LendingStep::AdjacentBeat,
            () if are_neighbours(self.room_of_car(car), it.room) => LendingStep::NeighbourStation,
            () => LendingStep::County,
        }
    }

    pub(crate) fn next_step(&self, step: LendingStep) -> Option<LendingStep> {
        self.rules.steps.iter().copied().find(|listed| *listed > step)
    }

    /// Whose community time a unit would spend there: its station's, unless that station's community team owns the incident.
    pub(crate) fn lends(&self, case: usize, car: usize, role: Role) -> Option<&'static str> {
        let own_work = self.cases[case].owner == Team::Community && self.room_of_car(car) == self.cases[case].room;
        let lends = self.cars[car].team == Team::Community && role != Role::BeatAttendance;
        (lends && !own_work && !self.is_one_pool(case)).then(|| self.room_of_car(car))
    }

    fn is_spent(&self, station: &str) -> bool {
        let limit_ms = i64::from(self.rules.budget_minutes) * 60_000;
        limit_ms > 0 && self.lent_ms.get(station).is_some_and(|lent_ms| *lent_ms >= limit_ms)
    }

    /// Nobody can order this unit there, not even an operator; apart from its being engaged.
    pub(crate) fn can_not_go(&self, car: usize, role: Role) -> bool {
        let it = &self.cars[car];
        !it.on_duty || it.off_after || it.free == Free::NotAtAll || (role == Role::Primary && !self.may_lead(car))
    }

    /// Whether an operator took an order back since it was opened last: the rules do not undo that.
    fn was_taken_back(&self, case: usize, car: usize) -> bool {
        let since = self.cases[case].reopened_at.unwrap_or(0);
        self.orders_of(case).map(|order| &self.orders[order]).any(|o| o.car == car && o.by_operator && o.offered_at >= since)
    }

    /// The rules may send this unit in this place of the plan.
    fn fits(&self, case: usize, car: usize, slot: &Slot) -> bool {
        let (it, unit) = (&self.cases[case], &self.cars[car]);
        let is_drone = unit.kind == UnitKind::Drone;
        let busy = self.order_of(car).is_some() || self.can_not_go(car, slot.role);
        let urgent_only = unit.free == Free::UrgentOnly && it.priority != 1;
        let in_need = unit.emergency.is_some();
        let asked = in_need || it.tried.contains(&car) || self.was_taken_back(case, car);
        let kind = if slot.drone { is_drone } else { !(is_drone && slot.role == Role::Backup) };
        let wanted = kind && slot.team.is_none_or(|team| team == unit.team) && unit.sworn >= slot.sworn;
        let too_far = slot.role == Role::Primary && self.steps_bind(case) && self.distance(case, car) > it.step;
        let spent = self.lends(case, car, slot.role).is_some_and(|station| self.is_spent(station));
        !busy && !urgent_only && !asked && wanted && !too_far && !spent
    }

    fn cost(&self, case: usize, car: usize, travel_ms: u64) -> u64 {
        let it = &self.cases[case];
        if self.is_one_pool(case) {
            return travel_ms;
        }
        let team = if self.cars[car].team == it.owner { 0 } else { OTHER_TEAM_MS };
        let room = if self.room_of_car(car) == it.room { 0 } else { OTHER_STATION_MS };
        travel_ms + team + room
    }

    /// The nearest by cost for one place; ties go to the lower unit.
    pub(crate) fn nearest(&self, case: usize, slot: &Slot, may: impl Fn(usize) -> bool) -> Option<usize> {
        let going = self.near.iter().filter(|(car, _)| may(*car) && self.fits(case, *car, slot));
        going.map(|(car, travel_ms)| (self.cost(case, *car, *travel_ms), *car)).min().map(|(_, car)| car)
    }

    /// The unit the rules would send as primary now.
    pub(crate) fn best(&self, case: usize) -> Option<usize> {
        self.nearest(case, &self.slots(case)[0], |_| true)
    }

    /// A unit of the owning team that may lead takes over from another team's. Not for the room, which has no team.
    pub(crate) fn may_take_over(&self, case: usize, car: usize) -> bool {
        let it = &self.cases[case];
        let follows =
            self.rules.owner_follows(it.priority) && it.owner != Team::Room && !self.is_at_war(SPOTS[it.spot].beat.unwrap_or(it.room));
        follows && self.cars[car].team == it.owner && self.may_lead(car)
    }

    /// Who goes by the response plan, and the places that nobody is found for. None without a primary.
    pub(crate) fn choose(&self, case: usize) -> Option<(Vec<(Role, usize)>, usize)> {
        let slots = self.slots(case);
        let mut all = Vec::new();
        self.fill(case, slots, Vec::new(), &mut all);
        let best = all.into_iter().min_by_key(|filled| self.worth(case, filled))?;
        let mut who: Vec<_> = slots.iter().zip(&best).filter_map(|(slot, car)| car.map(|car| (slot.role, car))).collect();
        best[0]?;
        let taken: Vec<usize> = best.iter().flatten().copied().collect();
        let there = self.on_it(case).into_iter().map(|order| self.orders[order].car);
        // To an emergency the nearest goes, and nobody farther off for being the owner.
        if self.slots(case).len() == 1 && self.in_distress(case) {
            return Some((who, 0));
        }
        if !taken.iter().copied().chain(there).any(|car| self.may_take_over(case, car)) {
            let may = |car: usize| self.may_take_over(case, car) && !taken.contains(&car);
            who.extend(self.nearest(case, &super::rules::ONE_PRIMARY[0], may).map(|car| (Role::Backup, car)));
        }
        Some((who, best.iter().filter(|car| car.is_none()).count()))
    }

    /// Every way to fill the places, one after the other.
    fn fill(&self, case: usize, slots: &[Slot], so_far: Filled, all: &mut Vec<Filled>) {
        let Some(slot) = slots.get(so_far.len()) else { return all.push(so_far) };
        for (car, _) in self.near.iter().filter(|(car, _)| !so_far.contains(&Some(*car)) && self.fits(case, *car, slot)) {
            let mut filled = so_far.clone();
            filled.push(Some(*car));
            self.fill(case, slots, filled, all);
        }
        let mut filled = so_far;
        filled.push(None);
        self.fill(case, slots, filled, all);
    }

    /// Less is better: no primary, places empty, the primary's time, the sum of the others', lower units.
    fn worth(&self, case: usize, filled: &Filled) -> (bool, usize, u64, u64, Vec<usize>) {
        let cost = |car: &usize| {
            let travel_ms = self.near.iter().find(|(near, _)| near == car).map_or(0, |(_, travel_ms)| *travel_ms);
            self.cost(case, *car, travel_ms)
        };
        let empty = filled.iter().filter(|car| car.is_none()).count();
        let others = filled[1..].iter().flatten().map(cost).sum();
        let ids = filled.iter().map(|car| car.unwrap_or(usize::MAX)).collect();
        (filled[0].is_none(), empty, filled[0].as_ref().map_or(0, cost), others, ids)
    }
}
