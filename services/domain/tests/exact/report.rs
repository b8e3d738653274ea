//! The report of a worked-out morning: every number counted by hand.

use crate::room::{LAT, LON, acknowledge, agency, at, car, clear, give, incident, key, order, orders, report, report_at};
use domain::apply::apply;
use domain::classification::{CallSource, Classification, Team, TransferTarget};
use domain::command::{
    AddCall, AnswerTransfer, CancelIncident, Command, ExcuseAttendance, MergeIncidents, Reclassify, ReopenIncident, ReportIncident,
    SignIncident, SplitIncident, TransferIncident, UnmergeIncidents, WhenEngaged,
};
use domain::ids::{CategoryKey, IncidentId, LogId, TypeKey};
use domain::policy::Bands;
use domain::report::Report;
use domain::testing::{Bench, LOG, call, operator, profile, tap, unit_principal};
use domain::unit::UnitProfile;
use domain::world::World;
use std::collections::BTreeMap;

fn report_of(bench: &Bench, undone: &str) -> Report {
    let (mut world, mut report) = (World::new(LogId::new(LOG).unwrap()), Report::default());
    for recorded in bench.log() {
        report.add(&world, recorded, recorded.event.name() == undone);
        apply(&mut world, recorded);
    }
    report.finish(&Bands { answer_ms: vec![10_000], acknowledge_ms: vec![20_000, 60_000], arrive_ms: vec![60_000, 180_000] })
}

fn counts<const N: usize>(of: [(&str, u64); N]) -> BTreeMap<String, u64> {
    of.into_iter().map(|(key, count)| (key.to_owned(), count)).collect()
}

