//! The reference model, what is not everyday: wartime mode, an officer on the spot, the emergency button, silence, shifts.

use super::reference::{News, No, Paper, Shift, Verdict, refuse_if};
use super::rules::{ALIEN, AREAS, EMERGENCY, HAND_OVER_MS, HELPERS, LONGEST_SHIFT_MS, LONGEST_WAR_MS, ONE_PRIMARY, SPOTS, Slot};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;

const TAKEN: [&str; 3] = ["acknowledged", "en_route", "on_scene"];

impl Paper {
    /// Wartime mode holds at an agency where it holds for it or for one above.
    pub(crate) fn is_at_war(&self, agency: &str) -> bool {
        AREAS.iter().zip(&self.wars).any(|(area, until)| until.is_some() && agency.starts_with(area))
    }

    pub(crate) fn start_war(&mut self, area: usize, for_ms: i64, known: bool) -> Verdict {
        let bad = !known || for_ms <= 0 || for_ms > LONGEST_WAR_MS;
        refuse_if(&[(bad, No::Invalid), (self.is_at_war(AREAS[area]), No::IllegalMove)])?;
        self.wars[area] = Some(self.now + for_ms);
        Ok(())
    }

    pub(crate) fn end_war(&mut self, area: usize) -> Verdict {
        if self.wars[area].take().is_some() { Ok(()) } else { Err(vec![No::IllegalMove, No::NotFound]) }
    }

