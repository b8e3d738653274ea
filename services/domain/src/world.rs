//! The World: what is open in one log, as of one event. Persistent maps make a copy cheap: a batch is decided on copies.

use crate::agency::AgencyTree;
use crate::alarm::Alarm;
use crate::assignment::Assignment;
use crate::grid::{GridKey, distance_m};
use crate::history::History;
use crate::ids::{AgencyId, AlarmId, AssignmentId, BlobHash, IncidentId, LogId, PremiseNoteId, Seq, ShiftId, UnitId, WhistleId};
use crate::incident::Incident;
use crate::place::Position;
use crate::premise::PremiseNote;
use crate::shift::{Shift, ShiftState};
use crate::support::Whistle;
use crate::time::{LocalDay, Timestamp};
use crate::unit::Unit;
use crate::wartime::Wartime;
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
    /// A request for support.
    Whistle(Arc<Whistle>),
    /// A shift.
    Shift(Arc<Shift>),
    /// Wartime mode of an area.
    Wartime(Arc<Wartime>),
    /// A note about an address.
    PremiseNote(Arc<PremiseNote>),
}

impl PostImage {
    /// Position in the log of its last change.
    #[must_use]
    pub fn revision(&self) -> Seq {
        match self {
            Self::Incident(incident) => incident.revision,
            Self::Assignment(assignment) => assignment.revision,
            Self::Unit(unit) => unit.revision,
            Self::Alarm(alarm) => alarm.revision,
            Self::Whistle(whistle) => whistle.revision,
            Self::Shift(shift) => shift.revision,
            Self::Wartime(mode) => mode.revision,
            Self::PremiseNote(note) => note.revision,
        }
    }
}

