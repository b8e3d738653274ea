//! What is said when it isn't the first caller's own story: passers-by, silence, call-backs, repeats, calls passed on.

use domain::classification::CallSource;

/// A sentence in Chinese and in English.
pub(super) type Both = (&'static str, &'static str);

/// What somebody else tells of the same event, by category; `{place}` and `{spot}` are filled.
pub(super) fn by_another(category: &str) -> &'static [Both] {
    match category {
        "traffic" => &[
            ("路过{place}{spot},前面撞车了,过不去。", "Passing {spot}, {place}: cars have crashed ahead and nobody gets through."),
            ("我在{spot}堵着,好像出车祸了,{place}这边。", "Stuck at {spot}; there seems to be a crash, near {place}."),
        ],
        "fire_rescue" | "disaster" => &[
            ("{place}方向冒黑烟,大概在{spot}。", "Black smoke towards {place}, about {spot}."),
            ("{spot}那边出事了,好多人往外跑,是{place}。", "Something happened at {spot}; many people run out. It is {place}."),
        ],
        "public_order" | "criminal" | "mass_incident" => &[
            ("{place}{spot}乱成一团,有人喊叫,快来人。", "All is in a mess at {spot}, {place}; people shout; send somebody."),
            ("从楼上看到{spot}有人动手,在{place}。", "From upstairs I see people laying hands on each other at {spot}, {place}."),
        ],
        "medical" | "help" => &[
            ("{place}{spot}围了一圈人,好像有人倒了。", "A circle of people at {spot}, {place}; somebody seems to be down."),
            ("{spot}有人需要帮忙,这里是{place}。", "Somebody needs help at {spot}; this is {place}."),
        ],
        "non_police" => &[("{place}{spot}吵得厉害,全楼都没法睡。", "So loud at {spot}, {place}, that nobody in the house can sleep.")],
        _ => &[
            ("{place}{spot}吵得很凶,你们来看一下。", "A loud quarrel at {spot}, {place}; come and look."),
            ("邻居家又在吵,{place}{spot}。", "They are at it again next door, {spot}, {place}."),
        ],
    }
}

/// A call in which nothing is said.
pub(super) const SILENCE: Both = ("接通后无人说话,有背景声。", "Nobody speaks; there is noise in the background.");
/// A call that ended before it was answered.
pub(super) const HUNG_UP: Both = ("振铃后挂断,未接通。", "It rang and was hung up before anybody answered.");
/// Put before what is said when the caller was cut off before.
pub(super) const CUT_OFF: Both = ("刚才电话断了。", "We were cut off. ");
/// Put before what is said when the caller called for the same some days ago.
pub(super) const AGAIN: Both = ("前几天报过警,又来了。", "I called some days ago; it is happening again. ");

/// The number that passes calls of a category on, with what is put before.
pub(super) fn passed_on_by(category: &str) -> (CallSource, Both) {
    match category {
        "traffic" => (CallSource::Traffic122, ("(122转来)", "(Passed on by 122) ")),
        "fire_rescue" | "disaster" => (CallSource::Fire119, ("(119转来)", "(Passed on by 119) ")),
        "medical" => (CallSource::Medical120, ("(120转来)", "(Passed on by 120) ")),
        _ => (CallSource::CitizensLine12345, ("(12345转来)", "(Passed on by 12345) ")),
    }
}
