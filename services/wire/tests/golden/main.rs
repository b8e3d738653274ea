//! Every kind of event a release wrote must be readable for ever: one file of bytes per kind, beside what it reads as.
//!
//! `ONEROOM_WRITE_GOLDEN=1 cargo test -p wire --test golden` writes the bytes of kinds that have none yet (bytes that are there
//! are never touched) and writes all expectations anew: look at their difference before keeping it.

// This file is a test: a failed unwrap is the test failing.
#![allow(clippy::unwrap_used, clippy::panic)]

mod samples;

use domain::event::{EventMeta, Recorded};
use domain::ids::{PrincipalId, Seq};
use domain::time::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use wire::event::{decode, encode};

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

fn write_if_asked() {
    if std::env::var_os("ONEROOM_WRITE_GOLDEN").is_none() {
        return;
    }
    for (n, kind) in kinds().into_iter().enumerate() {
        let bytes_path = directory().join(format!("{kind}.bin"));
        if !bytes_path.exists() {
            std::fs::write(&bytes_path, encode(&sample(n), Some(&samples::decision(n)))).unwrap();
        }
        let read = decode(&std::fs::read(&bytes_path).unwrap(), SEQ).unwrap();
        std::fs::write(directory().join(format!("{kind}.txt")), format!("{read:#?}\n")).unwrap();
    }
}

#[test]
fn every_golden_file_reads_as_expected() {
    write_if_asked();
    check_names();
    for kind in kinds() {
        let bytes = std::fs::read(directory().join(format!("{kind}.bin")))
            .unwrap_or_else(|e| panic!("golden/event_v1/{kind}.bin: {e}: every kind of event needs its golden file"));
        let expected = std::fs::read_to_string(directory().join(format!("{kind}.txt"))).unwrap();
        let read = decode(&bytes, SEQ).unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(read.recorded.event.name(), kind);
        assert_eq!(format!("{read:#?}\n"), expected, "{kind}");
        assert_eq!(encode(&read.recorded, read.decision.as_ref()), bytes, "{kind} is not written as it was");
    }
}

/// No kind lacks its files, and none was taken away.
fn check_names() {
    let names = |extension: &str| -> BTreeSet<String> {
        let paths = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
        let of_kind = paths.filter(|path| path.extension().is_some_and(|e| e == extension));
        of_kind.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let kinds: BTreeSet<String> = kinds().into_iter().map(str::to_owned).collect();
    assert_eq!(names("bin"), kinds);
    assert_eq!(names("txt"), kinds);
}

#[test]
fn samples_cover_every_command() {
    let commands: BTreeSet<_> = (0..kinds().len()).map(|n| samples::decision(n).command.name()).collect();
    assert_eq!(commands.len(), samples::commands().len());
}

#[test]
fn a_decision_gives_its_situation_back_with_only_the_ids_it_used() {
    let policy = Arc::new(domain::policy::parse("default.toml", domain::policy::DEFAULT_TEXT).unwrap());
    let kept = samples::decision(0);
    let mut situation = kept.to_situation(policy.clone(), Arc::new(samples::agencies()));
    situation.fresh_ids.push(uuid::Uuid::from_u128(9));
    let addresses = (kept.policy, kept.agency_tree);
    let again = wire::event::DecisionRecord::new(&kept.principal, &kept.command, &situation, addresses, kept.decided_at, 2);
    assert_eq!(again, kept);
}
