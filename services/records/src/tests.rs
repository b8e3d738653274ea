//! Reading what is recorded, against a real log.

use crate::RecordsAdapter;
use domain::classification::{CallSource, Classification};
use domain::command::{AssignUnits, CloseIncident, Command, Decline, ReportIncident, ResolveIncident, Tap, UnitOrder};
use domain::ids::{AssignmentId, CategoryKey, IncidentId, LogId, PrincipalId, PrivateRef, ReasonKey, Seq, UnitId};
use domain::incident::PrivateLink;
use domain::place::{Datum, Position};
use domain::principal::{Principal, Role};
use domain::world::KEEP_CLOSED_MS;
use runtime::testing::{
    BEGIN, Bench, EAST_STATION, IN_EAST, IN_WEST, LOG, NEIGHBOUR, WEST_STATION, gateway, observer, operator, request, unit,
};
use store::{PrivateContent, PrivateEntry};
use tonic::{Code, Request, Response, Status};
use wire::v1alpha1 as api;
use wire::v1alpha1::record_service_server::RecordService;

const A11: &str = "610824-a11";

fn log() -> LogId {
    LogId::new(LOG).unwrap()
}

struct House {
    bench: Bench,
    adapter: RecordsAdapter,
}

impl House {
    async fn new() -> Self {
        let bench = Bench::county().await;
        Self { adapter: RecordsAdapter::new(bench.edge.clone()), bench }
    }

    /// Takes a call with words, as the server.
    async fn reported(&self, at: (i32, i32)) -> (IncidentId, PrivateRef) {
        let view = self.bench.edge.runtime.view(&log()).unwrap();
        let place = view.context.places.locate(Position::from_e7(at.0, at.1).unwrap(), Datum::Wgs84);
        let private_ref = PrivateRef(uuid::Uuid::now_v7());
        let content = PrivateContent {
            caller_name: "张三丰".to_owned(),
            caller_phone: "13900001111".to_owned(),
            address: "人民路88号".to_owned(),
            narrative: "听见争吵".to_owned(),
            feedback: String::new(),
        };
        let private = Some(PrivateLink { private_ref, commitment: [7; 32] });
        let classification = Classification { category: CategoryKey::new("dispute").unwrap(), kind: None };
        let call = ReportIncident {
            source: CallSource::WalkIn,
            classification,
            place,
            private,
            occurred_at: None,
            answered_at: None,
            priority: None,
            desk: None,
        };
        let system = Principal { principal_id: PrincipalId::new("system").unwrap(), role: Role::System };
        let entry = PrivateEntry { private_ref, salt: [1; 16], content, erase_at: BEGIN.plus_ms(1_000_000_000) };
        let command = Command::ReportIncident(call);
        let request = runtime::Request { principal: system, command, request: None, private: vec![entry], trace_parent: String::new() };
        let outcome = self.bench.edge.runtime.execute(&log(), request).await.unwrap();
        (outcome.reply.reported.unwrap().0, private_ref)
    }

    async fn assigned(&self, incident_id: IncidentId, unit: &str) -> AssignmentId {
        let orders = vec![UnitOrder { unit_id: UnitId::new(unit).unwrap(), role: None, when_engaged: Default::default() }];
        let command = Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 });
        self.bench.as_server(LOG, command).await.reply.assignments[0]
    }

    async fn closed(&self, incident_id: IncidentId) {
        let disposition = ReasonKey::new("handled").unwrap();
        let resolve = ResolveIncident { incident_id, disposition, expected_revision: 0 };
        self.bench.as_server(LOG, Command::ResolveIncident(resolve)).await;
        self.bench.as_server(LOG, Command::CloseIncident(CloseIncident { incident_id, excuse: None, expected_revision: 0 })).await;
    }

    async fn get(&self, principal: &Principal, id: IncidentId) -> Result<api::GetIncidentResponse, Status> {
        let message = api::GetIncidentRequest { log_id: LOG.to_owned(), incident_id: id.to_string(), min_seq: 0 };
        self.adapter.get_incident(request(principal, message)).await.map(Response::into_inner)
    }

    async fn search(&self, principal: &Principal, message: api::SearchIncidentsRequest) -> Result<api::SearchIncidentsResponse, Status> {
        let message = api::SearchIncidentsRequest { log_id: LOG.to_owned(), ..message };
        self.adapter.search_incidents(request(principal, message)).await.map(Response::into_inner)
    }

    async fn events(&self, principal: &Principal, message: api::ListEventsRequest) -> Result<api::ListEventsResponse, Status> {
        let message = api::ListEventsRequest { log_id: LOG.to_owned(), ..message };
        self.adapter.list_events(request(principal, message)).await.map(Response::into_inner)
    }

    async fn private(&self, principal: &Principal, id: IncidentId, purpose: &str) -> Result<api::GetPrivateResponse, Status> {
        let message = api::GetPrivateRequest { log_id: LOG.to_owned(), incident_id: id.to_string(), purpose: purpose.to_owned() };
        self.adapter.get_private(request(principal, message)).await.map(Response::into_inner)
    }
}

