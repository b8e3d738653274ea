//! The room's fold of the stream, tried without a stream.

use super::*;
use crate::drivers::clock::on_the_wire;
use wire::v1alpha1::{Delta, Resync, Snapshot};

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn incident(number: u128, state: IncidentState, priority: u32, dispatch_by: Option<i64>) -> Resource {
    let at = |ms| Some(on_the_wire(Timestamp(ms)));
    Resource {
        resource: Some(Image::Incident(Incident {
            incident_id: id(number),
            state: state as i32,
            priority,
            reported_at: at(1_000 * i64::try_from(number).unwrap()),
            dispatch_by: dispatch_by.and_then(at),
            updated_at: at(9_000),
            ..Incident::default()
        })),
    }
}

fn assignment(number: u128, unit: &str, state: AssignmentState) -> Resource {
    let assignment =
        Assignment { assignment_id: id(number), unit_id: unit.to_owned(), state: state as i32, priority: 2, ..Assignment::default() };
    Resource { resource: Some(Image::Assignment(assignment)) }
}

fn unit(name: &str, kind: UnitKind, state: UnitState) -> Resource {
    let unit = Unit { unit_id: name.to_owned(), kind: kind as i32, sworn: 1, state: state as i32, ..Unit::default() };
    Resource { resource: Some(Image::Unit(unit)) }
}

fn snapshot(seq: u64, resources: Vec<Resource>) -> Frame {
    Frame::Snapshot(Snapshot { log_id: "x".to_owned(), seq, hash: "00".to_owned(), first: true, last: true, resources })
}

fn delta(seq: u64, changed: Vec<Resource>) -> Frame {
    Frame::Delta(Delta { seq, changed, ..Delta::default() })
}

#[test]
fn an_incident_is_counted_where_it_stands() {
    let mut room = Room::default();
    assert!(!room.is_live());
    room.apply(snapshot(
        5,
        vec![incident(1, IncidentState::Classified, 3, Some(70_000)), incident(2, IncidentState::Classified, 1, Some(3))],
    ));
    assert!(room.is_live());
    let waiting: Vec<_> = room.waiting().map(|waiting| waiting.incident_id.0.as_u128()).collect();
    assert_eq!(waiting, [2, 1], "the most urgent first");
    room.apply(delta(6, vec![incident(2, IncidentState::Dispatched, 1, None), incident(3, IncidentState::Classified, 4, None)]));
    assert_eq!((room.waiting_count(), room.unsent().count(), room.open()), (1, 1, 3));
    room.apply(delta(7, vec![incident(2, IncidentState::Resolved, 1, None)]));
    assert_eq!(room.resolved().count(), 1);
    room.apply(delta(8, vec![incident(2, IncidentState::Closed, 1, None)]));
    assert_eq!((room.resolved().count(), room.open(), room.at().0), (0, 2, 8));
}

#[test]
fn an_order_is_told_once_and_its_end_too_even_across_a_new_snapshot() {
    let mut room = Room::default();
    let offered = |number| assignment(number, "x-a01", AssignmentState::Offered);
    let told = room.apply(snapshot(1, vec![offered(1), offered(2)]));
    assert_eq!(told.len(), 2);
    assert!(room.apply(delta(2, vec![assignment(1, "x-a01", AssignmentState::Delivered)])).is_empty());
    let expired = room.apply(delta(3, vec![assignment(1, "x-a01", AssignmentState::Expired)]));
    assert!(matches!(expired.as_slice(), [Change::Withdrawn { .. }]));
    room.apply(Frame::Resync(Resync::default()));
    assert!(!room.is_live());
    assert_eq!(room.resyncs(), 1);
    let told = room.apply(snapshot(9, vec![offered(3)]));
    assert_eq!(told.len(), 2, "the new one is ordered, the lost one withdrawn: {told:?}");
    assert_eq!(room.resyncs(), 1);
}

#[test]
fn only_free_units_that_could_be_primary_count() {
    let mut room = Room::default();
    let free = UnitState::Available;
    let units = vec![unit("a", UnitKind::Car, free), unit("b", UnitKind::Drone, free), unit("c", UnitKind::Foot, UnitState::Engaged)];
    room.apply(snapshot(1, units));
    assert_eq!(room.free(), 1);
    room.apply(delta(2, vec![unit("a", UnitKind::Car, UnitState::Engaged), unit("c", UnitKind::Foot, free)]));
    assert_eq!(room.free(), 1);
}
