//! Projections: resources as they are after a commit, in columns that can be searched, and the deadline rows that follow.

use super::deadlines;
use super::prepared::PreparedImage;
use super::rows::seq_to_sql;
use domain::alarm::{Alarm, AlarmEnd};
use domain::assignment::Assignment;
use domain::ids::Seq;
use domain::incident::Incident;
use domain::unit::Unit;
use domain::world::PostImage;
use rusqlite::{Connection, params};
use serde::Serialize;

/// Writes one resource and its deadlines.
pub(super) fn write(conn: &Connection, log: &str, prepared: &PreparedImage) -> rusqlite::Result<()> {
    let json = prepared.json.as_str();
    match &prepared.image {
        PostImage::Incident(incident) => {
            write_incident(conn, log, incident, seq_to_sql(prepared.first_seq), json)?;
        }
        PostImage::Assignment(assignment) => write_assignment(conn, log, assignment, json)?,
        PostImage::Unit(unit) => write_unit(conn, log, unit, json)?,
        PostImage::Alarm(alarm) => write_alarm(conn, log, alarm, json)?,
        PostImage::Whistle(whistle) => write_resource(conn, log, "whistle", whistle.whistle_id.0.as_bytes(), whistle.revision, json)?,
        PostImage::Shift(shift) => write_resource(conn, log, "shift", shift.plan.shift_id.0.as_bytes(), shift.revision, json)?,
        PostImage::Wartime(mode) => write_resource(conn, log, "wartime", mode.area.as_str().as_bytes(), mode.revision, json)?,
        PostImage::PremiseNote(note) => write_resource(conn, log, "premise_note", note.note_id.0.as_bytes(), note.revision, json)?,
    }
    deadlines::write(conn, log, &prepared.image)
}

/// A resource that nobody searches for by its columns.
fn write_resource(conn: &Connection, log: &str, kind: &str, id: &[u8], revision: Seq, json: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO resources (log_id, kind, resource_id, revision, image) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (log_id, kind, resource_id) DO UPDATE SET revision = ?4, image = ?5",
    )?
    .execute(params![log, kind, id, seq_to_sql(revision), json])?;
    Ok(())
}

/// Most changes leave the place and the number as they are: they update the other columns only, and so touch few indexes.
const UPDATE_INCIDENT: &str = "UPDATE incidents SET revision = ?3, state = ?4, category = ?5, type = ?6, priority = ?7, \
    owner_team = ?8, updated_at_ms = ?9, closed_at_ms = ?10, image = ?11 \
    WHERE log_id = ?1 AND incident_id = ?2 AND number = ?12 AND local_day = ?13 AND h3_cell IS ?14 AND lat_e7 IS ?15 \
    AND lon_e7 IS ?16 AND station = ?17 AND reported_at_ms = ?18";
const UPSERT_INCIDENT: &str = "INSERT INTO incidents (log_id, incident_id, revision, state, category, type, priority, owner_team, \
    updated_at_ms, closed_at_ms, image, number, local_day, h3_cell, lat_e7, lon_e7, station, reported_at_ms, first_seq) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) \
    ON CONFLICT (log_id, incident_id) DO UPDATE SET revision = ?3, state = ?4, category = ?5, type = ?6, priority = ?7, \
    owner_team = ?8, updated_at_ms = ?9, closed_at_ms = ?10, image = ?11, number = ?12, local_day = ?13, h3_cell = ?14, \
    lat_e7 = ?15, lon_e7 = ?16, station = ?17, reported_at_ms = ?18";

