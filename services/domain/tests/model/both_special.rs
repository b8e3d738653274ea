//! What is not everyday, given to the core and to the reference model: wartime, the spot, emergencies, silence, shifts.

use super::acts::{Act, Turn, Who};
use super::both::{Both, key, pick};
use super::reference::{No, Shift};
use super::rules::{AREAS, CALLS, CARS, DESK, ROOMS, SPOTS, agency};
use domain::command::{
    ClearEmergency, Command, EndWartime, NoteContact, OfferHandOver, OpenOnTheSpot, PlanShift, RaiseEmergency, SignHandOver, StartWartime,
};
use domain::ids::ShiftId;
use domain::place::Place;
use domain::shift::ShiftPlan;
use domain::testing::{call, locate, operator, server, unknown_id};
use domain::time::Timestamp;
use uuid::Uuid;

/// The id of the shift that was planned in this place.
pub(super) fn shift_id(place: usize) -> ShiftId {
    ShiftId(Uuid::from_u128((1 << 64) + place as u128))
}

impl Both {
    fn place(&self, spot: usize) -> Place {
        SPOTS[spot].at.map_or(Place::Unverified, |(lat, lon)| locate(&self.bench.agencies, lat, lon))
    }

    pub(super) fn special_act(&mut self, turn: &Turn) -> Result<(), String> {
        match turn.act.clone() {
            Act::StartWar { area, for_ms, known } => {
                let (until, reason) = (Timestamp(self.paper.now + for_ms), key(known, "event"));
                let command = Command::StartWartime(StartWartime { area: agency(AREAS[area]), reason, until });
                self.by_room(turn, &[DESK], command, |paper| paper.start_war(area, for_ms, known))
            }
            Act::EndWar { area } => {
                let command = Command::EndWartime(EndWartime { area: agency(AREAS[area]) });
                self.by_room(turn, &[DESK], command, |paper| paper.end_war(area))
            }
            Act::OnTheSpot { car, call: what, spot } => {
                let car = car.index(CARS.len());
                let (place, unit_id) = (self.place(spot), self.units[car].clone());
                let classification = call(CALLS[what].key, Place::Unverified).classification;
                let opened = OpenOnTheSpot { unit_id, classification, place, private: None, occurred_at: None };
                let command = Command::OpenOnTheSpot(opened);
                self.by_unit(turn, Some(car), true, command, |paper| paper.open_on_the_spot(car, what, spot))
            }
            Act::Press { car, spot } => {
                let car = car.index(CARS.len());
                let (place, unit_id) = (self.place(spot), self.units[car].clone());
                let command = Command::RaiseEmergency(RaiseEmergency { unit_id, place, occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.press(car, spot))
            }
            Act::Settle { car, known } => {
                let car = self.in_need(&car);
                let reason = key(known, "safe");
                let command = Command::ClearEmergency(ClearEmergency { unit_id: self.units[car].clone(), reason });
                let home = [self.paper.room_of_car(car)];
                self.by_room(turn, &home, command, |paper| paper.settle_emergency(car, known))
            }
            Act::Contact { car, lost } => {
                let car = car.index(CARS.len());
                let by_server = matches!(turn.who, Who::Right | Who::Station(_));
                let who = if by_server { server() } else { operator(DESK) };
                let command = Command::NoteContact(NoteContact { unit_id: self.units[car].clone(), lost });
                self.give(&who, by_server, command, |paper| paper.contact(car, lost))
            }
            _ => self.shift_act(turn),
        }
    }

    /// A unit whose emergency stands, if there is one.
    fn in_need(&self, index: &proptest::sample::Index) -> usize {
        let pressed = self.paper.cars.iter().position(|car| car.emergency.is_some());
        pressed.unwrap_or_else(|| index.index(CARS.len()))
    }

    fn shift_act(&mut self, turn: &Turn) -> Result<(), String> {
        match turn.act.clone() {
            Act::Plan { shift, station, in_ms, for_ms, cars } => {
                let open = pick(&shift, self.paper.shifts.len()).filter(|shift| self.paper.shifts[*shift].state != "handed_over");
                let shift = open.unwrap_or(self.paper.shifts.len());
                let (starts_at, station) = (self.paper.now + in_ms, ROOMS[station]);
                let ends_at = starts_at + for_ms;
                let cars = cars.iter().map(|car| car.index(CARS.len())).collect();
                let plan = Shift { station, starts_at, ends_at, cars, state: "planned", sign_by: None, offered_by: None };
                let command = Command::PlanShift(PlanShift {
                    plan: ShiftPlan {
                        shift_id: shift_id(shift),
                        station: agency(station),
                        starts_at: Timestamp(starts_at),
                        ends_at: Timestamp(ends_at),
                        units: plan.cars.iter().map(|car| self.units[*car].clone()).collect(),
                    },
                });
                self.by_room(turn, &[station], command, |paper| paper.plan_shift(shift, plan))
            }
            Act::OfferHandOver { shift } => {
                let shift = pick(&shift, self.paper.shifts.len());
                let shift_id = shift.map_or(ShiftId(unknown_id()), shift_id);
                let station: Vec<_> = shift.map(|shift| self.paper.shifts[shift].station).into_iter().collect();
                let command = Command::OfferHandOver(OfferHandOver { shift_id, notes: None });
                self.by_room(turn, &station, command, |paper| shift.map_or(Err(vec![No::NotFound]), |it| paper.offer_hand_over(it)))
            }
            Act::SignHandOver { shift } => {
                let shift = pick(&shift, self.paper.shifts.len());
                let shift_id = shift.map_or(ShiftId(unknown_id()), shift_id);
                let station: Vec<_> = shift.map(|shift| self.paper.shifts[shift].station).into_iter().collect();
                let command = Command::SignHandOver(SignHandOver { shift_id });
                self.by_room(turn, &station, command, |paper| shift.map_or(Err(vec![No::NotFound]), |it| paper.sign_hand_over(it)))
            }
            other => unreachable!("{other:?} is nobody's"),
        }
    }
}
