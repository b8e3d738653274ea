//! What an explanation of the policy says beside the reasons.

use super::Wording;

/// By code.
pub(super) const PHRASES: &[Wording] = &[
    Wording { code: "label_what", zh: "分类", en: "what" },
    Wording { code: "label_owner", zh: "归属", en: "owner" },
    Wording { code: "label_priority", zh: "等级", en: "priority" },
    Wording { code: "label_dispatch", zh: "派警", en: "dispatch" },
    Wording { code: "label_who", zh: "谁去", en: "who goes" },
    Wording { code: "label_lending", zh: "借力", en: "lending" },
    Wording { code: "label_clocks", zh: "时限", en: "clocks" },
    Wording { code: "label_arrival", zh: "到场时限", en: "arrival" },
    Wording { code: "label_plan", zh: "预案", en: "plan" },
    Wording { code: "label_prompt", zh: "提示", en: "prompt" },
    Wording { code: "label_attendance", zh: "社区到场", en: "attendance" },
    Wording { code: "label_transfer", zh: "移交", en: "transfer" },
    Wording { code: "label_feedback", zh: "反馈", en: "feedback" },
    Wording { code: "label_where", zh: "地点", en: "where" },
    Wording { code: "label_neighbours", zh: "相邻", en: "neighbours" },
    Wording { code: "label_because", zh: "原因", en: "because" },
    Wording { code: "label_flag", zh: "标记", en: "flag" },
    Wording { code: "priority_n", zh: "{0}级", en: "priority {0}" },
    Wording { code: "dispatch_none", zh: "不派警，由{0:team}受理", en: "nobody is sent; the {0:team} handles it" },
    Wording {
        code: "dispatch_automatic",
        zh: "自动：{0:ms}派出最合适的警力，拒接或不应答即顺延",
        en: "automatic: the best unit is ordered {0:ms}; the next one when it declines or stays silent",
    },
    Wording {
        code: "dispatch_confirm",
        zh: "确认：提出方案，倒计时{0:ms}，无人否决即派出；{1:ms}未派出即告警",
        en: "confirm: the rules propose, and send after {0:ms} unless an operator decides otherwise; alarm when nobody is ordered within {1:ms}",
    },
    Wording {
        code: "dispatch_manual",
        zh: "人工：由值班员选派；{0:ms}未派出即告警",
        en: "manual: an operator chooses; alarm when nobody is ordered within {0:ms}",
    },
    Wording {
        code: "who_any",
        zh: "不分队，所有合适警力（含警务站巡特警）同时备选，最近者去",
        en: "every eligible unit of any team at once, patrol special police at posts included; the nearest goes",
    },
    Wording {
        code: "who_owner_follows",
        zh: "先到的不是本队时，{0:team}随后到场接手主责",
        en: "where the first is of another team, one of the {0:team} follows and takes over on arrival",
    },
    Wording {
        code: "who_own",
        zh: "先{0:team}；他队按远{1:ms}计，邻所按远{2:ms}计",
        en: "the {0:team} first; another team counts {1:ms} farther, another station {2:ms}",
    },
    Wording {
        code: "who_by_post", zh: "{0:agency}为岗位制，不分队", en: "{0:agency} is organised by post: no teams, nothing is borrowed"
    },
    Wording { code: "lending_steps", zh: "{0}；每步{1:ms}，无人再扩大", en: "{0}; {1:ms} at each step before the next" },
    Wording { code: "lending_manual", zh: "人工派警时不自动借力", en: "an operator chooses, so nothing is lent by rule" },
    Wording {
        code: "lending_budget", zh: "每所每月可借社区时间{0}分钟", en: "a station may lend {0} min of community time a month"
    },
    Wording {
        code: "clocks_order",
        zh: "送达{0:ms}，签收{1:ms}；到时顺延并告警",
        en: "order on the device within {0:ms}, acknowledged within {1:ms}; then the next candidate and an alarm",
    },
    Wording {
        code: "clocks_sign",
        zh: "下派后派出所{0:ms}内签收，否则上级直接派警",
        en: "passed down, the station signs within {0:ms}, else the desk above dispatches",
    },
    Wording { code: "clocks_scene", zh: "到场后每{0:ms}报安全", en: "on scene, the unit says it is safe every {0:ms}" },
    Wording { code: "clocks_hold", zh: "可挂起，最长{0:ms}", en: "may be held, for {0:ms} at most" },
    Wording { code: "clocks_no_hold", zh: "不得挂起", en: "may not be held" },
    Wording { code: "arrival_none", zh: "此等级不计到场时限", en: "no clock of arrival runs for this priority" },
    Wording { code: "arrival_class", zh: "{0}：{1:ms}内到场", en: "{0}: somebody there within {1:ms}" },
    Wording { code: "arrival_class_none", zh: "{0}：尽快到场，不计时限", en: "{0}: as soon as possible, no clock" },
    Wording { code: "arrival_echelon", zh: "按首派警力层级：{0}", en: "by the echelon of the first unit ordered: {0}" },
    Wording { code: "arrival_level", zh: "{0}{1:ms}", en: "{0} {1:ms}" },
    Wording { code: "plan_none", zh: "一个警力主责", en: "one unit as primary" },
    Wording { code: "plan_named", zh: "{0}：{1}", en: "{0}: {1}" },
    Wording { code: "slot", zh: "{0:role}{1}", en: "{0:role}{1}" },
    Wording {
        code: "attendance_owed",
        zh: "{0}社区民警必到现场；在忙则排队，免到须说明理由",
        en: "the community officer of {0} attends; queued if busy, excused only for a stated reason",
    },
    Wording {
        code: "attendance_rule",
        zh: "所在警务区社区民警必到现场；在忙则排队，免到须说明理由",
        en: "the beat's community officer attends; queued if busy, excused only for a stated reason",
    },
    Wording { code: "attendance_no_beat", zh: "该处无警务区，不须社区到场", en: "no beat there: nobody attends for one" },
    Wording { code: "attendance_not", zh: "此类不须社区到场", en: "not owed for this category" },
    Wording {
        code: "transfer_to",
        zh: "一键移交{0}；{1:ms}内答复前仍由首接单位负责",
        en: "one click hands it to {0}; until they answer, within {1:ms}, the first receiver keeps it",
    },
    Wording { code: "feedback", zh: "处置完毕后{0:ms}内反馈结果", en: "the outcome is owed within {0:ms} of clearing" },
    Wording { code: "where_station", zh: "{0:agency}（{1}）", en: "{0:agency} ({1})" },
    Wording { code: "where_beat", zh: "警务区{0:agency}", en: "beat {0:agency}" },
    Wording { code: "where_no_beat", zh: "无警务区", en: "no beat" },
    Wording {
        code: "where_outside", zh: "在所有辖区之外，由{0:agency}受理", en: "outside every boundary: {0:agency} handles it"
    },
    Wording { code: "where_class", zh: "地点类别：{0}", en: "place class: {0}" },
    Wording { code: "neighbours_of", zh: "{0:agency}与{1}相邻", en: "{0:agency} borders on {1}" },
    Wording { code: "nobody", zh: "无", en: "none" },
    Wording {
        code: "flag_nuisance", zh: "标为虚假骚扰，不静默丢弃", en: "flagged as false or nuisance, never silently dropped"
    },
    Wording { code: "call_number", zh: "第{0}行 · {1}", en: "row {0} · {1}" },
    Wording { code: "call_as", zh: "接警为“{0}”", en: "taken as “{0}”" },
    Wording { code: "call_cleared", zh: "反馈为“{0}”", en: "cleared as “{0}”" },
    Wording { code: "call_at_report", zh: "接警时", en: "at report" },
    Wording { code: "call_afterwards", zh: "核实后", en: "verified" },
    Wording {
        code: "call_no_cleared",
        zh: "反馈结果无对应分类，分类不变",
        en: "no category for what it was cleared as: nothing is reclassified",
    },
    Wording { code: "call_same", zh: "核实与接警一致，不改", en: "verified as it was taken: nothing changes" },
    Wording { code: "call_same_team", zh: "仍归{0:team}", en: "stays with the {0:team}" },
    Wording {
        code: "call_stays",
        zh: "现场警力留到被接替为止，历史随案转移",
        en: "the unit on scene stays until relieved; the history moves along",
    },
    Wording { code: "call_priority_changes", zh: "等级{0}→{1}", en: "priority {0} → {1}" },
    Wording { code: "call_stops", zh: "此类不派警：不再加派警力", en: "nobody is sent for this: no further unit is ordered" },
    Wording {
        code: "call_starts", zh: "此类须派警：开始计派警时限", en: "a unit is sent for this: the clock of the first order starts"
    },
    Wording { code: "call_plan_changes", zh: "预案改为{0}", en: "the plan is now {0}" },
];
