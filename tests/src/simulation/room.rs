//! Callers and the room: calls come in, the operator orders units, settles what nobody came for, closes and confirms.

use super::Chance;
use super::county::{Happening, Simulation};
use domain::assignment::AssignmentRole;
use domain::command::{
    AssignUnits, CloseIncident, Command, ConfirmAlarm, ReadPrivate, Reclassify, RegisterUnits, ResolveIncident, UnitOrder, WhenEngaged,
};
use domain::ids::{AgencyId, PrivateRef, ReasonKey};
use domain::incident::{Incident, IncidentState, PrivateLink};
use domain::place::Place;
use domain::testing::{LOG, call, locate, operator, server, unknown_id};
use std::sync::Arc;

pub(super) const WHAT: [&str; 16] = [
    "criminal/robbery",
    "criminal/burglary",
    "public_order/fight",
    "dispute/family",
    "dispute/debt",
    "help/suicide_risk",
    "traffic/injury_accident",
    "tip_off/drugs",
    "nuisance",
    "help/not_in_policy",
    "dispute/family_violence",
    "criminal/weapon",
    "criminal/theft",
    "public_order/disturbance",
    "non_police/noise",
    "medical/illness",
];

/// What callers say about themselves; none of it may ever be in the log.
pub(super) fn private_words() -> Vec<String> {
    ["李秀英", "139 1234 5678", "he is still in the flat on the third floor"].map(str::to_owned).into()
}

/// Somewhere in the county, or a little outside it.
pub(super) fn spot(chance: &mut Chance, stations: usize) -> (f64, f64) {
    let width = 0.1 * f64::from(u32::try_from(stations).unwrap()) + 0.1;
    (37.48 + 0.24 * chance.fraction(), 108.74 + width * chance.fraction())
}

impl Simulation {
    pub(super) fn call(&mut self) -> Result<(), String> {
        if !self.in_trouble() {
            return Ok(());
        }
        self.maybe_jump();
        let (lat, lon) = self.spot();
        let place = if self.chance.percent(10) { Place::Unverified } else { locate(&self.bench.agencies, lat, lon) };
        self.last_spot = Some((lat, lon));
        let mut report = call(self.chance.one(&WHAT), place);
        report.private = Some(PrivateLink { private_ref: PrivateRef(unknown_id()), commitment: [3; 32] });
        if self.chance.percent(15) {
            report.desk = AgencyId::new(LOG).ok();
        }
        if self.chance.percent(15) {
            let earlier: Vec<_> = self.bench.world.incidents().map(|incident| incident.incident_id).collect();
            self.bench.same_caller = if earlier.is_empty() { Vec::new() } else { vec![self.chance.one(&earlier)] };
        }
        // The policy in force may not know the category.
        self.offer(&operator(LOG), Command::ReportIncident(report))?;
        self.bench.same_caller.clear();
        let next_ms = self.chance.between(2_000, 60_000);
        self.later(next_ms, Happening::Call);
        Ok(())
    }

    /// The operator goes through the queue. He is a person: he takes his time, errs, and looks at old screens.
    pub(super) fn room_looks(&mut self) -> Result<(), String> {
        let incidents: Vec<_> = self.bench.world.incidents().cloned().collect();
        for incident in incidents {
            if self.in_trouble() {
                if self.chance.percent(self.faults.restless) {
                    let revision = if self.chance.percent(50) { incident.revision.0 } else { 0 };
                    self.any_move(&incident, revision)?;
                }
            } else {
                self.tidy(&incident)?;
            }
            self.look_at(&incident)?;
        }
        self.station_looks()?;
        let standing: Vec<_> = self.bench.world.alarms().filter(|alarm| alarm.end.is_none()).map(|alarm| alarm.alarm_id).collect();
        for alarm_id in standing {
            if self.chance.percent(30) {
                self.give(&operator(LOG), Command::ConfirmAlarm(ConfirmAlarm { alarm_id }))?;
            }
        }
        if self.chance.percent(5) {
            let profiles = self.bench.world.units().map(|unit| unit.profile.clone()).collect();
            self.give(&server(), Command::RegisterUnits(RegisterUnits { profiles }))?;
        }
        let next_ms = self.chance.between(4_000, 20_000);
        self.later(next_ms, Happening::RoomLooks);
        Ok(())
    }

    /// Somewhere; now and then where the last call came from.
    pub(super) fn spot(&mut self) -> (f64, f64) {
        let again = self.chance.percent(25);
        let fresh = spot(&mut self.chance, self.stations);
        self.last_spot.filter(|_| again).unwrap_or(fresh)
    }

    fn look_at(&mut self, incident: &Arc<Incident>) -> Result<(), String> {
        let (who, incident_id) = (operator(LOG), incident.incident_id);
        let expected_revision = if self.chance.percent(50) { incident.revision.0 } else { 0 };
        let age_ms = self.bench.now.since_ms(incident.reported_at);
        match &incident.state {
            IncidentState::Classified { clock, .. } => {
                let settled_ms = if clock.is_none() { 40_000 } else { 150_000 };
                if age_ms > settled_ms {
                    let disposition = ReasonKey::new("advised").unwrap();
                    self.offer(&who, Command::ResolveIncident(ResolveIncident { incident_id, disposition, expected_revision }))?;
                } else if self.in_trouble() && self.chance.percent(5) {
                    self.reclassify(incident, expected_revision)?;
                } else if clock.is_some() && self.chance.percent(60) {
                    self.order(incident, expected_revision)?;
                }
            }
            IncidentState::Dispatched | IncidentState::OnScene => {
                if self.in_trouble() && self.chance.percent(4) {
                    self.order(incident, expected_revision)?;
                }
                if self.in_trouble() && self.chance.percent(3) {
                    self.reclassify(incident, expected_revision)?;
                }
            }
            IncidentState::Resolved { .. } if self.chance.percent(20) => {
                let excuse = self.chance.one(&[None, ReasonKey::new("remote").ok()]);
                let purpose = ReasonKey::new("call_back").unwrap();
                self.give(&who, Command::ReadPrivate(ReadPrivate { incident_id, purpose }))?;
                self.offer(&who, Command::CloseIncident(CloseIncident { incident_id, excuse, expected_revision }))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn reclassify(&mut self, incident: &Incident, expected_revision: u64) -> Result<(), String> {
        let verified_as = call(self.chance.one(&WHAT), Place::Unverified).classification;
        let command = Reclassify { incident_id: incident.incident_id, verified_as, expected_revision };
        self.offer(&operator(LOG), Command::Reclassify(command)).map(|_| ())
    }

    /// Orders a unit or two, free or not: the screen may be old.
    fn order(&mut self, incident: &Incident, expected_revision: u64) -> Result<(), String> {
        let units: Vec<_> = self.bench.world.units().map(|unit| unit.profile.unit_id.clone()).collect();
        let mut orders = vec![UnitOrder { unit_id: self.chance.one(&units), role: None, when_engaged: WhenEngaged::Refuse }];
        if self.chance.percent(25) {
            let unit_id = self.chance.one(&units);
            if unit_id != orders[0].unit_id {
                let role = self.chance.one(&[AssignmentRole::Backup, AssignmentRole::Overwatch]);
                orders.push(UnitOrder { unit_id, role: Some(role), when_engaged: WhenEngaged::Refuse });
            }
        }
        let command = AssignUnits { incident_id: incident.incident_id, orders, expected_revision };
        self.offer(&operator(LOG), Command::AssignUnits(command)).map(|_| ())
    }
}
