//! `GetPolicy`: the active policy's keys with their names, for forms.

use crate::access::{belongs, forbidden, view};
use domain::policy::{CategoryRule, NamedReason};
use runtime::edge::{Caller, Edge};
use tonic::{Request, Status};
use wire::api::{fields, team_to_api};
use wire::v1alpha1::{GetPolicyRequest, GetPolicyResponse, NamedKey, PolicyCategory};

pub(crate) fn get_policy(edge: &Edge, request: Request<GetPolicyRequest>) -> Result<GetPolicyResponse, Status> {
    let caller = Caller::of(&request)?;
    let log_id = fields::log_id(&request.into_inner().log_id)?;
    let view = view(edge, &log_id)?;
    if !belongs(&caller.principal, &view) {
        return Err(forbidden(&caller.principal, "get_policy", format!("expected a principal of log {log_id}")));
    }
    let policy = &view.context.policy;
    Ok(GetPolicyResponse {
        policy_hash: view.context.policy_hash.to_string(),
        categories: policy.categories.iter().map(category).collect(),
        dispositions: reasons(&policy.dispositions),
        decline_reasons: reasons(&policy.decline_reasons),
        clear_reasons: reasons(&policy.clear_reasons),
        availability_reasons: reasons(&policy.availability_reasons),
        read_purposes: reasons(&policy.read_purposes),
    })
}

fn named(key: impl ToString, name_zh: &str, name_en: &str) -> NamedKey {
    NamedKey { key: key.to_string(), name_zh: name_zh.to_owned(), name_en: name_en.to_owned() }
}

fn reasons(list: &[NamedReason]) -> Vec<NamedKey> {
    list.iter().map(|reason| named(&reason.key, &reason.name_zh, &reason.name_en)).collect()
}

fn category(rule: &CategoryRule) -> PolicyCategory {
    PolicyCategory {
        category: Some(named(&rule.key, &rule.name_zh, &rule.name_en)),
        types: rule.types.iter().map(|kind| named(&kind.key, &kind.name_zh, &kind.name_en)).collect(),
        priority: rule.priority.into(),
        owner_team: team_to_api(rule.owner).into(),
    }
}
