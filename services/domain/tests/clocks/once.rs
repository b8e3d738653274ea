//! Nobody is escalated twice for one lapse, whatever happens in whatever order, and however far the clock moves at a time.

use domain::alarm::AlarmKind;
use domain::command::{Clear, ClearEmergency, Command, ConfirmAlarm, ConfirmSafe, Decline, NoteContact, RaiseEmergency, SubmitFeedback};
use domain::event::{Event, Recorded};
use domain::ids::{AssignmentId, IncidentId, ReasonKey, UnitId};
use domain::place::Place;
use domain::principal::Principal;
use domain::testing::{Bench, call, locate, operator, profile, server, station_id, tap, unit_principal};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Time passes by one of these, in milliseconds.
const ADVANCES_MS: [u64; 6] = [500, 9_000, 31_000, 301_000, 601_000, 1_801_000];
const WHAT: [&str; 3] = ["criminal/robbery", "criminal/theft", "dispute/family"];

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

/// One thing that somebody does, chosen by `pick` among what there is.
fn act(bench: &mut Bench, what: u8, pick: usize) {
    let units: Vec<UnitId> = bench.world.units().map(|unit| unit.profile.unit_id.clone()).collect();
    let unit_id = units[pick % units.len()].clone();
    let own = unit_principal(&unit_id);
    let held = bench.world.unit(&unit_id).unwrap().engaged_in();
    let on = |command: fn(AssignmentId) -> Command| held.map(|id| (own.clone(), command(id)));
    let clear = |disposition: Option<&str>| {
        held.map(|id| {
            let disposition = disposition.map(key);
            (own.clone(), Command::Clear(Clear { tap: tap(id), reason: key("done"), disposition, feedback: None }))
        })
    };
    let given: Option<(Principal, Command)> = match what {
        0 => {
            let place = locate(&bench.agencies, 37.55, 108.81);
            Some((operator("610824"), Command::ReportIncident(call(WHAT[pick % WHAT.len()], place))))
        }
        1 => on(|id| Command::Acknowledge(tap(id))),
        2 => on(|id| Command::MarkOnScene(tap(id))),
        3 => on(|id| Command::ConfirmSafe(ConfirmSafe { tap: tap(id) })),
        4 => clear(None),
        5 => clear(Some("handled")),
        6 => on(|id| Command::Decline(Decline { tap: tap(id), reason: ReasonKey::new("too_far").unwrap() })),
        7 | 8 => Some((server(), Command::NoteContact(NoteContact { unit_id, lost: what == 7 }))),
        9 => Some((own, Command::RaiseEmergency(RaiseEmergency { unit_id, place: Place::Unverified, occurred_at: None }))),
        10 => Some((operator("610824"), Command::ClearEmergency(ClearEmergency { unit_id, reason: key("safe") }))),
        11 => {
            let owed: Vec<_> = bench.world.assignments().filter(|it| it.feedback_clock.is_some()).cloned().collect();
            owed.get(pick % owed.len().max(1)).map(|it| {
                let submit = SubmitFeedback { tap: tap(it.assignment_id), disposition: key("handled"), feedback: None };
                (unit_principal(&it.unit_id), Command::SubmitFeedback(submit))
            })
        }
        _ => {
            let standing: Vec<_> = bench.world.alarms().filter(|alarm| alarm.end.is_none()).map(|alarm| alarm.alarm_id).collect();
            let alarm_id = standing.get(pick % standing.len().max(1)).copied();
            alarm_id.map(|alarm_id| (operator("610824"), Command::ConfirmAlarm(ConfirmAlarm { alarm_id })))
        }
    };
    // A refusal is an answer too: what matters is what came into the record.
    if let Some((who, command)) = given {
        let _ = bench.run(&who, command);
    }
}

type Subject = (Option<IncidentId>, Option<UnitId>);

/// Reads the record: which lapses were recorded without a clock that ran, and which alarms without a lapse of their own.
#[derive(Default)]
struct Escalations {
    units: BTreeMap<AssignmentId, (UnitId, IncidentId)>,
    running: BTreeSet<(&'static str, String)>,
    lapses: BTreeMap<(AlarmKind, Subject), u32>,
    found: Vec<String>,
}

impl Escalations {
    fn starts(&mut self, clock: &'static str, of: impl ToString, runs: bool) {
        let entry = (clock, of.to_string());
        if runs {
            self.running.insert(entry);
        } else {
            self.running.remove(&entry);
        }
    }

    fn lapses(&mut self, clock: &'static str, of: impl ToString, kinds: &[AlarmKind], subject: &Subject) {
        if !self.running.remove(&(clock, of.to_string())) {
            self.found.push(format!("{clock} of {} lapsed twice, or never ran", of.to_string()));
        }
        for kind in kinds {
            *self.lapses.entry((*kind, subject.clone())).or_default() += 1;
        }
    }

    fn subject(&self, id: AssignmentId) -> Subject {
        self.units.get(&id).map_or((None, None), |(unit_id, incident_id)| (Some(*incident_id), Some(unit_id.clone())))
    }

