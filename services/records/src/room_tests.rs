//! Notes about an address and hand-overs: who reads their words.

use crate::RecordsAdapter;
use domain::classification::{CallSource, Classification};
use domain::command::{AddPremiseNote, AssignUnits, Command, OfferHandOver, PlanShift, ReportIncident, UnitOrder};
use domain::ids::{AgencyId, CategoryKey, IncidentId, LogId, PrincipalId, PrivateRef, ReasonKey, ShiftId, UnitId};
use domain::incident::PrivateLink;
use domain::place::{Datum, Position};
use domain::principal::{Principal, Role};
use domain::shift::ShiftPlan;
use runtime::testing::{BEGIN, Bench, EAST_STATION, IN_WEST, LOG, WEST_STATION, gateway, observer, operator, request, unit};
use store::{PrivateContent, PrivateEntry};
use tonic::Code;
use wire::v1alpha1 as api;
use wire::v1alpha1::record_service_server::RecordService;

/// Gives a command with words as the server itself.
async fn with_words(bench: &Bench, words: &str, command: impl FnOnce(PrivateLink) -> Command) {
    let private_ref = PrivateRef(uuid::Uuid::now_v7());
    let content = PrivateContent { narrative: words.to_owned(), ..PrivateContent::default() };
    let entry = PrivateEntry { private_ref, salt: [1; 16], content, erase_at: BEGIN.plus_ms(1_000_000_000) };
    let principal = Principal { principal_id: PrincipalId::new("system").unwrap(), role: Role::System };
    let command = command(PrivateLink { private_ref, commitment: [7; 32] });
    let request = runtime::Request { principal, command, request: None, private: vec![entry], trace_parent: String::new() };
    bench.edge.runtime.execute(&LogId::new(LOG).unwrap(), request).await.unwrap();
}

async fn reported(bench: &Bench) -> IncidentId {
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    let position = Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap();
    let call = ReportIncident {
        source: CallSource::WalkIn,
        classification: Classification { category: CategoryKey::new("dispute").unwrap(), kind: None },
        place: view.context.places.locate(position, Datum::Wgs84),
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    };
    bench.as_server(LOG, Command::ReportIncident(call)).await.reply.reported.unwrap().0
}

#[tokio::test]
async fn notes_about_an_address_are_read_by_its_room_and_by_who_is_sent_there() {
    let bench = Bench::county().await;
    let adapter = RecordsAdapter::new(bench.edge.clone());
    let note = |text| {
        Command::AddPremiseNote(AddPremiseNote {
            position: Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap(),
            kind: ReasonKey::new("dog").unwrap(),
            text: Some(text),
            expires_at: BEGIN.plus_ms(60_000),
            station: AgencyId::new(WEST_STATION).unwrap(),
        })
    };
    with_words(&bench, "院内有犬", note).await;
    let id = reported(&bench).await;
    let unit_id = UnitId::new("610824-a11").unwrap();
    let orders = vec![UnitOrder { unit_id, role: None, when_engaged: Default::default() }];
    bench.as_server(LOG, Command::AssignUnits(AssignUnits { incident_id: id, orders, expected_revision: 0 })).await;
    let ask = || api::ListPremiseNotesRequest { log_id: LOG.to_owned(), incident_id: id.to_string() };
    for principal in [operator(&[WEST_STATION]), observer(&[LOG]), unit("610824-a11")] {
        let notes = adapter.list_premise_notes(request(&principal, ask())).await.unwrap().into_inner().premise_notes;
        let shown: Vec<_> = notes.iter().map(|note| (note.kind.as_str(), note.text.as_str())).collect();
        assert_eq!(shown, [("dog", "院内有犬")], "{principal:?}");
    }
    // What is written while it is open is read too, once.
    with_words(&bench, "后门无锁", note).await;
    let both = adapter.list_premise_notes(request(&unit("610824-a11"), ask())).await.unwrap().into_inner().premise_notes;
    assert_eq!(both.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["院内有犬", "后门无锁"]);
    for principal in [operator(&[EAST_STATION]), unit("610824-a12"), gateway(&[LOG])] {
        let refused = adapter.list_premise_notes(request(&principal, ask())).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{principal:?}");
    }
    let bad = api::ListPremiseNotesRequest { incident_id: "7".to_owned(), ..ask() };
    assert!(adapter.list_premise_notes(request(&operator(&[LOG]), bad)).await.unwrap_err().message().starts_with("incident_id "));
}

#[tokio::test]
async fn the_words_of_a_hand_over_are_read_by_its_room() {
    let bench = Bench::county().await;
    let adapter = RecordsAdapter::new(bench.edge.clone());
    let shift_id = ShiftId(uuid::Uuid::now_v7());
    let station = AgencyId::new(WEST_STATION).unwrap();
    let plan = ShiftPlan { shift_id, station, starts_at: BEGIN, ends_at: BEGIN.plus_ms(60_000), units: Default::default() };
    bench.as_server(LOG, Command::PlanShift(PlanShift { plan })).await;
    with_words(&bench, "看好二楼", |notes| Command::OfferHandOver(OfferHandOver { shift_id, notes: Some(notes) })).await;
    let ask = |id: &str| api::GetShiftRequest { log_id: LOG.to_owned(), shift_id: id.to_owned() };
    let id = shift_id.to_string();
    let shift = adapter.get_shift(request(&operator(&[WEST_STATION]), ask(&id))).await.unwrap().into_inner().shift.unwrap();
    assert_eq!(shift.hand_over.unwrap().notes, "看好二楼");
    for principal in [operator(&[EAST_STATION]), unit("610824-a11"), gateway(&[LOG])] {
        let refused = adapter.get_shift(request(&principal, ask(&id))).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{principal:?}");
    }
    let unknown = uuid::Uuid::nil().to_string();
    assert_eq!(adapter.get_shift(request(&operator(&[LOG]), ask(&unknown))).await.unwrap_err().code(), Code::NotFound);
    assert!(adapter.get_shift(request(&operator(&[LOG]), ask("7"))).await.unwrap_err().message().starts_with("shift_id "));
}