/// A resource that ended and leaves the World by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Leaving {
    Alarm(AlarmId),
    Whistle(WhistleId),
    Shift(ShiftId),
    PremiseNote(PremiseNoteId),
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
    /// Units by where they belong.
    pub(crate) units_by_home: OrdMap<AgencyId, OrdSet<UnitId>>,
    pub(crate) alarms: OrdMap<AlarmId, Arc<Alarm>>,
    /// Alarms by incident, so that ending them costs what hangs on that incident.
    pub(crate) alarms_by_incident: OrdSet<(IncidentId, AlarmId)>,
    /// Closed incidents by when they leave.
    pub(crate) leaving: OrdSet<(Timestamp, IncidentId)>,
    /// Ended resources that hang on no incident, by when they leave.
    pub(crate) leaving_resources: OrdSet<(Timestamp, Leaving)>,
    /// Open incidents that a beat's officer still owes a visit, oldest first in each beat.
    pub(crate) owed_visits: OrdSet<(AgencyId, Timestamp, IncidentId)>,
    /// What is remembered of incidents, open and past, for duplicates and repeats.
    pub(crate) history: History,
    pub(crate) whistles: OrdMap<WhistleId, Arc<Whistle>>,
    /// Requests for support by incident, so that ending them costs what hangs on that incident.
    pub(crate) whistles_by_incident: OrdSet<(IncidentId, WhistleId)>,
    pub(crate) shifts: OrdMap<ShiftId, Arc<Shift>>,
    pub(crate) wartime: OrdMap<AgencyId, Arc<Wartime>>,
    pub(crate) premise_notes: OrdMap<PremiseNoteId, Arc<PremiseNote>>,
    /// Notes by where they are.
    pub(crate) premises_by_place: OrdSet<(GridKey, PremiseNoteId)>,
    /// Milliseconds of community time lent, by station and month.
    pub(crate) lent_ms: OrdMap<(AgencyId, u32), u64>,
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
            units_by_home: OrdMap::new(),
            alarms: OrdMap::new(),
            alarms_by_incident: OrdSet::new(),
            leaving: OrdSet::new(),
            leaving_resources: OrdSet::new(),
            owed_visits: OrdSet::new(),
            history: History::default(),
            whistles: OrdMap::new(),
            whistles_by_incident: OrdSet::new(),
            shifts: OrdMap::new(),
            wartime: OrdMap::new(),
            premise_notes: OrdMap::new(),
            premises_by_place: OrdSet::new(),
            lent_ms: OrdMap::new(),
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

    /// Whether the World lets go of `id` with the next event that is recorded at `now`.
    pub(crate) fn leaves_by(&self, id: IncidentId, now: Timestamp) -> bool {
        self.leaving.iter().take_while(|(at, _)| *at <= now).any(|(_, leaving)| *leaving == id)
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

    /// The units that belong to `home` itself, by id.
    pub fn units_of(&self, home: &AgencyId) -> impl Iterator<Item = &Arc<Unit>> {
        self.units_by_home.get(home).into_iter().flatten().filter_map(|id| self.units.get(id))
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

    /// What is remembered of incidents, for duplicates and repeats.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Open incidents in `beat` that its officer still owes a visit, oldest first.
    pub fn owed_visits<'a>(&'a self, beat: &'a AgencyId) -> impl Iterator<Item = IncidentId> + 'a {
        let from = (beat.clone(), Timestamp(i64::MIN), IncidentId(uuid::Uuid::nil()));
        self.owed_visits.range(from..).take_while(move |(at, ..)| at == beat).map(|(_, _, id)| *id)
    }

    /// A request for support.
    #[must_use]
    pub fn whistle(&self, id: &WhistleId) -> Option<&Arc<Whistle>> {
        self.whistles.get(id)
    }

    /// All requests for support here, by id.
    pub fn whistles(&self) -> impl Iterator<Item = &Arc<Whistle>> {
        self.whistles.values()
    }

    /// Requests for support of one incident that are here, open or not.
    pub fn whistles_of(&self, incident_id: IncidentId) -> impl Iterator<Item = &Arc<Whistle>> {
        let from = (incident_id, WhistleId(uuid::Uuid::nil()));
        let ids = self.whistles_by_incident.range(from..).take_while(move |(incident, _)| *incident == incident_id);
        ids.filter_map(|(_, id)| self.whistles.get(id))
    }

    /// A shift.
    #[must_use]
    pub fn shift(&self, id: &ShiftId) -> Option<&Arc<Shift>> {
        self.shifts.get(id)
    }

    /// All shifts here, by id.
    pub fn shifts(&self) -> impl Iterator<Item = &Arc<Shift>> {
        self.shifts.values()
    }

    /// The shift that `unit_id` works in, or works in next: the earliest of its planned ones. No two of them overlap.
    #[must_use]
    pub fn next_shift_of(&self, unit_id: &UnitId) -> Option<&Arc<Shift>> {
        let planned = self.shifts.values().filter(|shift| shift.state == ShiftState::Planned && shift.plan.units.contains(unit_id));
        planned.min_by_key(|shift| (shift.plan.starts_at, shift.plan.shift_id))
    }

    /// Wartime mode of an area, as it was switched on last.
    #[must_use]
    pub fn wartime(&self, area: &AgencyId) -> Option<&Arc<Wartime>> {
        self.wartime.get(area)
    }

    /// The areas that are or were in wartime mode, by code.
    pub fn wartimes(&self) -> impl Iterator<Item = &Arc<Wartime>> {
        self.wartime.values()
    }

    /// The area in wartime mode that `agency` lies in; none where none holds.
    #[must_use]
    pub fn wartime_at(&self, tree: &AgencyTree, agency: &AgencyId) -> Option<&Arc<Wartime>> {
        tree.ancestors(agency).filter_map(|node| self.wartime.get(&node.agency_id)).find(|mode| mode.holds())
    }

    /// A note about an address.
    #[must_use]
    pub fn premise_note(&self, id: &PremiseNoteId) -> Option<&Arc<PremiseNote>> {
        self.premise_notes.get(id)
    }

    /// All notes here, by id.
    pub fn premise_notes(&self) -> impl Iterator<Item = &Arc<PremiseNote>> {
        self.premise_notes.values()
    }

    /// Notes that hold within `radius_m` of `position`, the nearest first.
    #[must_use]
    pub fn premise_notes_at(&self, position: Position, radius_m: u32) -> Vec<(u32, Arc<PremiseNote>)> {
        let ids = GridKey::around(position, radius_m).flat_map(|key| {
            let from = (key, PremiseNoteId(uuid::Uuid::nil()));
            self.premises_by_place.range(from..).take_while(move |(at, _)| *at == key).map(|(_, id)| *id)
        });
        let notes = ids.filter_map(|id| self.premise_notes.get(&id)).filter(|note| note.ended_at.is_none());
        let mut near: Vec<_> = notes
            .map(|note| (distance_m(position, note.position), Arc::clone(note)))
            .filter(|(distance, _)| *distance <= radius_m)
            .collect();
        near.sort_by_key(|(distance, note)| (*distance, note.note_id));
        near
    }

    /// Milliseconds of community time that `station` has lent in `month` (202611).
    #[must_use]
    pub fn lent_ms(&self, station: &AgencyId, month: u32) -> u64 {
        self.lent_ms.get(&(station.clone(), month)).copied().unwrap_or(0)
    }

    /// The local day the next incident is numbered under: `day`, but never an earlier one than the last incident's. A clock that
    /// was set back, or a tree with another time zone, would else give two incidents of one day the same number.
    #[must_use]
    pub fn numbering_day(&self, day: LocalDay) -> LocalDay {
        day.max(self.numbering.0)
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
            .chain(self.whistles.values().cloned().map(PostImage::Whistle))
            .chain(self.shifts.values().cloned().map(PostImage::Shift))
            .chain(self.wartime.values().cloned().map(PostImage::Wartime))
            .chain(self.premise_notes.values().cloned().map(PostImage::PremiseNote))
    }
}
