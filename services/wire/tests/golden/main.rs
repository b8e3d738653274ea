//! Every kind of event a release wrote must be readable for ever: one file of bytes per kind and form, beside what it reads as.
//!
//! `ONEROOM_WRITE_GOLDEN=1 cargo test -p wire --test golden` writes the bytes of kinds that have none yet (bytes that are there
//! are never touched) and writes all expectations anew: look at their difference before keeping it.

// This file is a test: a failed unwrap is the test failing.
#![allow(clippy::unwrap_used, clippy::panic)]

mod samples;

use domain::command::{AssignUnits, Command, WhenEngaged};
use domain::event::{Event, EventMeta, Recorded};
use domain::ids::{PrincipalId, Seq};
use domain::incident::Lending;
use domain::situation::Incoming;
use domain::time::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use wire::event::{DecodedEvent, decode, encode};

const SEQ: Seq = Seq(42);

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/event_v1")
}

fn sample(n: usize) -> Recorded {
    let event = samples::events().swap_remove(n);
    let meta = EventMeta {
        seq: SEQ,
        actor: PrincipalId::new("op-7").unwrap(),
        recorded_at: Timestamp(1_795_000_000_000),
        occurred_at: n.is_multiple_of(2).then_some(Timestamp(1_794_999_998_500)),
        clamped: n.is_multiple_of(4),
    };
    Recorded { meta, event }
}

fn kinds() -> Vec<&'static str> {
    samples::events().iter().map(domain::event::Event::name).collect()
}

/// The kinds that there were before the rules of the room. What they hold, and what every decision holds, has grown since:
/// `<kind>.bin` has the bytes from before, which must be readable and are not written any more, and `<kind>.2.bin` those of now.
const GROWN_KINDS: usize = 29;

/// The files of bytes that are still written as they are, by their sample.
fn current() -> Vec<(usize, String)> {
    let name = |(n, kind)| (n, if n < GROWN_KINDS { format!("{kind}.2") } else { String::from(kind) });
    kinds().into_iter().enumerate().map(name).collect()
}

/// The files of bytes from before.
fn former() -> Vec<String> {
    kinds().into_iter().take(GROWN_KINDS).map(str::to_owned).collect()
}

fn read_bytes(name: &str) -> Vec<u8> {
    std::fs::read(directory().join(format!("{name}.bin")))
        .unwrap_or_else(|e| panic!("golden/event_v1/{name}.bin: {e}: every kind of event needs its golden file"))
}

fn write_if_asked() {
    if std::env::var_os("ONEROOM_WRITE_GOLDEN").is_none() {
        return;
    }
    for (n, name) in current() {
        let bytes_path = directory().join(format!("{name}.bin"));
        if !bytes_path.exists() {
            std::fs::write(&bytes_path, encode(&sample(n), Some(&samples::decision(n)))).unwrap();
        }
    }
    for name in former().into_iter().chain(current().into_iter().map(|(_, name)| name)) {
        std::fs::write(directory().join(format!("{name}.txt")), format!("{:#?}\n", read(&name))).unwrap();
    }
}

fn read(name: &str) -> DecodedEvent {
    decode(&read_bytes(name), SEQ).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Reads a golden file and compares it with what it must read as.
fn read_as_expected(name: &str) -> DecodedEvent {
    let expected = std::fs::read_to_string(directory().join(format!("{name}.txt"))).unwrap();
    let read = read(name);
    assert_eq!(Some(read.recorded.event.name()), name.split('.').next());
    assert_eq!(format!("{read:#?}\n"), expected, "{name}");
    read
}

#[test]
fn every_golden_file_reads_as_expected() {
    write_if_asked();
    check_names();
    for (_, name) in current() {
        let read = read_as_expected(&name);
        assert_eq!(encode(&read.recorded, read.decision.as_ref()), read_bytes(&name), "{name} is not written as it was");
    }
    for name in former() {
        let read = read_as_expected(&name);
        let again = encode(&read.recorded, read.decision.as_ref());
        assert_ne!(again, read_bytes(&name), "{name} is written as it was: it needs no second file");
        assert_eq!(decode(&again, SEQ).unwrap(), read, "{name} loses something when it is written as now");
    }
}

/// No kind lacks its files, and none was taken away.
fn check_names() {
    let names = |extension: &str| -> BTreeSet<String> {
        let paths = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
        let of_kind = paths.filter(|path| path.extension().is_some_and(|e| e == extension));
        of_kind.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let expected: BTreeSet<String> = former().into_iter().chain(current().into_iter().map(|(_, name)| name)).collect();
    assert_eq!(names("bin"), expected);
    assert_eq!(names("txt"), expected);
}

#[test]
fn what_was_added_is_told_from_what_bytes_from_before_hold() {
    let reported = read("incident_reported");
    let recorded_at = reported.recorded.meta.recorded_at;
    let Event::IncidentReported(event) = &reported.recorded.event else { panic!("not what the file's name says") };
    assert_eq!(event.call.received_at, recorded_at);
    assert_eq!((event.call.moved_from, event.split_from, event.answered_at, event.arrive_by), (None, None, None, None));
    assert!(!event.priority_by_operator && !event.call_shared && event.repeats.is_empty() && event.premise_notes.is_empty());

    for name in former() {
        let decision = read(&name).decision.unwrap();
        let [incident] = decision.rehydrated.as_slice() else { panic!("{name}: one incident was brought back") };
        let [call] = incident.calls.as_slice() else { panic!("{name}: it had one call") };
        assert_eq!(call.received_at, incident.reported_at, "{name}");
        assert_eq!(incident.lending, Lending::default(), "{name}");
        assert!(decision.same_caller.is_empty());
    }

    let ordered = read(kinds()[1]).decision.unwrap().command;
    let Command::AssignUnits(AssignUnits { orders, .. }) = ordered else { panic!("the second file has the second command") };
    assert!(!orders.is_empty() && orders.iter().all(|order| order.when_engaged == WhenEngaged::Refuse));

    let raised = read("alarm_raised").recorded.event;
    assert!(matches!(raised, Event::AlarmRaised { incident_id: Some(_), station: None, .. }));
}

#[test]
fn samples_cover_every_command_and_deadline() {
    let decided: Vec<Command> = (0..kinds().len()).map(|n| samples::decision(n).command).collect();
    let commands: BTreeSet<_> = decided.iter().map(Command::name).collect();
    assert_eq!(commands.len(), samples::commands().len());
    let fired: BTreeSet<_> = decided
        .into_iter()
        .filter_map(|command| match command {
            Command::FireDeadline(firing) => Some(firing.deadline.subject),
            _ => None,
        })
        .collect();
    assert_eq!(fired, samples::subjects().into_iter().collect());
}

#[test]
fn a_decision_gives_its_situation_back_with_only_the_ids_it_used() {
    let policy = Arc::new(domain::policy::parse("default.toml", domain::policy::DEFAULT_TEXT).unwrap());
    let kept = samples::decision(0);
    let mut situation = kept.to_situation(Arc::clone(&policy), Arc::new(samples::agencies()), Some(Incoming::Policy(policy)));
    assert!(situation.incoming.is_some());
    situation.fresh_ids.push(uuid::Uuid::from_u128(9));
    let addresses = (kept.policy, kept.agency_tree);
    let again = wire::event::DecisionRecord::new(&kept.principal, &kept.command, &situation, addresses, kept.decided_at, 2);
    assert_eq!(again, kept);
}
