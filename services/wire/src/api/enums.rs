//! Enums of the core as the API has them.

use crate::v1alpha1 as api;

macro_rules! to_api {
    ($($(#[$doc:meta])* $name:ident: $domain:ty => $wire:ident { $($variant:ident),* })*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(value: $domain) -> api::$wire {
            type Domain = $domain;
            match value { $(Domain::$variant => api::$wire::$variant),* }
        })*
    };
}

to_api! {
    /// A team.
    team_to_api: domain::classification::Team => Team { Community, Case, Room, Traffic, Patrol }
    /// A datum.
    datum_to_api: domain::place::Datum => Datum { Wgs84, Gcj02, Bd09 }
    /// A flag.
    incident_flag_to_api: domain::incident::IncidentFlag => IncidentFlag {
        UnverifiedLocation, OutsideBoundaries, TimeClamped, Nuisance, Repeat, FalseCall, CategoryWithdrawn
    }
    /// What a unit is there for.
    assignment_role_to_api: domain::assignment::AssignmentRole => AssignmentRole { Primary, Backup, Overwatch, BeatAttendance }
    /// What a unit is.
    unit_kind_to_api: domain::unit::UnitKind => UnitKind { Foot, Car, Motorcycle, Drone, GridWorker, Guards, Volunteers }
    /// What the room is alarmed about.
    alarm_kind_to_api: domain::alarm::AlarmKind => AlarmKind {
        Undelivered, Unacknowledged, NotDispatched, NoUnit, Declined, NotSigned, HoldExpired, TransferRefused, TransferUnanswered,
        NotArrived, SafetyCheckMissed, LostContact, Emergency, FeedbackOverdue, HandOverUnsigned, SupportUnanswered, SupportRefused,
        PlanIncomplete
    }
    /// How a call came in.
    call_source_to_api: domain::classification::CallSource => CallSource {
        Emergency110, Traffic122, WalkIn, Officer, Visit, ChatGroup, Web, Sensor, CitizensLine12345, Fire119, Medical120,
        OtherJurisdiction, SelfService
    }
    /// Who is asked to take an incident.
    transfer_target_to_api: domain::classification::TransferTarget => TransferTarget {
        Fire119, Medical120, CitizensLine12345, OtherJurisdiction
    }
    /// How far the rules look for a unit.
    lending_step_to_api: domain::incident::LendingStep => LendingStep {
        OwnTeam, OtherTeam, AdjacentBeat, NeighbourStation, Whistle, County, City
    }
    /// What links two incidents as a repeat.
    repeat_by_to_api: domain::incident::RepeatBy => RepeatBy { Place, Caller, PlaceAndCaller }
    /// How a first unit is found.
    dispatch_mode_to_api: domain::policy::DispatchMode => DispatchMode { Automatic, Confirm, Manual }
}

/// Where a travel time comes from; unknown is unspecified.
#[must_use]
pub fn travel_source_to_api(source: domain::situation::TravelSource) -> api::TravelSource {
    use domain::situation::TravelSource;
    match source {
        TravelSource::StraightLine => api::TravelSource::StraightLine,
        TravelSource::Road => api::TravelSource::Road,
        TravelSource::FromStation => api::TravelSource::FromStation,
        TravelSource::Unknown => api::TravelSource::Unspecified,
    }
}
