//! What the room does beside its incidents: support, wartime mode, emergencies, addresses, shifts.

use super::*;
use domain::ids::{AgencyId, PremiseNoteId, PrincipalId, Seq, ShiftId, UnitId, WhistleId};
use domain::principal::{Principal, Role};
use domain::shift::ShiftState;
use runtime::testing::EAST_STATION;
use tonic::Code;
use wire::api::time_to_api;
use wire::v1alpha1::shift_service_server::ShiftService;

#[tokio::test]
async fn support_is_asked_for_answered_and_ended() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let id = reported(&bench, Some(IN_WEST)).await;
    let ask =
        |to: &str| message!(RequestSupportRequest { incident_id: id.to_string(), to_id: to.to_owned(), reason: "more_units".to_owned() });
    let nowhere = refused!(adapter.request_support(ask("610899")));
    assert!(nowhere.message().starts_with("to_id "), "{}", nowhere.message());
    let first = taken!(adapter.request_support(ask(LOG))).whistle_id;
    let state = |id: &str| view(&bench).world.whistle(&WhistleId(id.parse().unwrap())).unwrap().state.name();
    assert_eq!(state(&first), "asked");
    let answer = |id: &str, accepted, reason: &str| {
        message!(AnswerSupportRequest { whistle_id: id.to_owned(), accepted: accepted, reason: reason.to_owned() })
    };
    let from_below = adapter.answer_support(request(&operator(&[WEST_STATION]), answer(&first, true, ""))).await.unwrap_err();
    assert_eq!(from_below.code(), Code::PermissionDenied, "who asks does not answer");
    for reason in ["", "Too busy", "too_busy"] {
        let wrong = refused!(adapter.answer_support(answer(&first, false, reason)));
        assert_eq!(wrong.code(), Code::InvalidArgument);
        assert!(wrong.message().starts_with("reason "), "{}", wrong.message());
    }
    taken!(adapter.answer_support(answer(&first, false, "no_capacity")));
    assert_eq!(state(&first), "refused");
    let second = taken!(adapter.request_support(ask(LOG))).whistle_id;
    taken!(adapter.answer_support(answer(&second, true, "")));
    assert_eq!(state(&second), "accepted");
    taken!(adapter.end_support(message!(EndSupportRequest { whistle_id: second.clone() })));
    assert_eq!(state(&second), "ended");
    assert_eq!(refused!(adapter.end_support(message!(EndSupportRequest { whistle_id: second }))).code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn the_county_switches_wartime_mode_and_no_station_does() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let area = AgencyId::new(WEST_STATION).unwrap();
    let on = |area: &str, ahead_ms| {
        let until = Some(time_to_api(BEGIN.plus_ms(ahead_ms)));
        message!(StartWartimeRequest { area_id: area.to_owned(), reason: "exercise".to_owned(), until: until })
    };
    let station = adapter.start_wartime(request(&operator(&[WEST_STATION]), on(WEST_STATION, 60_000))).await.unwrap_err();
    assert_eq!(station.code(), Code::PermissionDenied);
    let unknown = refused!(adapter.start_wartime(on("610899", 60_000)));
    assert!(unknown.message().starts_with("area_id "), "{}", unknown.message());
    assert!(refused!(adapter.start_wartime(on(WEST_STATION, 0))).message().starts_with("until "));
    taken!(adapter.start_wartime(on(WEST_STATION, 60_000)));
    assert!(view(&bench).world.wartime_at(view(&bench).context.agencies(), &area).is_some());
    assert_eq!(refused!(adapter.start_wartime(on(WEST_STATION, 60_000))).code(), Code::FailedPrecondition);
    let off = || message!(EndWartimeRequest { area_id: WEST_STATION.to_owned() });
    taken!(adapter.end_wartime(off()));
    assert!(view(&bench).world.wartime_at(view(&bench).context.agencies(), &area).is_none());
    assert!(matches!(refused!(adapter.end_wartime(off())).code(), Code::FailedPrecondition | Code::NotFound));
}

#[tokio::test]
async fn an_emergency_is_over_when_the_room_says_how_it_ended() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let clear = |reason: &str| message!(ClearEmergencyRequest { unit_id: A11.to_owned(), reason: reason.to_owned() });
    assert_eq!(refused!(adapter.clear_emergency(clear("safe"))).code(), Code::FailedPrecondition, "none stands");
    let unit_id = UnitId::new(A11).unwrap();
    let raise = domain::command::RaiseEmergency { unit_id: unit_id.clone(), place: Place::Unverified, occurred_at: None };
    bench.as_server(LOG, Command::RaiseEmergency(raise)).await;
    let stands = || view(&bench).world.unit(&unit_id).unwrap().emergency.is_some();
    assert!(stands());
    assert!(refused!(adapter.clear_emergency(clear("bored"))).message().starts_with("reason "));
    taken!(adapter.clear_emergency(clear("safe")));
    assert!(!stands());
}

