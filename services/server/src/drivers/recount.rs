//! Counts a replay from the record itself: walks every event of the log, and has the log's hash chain verified.

use super::report::{AttendanceCounts, Counts, count};
use super::virtual_time::times::PoliceTimes;
use domain::apply::apply;
use domain::event::Event;
use domain::ids::{IncidentId, LogId, Seq};
use domain::incident::Attendance;
use domain::world::World;
use std::collections::BTreeSet;
use store::audit::{self, Audit};
use store::{Store, StoreError};

/// Events read at once.
const PAGE: usize = 2_000;

/// What the record holds of a replay.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recount {
    /// Incidents of the replay's calls, and any other that came into the log during the run and so must not be there.
    pub recorded: u64,
    /// Of them with a flag, by flag.
    pub flagged: Counts,
    /// Of them by owner, as it was when they were reported.
    pub teams: Counts,
    /// Of them closed.
    pub closed: u64,
    /// Of them reported before the run began.
    pub earlier: u64,
    /// Attendance of the beats' officers.
    pub attendance: AttendanceCounts,
    /// Events of the run by name.
    pub events: Counts,
    /// Whether the chain holds from the first event to the head.
    pub audit_ok: bool,
}

/// Walks a log from its first event. `earlier` are those of the replay's incidents that were recorded before; what came after `begin`
/// belongs to the run. Police times are counted on the way, where they are asked for.
///
/// # Errors
/// [`StoreError`] when the record can't be read.
pub async fn recount(
    store: &dyn Store,
    log_id: &LogId,
    earlier: &BTreeSet<IncidentId>,
    begin: Seq,
    mut times: Option<&mut PoliceTimes>,
) -> Result<Recount, StoreError> {
    let mut walk = Walk { earlier, found: Recount::default(), open: BTreeSet::new(), owed: BTreeSet::new() };
    let mut world = World::new(log_id.clone());
    let mut after = Seq::default();
    loop {
        let rows = store.read(log_id, after, PAGE).await?;
        let Some(newest) = rows.last().map(|row| row.seq) else { break };
        for row in rows {
            let decoded =
                wire::event::decode(&row.bytes, row.seq).map_err(|error| StoreError::Damaged(format!("event {}: {error}", row.seq)))?;
            walk.take(&decoded.recorded.event, row.seq > begin);
            if let Some(times) = times.as_deref_mut() {
                let changed = apply(&mut world, &decoded.recorded);
                times.add(&world, &decoded.recorded.event, &changed);
            }
        }
        after = newest;
    }
    let mut found = walk.found;
    found.closed = found.recorded - walk.open.len() as u64;
    found.audit_ok = audit::verify(store, log_id, &Audit::default()).await?.is_ok();
    Ok(found)
}

/// What is kept grows with what is open, not with what was recorded.
struct Walk<'a> {
    earlier: &'a BTreeSet<IncidentId>,
    found: Recount,
    open: BTreeSet<IncidentId>,
    /// Incidents at which the beat's officer is due and has neither come nor been excused.
    owed: BTreeSet<IncidentId>,
}

impl Walk<'_> {
    fn take(&mut self, event: &Event, in_run: bool) {
        let found = &mut self.found;
        if in_run {
            count(&mut found.events, event.name());
        }
        match event {
            Event::IncidentReported(reported) if in_run || self.earlier.contains(&reported.incident_id) => {
                self.open.insert(reported.incident_id);
                found.recorded += 1;
                found.earlier += u64::from(!in_run);
                count(&mut found.teams, reported.owner.key());
                reported.flags.iter().for_each(|flag| count(&mut found.flagged, flag.key()));
            }
            Event::IncidentClosed { incident_id } => {
                self.open.remove(incident_id);
                self.owed.remove(incident_id);
            }
            Event::IncidentAttendanceChanged(changed) if self.open.contains(&changed.incident_id) => {
                let was_owed = self.owed.remove(&changed.incident_id);
                found.attendance.due += u64::from(!was_owed);
                match &changed.attendance {
                    Attendance::Attended { .. } => found.attendance.attended += 1,
                    Attendance::Excused { reason, .. } => count(&mut found.attendance.excused, reason.as_str()),
                    Attendance::Owed { .. } | Attendance::Ordered { .. } => drop(self.owed.insert(changed.incident_id)),
                }
            }
            _ => {}
        }
    }
}
