//! Values that events, commands and situations have in common.

use domain::alarm::AlarmKind;
use domain::assignment::{AssignmentRole, Lent};
use domain::classification::{CallSource, Classification, Priority, Team, TransferTarget};
use domain::ids::{AgencyId, BlobHash, CallId, CategoryKey, IncidentId, PrincipalId, PrivateRef, ReasonKey, TypeKey, UnitId};
use domain::incident::{Call, DispatchClock, IncidentFlag, PrivateLink};
use domain::matching::RankedUnit;
use domain::place::{Datum, H3Cell, Place, Position};
use domain::reason::Reason;
use domain::situation::TravelSource;
use domain::time::Timestamp;
use domain::unit::{Availability, UnitKind, UnitProfile};
use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) fn any_uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

pub(super) fn any_id<T: std::fmt::Debug>(new: fn(Uuid) -> T) -> impl Strategy<Value = T> {
    any_uuid().prop_map(new)
}

macro_rules! codes {
    ($($name:ident: $code:ident = $pattern:literal)*) => {
        $(pub(super) fn $name() -> impl Strategy<Value = $code> {
            $pattern.prop_filter_map("every text of the pattern is a code", |text: String| $code::new(&text).ok())
        })*
    };
}
codes! {
    any_unit_id: UnitId = "[a-z0-9-]{1,32}"
    any_agency_id: AgencyId = "[a-z0-9-]{1,32}"
    any_principal_id: PrincipalId = "[a-z0-9-]{1,32}"
    any_category: CategoryKey = "[a-z0-9_]{1,32}"
    any_type: TypeKey = "[a-z0-9_]{1,32}"
    any_key: ReasonKey = "[a-z0-9_]{1,32}"
}

/// Any time, extremes included.
pub fn any_time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp)
}

pub(super) fn any_hash() -> impl Strategy<Value = BlobHash> {
    any::<[u8; 32]>().prop_map(BlobHash)
}

pub(super) fn any_priority() -> impl Strategy<Value = Priority> {
    (1u8..=4).prop_filter_map("1 to 4 are priorities", |level| Priority::new(level).ok())
}

pub(super) fn any_team() -> impl Strategy<Value = Team> {
    select(&Team::ALL[..])
}

pub(super) fn any_source() -> impl Strategy<Value = CallSource> {
    use CallSource as S;
    select(vec![
        S::Emergency110,
        S::Traffic122,
        S::WalkIn,
        S::Officer,
        S::Visit,
        S::ChatGroup,
        S::Web,
        S::Sensor,
        S::CitizensLine12345,
        S::Fire119,
        S::Medical120,
        S::OtherJurisdiction,
        S::SelfService,
    ])
}

pub(super) fn any_role() -> impl Strategy<Value = AssignmentRole> {
    use AssignmentRole as R;
    select(vec![R::Primary, R::Backup, R::Overwatch, R::BeatAttendance])
}

pub(super) fn any_travel_source() -> impl Strategy<Value = TravelSource> {
    use TravelSource as T;
    select(vec![T::StraightLine, T::Road, T::FromStation, T::Unknown])
}

pub(super) fn any_alarm_kind() -> impl Strategy<Value = AlarmKind> {
    use AlarmKind as A;
    select(vec![
        A::Undelivered,
        A::Unacknowledged,
        A::NotDispatched,
        A::NoUnit,
        A::Declined,
        A::NotSigned,
        A::HoldExpired,
        A::TransferRefused,
        A::TransferUnanswered,
        A::NotArrived,
        A::SafetyCheckMissed,
        A::LostContact,
        A::Emergency,
        A::FeedbackOverdue,
        A::HandOverUnsigned,
        A::SupportUnanswered,
        A::SupportRefused,
        A::PlanIncomplete,
    ])
}

pub(super) fn any_transfer_target() -> impl Strategy<Value = TransferTarget> {
    use TransferTarget as T;
    select(vec![T::Fire119, T::Medical120, T::CitizensLine12345, T::OtherJurisdiction])
}

pub(super) fn any_flag() -> impl Strategy<Value = IncidentFlag> {
    use IncidentFlag as F;
    let all = [F::UnverifiedLocation, F::OutsideBoundaries, F::TimeClamped, F::Nuisance, F::Repeat, F::FalseCall, F::CategoryWithdrawn];
    select(all.to_vec())
}