fn moved<const N: usize>(of: [(&'static str, u64); N]) -> BTreeMap<&'static str, u64> {
    of.into_iter().collect()
}

fn reclassify(bench: &mut Bench, incident_id: IncidentId, what: &str) {
    let (category, kind) = what.split_once('/').unwrap();
    let verified_as = Classification { category: CategoryKey::new(category).unwrap(), kind: TypeKey::new(kind).ok() };
    give(bench, Command::Reclassify(Reclassify { incident_id, verified_as, expected_revision: 0 })).unwrap();
}

#[test]
fn clocks_fall_into_their_bands_and_attendance_lending_and_alarms_are_counted() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let c1 = bench.unit(UnitProfile { team: Team::Community, ..profile("C1", agency("610824-01-01")) }, 37.69, 108.84);
    // Answered 12 s after it rang; ordered at once, taken 25 s later, on scene 105 s after it rang.
    let rang = bench.now;
    bench.now = bench.now.plus_ms(20_000);
    let robbery = ReportIncident {
        occurred_at: Some(rang),
        answered_at: Some(rang.plus_ms(12_000)),
        ..call("criminal/robbery", at(&bench, LAT, LON))
    };
    let robbery = give(&mut bench, Command::ReportIncident(robbery)).unwrap().reply.reported.unwrap().0;
    let held = incident(&bench, robbery).assignments[0];
    bench.run(&unit_principal(&a1), Command::MarkDelivered(tap(held))).unwrap();
    bench.pass(25_000);
    acknowledge(&mut bench, held);
    bench.pass(60_000);
    bench.run(&unit_principal(&a1), Command::MarkOnScene(tap(held))).unwrap();
    clear(&mut bench, held, Some("handled"));
    // Owned by the case team and in the beat: its officer goes for attendance, which is not lent; then the officer alone is, to a theft.
    let fight = report_at(&mut bench, "public_order/fight", 37.65, LON);
    order(&mut bench, fight, &a1);
    let attends = bench.world.unit(&c1).unwrap().engaged_in().unwrap();
    acknowledge(&mut bench, attends);
    bench.run(&unit_principal(&c1), Command::MarkOnScene(tap(attends))).unwrap();
    clear(&mut bench, attends, None);
    let theft = report(&mut bench, "criminal/theft");
    order(&mut bench, theft, &c1);
    report_at(&mut bench, "dispute/neighbour", 37.66, LON);
    let excused = report_at(&mut bench, "dispute/neighbour", 37.67, LON);
    give(&mut bench, Command::ExcuseAttendance(ExcuseAttendance { incident_id: excused, reason: key("off_duty") })).unwrap();
    // Passed down to the station and signed after 31 s.
    let passed = ReportIncident { desk: Some(agency(LOG)), ..call("criminal/burglary", at(&bench, LAT, LON + 0.03)) };
    let passed = give(&mut bench, Command::ReportIncident(passed)).unwrap().reply.reported.unwrap().0;
    bench.pass(31_000);
    bench.run(&operator("610824-01"), Command::SignIncident(SignIncident { incident_id: passed })).unwrap();
    let report = report_of(&bench, "");
    assert_eq!((report.answer.counts, report.answer.longest_ms), (vec![0, 1], 12_000));
    assert_eq!((report.acknowledge.counts, report.acknowledge.longest_ms), (vec![1, 1, 0], 25_000));
    assert_eq!((report.arrive.counts, report.arrive.longest_ms), (vec![1, 1, 0], 105_000));
    assert_eq!((report.sign.counts, report.sign.longest_ms), (vec![0, 1, 0], 31_000));
    assert_eq!((report.attendance.due, report.attendance.attended), (3, 1));
    assert_eq!(report.attendance.excused, counts([("off_duty", 1)]));
    assert_eq!(report.lent_orders, 1);
    assert_eq!((report.incidents, report.repeats, report.calls_added), (6, 1, 0));
    assert_eq!(report.by_team, counts([("case", 4), ("community", 2)]));
    assert_eq!(report.by_priority, BTreeMap::from([(1, 1), (2, 2), (3, 3)]));
    assert_eq!(report.moved, moved([]));
    let mut alarms = BTreeMap::new();
    bench.world.alarms().for_each(|alarm| *alarms.entry(alarm.kind.key().to_owned()).or_default() += 1);
    assert_eq!((alarms["not_dispatched"], &report.alarms), (2, &alarms));
    bench.assert_sound();
}

#[test]
fn an_order_that_waited_counts_from_when_it_went_out_and_is_lent_then() {
    let mut bench = Bench::new(1);
    let c1 = car(&mut bench, "C1", Team::Community, 1.0);
    let own = report(&mut bench, "dispute/neighbour");
    let held = order(&mut bench, own, &c1);
    let theft = report_at(&mut bench, "criminal/theft", LAT, LON + 0.02);
    let waits = give(&mut bench, orders(theft, &[&c1], WhenEngaged::Queue)).unwrap().reply.assignments[0];
    acknowledge(&mut bench, held);
    bench.pass(25_000);
    clear(&mut bench, held, Some("mediated"));
    assert_eq!(report_of(&bench, "").lent_orders, 1);
    bench.pass(5_000);
    acknowledge(&mut bench, waits);
    let report = report_of(&bench, "");
    assert_eq!((report.acknowledge.counts, report.acknowledge.longest_ms), (vec![2, 0, 0], 5_000));
    bench.assert_sound();
}

#[test]
fn every_move_is_counted_under_its_name() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "dispute/neighbour");
    let again = report(&mut bench, "dispute/neighbour");
    let call_id = {
        let added = AddCall { incident_id: first, source: CallSource::WalkIn, private: None, occurred_at: None };
        give(&mut bench, Command::AddCall(added)).unwrap().reply.call.unwrap()
    };
    let merge = || Command::MergeIncidents(MergeIncidents { incident_id: again, into: first, expected_revision: 0 });
    give(&mut bench, merge()).unwrap();
    give(&mut bench, Command::UnmergeIncidents(UnmergeIncidents { incident_id: again })).unwrap();
    give(&mut bench, merge()).unwrap();
    let split = SplitIncident {
        incident_id: first,
        call_id,
        classification: incident(&bench, first).classification().clone(),
        place: at(&bench, LAT + 0.03, LON),
        expected_revision: 0,
    };
    let split = give(&mut bench, Command::SplitIncident(split)).unwrap().reply.reported.unwrap().0;
    reclassify(&mut bench, split, "dispute/family");
    reclassify(&mut bench, split, "dispute/debt");
    reclassify(&mut bench, split, "public_order/disturbance");
    let cancel = CancelIncident { incident_id: split, reason: key("caller_withdrew"), expected_revision: 0 };
    give(&mut bench, Command::CancelIncident(cancel)).unwrap();
    give(&mut bench, Command::ReopenIncident(ReopenIncident { incident_id: split, reason: key("new_information"), expected_revision: 0 }))
        .unwrap();
    for accepted in [false, true] {
        let to = TransferTarget::CitizensLine12345;
        give(
            &mut bench,
            Command::TransferIncident(TransferIncident { incident_id: split, to, reason: key("not_police"), expected_revision: 0 }),
        )
        .unwrap();
        let reason = (!accepted).then(|| key("no_capacity"));
        give(&mut bench, Command::AnswerTransfer(AnswerTransfer { incident_id: split, accepted, reason })).unwrap();
    }
    let report = report_of(&bench, "");
    let all = [
        ("cancelled", 1),
        ("merged", 2),
        ("reclassified_to_another_team", 1),
        ("reopened", 1),
        ("split", 1),
        ("transferred", 1),
        ("unmerged", 1),
    ];
    assert_eq!(report.moved, moved(all));
    assert_eq!((report.incidents, report.repeats, report.calls_added), (3, 1, 1));
    assert_eq!(report_of(&bench, "incident_reopened").moved.get("undone"), Some(&1));
    assert_eq!(report_of(&bench, "incident_reopened").moved.get("reopened"), None);
    bench.assert_sound();
}
