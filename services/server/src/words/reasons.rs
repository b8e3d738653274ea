//! What each reason of the core says. A test reads the core's source and finds every code here.

use super::Wording;

/// By code, in the order of the constructors in `domain::reason`.
pub(super) const REASONS: &[Wording] = &[
    Wording { code: "owner_by_table", zh: "{0:what}归{1:team}", en: "{0:what} belongs to the {1:team}" },
    Wording { code: "priority_by_table", zh: "{0:what}默认{1}级", en: "{0:what} is priority {1} by default" },
    Wording {
        code: "priority_by_operator", zh: "人工定为{0}级（默认{1}级）", en: "an operator chose priority {0} (the default is {1})"
    },
    Wording {
        code: "owner_moved",
        zh: "核实为{2:what}，由{0:team}转{1:team}",
        en: "verified as {2:what}: moved from the {0:team} to the {1:team}",
    },
    Wording {
        code: "type_not_in_policy",
        zh: "类型“{0}”不在表中，按{1:what}处理",
        en: "type “{0}” is not in the table, taken as {1:what}",
    },
    Wording {
        code: "desk_handles", zh: "地点不能确定派出所，由{0:agency}受理", en: "the place decides no station: {0:agency} handles it"
    },
    Wording {
        code: "any_team_for_p1", zh: "一级警情：不分队，谁近谁去", en: "priority 1: every eligible unit at once, whatever its team"
    },
    Wording { code: "nearest", zh: "最近", en: "nearest" },
    Wording { code: "own_team", zh: "本队（{0:team}）", en: "of the owning team ({0:team})" },
    Wording { code: "borrowed", zh: "借自{0:team}，按远{1:ms}计", en: "borrowed from the {0:team}, counted {1:ms} farther" },
    Wording { code: "own_station", zh: "本所（{0:agency}）", en: "of the station that handles it ({0:agency})" },
    Wording {
        code: "other_station", zh: "邻所{0:agency}，按远{1:ms}计", en: "of another station ({0:agency}), counted {1:ms} farther"
    },
    Wording { code: "from_station", zh: "无新定位，按所在站计", en: "no fresh fix: counted from its station" },
    Wording { code: "no_position", zh: "警情无坐标，路程不计", en: "the incident has no position: travel time says nothing" },
    Wording { code: "off_duty", zh: "离岗", en: "off duty" },
    Wording { code: "engaged", zh: "正在处置{0}号警情", en: "engaged in incident {0}" },
    Wording { code: "out_of_service", zh: "停用：{0:key}", en: "out of service: {0:key}" },
    Wording { code: "urgent_work_only", zh: "仅接紧急警情：{0:key}", en: "free for urgent work only: {0:key}" },
    Wording { code: "no_sworn_officer", zh: "无民警，不能主责", en: "no sworn officer on board: never primary" },
    Wording { code: "kind_never_primary", zh: "{0:kinds}不能主责", en: "a {0:kinds} is never primary" },
    Wording { code: "already_tried", zh: "此警情已拒接或未应答", en: "has declined this incident or stayed silent" },
    Wording { code: "ranked_behind", zh: "排在{0}之后", en: "ranked behind {0}" },
    Wording { code: "chosen_by_operator", zh: "人工选派", en: "chosen by an operator" },
    Wording { code: "next_candidate", zh: "{0}未接，顺延", en: "{0} did not take it: the next one" },
    Wording { code: "near", zh: "相距{0}米", en: "{0} m apart" },
    Wording { code: "recent", zh: "相隔{0}分钟", en: "{0} min apart" },
    Wording { code: "same_type", zh: "类型相同：{0:what}", en: "the same type: {0:what}" },
    Wording { code: "same_category", zh: "类别相同：{0:what}", en: "the same category: {0:what}" },
    Wording { code: "opened_on_the_spot", zh: "{0}在现场，就地接处警", en: "{0} was on the spot and opened it itself" },
    Wording {
        code: "priority_by_merge",
        zh: "并入更紧急的{1}号警情，升为{0}级",
        en: "the more urgent incident {1} was merged into it: priority {0}",
    },
    Wording { code: "split_from", zh: "由{0}号警情拆分", en: "split from incident {0}" },
    Wording { code: "shift_ended", zh: "班次已结束", en: "its shift has ended" },
    Wording { code: "in_emergency", zh: "该警力自身紧急求助", en: "has pressed its own emergency button" },
    Wording { code: "helps_officer", zh: "增援紧急求助的{0}", en: "goes to help {0}, whose emergency button was pressed" },
    Wording {
        code: "owner_by_operator",
        zh: "人工由{0:team}改归{1:team}：{2:key}",
        en: "an operator moved it from the {0:team} to the {1:team}: {2:key}",
    },
    Wording { code: "by_post_station", zh: "{0:agency}为岗位制，不分队", en: "{0:agency} is organised by post: it has no teams" },
    Wording { code: "wartime_pool", zh: "战时联勤（{0:agency}）：统一调度", en: "wartime mode in {0:agency}: all are one pool" },
    Wording { code: "kind_not_for_category", zh: "{0:kinds}不派往{1:what}", en: "policy keeps {0:kinds} away from {1:what}" },
    Wording { code: "lending_step", zh: "借力：{0:step}", en: "lending: {0:step}" },
    Wording {
        code: "beyond_lending_step",
        zh: "属{0:step}，目前只借到{1:step}",
        en: "stands at {0:step}; lending has only reached {1:step}",
    },
    Wording {
        code: "lending_budget_spent",
        zh: "{0:agency}本月社区时间已借完",
        en: "{0:agency} has lent all its community time of this month",
    },
    Wording {
        code: "over_lending_budget",
        zh: "{0:agency}已超本月借力限额，人工仍可派",
        en: "{0:agency} is over its lending budget: an operator may still send it",
    },
    Wording {
        code: "officer_of_beat",
        zh: "{0:agency}社区民警，必到现场",
        en: "community officer of beat {0:agency}, who attends every case there",
    },
    Wording { code: "slot_wants_kind", zh: "预案该位要{0:kinds}", en: "the plan's place wants {0:kinds}" },
    Wording { code: "slot_wants_team", zh: "预案该位要{0:team}", en: "the plan's place wants the {0:team}" },
    Wording { code: "slot_wants_capability", zh: "预案该位要具备{0}", en: "the plan's place wants {0}" },
    Wording { code: "slot_wants_sworn", zh: "预案该位要{0}名民警", en: "the plan's place wants {0} sworn officers" },
    Wording {
        code: "drone_is_overwatch", zh: "无人机只作空中支援", en: "a drone goes as overwatch, never instead of a ground unit"
    },
    Wording {
        code: "recalled_before", zh: "曾被撤回，只能人工再派", en: "was taken off this incident: only an operator sends it again"
    },
    Wording { code: "taken_for", zh: "已在此警情任{0:role}", en: "goes to the same incident as {0:role}" },
    Wording {
        code: "owner_follows",
        zh: "先到的不是本队，{0:team}随后到场",
        en: "the first to go is of another team: the {0:team} follows",
    },
    Wording { code: "owner_takes_over", zh: "{0:team}到场接手主责", en: "the {0:team} has arrived and takes over" },
    Wording { code: "diverted_from", zh: "由{0}号警情改派", en: "diverted from incident {0}" },
    Wording {
        code: "not_more_urgent",
        zh: "{0}号警情同为{1}级或更急",
        en: "what it is on, incident {0}, is priority {1}: as urgent or more",
    },
    Wording { code: "on_scene_elsewhere", zh: "正在{0}号警情现场", en: "on scene of incident {0}" },
];
