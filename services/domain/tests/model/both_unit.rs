//! What a unit does, given to the core and to the reference model.

use super::acts::{Act, Turn};
use super::both::{Both, key, of, pick};
use super::reference::Free;
use super::rules::CARS;
use domain::command::{Clear, Command, Decline, SetAvailability, SignOff, SignOn, SubmitFeedback};
use domain::ids::AssignmentId;
use domain::testing::{tap, unknown_id};
use domain::time::Timestamp;
use domain::unit::Availability;

impl Both {
    pub(super) fn order_id(&self, order: Option<usize>) -> AssignmentId {
        order.map_or(AssignmentId(unknown_id()), |order| self.orders[order])
    }

    pub(super) fn unit_act(&mut self, turn: &Turn) -> Result<(), String> {
        let car_of = |both: &Self, order: Option<usize>| order.map(|order| both.paper.orders[order].car);
        match &turn.act {
            Act::Tap { order, to, said_ms } => {
                let (order, to) = (pick(order, self.orders.len()), *to);
                let mut tap = tap(self.order_id(order));
                tap.occurred_at = said_ms.map(|said| Timestamp(self.paper.now + said));
                let command = match to {
                    "delivered" => Command::MarkDelivered(tap),
                    "seen" => Command::MarkSeen(tap),
                    "acknowledged" => Command::Acknowledge(tap),
                    "en_route" => Command::MarkEnRoute(tap),
                    _ => Command::MarkOnScene(tap),
                };
                // Only a device knows what it has and shows.
                let by_operator = !["delivered", "seen"].contains(&to);
                self.by_unit(turn, car_of(self, order), by_operator, command, |paper| of(order, |order| paper.tap(order, to)))
            }
            Act::Decline { order, known } => {
                let (order, known) = (pick(order, self.orders.len()), *known);
                let command = Command::Decline(Decline { tap: tap(self.order_id(order)), reason: key(known, "too_far") });
                self.by_unit(turn, car_of(self, order), true, command, |paper| of(order, |order| paper.decline(order, known)))
            }
            Act::Clear { order, known, outcome } => {
                let (order, known, outcome) = (pick(order, self.orders.len()), *known, *outcome);
                let disposition = outcome.map(|known| key(known, "handled"));
                let (tap, reason) = (tap(self.order_id(order)), key(known, "done"));
                let command = Command::Clear(Clear { tap, reason, disposition, feedback: None });
                self.by_unit(turn, car_of(self, order), true, command, |paper| of(order, |order| paper.clear(order, known, outcome)))
            }
            Act::ConfirmSafe { order } => {
                let order = pick(order, self.orders.len());
                let command = Command::ConfirmSafe(domain::command::ConfirmSafe { tap: tap(self.order_id(order)) });
                // Nobody can say that for it.
                self.by_unit(turn, car_of(self, order), false, command, |paper| of(order, |order| paper.confirm_safe(order)))
            }
            Act::FeedBack { order, known } => {
                let (order, known) = (pick(order, self.orders.len()), *known);
                let (tap, disposition) = (tap(self.order_id(order)), key(known, "handled"));
                let command = Command::SubmitFeedback(SubmitFeedback { tap, disposition, feedback: None });
                self.by_unit(turn, car_of(self, order), true, command, |paper| of(order, |order| paper.feed_back(order, known)))
            }
            Act::SignOn { car, sworn } => {
                let (car, sworn) = (car.index(CARS.len()), *sworn);
                let crew = sworn.map(|sworn| (sworn, 1));
                let command = Command::SignOn(SignOn { unit_id: self.units[car].clone(), crew, occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.sign_on(car, sworn))
            }
            Act::SignOff { car } => {
                let car = car.index(CARS.len());
                let command = Command::SignOff(SignOff { unit_id: self.units[car].clone(), occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.sign_off(car))
            }
            Act::SetFree { car, to, known } => {
                let (car, known) = (car.index(CARS.len()), *known);
                let reason = key(known, "meal");
                let (free, availability) = match to {
                    0 => (Free::Fully, Availability::Available),
                    1 => (Free::UrgentOnly, Availability::Conditional { reason }),
                    _ => (Free::NotAtAll, Availability::OutOfService { reason }),
                };
                let unit_id = self.units[car].clone();
                let command = Command::SetAvailability(SetAvailability { unit_id, availability, occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.set_free(car, free, known))
            }
            _ => self.order_act(turn),
        }
    }
}
