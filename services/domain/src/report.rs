//! The room's report: clocks in bands, ownership, attendance, lending, repeats, alarms, folded from the record alone. Every number
//! follows from the events, so that whoever has the log can work it out again.

use crate::event::{Event, Recorded};
use crate::ids::{AssignmentId, IncidentId};
use crate::incident::Attendance;
use crate::time::Timestamp;
use crate::world::World;
use serde::Serialize;
use std::collections::BTreeMap;

/// Fewer than this is a small count: percentages of it say little, and the report says so.
pub const SMALL_COUNT: u64 = 20;

/// How often a clock ran, by band.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Banded {
    /// Upper ends of the bands, in milliseconds; what is longer is the last band.
    pub up_to_ms: Vec<u64>,
    /// How many in each band: one more than there are upper ends.
    pub counts: Vec<u64>,
    /// The longest, in milliseconds.
    pub longest_ms: u64,
}

impl Banded {
    fn new(up_to_ms: &[u64]) -> Self {
        Self { up_to_ms: up_to_ms.to_vec(), counts: vec![0; up_to_ms.len() + 1], longest_ms: 0 }
    }

    fn add(&mut self, took_ms: u64) {
        let band = self.up_to_ms.iter().position(|end| took_ms <= *end).unwrap_or(self.up_to_ms.len());
        if let Some(count) = self.counts.get_mut(band) {
            *count += 1;
        }
        self.longest_ms = self.longest_ms.max(took_ms);
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The share in the first band, in percent, rounded down; none of nothing.
    #[must_use]
    pub fn first_band_percent(&self) -> Option<u64> {
        self.counts.first().and_then(|first| (first * 100).checked_div(self.total()))
    }
}

/// Attendance of the beats' officers (社区案事件必到现场). What is neither is still owed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct AttendanceReport {
    /// Incidents at which it was due.
    pub due: u64,
    /// … and given.
    pub attended: u64,
    /// … and excused, by reason.
    pub excused: BTreeMap<String, u64>,
}

/// The report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Incidents reported.
    pub incidents: u64,
    /// … by owning team, as it was when they were reported.
    pub by_team: BTreeMap<String, u64>,
    /// … by priority, as it was when they were reported.
    pub by_priority: BTreeMap<u8, u64>,
    /// … that repeat an earlier one (重复警情).
    pub repeats: u64,
    /// Calls that were added to an incident.
    pub calls_added: u64,
    /// Incidents merged, split, cancelled, transferred, reopened, reclassified into another team.
    pub moved: BTreeMap<&'static str, u64>,
    /// Ring → answered.
    pub answer: Banded,
    /// Order → acknowledged.
    pub acknowledge: Banded,
    /// Reported → first unit on scene.
    pub arrive: Banded,
    /// Passed down → signed.
    pub sign: Banded,
    /// Attendance of the beats' officers.
    pub attendance: AttendanceReport,
    /// Orders charged to a lending budget.
    pub lent_orders: u64,
    /// Alarms raised, by kind.
    pub alarms: BTreeMap<String, u64>,
    #[serde(skip)]
    passed_down: BTreeMap<IncidentId, Timestamp>,
    #[serde(skip)]
    attendance_of: BTreeMap<IncidentId, Attendance>,
    #[serde(skip)]
    offered: BTreeMap<AssignmentId, Timestamp>,
}

impl Report {
    /// Nothing yet; clocks are told apart by the policy's bands.
    #[must_use]
    pub fn new(bands: &crate::policy::Bands) -> Self {
        Self {
            incidents: 0,
            by_team: BTreeMap::new(),
            by_priority: BTreeMap::new(),
            repeats: 0,
            calls_added: 0,
            moved: BTreeMap::new(),
            answer: Banded::new(&bands.answer_ms),
            acknowledge: Banded::new(&bands.acknowledge_ms),
            arrive: Banded::new(&bands.arrive_ms),
            sign: Banded::new(&bands.acknowledge_ms),
            attendance: AttendanceReport::default(),
            lent_orders: 0,
            alarms: BTreeMap::new(),
            passed_down: BTreeMap::new(),
            attendance_of: BTreeMap::new(),
            offered: BTreeMap::new(),
        }
    }