    /// The room that handles what a unit opens: that of the place, else its own.
    fn room_for(&self, car: usize, spot: usize) -> &'static str {
        if SPOTS[spot].located { SPOTS[spot].room } else { self.room_of_car(car) }
    }

    /// An officer opens an incident where they stand: it is theirs and they are there, if they may lead; else others are sent.
    pub(crate) fn open_on_the_spot(&mut self, car: usize, call: usize, spot: usize) -> Verdict {
        let on_duty = self.cars[car].on_duty;
        refuse_if(&[(!on_duty, No::NotEligible), (self.order_of(car).is_some(), No::LostRace), (call == ALIEN, No::Invalid)])?;
        self.calls += 1;
        let can = !self.can_not_go(car, Role::Primary);
        let case = self.open(call, spot, self.room_for(car, spot), None, self.calls - 1);
        if !can {
            self.begin(case);
            return Ok(());
        }
        self.send(case, car, Role::Primary);
        let order = self.orders.len() - 1;
        self.orders[order].state = "on_scene";
        self.check_again(order);
        self.somebody_is_there(case);
        self.forget(case);
        self.news.push(News::OrderMoved(order));
        Ok(())
    }

    /// The button is never refused. Pressed again while it is being seen to, nothing new is opened.
    pub(crate) fn press(&mut self, car: usize, spot: usize) -> Verdict {
        if self.cars[car].emergency.is_some_and(|case| self.is_unclosed(case)) {
            return Ok(());
        }
        self.calls += 1;
        let case = self.open(EMERGENCY, spot, self.room_for(car, spot), None, self.calls - 1);
        self.cars[car].emergency = Some(case);
        self.ring(AlarmKind::Emergency, case, Some(car));
        self.look_for_a_unit(case);
        Ok(())
    }

    /// The emergency that an incident was opened for still stands.
    pub(crate) fn in_distress(&self, case: usize) -> bool {
        self.cars.iter().any(|car| car.emergency == Some(case))
    }

    /// Whoever is nearest, of any team, until enough people are on the way.
    pub(crate) fn send_more(&mut self, case: usize) {
        let helpers = self.on_it(case).into_iter().filter(|order| self.orders[*order].role != Role::Overwatch).count();
        let helper = Slot { role: Role::Backup, ..ONE_PRIMARY[0] };
        for _ in helpers..HELPERS {
            let Some(car) = self.nearest(case, &helper, |_| true) else { return };
            self.send(case, car, Role::Backup);
        }
    }

    /// The room says how an emergency ended.
    pub(crate) fn settle_emergency(&mut self, car: usize, known: bool) -> Verdict {
        let stands = self.cars[car].emergency;
        refuse_if(&[(!known, No::Invalid), (stands.is_none(), No::IllegalMove)])?;
        self.cars[car].emergency = None;
        self.silence_of(stands.unwrap_or_default(), car, &[AlarmKind::Emergency]);
        self.freed(car);
        Ok(())
    }

    /// Nothing is heard of a unit that has taken an order: the room hears of it once for each incident, until it is heard again.
    pub(crate) fn contact(&mut self, car: usize, lost: bool) -> Verdict {
        let taken = self.order_of(car).filter(|order| TAKEN.contains(&self.orders[*order].state));
        let on = self.order_of(car).map(|order| self.orders[order].case);
        match (lost, taken) {
            (true, Some(order)) => {
                let since = *self.cars[car].lost_at.get_or_insert(self.now);
                let case = self.orders[order].case;
                let is_it = |bell: &super::reference::Bell| bell.case == Some(case) && bell.car == Some(car);
                let mut heard = self.bells.iter().filter(|bell| is_it(bell) && bell.kind == AlarmKind::LostContact);
                if !heard.any(|bell| bell.raised_at >= since) {
                    self.ring(AlarmKind::LostContact, case, Some(car));
                }
            }
            (true, None) => {}
            (false, _) => {
                if let (Some(_), Some(case)) = (self.cars[car].lost_at.take(), on) {
                    self.silence_of(case, car, &[AlarmKind::LostContact]);
                }
            }
        }
        Ok(())
    }

    /// A shift is planned, or planned anew: its units are the station's own, and in no other shift at that time.
    pub(crate) fn plan_shift(&mut self, shift: usize, plan: Shift) -> Verdict {
        let length = plan.ends_at - plan.starts_at;
        let bad_time = length <= 0 || length > LONGEST_SHIFT_MS || plan.ends_at <= self.now;
        let foreign = plan.cars.iter().any(|car| !self.cars[*car].home.starts_with(plan.station));
        let clashes = |other: &Shift| {
            let at_once = other.starts_at < plan.ends_at && plan.starts_at < other.ends_at;
            other.state == "planned" && at_once && !other.cars.is_disjoint(&plan.cars)
        };
        let doubled = self.shifts.iter().enumerate().any(|(index, other)| index != shift && clashes(other));
        let known = self.shifts.get(shift);
        let moved = known.is_some_and(|known| known.station != plan.station);
        let over = known.is_some_and(|known| known.state != "planned");
        refuse_if(&[(bad_time || foreign || doubled || moved, No::Invalid), (over, No::IllegalMove)])?;
        if shift == self.shifts.len() {
            self.shifts.push(plan);
        } else {
            let offered_by = self.shifts[shift].offered_by;
            self.shifts[shift] = Shift { offered_by, ..plan };
        }
        Ok(())
    }

    /// The shift is over: who is free goes home, who is busy afterwards; who works in one that has begun stays.
    pub(crate) fn end_shift(&mut self, shift: usize) {
        let cars = self.shifts[shift].cars.clone();
        self.shifts[shift].state = "ended";
        self.shifts[shift].sign_by = Some(self.now + HAND_OVER_MS);
        let stays = |car: &usize| {
            self.shifts.iter().any(|other| other.state == "planned" && other.starts_at <= self.now && other.cars.contains(car))
        };
        let going: Vec<_> = cars.iter().copied().filter(|car| !stays(car) && self.cars[*car].on_duty).collect();
        for car in &going {
            self.cars[*car].off_after = true;
        }
        for car in cars.iter().copied().filter(|car| self.cars[*car].off_after).collect::<Vec<_>>() {
            if self.order_of(car).is_none() && self.cars[car].emergency.is_none() {
                self.go_off(car);
            } else {
                self.empty_queue(car);
            }
        }
    }

    pub(crate) fn go_off(&mut self, car: usize) {
        let it = &mut self.cars[car];
        (it.on_duty, it.off_after, it.lost_at) = (false, false, None);
        self.empty_queue(car);
    }

    /// What waited for a unit waits for others.
    fn empty_queue(&mut self, car: usize) {
        for order in self.cars[car].queue.clone() {
            self.take_back(order, false);
            self.look_soon(self.orders[order].case);
        }
    }

    /// What is open is counted and handed over, before the end or after it.
    pub(crate) fn offer_hand_over(&mut self, shift: usize) -> Verdict {
        let signed = self.shifts[shift].state == "handed_over";
        if signed {
            return Err(vec![No::IllegalMove, No::NotFound]);
        }
        self.shifts[shift].offered_by = self.by;
        Ok(())
    }

    /// The next shift signs; nobody signs what they hand over themselves.
    pub(crate) fn sign_hand_over(&mut self, shift: usize) -> Verdict {
        let it = &self.shifts[shift];
        if it.state == "handed_over" {
            return Err(vec![No::IllegalMove, No::NotFound]);
        }
        let own = it.offered_by.is_some() && it.offered_by == self.by;
        refuse_if(&[(own, No::Invalid), (it.state != "ended" || it.offered_by.is_none(), No::IllegalMove)])?;
        let station = it.station;
        self.shifts[shift].state = "handed_over";
        self.shifts[shift].sign_by = None;
        let late = |other: &Shift| other.station == station && other.state == "ended" && other.sign_by.is_none();
        if !self.shifts.iter().any(late) {
            let is_it = |bell: &&mut super::reference::Bell| bell.kind == AlarmKind::HandOverUnsigned && bell.room == station;
            self.bells.iter_mut().filter(is_it).for_each(|bell| bell.stands = false);
        }
        Ok(())
    }

    /// The hand-over is not signed in time: one alarm for a station.
    pub(crate) fn hand_over_is_late(&mut self, shift: usize) {
        self.shifts[shift].sign_by = None;
        let room = self.shifts[shift].station;
        let stands = |bell: &super::reference::Bell| bell.stands && bell.kind == AlarmKind::HandOverUnsigned && bell.room == room;
        if !self.bells.iter().any(stands) {
            let (kind, case, car) = (AlarmKind::HandOverUnsigned, None, None);
            self.bells.push(super::reference::Bell { kind, case, car, room, stands: true, raised_at: self.now, gone: false });
        }
    }
}
