//! Hours by activity: two hand-computed days, a month, a week, and a day on which clocks are put forward.
#![allow(clippy::unwrap_used)]

use domain::assignment::{AssignmentRole, Lent};
use domain::event::{AssignmentActivated, AssignmentOffered, AssignmentQueued, Event, EventMeta, Recorded};
use domain::hours::{Calendar, DaySpan, Hours, Worked};
use domain::ids::{AgencyId, AssignmentId, IncidentId, PrincipalId, ReasonKey, Seq, UnitId};
use domain::matching::RankedUnit;
use domain::situation::TravelSource;
use domain::testing::{BASE, BASE_DAY, DAY_MS};
use domain::time::{LocalDay, Timestamp};
use domain::unit::Availability;
use uuid::Uuid;

const MINUTE_MS: u64 = 60_000;

fn unit() -> UnitId {
    UnitId::new("610824-m1").unwrap()
}

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

/// Minutes after midnight of the first day.
fn at(hour: u64, minute: u64) -> Timestamp {
    BASE.plus_ms((hour * 60 + minute) * MINUTE_MS)
}

fn recorded(at: Timestamp, event: Event) -> Recorded {
    let actor = PrincipalId::new("server").unwrap();
    Recorded { meta: EventMeta { seq: Seq(1), actor, recorded_at: at, occurred_at: None, clamped: false }, event }
}

fn ranking() -> RankedUnit {
    let source = TravelSource::StraightLine;
    RankedUnit { unit_id: unit(), rank: 1, travel_ms: 0, source, fix_age_ms: None, cost_ms: 0, reasons: Vec::new() }
}

fn id(number: u128) -> AssignmentId {
    AssignmentId(Uuid::from_u128(number))
}

fn offered(number: u128, lent: bool) -> Event {
    let station = AgencyId::new("610824-01").unwrap();
    Event::AssignmentOffered(Box::new(AssignmentOffered {
        assignment_id: id(number),
        incident_id: IncidentId(Uuid::from_u128(number)),
        unit_id: unit(),
        role: AssignmentRole::Primary,
        deliver_by: BASE,
        acknowledge_by: BASE,
        automatic: true,
        ranking: ranking(),
        not_taken: Vec::new(),
        lent: lent.then_some(Lent { station, month: 202_611 }),
    }))
}

fn cleared(number: u128) -> Event {
    Event::AssignmentCleared { assignment_id: id(number), reason: key("done"), disposition: None, feedback: None, feedback_by: None }
}

fn availability(availability: Availability) -> Event {
    Event::UnitAvailabilityChanged { unit_id: unit(), availability }
}

fn whole_days() -> impl Calendar {
    |at: Timestamp| {
        let day = at.since_ms(BASE) / DAY_MS;
        DaySpan { day: LocalDay(BASE_DAY + u32::try_from(day).unwrap()), ends_at: BASE.plus_ms((day + 1) * DAY_MS) }
    }
}

/// Signs on at 20:00; engaged 20:30–21:00, lent 22:00–22:40; meal (urgent work only) 23:00–23:30; training 23:30–00:30, with an
/// order that waited and went out 00:10–00:20 of the second day; off at 06:00.
fn a_night() -> Vec<Recorded> {
    let queued = AssignmentQueued {
        assignment_id: id(3),
        incident_id: IncidentId(Uuid::from_u128(3)),
        unit_id: unit(),
        role: AssignmentRole::Primary,
        automatic: false,
        ranking: ranking(),
    };
    let activated = AssignmentActivated { assignment_id: id(3), deliver_by: BASE, acknowledge_by: BASE, lent: None };
    vec![
        recorded(at(20, 0), Event::UnitSignedOn { unit_id: unit(), sworn: 1, auxiliary: 2 }),
        recorded(at(20, 30), offered(1, false)),
        recorded(at(20, 45), Event::AssignmentQueued(Box::new(queued))),
        recorded(at(21, 0), cleared(1)),
        recorded(at(22, 0), offered(2, true)),
        recorded(at(22, 40), cleared(2)),
        recorded(at(23, 0), availability(Availability::Conditional { reason: key("meal") })),
        recorded(at(23, 30), availability(Availability::OutOfService { reason: key("training") })),
        recorded(at(24, 10), Event::AssignmentActivated(activated)),
        recorded(at(24, 20), Event::AssignmentRecalled { assignment_id: id(3), reason: key("mistake") }),
        recorded(at(24, 30), availability(Availability::Available)),
        recorded(at(30, 0), Event::UnitSignedOff { unit_id: unit() }),
    ]
}

fn minutes(worked: Worked) -> [u64; 5] {
    let of = |ms: u64| ms / MINUTE_MS;
    [of(worked.available_ms), of(worked.conditional_ms), of(worked.engaged_ms), of(worked.out_of_service_ms), of(worked.lent_ms)]
}

#[test]
fn a_night_over_two_days_comes_out_as_computed_by_hand() {
    let mut hours = Hours::new(whole_days());
    a_night().iter().for_each(|recorded| hours.add(recorded));
    let (first, second) = (LocalDay(BASE_DAY), LocalDay(BASE_DAY + 1));
    // 20:00–20:30, 21:00–22:00, 22:40–23:00 free; 23:00–23:30 meal; 30 + 40 engaged; 23:30–24:00 training.
    assert_eq!(minutes(hours.of_days(&unit(), first..=first)), [110, 30, 70, 30, 40]);
    // 00:30–06:00 free; 00:10–00:20 engaged; 00:00–00:10 and 00:20–00:30 training.
    assert_eq!(minutes(hours.of_days(&unit(), second..=second)), [330, 0, 10, 20, 0]);
    let month = hours.of_month(&unit(), 202_611);
    assert_eq!(month.on_duty_ms(), 600 * MINUTE_MS);
    assert_eq!(month.own_service_ms(), 560 * MINUTE_MS, "what was lent is no service of its beat");
    assert_eq!(hours.of_month(&unit(), 202_612), Worked::default());
    assert_eq!(hours.by_day().count(), 2);
}

