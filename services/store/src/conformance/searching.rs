//! Searching incidents.

use super::fixture::{START_MS, append, commit_of, incident, incident_image, log};
use crate::{EncodedEvent, Head, IncidentFilter, Store};
use domain::classification::Classification;
use domain::ids::{AgencyId, CategoryKey, ReasonKey, Seq};
use domain::incident::{Incident, IncidentState};
use domain::place::Place;
use domain::time::LocalDay;
use std::sync::Arc;

/// Five incidents of one log, each different in one field, and one of another log.
async fn filled(store: &dyn Store) {
    let mut by_number: Vec<Incident> = (1..=5).map(incident).collect();
    by_number[1].state = IncidentState::Resolved { disposition: ReasonKey::new("handled").unwrap() };
    by_number[2].verified_as = Some(Classification { category: CategoryKey::new("criminal").unwrap(), kind: None });
    by_number[3].place = Place::Unverified;
    by_number[3].station = AgencyId::new("610824-02").unwrap();
    by_number[4].local_day = LocalDay(20_260_723);
    by_number[4].number = 1;
    let mut head = Head::EMPTY;
    for incident in &mut by_number {
        incident.revision = head.seq.next();
        head = append(store, &log("610824"), head, vec![commit_of("a", vec![incident_image(incident)])]).await;
    }
    append(store, &log("610825"), Head::EMPTY, vec![commit_of("a", vec![incident_image(&incident(9))])]).await;
}

async fn found(store: &dyn Store, filter: IncidentFilter) -> Vec<u128> {
    let page = store.search_incidents(&log("610824"), IncidentFilter { limit: 10, ..filter }).await.unwrap();
    assert_eq!(page.next_before, None);
    page.incidents.into_iter().map(|incident| incident.incident_id.0.as_u128()).collect()
}

/// Each field alone and some together.
pub async fn incidents_are_found_by_each_field(store: Arc<dyn Store>) {
    let store = &*store;
    filled(store).await;
    let any = IncidentFilter::default;
    assert_eq!(found(store, any()).await, [5, 4, 3, 2, 1]);
    let cell = "893188c927fff".to_owned();
    assert_eq!(found(store, IncidentFilter { h3_cell: Some(cell.clone()), ..any() }).await, [5, 3, 2, 1]);
    assert_eq!(found(store, IncidentFilter { h3_cell: Some("89".to_owned()), ..any() }).await, [0_u128; 0]);
    assert_eq!(found(store, IncidentFilter { state: Some("resolved".to_owned()), ..any() }).await, [2]);
    assert_eq!(found(store, IncidentFilter { category: Some("criminal".to_owned()), ..any() }).await, [3]);
    assert_eq!(found(store, IncidentFilter { category: Some("dispute".to_owned()), ..any() }).await, [5, 4, 2, 1]);
    assert_eq!(found(store, IncidentFilter { number: Some(1), ..any() }).await, [5, 1]);
    assert_eq!(found(store, IncidentFilter { number: Some(1), local_day: Some(20_260_722), ..any() }).await, [1]);
    let (from, to) = (Some(START_MS + 2_000), Some(START_MS + 4_000));
    assert_eq!(found(store, IncidentFilter { reported_from_ms: from, ..any() }).await, [5, 4, 3, 2]);
    assert_eq!(found(store, IncidentFilter { reported_to_ms: to, ..any() }).await, [3, 2, 1]);
    assert_eq!(found(store, IncidentFilter { reported_from_ms: from, reported_to_ms: to, ..any() }).await, [3, 2]);
    let stations = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(found(store, IncidentFilter { stations: stations(&["610824-02"]), ..any() }).await, [4]);
    assert_eq!(found(store, IncidentFilter { stations: stations(&["610824-02", "610824-01"]), ..any() }).await, [5, 4, 3, 2, 1]);
    let both = IncidentFilter { h3_cell: Some(cell), state: Some("classified".to_owned()), ..any() };
    assert_eq!(found(store, both).await, [5, 3, 1]);
}

/// Pages join up without gap or double, by the position of an incident's first event, whatever changes later.
pub async fn incidents_are_paged_newest_first(store: Arc<dyn Store>) {
    let log = log("610824");
    let mut head = Head::EMPTY;
    for number in 1..=7 {
        let incident = incident(number);
        let mut commit = commit_of("a", vec![incident_image(&incident)]);
        // Its first event is not the last of the commit.
        commit.events[0].incident_id = Some(incident.incident_id);
        commit.events.push(EncodedEvent { bytes: b"b".to_vec(), name: "incident_waiting", incident_id: Some(incident.incident_id) });
        head = append(&*store, &log, head, vec![commit]).await;
    }
    let mut oldest = incident(1);
    oldest.state = IncidentState::Dispatched;
    oldest.revision = head.seq.next();
    append(&*store, &log, head, vec![commit_of("c", vec![incident_image(&oldest)])]).await;

    let (mut before, mut numbers, mut pages) = (None, Vec::new(), 0);
    loop {
        let filter = IncidentFilter { before, limit: 3, ..IncidentFilter::default() };
        let page = store.search_incidents(&log, filter).await.unwrap();
        numbers.extend(page.incidents.iter().map(|incident| incident.number));
        pages += 1;
        before = page.next_before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!((numbers, pages), (vec![7, 6, 5, 4, 3, 2, 1], 3));
    let last = IncidentFilter { before: Some(Seq(3)), limit: 1, ..IncidentFilter::default() };
    let page = store.search_incidents(&log, last).await.unwrap();
    assert_eq!((page.incidents.len(), page.next_before), (1, None), "a full last page has no next one");
    assert_eq!(page.incidents[0].state, IncidentState::Dispatched);
}