#[tokio::test]
async fn a_room_reads_what_it_handles_with_words() {
    let house = House::new().await;
    let (id, _) = house.reported(IN_WEST).await;
    let assignment_id = house.assigned(id, A11).await;
    for principal in [operator(&[WEST_STATION]), observer(&[LOG])] {
        let answer = house.get(&principal, id).await.unwrap();
        let incident = answer.incident.unwrap();
        assert_eq!((incident.address.as_str(), incident.narrative.as_str()), ("人民路88号", "听见争吵"));
        assert_eq!(answer.assignments[0].assignment_id, assignment_id.to_string());
        assert_eq!((answer.assignments[0].incident_number, answer.assignments[0].call_sign.as_str()), (1, "A11"));
        assert_eq!(answer.seq, house.bench.edge.runtime.view(&log()).unwrap().head.seq.0);
    }
    for principal in [operator(&[EAST_STATION]), observer(&[NEIGHBOUR]), gateway(&[LOG])] {
        assert_eq!(house.get(&principal, id).await.unwrap_err().code(), Code::PermissionDenied, "{principal:?}");
    }
    let message = api::GetIncidentRequest { log_id: LOG.to_owned(), incident_id: id.to_string(), min_seq: 0 };
    assert_eq!(house.adapter.get_incident(Request::new(message)).await.unwrap_err().code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_unit_reads_its_own_order_and_words_only_while_it_is_bound() {
    let house = House::new().await;
    let (id, _) = house.reported(IN_WEST).await;
    let assignment_id = house.assigned(id, A11).await;
    house.assigned(id, "610824-b21").await;
    let answer = house.get(&unit(A11), id).await.unwrap();
    assert_eq!(answer.incident.unwrap().address, "人民路88号");
    assert_eq!(answer.assignments.iter().map(|a| a.unit_id.as_str()).collect::<Vec<_>>(), [A11]);
    assert_eq!(house.get(&unit("610824-a12"), id).await.unwrap_err().code(), Code::PermissionDenied);
    let tap = Tap { assignment_id, occurred_at: None };
    house.bench.as_server(LOG, Command::Decline(Decline { tap, reason: ReasonKey::new("too_far").unwrap() })).await;
    let after = house.get(&unit(A11), id).await.unwrap();
    let incident = after.incident.unwrap();
    assert_eq!((incident.address.as_str(), incident.narrative.as_str(), after.assignments[0].address.as_str()), ("", "", ""));
}

#[tokio::test]
async fn a_closed_incident_comes_from_the_record_once_the_world_lets_it_go() {
    let house = House::new().await;
    let (id, _) = house.reported(IN_WEST).await;
    house.closed(id).await;
    let in_world = house.get(&operator(&[LOG]), id).await.unwrap();
    house.bench.pass(KEEP_CLOSED_MS + 1);
    house.reported(IN_EAST).await;
    assert!(house.bench.edge.runtime.view(&log()).unwrap().world.incident(&id).is_none(), "the World has let it go");
    let from_record = house.get(&operator(&[LOG]), id).await.unwrap();
    assert_eq!(in_world.incident, from_record.incident);
    assert_eq!(from_record.incident.unwrap().narrative, "听见争吵");
    assert_eq!(house.get(&operator(&[EAST_STATION]), id).await.unwrap_err().code(), Code::PermissionDenied);
    let gone = house.get(&operator(&[LOG]), IncidentId(uuid::Uuid::nil())).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
}

#[tokio::test]
async fn one_reads_ones_own_write() {
    let house = House::new().await;
    let (id, _) = house.reported(IN_WEST).await;
    let head = house.bench.edge.runtime.view(&log()).unwrap().head.seq.0;
    let ask = |min_seq| api::GetIncidentRequest { log_id: LOG.to_owned(), incident_id: id.to_string(), min_seq };
    assert_eq!(house.adapter.get_incident(request(&operator(&[LOG]), ask(head))).await.unwrap().into_inner().seq, head);
    let op = operator(&[LOG]);
    let (later, _) = tokio::join!(house.adapter.get_incident(request(&op, ask(head + 1))), house.reported(IN_EAST));
    assert!(later.unwrap().into_inner().seq > head);
}

#[tokio::test]
async fn a_search_stays_within_the_askers_stations_and_pages_do_not_repeat() {
    let house = House::new().await;
    for at in [IN_WEST, IN_WEST, IN_EAST, IN_WEST] {
        house.reported(at).await;
    }
    let numbers = |answer: &api::SearchIncidentsResponse| answer.incidents.iter().map(|incident| incident.number).collect::<Vec<_>>();
    let all = house.search(&observer(&[LOG]), Default::default()).await.unwrap();
    assert_eq!((numbers(&all), all.next_page_token.as_str()), (vec![4, 3, 2, 1], ""));
    assert_eq!(all.incidents[0].address, "人民路88号");
    let west = operator(&[WEST_STATION]);
    let first = house.search(&west, api::SearchIncidentsRequest { page_size: 2, ..Default::default() }).await.unwrap();
    assert_eq!(numbers(&first), [4, 2]);
    let next = |page_token: &str| api::SearchIncidentsRequest { page_size: 2, page_token: page_token.to_owned(), ..Default::default() };
    let second = house.search(&west, next(&first.next_page_token)).await.unwrap();
    assert_eq!((numbers(&second), second.next_page_token.as_str()), (vec![1], ""));
    let other_question = api::SearchIncidentsRequest { category: "dispute".to_owned(), ..next(&first.next_page_token) };
    assert!(house.search(&west, other_question).await.unwrap_err().message().starts_with("page_token "));
    for principal in [unit(A11), gateway(&[LOG]), operator(&[NEIGHBOUR])] {
        assert_eq!(house.search(&principal, Default::default()).await.unwrap_err().code(), Code::PermissionDenied, "{principal:?}");
    }
}

#[tokio::test]
async fn a_search_filters_by_every_field() {
    let house = House::new().await;
    let (west, _) = house.reported(IN_WEST).await;
    house.bench.pass(60_000);
    house.reported(IN_EAST).await;
    let op = operator(&[LOG]);
    let first = house.get(&op, west).await.unwrap().incident.unwrap();
    house.assigned(west, A11).await;
    let minute = |minutes: u64| Some(wire::api::time_to_api(BEGIN.plus_ms(minutes * 60_000)));
    let blank = api::SearchIncidentsRequest::default;
    let cases = [
        (api::SearchIncidentsRequest { h3_cell: first.place.unwrap().h3_cell, ..blank() }, vec![1]),
        (api::SearchIncidentsRequest { state: api::IncidentState::Dispatched.into(), ..blank() }, vec![1]),
        (api::SearchIncidentsRequest { state: api::IncidentState::Classified.into(), ..blank() }, vec![2]),
        (api::SearchIncidentsRequest { state: api::IncidentState::Closed.into(), ..blank() }, vec![]),
        (api::SearchIncidentsRequest { category: "dispute".to_owned(), ..blank() }, vec![2, 1]),
        (api::SearchIncidentsRequest { category: "criminal".to_owned(), ..blank() }, vec![]),
        (api::SearchIncidentsRequest { number: 2, local_day: 20_261_121, ..blank() }, vec![2]),
        (api::SearchIncidentsRequest { local_day: 20_261_122, ..blank() }, vec![]),
        (api::SearchIncidentsRequest { reported_from: minute(1), ..blank() }, vec![2]),
        (api::SearchIncidentsRequest { reported_to: minute(1), ..blank() }, vec![1]),
    ];
    for (message, expected) in cases {
        let found = house.search(&op, message.clone()).await.unwrap();
        assert_eq!(found.incidents.iter().map(|incident| incident.number).collect::<Vec<_>>(), expected, "{message:?}");
    }
    let bad = [
        (api::SearchIncidentsRequest { h3_cell: "892".to_owned(), ..blank() }, "h3_cell "),
        (api::SearchIncidentsRequest { state: 77, ..blank() }, "state "),
        (api::SearchIncidentsRequest { category: "Dispute".to_owned(), ..blank() }, "category "),
        (api::SearchIncidentsRequest { page_size: 501, ..blank() }, "page_size "),
        (api::SearchIncidentsRequest { page_token: "zz".to_owned(), ..blank() }, "page_token "),
        (api::SearchIncidentsRequest { reported_from: minute(1), reported_to: minute(1), ..blank() }, "reported_to "),
    ];
    for (message, begins) in bad {
        let refused = house.search(&op, message).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().starts_with(begins), "{}", refused.message());
    }
}

#[tokio::test]
async fn a_time_line_is_complete_in_order_and_free_of_personal_data() {
    let house = House::new().await;
    let (id, _) = house.reported(IN_WEST).await;
    let assignment_id = house.assigned(id, A11).await;
    house.bench.as_server(LOG, Command::MarkDelivered(Tap { assignment_id, occurred_at: Some(BEGIN) })).await;
    let of = |after_seq, page_size| api::ListEventsRequest { incident_id: id.to_string(), after_seq, page_size, ..Default::default() };
    let west = observer(&[WEST_STATION]);
    let all = house.events(&west, of(0, 0)).await.unwrap();
    let kinds: Vec<_> = all.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["incident_reported", "assignment_offered", "incident_dispatched", "assignment_delivered"]);
    assert_eq!(all.next_after_seq, 0);
    assert!(all.events.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert!(all.events.iter().all(|event| event.incident_id == id.to_string() && event.principal_id == "system"));
    assert_eq!(all.events[3].assignment_id, assignment_id.to_string());
    let rows = house.bench.edge.runtime.store().read(&log(), Seq(all.events[0].seq - 1), 1).await.unwrap();
    assert_eq!(all.events[0].hash, hex::encode(rows[0].hash));
    let detail: serde_json::Value = serde_json::from_str(&all.events[0].detail_json).unwrap();
    assert_eq!(detail["number"], 1);
    let text = format!("{all:?}");
    for word in ["张三丰", "13900001111", "人民路", "听见争吵"] {
        assert!(!text.contains(word), "{word}");
    }
    let first = house.events(&west, of(0, 3)).await.unwrap();
    assert_eq!((first.events.len(), first.next_after_seq), (3, first.events[2].seq));
    let rest = house.events(&west, of(first.next_after_seq, 3)).await.unwrap();
    assert_eq!((rest.events.len(), rest.next_after_seq), (1, 0));
    assert_eq!([first.events, rest.events].concat(), all.events);
}

#[tokio::test]
async fn the_whole_log_is_for_those_above_all_of_it() {
    let house = House::new().await;
    let (id, _) = house.reported(IN_WEST).await;
    let all = house.events(&operator(&[LOG]), Default::default()).await.unwrap();
    assert_eq!(all.events.first().map(|event| (event.seq, event.kind.as_str())), Some((1, "feature_activated")));
    assert_eq!(all.events.last().unwrap().seq, house.bench.edge.runtime.view(&log()).unwrap().head.seq.0);
    assert_eq!(house.events(&operator(&[WEST_STATION]), Default::default()).await.unwrap_err().code(), Code::PermissionDenied);
    let of = api::ListEventsRequest { incident_id: id.to_string(), ..Default::default() };
    for principal in [operator(&[EAST_STATION]), unit(A11), gateway(&[LOG])] {
        assert_eq!(house.events(&principal, of.clone()).await.unwrap_err().code(), Code::PermissionDenied, "{principal:?}");
    }
    let too_many = api::ListEventsRequest { page_size: 1_001, ..Default::default() };
    assert!(house.events(&operator(&[LOG]), too_many).await.unwrap_err().message().starts_with("page_size "));
}

#[tokio::test]
async fn personal_data_is_shown_to_an_operator_only_after_the_look_is_recorded() {
    let house = House::new().await;
    let (id, private_ref) = house.reported(IN_WEST).await;
    for principal in [observer(&[LOG]), unit(A11), operator(&[EAST_STATION]), gateway(&[LOG])] {
        assert_eq!(house.private(&principal, id, "call_back").await.unwrap_err().code(), Code::PermissionDenied, "{principal:?}");
    }
    for purpose in ["", "  ", "call back", "curiosity"] {
        assert!(house.private(&operator(&[LOG]), id, purpose).await.unwrap_err().message().starts_with("purpose "));
    }
    let before = house.bench.edge.runtime.view(&log()).unwrap().head.seq;
    let shown = house.private(&operator(&[WEST_STATION]), id, "call_back").await.unwrap();
    assert_eq!((shown.erased, shown.caller_name.as_str(), shown.caller_phone.as_str()), (false, "张三丰", "13900001111"));
    house.private(&operator(&[WEST_STATION]), id, "call_back").await.unwrap();
    let audited = house.events(&operator(&[LOG]), api::ListEventsRequest { after_seq: before.0, ..Default::default() }).await.unwrap();
    let audited: Vec<_> = audited.events.iter().map(|e| (e.kind.as_str(), e.principal_id.as_str(), e.incident_id.clone())).collect();
    assert_eq!(audited, vec![("private_read", "op-li", id.to_string()); 2], "each look is an event, refused ones are none");
    house.bench.edge.runtime.store().erase_private(private_ref).await.unwrap();
    let gone = house.private(&operator(&[LOG]), id, "call_back").await.unwrap();
    assert_eq!((gone.calls.len(), gone.calls[0].erased), (1, true));
    assert_eq!(api::GetPrivateResponse { calls: Vec::new(), ..gone }, api::GetPrivateResponse { erased: true, ..Default::default() });
}

#[tokio::test]
async fn boundaries_and_policy_are_for_those_of_the_log() {
    let house = House::new().await;
    let boundaries = |principal: &Principal| request(principal, api::GetBoundariesRequest { log_id: LOG.to_owned() });
    let policy = |principal: &Principal| request(principal, api::GetPolicyRequest { log_id: LOG.to_owned() });
    let first = house.adapter.get_boundaries(boundaries(&operator(&[WEST_STATION]))).await.unwrap().into_inner();
    let json: serde_json::Value = serde_json::from_str(&first.geojson).unwrap();
    let ids: Vec<_> = json["features"].as_array().unwrap().iter().map(|f| f["properties"]["agency_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["610824", "610824-01", "610824-01-01", "610824-02", "610824-02-01"]);
    let view = house.bench.edge.runtime.view(&log()).unwrap();
    assert_eq!(first.agency_hash, view.context.agency_hash.to_string());
    assert_eq!(house.adapter.get_boundaries(boundaries(&unit(A11))).await.unwrap().into_inner(), first);
    let forms = house.adapter.get_policy(policy(&unit(A11))).await.unwrap().into_inner();
    assert_eq!(forms.policy_hash, view.context.policy_hash.to_string());
    assert_eq!(forms.categories.len(), view.context.policy.categories.len());
    let criminal = forms.categories.iter().find(|c| c.category.as_ref().unwrap().key == "criminal").unwrap();
    assert_eq!((criminal.owner_team(), criminal.types[0].key.as_str()), (api::Team::Case, "robbery"));
    assert!(forms.decline_reasons.iter().any(|reason| reason.key == "too_far" && !reason.name_zh.is_empty()));
    assert!(!forms.dispositions.is_empty() && !forms.clear_reasons.is_empty() && !forms.availability_reasons.is_empty());
    for principal in [operator(&[NEIGHBOUR]), unit("610825-c31")] {
        assert_eq!(house.adapter.get_boundaries(boundaries(&principal)).await.unwrap_err().code(), Code::PermissionDenied);
        assert_eq!(house.adapter.get_policy(policy(&principal)).await.unwrap_err().code(), Code::PermissionDenied);
    }
    let unknown = request(&operator(&[LOG]), api::GetPolicyRequest { log_id: "610899".to_owned() });
    assert_eq!(house.adapter.get_policy(unknown).await.unwrap_err().code(), Code::NotFound);
}
