//! What a station's room does beside incidents: shifts and their hand-over, support, wartime mode, premise notes, emergencies; and
//! the server: policies and agency trees that change, contact that is lost.

use super::county::Simulation;
use super::desk::key;
use super::variants;
use domain::command::{
    ActivateAgencyTree, ActivatePolicy, AddPremiseNote, AnswerSupport, ClearEmergency, Command, EndPremiseNote, EndSupport, EndWartime,
    NoteContact, OfferHandOver, PlanShift, SignHandOver, StartWartime,
};
use domain::ids::{BlobHash, ShiftId};
use domain::place::Position;
use domain::shift::{ShiftPlan, ShiftState};
use domain::support::WhistleState;
use domain::testing::{LOG, operator, server, station_id};
use std::sync::Arc;

/// An emergency is settled this long after it began, at the earliest, in milliseconds.
const EMERGENCY_MS: u64 = 90_000;

impl Simulation {
    /// The room looks at everything that is no incident.
    pub(super) fn station_looks(&mut self) -> Result<(), String> {
        self.look_at_support()?;
        self.look_at_shifts()?;
        self.look_at_units()?;
        if !self.in_trouble() {
            return Ok(());
        }
        match self.chance.between(0, 60) {
            0 => self.plan_shift(),
            1 => self.start_wartime(),
            2 => self.end_wartime(),
            3 => self.write_note(),
            4 => self.take_note_back(),
            5 => self.change_policy(),
            6 => self.change_tree(),
            _ => Ok(()),
        }
    }

    fn look_at_support(&mut self) -> Result<(), String> {
        let whistles: Vec<_> = self.bench.world.whistles().cloned().collect();
        for whistle in whistles {
            let whistle_id = whistle.whistle_id;
            let asked = matches!(whistle.state, WhistleState::Asked { .. });
            if asked && self.chance.percent(10) {
                let accepted = self.chance.percent(50);
                let reason = (!accepted).then(|| key("no_capacity"));
                self.offer(&operator(LOG), Command::AnswerSupport(AnswerSupport { whistle_id, accepted, reason }))?;
            } else if whistle.state != WhistleState::Ended && self.chance.percent(5) {
                self.offer(&operator(LOG), Command::EndSupport(EndSupport { whistle_id }))?;
            }
        }
        Ok(())
    }

    fn look_at_shifts(&mut self) -> Result<(), String> {
        let shifts: Vec<_> = self.bench.world.shifts().cloned().collect();
        for shift in shifts {
            let shift_id = shift.plan.shift_id;
            if !matches!(shift.state, ShiftState::Ended { .. }) || self.chance.percent(70) {
                continue;
            }
            if shift.hand_over.is_none() {
                self.offer(&operator(shift.plan.station.as_str()), Command::OfferHandOver(OfferHandOver { shift_id, notes: None }))?;
            } else {
                self.offer(&operator(LOG), Command::SignHandOver(SignHandOver { shift_id }))?;
            }
        }
        Ok(())
    }

    fn look_at_units(&mut self) -> Result<(), String> {
        let units: Vec<_> = self.bench.world.units().cloned().collect();
        for unit in units {
            let unit_id = unit.profile.unit_id.clone();
            if unit.emergency.as_ref().is_some_and(|emergency| self.bench.now.since_ms(emergency.raised_at) > EMERGENCY_MS) {
                let reason = key(self.chance.one(&["safe", "false_alarm", "injured"]));
                self.offer(&operator(LOG), Command::ClearEmergency(ClearEmergency { unit_id, reason }))?;
            } else if unit.contact_lost_at.is_some() && self.chance.percent(40) {
                self.offer(&server(), Command::NoteContact(NoteContact { unit_id, lost: false }))?;
            } else if self.chance.percent(self.faults.lost_contact) && self.chance.percent(10) {
                self.offer(&server(), Command::NoteContact(NoteContact { unit_id, lost: true }))?;
            }
        }
        Ok(())
    }

    fn plan_shift(&mut self) -> Result<(), String> {
        let number = usize::try_from(self.chance.between(1, self.stations as u64)).unwrap();
        let station = station_id(number);
        let units = self.bench.world.units().filter(|unit| self.bench.agencies.is_within(&unit.profile.home, &station));
        let units = units.map(|unit| unit.profile.unit_id.clone()).collect();
        let starts_at = self.bench.now;
        let ends_at = starts_at.plus_ms(self.chance.between(60_000, 400_000));
        let shift_id = ShiftId(uuid::Uuid::from_u128(0x5_0000 + u128::from(self.chance.between(0, 12))));
        let plan = ShiftPlan { shift_id, station, starts_at, ends_at, units };
        self.offer(&operator(LOG), Command::PlanShift(PlanShift { plan })).map(|_| ())
    }

    fn start_wartime(&mut self) -> Result<(), String> {
        let areas: Vec<_> = self.bench.agencies.nodes().map(|node| node.agency_id.clone()).collect();
        let (area, until) = (self.chance.one(&areas), self.bench.now.plus_ms(self.chance.between(10_000, 600_000)));
        self.offer(&operator(LOG), Command::StartWartime(StartWartime { area, reason: key("exercise"), until })).map(|_| ())
    }

    fn end_wartime(&mut self) -> Result<(), String> {
        let areas: Vec<_> = self.bench.world.wartimes().map(|mode| mode.area.clone()).collect();
        let Some(area) = areas.first().cloned() else { return Ok(()) };
        self.offer(&operator(LOG), Command::EndWartime(EndWartime { area })).map(|_| ())
    }

    fn write_note(&mut self) -> Result<(), String> {
        let (lat, lon) = self.spot();
        let position = Position::from_degrees(lat, lon).unwrap();
        let expires_at = self.bench.now.plus_ms(self.chance.between(1_000, 600_000));
        let note = AddPremiseNote { position, kind: key("dog"), text: None, expires_at, station: station_id(1) };
        self.offer(&operator(LOG), Command::AddPremiseNote(note)).map(|_| ())
    }

    fn take_note_back(&mut self) -> Result<(), String> {
        let notes: Vec<_> = self.bench.world.premise_notes().map(|note| note.note_id).collect();
        let Some(note_id) = notes.first().copied() else { return Ok(()) };
        self.offer(&operator(LOG), Command::EndPremiseNote(EndPremiseNote { note_id })).map(|_| ())
    }

    fn change_policy(&mut self) -> Result<(), String> {
        let policy = variants::policy(&mut self.chance);
        let hash = BlobHash::of(format!("{}", self.chance.between(0, u64::MAX / 2)).as_bytes());
        self.bench.policies.insert(hash, Arc::new(policy));
        self.give(&server(), Command::ActivatePolicy(ActivatePolicy { hash })).map(|_| ())
    }

    fn change_tree(&mut self) -> Result<(), String> {
        let tree = variants::county(&mut self.chance, self.stations);
        let hash = BlobHash::of(format!("{}", self.chance.between(0, u64::MAX / 2)).as_bytes());
        self.bench.trees.insert(hash, Arc::new(tree));
        self.offer(&server(), Command::ActivateAgencyTree(ActivateAgencyTree { hash })).map(|_| ())
    }
}
