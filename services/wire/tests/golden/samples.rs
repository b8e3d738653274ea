//! One sample of each kind of event, and between them of each command, role and state: what golden files are made from.

use domain::agency::{AgencyLevel, AgencyNode, AgencyTree};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole;
use domain::classification::{CallSource, Classification, Priority, Team};
use domain::command::*;
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::event::{AssignmentOffered, Event, IncidentReported, Lapse};
use domain::ids::*;
use domain::incident::{Call, DispatchClock, Incident, IncidentFlag, IncidentState, PrivateLink};
use domain::matching::RankedUnit;
use domain::place::{Datum, H3Cell, Place, Position};
use domain::principal::{Principal, Role};
use domain::reason::Reason;
use domain::situation::{Candidate, TravelSource};
use domain::time::{LocalDay, Timestamp};
use domain::unit::{Availability, UnitKind, UnitProfile};
use std::sync::Arc;
use uuid::Uuid;
use wire::event::DecisionRecord;

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0195_f2a4_7c1e_7b32_9d55_0000_0000_0000 + n)
}
fn incident() -> IncidentId {
    IncidentId(uuid(1))
}
fn assignment() -> AssignmentId {
    AssignmentId(uuid(2))
}
fn alarm() -> AlarmId {
    AlarmId(uuid(3))
}
fn unit() -> UnitId {
    UnitId::new("610824-a12").unwrap()
}
fn agency(code: &str) -> AgencyId {
    AgencyId::new(code).unwrap()
}
fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}
fn at(ms: i64) -> Timestamp {
    Timestamp(1_795_000_000_000 + ms)
}
fn clock() -> Option<DispatchClock> {
    Some(DispatchClock { amber_at: at(30_000), dispatch_by: at(60_000) })
}
fn link(n: u128) -> Option<PrivateLink> {
    Some(PrivateLink { private_ref: PrivateRef(uuid(n)), commitment: [n.to_le_bytes()[0]; 32] })
}
fn what(category: &str, kind: Option<&str>) -> Classification {
    let kind = kind.map(|text| TypeKey::new(text).unwrap());
    Classification { category: CategoryKey::new(category).unwrap(), kind }
}
fn located() -> Place {
    let position = Position::from_e7(375_988_400, 1_087_940_100).unwrap();
    Place::Located { position, datum: Datum::Gcj02, h3_cell: H3Cell(0x0893_11a2_b4cf_ffff), agency: agency("610824-01-03") }
}
fn outside() -> Place {
    let position = Position::from_e7(-336_000_000, -703_000_000).unwrap();
    Place::OutsideBoundaries { position, datum: Datum::Wgs84, h3_cell: H3Cell(0x0893_11a2_b4cf_ffff) }
}
fn call() -> Call {
    Call { call_id: CallId(uuid(4)), source: CallSource::Emergency110, private: link(5) }
}
fn line(id: UnitId, rank: u32, reasons: Vec<Reason>) -> RankedUnit {
    RankedUnit { unit_id: id, rank, travel_ms: 184_000, source: TravelSource::Road, fix_age_ms: Some(4_200), cost_ms: 304_000, reasons }
}
fn profile() -> UnitProfile {
    UnitProfile {
        unit_id: unit(),
        call_sign: "A12".into(),
        kind: UnitKind::Car,
        team: Team::Community,
        home: agency("610824-01"),
        sworn: 2,
        auxiliary: 3,
        capabilities: ["first_aid".into(), "mediation".into()].into(),
    }
}
fn tap() -> Tap {
    Tap { assignment_id: assignment(), occurred_at: Some(at(-1_500)) }
}

macro_rules! samples {
    ($name:ident: $enum:ident [$($pattern:pat => $sample:expr,)*]) => {
        /// One of each kind. A new variant does not compile until it has a sample here.
        pub(crate) fn $name() -> Vec<$enum> {
            fn covered(value: &$enum) {
                match value { $($pattern => ()),* }
            }
            let all = vec![$($sample),*];
            all.iter().for_each(covered);
            all
        }
    };
}