pub(super) fn any_flags() -> impl Strategy<Value = BTreeSet<IncidentFlag>> {
    btree_set(any_flag(), 0..=7)
}

pub(super) fn any_lent() -> impl Strategy<Value = Lent> {
    (any_agency_id(), any::<u32>()).prop_map(|(station, month)| Lent { station, month })
}

/// Any classification, with or without a type.
pub fn any_classification() -> impl Strategy<Value = Classification> {
    (any_category(), of(any_type())).prop_map(|(category, kind)| Classification { category, kind })
}

pub(super) fn any_position() -> impl Strategy<Value = Position> {
    (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000)
        .prop_filter_map("in range", |(lat, lon)| Position::from_e7(lat, lon).ok())
}

/// Any place: located, outside every boundary, or unverified.
pub fn any_place() -> impl Strategy<Value = Place> {
    let datum = || select(vec![Datum::Wgs84, Datum::Gcj02, Datum::Bd09]);
    let cell = || any::<u64>().prop_map(H3Cell);
    prop_oneof![
        (any_position(), datum(), cell(), any_agency_id()).prop_map(|(position, datum, h3_cell, agency)| Place::Located {
            position,
            datum,
            h3_cell,
            agency
        }),
        (any_position(), datum(), cell()).prop_map(|(position, datum, h3_cell)| Place::OutsideBoundaries { position, datum, h3_cell }),
        Just(Place::Unverified),
    ]
}

/// Any reason: whatever code a release may have.
pub fn any_reason() -> impl Strategy<Value = Reason> {
    ("[a-z0-9_]{1,32}", vec(".{0,12}", 0..4)).prop_map(|(code, values)| Reason { code: code.into(), values })
}

pub(super) fn any_reasons() -> impl Strategy<Value = Vec<Reason>> {
    vec(any_reason(), 0..4)
}

/// Any dispatch clock.
pub fn any_dispatch_clock() -> impl Strategy<Value = DispatchClock> {
    (any_time(), any_time()).prop_map(|(amber_at, dispatch_by)| DispatchClock { amber_at, dispatch_by })
}

/// Any link into the vault.
pub fn any_private_link() -> impl Strategy<Value = PrivateLink> {
    (any_id(PrivateRef), any::<[u8; 32]>()).prop_map(|(private_ref, commitment)| PrivateLink { private_ref, commitment })
}

/// Any call.
pub fn any_call() -> impl Strategy<Value = Call> {
    (any_id(CallId), any_source(), of(any_private_link()), any_time(), of(any_id(IncidentId)))
        .prop_map(|(call_id, source, private, received_at, moved_from)| Call { call_id, source, private, received_at, moved_from })
}

/// Any line of a ranking.
pub fn any_ranked_unit() -> impl Strategy<Value = RankedUnit> {
    (any_unit_id(), any::<u32>(), any::<u64>(), any_travel_source(), of(any::<u64>()), any::<u64>(), any_reasons()).prop_map(
        |(unit_id, rank, travel_ms, source, fix_age_ms, cost_ms, reasons)| RankedUnit {
            unit_id,
            rank,
            travel_ms,
            source,
            fix_age_ms,
            cost_ms,
            reasons,
        },
    )
}

/// Any registration of a unit.
pub fn any_unit_profile() -> impl Strategy<Value = UnitProfile> {
    use UnitKind as K;
    let kind = select(vec![K::Foot, K::Car, K::Motorcycle, K::Drone, K::GridWorker, K::Guards, K::Volunteers]);
    let capabilities = btree_set("[a-z_]{1,12}".prop_map(smol_str::SmolStr::from), 0..4);
    (any_unit_id(), "[A-Z0-9警巡]{1,16}", kind, any_team(), any_agency_id(), any::<u8>(), any::<u8>(), capabilities).prop_map(
        |(unit_id, call_sign, kind, team, home, sworn, auxiliary, capabilities)| UnitProfile {
            unit_id,
            call_sign: call_sign.into(),
            kind,
            team,
            home,
            sworn,
            auxiliary,
            capabilities,
        },
    )
}

/// Any availability.
pub fn any_availability() -> impl Strategy<Value = Availability> {
    prop_oneof![
        Just(Availability::Available),
        any_key().prop_map(|reason| Availability::Conditional { reason }),
        any_key().prop_map(|reason| Availability::OutOfService { reason }),
    ]
}
