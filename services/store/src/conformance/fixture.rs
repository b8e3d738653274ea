//! Resources and commits for the suite, small but whole.

use crate::{AppendOutcome, Commit, EncodedEvent, Head, PrivateContent, PrivateEntry, RequestKey, Store};
use domain::alarm::{Alarm, AlarmKind};
use domain::assignment::{Assignment, AssignmentRole, AssignmentState, AssignmentTimes};
use domain::classification::{CallSource, Classification, Priority, Team};
use domain::ids::{
    AgencyId, AlarmId, AssignmentId, CallId, CategoryKey, IncidentId, LogId, PrincipalId, PrivateRef, RequestId, Seq, TypeKey, UnitId,
};
use domain::incident::{Call, DispatchClock, Incident, IncidentState, Lending};
use domain::matching::RankedUnit;
use domain::place::{Datum, H3Cell, Place, Position};
use domain::reason::Reason;
use domain::situation::TravelSource;
use domain::time::{LocalDay, Timestamp};
use domain::unit::{Availability, Duty, Unit, UnitKind, UnitProfile};
use domain::world::PostImage;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// The time of the first event: 2026-07-22 07:33:20 UTC.
pub const START_MS: i64 = 1_784_705_600_000;

/// A log.
#[must_use]
pub fn log(name: &str) -> LogId {
    LogId::new(name).unwrap()
}

/// A unit's id.
#[must_use]
pub fn unit_id(name: &str) -> UnitId {
    UnitId::new(name).unwrap()
}

/// A principal's id.
#[must_use]
pub fn principal(name: &str) -> PrincipalId {
    PrincipalId::new(name).unwrap()
}

/// The UUID of a number.
#[must_use]
pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// An open incident at a place; its id and number are `number`.
#[must_use]
pub fn incident(number: u32) -> Incident {
    let station = AgencyId::new("610824-01").unwrap();
    let reported_at = Timestamp(START_MS + i64::from(number) * 1_000);
    let reported_as = Classification { category: CategoryKey::new("dispute").unwrap(), kind: Some(TypeKey::new("family").unwrap()) };
    Incident {
        incident_id: IncidentId(uuid(u128::from(number))),
        number,
        local_day: LocalDay(20_260_722),
        revision: Seq(1),
        state: IncidentState::Classified {
            clock: Some(DispatchClock { amber_at: reported_at.plus_ms(45_000), dispatch_by: reported_at.plus_ms(60_000) }),
            alarmed: false,
            retry_at: None,
        },
        owner_reasons: vec![Reason::owner_by_table(&reported_as, Team::Community)],
        reported_as,
        verified_as: None,
        priority: Priority::new(3).unwrap(),
        place: Place::Located {
            position: Position::from_e7(375_990_000, 1_088_050_000).unwrap(),
            datum: Datum::Gcj02,
            h3_cell: H3Cell(0x0008_9318_8c92_7fff),
            agency: station.clone(),
        },
        station,
        owner: Team::Community,
        flags: BTreeSet::new(),
        calls: vec![Call {
            call_id: CallId(uuid(u128::from(number) + 1_000_000)),
            source: CallSource::Emergency110,
            private: None,
            received_at: reported_at,
            moved_from: None,
        }],
        reported_at,
        updated_at: reported_at,
        assignments: Vec::new(),
        tried: Vec::new(),
        refused_orders: 0,
        answered_at: None,
        priority_by_operator: false,
        passing: None,
        hold: None,
        proposal: None,
        plan: None,
        lending: Lending::default(),
        attendance: None,
        transfer: None,
        arrival: None,
        seek_primary_at: None,
        repeats: Vec::new(),
        premise_notes: Vec::new(),
        split_from: None,
        reopened: 0,
        reopened_at: None,
        last_change: None,
    }
}

