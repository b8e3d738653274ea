//! Crews are people on shifts: they say that they are safe, press the button, are relieved; and drones live by their batteries.

use super::*;
use crate::geometry::offset;
use roads::sphere::great_circle_m;
use uuid::Uuid;

const START: Timestamp = Timestamp(1_000_000);
const HOUR_MS: u64 = 3_600_000;

fn home() -> Position {
    Position::from_degrees(37.6, 108.8).unwrap()
}

fn id(number: u128) -> AssignmentId {
    AssignmentId(Uuid::from_u128(number))
}

fn order(number: u128, metres_east: f64) -> Input {
    Input::Order { assignment_id: id(number), destination: Some(offset(home(), metres_east, 0.0)), priority: 2 }
}

/// Everything within some hours.
fn run(crew: &mut Crew, hours: u64) -> Vec<Intention> {
    let mut all = Vec::new();
    while let Some(due) = crew.next_due().filter(|due| due.since_ms(START) <= hours * HOUR_MS) {
        all.extend(std::iter::from_fn(|| crew.poll(due)));
    }
    all
}

fn at_ms(steps: &[Intention], wanted: impl Fn(&Action) -> bool) -> Vec<u64> {
    steps.iter().filter(|step| wanted(&step.action)).map(|step| step.at.since_ms(START)).collect()
}

#[test]
fn a_crew_on_scene_says_that_it_is_safe_before_the_check_asks() {
    let long = Delay::fixed(2 * HOUR_MS);
    let profile = CrewProfile { service: long, confirm_safe: Some(Delay::new(240_000, 420_000, 590_000)), ..CrewProfile::prompt() };
    let mut crew = Crew::new(profile, home(), 10.0, 3, 0, START);
    crew.handle(&order(1, 100.0), START);
    let steps = run(&mut crew, 3);
    let (arrived, cleared) = (at_ms(&steps, |a| matches!(a, Action::MarkOnScene(_))), at_ms(&steps, |a| matches!(a, Action::Clear { .. })));
    let safe = at_ms(&steps, |a| matches!(a, Action::ConfirmSafe(_)));
    let moments: Vec<u64> = arrived.iter().chain(&safe).chain(&cleared).copied().collect();
    assert!(safe.len() >= 12, "{safe:?}");
    assert!(moments.windows(2).all(|two| two[0] < two[1] && two[1] - two[0] <= 600_000), "{moments:?}");
}

#[test]
fn the_button_is_pressed_as_often_as_the_profile_says_and_only_on_scene() {
    let hour = Delay::fixed(HOUR_MS);
    let profile = CrewProfile { service: hour, emergencies_per_hour: 0.1, fix_interval_ms: 0, ..CrewProfile::prompt() };
    let mut pressed = 0;
    for number in 0..2_000 {
        let mut crew = Crew::new(profile.clone(), home(), 10.0, 3, number, START);
        crew.handle(&order(1, 1_000.0), START);
        let steps = run(&mut crew, 2);
        let (arrived, cleared) =
            (at_ms(&steps, |a| matches!(a, Action::MarkOnScene(_)))[0], at_ms(&steps, |a| matches!(a, Action::Clear { .. }))[0]);
        let presses = at_ms(&steps, |a| matches!(a, Action::RaiseEmergency(_)));
        assert!(presses.iter().all(|at| (arrived..=cleared).contains(at)));
        pressed += presses.len();
    }
    assert!((150..250).contains(&pressed), "{pressed} of 2,000 hours at 0.1");
}

#[test]
fn a_crew_is_relieved_at_the_end_of_its_shift_but_not_in_the_middle_of_a_case() {
    let shift = ShiftCycle { length: Delay::fixed(8 * HOUR_MS), relief: Delay::fixed(600_000) };
    let profile = CrewProfile { shift: Some(shift), fix_interval_ms: 0, service: Delay::fixed(2 * HOUR_MS), ..CrewProfile::prompt() };
    let mut crew = Crew::new(profile.clone(), home(), 10.0, 5, 0, START);
    let steps = run(&mut crew, 24);
    let changes: Vec<&Action> = steps.iter().map(|step| &step.action).collect();
    assert!(changes.len() >= 4 && changes.chunks(2).all(|two| two[0] == &Action::SignOff), "{changes:?}");
    let off = at_ms(&steps, |a| *a == Action::SignOff)[0];
    assert_eq!(at_ms(&steps, |a| *a == Action::SignOn)[0], off + 600_000);

    let mut busy = Crew::new(profile, home(), 10.0, 5, 0, START);
    let begin = START.plus_ms(off - 60_000);
    assert!(busy.poll(begin).is_none());
    busy.handle(&order(1, 100.0), begin);
    let steps = run(&mut busy, 24);
    let (cleared, off_late) = (at_ms(&steps, |a| matches!(a, Action::Clear { .. }))[0], at_ms(&steps, |a| *a == Action::SignOff)[0]);
    assert!(off_late >= cleared && cleared > off, "it finishes its case first");
}