fn write_incident(conn: &Connection, log: &str, incident: &Incident, first_seq: i64, json: &str) -> rusqlite::Result<()> {
    let position = incident.place.position();
    let what = incident.classification();
    let closed_at_ms = incident.state.is_closed().then_some(incident.updated_at.0);
    let h3_cell = incident.place.h3_cell().map(|cell| cell.to_string());
    let values = params![
        log,
        incident.incident_id.0.as_bytes(),
        seq_to_sql(incident.revision),
        incident.state_name(),
        what.category.as_str(),
        what.kind.as_ref().map(|kind| kind.as_str()),
        incident.priority.level(),
        incident.owner.key(),
        incident.updated_at.0,
        closed_at_ms,
        json,
        incident.number,
        incident.local_day.0,
        h3_cell,
        position.map(|p| p.lat_e7()),
        position.map(|p| p.lon_e7()),
        incident.station.as_str(),
        incident.reported_at.0,
        first_seq,
    ];
    let without_first_seq = values.split_last().map_or(values, |(_, rest)| rest);
    if conn.prepare_cached(UPDATE_INCIDENT)?.execute(without_first_seq)? == 0 {
        conn.prepare_cached(UPSERT_INCIDENT)?.execute(values)?;
    }
    Ok(())
}

fn write_assignment(conn: &Connection, log: &str, assignment: &Assignment, json: &str) -> rusqlite::Result<()> {
    let role = key_of(&assignment.role)?;
    conn.prepare_cached(
        "INSERT INTO assignments (log_id, assignment_id, incident_id, unit_id, role, state, active, revision, offered_at_ms, \
         ended_at_ms, image) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
         ON CONFLICT (log_id, assignment_id) DO UPDATE SET incident_id = ?3, role = ?5, state = ?6, active = ?7, revision = ?8, ended_at_ms = ?10, image = ?11",
    )?
    .execute(params![
        log,
        assignment.assignment_id.0.as_bytes(),
        assignment.incident_id.0.as_bytes(),
        assignment.unit_id.as_str(),
        role,
        assignment.state.name(),
        assignment.state.is_active(),
        seq_to_sql(assignment.revision),
        assignment.times.offered_at.0,
        assignment.times.ended_at.map(|at| at.0),
        json,
    ])?;
    Ok(())
}

fn write_unit(conn: &Connection, log: &str, unit: &Unit, json: &str) -> rusqlite::Result<()> {
    let profile = &unit.profile;
    conn.prepare_cached(
        "INSERT INTO units (log_id, unit_id, call_sign, kind, team, home, state, since_ms, revision, image) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (log_id, unit_id) DO UPDATE SET call_sign = ?3, kind = ?4, \
         team = ?5, home = ?6, state = ?7, since_ms = ?8, revision = ?9, image = ?10",
    )?
    .execute(params![
        log,
        profile.unit_id.as_str(),
        profile.call_sign.as_str(),
        profile.kind.key(),
        profile.team.key(),
        profile.home.as_str(),
        unit.duty.name(),
        unit.since.0,
        seq_to_sql(unit.revision),
        json,
    ])?;
    Ok(())
}

fn write_alarm(conn: &Connection, log: &str, alarm: &Alarm, json: &str) -> rusqlite::Result<()> {
    let kind = key_of(&alarm.kind)?;
    let ended_at_ms = alarm.end.as_ref().map(|end| match end {
        AlarmEnd::Confirmed { at, .. } | AlarmEnd::Over { at } => at.0,
    });
    conn.prepare_cached(
        "INSERT INTO alarms (log_id, alarm_id, kind, incident_id, unit_id, station, standing, raised_at_ms, ended_at_ms, revision, \
         image) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
         ON CONFLICT (log_id, alarm_id) DO UPDATE SET station = ?6, standing = ?7, ended_at_ms = ?9, revision = ?10, image = ?11",
    )?
    .execute(params![
        log,
        alarm.alarm_id.0.as_bytes(),
        kind,
        alarm.incident_id.as_ref().map(|id| id.0.as_bytes()),
        alarm.unit_id.as_ref().map(|unit| unit.as_str()),
        alarm.station.as_str(),
        alarm.end.is_none(),
        alarm.raised_at.0,
        ended_at_ms,
        seq_to_sql(alarm.revision),
        json,
    ])?;
    Ok(())
}

/// The key of a fieldless enum, as its JSON has it.
fn key_of<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(key)) => Ok(key),
        Ok(other) => Err(rusqlite::Error::ToSqlConversionFailure(format!("{other} is not a key").into())),
        Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
    }
}
