//! One sample of each kind of event, and between them of each command, deadline, role and state: what golden files are made from.

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

mod commands;
mod events;

pub(crate) use commands::{commands, commands_and_deadlines, subjects};
pub(crate) use events::events;

use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use domain::assignment::{AssignmentRole, Lent};
use domain::classification::{CallSource, Classification, Priority, Team, TransferTarget};
use domain::ids::*;
use domain::incident::*;
use domain::matching::RankedUnit;
use domain::place::{Datum, H3Cell, Place, Position};
use domain::principal::{Principal, Role};
use domain::reason::Reason;
use domain::shift::ShiftPlan;
use domain::situation::{Candidate, TravelSource};
use domain::time::{LocalDay, Timestamp};
use domain::unit::{UnitKind, UnitProfile};
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
fn other_incident() -> IncidentId {
    IncidentId(uuid(11))
}
fn whistle_id() -> WhistleId {
    WhistleId(uuid(13))
}
fn shift_id() -> ShiftId {
    ShiftId(uuid(14))
}
fn note_id() -> PremiseNoteId {
    PremiseNoteId(uuid(15))
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
fn position() -> Position {
    Position::from_e7(375_988_400, 1_087_940_100).unwrap()
}
fn located() -> Place {
    Place::Located { position: position(), datum: Datum::Gcj02, h3_cell: H3Cell(0x0893_11a2_b4cf_ffff), agency: agency("610824-01-03") }
}
fn outside() -> Place {
    let position = Position::from_e7(-336_000_000, -703_000_000).unwrap();
    Place::OutsideBoundaries { position, datum: Datum::Wgs84, h3_cell: H3Cell(0x0893_11a2_b4cf_ffff) }
}
fn call() -> Call {
    Call {
        call_id: CallId(uuid(4)),
        source: CallSource::Emergency110,
        private: link(5),
        received_at: at(-90_000),
        moved_from: Some(other_incident()),
    }
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
fn lent() -> Lent {
    Lent { station: agency("610824-01"), month: 202_611 }
}
fn shift_plan() -> ShiftPlan {
    let units = [unit(), UnitId::new("610824-b03").unwrap()].into();
    ShiftPlan { shift_id: shift_id(), station: agency("610824-01"), starts_at: at(0), ends_at: at(28_800_000), units }
}
fn standing() -> Standing {
    Standing {
        verified_as: Some(what("criminal", None)),
        priority: Priority::P1,
        priority_by_operator: true,
        owner: Team::Case,
        owner_reasons: vec![Reason::owner_moved(Team::Community, Team::Case, &what("criminal", None))],
    }
}
fn proposed() -> Vec<ProposedOrder> {
    vec![ProposedOrder { role: AssignmentRole::Primary, ranking: line(unit(), 1, vec![Reason::nearest()]) }]
}
fn repeats() -> Vec<Repeat> {
    vec![Repeat {
        incident_id: other_incident(),
        number: 1_987,
        local_day: LocalDay(20_261_119),
        classification: what("dispute", Some("family")),
        disposition: Some(key("mediated")),
        by: RepeatBy::PlaceAndCaller,
        distance_m: Some(14),
    }]
}

samples! { states: IncidentState [
    IncidentState::Classified { .. } => IncidentState::Classified { clock: clock(), alarmed: true, retry_at: Some(at(10_000)) },
    IncidentState::Dispatched => IncidentState::Dispatched,
    IncidentState::OnScene => IncidentState::OnScene,
    IncidentState::Resolved { .. } => IncidentState::Resolved { disposition: key("mediated") },
    IncidentState::Closed { .. } => IncidentState::Closed { disposition: key("mediated") },
    IncidentState::Cancelled { .. } => IncidentState::Cancelled { reason: key("caller_withdrew") },
    IncidentState::Merged { .. } => IncidentState::Merged { into: other_incident() },
    IncidentState::Transferred { .. } => IncidentState::Transferred { to: TransferTarget::Fire119 },
] }

samples! { roles: Role [
    Role::Operator { .. } => Role::Operator { jurisdictions: [agency("610824"), agency("610824-01")].into() },
    Role::Observer { .. } => Role::Observer { jurisdictions: [agency("610824")].into() },
    Role::Unit { .. } => Role::Unit { unit_id: unit() },
    Role::Gateway { .. } => Role::Gateway { jurisdictions: [agency("610824")].into() },
    Role::System => Role::System,
] }

samples! { attendances: Attendance [
    Attendance::Owed { .. } => Attendance::Owed { beat: agency("610824-01-03") },
    Attendance::Ordered { .. } => Attendance::Ordered { beat: agency("610824-01-03"), assignment_id: assignment() },
    Attendance::Attended { .. } => Attendance::Attended { beat: agency("610824-01-03"), assignment_id: assignment() },
    Attendance::Excused { .. } => Attendance::Excused { beat: agency("610824-01-03"), reason: key("beat_officer_ill") },
] }

samples! { undoables: Undoable [
    Undoable::Standing(_) => Undoable::Standing(Box::new(standing())),
    Undoable::Ordered(_) => Undoable::Ordered(vec![assignment()]),
    Undoable::Held => Undoable::Held,
    Undoable::Closed => Undoable::Closed,
    Undoable::Cancelled => Undoable::Cancelled,
    Undoable::Merged => Undoable::Merged,
] }

/// An incident of which everything is known that can be: every state, attendance and undoable change comes up.
fn known_incident(n: usize) -> Incident {
    let (states, attendances, undoables) = (states(), attendances(), undoables());
    Incident {
        incident_id: incident(),
        number: 2041,
        local_day: LocalDay(20_261_121),
        revision: Seq(40),
        state: states[n % states.len()].clone(),
        reported_as: what("dispute", Some("family")),
        verified_as: Some(what("criminal", None)),
        priority: Priority::new(3).unwrap(),
        place: Place::Unverified,
        station: agency("610824"),
        owner: Team::Room,
        owner_reasons: vec![Reason::desk_handles(&agency("610824"))],
        flags: [IncidentFlag::UnverifiedLocation, IncidentFlag::Repeat, IncidentFlag::FalseCall].into(),
        calls: vec![call(), Call { moved_from: None, private: None, ..call() }],
        reported_at: at(-3_600_000),
        updated_at: at(-1_800_000),
        assignments: vec![assignment()],
        tried: vec![unit()],
        refused_orders: 1,
        answered_at: Some(at(-3_590_000)),
        priority_by_operator: true,
        passing: Some(Passing {
            from: agency("610824"),
            sign_by: at(-3_400_000),
            signed: Some(Signed { by: PrincipalId::new("op-9").unwrap(), at: at(-3_500_000) }),
            lapsed: true,
        }),
        hold: Some(Hold { by: PrincipalId::new("op-7").unwrap(), reason: key("caller_calls_back"), until: at(-3_000_000) }),
        proposal: Some(Proposal { orders: proposed(), send_at: at(-3_480_000) }),
        plan: Some(ChosenPlan { plan: key("two_cars"), unfilled: vec![AssignmentRole::Backup] }),
        lending: Lending { step: LendingStep::NeighbourStation, next_at: Some(at(-3_300_000)) },
        attendance: Some(attendances[n % attendances.len()].clone()),
        transfer: Some(Transfer {
            to: TransferTarget::CitizensLine12345,
            reason: key("not_ours"),
            requested_at: at(-2_900_000),
            answer_by: Some(at(-2_800_000)),
        }),
        arrival: Some(ArrivalClock { arrive_by: at(-3_300_000), alarmed: true }),
        seek_primary_at: Some(at(-3_200_000)),
        repeats: repeats(),
        premise_notes: vec![note_id()],
        split_from: Some(other_incident()),
        reopened: 2,
        reopened_at: Some(at(-2_000_000)),
        last_change: Some(LastChange { seq: Seq(40), at: at(-1_800_000), undoable: undoables[n % undoables.len()].clone() }),
    }
}

/// What the `n`th sample's commit was decided from: every command, deadline, role and state comes up.
pub(crate) fn decision(n: usize) -> DecisionRecord {
    let (commands, roles) = (commands_and_deadlines(), roles());
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
        rehydrated: vec![Arc::new(known_incident(n))],
        same_caller: vec![other_incident(), incident()],
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
        organisation: Organisation::default(),
        place_class: None,
        staffing: None,
        neighbours: [].into(),
    };
    AgencyTree::new(LogId::new("610824").unwrap(), "Asia/Shanghai".to_owned(), vec![node]).unwrap()
}
