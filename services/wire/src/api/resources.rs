//! Resources of the core as the API shows them.

use super::enums::{alarm_kind_to_api, assignment_role_to_api, datum_to_api, team_to_api, travel_source_to_api, unit_kind_to_api};
use super::room::{premise_note_to_api, shift_to_api, wartime_to_api, whistle_to_api};
use super::{incident_to_api, time_to_api};
use crate::v1alpha1 as api;
use domain::alarm::{Alarm, AlarmEnd};
use domain::assignment::{Assignment, AssignmentState, UnitClock};
use domain::classification::Classification;
use domain::ids::{IncidentId, LogId, UnitId};
use domain::incident::Incident;
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

/// An assignment, with copies of what its unit needs to know of the incident. What `lookup` does not know stays empty.
#[must_use]
pub fn assignment_to_api(assignment: &Assignment, lookup: &impl Lookup, private: Option<PrivateText<'_>>) -> api::Assignment {
    let mut end_reason = String::new();
    let mut disposition = String::new();
    let state = match &assignment.state {
        AssignmentState::Queued => api::AssignmentState::Queued,
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
        AssignmentState::Recalled { reason } => {
            end_reason = reason.to_string();
            api::AssignmentState::Recalled
        }
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
        queued_at: times.queued_at.map(time_to_api),
        safety_check: assignment.safety_check.map(unit_clock),
        feedback_due: assignment.feedback_clock.map(unit_clock),
        lent: assignment.lent.as_ref().map(|lent| api::Lent { station_id: lent.station.to_string(), month: lent.month }),
        premise_note_ids: incident.map(|incident| incident.premise_notes.iter().map(ToString::to_string).collect()).unwrap_or_default(),
    }
}

fn unit_clock(clock: UnitClock) -> api::UnitClock {
    api::UnitClock { due_at: Some(time_to_api(clock.due_at)), lapsed: clock.alarmed }
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
        queued_assignment_ids: unit.queue.iter().map(ToString::to_string).collect(),
        emergency: unit.emergency.as_ref().map(|emergency| api::UnitEmergency {
            incident_id: emergency.incident_id.to_string(),
            raised_at: Some(time_to_api(emergency.raised_at)),
            position: emergency.position.map(position_to_api),
        }),
        contact_lost_at: unit.contact_lost_at.map(time_to_api),
        shift_id: unit.shift.map(|id| id.to_string()).unwrap_or_default(),
        off_after: unit.off_after,
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
        incident_id: alarm.incident_id.map(|id| id.to_string()).unwrap_or_default(),
        incident_number: alarm.incident_id.and_then(|id| lookup.incident(&id)).map_or(0, |incident| incident.number),
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
        PostImage::Incident(incident) => Resource::Incident(incident_to_api(incident, log_id, lookup, private)),
        PostImage::Assignment(assignment) => Resource::Assignment(assignment_to_api(assignment, lookup, private)),
        PostImage::Unit(unit) => Resource::Unit(unit_to_api(unit, log_id, fix)),
        PostImage::Alarm(alarm) => Resource::Alarm(alarm_to_api(alarm, lookup)),
        PostImage::Whistle(whistle) => Resource::Whistle(whistle_to_api(whistle, lookup)),
        PostImage::Shift(shift) => Resource::Shift(shift_to_api(shift, None)),
        PostImage::Wartime(wartime) => Resource::Wartime(wartime_to_api(wartime)),
        PostImage::PremiseNote(note) => Resource::PremiseNote(premise_note_to_api(note, None)),
    };
    api::Resource { resource: Some(resource) }
}
