//! Resources of the core as the API shows them.

use super::enums::{
    alarm_kind_to_api, assignment_role_to_api, datum_to_api, incident_flag_to_api, team_to_api, travel_source_to_api, unit_kind_to_api,
};
use super::time_to_api;
use crate::v1alpha1 as api;
use domain::alarm::{Alarm, AlarmEnd};
use domain::assignment::{Assignment, AssignmentState};
use domain::classification::Classification;
use domain::ids::{IncidentId, LogId, UnitId};
use domain::incident::{Incident, IncidentState};
use domain::matching::RankedUnit;
use domain::place::{Place, Position};
use domain::reason::Reason;
use domain::time::Timestamp;
use domain::unit::{Availability, Duty, Unit};
use domain::world::{PostImage, World};

/// Where the copies in a resource come from: an assignment carries its incident's number, and a ranking the call signs.
pub trait Lookup {
    /// An incident.
    fn incident(&self, id: &IncidentId) -> Option<&Incident>;
    /// A unit's call sign.
    fn call_sign(&self, id: &UnitId) -> Option<&str>;
}

impl Lookup for World {
    fn incident(&self, id: &IncidentId) -> Option<&Incident> {
        World::incident(self, id).map(AsRef::as_ref)
    }
    fn call_sign(&self, id: &UnitId) -> Option<&str> {
        self.unit(id).map(|unit| unit.profile.call_sign.as_str())
    }
}

/// What a viewer who may see it gets from the vault with an incident.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PrivateText<'a> {
    /// Address line in words.
    pub address: &'a str,
    /// What the caller said.
    pub narrative: &'a str,
}

/// Where a unit was seen last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fix {
    /// Where.
    pub position: Position,
    /// When the fix was taken.
    pub at: Timestamp,
}

/// A position.
#[must_use]
pub fn position_to_api(position: Position) -> api::Position {
    api::Position { lat_e7: position.lat_e7(), lon_e7: position.lon_e7() }
}

/// A place.
#[must_use]
pub fn place_to_api(place: &Place) -> api::Place {
    let (kind, datum, agency_id) = match place {
        Place::Located { datum, agency, .. } => (api::PlaceKind::Located, datum_to_api(*datum), agency.to_string()),
        Place::OutsideBoundaries { datum, .. } => (api::PlaceKind::OutsideBoundaries, datum_to_api(*datum), String::new()),
        Place::Unverified => (api::PlaceKind::Unverified, api::Datum::Unspecified, String::new()),
    };
    api::Place {
        kind: kind.into(),
        position: place.position().map(position_to_api),
        datum: datum.into(),
        h3_cell: place.h3_cell().map(|cell| cell.to_string()).unwrap_or_default(),
        agency_id,
    }
}

