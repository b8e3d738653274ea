//! Suggestions: near in place, time and kind, with what speaks for it; nothing changes.

use super::*;
use runtime::testing::{EAST_STATION, IN_EAST, IN_NEIGHBOUR, IN_WEST, WEST_STATION, gateway, observer, unit};
use tonic::{Code, Request};
use wire::v1alpha1::{SuggestDuplicatesRequest, SuggestDuplicatesResponse};

fn about_a_call(at: Option<(i32, i32)>) -> SuggestDuplicatesRequest {
    SuggestDuplicatesRequest {
        classification: what("dispute", "neighbour"),
        position: at.map(|(lat_e7, lon_e7)| Position { lat_e7, lon_e7 }),
        ..SuggestDuplicatesRequest::default()
    }
}

async fn ask(bench: &Bench, question: SuggestDuplicatesRequest) -> Result<SuggestDuplicatesResponse, tonic::Status> {
    let adapter = IntakeAdapter::new(bench.edge.clone());
    adapter.suggest_duplicates(request(&operator(&[LOG, NEIGHBOUR]), question)).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn an_open_incident_nearby_is_suggested_with_a_score_that_is_explained() {
    let bench = Bench::two_counties().await;
    let first = report(&bench, call(ID, Some(IN_WEST))).await.unwrap();
    bench.pass(60_000);
    let head = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap().head.seq;
    let answer = ask(&bench, about_a_call(Some(IN_WEST))).await.unwrap();
    assert_eq!((answer.log_id.as_str(), answer.seq), (LOG, head.0));
    let [found] = answer.suggestions.as_slice() else { panic!("{answer:?}") };
    assert_eq!((found.incident_id.as_str(), found.number), (first.incident_id.as_str(), first.number));
    assert_eq!((found.distance_m, found.age_ms), (Some(0), 60_000));
    assert!(found.score > 50 && !found.reasons.is_empty(), "{found:?}");
    for elsewhere in [Some(IN_EAST), Some(IN_NEIGHBOUR), None] {
        assert_eq!(ask(&bench, about_a_call(elsewhere)).await.unwrap().suggestions, [], "{elsewhere:?}");
    }
    // The log that the place decides is asked, unless one is named.
    assert_eq!(ask(&bench, about_a_call(Some(IN_NEIGHBOUR))).await.unwrap().log_id, NEIGHBOUR);
    let named = SuggestDuplicatesRequest { log_id: NEIGHBOUR.to_owned(), ..about_a_call(Some(IN_WEST)) };
    assert_eq!(ask(&bench, named).await.unwrap().log_id, NEIGHBOUR);
    assert_eq!(bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap().head.seq, head);
}

#[tokio::test]
async fn an_incident_is_not_its_own_duplicate() {
    let bench = Bench::county().await;
    let first = report(&bench, call(ID, Some(IN_WEST))).await.unwrap();
    let about = |id: &str| SuggestDuplicatesRequest { log_id: LOG.to_owned(), incident_id: id.to_owned(), ..Default::default() };
    assert_eq!(ask(&bench, about(&first.incident_id)).await.unwrap().suggestions, []);
    let second = report(&bench, call(OTHER_ID, Some(IN_WEST))).await.unwrap();
    let found = ask(&bench, about(&second.incident_id)).await.unwrap().suggestions;
    assert_eq!(found.iter().map(|found| found.number).collect::<Vec<_>>(), [first.number]);
}

#[tokio::test]
async fn rooms_ask_and_bad_questions_are_refused_by_field() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let first = report(&bench, call(ID, Some(IN_WEST))).await.unwrap();
    let about = || SuggestDuplicatesRequest { log_id: LOG.to_owned(), incident_id: first.incident_id.clone(), ..Default::default() };
    for principal in [operator(&[NEIGHBOUR]), gateway(&[LOG]), unit("610824-a11")] {
        for question in [about_a_call(Some(IN_WEST)), about()] {
            let refused = adapter.suggest_duplicates(request(&principal, question)).await.unwrap_err();
            assert_eq!(refused.code(), Code::PermissionDenied, "{principal:?}");
        }
    }
    let east = operator(&[EAST_STATION]);
    adapter.suggest_duplicates(request(&east, about_a_call(Some(IN_WEST)))).await.unwrap();
    assert_eq!(adapter.suggest_duplicates(request(&east, about())).await.unwrap_err().code(), Code::PermissionDenied);
    adapter.suggest_duplicates(request(&observer(&[WEST_STATION]), about())).await.unwrap();
    assert_eq!(adapter.suggest_duplicates(Request::new(about())).await.unwrap_err().code(), Code::Unauthenticated);
    type Spoil = fn(&mut SuggestDuplicatesRequest);
    let table: &[(Spoil, &str)] = &[
        (|m| m.log_id = "A".to_owned(), "log_id"),
        (|m| m.incident_id = "7".to_owned(), "incident_id"),
        (|m| m.classification = None, "classification"),
        (|m| m.classification = what("Dispute", ""), "classification.category"),
        (|m| m.datum = 9, "datum"),
        (|m| m.position = Some(Position { lat_e7: i32::MIN, lon_e7: 0 }), "position.lat_e7"),
    ];
    for (spoil, field) in table {
        let mut question = about_a_call(Some(IN_WEST));
        spoil(&mut question);
        let refused = ask(&bench, question).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}");
        assert!(refused.message().starts_with(&format!("{field} ")), "{field}: {}", refused.message());
    }
    let unknown = SuggestDuplicatesRequest { incident_id: OTHER_ID.to_owned(), ..about() };
    assert_eq!(ask(&bench, unknown).await.unwrap_err().code(), Code::NotFound);
}
