//! `RecommendUnits`: ranks units on the log as it is now. Changes nothing.

use domain::assignment::AssignmentRole;
use domain::ids::ReasonKey;
use domain::incident::Incident;
use domain::principal::{Principal, Role};
use domain::rejection::Rejection;
use domain::situation::Situation;
use domain::time::Timestamp;
use domain::{matching, plan};
use runtime::edge::{Caller, Edge, status};
use runtime::{LogView, RuntimeError, gather};
use tonic::{Request, Status};
use wire::api::{assignment_role_to_api, fields, ranked_unit_to_api, time_to_api};
use wire::v1alpha1::{ProposedOrder, RecommendUnitsRequest, RecommendUnitsResponse};

/// Eligible units in an answer at most.
pub const MAX_RECOMMENDED: u32 = 20;
/// Eligible units in an answer when the question does not say how many.
pub const DEFAULT_RECOMMENDED: u32 = 5;

pub(crate) fn recommend_units(edge: &Edge, request: Request<RecommendUnitsRequest>) -> Result<RecommendUnitsResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let incident_id = fields::incident_id(&message.incident_id)?;
    let limit = fields::page_size("limit", message.limit, DEFAULT_RECOMMENDED, MAX_RECOMMENDED)? as usize;
    let view = edge.runtime.view(&log_id).ok_or_else(|| status(&RuntimeError::UnknownLog(log_id)))?;
    let not_found = || Rejection::NotFound { kind: "incident", id: incident_id.to_string() };
    let incident = view.world.incident(&incident_id).ok_or_else(|| status(&not_found().into()))?;
    authorize(&caller.principal, &view, incident).map_err(|rejection| status(&rejection.into()))?;
    let now = edge.runtime.clock().now();
    let role = role_wanted(&view, incident);
    let situation = situation(&view, incident, now);
    let ranking = matching::rank_for_operator(&view.world, incident, role, &situation);
    let (plan, planned, missing) = planned(&view, incident, &situation);
    let lines = |lines: &[matching::RankedUnit]| lines.iter().take(limit).map(|line| ranked_unit_to_api(line, &view.world)).collect();
    Ok(RecommendUnitsResponse {
        recommended: lines(&ranking.eligible),
        not_eligible: lines(&ranking.not_eligible),
        computed_at: Some(time_to_api(now)),
        seq: view.head.seq.0,
        plan: plan.map(|key| key.to_string()).unwrap_or_default(),
        planned,
        missing_roles: missing.into_iter().map(|role| assignment_role_to_api(role).into()).collect(),
    })
}

/// The response plan, who would go by it while nobody is on the incident, and which of its roles nobody can be found for.
fn planned(view: &LogView, incident: &Incident, situation: &Situation) -> (Option<ReasonKey>, Vec<ProposedOrder>, Vec<AssignmentRole>) {
    if view.world.active_assignments(incident).next().is_some() {
        return incident
            .plan
            .as_ref()
            .map_or_else(Default::default, |chosen| (Some(chosen.plan.clone()), Vec::new(), chosen.unfilled.clone()));
    }
    let choice = plan::choose(&view.world, incident, situation);
    let order = |(role, line, _): &(AssignmentRole, matching::RankedUnit, Vec<matching::RankedUnit>)| ProposedOrder {
        role: assignment_role_to_api(*role).into(),
        ranking: Some(ranked_unit_to_api(line, &view.world)),
    };
    (choice.plan, choice.chosen.iter().map(order).collect(), choice.unfilled)
}

/// Rooms may ask, on what they handle.
fn authorize(principal: &Principal, view: &LogView, incident: &Incident) -> Result<(), Rejection> {
    let asks = matches!(principal.role, Role::Operator { .. } | Role::Observer { .. } | Role::System);
    if asks && principal.covers(view.context.agencies(), &incident.station) {
        return Ok(());
    }
    Err(Rejection::Forbidden {
        principal: principal.principal_id.to_string(),
        action: "recommend_units",
        expected: format!("expected an operator or observer of {} or above", incident.station),
    })
}

/// What the next unit would be there for: what an order without a role gets.
fn role_wanted(view: &LogView, incident: &Incident) -> AssignmentRole {
    let has_primary = view.world.active_assignments(incident).any(|assignment| assignment.role == AssignmentRole::Primary);
    if has_primary { AssignmentRole::Backup } else { AssignmentRole::Primary }
}

/// The same candidates an order would be decided on.
fn situation(view: &LogView, incident: &Incident, now: Timestamp) -> Situation {
    Situation {
        policy: view.context.policy.clone(),
        agencies: view.context.agencies().clone(),
        local_day: view.context.local_day(now),
        candidates: gather::candidates(incident.place.position(), &[], &view.world, &view.context, &view.fleet, now),
        fresh_ids: Vec::new(),
        rehydrated: Vec::new(),
        same_caller: Vec::new(),
        incoming: None,
    }
}
