//! What a unit says of itself beside its orders: safe, in danger, how it ended, what it met on the way.

use super::*;
use domain::alarm::AlarmKind;
use domain::classification::CallSource as Source;
use domain::ids::{IncidentId, Seq};
use domain::incident::Incident;
use runtime::LogView;
use runtime::fleet::{FixBatch, ReportedFix};
use runtime::testing::{IN_EAST, IN_WEST, NOWHERE};

fn view(bench: &Bench) -> Arc<LogView> {
    bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap()
}

fn incident(bench: &Bench, id: &str) -> Arc<Incident> {
    Arc::clone(view(bench).world.incident(&IncidentId(id.parse().unwrap())).unwrap())
}

fn at((lat_e7, lon_e7): (i32, i32)) -> Option<api::Position> {
    Some(api::Position { lat_e7, lon_e7 })
}

/// The order of A11, on scene.
async fn on_scene(bench: &Bench, adapter: &UnitsAdapter) -> AssignmentId {
    let id = ordered(bench).await;
    let own = unit(A11);
    adapter.acknowledge(request(&own, tap!(AcknowledgeRequest, id))).await.unwrap();
    adapter.mark_en_route(request(&own, tap!(MarkEnRouteRequest, id))).await.unwrap();
    adapter.mark_on_scene(request(&own, tap!(MarkOnSceneRequest, id))).await.unwrap();
    id
}

#[tokio::test]
async fn only_the_unit_itself_says_that_it_is_safe() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = on_scene(&bench, &adapter).await;
    let due = |id| assignment(&bench, id).safety_check.unwrap().due_at;
    let before = due(id);
    bench.pass(60_000);
    for principal in [operator(&[LOG]), unit("610824-a12"), observer(&[LOG]), gateway(&[LOG])] {
        let refused = adapter.confirm_safe(request(&principal, tap!(ConfirmSafeRequest, id))).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{principal:?}");
    }
    assert_eq!(due(id), before);
    adapter.confirm_safe(request(&unit(A11), tap!(ConfirmSafeRequest, id))).await.unwrap();
    assert_eq!(due(id), before.plus_ms(60_000));
    let bad = adapter.confirm_safe(request(&unit(A11), tap!(ConfirmSafeRequest, 7))).await.unwrap_err();
    assert!(bad.message().starts_with("assignment_id "), "{}", bad.message());
}

#[tokio::test]
async fn an_outcome_that_was_owed_is_reported_and_its_words_are_in_the_vault() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = on_scene(&bench, &adapter).await;
    let mut clear = tap!(ClearRequest, id);
    clear.reason = "done".to_owned();
    adapter.clear(request(&unit(A11), clear)).await.unwrap();
    assert!(assignment(&bench, id).feedback_clock.is_some(), "an outcome is owed");
    let mut submit = tap!(SubmitFeedbackRequest, id);
    for disposition in ["", "Mediated", "forgotten"] {
        submit.disposition = disposition.to_owned();
        let refused = adapter.submit_feedback(request(&unit(A11), submit.clone())).await.unwrap_err();
        assert!(refused.message().starts_with("disposition "), "{}", refused.message());
    }
    (submit.disposition, submit.feedback) = ("mediated".to_owned(), "话".repeat(4_001));
    let long = adapter.submit_feedback(request(&unit(A11), submit.clone())).await.unwrap_err();
    assert!(long.message().starts_with("feedback "), "{}", long.message());
    submit.feedback = "已调解并登记".to_owned();
    let other = adapter.submit_feedback(request(&unit("610824-a12"), submit.clone())).await.unwrap_err();
    assert_eq!(other.code(), Code::PermissionDenied);
    adapter.submit_feedback(request(&unit(A11), submit)).await.unwrap();
    let cleared = assignment(&bench, id);
    assert!(matches!(&cleared.state, AssignmentState::Cleared { disposition: Some(key), .. } if key.as_str() == "mediated"));
    assert_eq!(cleared.feedback_clock, None);
    let store = bench.edge.runtime.store();
    let content = store.get_private(cleared.feedback.unwrap().private_ref).await.unwrap().unwrap();
    assert_eq!(content.feedback, "已调解并登记");
    let rows = store.read(&LogId::new(LOG).unwrap(), Seq(0), 1_000).await.unwrap();
    assert!(rows.iter().all(|row| !row.bytes.windows(9).any(|window| window == "已调解".as_bytes())));
}

