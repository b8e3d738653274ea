//! The World: what is open in one log, as of one event. Persistent maps make a copy cheap: a batch is decided on copies.

use crate::alarm::Alarm;
use crate::assignment::Assignment;
use crate::ids::{AlarmId, AssignmentId, BlobHash, IncidentId, LogId, Seq, UnitId};
use crate::incident::Incident;
use crate::time::{LocalDay, Timestamp};
use crate::unit::Unit;
use imbl::{OrdMap, OrdSet};
use smol_str::SmolStr;
use std::sync::Arc;

/// A closed incident stays this long, in milliseconds of event time, for late taps; then it comes back through the Situation.
pub const KEEP_CLOSED_MS: u64 = 10 * 60 * 1000;

/// A resource as it is after a change: what the stream and the projections get.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PostImage {
    /// An incident.
    Incident(Arc<Incident>),
    /// An assignment.
    Assignment(Arc<Assignment>),
    /// A unit.
    Unit(Arc<Unit>),
    /// An alarm.
    Alarm(Arc<Alarm>),
}

/// What is open in one log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    pub(crate) log_id: LogId,
    pub(crate) head: Seq,
    pub(crate) last_recorded_at: Timestamp,
    pub(crate) policy: Option<BlobHash>,
    pub(crate) agency_tree: Option<BlobHash>,
    pub(crate) features: OrdSet<String>,
    pub(crate) numbering: (LocalDay, u32),
    pub(crate) incidents: OrdMap<IncidentId, Arc<Incident>>,
    pub(crate) assignments: OrdMap<AssignmentId, Arc<Assignment>>,
    pub(crate) units: OrdMap<UnitId, Arc<Unit>>,
    pub(crate) call_signs: OrdMap<SmolStr, UnitId>,
    pub(crate) alarms: OrdMap<AlarmId, Arc<Alarm>>,
    /// Alarms by incident, so that ending them costs what hangs on that incident.
    pub(crate) alarms_by_incident: OrdSet<(IncidentId, AlarmId)>,
    /// Closed incidents by when they leave.
    pub(crate) leaving: OrdSet<(Timestamp, IncidentId)>,
}

impl World {
    /// An empty log.
    #[must_use]
    pub fn new(log_id: LogId) -> Self {
        Self {
            log_id,
            head: Seq::default(),
            last_recorded_at: Timestamp::default(),
            policy: None,
            agency_tree: None,
            features: OrdSet::new(),
            numbering: (LocalDay::default(), 0),
            incidents: OrdMap::new(),
            assignments: OrdMap::new(),
            units: OrdMap::new(),
            call_signs: OrdMap::new(),
            alarms: OrdMap::new(),
            alarms_by_incident: OrdSet::new(),
            leaving: OrdSet::new(),
        }
    }

    /// The log.
    #[must_use]
    pub fn log_id(&self) -> &LogId {
        &self.log_id
    }

    /// The last event applied.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.head
    }

    /// When the last event was recorded: event time never runs backwards from here.
    #[must_use]
    pub fn last_recorded_at(&self) -> Timestamp {
        self.last_recorded_at
    }

    /// The address of the active policy.
    #[must_use]
    pub fn policy(&self) -> Option<BlobHash> {
        self.policy
    }

    /// The address of the active agency tree.
    #[must_use]
    pub fn agency_tree(&self) -> Option<BlobHash> {
        self.agency_tree
    }

    /// Whether a feature's events may be written.
    #[must_use]
    pub fn has_feature(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// An incident that is open, or was closed a short while ago.
    #[must_use]
    pub fn incident(&self, id: &IncidentId) -> Option<&Arc<Incident>> {
        self.incidents.get(id)
    }

    /// All incidents here, by id.
    pub fn incidents(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.incidents.values()
    }

    /// An assignment of an incident that is here.
    #[must_use]
    pub fn assignment(&self, id: &AssignmentId) -> Option<&Arc<Assignment>> {
        self.assignments.get(id)
    }

    /// All assignments here, by id.
    pub fn assignments(&self) -> impl Iterator<Item = &Arc<Assignment>> {
        self.assignments.values()
    }

    /// A unit whose home is this log.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Arc<Unit>> {
        self.units.get(id)
    }

    /// The unit with this call sign.
    #[must_use]
    pub fn unit_by_call_sign(&self, call_sign: &str) -> Option<&Arc<Unit>> {
        self.call_signs.get(call_sign).and_then(|id| self.units.get(id))
    }

    /// All units, by id.
    pub fn units(&self) -> impl Iterator<Item = &Arc<Unit>> {
        self.units.values()
    }

    /// An alarm of an incident that is here.
    #[must_use]
    pub fn alarm(&self, id: &AlarmId) -> Option<&Arc<Alarm>> {
        self.alarms.get(id)
    }

    /// All alarms here, by id.
    pub fn alarms(&self) -> impl Iterator<Item = &Arc<Alarm>> {
        self.alarms.values()
    }

    /// Alarms of one incident, standing or ended.
    pub fn alarms_of(&self, incident_id: IncidentId) -> impl Iterator<Item = &Arc<Alarm>> {
        let from = (incident_id, AlarmId(uuid::Uuid::nil()));
        let ids = self.alarms_by_incident.range(from..).take_while(move |(incident, _)| *incident == incident_id);
        ids.filter_map(|(_, id)| self.alarms.get(id))
    }

    /// Alarms of one incident that still stand.
    pub fn standing_alarms(&self, incident_id: IncidentId) -> impl Iterator<Item = &Arc<Alarm>> {
        self.alarms_of(incident_id).filter(|alarm| alarm.end.is_none())
    }

    /// The active assignments of one incident.
    pub fn active_assignments<'a>(&'a self, incident: &'a Incident) -> impl Iterator<Item = &'a Arc<Assignment>> {
        incident.assignments.iter().filter_map(|id| self.assignments.get(id)).filter(|a| a.state.is_active())
    }

    /// The number the next incident of `day` gets.
    #[must_use]
    pub fn next_number(&self, day: LocalDay) -> u32 {
        if self.numbering.0 == day { self.numbering.1.saturating_add(1) } else { 1 }
    }

    /// Everything here as post-images, for a snapshot.
    pub fn post_images(&self) -> impl Iterator<Item = PostImage> {
        self.units
            .values()
            .cloned()
            .map(PostImage::Unit)
            .chain(self.incidents.values().cloned().map(PostImage::Incident))
            .chain(self.assignments.values().cloned().map(PostImage::Assignment))
            .chain(self.alarms.values().cloned().map(PostImage::Alarm))
    }
}
