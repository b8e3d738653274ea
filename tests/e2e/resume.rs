//! Viewers that were away: they get what they missed and nothing else, and in the end everybody has the same picture.

use super::house::{House, LOG, call, classification, fresh, with};
use super::load::{People, work};
use super::viewer::{Form, Picture, Viewer};
use std::collections::BTreeSet;
use std::time::Duration;
use wire::v1alpha1::resource::Resource as Kind;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{AssignmentState, GetIncidentRequest, IncidentState, ReclassifyRequest, Resource, ResumePoint};

/// How often the socket is cut.
const CUTS: usize = 20;
/// How long a viewer stays before it is cut, in milliseconds.
const STAY_MS: std::ops::RangeInclusive<u64> = 1..=80;

/// Connects and gives the first frame after the welcome.
async fn first_frame(house: &House, form: Form, point: ResumePoint) -> (Viewer, Frame) {
    let mut viewer = Viewer::hello(house.address(), form, &house.operator, Some(point)).await;
    assert!(matches!(viewer.next().await, Frame::Welcome(_)));
    let frame = viewer.next().await;
    (viewer, frame)
}

/// The picture without the words of closed incidents: a room that saw them live keeps them until its next snapshot, and one that
/// comes later is not told them.
fn without_words_of_closed(mut picture: Picture) -> Picture {
    let closed: BTreeSet<String> = picture.things.values().filter_map(closed_incident).collect();
    for thing in picture.things.values_mut() {
        let words = match &mut thing.resource {
            Some(Kind::Incident(incident)) => (&incident.incident_id, &mut incident.address, &mut incident.narrative),
            Some(Kind::Assignment(assignment)) => (&assignment.incident_id, &mut assignment.address, &mut assignment.narrative),
            _ => continue,
        };
        if closed.contains(words.0) {
            words.1.clear();
            words.2.clear();
        }
    }
    picture
}

fn closed_incident(thing: &Resource) -> Option<String> {
    match &thing.resource {
        Some(Kind::Incident(incident)) if incident.state() == IncidentState::Closed => Some(incident.incident_id.clone()),
        _ => None,
    }
}

