//! Calls over the wire: several about one incident, those that look alike, what is handed to another side.

use super::*;
use crate::house::{EAST, classification, position};

async fn suggested(house: &House, what: &str, at: Option<(f64, f64)>, incident_id: &str) -> Vec<DuplicateSuggestion> {
    let request = SuggestDuplicatesRequest {
        log_id: LOG.to_owned(),
        incident_id: incident_id.to_owned(),
        classification: classification(what),
        position: at.and_then(position),
        ..Default::default()
    };
    send!(house.intake().await, &house.operator, suggest_duplicates, request).unwrap().suggestions
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_is_suggested_added_and_no_caller_is_lost_by_a_merge() {
    let house = House::open().await;
    let mut intake = house.intake().await;
    let fight = report(&house, "public_order/fight", "").await;
    let found = suggested(&house, "public_order/fight", Some(EAST), "").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0].incident_id, found[0].number, found[0].distance_m), (&fight, 1, Some(0)));
    assert!((95..=100).contains(&found[0].score), "the same place, type and time: {found:?}");
    let reasons: Vec<_> = found[0].reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(reasons, ["near", "recent", "same_type"]);
    assert!(suggested(&house, "public_order/fight", Some((37.65, 108.851)), "").await.is_empty(), "5 km off");
    assert!(suggested(&house, "public_order/fight", None, "").await.is_empty(), "time and kind alone say too little");

    let add = |id: &str| {
        on_log!(AddCallRequest { incident_id: id.to_owned(), narrative: "还在打".to_owned(), caller_phone: "13900002222".to_owned() })
    };
    let added = send!(intake, &house.operator, add_call, add(&fight)).unwrap();
    let calls = incident(&house, &fight).await.calls;
    assert_eq!(calls.iter().map(|call| &call.call_id).filter(|id| **id == added.call_id).count(), 1);
    assert_eq!(calls.len(), 2);
    let nowhere = send!(intake, &house.operator, add_call, add(&fresh())).unwrap_err();
    assert_eq!(nowhere.code(), Code::NotFound, "{nowhere:?}");

    let other = report(&house, "public_order/fight", "").await;
    let about_itself = suggested(&house, "public_order/fight", Some(EAST), &other).await;
    assert_eq!(about_itself.iter().map(|found| &found.incident_id).collect::<Vec<_>>(), [&fight], "not the incident itself");
    let merge = |from: &str, into: &str| on_log!(MergeIncidentsRequest { incident_id: from.to_owned(), into_incident_id: into.to_owned() });
    let itself = send!(intake, &house.operator, merge_incidents, merge(&other, &other)).unwrap_err();
    assert!(itself.code() == Code::InvalidArgument && itself.message().starts_with("into_incident_id"), "{itself:?}");
    send!(intake, &house.operator, merge_incidents, merge(&other, &fight)).unwrap();
    assert_eq!(incident(&house, &fight).await.calls.len(), 3);
    assert!(suggested(&house, "public_order/fight", Some(EAST), "").await.iter().all(|found| found.incident_id == fight));
    not_possible(send!(intake, &house.operator, add_call, add(&other)), &["merged"]);
    send!(intake, &house.operator, unmerge_incidents, on_log!(UnmergeIncidentsRequest { incident_id: other.clone() })).unwrap();
    assert_eq!((incident(&house, &fight).await.calls.len(), incident(&house, &other).await.calls.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_receiver_keeps_an_incident_until_the_other_side_accepts() {
    let house = House::open().await;
    let mut intake = house.intake().await;
    let hand = |id: &str, to: TransferTarget, reason: &str| {
        on_log!(TransferIncidentRequest { incident_id: id.to_owned(), to: to.into(), reason: reason.to_owned() })
    };
    let answer = |id: &str, accepted: bool, reason: &str| {
        on_log!(AnswerTransferRequest { incident_id: id.to_owned(), accepted, reason: reason.to_owned() })
    };
    let noise = report(&house, "non_police/noise", "").await;
    send!(intake, &house.operator, transfer_incident, hand(&noise, TransferTarget::CitizensLine12345, "not_police")).unwrap();
    let waits = incident(&house, &noise).await;
    assert_eq!(waits.state(), IncidentState::Classified, "it stays here until then");
    let transfer = waits.transfer.unwrap();
    assert_eq!((transfer.to(), transfer.answer_by.is_some()), (TransferTarget::CitizensLine12345, true));
    let second = send!(intake, &house.operator, transfer_incident, hand(&noise, TransferTarget::Fire119, "fire")).unwrap_err();
    assert!(second.message().contains("12345"), "{second:?}");
    send!(intake, &house.operator, answer_transfer, answer(&noise, true, "")).unwrap();
    assert_eq!(incident(&house, &noise).await.state(), IncidentState::Transferred);
    not_possible(send!(intake, &house.operator, answer_transfer, answer(&noise, true, "")), &["transferred"]);

    let illness = report(&house, "medical/illness", "").await;
    send!(intake, &house.operator, transfer_incident, hand(&illness, TransferTarget::Medical120, "medical")).unwrap();
    let unsaid = send!(intake, &house.operator, answer_transfer, answer(&illness, false, "")).unwrap_err();
    assert!(unsaid.code() == Code::InvalidArgument && unsaid.message().starts_with("reason"), "{unsaid:?}");
    send!(intake, &house.operator, answer_transfer, answer(&illness, false, "no_capacity")).unwrap();
    let stays = incident(&house, &illness).await;
    assert!(stays.transfer.is_none() && stays.state() == IncidentState::Classified, "{:?}", stays.state());
    assert!(kinds(&house, &illness).await.contains(&"alarm_raised".to_owned()), "the room hears of it");
}
