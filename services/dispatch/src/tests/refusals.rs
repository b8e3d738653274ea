//! Each call refuses what is not a field of it by its name, and who may not give it.

use super::*;
use runtime::testing::{EAST_STATION, NEIGHBOUR, gateway, observer, unit};
use tonic::{Code, Request};
use wire::v1alpha1::shift_service_server::ShiftService;

const SOMEWHERE: &str = "0195f2a4-7c1e-7b32-9d55-3f0a6b1c2d4e";

/// Sends a message with one field spoilt after the other: each refusal begins with the field's name.
macro_rules! spoilt {
    ($adapter:ident.$call:ident($good:expr), $($field:ident = $bad:expr => $named:literal),+ $(,)?) => {$(
        let mut message = $good;
        message.$field = $bad;
        let wrong = refused!($adapter.$call(message));
        assert_eq!(wrong.code(), Code::InvalidArgument, "{}: {}", stringify!($call), wrong.message());
        assert!(wrong.message().starts_with(concat!($named, " ")), "{}: {}", stringify!($call), wrong.message());
    )+};
}

#[tokio::test]
async fn each_field_is_refused_by_its_name() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let id = || SOMEWHERE.to_owned();
    let bad = || "Not A Code".to_owned();
    spoilt!(adapter.recall_unit(message!(RecallUnitRequest { assignment_id: id(), reason: "mistake".to_owned() })),
        request_id = bad() => "request_id", log_id = bad() => "log_id", assignment_id = bad() => "assignment_id", reason = bad() => "reason");
    spoilt!(adapter.reorder_queue(message!(ReorderQueueRequest { unit_id: A11.to_owned() })),
        unit_id = bad() => "unit_id", assignment_ids = vec![bad()] => "assignment_ids[0]", assignment_ids = vec![id(); 9] => "assignment_ids");
    spoilt!(adapter.confirm_proposal(message!(ConfirmProposalRequest { incident_id: id() })), incident_id = bad() => "incident_id");
    spoilt!(adapter.reject_proposal(message!(RejectProposalRequest { incident_id: id() })), incident_id = bad() => "incident_id");
    spoilt!(adapter.set_priority(message!(SetPriorityRequest { incident_id: id(), priority: 1 })),
        incident_id = bad() => "incident_id", priority = 0 => "priority", priority = 5 => "priority");
    spoilt!(adapter.set_owner(message!(SetOwnerRequest { incident_id: id(), owner_team: 1, reason: "command".to_owned() })),
        incident_id = bad() => "incident_id", owner_team = 0 => "owner_team", owner_team = 6 => "owner_team", reason = bad() => "reason");
    spoilt!(adapter.pass_down(message!(PassDownRequest { incident_id: id(), from_id: LOG.to_owned() })),
        incident_id = bad() => "incident_id", from_id = bad() => "from_id");
    spoilt!(adapter.sign_incident(message!(SignIncidentRequest { incident_id: id() })), incident_id = bad() => "incident_id");
    let until = || Some(wire::api::time_to_api(BEGIN.plus_ms(1_000)));
    spoilt!(adapter.hold_incident(message!(HoldIncidentRequest { incident_id: id(), reason: "partner".to_owned(), until: until() })),
        incident_id = bad() => "incident_id", reason = bad() => "reason", until = None => "until");
    spoilt!(adapter.release_hold(message!(ReleaseHoldRequest { incident_id: id() })), incident_id = bad() => "incident_id");
    spoilt!(adapter.close_incident(message!(CloseIncidentRequest { incident_id: id() })), excuse = bad() => "excuse");
    spoilt!(adapter.reopen_incident(message!(ReopenIncidentRequest { incident_id: id(), reason: "again".to_owned() })),
        incident_id = bad() => "incident_id", reason = bad() => "reason");
    spoilt!(adapter.undo(message!(UndoRequest { incident_id: id(), seq: 1 })), incident_id = bad() => "incident_id", seq = 0 => "seq");
    spoilt!(adapter.excuse_attendance(message!(ExcuseAttendanceRequest { incident_id: id(), reason: "training".to_owned() })),
        incident_id = bad() => "incident_id", reason = bad() => "reason");
    spoilt!(adapter.request_support(message!(RequestSupportRequest { incident_id: id(), to_id: LOG.to_owned(), reason: "specialist".to_owned() })),
        incident_id = bad() => "incident_id", to_id = bad() => "to_id", team = 9 => "team", reason = bad() => "reason");
    spoilt!(adapter.answer_support(message!(AnswerSupportRequest { whistle_id: id() })), whistle_id = bad() => "whistle_id");
    spoilt!(adapter.end_support(message!(EndSupportRequest { whistle_id: id() })), whistle_id = bad() => "whistle_id");
    spoilt!(adapter.start_wartime(message!(StartWartimeRequest { area_id: LOG.to_owned(), reason: "event".to_owned(), until: until() })),
        area_id = bad() => "area_id", reason = bad() => "reason", until = None => "until");
    spoilt!(adapter.end_wartime(message!(EndWartimeRequest { area_id: LOG.to_owned() })), area_id = bad() => "area_id");
    spoilt!(adapter.clear_emergency(message!(ClearEmergencyRequest { unit_id: A11.to_owned(), reason: "safe".to_owned() })),
        unit_id = bad() => "unit_id", reason = bad() => "reason");
    spoilt!(adapter.end_premise_note(message!(EndPremiseNoteRequest { premise_note_id: id() })), premise_note_id = bad() => "premise_note_id");
    spoilt!(adapter.plan_shift(message!(PlanShiftRequest { station_id: LOG.to_owned(), starts_at: until(), ends_at: until() })),
        request_id = bad() => "request_id", shift_id = bad() => "shift_id", station_id = bad() => "station_id",
        starts_at = None => "starts_at", ends_at = None => "ends_at");
    spoilt!(adapter.offer_hand_over(message!(OfferHandOverRequest { shift_id: id() })), shift_id = bad() => "shift_id");
    spoilt!(adapter.sign_hand_over(message!(SignHandOverRequest { shift_id: id() })), shift_id = bad() => "shift_id");
}