fn help(position: Option<api::Position>) -> api::RaiseEmergencyRequest {
    api::RaiseEmergencyRequest { request_id: fresh(), log_id: LOG.to_owned(), unit_id: A11.to_owned(), position, ..Default::default() }
}

#[tokio::test]
async fn the_emergency_button_opens_an_incident_where_the_unit_is() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let message = help(at(IN_EAST));
    let first = adapter.raise_emergency(request(&unit(A11), message.clone())).await.unwrap().into_inner();
    let again = adapter.raise_emergency(request(&unit(A11), message)).await.unwrap().into_inner();
    assert_eq!(first, again);
    let opened = incident(&bench, &first.incident_id);
    assert_eq!((opened.number, opened.priority.level()), (first.number, 1));
    assert_eq!(opened.place.position().map(|p| (p.lat_e7(), p.lon_e7())), Some(IN_EAST));
    assert!(view(&bench).world.standing_alarms(opened.incident_id).any(|alarm| alarm.kind == AlarmKind::Emergency));
    // Pressing again while it stands opens nothing new.
    let pressed = adapter.raise_emergency(request(&unit(A11), help(None))).await.unwrap().into_inner();
    assert_eq!(pressed.incident_id, first.incident_id);
}

#[tokio::test]
async fn without_a_position_the_last_fresh_fix_says_where() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let stale_ms = view(&bench).context.policy.clocks.stale_fix_ms;
    let fix = ReportedFix {
        unit: UnitId::new(A11).unwrap(),
        lat_e7: IN_WEST.0,
        lon_e7: IN_WEST.1,
        device_time: bench.clock.now(),
        device_epoch: 0,
        sequence: 1,
        speed_cm_per_s: None,
        heading_deg: None,
        accuracy_m: None,
    };
    view(&bench).fleet.apply_batch(&FixBatch { sent_at: None, fixes: &[fix] }, bench.clock.now()).unwrap();
    bench.pass(stale_ms);
    let position = |id: &str| incident(&bench, id).place.position().map(|p| (p.lat_e7(), p.lon_e7()));
    let first = adapter.open_on_the_spot(request(&unit(A11), spot(None))).await.unwrap().into_inner();
    assert_eq!(position(&first.incident_id), Some(IN_WEST));
    let id = first.assignment_ids[0].parse().map(AssignmentId).unwrap();
    let mut clear = tap!(ClearRequest, id);
    (clear.reason, clear.disposition) = ("done".to_owned(), "handled".to_owned());
    adapter.clear(request(&unit(A11), clear)).await.unwrap();
    bench.pass(1);
    let second = adapter.open_on_the_spot(request(&unit(A11), spot(None))).await.unwrap().into_inner();
    assert_eq!(position(&second.incident_id), None, "a stale fix says nothing");
}

