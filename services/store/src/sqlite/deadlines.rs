//! Deadline rows: what must have happened by when. They follow from the resources and are written with them.

use super::rows;
use domain::deadlines::{Deadline, DeadlineSubject, Owner, deadlines_of};
use domain::ids::{AgencyId, AssignmentId, IncidentId, LogId, PremiseNoteId, ShiftId, WhistleId};
use domain::time::Timestamp;
use domain::world::PostImage;
use rusqlite::{Connection, Row, params};

/// Replaces the rows of one resource by what it has now.
pub(super) fn write(conn: &Connection, log: &str, image: &PostImage) -> rusqlite::Result<()> {
    let Some(owner) = Owner::of(image) else { return Ok(()) };
    let subject_id = key_of(&owner);
    conn.prepare_cached("DELETE FROM deadlines WHERE log_id = ? AND subject_id = ?")?.execute(params![log, subject_id])?;
    for deadline in deadlines_of(image) {
        conn.prepare_cached("INSERT INTO deadlines (log_id, subject_id, subject_kind, due_at_ms) VALUES (?, ?, ?, ?)")?
            .execute(params![log, subject_id, deadline.subject.kind(), deadline.due_at.0])?;
    }
    Ok(())
}

/// Deadlines due at or before `until_ms`, earliest first.
pub(super) fn read(conn: &Connection, log_id: &LogId, until_ms: i64, limit: i64) -> rusqlite::Result<Vec<Deadline>> {
    conn.prepare_cached(
        "SELECT subject_kind, subject_id, due_at_ms FROM deadlines WHERE log_id = ? AND due_at_ms <= ? \
         ORDER BY due_at_ms, subject_id, subject_kind LIMIT ?",
    )?
    .query_map(params![log_id.as_str(), until_ms, limit], |row| {
        let kind = row.get_ref(0)?.as_str().map_err(|error| rows::wrong(0, error))?;
        Ok(Deadline { due_at: Timestamp(row.get(2)?), subject: subject(row, kind)? })
    })?
    .collect()
}

/// The 16 bytes of a UUID; of wartime mode the area's code.
fn key_of(owner: &Owner) -> Vec<u8> {
    match owner {
        Owner::Incident(id) => id.0.as_bytes().to_vec(),
        Owner::Assignment(id) => id.0.as_bytes().to_vec(),
        Owner::Whistle(id) => id.0.as_bytes().to_vec(),
        Owner::Shift(id) => id.0.as_bytes().to_vec(),
        Owner::PremiseNote(id) => id.0.as_bytes().to_vec(),
        Owner::Wartime(area) => area.as_str().as_bytes().to_vec(),
    }
}

fn subject(row: &Row<'_>, kind: &str) -> rusqlite::Result<DeadlineSubject> {
    let incident = || rows::uuid(row, 1).map(IncidentId);
    let assignment = || rows::uuid(row, 1).map(AssignmentId);
    let shift = || rows::uuid(row, 1).map(ShiftId);
    Ok(match kind {
        "dispatch" => DeadlineSubject::Dispatch(incident()?),
        "retry" => DeadlineSubject::Retry(incident()?),
        "deliver" => DeadlineSubject::Deliver(assignment()?),
        "acknowledge" => DeadlineSubject::Acknowledge(assignment()?),
        "sign" => DeadlineSubject::Sign(incident()?),
        "send" => DeadlineSubject::Send(incident()?),
        "widen" => DeadlineSubject::Widen(incident()?),
        "hold" => DeadlineSubject::Hold(incident()?),
        "arrive" => DeadlineSubject::Arrive(incident()?),
        "seek_primary" => DeadlineSubject::SeekPrimary(incident()?),
        "transfer" => DeadlineSubject::Transfer(incident()?),
        "safety_check" => DeadlineSubject::SafetyCheck(assignment()?),
        "feedback" => DeadlineSubject::Feedback(assignment()?),
        "support" => DeadlineSubject::Support(rows::uuid(row, 1).map(WhistleId)?),
        "shift_end" => DeadlineSubject::ShiftEnd(shift()?),
        "hand_over" => DeadlineSubject::HandOver(shift()?),
        "wartime" => {
            let bytes = row.get_ref(1)?.as_blob().map_err(|error| rows::wrong(1, error))?;
            let text = std::str::from_utf8(bytes).map_err(|error| rows::wrong(1, error))?;
            DeadlineSubject::Wartime(AgencyId::new(text).map_err(|error| rows::wrong(1, error))?)
        }
        "premise_note" => DeadlineSubject::PremiseNote(rows::uuid(row, 1).map(PremiseNoteId)?),
        other => return Err(rows::wrong(0, std::io::Error::other(format!("{other:?} is no kind of deadline")))),
    })
}
