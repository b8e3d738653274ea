//! Orders over the wire: what waits for a unit and goes out next, what is taken off it, and what is undone.

use super::*;

async fn orders(house: &House, incident_id: &str) -> Vec<Assignment> {
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: incident_id.to_owned(), min_seq: 0 };
    send!(house.records().await, &house.operator, get_incident, get).unwrap().assignments
}

/// The state of one order, and why it ended.
async fn state(house: &House, incident_id: &str, assignment_id: &str) -> (AssignmentState, String) {
    let found = orders(house, incident_id).await.into_iter().find(|order| order.assignment_id == assignment_id).unwrap();
    (found.state(), found.end_reason)
}

async fn assign(house: &House, incident_id: &str, unit: &str, when_engaged: WhenEngaged) -> Result<AssignUnitsResponse, Status> {
    let order = UnitOrder { unit_id: unit.to_owned(), when_engaged: when_engaged.into(), ..Default::default() };
    let request = on_log!(AssignUnitsRequest { incident_id: incident_id.to_owned(), orders: vec![order] });
    send!(house.dispatch().await, &house.operator, assign_units, request)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_unit_goes_out_next_and_what_is_recalled_does_not() {
    let house = House::open().await;
    let a12 = "610824-a12";
    house.on_duty(a12).await;
    let own = house.token_of(a12);
    let (mut units, mut dispatch) = (house.units().await, house.dispatch().await);
    let mut ids = Vec::new();
    for what in ["criminal/theft", "criminal/fraud", "dispute/debt"] {
        ids.push(report(&house, what, "").await);
    }
    let first = assign(&house, &ids[0], a12, WhenEngaged::Unspecified).await.unwrap().assignment_ids.remove(0);
    let tap = |id: &str| on_log!(AcknowledgeRequest { assignment_id: id.to_owned() });
    send!(units, &own, acknowledge, tap(&first)).unwrap();
    let raced = assign(&house, &ids[1], a12, WhenEngaged::Unspecified).await.unwrap_err();
    assert!(raced.message().contains("A12 is held by incident 1"), "{raced:?}");

    let second = assign(&house, &ids[1], a12, WhenEngaged::Queue).await.unwrap().assignment_ids.remove(0);
    let third = assign(&house, &ids[2], a12, WhenEngaged::Queue).await.unwrap().assignment_ids.remove(0);
    assert_eq!(state(&house, &ids[1], &second).await.0, AssignmentState::Queued);
    assert_eq!(incident(&house, &ids[1]).await.state(), IncidentState::Classified, "it waits, and its clock runs");
    let reorder = |order: Vec<String>| on_log!(ReorderQueueRequest { unit_id: a12.to_owned(), assignment_ids: order });
    let short = send!(dispatch, &house.operator, reorder_queue, reorder(vec![third.clone()])).unwrap_err();
    assert_eq!(short.code(), Code::InvalidArgument, "{short:?}");
    send!(dispatch, &house.operator, reorder_queue, reorder(vec![third.clone(), second.clone()])).unwrap();

    let clear = on_log!(ClearRequest { assignment_id: first.clone(), reason: "done".to_owned(), disposition: "handled".to_owned() });
    send!(units, &own, clear, clear).unwrap();
    assert_eq!(state(&house, &ids[2], &third).await.0, AssignmentState::Offered, "the next goes out by itself");
    assert_eq!(state(&house, &ids[1], &second).await.0, AssignmentState::Queued);

    let recall = |id: &str| on_log!(RecallUnitRequest { assignment_id: id.to_owned(), reason: "not_needed".to_owned() });
    send!(dispatch, &house.operator, recall_unit, recall(&second)).unwrap();
    assert_eq!(state(&house, &ids[1], &second).await, (AssignmentState::Recalled, "not_needed".to_owned()));
    send!(units, &own, acknowledge, tap(&third)).unwrap();
    send!(dispatch, &house.operator, recall_unit, recall(&third)).unwrap();
    assert_eq!(state(&house, &ids[2], &third).await.0, AssignmentState::Recalled);
    assert_eq!(incident(&house, &ids[2]).await.state(), IncidentState::Classified);
    not_possible(send!(dispatch, &house.operator, recall_unit, recall(&third)), &["recalled"]);
    not_possible(send!(units, &own, acknowledge, tap(&third)), &["recalled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_order_waits_for_a_unit_that_will_be_out_of_service() {
    let house = House::open().await;
    let a12 = "610824-a12";
    house.on_duty(a12).await;
    let (first, second) = (report(&house, "criminal/theft", "").await, report(&house, "criminal/burglary", "").await);
    assign(&house, &first, a12, WhenEngaged::Unspecified).await.unwrap();
    let leaves = on_log!(SetAvailabilityRequest {
        unit_id: a12.to_owned(),
        availability: Availability::OutOfService.into(),
        reason: "end_of_shift".to_owned(),
    });
    send!(house.units().await, &house.token_of(a12), set_availability, leaves).unwrap();
    for when in [WhenEngaged::Queue, WhenEngaged::Divert] {
        not_possible(assign(&house, &second, a12, when).await, &["out_of_service(end_of_shift)"]);
    }
    assert!(orders(&house, &second).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_and_a_closing_are_undone_and_the_time_line_says_so() {
    let house = House::open().await;
    house.on_duty("610824-a12").await;
    let mut dispatch = house.dispatch().await;
    let id = report(&house, "dispute/debt", "").await;
    let undo = |id: &str, seq: u64| on_log!(UndoRequest { incident_id: id.to_owned(), seq });

    let ordered = assign(&house, &id, "610824-a12", WhenEngaged::Unspecified).await.unwrap();
    let seq = ordered.receipt.unwrap().seq;
    send!(dispatch, &house.operator, undo, undo(&id, seq)).unwrap();
    assert_eq!(state(&house, &id, &ordered.assignment_ids[0]).await, (AssignmentState::Recalled, "undone".to_owned()));
    not_possible(send!(dispatch, &house.operator, undo, undo(&id, seq)), &["can not be put back"]);

    let resolve = on_log!(ResolveIncidentRequest { incident_id: id.clone(), disposition: "mediated".to_owned() });
    send!(dispatch, &house.operator, resolve_incident, resolve).unwrap();
    let close = || on_log!(CloseIncidentRequest { incident_id: id.clone() });
    let closed = send!(dispatch, &house.operator, close_incident, close()).unwrap().receipt.unwrap().seq;
    send!(dispatch, &house.operator, undo, undo(&id, closed)).unwrap();
    assert_eq!(incident(&house, &id).await.state(), IncidentState::Resolved);
    // The same kind of event for another reason is no undo.
    send!(dispatch, &house.operator, close_incident, close()).unwrap();
    let reopen = on_log!(ReopenIncidentRequest { incident_id: id.clone(), reason: "closed_by_mistake".to_owned() });
    send!(dispatch, &house.operator, reopen_incident, reopen).unwrap();

    let list = ListEventsRequest { log_id: LOG.to_owned(), incident_id: id.clone(), ..Default::default() };
    let events = send!(house.records().await, &house.operator, list_events, list).unwrap().events;
    let told: Vec<_> = events
        .iter()
        .filter(|event| ["assignment_recalled", "incident_reopened"].contains(&event.kind.as_str()))
        .map(|event| {
            let detail: serde_json::Value = serde_json::from_str(&event.detail_json).unwrap();
            (event.kind.as_str(), detail["undo"] == true)
        })
        .collect();
    assert_eq!(told, [("assignment_recalled", true), ("incident_reopened", true), ("incident_reopened", false)]);
}
