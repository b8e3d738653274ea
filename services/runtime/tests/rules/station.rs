//! Safety, shifts, support, wartime mode and notes.

use crate::room::{A11, Room, call, key, west};
use domain::alarm::AlarmKind;
use domain::command::{
    AddPremiseNote, ClearEmergency, Command, ConfirmSafe, EndWartime, NoteContact, OfferHandOver, PlanShift, RaiseEmergency,
    RequestSupport, SignHandOver, StartWartime, WhenEngaged,
};
use domain::ids::{AgencyId, ShiftId, UnitId};
use domain::shift::{ShiftPlan, ShiftState};
use domain::support::WhistleState;
use runtime::clock::Clock;
use runtime::testing::{EAST_STATION, LOG, WEST_STATION, unit};
use uuid::Uuid;

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).unwrap()
}

fn a11() -> UnitId {
    UnitId::new(A11).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_and_contact_lost() {
    let room = Room::open().await;
    let incident_id = room.report(call("dispute", "debt")).await;
    room.assign(incident_id, A11, WhenEngaged::Refuse).await;
    room.on_scene(A11).await;
    let count = |kind| room.view().world.standing_alarms(incident_id).filter(|alarm| alarm.kind == kind).count();
    room.pass_until(600_001, "the safety check lapses", |world| {
        world.standing_alarms(incident_id).any(|alarm| alarm.kind == AlarmKind::SafetyCheckMissed)
    })
    .await;
    room.tap(A11, |tap| Command::ConfirmSafe(ConfirmSafe { tap })).await;
    assert_eq!(count(AlarmKind::SafetyCheckMissed), 0);
    for lost in [true, true, false] {
        room.server(Command::NoteContact(NoteContact { unit_id: a11(), lost })).await;
    }
    assert_eq!(count(AlarmKind::LostContact), 0);
    let raise = RaiseEmergency { unit_id: a11(), place: west(), occurred_at: None };
    room.by(unit(A11), Command::RaiseEmergency(raise)).await;
    assert!(room.view().world.unit(&a11()).unwrap().emergency.is_some());
    room.room(Command::ClearEmergency(ClearEmergency { unit_id: a11(), reason: key("safe") })).await;
    assert!(room.view().world.unit(&a11()).unwrap().emergency.is_none());
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_ends_and_is_handed_over() {
    let room = Room::open().await;
    let now = room.bench.clock.now();
    let shift_id = ShiftId(Uuid::now_v7());
    let plan = ShiftPlan {
        shift_id,
        station: agency(WEST_STATION),
        starts_at: now,
        ends_at: now.plus_ms(60_000),
        units: [a11()].into_iter().collect(),
    };
    room.room(Command::PlanShift(PlanShift { plan })).await;
    let incident_id = room.report(call("dispute", "debt")).await;
    room.assign(incident_id, A11, WhenEngaged::Refuse).await;
    room.on_scene(A11).await;
    let ended = |world: &domain::world::World| matches!(world.shift(&shift_id).unwrap().state, ShiftState::Ended { .. });
    room.pass_until(60_001, "the shift ends", ended).await;
    let unit_now = || room.view().world.unit(&a11()).unwrap().as_ref().clone();
    assert!(unit_now().off_after && unit_now().engaged_in().is_some(), "it finishes what it is on");
    room.clear(A11, Some("mediated")).await;
    assert_eq!(unit_now().duty, domain::unit::Duty::Off);
    room.room(Command::OfferHandOver(OfferHandOver { shift_id, notes: None })).await;
    let next = domain::principal::Principal {
        principal_id: domain::ids::PrincipalId::new("op-next").unwrap(),
        ..runtime::testing::operator(&[WEST_STATION])
    };
    room.by(next, Command::SignHandOver(SignHandOver { shift_id })).await;
    assert_eq!(room.view().world.shift(&shift_id).map(|shift| shift.state.clone()), Some(ShiftState::HandedOver));
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn support_climbs_and_wartime_mode_and_a_note() {
    let room = Room::open().await;
    let incident_id = room.report(call("dispute", "debt")).await;
    let ask = RequestSupport { incident_id, to: agency(EAST_STATION), team: None, reason: key("more_units") };
    let whistle_id = room.room(Command::RequestSupport(ask)).await.reply.whistle.unwrap();
    room.pass_until(120_001, "it climbs", |world| world.whistle(&whistle_id).unwrap().climbed == 1).await;
    assert_eq!(room.view().world.whistle(&whistle_id).unwrap().to, agency(LOG));
    room.pass_until(120_001, "nobody is left to ask", |world| {
        matches!(world.whistle(&whistle_id).unwrap().state, WhistleState::Unanswered)
    })
    .await;
    let until = room.bench.clock.now().plus_ms(3_600_000);
    let start = StartWartime { area: agency(LOG), reason: key("major_case"), until };
    room.room(Command::StartWartime(start)).await;
    let position = west().position().unwrap();
    let expires_at = room.bench.clock.now().plus_ms(600_000);
    let note = AddPremiseNote { position, kind: key("dog"), text: None, expires_at, station: agency(WEST_STATION) };
    let note_id = room.room(Command::AddPremiseNote(note)).await.reply.premise_note.unwrap();
    let shown = room.report(call("help", "animal")).await;
    assert_eq!(room.incident(shown).premise_notes, [note_id]);
    room.room(Command::EndWartime(EndWartime { area: agency(LOG) })).await;
    room.confirm().await;
}