    /// Adds one event; `before` is the World it was decided on. Events come in the order of the log, each once.
    pub fn add(&mut self, before: &World, recorded: &Recorded) {
        let at = recorded.meta.happened_at();
        match &recorded.event {
            Event::IncidentReported(reported) => {
                self.incidents += 1;
                *self.by_team.entry(reported.owner.key().to_owned()).or_default() += 1;
                *self.by_priority.entry(reported.priority.level()).or_default() += 1;
                self.repeats += u64::from(!reported.repeats.is_empty());
                if let Some(answered_at) = reported.answered_at {
                    self.answer.add(answered_at.since_ms(at));
                }
                if reported.split_from.is_some() {
                    self.moved("split");
                }
            }
            Event::IncidentReclassified { incident_id, owner, .. }
                if before.incident(incident_id).is_some_and(|incident| incident.owner != *owner) =>
            {
                self.moved("reclassified_to_another_team");
            }
            Event::IncidentCallAdded(_) => self.calls_added += 1,
            Event::IncidentMerged { .. } => self.moved("merged"),
            Event::IncidentUnmerged(_) => self.moved("unmerged"),
            Event::IncidentCancelled { .. } => self.moved("cancelled"),
            Event::IncidentReopened(_) => self.moved("reopened"),
            Event::IncidentTransferEnded { outcome: crate::event::TransferOutcome::Accepted, .. } => self.moved("transferred"),
            Event::IncidentPassedDown(passed) => drop(self.passed_down.insert(passed.incident_id, recorded.meta.recorded_at)),
            Event::IncidentSigned(id) => {
                if let Some(since) = self.passed_down.remove(id) {
                    self.sign.add(recorded.meta.recorded_at.since_ms(since));
                }
            }
            Event::IncidentOnScene { incident_id } => {
                if let Some(incident) = before.incident(incident_id) {
                    self.arrive.add(at.since_ms(incident.reported_at));
                }
            }
            Event::IncidentAttendanceChanged(changed) => {
                self.attendance_of.insert(changed.incident_id, changed.attendance.clone());
            }
            Event::AssignmentOffered(offered) => {
                self.lent_orders += u64::from(offered.lent.is_some());
                self.offered.insert(offered.assignment_id, recorded.meta.recorded_at);
            }
            Event::AssignmentActivated(activated) => {
                self.lent_orders += u64::from(activated.lent.is_some());
                self.offered.insert(activated.assignment_id, recorded.meta.recorded_at);
            }
            Event::AssignmentAcknowledged { assignment_id } => {
                if let Some(since) = self.offered.remove(assignment_id) {
                    self.acknowledge.add(at.since_ms(since));
                }
            }
            Event::AlarmRaised { kind, .. } => *self.alarms.entry(kind.key().to_owned()).or_default() += 1,
            _ => {}
        }
    }

    /// What stands once every event was added.
    #[must_use]
    pub fn finish(mut self) -> Self {
        for attendance in std::mem::take(&mut self.attendance_of).into_values() {
            self.attendance.due += 1;
            match attendance {
                Attendance::Attended { .. } => self.attendance.attended += 1,
                Attendance::Excused { reason, .. } => *self.attendance.excused.entry(reason.to_string()).or_default() += 1,
                Attendance::Owed { .. } | Attendance::Ordered { .. } => {}
            }
        }
        self
    }

    fn moved(&mut self, what: &'static str) {
        *self.moved.entry(what).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_falls_into_the_band_whose_end_it_does_not_pass() {
        let mut banded = Banded::new(&[30, 60]);
        for took_ms in [0, 30, 31, 60, 61, 900] {
            banded.add(took_ms);
        }
        assert_eq!((banded.counts.as_slice(), banded.longest_ms, banded.total()), ([2, 2, 2].as_slice(), 900, 6));
        assert_eq!(banded.first_band_percent(), Some(33));
        assert_eq!(Banded::new(&[30]).first_band_percent(), None);
    }
}