samples! { events: Event [
    Event::FeatureActivated { .. } => Event::FeatureActivated { feature: "merge".to_owned() },
    Event::PolicyActivated { .. } => Event::PolicyActivated { hash: BlobHash([1; 32]) },
    Event::AgencyTreeActivated { .. } => Event::AgencyTreeActivated { hash: BlobHash([2; 32]) },
    Event::UnitRegistered { .. } => Event::UnitRegistered { profile: profile() },
    Event::UnitSignedOn { .. } => Event::UnitSignedOn { unit_id: unit(), sworn: 2, auxiliary: 1 },
    Event::UnitSignedOff { .. } => Event::UnitSignedOff { unit_id: unit() },
    Event::UnitAvailabilityChanged { .. } => Event::UnitAvailabilityChanged {
        unit_id: unit(), availability: Availability::OutOfService { reason: key("refuelling") },
    },
    Event::IncidentReported(_) => Event::IncidentReported(Box::new(IncidentReported {
        incident_id: incident(), number: 2041, local_day: LocalDay(20_261_121), call: call(),
        reported_as: what("dispute", Some("family")), priority: Priority::new(2).unwrap(), place: located(),
        station: agency("610824-01"), owner: Team::Community,
        owner_reasons: vec![Reason::owner_by_table(&what("dispute", Some("family")), Team::Community)],
        flags: [IncidentFlag::TimeClamped, IncidentFlag::Nuisance].into(), clock: clock(),
    })),
    Event::IncidentReclassified { .. } => Event::IncidentReclassified {
        incident_id: incident(), verified_as: what("criminal", None), priority: Priority::P1, owner: Team::Case,
        owner_reasons: vec![Reason::owner_moved(Team::Community, Team::Case, &what("criminal", None))], clock: clock(),
    },
    Event::IncidentWaiting { .. } => Event::IncidentWaiting { incident_id: incident(), retry_at: at(10_000) },
    Event::IncidentDispatchLapsed { .. } => Event::IncidentDispatchLapsed { incident_id: incident() },
    Event::IncidentDispatched { .. } => Event::IncidentDispatched { incident_id: incident() },
    Event::IncidentOnScene { .. } => Event::IncidentOnScene { incident_id: incident() },
    Event::IncidentReturnedToQueue { .. } => Event::IncidentReturnedToQueue { incident_id: incident(), clock: clock() },
    Event::IncidentResolved { .. } => Event::IncidentResolved { incident_id: incident(), disposition: key("mediated") },
    Event::IncidentClosed { .. } => Event::IncidentClosed { incident_id: incident() },
    Event::AssignmentOffered(_) => Event::AssignmentOffered(Box::new(AssignmentOffered {
        assignment_id: assignment(), incident_id: incident(), unit_id: unit(), role: AssignmentRole::Primary,
        deliver_by: at(10_000), acknowledge_by: at(60_000), automatic: true,
        ranking: line(unit(), 1, vec![Reason::nearest(), Reason::own_team(Team::Community)]),
        not_taken: vec![line(UnitId::new("610824-b03").unwrap(), 0, vec![Reason::engaged(2039)])],
    })),
    Event::AssignmentDelivered { .. } => Event::AssignmentDelivered { assignment_id: assignment() },
    Event::AssignmentSeen { .. } => Event::AssignmentSeen { assignment_id: assignment() },
    Event::AssignmentAcknowledged { .. } => Event::AssignmentAcknowledged { assignment_id: assignment() },
    Event::AssignmentDeclined { .. } => Event::AssignmentDeclined { assignment_id: assignment(), reason: key("vehicle_fault") },
    Event::AssignmentExpired { .. } => Event::AssignmentExpired { assignment_id: assignment(), lapse: Lapse::Deliver },
    Event::AssignmentEnRoute { .. } => Event::AssignmentEnRoute { assignment_id: assignment() },
    Event::AssignmentOnScene { .. } => Event::AssignmentOnScene { assignment_id: assignment() },
    Event::AssignmentCleared { .. } => Event::AssignmentCleared {
        assignment_id: assignment(), reason: key("handled"), disposition: Some(key("mediated")), feedback: link(6),
    },
    Event::AlarmRaised { .. } => Event::AlarmRaised {
        alarm_id: alarm(), kind: AlarmKind::Unacknowledged, incident_id: incident(), unit_id: Some(unit()),
    },
    Event::AlarmEnded { .. } => Event::AlarmEnded { alarm_id: alarm(), confirmed: true },
    Event::PrivateRead { .. } => Event::PrivateRead { incident_id: incident(), purpose: ReasonKey::new("call_back").unwrap() },
    Event::PrivateErased { .. } => Event::PrivateErased { private_ref: PrivateRef(uuid(5)) },
] }

