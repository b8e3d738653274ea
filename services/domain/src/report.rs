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
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Banded {
    /// Upper ends of the bands, in milliseconds; what is longer is the last band.
    pub up_to_ms: Vec<u64>,
    /// How many in each band: one more than there are upper ends.
    pub counts: Vec<u64>,
    /// The longest, in milliseconds.
    pub longest_ms: u64,
}

impl Banded {
    fn of(up_to_ms: &[u64], took_ms: &[u64]) -> Self {
        let mut counts = vec![0; up_to_ms.len() + 1];
        for took in took_ms {
            let band = up_to_ms.iter().position(|end| took <= end).unwrap_or(up_to_ms.len());
            if let Some(count) = counts.get_mut(band) {
                *count += 1;
            }
        }
        Self { up_to_ms: up_to_ms.to_vec(), counts, longest_ms: took_ms.iter().copied().max().unwrap_or(0) }
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
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
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
    /// Incidents merged, split, cancelled, transferred, reopened, reclassified into another team; of these moves, taken back by an undo.
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
    /// How long each clock ran, in milliseconds, until the bands are known: 8 bytes an event at most.
    #[serde(skip)]
    ran: Ran,
    #[serde(skip)]
    passed_down: BTreeMap<IncidentId, Timestamp>,
    #[serde(skip)]
    attendance_of: BTreeMap<IncidentId, Attendance>,
    #[serde(skip)]
    offered: BTreeMap<AssignmentId, Timestamp>,
}

/// How long each clock ran, each time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Ran {
    answer: Vec<u64>,
    acknowledge: Vec<u64>,
    arrive: Vec<u64>,
    sign: Vec<u64>,
}

impl Report {
    /// Adds one event; `before` is the World it was decided on, and `undoes` says that it is the first event of an undo. Events come in
    /// the order of the log, each once.
    pub fn add(&mut self, before: &World, recorded: &Recorded, undoes: bool) {
        let at = recorded.meta.happened_at();
        match &recorded.event {
            Event::IncidentReported(reported) => {
                self.incidents += 1;
                *self.by_team.entry(reported.owner.key().to_owned()).or_default() += 1;
                *self.by_priority.entry(reported.priority.level()).or_default() += 1;
                self.repeats += u64::from(!reported.repeats.is_empty());
                if let Some(answered_at) = reported.answered_at {
                    self.ran.answer.push(answered_at.since_ms(at));
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
            Event::IncidentReopened(_) | Event::IncidentUnmerged(_) if undoes => self.moved("undone"),
            Event::IncidentUnmerged(_) => self.moved("unmerged"),
            Event::IncidentCancelled { .. } => self.moved("cancelled"),
            Event::IncidentReopened(_) => self.moved("reopened"),
            Event::IncidentTransferEnded { outcome: crate::event::TransferOutcome::Accepted, .. } => self.moved("transferred"),
            Event::IncidentPassedDown(passed) => drop(self.passed_down.insert(passed.incident_id, recorded.meta.recorded_at)),
            Event::IncidentSigned(id) => {
                if let Some(since) = self.passed_down.remove(id) {
                    self.ran.sign.push(recorded.meta.recorded_at.since_ms(since));
                }
            }
            Event::IncidentOnScene { incident_id } => {
                if let Some(incident) = before.incident(incident_id) {
                    self.ran.arrive.push(at.since_ms(incident.reported_at));
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
                    self.ran.acknowledge.push(at.since_ms(since));
                }
            }
            Event::AlarmRaised { kind, .. } => *self.alarms.entry(kind.key().to_owned()).or_default() += 1,
            _ => {}
        }
    }

    /// What stands once every event was added; clocks are told apart by these bands.
    #[must_use]
    pub fn finish(mut self, bands: &crate::policy::Bands) -> Self {
        let ran = std::mem::take(&mut self.ran);
        self.answer = Banded::of(&bands.answer_ms, &ran.answer);
        self.acknowledge = Banded::of(&bands.acknowledge_ms, &ran.acknowledge);
        self.arrive = Banded::of(&bands.arrive_ms, &ran.arrive);
        self.sign = Banded::of(&bands.acknowledge_ms, &ran.sign);
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
        let banded = Banded::of(&[30, 60], &[0, 30, 31, 900, 60, 61]);
        assert_eq!((banded.counts.as_slice(), banded.longest_ms, banded.total()), ([2, 2, 2].as_slice(), 900, 6));
        assert_eq!(banded.first_band_percent(), Some(33));
        assert_eq!(Banded::of(&[30], &[]).first_band_percent(), None);
    }
}