#[test]
fn a_drone_comes_home_before_its_reserve_and_charges_before_it_goes_again() {
    let profile = CrewProfile { service: Delay::fixed(6 * HOUR_MS), ..CrewProfile::prompt() }.drone();
    let profile = CrewProfile { service: Delay::fixed(6 * HOUR_MS), turn_out: Delay::NONE, driving_error: 0.0, ..profile };
    let battery = BatteryProfile::docked();
    let mut drone = Crew::new(profile, home(), 15.0, 5, 0, START);
    drone.handle(&order(1, 3_000.0), START);
    let steps = run(&mut drone, 2);
    let set_out = at_ms(&steps, |a| matches!(a, Action::MarkEnRoute(_)))[0];
    let cleared = at_ms(&steps, |a| matches!(a, Action::Clear { .. }))[0];
    let landed = cleared + 200_000;
    let flown_share = (landed - set_out) as f64 / battery.endurance_ms as f64;
    assert!((0.80..=0.851).contains(&flown_share), "it used {flown_share} of its battery");
    assert_eq!(drone.position(START.plus_ms(landed + 1_000)), home(), "it is in its dock");
    let resting = at_ms(&steps, |a| *a == Action::OutOfService("charging"));
    let again = at_ms(&steps, |a| *a == Action::BackInService);
    assert_eq!(resting, [cleared]);
    assert!(again[0] > landed + battery.charge_ms * 8 / 10, "it charges what it used");

    let mut far = Crew::new(CrewProfile::prompt().drone(), home(), 15.0, 5, 1, START);
    far.handle(&order(2, 17_000.0), START);
    let steps = run(&mut far, 1);
    assert!(steps.iter().any(|step| step.action == Action::Decline(id(2), "too_far")), "it could not come back");
}

#[test]
fn ways_take_longer_or_shorter_than_planned_and_fixes_are_a_little_off() {
    let profile = CrewProfile { driving_error: 0.25, fix_error_m: 6.0, ..CrewProfile::prompt() };
    let (mut times, mut errors) = (Vec::new(), Vec::new());
    for number in 0..1_000 {
        let mut crew = Crew::new(profile.clone(), home(), 10.0, 7, number, START);
        errors.extend(run(&mut crew, 0).iter().filter_map(|step| match &step.action {
            Action::Fix(fix) => Some(great_circle_m(fix.position, home())),
            _ => None,
        }));
        let first = crew.poll(START.plus_ms(6_000));
        errors.extend(first.and_then(|step| match step.action {
            Action::Fix(fix) => Some(great_circle_m(fix.position, home())),
            _ => None,
        }));
        crew.handle(&order(1, 2_000.0), START.plus_ms(6_000));
        let steps = run(&mut crew, 1);
        times.push(at_ms(&steps, |a| matches!(a, Action::MarkOnScene(_)))[0] as f64 - 6_000.0);
    }
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    assert!((195_000.0..205_000.0).contains(&mean), "right on average: {mean}");
    let late = times.iter().filter(|time| **time > 250_000.0).count();
    assert!((100..220).contains(&late), "{late} of 1,000 took a quarter longer");
    let mean_error_m = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!(errors.len() > 900 && (6.0..9.0).contains(&mean_error_m), "{mean_error_m}");
}

#[test]
fn a_car_follows_the_streets_of_its_county() {
    let plan = crate::county::CountyPlan::new(1).unwrap();
    let county = crate::county::county(&plan).unwrap();
    let router = Arc::new(Router::new(&county.network));
    let cars: Vec<_> = county.layout.units.iter().filter(|unit| unit.kind == domain::unit::UnitKind::Car).take(6).collect();
    for pair in cars.windows(2) {
        let (from, to) = (pair[0].start, pair[1].start);
        let profile = CrewProfile { fix_interval_ms: 5_000, ..CrewProfile::prompt() };
        let streets = Streets { router: Arc::clone(&router), class: SpeedClass::Car };
        let mut crew = Crew::new(profile, from, 10.0, 1, 0, START).on_roads(streets);
        crew.handle(&Input::Order { assignment_id: id(1), destination: Some(to), priority: 1 }, START);
        let steps = run(&mut crew, 2);
        let route = router.route(from, to, SpeedClass::Car);
        let arrived = at_ms(&steps, |a| matches!(a, Action::MarkOnScene(_)))[0];
        assert!(arrived.abs_diff(route.travel_ms) < 2_000, "{arrived} against {}", route.travel_ms);
        for step in &steps {
            let Action::Fix(fix) = &step.action else { continue };
            let passed_ms = step.at.since_ms(START).min(route.travel_ms);
            assert!(great_circle_m(fix.position, route.at(passed_ms).0) < 60.0, "on its way at every moment");
        }
        assert!(route.length_m() >= great_circle_m(from, to) * 0.999);
    }
}