/// A classification.
#[must_use]
pub fn classification_to_api(what: &Classification) -> api::Classification {
    let kind = what.kind.as_ref().map(ToString::to_string).unwrap_or_default();
    api::Classification { category: what.category.to_string(), r#type: kind }
}

/// A reason.
#[must_use]
pub fn reason_to_api(reason: &Reason) -> api::Reason {
    api::Reason { code: reason.code.to_string(), values: reason.values.clone() }
}

/// One line of a ranking. A unit that is not known (any more) has no call sign: its id stands for it.
#[must_use]
pub fn ranked_unit_to_api(line: &RankedUnit, lookup: &impl Lookup) -> api::RankedUnit {
    api::RankedUnit {
        unit_id: line.unit_id.to_string(),
        call_sign: lookup.call_sign(&line.unit_id).unwrap_or(line.unit_id.as_str()).to_owned(),
        rank: line.rank,
        travel_ms: line.travel_ms,
        travel_source: travel_source_to_api(line.source).into(),
        fix_age_ms: line.fix_age_ms,
        reasons: line.reasons.iter().map(reason_to_api).collect(),
    }
}

/// An incident. `private` is what this viewer may see of the vault's content; none leaves it empty.
#[must_use]
pub fn incident_to_api(incident: &Incident, log_id: &LogId, private: Option<PrivateText<'_>>) -> api::Incident {
    let (state, clock, disposition) = match &incident.state {
        IncidentState::Classified { clock, .. } => (api::IncidentState::Classified, *clock, None),
        IncidentState::Dispatched => (api::IncidentState::Dispatched, None, None),
        IncidentState::OnScene => (api::IncidentState::OnScene, None, None),
        IncidentState::Resolved { disposition } => (api::IncidentState::Resolved, None, Some(disposition)),
        IncidentState::Closed { disposition } => (api::IncidentState::Closed, None, Some(disposition)),
    };
    api::Incident {
        incident_id: incident.incident_id.to_string(),
        log_id: log_id.to_string(),
        number: incident.number,
        local_day: incident.local_day.0,
        revision: incident.revision.0,
        state: state.into(),
        reported_as: Some(classification_to_api(&incident.reported_as)),
        verified_as: incident.verified_as.as_ref().map(classification_to_api),
        priority: incident.priority.level().into(),
        place: Some(place_to_api(&incident.place)),
        station_id: incident.station.to_string(),
        owner_team: team_to_api(incident.owner).into(),
        owner_reasons: incident.owner_reasons.iter().map(reason_to_api).collect(),
        flags: incident.flags.iter().map(|flag| incident_flag_to_api(*flag).into()).collect(),
        reported_at: Some(time_to_api(incident.reported_at)),
        dispatch_by: clock.map(|clock| time_to_api(clock.dispatch_by)),
        dispatch_amber_at: clock.map(|clock| time_to_api(clock.amber_at)),
        disposition: disposition.map(ToString::to_string).unwrap_or_default(),
        address: private.map(|text| text.address.to_owned()).unwrap_or_default(),
        narrative: private.map(|text| text.narrative.to_owned()).unwrap_or_default(),
        updated_at: Some(time_to_api(incident.updated_at)),
        refused_orders: incident.refused_orders,
    }
}

/// An assignment, with copies of what its unit needs to know of the incident. What `lookup` does not know stays empty.
#[must_use]
pub fn assignment_to_api(assignment: &Assignment, lookup: &impl Lookup, private: Option<PrivateText<'_>>) -> api::Assignment {
    let mut end_reason = String::new();
    let mut disposition = String::new();
    let state = match &assignment.state {
        AssignmentState::Offered { .. } => api::AssignmentState::Offered,
        AssignmentState::Delivered { .. } => api::AssignmentState::Delivered,
        AssignmentState::Seen { .. } => api::AssignmentState::Seen,
        AssignmentState::Acknowledged => api::AssignmentState::Acknowledged,
        AssignmentState::EnRoute => api::AssignmentState::EnRoute,
        AssignmentState::OnScene => api::AssignmentState::OnScene,
        AssignmentState::Cleared { reason, disposition: outcome } => {
            end_reason = reason.to_string();
            disposition = outcome.as_ref().map(ToString::to_string).unwrap_or_default();
            api::AssignmentState::Cleared
        }
        AssignmentState::Declined { reason } => {
            end_reason = reason.to_string();
            api::AssignmentState::Declined
        }
        AssignmentState::Expired => api::AssignmentState::Expired,
        AssignmentState::Recalled => api::AssignmentState::Recalled,
    };
    let incident = lookup.incident(&assignment.incident_id);
    let times = &assignment.times;
    api::Assignment {
        assignment_id: assignment.assignment_id.to_string(),
        incident_id: assignment.incident_id.to_string(),
        incident_number: incident.map_or(0, |incident| incident.number),
        unit_id: assignment.unit_id.to_string(),
        call_sign: lookup.call_sign(&assignment.unit_id).unwrap_or(assignment.unit_id.as_str()).to_owned(),
        role: assignment_role_to_api(assignment.role).into(),
        state: state.into(),
        offered_at: Some(time_to_api(times.offered_at)),
        delivered_at: times.delivered_at.map(time_to_api),
        seen_at: times.seen_at.map(time_to_api),
        acknowledged_at: times.acknowledged_at.map(time_to_api),
        en_route_at: times.en_route_at.map(time_to_api),
        on_scene_at: times.on_scene_at.map(time_to_api),
        ended_at: times.ended_at.map(time_to_api),
        end_reason,
        acknowledge_by: assignment.state.acknowledge_by().map(time_to_api),
        ranking: Some(ranked_unit_to_api(&assignment.ranking, lookup)),
        not_taken: assignment.not_taken.iter().map(|line| ranked_unit_to_api(line, lookup)).collect(),
        automatic: assignment.automatic,
        revision: assignment.revision.0,
        classification: incident.map(|incident| classification_to_api(incident.classification())),
        priority: incident.map_or(0, |incident| incident.priority.level().into()),
        place: incident.map(|incident| place_to_api(&incident.place)),
        address: private.map(|text| text.address.to_owned()).unwrap_or_default(),
        narrative: private.map(|text| text.narrative.to_owned()).unwrap_or_default(),
        disposition,
    }
}

/// A unit. `fix` is where it was seen last, for viewers of its place.
#[must_use]
pub fn unit_to_api(unit: &Unit, log_id: &LogId, fix: Option<Fix>) -> api::Unit {
    let (state, reason) = match &unit.duty {
        Duty::Off => (api::UnitState::OffDuty, None),
        Duty::On { engaged_in: Some(_), .. } => (api::UnitState::Engaged, None),
        Duty::On { availability: Availability::Available, .. } => (api::UnitState::Available, None),
        Duty::On { availability: Availability::Conditional { reason }, .. } => (api::UnitState::ConditionallyAvailable, Some(reason)),
        Duty::On { availability: Availability::OutOfService { reason }, .. } => (api::UnitState::OutOfService, Some(reason)),
    };
    let profile = &unit.profile;
    api::Unit {
        unit_id: profile.unit_id.to_string(),
        call_sign: profile.call_sign.to_string(),
        log_id: log_id.to_string(),
        kind: unit_kind_to_api(profile.kind).into(),
        team: team_to_api(profile.team).into(),
        home_id: profile.home.to_string(),
        sworn: profile.sworn.into(),
        auxiliary: profile.auxiliary.into(),
        capabilities: profile.capabilities.iter().map(ToString::to_string).collect(),
        state: state.into(),
        state_reason: reason.map(ToString::to_string).unwrap_or_default(),
        assignment_id: unit.engaged_in().map(|id| id.to_string()).unwrap_or_default(),
        position: fix.map(|fix| position_to_api(fix.position)),
        fix_at: fix.map(|fix| time_to_api(fix.at)),
        revision: unit.revision.0,
        state_since: Some(time_to_api(unit.since)),
    }
}

/// An alarm.
#[must_use]
pub fn alarm_to_api(alarm: &Alarm, lookup: &impl Lookup) -> api::Alarm {
    let (ended_at, confirmed_by) = match &alarm.end {
        None => (None, String::new()),
        Some(AlarmEnd::Confirmed { by, at }) => (Some(time_to_api(*at)), by.to_string()),
        Some(AlarmEnd::Over { at }) => (Some(time_to_api(*at)), String::new()),
    };
    api::Alarm {
        alarm_id: alarm.alarm_id.to_string(),
        kind: alarm_kind_to_api(alarm.kind).into(),
        incident_id: alarm.incident_id.to_string(),
        incident_number: lookup.incident(&alarm.incident_id).map_or(0, |incident| incident.number),
        unit_id: alarm.unit_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        raised_at: Some(time_to_api(alarm.raised_at)),
        ended_at,
        confirmed_by,
        station_id: alarm.station.to_string(),
    }
}

/// A post-image as a resource of the stream. `private` goes into incidents and assignments, `fix` into units.
#[must_use]
pub fn post_image_to_api(
    image: &PostImage,
    log_id: &LogId,
    lookup: &impl Lookup,
    private: Option<PrivateText<'_>>,
    fix: Option<Fix>,
) -> api::Resource {
    use api::resource::Resource;
    let resource = match image {
        PostImage::Incident(incident) => Resource::Incident(incident_to_api(incident, log_id, private)),
        PostImage::Assignment(assignment) => Resource::Assignment(assignment_to_api(assignment, lookup, private)),
        PostImage::Unit(unit) => Resource::Unit(unit_to_api(unit, log_id, fix)),
        PostImage::Alarm(alarm) => Resource::Alarm(alarm_to_api(alarm, lookup)),
    };
    api::Resource { resource: Some(resource) }
}
