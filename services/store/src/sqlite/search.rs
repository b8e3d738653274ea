//! Incidents by filter: the question is put together from the fields that are set.

use super::rows::{self, limit_to_sql, seq_to_sql};
use crate::query::{IncidentFilter, IncidentPage};
use domain::ids::{LogId, Seq};
use domain::incident::Incident;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Incidents by filter, newest first.
pub(super) fn incidents(conn: &Connection, log_id: &LogId, filter: &IncidentFilter) -> rusqlite::Result<IncidentPage> {
    let (sql, values) = question(log_id, filter);
    let mut rows_found: Vec<(Seq, Incident)> = conn
        .prepare_cached(&sql)?
        .query_map(params_from_iter(values), |row| Ok((rows::seq(row, 0)?, rows::json(row, 1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    // One more than the page was asked for: that tells whether there is a next one.
    let more = rows_found.len() > filter.limit;
    rows_found.truncate(filter.limit);
    let next_before = if more { rows_found.last().map(|(seq, _)| *seq) } else { None };
    Ok(IncidentPage { incidents: rows_found.into_iter().map(|(_, incident)| incident).collect(), next_before })
}

fn question(log_id: &LogId, filter: &IncidentFilter) -> (String, Vec<Value>) {
    let mut sql = String::from("SELECT first_seq, image FROM incidents WHERE log_id = ?");
    let mut values = vec![Value::from(log_id.as_str().to_owned())];
    let mut only = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.push(value);
        }
    };
    only("h3_cell = ?", filter.h3_cell.clone().map(Value::from));
    only("state = ?", filter.state.clone().map(Value::from));
    only("category = ?", filter.category.clone().map(Value::from));
    only("number = ?", filter.number.map(Value::from));
    only("local_day = ?", filter.local_day.map(Value::from));
    only("reported_at_ms >= ?", filter.reported_from_ms.map(Value::from));
    only("reported_at_ms < ?", filter.reported_to_ms.map(Value::from));
    only("first_seq < ?", filter.before.map(seq_to_sql).map(Value::from));
    if !filter.stations.is_empty() {
        // One parameter however many stations, so that the statement stays in the cache.
        let stations = serde_json::Value::from(filter.stations.clone()).to_string();
        only("station IN (SELECT value FROM json_each(?))", Some(Value::from(stations)));
    }
    sql.push_str(" ORDER BY first_seq DESC LIMIT ?");
    values.push(Value::from(limit_to_sql(filter.limit.saturating_add(1))));
    (sql, values)
}