#[tokio::test]
async fn what_a_unit_meets_is_its_own_on_scene_and_its_words_are_in_the_vault() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let message = api::OpenOnTheSpotRequest { occurred_at: Some(time_to_api(BEGIN)), ..spot(at(IN_EAST)) };
    bench.pass(30_000);
    let first = adapter.open_on_the_spot(request(&unit(A11), message.clone())).await.unwrap().into_inner();
    assert_eq!(adapter.open_on_the_spot(request(&unit(A11), message)).await.unwrap().into_inner(), first);
    let opened = incident(&bench, &first.incident_id);
    assert_eq!((opened.number, opened.state_name(), opened.calls[0].source), (first.number, "on_scene", Source::Officer));
    assert_eq!(opened.calls[0].call_id.to_string(), first.call_id);
    let [id] = first.assignment_ids.as_slice() else { panic!("{first:?}") };
    let own = assignment(&bench, AssignmentId(id.parse().unwrap()));
    assert_eq!((own.unit_id.as_str(), own.times.on_scene_at), (A11, Some(BEGIN)), "as of the tap");
    let store = bench.edge.runtime.store();
    let content = store.get_private(opened.calls[0].private.unwrap().private_ref).await.unwrap().unwrap();
    assert_eq!((content.address.as_str(), content.narrative.as_str()), ("人民路市场", "摊位争执"));
    let rows = store.read(&LogId::new(LOG).unwrap(), Seq(0), 1_000).await.unwrap();
    assert!(rows.iter().all(|row| !row.bytes.windows(12).any(|window| window == "摊位争执".as_bytes())));
    let busy = adapter.open_on_the_spot(request(&unit(A11), spot(None))).await.unwrap_err();
    assert_eq!(busy.code(), Code::Aborted, "{}", busy.message());
}

#[tokio::test]
async fn what_is_not_a_field_is_refused_by_its_name_and_nobody_speaks_for_another() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    type SpoilSpot = fn(&mut api::OpenOnTheSpotRequest);
    let table: &[(SpoilSpot, &str)] = &[
        (|m| m.request_id = "x".to_owned(), "request_id"),
        (|m| m.log_id = "County".to_owned(), "log_id"),
        (|m| m.unit_id = "A11".to_owned(), "unit_id"),
        (|m| m.classification = None, "classification"),
        (|m| m.classification.as_mut().unwrap().category = "volcano".to_owned(), "classification.category"),
        (|m| m.position = at((i32::MAX, 0)), "position.lat_e7"),
        (|m| m.datum = 9, "datum"),
        (|m| m.address = "路".repeat(501), "address"),
        (|m| m.narrative = "话".repeat(4_001), "narrative"),
        (|m| m.occurred_at.get_or_insert_default().nanos = -1, "occurred_at.nanos"),
    ];
    for (spoil, field) in table {
        let mut message = spot(at(IN_EAST));
        spoil(&mut message);
        let refused = adapter.open_on_the_spot(request(&unit(A11), message)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}: {}", refused.message());
        assert!(refused.message().starts_with(&format!("{field} ")), "{field}: {}", refused.message());
    }
    for (message, field) in [(help(at((0, i32::MIN))), "position.lon_e7"), (api::RaiseEmergencyRequest { datum: 9, ..help(None) }, "datum")]
    {
        let refused = adapter.raise_emergency(request(&unit(A11), message)).await.unwrap_err();
        assert!(refused.message().starts_with(&format!("{field} ")), "{}", refused.message());
    }
    for principal in [unit("610824-a12"), observer(&[LOG]), gateway(&[LOG]), operator(&[EAST_STATION])] {
        let opened = adapter.open_on_the_spot(request(&principal, spot(at(NOWHERE)))).await.unwrap_err();
        let raised = adapter.raise_emergency(request(&principal, help(None))).await.unwrap_err();
        assert_eq!((opened.code(), raised.code()), (Code::PermissionDenied, Code::PermissionDenied), "{principal:?}");
    }
    let elsewhere = api::RaiseEmergencyRequest { log_id: "610899".to_owned(), ..help(None) };
    assert_eq!(adapter.raise_emergency(request(&unit(A11), elsewhere)).await.unwrap_err().code(), Code::NotFound);
    // The room speaks for a unit whose radio is all it has.
    adapter.raise_emergency(request(&operator(&[WEST_STATION]), help(None))).await.unwrap();
}

fn spot(position: Option<api::Position>) -> api::OpenOnTheSpotRequest {
    api::OpenOnTheSpotRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        unit_id: A11.to_owned(),
        classification: Some(api::Classification { category: "public_order".to_owned(), r#type: "disturbance".to_owned() }),
        position,
        address: "人民路市场".to_owned(),
        narrative: "摊位争执".to_owned(),
        ..Default::default()
    }
}
