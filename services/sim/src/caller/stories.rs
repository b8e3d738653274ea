//! What invented callers say: templates in Chinese and English, with weights. No person in them exists.

/// One kind of call. `{place}` is filled with an invented place, `{spot}` with a spot there, `{n}` with a small number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Story {
    /// Category key.
    pub category: &'static str,
    /// Type key.
    pub call_type: &'static str,
    /// How often, against the others. Assumption: a rural county, where traffic, help and disputes come first.
    pub weight: u32,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

const fn story(category: &'static str, call_type: &'static str, weight: u32, zh: &'static str, en: &'static str) -> Story {
    Story { category, call_type, weight, zh, en }
}

/// Where exactly, in Chinese and English.
pub(super) const SPOTS: &[(&str, &str)] = &[
    ("集市口", "the market gate"),
    ("加油站旁", "the filling station"),
    ("小学门口", "the primary school"),
    ("老戏台下", "the old stage"),
    ("汽车站外", "the bus station"),
    ("面馆门前", "the noodle shop"),
    ("水渠边", "the canal"),
    ("住宅楼下", "the apartment block"),
    ("村口大树下", "the big tree at the entrance"),
    ("工地旁", "the building site"),
];

/// All stories. Every category has at least one.
pub const STORIES: &[Story] = &[
    story(
        "dispute",
        "neighbour",
        60,
        "{place}{spot},两家邻居因院墙界线吵起来了,围了{n}个人。",
        "Two neighbours quarrel over a wall at {spot}, {place}; {n} people stand by.",
    ),
    story(
        "dispute",
        "family",
        60,
        "{place}{spot},夫妻吵架,声音很大,请来看看。",
        "A couple is quarrelling loudly at {spot}, {place}; please come and look.",
    ),
    story(
        "dispute",
        "family_violence",
        12,
        "{place}{spot},有人在家里打人,还在哭喊。",
        "Somebody is being beaten at home at {spot}, {place}; there is crying.",
    ),
    story("dispute", "debt", 30, "{place}{spot},有人上门要账不肯走。", "People have come for a debt at {spot}, {place}, and won't leave."),
    story(
        "dispute",
        "consumer",
        40,
        "{place}{spot},买的东西有问题,店家不给退。",
        "The shop at {spot}, {place}, refuses to take back faulty goods.",
    ),
    story("dispute", "labour", 18, "{place}{spot},{n}个工人说工钱没结。", "{n} workers at {spot}, {place}, say they have not been paid."),
    story(
        "dispute",
        "landlord_tenant",
        14,
        "{place}{spot},房东要求租客马上搬走,双方争执。",
        "Landlord and tenant argue about moving out at {spot}, {place}.",
    ),
    story(
        "dispute",
        "custody",
        5,
        "{place}{spot},双方为孩子跟谁走争执。",
        "Two people argue about who takes the child at {spot}, {place}.",
    ),
    story("help", "lockout", 40, "{place}{spot},钥匙锁屋里了,灶上还开着火。", "Locked out at {spot}, {place}, with the stove still on."),
    story(
        "help",
        "missing_person",
        14,
        "{place}{spot},家里老人出门{n}个小时没回来。",
        "An elderly relative left {spot}, {place}, {n} hours ago and has not come back.",
    ),
    story("help", "missing_child", 8, "{place}{spot},孩子刚才走散了。", "A child has just got lost at {spot}, {place}."),
    story(
        "help",
        "suicide_risk",
        5,
        "{place}{spot},有人站在高处不肯下来。",
        "Somebody stands on a high place at {spot}, {place}, and won't come down.",
    ),
    story("help", "lost_property", 40, "{place}{spot},丢了一个包,里面有证件。", "A bag with papers was lost at {spot}, {place}."),
    story("help", "animal", 16, "{place}{spot},有条大狗没拴绳,追着人跑。", "A big dog off its lead chases people at {spot}, {place}."),
    story(
        "help",
        "welfare_check",
        18,
        "{place}{spot},邻居{n}天没露面,敲门没人应。",
        "A neighbour at {spot}, {place}, has not been seen for {n} days and doesn't open.",
    ),
    story(
        "traffic",
        "damage_accident",
        110,
        "{place}{spot},两车追尾,没人受伤,车堵住了。",
        "Rear-end collision at {spot}, {place}; nobody hurt, the road is blocked.",
    ),
    story(
        "traffic",
        "injury_accident",
        28,
        "{place}{spot},电动车和小车撞了,有人倒地。",
        "A scooter and a car collided at {spot}, {place}; somebody is on the ground.",
    ),
    story("traffic", "parking", 50, "{place}{spot},有车堵住门口,联系不上车主。", "A parked car blocks the gate at {spot}, {place}."),
    story("traffic", "hazard", 16, "{place}{spot},路上掉了一堆石料,很危险。", "A load of stones lies on the road at {spot}, {place}."),
    story("traffic", "drunk_driving", 8, "{place}{spot},有人喝了酒还要开车。", "Somebody drunk is about to drive at {spot}, {place}."),
    story("public_order", "fight", 34, "{place}{spot},{n}个人打起来了。", "{n} people are fighting at {spot}, {place}."),
    story("public_order", "disturbance", 30, "{place}{spot},有人喝多了闹事。", "Somebody drunk makes trouble at {spot}, {place}."),
    story("public_order", "suspicious", 16, "{place}{spot},有个陌生人挨家拉车门。", "A stranger tries car doors at {spot}, {place}."),
    story("public_order", "damage", 12, "{place}{spot},车玻璃被人砸了。", "A car window was smashed at {spot}, {place}."),
    story("criminal", "theft", 34, "{place}{spot},放在门口的电动车被偷了。", "A scooter was stolen from {spot}, {place}."),
    story(
        "criminal",
        "fraud",
        30,
        "{place}{spot},接到假冒客服电话,转了{n}千元。",
        "Paid {n} thousand yuan to a false customer service; caller waits at {spot}, {place}.",
    ),
    story("criminal", "burglary", 10, "{place}{spot},家里被撬,刚发现。", "A break-in was just found at {spot}, {place}."),
    story("criminal", "assault", 8, "{place}{spot},有人被打伤,流血了。", "Somebody was beaten and is bleeding at {spot}, {place}."),
    story(
        "criminal",
        "robbery",
        2,
        "{place}{spot},包被抢了,人往桥那边跑了。",
        "A bag was snatched at {spot}, {place}; he ran towards the bridge.",
    ),
    story(
        "disaster",
        "flood",
        4,
        "{place}{spot},水漫上路面,有{n}户进水。",
        "Water is over the road at {spot}, {place}; {n} houses are wet.",
    ),
    story("disaster", "gas_leak", 5, "{place}{spot},闻到很重的燃气味。", "A strong smell of gas at {spot}, {place}."),
    story("fire_rescue", "fire", 10, "{place}{spot},柴垛着火了。", "A stack of firewood burns at {spot}, {place}."),
    story("medical", "illness", 14, "{place}{spot},有人晕倒,叫不醒。", "Somebody fainted at {spot}, {place}, and does not wake."),
    story("medical", "injury", 8, "{place}{spot},有人从梯子上摔下来。", "Somebody fell from a ladder at {spot}, {place}."),
    story(
        "mass_incident",
        "gathering",
        2,
        "{place}{spot},聚了{n}十来人,情绪激动。",
        "Some {n}0 people have gathered at {spot}, {place}, and are angry.",
    ),
    story("tip_off", "other", 6, "{place}{spot},举报有人聚众赌博。", "A tip: people gamble at {spot}, {place}."),
    story("tip_off", "drugs", 2, "{place}{spot},举报有人交易可疑物品。", "A tip: suspicious goods change hands at {spot}, {place}."),
    story("complaint", "other", 5, "投诉上次报警处理太慢,事发在{place}。", "A complaint that the last call in {place} was handled slowly."),
    story(
        "consultation",
        "advice",
        40,
        "咨询办理居住登记需要什么材料,人在{place}。",
        "Asks in {place} which papers a residence registration needs.",
    ),
    story("nuisance", "false_alarm", 8, "{place}打来,接通后只有笑声,随即挂断。", "A call from {place}: laughter, then it hangs up."),
    story("nuisance", "other", 4, "{place}打来,反复拨打,不说事由。", "A call from {place} again and again, saying nothing."),
    story("non_police", "noise", 45, "{place}{spot},夜里施工,吵得睡不着。", "Night work at {spot}, {place}, keeps people awake."),
    story(
        "non_police",
        "administrative",
        14,
        "{place}{spot},路灯坏了{n}天没人修。",
        "A street lamp at {spot}, {place}, has been broken for {n} days.",
    ),
];