#[test]
fn a_report_in_the_middle_counts_what_was_worked_so_far_and_never_twice() {
    let mut hours = Hours::new(whole_days());
    let day = LocalDay(BASE_DAY);
    for recorded in &a_night()[..2] {
        hours.add(recorded);
    }
    for now in [at(20, 40), at(20, 40), at(20, 50), at(20, 45)] {
        hours.count_until(now);
    }
    assert_eq!(minutes(hours.of_days(&unit(), day..=day)), [30, 0, 20, 0, 0]);
    a_night()[2..].iter().for_each(|recorded| hours.add(recorded));
    assert_eq!(minutes(hours.of_days(&unit(), day..=day)), [110, 30, 70, 30, 40]);
}

#[test]
fn a_tap_that_came_late_counts_from_when_it_was_tapped_but_not_from_before_the_last_change() {
    let mut hours = Hours::new(whole_days());
    let day = LocalDay(BASE_DAY);
    hours.add(&recorded(at(8, 0), Event::UnitSignedOn { unit_id: unit(), sworn: 2, auxiliary: 0 }));
    hours.add(&recorded(at(9, 0), offered(1, false)));
    let mut late = recorded(at(11, 0), cleared(1));
    late.meta.occurred_at = Some(at(10, 0));
    hours.add(&late);
    let mut wrong = recorded(at(12, 0), Event::UnitSignedOff { unit_id: unit() });
    wrong.meta.occurred_at = Some(at(9, 30));
    hours.add(&wrong);
    assert_eq!(minutes(hours.of_days(&unit(), day..=day)), [60, 0, 60, 0, 0]);
}

#[test]
fn a_day_of_23_hours_has_23_hours() {
    // Clocks are put forward on the second day: it ends an hour early.
    let calendar = |at: Timestamp| {
        let ends = [DAY_MS, 2 * DAY_MS - 3_600_000];
        match ends.into_iter().zip(0u32..).find(|(ends, _)| at < BASE.plus_ms(*ends)) {
            Some((ends, day)) => DaySpan { day: LocalDay(BASE_DAY + day), ends_at: BASE.plus_ms(ends) },
            None => DaySpan { day: LocalDay(BASE_DAY + 2), ends_at: Timestamp(i64::MAX) },
        }
    };
    let mut hours = Hours::new(calendar);
    hours.add(&recorded(BASE, Event::UnitSignedOn { unit_id: unit(), sworn: 2, auxiliary: 0 }));
    hours.add(&recorded(BASE.plus_ms(2 * DAY_MS), Event::UnitSignedOff { unit_id: unit() }));
    let worked: Vec<_> = hours.by_day().map(|(_, day, worked)| (day.0 - BASE_DAY, worked.on_duty_ms() / 3_600_000)).collect();
    assert_eq!(worked, [(0, 24), (1, 23), (2, 1)]);
}

#[test]
fn a_calendar_that_stands_still_does_not_hang_the_fold() {
    let mut hours = Hours::new(|_: Timestamp| DaySpan { day: LocalDay(BASE_DAY), ends_at: BASE });
    hours.add(&recorded(BASE, Event::UnitSignedOn { unit_id: unit(), sworn: 2, auxiliary: 0 }));
    hours.add(&recorded(BASE.plus_ms(DAY_MS), Event::UnitSignedOff { unit_id: unit() }));
    let day = LocalDay(BASE_DAY);
    assert_eq!(hours.of_days(&unit(), day..=day).on_duty_ms(), DAY_MS);
}

#[test]
fn a_span_over_midnight_counts_on_both_days_up_to_four_hundred_days_and_beyond_that_on_its_first() {
    let span = |ms: u64| {
        let mut hours = Hours::new(whole_days());
        hours.add(&recorded(at(20, 0), Event::UnitSignedOn { unit_id: unit(), sworn: 1, auxiliary: 0 }));
        hours.add(&recorded(at(20, 0).plus_ms(ms), Event::UnitSignedOff { unit_id: unit() }));
        let days: Vec<_> = hours.by_day().map(|(_, day, worked)| (day.0, worked.available_ms)).collect();
        (days.len(), days[0])
    };
    let four_hours = 4 * 3_600_000;
    assert_eq!(span(10 * 3_600_000), (2, (BASE_DAY, four_hours)));
    assert_eq!(span(400 * DAY_MS), (401, (BASE_DAY, four_hours)));
    for beyond in [1, 2] {
        assert_eq!(span(400 * DAY_MS + beyond), (1, (BASE_DAY, 400 * DAY_MS + beyond)));
    }
}

#[test]
fn the_first_of_the_next_month_is_not_of_this_one() {
    // The calendar counts its days on: 80 after the 21st of November is written as the 1st of December.
    let mut hours = Hours::new(whole_days());
    let morning = BASE.plus_ms(80 * DAY_MS);
    hours.add(&recorded(morning, Event::UnitSignedOn { unit_id: unit(), sworn: 1, auxiliary: 0 }));
    hours.add(&recorded(morning.plus_ms(3_600_000), Event::UnitSignedOff { unit_id: unit() }));
    assert_eq!((hours.of_month(&unit(), 202_611).on_duty_ms(), hours.of_month(&unit(), 202_612).on_duty_ms()), (0, 3_600_000));
}
