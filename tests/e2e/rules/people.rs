//! Officers over the wire: help for one whose button is pressed, each helper for itself, and attendance that is excused at the close.

use super::*;
use crate::house::org_dir;

#[tokio::test(flavor = "multi_thread")]
async fn each_helper_acknowledges_an_emergency_for_itself() {
    let house = House::open().await;
    for unit in ["610824-a11", "610824-a12", "610824-b21"] {
        house.on_duty(unit).await;
    }
    let caller = "610824-b21".to_owned();
    let mut units = house.units().await;
    let raise = || on_log!(RaiseEmergencyRequest { unit_id: caller.clone() });
    let raised = send!(units, &house.token_of(&caller), raise_emergency, raise()).unwrap();
    let again = send!(units, &house.token_of(&caller), raise_emergency, raise()).unwrap();
    assert_eq!((&again.incident_id, again.number), (&raised.incident_id, raised.number), "pressed twice, one emergency");
    let get = || GetIncidentRequest { log_id: LOG.to_owned(), incident_id: raised.incident_id.clone(), min_seq: 0 };
    let mut records = house.records().await;
    let orders = send!(records, &house.operator, get_incident, get()).unwrap().assignments;
    let mut helpers: Vec<_> = orders.iter().map(|order| order.unit_id.as_str()).collect();
    helpers.sort_unstable();
    assert_eq!(helpers, ["610824-a11", "610824-a12"], "the nearest help, and nobody helps itself");
    for (index, order) in orders.iter().enumerate() {
        let tap = |id: &str| on_log!(AcknowledgeRequest { assignment_id: id.to_owned() });
        // One helper's word is not the other's.
        let other = &orders[1 - index];
        let foreign = send!(units, &house.token_of(&other.unit_id), acknowledge, tap(&order.assignment_id)).unwrap_err();
        assert_eq!(foreign.code(), Code::PermissionDenied, "{foreign:?}");
        send!(units, &house.token_of(&order.unit_id), acknowledge, tap(&order.assignment_id)).unwrap();
        let now = send!(records, &house.operator, get_incident, get()).unwrap().assignments;
        let taken = now.iter().filter(|order| order.state() == AssignmentState::Acknowledged).count();
        assert_eq!(taken, index + 1, "{now:?}");
    }
    let mut dispatch = house.dispatch().await;
    let close = on_log!(CloseIncidentRequest { incident_id: raised.incident_id.clone() });
    not_possible(send!(dispatch, &house.operator, close_incident, close), &["incident 1"]);
    let clear = on_log!(ClearEmergencyRequest { unit_id: caller.clone(), reason: "safe".to_owned() });
    send!(dispatch, &house.operator, clear_emergency, clear).unwrap();
}

/// The organisation with a beat around the east station's seat, and its community officer.
fn with_a_beat() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in ["org.toml", "boundaries.geojson", "units.csv"] {
        let text = std::fs::read_to_string(org_dir().join(file)).unwrap();
        let text = match file {
            "units.csv" => text + "610824-f01,F01,foot,610824-01-01,community,1,0,\n",
            "boundaries.geojson" => {
                let beat = r#"{"type": "Feature", "properties": {"agency_id": "610824-01-01", "parent": "610824-01", "level": "beat",
                    "name_zh": "东街警务区", "name_en": "East Street"}, "geometry": {"type": "Polygon",
                    "coordinates": [[[108.82, 37.55], [108.88, 37.55], [108.88, 37.65], [108.82, 37.65], [108.82, 37.55]]]}},"#;
                text.replacen("\"features\": [", &format!("\"features\": [{beat}"), 1)
            }
            _ => text,
        };
        std::fs::write(dir.path().join(file), text).unwrap();
    }
    dir
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_beats_officer_has_not_attended_is_closed_with_an_excuse_only() {
    let org = with_a_beat();
    let house = House::open_of(org.path()).await;
    let a12 = "610824-a12";
    house.on_duty(a12).await;
    let (mut dispatch, mut units, own) = (house.dispatch().await, house.units().await, house.token_of(a12));
    let id = report(&house, "criminal/theft", "").await;
    let orders = vec![UnitOrder { unit_id: a12.to_owned(), ..Default::default() }];
    let ordered = send!(dispatch, &house.operator, assign_units, on_log!(AssignUnitsRequest { incident_id: id.clone(), orders })).unwrap();
    let assignment_id = ordered.assignment_ids[0].clone();
    send!(units, &own, acknowledge, on_log!(AcknowledgeRequest { assignment_id: assignment_id.clone() })).unwrap();
    let clear = on_log!(ClearRequest { assignment_id, reason: "done".to_owned(), disposition: "report_filed".to_owned() });
    send!(units, &own, clear, clear).unwrap();
    let close = |excuse: &str| on_log!(CloseIncidentRequest { incident_id: id.clone(), excuse: excuse.to_owned() });
    for (excuse, expected) in [("", "F01 of beat 610824-01-01 has not attended"), ("i_forgot", "i_forgot")] {
        let refused = send!(dispatch, &house.operator, close_incident, close(excuse)).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
        assert!(refused.message().starts_with("excuse") && refused.message().contains(expected), "{refused:?}");
    }
    assert_eq!(incident(&house, &id).await.state(), IncidentState::Resolved);
    send!(dispatch, &house.operator, close_incident, close("off_duty")).unwrap();
    let closed = incident(&house, &id).await;
    let attendance = closed.attendance.clone().unwrap();
    assert_eq!((closed.state(), attendance.state()), (IncidentState::Closed, AttendanceState::Excused));
    assert_eq!((attendance.beat_id.as_str(), attendance.excuse.as_str()), ("610824-01-01", "off_duty"));
}
