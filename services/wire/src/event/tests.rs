//! What is written can be read; what is not can't harm.

use super::*;
use crate::arbitrary::{any_command, any_decision_record, any_event, any_recorded};
use crate::event_v1 as w;
use domain::decide::Reply;
use domain::ids::{AssignmentId, CallId, IncidentId, LogId, PremiseNoteId, PrincipalId, WhistleId};
use proptest::option::of;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use uuid::Uuid;

fn closed() -> Recorded {
    let meta = EventMeta {
        seq: Seq(7),
        actor: PrincipalId::new("op-1").unwrap(),
        recorded_at: Timestamp(1_000),
        occurred_at: None,
        clamped: false,
    };
    Recorded { meta, event: Event::IncidentClosed { incident_id: IncidentId(Uuid::from_u128(1)) } }
}

proptest! {
    #[test]
    fn every_event_reads_as_it_was_written(recorded in any_recorded()) {
        let bytes = encode(&recorded, None);
        let read = decode(&bytes, recorded.meta.seq).unwrap();
        prop_assert_eq!(read.decision, None);
        prop_assert_eq!(read.recorded, recorded);
    }

    #[test]
    fn every_decision_reads_as_it_was_written(decision in any_decision_record()) {
        let bytes = encode(&closed(), Some(&decision));
        let read = decode(&bytes, Seq(7)).unwrap();
        prop_assert_eq!(read.recorded, closed());
        prop_assert_eq!(read.decision, Some(decision));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = decode(&bytes, Seq(1));
        let _ = decode_reply(&bytes);
    }

    #[test]
    fn damaged_events_never_panic(recorded in any_recorded(), decision in any_decision_record(), at in any::<usize>(), to in any::<u8>()) {
        let mut bytes = encode(&recorded, Some(&decision));
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = decode(&bytes, recorded.meta.seq);
        bytes.truncate(at);
        let _ = decode(&bytes, recorded.meta.seq);
    }

    #[test]
    fn every_reply_reads_as_it_was_written(
        reported in of((any::<u128>(), any::<u32>(), any::<u128>())),
        assignments in proptest::collection::vec(any::<u128>(), 0..20),
        (whistle, premise_note, call) in (of(any::<u128>()), of(any::<u128>()), of(any::<u128>())),
        seq in any::<u64>(),
    ) {
        let reply = Reply {
            reported: reported.map(|(i, n, c)| (IncidentId(Uuid::from_u128(i)), n, CallId(Uuid::from_u128(c)))),
            assignments: assignments.into_iter().map(|id| AssignmentId(Uuid::from_u128(id))).collect(),
            whistle: whistle.map(|id| WhistleId(Uuid::from_u128(id))),
            premise_note: premise_note.map(|id| PremiseNoteId(Uuid::from_u128(id))),
            call: call.map(|id| CallId(Uuid::from_u128(id))),
        };
        let answer = CommandReply { log_id: LogId::new("610824").unwrap(), seq: Seq(seq), reply };
        prop_assert_eq!(decode_reply(&encode_reply(&answer)).unwrap(), answer);
    }
}

/// The numbers of the fields of a message, from its bytes.
fn field_numbers(bytes: &[u8]) -> Vec<u32> {
    let (mut rest, mut numbers) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (number, wire_type) = decode_key(&mut rest).unwrap();
        skip_field(wire_type, number, &mut rest, DecodeContext::default()).unwrap();
        numbers.push(number);
    }
    numbers
}

#[test]
fn every_kind_comes_up_in_these_tests_and_has_a_number_of_its_own() {
    const DRAWS: usize = 1_500;
    let mut runner = TestRunner::deterministic();
    let (events, commands) = (any_event(), any_command());
    let (mut of_events, mut of_commands) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..DRAWS {
        let event = events.new_tree(&mut runner).unwrap().current();
        let name = event.name();
        let bytes = encode(&Recorded { event, ..closed() }, None);
        let kinds: Vec<u32> = field_numbers(&bytes).into_iter().filter(|number| *number >= FIRST_KIND).collect();
        let [kind] = kinds.as_slice() else { panic!("{name} is stored as {kinds:?}") };
        assert_eq!(*of_events.entry(*kind).or_insert(name), name);

        let command = commands.new_tree(&mut runner).unwrap().current();
        let numbers = field_numbers(&command.write().encode_to_vec());
        let [kind] = numbers.as_slice() else { panic!("{} is stored as {numbers:?}", command.name()) };
        assert_eq!(*of_commands.entry(*kind).or_insert(command.name()), command.name());
    }
    // The numbers of `StoredEvent` and `Command` are in a row.
    assert_eq!(of_events.into_keys().collect::<Vec<_>>(), (FIRST_KIND..=96).collect::<Vec<_>>());
    assert_eq!(of_commands.into_keys().collect::<Vec<_>>(), (1..=59).collect::<Vec<_>>());
}

fn stored(change: impl FnOnce(&mut w::StoredEvent)) -> Vec<u8> {
    let mut message = w::StoredEvent::decode(encode(&closed(), None).as_slice()).unwrap();
    change(&mut message);
    message.encode_to_vec()
}

#[test]
fn a_kind_of_a_newer_release_is_told_from_damage() {
    let mut bytes = stored(|message| message.event = None);
    assert_eq!(decode(&bytes, Seq(1)).unwrap_err(), DecodeError::missing("StoredEvent.event"));
    // Field 900, two bytes long: a kind that is not there yet.
    prost::encoding::encode_key(900, WireType::LengthDelimited, &mut bytes);
    bytes.extend([2, 8, 1]);
    let error = decode(&bytes, Seq(1)).unwrap_err();
    assert_eq!(error, DecodeError::UnknownKind { number: 900 });
    assert!(error.is_from_newer_release());
}

#[test]
fn a_new_field_beside_a_known_kind_is_passed_over() {
    let mut bytes = encode(&closed(), None);
    prost::encoding::encode_key(15, WireType::LengthDelimited, &mut bytes);
    bytes.extend([1, b'x']);
    assert_eq!(decode(&bytes, Seq(7)).unwrap().recorded, closed());
}

#[test]
fn what_is_out_of_range_is_refused_with_its_field() {
    let raised = |kind| {
        stored(|message| {
            let alarm = w::AlarmRaised { alarm_id: vec![1; 16], kind, incident_id: vec![2; 16], ..w::AlarmRaised::default() };
            message.event = Some(w::stored_event::Event::AlarmRaised(alarm));
        })
    };
    assert!(decode(&raised(1), Seq(1)).is_ok());
    assert_eq!(decode(&raised(99), Seq(1)).unwrap_err(), DecodeError::UnknownValue { field: "AlarmRaised.kind", value: 99 });
    assert_eq!(decode(&raised(0), Seq(1)).unwrap_err(), DecodeError::missing("AlarmRaised.kind"));
    let actor = stored(|message| message.actor = "Somebody".to_owned());
    assert_eq!(
        decode(&actor, Seq(1)).unwrap_err().to_string(),
        "StoredEvent.actor \"Somebody\" is not valid: expected 1 to 32 characters of a-z, 0-9 and -"
    );
    let id = stored(|message| {
        message.event = Some(w::stored_event::Event::PrivateRead(w::PrivateRead { incident_id: vec![1; 15], purpose: String::new() }));
    });
    let error = decode(&id, Seq(1)).unwrap_err();
    assert_eq!(error.to_string(), "incident_id \"15 bytes\" is not valid: expected the 16 bytes of a UUID");
    assert!(!error.is_from_newer_release());
}
