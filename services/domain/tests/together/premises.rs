//! Notes about an address: shown with what happens there, until they end.

use crate::room::{LAT, LON, give, incident, key, report_at};
use domain::command::{AddPremiseNote, Command, EndPremiseNote};
use domain::ids::{AgencyId, PremiseNoteId};
use domain::place::Position;
use domain::premise::MAX_NOTE_LIFE_MS;
use domain::rejection::Rejection;
use domain::testing::{Bench, station_id};
use domain::{MAX_NOTES_AT_A_PLACE, incident::MAX_PREMISE_NOTES};

const HOUR_MS: u64 = 3_600_000;

fn note(bench: &Bench, lat: f64, life_ms: u64) -> AddPremiseNote {
    AddPremiseNote {
        position: Position::from_degrees(lat, LON).unwrap(),
        kind: key("dog"),
        text: None,
        expires_at: bench.now.plus_ms(life_ms),
        station: station_id(1),
    }
}

fn add(bench: &mut Bench, command: AddPremiseNote) -> Result<PremiseNoteId, Rejection> {
    give(bench, Command::AddPremiseNote(command)).map(|step| step.reply.premise_note.unwrap())
}

fn shown(bench: &mut Bench) -> Vec<PremiseNoteId> {
    let id = report_at(bench, "tip_off/other", LAT, LON);
    incident(bench, id).premise_notes.clone()
}

#[test]
fn a_note_is_shown_at_its_address_and_nowhere_else() {
    let mut bench = Bench::new(1);
    let farther = note(&bench, LAT + 0.0002, HOUR_MS);
    let farther = add(&mut bench, farther).unwrap();
    let here = note(&bench, LAT, HOUR_MS);
    let here = add(&mut bench, here).unwrap();
    let elsewhere = note(&bench, LAT + 0.0004, HOUR_MS);
    add(&mut bench, elsewhere).unwrap();
    assert_eq!(shown(&mut bench), vec![here, farther], "the nearest first, and none from 44 m off");
    let written = bench.world.premise_note(&here).unwrap();
    assert_eq!((written.author.as_str(), written.written_at), ("op-610824", bench.now));
    bench.assert_sound();
}

#[test]
fn a_note_ends_by_hand_or_by_itself() {
    let mut bench = Bench::new(1);
    let command = note(&bench, LAT, HOUR_MS);
    let short = add(&mut bench, command.clone()).unwrap();
    let expires_at = bench.now.plus_ms(2 * HOUR_MS);
    let long = add(&mut bench, AddPremiseNote { expires_at, ..command }).unwrap();
    bench.pass(HOUR_MS);
    assert_eq!(shown(&mut bench), vec![long]);
    give(&mut bench, Command::EndPremiseNote(EndPremiseNote { note_id: long })).unwrap();
    assert_eq!(shown(&mut bench), vec![]);
    let again = give(&mut bench, Command::EndPremiseNote(EndPremiseNote { note_id: long })).unwrap_err();
    assert!(matches!(again, Rejection::IllegalMove { state: "ended", .. }), "{again}");
    assert_ne!(short, long);
    bench.assert_sound();
}

#[test]
fn a_note_needs_a_kind_of_the_policy_an_expiry_and_a_station() {
    let mut bench = Bench::new(1);
    let good = note(&bench, LAT, HOUR_MS);
    let bad = [
        ("kind", AddPremiseNote { kind: key("criminal_record"), ..good.clone() }),
        ("expires_at", AddPremiseNote { expires_at: bench.now, ..good.clone() }),
        ("expires_at", AddPremiseNote { expires_at: bench.now.plus_ms(MAX_NOTE_LIFE_MS + 1), ..good.clone() }),
    ];
    for (expected, command) in bad {
        let refused = add(&mut bench, command).unwrap_err();
        assert!(matches!(&refused, Rejection::Invalid { field, .. } if *field == expected), "{expected}: {refused}");
    }
    let elsewhere = AddPremiseNote { station: AgencyId::new("610824-99").unwrap(), ..good.clone() };
    let refused = bench.run(&domain::testing::server(), Command::AddPremiseNote(elsewhere)).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "station", .. }), "{refused}");
    let expires_at = bench.now.plus_ms(MAX_NOTE_LIFE_MS);
    add(&mut bench, AddPremiseNote { expires_at, ..good }).unwrap();
}

#[test]
fn an_address_holds_only_so_many_notes_and_shows_only_so_many() {
    let mut bench = Bench::new(1);
    bench.full_check_every = 1_000;
    let command = note(&bench, LAT, HOUR_MS);
    for _ in 0..MAX_NOTES_AT_A_PLACE {
        add(&mut bench, command.clone()).unwrap();
    }
    let refused = add(&mut bench, command).unwrap_err().to_string();
    assert!(refused.contains("64 notes within 30 m"), "{refused}");
    assert_eq!(shown(&mut bench).len(), MAX_PREMISE_NOTES);
}