#[tokio::test]
async fn a_note_about_an_address_has_its_station_and_its_words_are_in_the_vault() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let add = || {
        let position = Some(api::Position { lat_e7: IN_WEST.0, lon_e7: IN_WEST.1 });
        let expires_at = Some(time_to_api(BEGIN.plus_ms(60_000)));
        message!(AddPremiseNoteRequest {
            position: position,
            kind: "access".to_owned(),
            text: "后门密码在值班室".to_owned(),
            expires_at: expires_at
        })
    };
    let id = taken!(adapter.add_premise_note(add())).premise_note_id;
    let note = |id: &str| Arc::clone(view(&bench).world.premise_note(&PremiseNoteId(id.parse().unwrap())).unwrap());
    assert_eq!((note(&id).station.as_str(), note(&id).kind.as_str(), note(&id).author.as_str()), (WEST_STATION, "access", "op-li"));
    let store = bench.edge.runtime.store();
    let content = store.get_private(note(&id).text.unwrap().private_ref).await.unwrap().unwrap();
    assert_eq!(content.narrative, "后门密码在值班室");
    let rows = store.read(&log(), Seq(0), 1_000).await.unwrap();
    assert!(rows.iter().all(|row| !row.bytes.windows(12).any(|window| window == "后门密码".as_bytes())));
    type Spoil = fn(&mut api::AddPremiseNoteRequest);
    let table: &[(Spoil, &str)] = &[
        (|m| m.position = None, "position"),
        (|m| m.position.as_mut().unwrap().lat_e7 = i32::MAX, "position.lat_e7"),
        (|m| m.datum = 9, "datum"),
        (|m| m.kind = String::new(), "kind"),
        (|m| m.kind = "rumour".to_owned(), "kind"),
        (|m| m.text = " ".to_owned(), "text"),
        (|m| m.text = "话".repeat(1_001), "text"),
        (|m| m.expires_at = None, "expires_at"),
        (|m| m.expires_at = Some(time_to_api(BEGIN)), "expires_at"),
        (|m| m.station_id = "West".to_owned(), "station_id"),
        (|m| m.position = Some(api::Position::default()), "station_id"),
    ];
    for (spoil, field) in table {
        let mut message = add();
        spoil(&mut message);
        let wrong = refused!(adapter.add_premise_note(message));
        assert!(wrong.message().starts_with(&format!("{field} ")), "{field}: {}", wrong.message());
    }
    let theirs = adapter.add_premise_note(request(&operator(&[EAST_STATION]), add())).await.unwrap_err();
    assert_eq!(theirs.code(), Code::PermissionDenied);
    let end = || message!(EndPremiseNoteRequest { premise_note_id: id.clone() });
    taken!(adapter.end_premise_note(end()));
    assert!(note(&id).ended_at.is_some());
    assert_eq!(refused!(adapter.end_premise_note(end())).code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn a_shift_is_planned_handed_over_and_signed_by_another() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let plan = |shift_id: &str, units: &[&str]| {
        let (starts_at, ends_at) = (Some(time_to_api(BEGIN)), Some(time_to_api(BEGIN.plus_ms(3_600_000))));
        let unit_ids = units.iter().map(|id| (*id).to_owned()).collect();
        message!(PlanShiftRequest {
            shift_id: shift_id.to_owned(),
            station_id: WEST_STATION.to_owned(),
            starts_at: starts_at,
            ends_at: ends_at,
            unit_ids: unit_ids
        })
    };
    let message = plan("", &[A11]);
    let first = taken!(adapter.plan_shift(message.clone()));
    let again = taken!(adapter.plan_shift(message));
    assert_eq!(first, again, "a repeated request plans the same shift");
    let id = first.shift_id;
    let shift = || Arc::clone(view(&bench).world.shift(&ShiftId(id.parse().unwrap())).unwrap());
    taken!(adapter.plan_shift(plan(&id, &[A11, A12])));
    assert_eq!(shift().plan.units.len(), 2);
    for (units, field) in [(&[A11, A11][..], "unit_ids[1] "), (&["A11"], "unit_ids[0] ")] {
        assert!(refused!(adapter.plan_shift(plan("", units))).message().starts_with(field));
    }
    let backwards = api::PlanShiftRequest { ends_at: Some(time_to_api(BEGIN)), ..plan(&id, &[A11]) };
    assert!(refused!(adapter.plan_shift(backwards)).message().starts_with("ends_at "));

    reported(&bench, Some(IN_WEST)).await;
    let offer = |notes: &str| message!(OfferHandOverRequest { shift_id: id.clone(), notes: notes.to_owned() });
    assert!(refused!(adapter.offer_hand_over(offer(&"话".repeat(4_001)))).message().starts_with("notes "));
    taken!(adapter.offer_hand_over(offer("二楼住户已两次报警")));
    let offered = shift().hand_over.clone().unwrap();
    assert_eq!((offered.by.as_str(), offered.open_incidents), ("op-li", 1));
    let content = bench.edge.runtime.store().get_private(offered.notes.unwrap().private_ref).await.unwrap().unwrap();
    assert_eq!(content.narrative, "二楼住户已两次报警");
    let sign = || message!(SignHandOverRequest { shift_id: id.clone() });
    assert_eq!(refused!(adapter.sign_hand_over(sign())).code(), Code::FailedPrecondition, "it is not over yet");
    bench.pass(3_600_000);
    while !matches!(shift().state, ShiftState::Ended { .. }) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(refused!(adapter.sign_hand_over(sign())).code(), Code::InvalidArgument, "not by who offered it");
    let jurisdictions = [AgencyId::new(WEST_STATION).unwrap()].into();
    let other = Principal { principal_id: PrincipalId::new("op-wu").unwrap(), role: Role::Operator { jurisdictions } };
    adapter.sign_hand_over(request(&other, sign())).await.unwrap();
    assert_eq!(shift().hand_over.as_ref().unwrap().signed.as_ref().unwrap().0.as_str(), "op-wu");
    assert!(matches!(shift().state, ShiftState::HandedOver), "{:?}", shift().state);
}
