//! `GetPolicy`: the active policy's keys with their names, for forms.

use crate::access::{belongs, forbidden, view};
use domain::policy::{CategoryRule, NamedReason, PlanRule, PriorityRule, RoomReasons};
use runtime::edge::{Caller, Edge};
use tonic::{Request, Status};
use wire::api::{assignment_role_to_api, dispatch_mode_to_api, fields, team_to_api, transfer_target_to_api};
use wire::v1alpha1::{self as api, GetPolicyRequest, GetPolicyResponse, NamedKey, PolicyCategory};

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
        priorities: policy.priorities.iter().map(priority).collect(),
        plans: policy.plans.iter().map(plan).collect(),
        room_reasons: Some(room_reasons(&policy.reasons)),
        hold_max_ms: policy.room_clocks.hold_max_ms,
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
        dispatch: rule.dispatch,
        plan: rule.plan.as_ref().map(ToString::to_string).unwrap_or_default(),
        transfer_to: rule.transfer_to.map_or(api::TransferTarget::Unspecified, transfer_target_to_api).into(),
    }
}

fn priority(rule: &PriorityRule) -> api::PriorityRule {
    api::PriorityRule {
        priority: rule.level.into(),
        mode: dispatch_mode_to_api(rule.mode).into(),
        dispatch_ms: rule.dispatch_ms,
        confirm_ms: rule.confirm_ms,
        may_hold: rule.may_hold,
    }
}

fn plan(rule: &PlanRule) -> api::ResponsePlan {
    let slot = |slot: &domain::policy::PlanSlot| api::PlanSlot { role: assignment_role_to_api(slot.role).into(), count: slot.count.into() };
    let prompt = |prompt: &domain::policy::Prompt| api::Prompt { text_zh: prompt.zh.clone(), text_en: prompt.en.clone() };
    api::ResponsePlan {
        plan: Some(named(&rule.key, &rule.name_zh, &rule.name_en)),
        slots: rule.slots.iter().map(slot).collect(),
        prompts: rule.prompts.iter().map(prompt).collect(),
    }
}

fn room_reasons(lists: &RoomReasons) -> api::RoomReasons {
    api::RoomReasons {
        override_owner: reasons(&lists.override_owner),
        recall: reasons(&lists.recall),
        hold: reasons(&lists.hold),
        cancel: reasons(&lists.cancel),
        reopen: reasons(&lists.reopen),
        transfer: reasons(&lists.transfer),
        excuse: reasons(&lists.excuse),
        support: reasons(&lists.support),
        wartime: reasons(&lists.wartime),
        emergency_end: reasons(&lists.emergency_end),
        premise: reasons(&lists.premise),
    }
}