/// Sends a message as each of those who may not: none gets through; then without a token.
macro_rules! forbidden {
    ($adapter:ident, $who:expr; $($call:ident($message:expr)),+ $(,)?) => {$(
        for principal in $who {
            let refused = $adapter.$call(request(principal, $message)).await.unwrap_err();
            assert_eq!(refused.code(), Code::PermissionDenied, "{} by {principal:?}: {}", stringify!($call), refused.message());
        }
        let nobody = $adapter.$call(Request::new($message)).await.unwrap_err();
        assert_eq!(nobody.code(), Code::Unauthenticated, "{}", stringify!($call));
    )+};
}

#[tokio::test]
async fn only_an_operator_who_covers_it_gives_a_command() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let incident = reported(&bench, Some(IN_WEST)).await;
    let order = assign(&adapter, order(incident, &[A11])).await.unwrap().assignment_ids.remove(0);
    let ask = message!(RequestSupportRequest { incident_id: incident.to_string(), to_id: LOG.to_owned(), reason: "specialist".to_owned() });
    let whistle = taken!(adapter.request_support(ask)).whistle_id;
    let until = || Some(wire::api::time_to_api(BEGIN.plus_ms(1_000)));
    let id = || incident.to_string();
    let others = [operator(&[EAST_STATION]), operator(&[NEIGHBOUR]), observer(&[LOG]), gateway(&[LOG]), unit(A11)];
    forbidden!(adapter, &others;
        recall_unit(message!(RecallUnitRequest { assignment_id: order.clone(), reason: "mistake".to_owned() })),
        reorder_queue(message!(ReorderQueueRequest { unit_id: A11.to_owned() })),
        confirm_proposal(message!(ConfirmProposalRequest { incident_id: id() })),
        reject_proposal(message!(RejectProposalRequest { incident_id: id() })),
        set_priority(message!(SetPriorityRequest { incident_id: id(), priority: 1 })),
        set_owner(message!(SetOwnerRequest { incident_id: id(), owner_team: 2, reason: "command".to_owned() })),
        pass_down(message!(PassDownRequest { incident_id: id(), from_id: LOG.to_owned() })),
        sign_incident(message!(SignIncidentRequest { incident_id: id() })),
        hold_incident(message!(HoldIncidentRequest { incident_id: id(), reason: "partner".to_owned(), until: until() })),
        release_hold(message!(ReleaseHoldRequest { incident_id: id() })),
        reopen_incident(message!(ReopenIncidentRequest { incident_id: id(), reason: "again".to_owned() })),
        undo(message!(UndoRequest { incident_id: id(), seq: 1 })),
        excuse_attendance(message!(ExcuseAttendanceRequest { incident_id: id(), reason: "training".to_owned() })),
        request_support(message!(RequestSupportRequest { incident_id: id(), to_id: LOG.to_owned(), reason: "specialist".to_owned() })),
        answer_support(message!(AnswerSupportRequest { whistle_id: whistle.clone(), accepted: true })),
        end_support(message!(EndSupportRequest { whistle_id: whistle.clone() })),
        start_wartime(message!(StartWartimeRequest { area_id: LOG.to_owned(), reason: "event".to_owned(), until: until() })),
        end_wartime(message!(EndWartimeRequest { area_id: LOG.to_owned() })),
        clear_emergency(message!(ClearEmergencyRequest { unit_id: A11.to_owned(), reason: "safe".to_owned() })),
        plan_shift(message!(PlanShiftRequest { station_id: WEST_STATION.to_owned(), starts_at: until(), ends_at: until() })),
    );
    assert_eq!(refused!(adapter.confirm_alarm(message!(ConfirmAlarmRequest { alarm_id: SOMEWHERE.to_owned() }))).code(), Code::NotFound);
    let shift = message!(SignHandOverRequest { shift_id: SOMEWHERE.to_owned() });
    assert_eq!(refused!(adapter.sign_hand_over(shift)).code(), Code::NotFound);
}