samples! { commands: Command [
    Command::ReportIncident(_) => Command::ReportIncident(ReportIncident {
        source: CallSource::CitizensLine12345, classification: what("dispute", Some("family")), place: outside(), private: link(5),
        occurred_at: Some(at(-90_000)), priority: Some(Priority::P1),
    }),
    Command::AssignUnits(_) => Command::AssignUnits(AssignUnits {
        incident_id: incident(), expected_revision: 41,
        orders: vec![UnitOrder { unit_id: unit(), role: Some(AssignmentRole::Overwatch) }, UnitOrder { unit_id: unit(), role: None }],
    }),
    Command::MarkDelivered(_) => Command::MarkDelivered(tap()),
    Command::MarkSeen(_) => Command::MarkSeen(tap()),
    Command::Acknowledge(_) => Command::Acknowledge(tap()),
    Command::Decline(_) => Command::Decline(Decline { tap: tap(), reason: key("vehicle_fault") }),
    Command::MarkEnRoute(_) => Command::MarkEnRoute(tap()),
    Command::MarkOnScene(_) => Command::MarkOnScene(tap()),
    Command::Clear(_) => Command::Clear(Clear {
        tap: tap(), reason: key("handled"), disposition: Some(key("mediated")), feedback: link(6),
    }),
    Command::ResolveIncident(_) => Command::ResolveIncident(ResolveIncident {
        incident_id: incident(), disposition: key("mediated"), expected_revision: 42,
    }),
    Command::CloseIncident(_) => Command::CloseIncident(CloseIncident { incident_id: incident(), expected_revision: 43 }),
    Command::Reclassify(_) => Command::Reclassify(Reclassify {
        incident_id: incident(), verified_as: what("criminal", None), expected_revision: 44,
    }),
    Command::SignOn(_) => Command::SignOn(SignOn { unit_id: unit(), crew: Some((2, 1)), occurred_at: None }),
    Command::SignOff(_) => Command::SignOff(SignOff { unit_id: unit(), occurred_at: Some(at(0)) }),
    Command::SetAvailability(_) => Command::SetAvailability(SetAvailability {
        unit_id: unit(), availability: Availability::Conditional { reason: key("meal") }, occurred_at: None,
    }),
    Command::ConfirmAlarm(_) => Command::ConfirmAlarm(ConfirmAlarm { alarm_id: alarm() }),
    Command::FireDeadline(_) => Command::FireDeadline(FireDeadline {
        deadline: Deadline { due_at: at(60_000), subject: DeadlineSubject::Acknowledge(assignment()) },
    }),
    Command::ActivatePolicy(_) => Command::ActivatePolicy(ActivatePolicy { hash: BlobHash([1; 32]) }),
    Command::ActivateAgencyTree(_) => Command::ActivateAgencyTree(ActivateAgencyTree { hash: BlobHash([2; 32]) }),
    Command::RegisterUnits(_) => Command::RegisterUnits(RegisterUnits { profiles: vec![profile()] }),
    Command::ReadPrivate(_) => Command::ReadPrivate(ReadPrivate { incident_id: incident(), purpose: ReasonKey::new("call_back").unwrap() }),
    Command::ErasePrivate(_) => Command::ErasePrivate(ErasePrivate { private_ref: PrivateRef(uuid(5)) }),
] }

samples! { states: IncidentState [
    IncidentState::Classified { .. } => IncidentState::Classified { clock: clock(), alarmed: true, retry_at: Some(at(10_000)) },
    IncidentState::Dispatched => IncidentState::Dispatched,
    IncidentState::OnScene => IncidentState::OnScene,
    IncidentState::Resolved { .. } => IncidentState::Resolved { disposition: key("mediated") },
    IncidentState::Closed { .. } => IncidentState::Closed { disposition: key("mediated") },
] }

samples! { roles: Role [
    Role::Operator { .. } => Role::Operator { jurisdictions: [agency("610824"), agency("610824-01")].into() },
    Role::Observer { .. } => Role::Observer { jurisdictions: [agency("610824")].into() },
    Role::Unit { .. } => Role::Unit { unit_id: unit() },
    Role::Gateway { .. } => Role::Gateway { jurisdictions: [agency("610824")].into() },
    Role::System => Role::System,
] }

fn rehydrated(state: IncidentState) -> Arc<Incident> {
    Arc::new(Incident {
        incident_id: incident(),
        number: 2041,
        local_day: LocalDay(20_261_121),
        revision: Seq(40),
        state,
        reported_as: what("dispute", Some("family")),
        verified_as: Some(what("criminal", None)),
        priority: Priority::new(3).unwrap(),
        place: Place::Unverified,
        station: agency("610824"),
        owner: Team::Room,
        owner_reasons: vec![Reason::desk_handles(&agency("610824"))],
        flags: [IncidentFlag::UnverifiedLocation].into(),
        call: call(),
        reported_at: at(-3_600_000),
        updated_at: at(-1_800_000),
        assignments: vec![assignment()],
        tried: vec![unit()],
        refused_orders: 1,
    })
}

/// What the `n`th sample's commit was decided from: every command, role and state comes up.
pub(crate) fn decision(n: usize) -> DecisionRecord {
    let (commands, states, roles) = (commands(), states(), roles());
    DecisionRecord {
        principal: Principal { principal_id: PrincipalId::new("op-7").unwrap(), role: roles[n % roles.len()].clone() },
        command: commands[n % commands.len()].clone(),
        decided_at: at(0),
        policy: Some(BlobHash([1; 32])),
        agency_tree: Some(BlobHash([2; 32])),
        local_day: LocalDay(20_261_121),
        candidates: vec![
            Candidate { unit_id: unit(), travel_ms: 184_000, source: TravelSource::Road, fix_age_ms: Some(4_200) },
            Candidate { unit_id: unit(), travel_ms: 0, source: TravelSource::Unknown, fix_age_ms: None },
        ],
        fresh_ids: vec![uuid(100), uuid(101)],
        rehydrated: vec![rehydrated(states[n % states.len()].clone())],
    }
}

/// The agency tree of the samples.
pub(crate) fn agencies() -> AgencyTree {
    let node = AgencyNode {
        agency_id: agency("610824"),
        parent: None,
        level: AgencyLevel::County,
        name_zh: "靖边县".to_owned(),
        name_en: "Jingbian".to_owned(),
        seat: None,
    };
    AgencyTree::new(LogId::new("610824").unwrap(), "Asia/Shanghai".to_owned(), vec![node]).unwrap()
}
