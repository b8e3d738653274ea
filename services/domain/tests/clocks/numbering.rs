//! Incidents are numbered per log and local day, whatever the clocks on the wall do; deadlines do not look at the wall at all.

use domain::command::Command;
use domain::decide::decide;
use domain::event::{Event, IncidentReported};
use domain::principal::authorize;
use domain::testing::{BASE_DAY, Bench, DAY_MS, call, locate, operator};
use domain::time::{LocalDay, Timestamp};

/// Reports a theft at `at` on the local day `day`, and gives what was recorded of it.
fn report(bench: &mut Bench, at: Timestamp, day: u32) -> IncidentReported {
    bench.now = at;
    let place = locate(&bench.agencies, 37.55, 108.81);
    let command = Command::ReportIncident(call("criminal/theft", place));
    let mut situation = bench.gather(&command);
    situation.local_day = LocalDay(day);
    // Ids of their own: the bench does not know of this decision.
    situation.fresh_ids.iter_mut().for_each(|id| *id = uuid::Uuid::from_u128(id.as_u128() + (u128::from(bench.world.head().0) << 64)));
    let authorized = authorize(&operator("610824"), command, &bench.world, &situation).unwrap();
    let decision = decide(&bench.world, &authorized, &situation, at).unwrap();
    bench.world = decision.world;
    let reported = decision.events.into_iter().find_map(|recorded| match recorded.event {
        Event::IncidentReported(reported) => Some(*reported),
        _ => None,
    });
    reported.unwrap()
}

fn numbers(reported: &[IncidentReported]) -> Vec<(u32, u32)> {
    reported.iter().map(|reported| (reported.local_day.0 - BASE_DAY, reported.number)).collect()
}

#[test]
fn a_day_of_25_hours_numbers_on_through_the_hour_that_comes_twice_and_the_next_begins_at_one() {
    let mut bench = Bench::new(1);
    let midnight = bench.now.plus_ms(16 * 3_600_000);
    // 23:30, the same hour again, and 00:10 of the next day.
    let at = [midnight.plus_ms(0), midnight.plus_ms(1_800_000), midnight.plus_ms(3_600_000), midnight.plus_ms(4_200_000)];
    let days = [0, 0, 0, 1];
    let reported: Vec<_> = at.into_iter().zip(days).map(|(at, day)| report(&mut bench, at, BASE_DAY + day)).collect();
    assert_eq!(numbers(&reported), [(0, 1), (0, 2), (0, 3), (1, 1)]);
    for (reported, at) in reported.iter().zip(at) {
        assert_eq!(reported.clock.unwrap().dispatch_by, at.plus_ms(60_000), "a minute is a minute");
    }
}

#[test]
fn a_day_that_goes_back_never_gives_a_number_twice() {
    let mut bench = Bench::new(1);
    let start = bench.now;
    // Another time zone, or a clock that was set back: the day before comes again.
    let days = [0, 1, 1, 0, 0, 1, 2];
    let reported: Vec<_> =
        days.into_iter().zip(1u64..).map(|(day, step)| report(&mut bench, start.plus_ms(step * DAY_MS / 8), BASE_DAY + day)).collect();
    let numbers = numbers(&reported);
    assert_eq!(numbers, [(0, 1), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1)]);
    let distinct: std::collections::BTreeSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len());
}