/// What one picture has and another has not, or has otherwise.
fn differences(one: &Picture, other: &Picture) -> Vec<String> {
    let keys = one.things.keys().chain(other.things.keys());
    let differing = keys.filter(|key| one.things.get(*key) != other.things.get(*key));
    differing.map(|key| format!("{key}: {:?} is not {:?}", one.things.get(key), other.things.get(key))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_gets_what_was_missed_in_one_delta() {
    let house = House::open().await;
    house.all_on_duty().await;
    let mut viewer = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
    let mut picture = Picture::of(&mut viewer).await;
    let mut intake = house.intake().await;
    let before = intake.report_incident(with(&house.operator, call("dispute/debt"))).await.unwrap().into_inner();
    picture.until(&mut viewer, before.receipt.unwrap().seq).await;
    drop(viewer);
    let mut missed = Vec::new();
    let mut head = 0;
    for what in ["dispute/family", "criminal/robbery", "help/lockout"] {
        let reported = intake.report_incident(with(&house.operator, call(what))).await.unwrap().into_inner();
        missed.push(format!("incident {}", reported.incident_id));
        head = reported.receipt.unwrap().seq;
    }
    for form in [Form::Json, Form::Protobuf] {
        let mut again = picture.clone();
        again.things.clear();
        let (_viewer, frame) = first_frame(&house, form, picture.point().unwrap()).await;
        let Frame::Delta(delta) = &frame else { panic!("{form:?}: expected one delta, not {frame:?}") };
        assert_eq!((delta.prev_seq, delta.seq), (picture.seq, head));
        again.take(frame);
        let told: Vec<_> = again.things.keys().filter(|key| key.starts_with("incident ")).cloned().collect();
        missed.sort();
        assert_eq!(told, missed, "what was known before is not told again");
        assert!(again.things.keys().any(|key| key.starts_with("assignment ")), "the order of the urgent call");
    }
    // Who has missed nothing is told nothing until something happens.
    let mut fresh = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
    let current = Picture::of(&mut fresh).await;
    let mut viewer = Viewer::hello(house.address(), Form::Protobuf, &house.operator, current.point()).await;
    assert!(matches!(viewer.next().await, Frame::Welcome(_)));
    let next = intake.report_incident(with(&house.operator, call("help/animal"))).await.unwrap().into_inner();
    let Frame::Delta(delta) = viewer.next().await else { panic!("expected a delta") };
    assert_eq!((delta.prev_seq, delta.seq), (current.seq, next.receipt.unwrap().seq));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_history_is_told_and_replaced_by_a_snapshot() {
    let house = House::open().await;
    let mut viewer = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
    let picture = Picture::of(&mut viewer).await;
    house.intake().await.report_incident(with(&house.operator, call("dispute/debt"))).await.unwrap();
    let stands = picture.point().unwrap();
    let table = [
        ResumePoint { hash: "00".repeat(32), ..stands.clone() },
        ResumePoint { hash: String::new(), ..stands.clone() },
        ResumePoint { seq: stands.seq - 1, ..stands.clone() },
        ResumePoint { seq: stands.seq + 1_000, ..stands.clone() },
        ResumePoint { seq: u64::MAX, ..stands.clone() },
    ];
    for point in table {
        let (mut viewer, frame) = first_frame(&house, Form::Json, point.clone()).await;
        let Frame::Resync(resync) = frame else { panic!("{point:?}: expected a resync, not {frame:?}") };
        assert_eq!(resync.reason, "history_differs", "{point:?}");
        let new = Picture::of(&mut viewer).await;
        assert_eq!((new.snapshots, new.seq), (1, stands.seq + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_cut_again_and_again_loses_nothing_and_repeats_nothing() {
    let mut house = House::open().await;
    house.all_on_duty().await;
    let people = People::of(&house);
    let load = tokio::spawn(work(house.address(), people, Vec::new()));
    let mut viewer = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
    let mut picture = Picture::of(&mut viewer).await;
    drop(viewer);
    let mut resumed = 0;
    for cut in 0..CUTS {
        let form = if cut % 2 == 0 { Form::Json } else { Form::Protobuf };
        let before = picture.seq;
        let mut viewer = Viewer::hello(house.address(), form, &house.operator, picture.point()).await;
        let stay = tokio::time::sleep(Duration::from_millis(rand::random_range(STAY_MS)));
        tokio::pin!(stay);
        loop {
            tokio::select! {
                frame = viewer.next() => picture.take(frame),
                () = &mut stay => break,
            }
        }
        resumed += usize::from(picture.seq > before);
        // Dropped without a goodbye.
        drop(viewer);
    }
    load.abort();
    let journal = load.await;
    assert!(journal.is_err(), "the load ended before the cuts did");
    // The abort may have left one request under way; the next one is answered after it.
    let last = house.intake().await.report_incident(with(&house.operator, call("help/animal"))).await.unwrap().into_inner();
    let head = last.receipt.unwrap().seq;
    let mut viewer = Viewer::hello(house.address(), Form::Protobuf, &house.operator, picture.point()).await;
    picture.until(&mut viewer, head).await;
    let mut other = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
    let mut fresh = Picture::of(&mut other).await;
    // Deadlines may write meanwhile: both are brought to the same event.
    let same = picture.seq.max(fresh.seq);
    picture.until(&mut viewer, same).await;
    fresh.until(&mut other, same).await;
    assert_eq!((picture.seq, &picture.hash), (fresh.seq, &fresh.hash));
    assert_eq!((picture.snapshots, picture.resyncs.len()), (1, 0), "a snapshot was needed after the first one");
    assert!(resumed > CUTS / 2, "only {resumed} of {CUTS} stays brought anything");
    assert_eq!(differences(&without_words_of_closed(picture), &without_words_of_closed(fresh)), Vec::<String>::new());
    house.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_on_its_way_is_told_that_the_call_turned_into_something_else() {
    let house = House::open().await;
    let a12 = "610824-a12";
    house.on_duty(a12).await;
    let mut intake = house.intake().await;
    let reported = intake.report_incident(with(&house.operator, call("dispute/family_violence"))).await.unwrap().into_inner();
    let mut phone = Viewer::hello(house.address(), Form::Json, &house.token_of(a12), None).await;
    let mut picture = Picture::of(&mut phone).await;
    let reclassify = ReclassifyRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        incident_id: reported.incident_id.clone(),
        verified_as: classification("criminal/weapon"),
        expected_revision: 0,
    };
    let seq = intake.reclassify(with(&house.operator, reclassify)).await.unwrap().into_inner().receipt.unwrap().seq;
    picture.until(&mut phone, seq).await;
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id, min_seq: seq };
    let order = house.records().await.get_incident(with(&house.operator, get)).await.unwrap().into_inner().assignments.remove(0);
    assert_eq!((order.state(), order.classification.clone()), (AssignmentState::Offered, classification("criminal/weapon")));
    let Some(Kind::Assignment(shown)) = &picture.things[&format!("assignment {}", order.assignment_id)].resource else { panic!() };
    assert_eq!(shown.classification, order.classification, "the unit still reads what it was at first");
}
