//! Counts a replay from the record itself: walks every event of the log, and has the log's hash chain verified.

use super::report::{Counts, count};
use domain::event::Event;
use domain::ids::{IncidentId, LogId, Seq};
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
    /// Of them by owner.
    pub teams: Counts,
    /// Of them closed.
    pub closed: u64,
    /// Of them reported before the run began.
    pub earlier: u64,
    /// Events of the run by name.
    pub events: Counts,
    /// Whether the chain holds from the first event to the head.
    pub audit_ok: bool,
}

/// Walks a log from its first event. `accepted` are the incidents that the replay's calls were answered with; what came after
/// `begin` belongs to the run.
///
/// # Errors
/// [`StoreError`] when the record can't be read.
pub async fn recount(store: &dyn Store, log_id: &LogId, accepted: &BTreeSet<IncidentId>, begin: Seq) -> Result<Recount, StoreError> {
    let mut found = Recount::default();
    let mut counted: BTreeSet<IncidentId> = BTreeSet::new();
    let mut after = Seq::default();
    loop {
        let rows = store.read(log_id, after, PAGE).await?;
        let Some(newest) = rows.last().map(|row| row.seq) else { break };
        for row in rows {
            let decoded =
                wire::event::decode(&row.bytes, row.seq).map_err(|error| StoreError::Damaged(format!("event {}: {error}", row.seq)))?;
            let in_run = row.seq > begin;
            if in_run {
                count(&mut found.events, decoded.recorded.event.name());
            }
            take(&mut found, &mut counted, &decoded.recorded.event, in_run, accepted);
        }
        after = newest;
    }
    found.audit_ok = audit::verify(store, log_id, &Audit::default()).await?.is_ok();
    Ok(found)
}

fn take(found: &mut Recount, counted: &mut BTreeSet<IncidentId>, event: &Event, in_run: bool, accepted: &BTreeSet<IncidentId>) {
    match event {
        Event::IncidentReported(reported) if in_run || accepted.contains(&reported.incident_id) => {
            counted.insert(reported.incident_id);
            found.recorded += 1;
            found.earlier += u64::from(!in_run);
            count(&mut found.teams, reported.owner.key());
            reported.flags.iter().for_each(|flag| count(&mut found.flagged, flag.key()));
        }
        Event::IncidentClosed { incident_id } if counted.contains(incident_id) => found.closed += 1,
        _ => {}
    }
}
