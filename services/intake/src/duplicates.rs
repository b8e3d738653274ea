//! `SuggestDuplicates`: which open incidents a call may be about too. Changes nothing.

use crate::route::log_of;
use domain::classification::Classification;
use domain::duplicates::{self, Suggestion};
use domain::ids::{AgencyId, IncidentId};
use domain::place::Position;
use domain::principal::{Principal, Role};
use domain::rejection::Rejection;
use domain::time::Timestamp;
use runtime::LogView;
use runtime::edge::{Caller, Edge, declared_position, status};
use tonic::{Request, Status};
use wire::api::{fields, reason_to_api, time_to_api};
use wire::v1alpha1::{DuplicateSuggestion, SuggestDuplicatesRequest, SuggestDuplicatesResponse};

/// What is compared.
struct Compared {
    what: Classification,
    position: Option<Position>,
    at: Timestamp,
    except: Option<IncidentId>,
}

pub(crate) fn suggest_duplicates(edge: &Edge, request: Request<SuggestDuplicatesRequest>) -> Result<SuggestDuplicatesResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let declared = declared_position(message.position.as_ref(), message.datum)?;
    let log_id = if message.log_id.is_empty() { log_of(edge, declared) } else { fields::log_id(&message.log_id)? };
    let view = edge.view(&log_id)?;
    let now = edge.runtime.clock().now();
    let compared = if message.incident_id.is_empty() {
        authorize(&caller.principal, &view, None)?;
        let what = fields::classification("classification", message.classification.as_ref())?;
        Compared { what, position: declared.map(|(position, _)| position), at: now, except: None }
    } else {
        let id = fields::incident_id(&message.incident_id)?;
        let missing = || status(&Rejection::NotFound { kind: "incident", id: id.to_string() }.into());
        let incident = view.world.incident(&id).ok_or_else(missing)?;
        authorize(&caller.principal, &view, Some(&incident.station))?;
        let what = incident.classification().clone();
        Compared { what, position: incident.place.position(), at: incident.reported_at, except: Some(id) }
    };
    let Compared { what, position, at, except } = compared;
    let suggestions = duplicates::suggest(&view.world, &view.context.policy, &what, position, at, except);
    Ok(SuggestDuplicatesResponse {
        suggestions: suggestions.iter().map(suggestion).collect(),
        computed_at: Some(time_to_api(now)),
        seq: view.head.seq.0,
        log_id: log_id.to_string(),
    })
}

/// Rooms may ask: any desk of the log about a call it is taking, who handles an incident about that.
fn authorize(principal: &Principal, view: &LogView, station: Option<&AgencyId>) -> Result<(), Status> {
    let tree = view.context.agencies();
    let covers = match (&principal.role, station) {
        (Role::System, _) => true,
        (Role::Operator { .. } | Role::Observer { .. }, Some(station)) => principal.covers(tree, station),
        (Role::Operator { jurisdictions } | Role::Observer { jurisdictions }, None) => {
            jurisdictions.iter().any(|id| tree.get(id).is_some())
        }
        _ => false,
    };
    if covers {
        return Ok(());
    }
    let expected = match station {
        Some(station) => format!("expected an operator or observer of {station} or above"),
        None => format!("expected an operator or observer of {} or below", tree.log_id()),
    };
    Err(status(&Rejection::Forbidden { principal: principal.principal_id.to_string(), action: "suggest_duplicates", expected }.into()))
}

fn suggestion(found: &Suggestion) -> DuplicateSuggestion {
    DuplicateSuggestion {
        incident_id: found.incident_id.to_string(),
        number: found.number,
        score: found.score.into(),
        distance_m: found.distance_m,
        age_ms: found.age_ms,
        reasons: found.reasons.iter().map(reason_to_api).collect(),
    }
}