/// An offered assignment.
#[must_use]
pub fn assignment(number: u32, incident_id: IncidentId, unit: &str) -> Assignment {
    let offered_at = Timestamp(START_MS);
    let (deliver_by, acknowledge_by) = (offered_at.plus_ms(5_000), offered_at.plus_ms(30_000));
    Assignment {
        assignment_id: AssignmentId(uuid(u128::from(number) + 2_000_000)),
        incident_id,
        unit_id: unit_id(unit),
        role: AssignmentRole::BeatAttendance,
        state: AssignmentState::Offered { deliver_by, acknowledge_by },
        times: AssignmentTimes {
            queued_at: None,
            offered_at,
            delivered_at: None,
            seen_at: None,
            acknowledged_at: None,
            en_route_at: None,
            on_scene_at: None,
            ended_at: None,
        },
        automatic: true,
        ranking: RankedUnit {
            unit_id: unit_id(unit),
            rank: 1,
            travel_ms: 182_000,
            source: TravelSource::Road,
            fix_age_ms: Some(900),
            cost_ms: 182_000,
            reasons: vec![Reason::nearest()],
        },
        not_taken: Vec::new(),
        feedback: None,
        safety_check: None,
        feedback_clock: None,
        lent: None,
        revision: Seq(1),
    }
}

/// A unit on duty.
#[must_use]
pub fn unit(name: &str) -> Unit {
    Unit {
        profile: UnitProfile {
            unit_id: unit_id(name),
            call_sign: "A12".into(),
            kind: UnitKind::Car,
            team: Team::Community,
            home: AgencyId::new("610824-01").unwrap(),
            sworn: 2,
            auxiliary: 1,
            capabilities: BTreeSet::new(),
        },
        duty: Duty::On { availability: Availability::Available, engaged_in: None },
        since: Timestamp(START_MS),
        queue: Vec::new(),
        emergency: None,
        contact_lost_at: None,
        shift: None,
        off_after: false,
        revision: Seq(1),
    }
}

/// A standing alarm.
#[must_use]
pub fn alarm(number: u32, incident_id: IncidentId) -> Alarm {
    Alarm {
        alarm_id: AlarmId(uuid(u128::from(number) + 3_000_000)),
        kind: AlarmKind::NotDispatched,
        incident_id: Some(incident_id),
        unit_id: None,
        station: AgencyId::new("610824-01").unwrap(),
        raised_at: Timestamp(START_MS),
        end: None,
        revision: Seq(1),
    }
}

/// An incident's post-image.
#[must_use]
pub fn incident_image(incident: &Incident) -> PostImage {
    PostImage::Incident(Arc::new(incident.clone()))
}

/// An assignment's post-image.
#[must_use]
pub fn assignment_image(assignment: &Assignment) -> PostImage {
    PostImage::Assignment(Arc::new(assignment.clone()))
}

/// A commit of events with these bytes, and nothing else.
#[must_use]
pub fn commit(events: &[&str]) -> Commit {
    let event = |bytes: &&str| EncodedEvent { bytes: bytes.as_bytes().to_vec(), name: "incident_reported", incident_id: None };
    Commit {
        request: None,
        reply: Vec::new(),
        events: events.iter().map(event).collect(),
        changed: Vec::new(),
        private: Vec::new(),
        recorded_at: Timestamp(START_MS),
    }
}

/// A commit of one event that leaves these resources.
#[must_use]
pub fn commit_of(bytes: &str, changed: Vec<PostImage>) -> Commit {
    Commit { changed, ..commit(&[bytes]) }
}

/// A request.
#[must_use]
pub fn request(who: &str, number: u128) -> RequestKey {
    RequestKey { principal_id: principal(who), request_id: RequestId(uuid(number)), digest: [7; 32] }
}

/// A vault entry that is erased by itself an hour after the start.
#[must_use]
pub fn private(number: u128, caller_name: &str) -> PrivateEntry {
    PrivateEntry {
        private_ref: PrivateRef(uuid(number)),
        salt: [3; 16],
        content: PrivateContent { caller_name: caller_name.to_owned(), narrative: "吵架".to_owned(), ..PrivateContent::default() },
        erase_at: Timestamp(START_MS + 3_600_000),
    }
}

/// Appends and expects it to be taken.
pub async fn append(store: &dyn Store, log_id: &LogId, expected: Head, commits: Vec<Commit>) -> Head {
    match store.append(log_id, expected, commits).await {
        AppendOutcome::Appended(head) => head,
        other => panic!("expected the append to be taken, it was {other:?}"),
    }
}