    fn read(&mut self, event: &Event) {
        use AlarmKind as Kind;
        match event {
            Event::IncidentReported(reported) => {
                self.starts("dispatch", reported.incident_id, reported.clock.is_some());
                self.starts("arrival", reported.incident_id, reported.arrive_by.is_some());
            }
            Event::IncidentReturnedToQueue { incident_id, clock } => self.starts("dispatch", incident_id, clock.is_some()),
            Event::IncidentDispatchLapsed { incident_id } => {
                self.lapses("dispatch", incident_id, &[Kind::NoUnit, Kind::NotDispatched], &(Some(*incident_id), None));
            }
            Event::IncidentArrivalLapsed(id) => self.lapses("arrival", id, &[Kind::NotArrived], &(Some(*id), None)),
            Event::AssignmentOffered(offered) => {
                self.units.insert(offered.assignment_id, (offered.unit_id.clone(), offered.incident_id));
                self.starts("order", offered.assignment_id, true);
            }
            Event::AssignmentExpired { assignment_id, .. } => {
                let subject = self.subject(*assignment_id);
                self.lapses("order", assignment_id, &[Kind::Undelivered, Kind::Unacknowledged], &subject);
            }
            Event::AssignmentDeclined { assignment_id, .. } => {
                let subject = self.subject(*assignment_id);
                self.lapses("order", assignment_id, &[Kind::Declined], &subject);
            }
            Event::AssignmentOnScene { assignment_id, check_by } | Event::AssignmentSafetyChecked { assignment_id, check_by } => {
                self.starts("safety", assignment_id, check_by.is_some());
            }
            Event::AssignmentSafetyLapsed(id) => {
                let subject = self.subject(*id);
                self.lapses("safety", id, &[Kind::SafetyCheckMissed], &subject);
            }
            Event::AssignmentCleared { assignment_id, feedback_by, .. } => {
                self.starts("feedback", assignment_id, feedback_by.is_some());
            }
            Event::AssignmentFeedbackLapsed(id) => {
                let subject = self.subject(*id);
                self.lapses("feedback", id, &[Kind::FeedbackOverdue], &subject);
            }
            Event::AlarmRaised { kind, incident_id, unit_id, .. } => self.alarm(*kind, (*incident_id, unit_id.clone())),
            _ => {}
        }
    }

    fn alarm(&mut self, kind: AlarmKind, subject: Subject) {
        // Of these the lapse is the alarm itself, or another event's: the invariants see to them.
        let counted = !matches!(kind, AlarmKind::LostContact | AlarmKind::Emergency | AlarmKind::PlanIncomplete | AlarmKind::NoUnit);
        if !counted {
            return;
        }
        match self.lapses.get_mut(&(kind, subject.clone())) {
            Some(left) if *left > 0 => *left -= 1,
            _ => self.found.push(format!("{kind:?} of {subject:?} was raised without a lapse of its own")),
        }
    }
}

fn escalated_once(log: &[Recorded]) -> Vec<String> {
    let mut escalations = Escalations::default();
    log.iter().for_each(|recorded| escalations.read(&recorded.event));
    escalations.found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_escalated_twice_for_one_lapse(steps in prop::collection::vec((0u8..14, 0usize..32, 0usize..6), 1..60)) {
        let mut bench = Bench::new(1);
        bench.full_check_every = 1_000;
        // Looking again every five seconds would be most of the record.
        let mut policy = (*bench.policy).clone();
        policy.clocks.retry_ms = 120_000;
        bench.policy = Arc::new(policy);
        for number in 1u8..=3 {
            bench.unit(profile(&format!("A{number}"), station_id(1)), 37.55, 108.80 + f64::from(number) * 0.01);
        }
        for (what, pick, advance) in steps {
            act(&mut bench, what, pick);
            // Now and then time only passes; a long one is a jump: everything due in between fires late, at once.
            if advance % 2 == 0 {
                bench.pass(ADVANCES_MS[advance]);
            } else {
                bench.caught_up = false;
                bench.now = bench.now.plus_ms(ADVANCES_MS[advance]);
                let now = bench.now;
                bench.fire_due(now);
                bench.caught_up = true;
            }
        }
        bench.check_all();
        bench.assert_sound();
        let found = escalated_once(bench.log());
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn the_reader_sees_a_second_escalation() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = locate(&bench.agencies, 37.55, 108.81);
    let step = bench.run(&operator("610824"), Command::ReportIncident(call("criminal/robbery", place))).unwrap();
    let id = step.reply.assignments[0];
    bench.run(&unit_principal(&a1), Command::Acknowledge(tap(id))).unwrap();
    bench.pass(300_000);
    let mut log = bench.log().to_vec();
    assert!(escalated_once(&log).is_empty());
    let lapsed: Vec<_> = log.iter().filter(|it| it.event.name() == "incident_arrival_lapsed").cloned().collect();
    let alarms: Vec<_> = log.iter().filter(|it| it.event.name() == "alarm_raised").cloned().collect();
    assert_eq!((lapsed.len(), alarms.len()), (1, 1));
    log.extend(alarms);
    assert_eq!(escalated_once(&log).len(), 1);
    log.extend(lapsed);
    assert_eq!(escalated_once(&log).len(), 2);
}
