//! A run on the virtual clock: the same again is the same to the byte, nothing is lost, times are the clock's, and what the record's
//! projections say is what its events say.

use super::*;
use crate::drivers::recount::recount;
use domain::apply::apply;
use domain::policy::DEFAULT_TEXT;
use domain::world::{PostImage, World};
use sim::county::invented_county;
use std::collections::{BTreeMap, BTreeSet};
use wire::v1alpha1::{CallSource, Classification, Position, ReportIncidentRequest};

const BEGIN: Timestamp = Timestamp(1_795_233_600_000);
const KINDS: [(&str, &str); 6] = [
    ("criminal", "robbery"),
    ("dispute", "neighbour"),
    ("help", "missing_child"),
    ("consultation", "other"),
    ("public_order", "fight"),
    ("traffic", "damage_accident"),
];

/// Calls a few minutes apart, at the places where units begin.
fn calls(site: &Site, count: u64) -> Vec<VirtualCall> {
    let call = |number: u64| {
        let at = BEGIN.plus_ms(number * 97_000 + number % 3 * 11_000);
        let place = site.units[usize::try_from(number * 7).unwrap() % site.units.len()].start;
        let (category, kind) = KINDS[usize::try_from(number).unwrap() % KINDS.len()];
        let request = ReportIncidentRequest {
            request_id: uuid::Uuid::from_u128(u128::from(number) + 1).to_string(),
            source: CallSource::Emergency110 as i32,
            classification: Some(Classification { category: category.to_owned(), r#type: kind.to_owned() }),
            position: Some(Position { lat_e7: place.lat_e7(), lon_e7: place.lon_e7() }),
            datum: 1,
            occurred_at: Some(crate::drivers::clock::on_the_wire(at)),
            desk_log_id: site.log_id.to_string(),
            ..ReportIncidentRequest::default()
        };
        VirtualCall { at, request }
    };
    (0..count).map(call).collect()
}

struct Ran {
    ended: VirtualEnd,
    record: Record,
    accepted: u64,
    _dir: tempfile::TempDir,
}

/// Runs calls in a thread of their own, as the command does.
async fn ran(seed: u64, count: u64) -> Ran {
    let (dir, writer) = (tempfile::tempdir().unwrap(), Handle::current());
    let record = Record::open(dir.path()).unwrap();
    let open = record.clone();
    let (ended, accepted) = tokio::task::spawn_blocking(move || {
        let site = Site::of_layout(invented_county(7).unwrap(), DEFAULT_TEXT).unwrap();
        let calls = calls(&site, count);
        let mut accepted = 0;
        let plan = VirtualPlan::new(site, BEGIN, seed);
        let ended = run(&plan, &open, &writer, calls.into_iter().map(Ok), |answer| {
            answer.unwrap();
            accepted += 1;
        });
        (ended.unwrap(), accepted)
    })
    .await
    .unwrap();
    Ran { ended, record, accepted, _dir: dir }
}

fn log_id() -> domain::ids::LogId {
    Site::of_layout(invented_county(7).unwrap(), DEFAULT_TEXT).unwrap().log_id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_writes_the_same_record_and_another_seed_another() {
    let (first, again, other) = (ran(3, 40).await, ran(3, 40).await, ran(4, 40).await);
    assert_eq!(first.ended, again.ended);
    assert_ne!(first.ended.head.hash, other.ended.head.hash);
    let stored = first.record.store().head(&log_id()).await.unwrap();
    assert_eq!(stored, first.ended.head, "what ran is what the disk has");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_recorded_and_worked_on_and_times_are_the_clocks() {
    let ran = ran(1, 60).await;
    let site = Site::of_layout(invented_county(7).unwrap(), DEFAULT_TEXT).unwrap();
    let agencies = places::AgencyBlob::from_bytes(&site.agencies).unwrap().tree;
    let policy = domain::policy::parse("default.toml", DEFAULT_TEXT).unwrap();
    let mut times = times::PoliceTimes::new(Arc::new(policy), Arc::new(agencies));
    let store = ran.record.store();
    let found = recount(store.as_ref(), &log_id(), &BTreeSet::new(), ran.ended.begin, Some(&mut times)).await.unwrap();
    assert_eq!((ran.accepted, found.recorded, found.closed, ran.ended.left_open), (60, 60, 60, 0));
    assert!(found.audit_ok);
    assert!(ran.ended.activity.deadlines > 0, "deadlines fire on the virtual clock: {:?}", ran.ended.activity);
    let urgent = &times.by_priority[&1];
    assert_eq!(urgent.to_order.quantile_ms(0.5), Some(0), "the rules order at once");
    let asked = times.by_priority[&3].to_order.quantile_ms(0.0).unwrap();
    assert!((5_000..30_000).contains(&asked), "an operator needs a while: {asked}");
    let scene = times.all.to_scene.quantile_ms(0.5).unwrap();
    assert!((10_000..7_200_000).contains(&scene), "nobody is there at once: {scene}");
    let to_close = times.all.to_close.quantile_ms(0.5).unwrap();
    assert!(to_close > scene + 60_000, "{to_close} after {scene}");
    assert_eq!(times.all.to_close.count(), 60);
    let by_day: u64 = times.days().map(|(_, day)| day.closed).sum();
    assert_eq!(by_day, 60, "each incident on one day");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_behind_is_what_the_events_say() {
    let ran = ran(2, 40).await;
    let (store, log_id) = (ran.record.store(), log_id());
    let (mut world, mut incidents, mut orders) = (World::new(log_id.clone()), BTreeMap::new(), BTreeMap::new());
    let rows = store.read(&log_id, Seq(0), 100_000).await.unwrap();
    for row in rows {
        for image in apply(&mut world, &wire::event::decode(&row.bytes, row.seq).unwrap().recorded) {
            match image {
                PostImage::Incident(incident) => drop(incidents.insert(incident.incident_id, incident)),
                PostImage::Assignment(order) => drop(orders.insert(order.assignment_id, order)),
                _ => {}
            }
        }
    }
    assert_eq!(incidents.len(), 40);
    for (id, incident) in incidents {
        let (stored, its_orders) = store.incident(&log_id, id).await.unwrap().unwrap();
        assert_eq!(stored, *incident);
        assert_eq!(its_orders.len(), incident.assignments.len());
        for order in its_orders {
            assert_eq!(order, *orders[&order.assignment_id]);
        }
    }
    assert_eq!(store.deadlines(&log_id, i64::MAX, 100).await.unwrap(), [], "nothing is owed once all is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_not_empty_is_refused() {
    let first = ran(1, 1).await;
    let (record, writer) = (first.record.clone(), Handle::current());
    let again = tokio::task::spawn_blocking(move || {
        let site = Site::of_layout(invented_county(7).unwrap(), DEFAULT_TEXT).unwrap();
        run(&VirtualPlan::new(site, BEGIN, 1), &record, &writer, std::iter::empty(), |_| ())
    });
    let why = again.await.unwrap().unwrap_err();
    assert!(matches!(&why, Failure::BadInput(line) if line.contains("expected an empty directory")), "{why}");
}
