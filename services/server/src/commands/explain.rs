//! What a policy would do with a call, and why, in words an operator reads.

use crate::words::Words;
use domain::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use domain::assignment::AssignmentRole;
use domain::classification::{Classification, Team, TransferTarget};
use domain::incident::LendingStep;
use domain::place::Place;
use domain::policy::{ArrivalModel, Decided, DispatchMode, PlanRule, PlanSlot, Policy, PriorityRule};
use places::Places;
use serde_json::json;

/// A place, and what an organisation knows of it.
pub struct Somewhere {
    /// The place.
    pub place: Place,
    /// The organisation's places.
    pub places: Places,
}

impl Somewhere {
    fn tree(&self) -> &AgencyTree {
        self.places.tree()
    }

    /// The deepest agency there; none outside every boundary.
    fn agency(&self) -> Option<&AgencyNode> {
        match &self.place {
            Place::Located { agency, .. } => self.tree().get(agency),
            Place::OutsideBoundaries { .. } | Place::Unverified => None,
        }
    }

    /// The station or desk whose room handles what happens there.
    fn room(&self) -> Option<&AgencyNode> {
        self.agency().map_or_else(|| self.tree().root(), |node| self.tree().room_of(&node.agency_id))
    }

    fn beat(&self) -> Option<&AgencyNode> {
        self.agency().and_then(|node| self.tree().beat(&node.agency_id))
    }
}

/// One line of an explanation: the code of its label, and its text.
pub type Line = (&'static str, String);

/// The explanation of one classification, perhaps at a place.
pub struct Explanation<'a> {
    words: Words<'a>,
    policy: &'a Policy,
    decided: Decided,
    somewhere: Option<&'a Somewhere>,
}

impl<'a> Explanation<'a> {
    /// An explanation; none when the category is not in the policy.
    #[must_use]
    pub fn of(what: &Classification, words: Words<'a>, somewhere: Option<&'a Somewhere>) -> Option<Self> {
        Some(Self { words, policy: words.policy, decided: words.policy.decide(what)?, somewhere })
    }

    /// What the table decides.
    #[must_use]
    pub fn decided(&self) -> &Decided {
        &self.decided
    }

    fn rule(&self) -> Option<&'a PriorityRule> {
        self.policy.priority(self.decided.priority)
    }

    fn say(&self, code: &str, values: &[String]) -> String {
        self.words.phrase(code, values)
    }

    /// The first lines: what, whose, how urgent, how somebody is sent.
    #[must_use]
    pub fn head(&self) -> Vec<Line> {
        let decided = &self.decided;
        let mut lines = vec![
            ("label_what", format!("{} ({})", self.words.classification(&decided.classification), decided.classification)),
            ("label_owner", self.words.team(decided.owner).to_owned()),
            ("label_priority", self.say("priority_n", &[decided.priority.level().to_string()])),
            ("label_dispatch", self.dispatch()),
        ];
        if decided.nuisance {
            lines.push(("label_flag", self.say("flag_nuisance", &[])));
        }
        lines
    }

    /// Everything, in the order in which an operator asks.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = self.head();
        lines.extend(self.where_it_is());
        if self.decided.dispatch {
            lines.extend(self.who().into_iter().map(|text| ("label_who", text)));
            lines.extend(self.lending().into_iter().map(|text| ("label_lending", text)));
            lines.extend(self.plan());
            lines.extend(self.clocks().into_iter().map(|text| ("label_clocks", text)));
            lines.push(("label_arrival", self.arrival()));
            lines.push(("label_attendance", self.attendance()));
        }
        lines.extend(self.transfer().map(|text| ("label_transfer", text)));
        let feedback_ms = self.policy.feedback_ms(&self.decided.classification);
        lines.push(("label_feedback", self.say("feedback", &[feedback_ms.to_string()])));
        lines.extend(self.decided.reasons.iter().map(|reason| ("label_because", self.words.reason(reason))));
        lines
    }

    fn dispatch(&self) -> String {
        let Some(rule) = self.rule().filter(|_| self.decided.dispatch) else {
            return self.say("dispatch_none", &[self.decided.owner.key().to_owned()]);
        };
        let (dispatch_ms, confirm_ms) = (rule.dispatch_ms.to_string(), rule.confirm_ms.to_string());
        match rule.mode {
            DispatchMode::Automatic => self.say("dispatch_automatic", &["0".to_owned()]),
            DispatchMode::Confirm => self.say("dispatch_confirm", &[confirm_ms, dispatch_ms]),
            DispatchMode::Manual => self.say("dispatch_manual", &[dispatch_ms]),
        }
    }

    fn who(&self) -> Vec<String> {
        let owner = self.decided.owner.key().to_owned();
        let Some(rule) = self.rule() else { return Vec::new() };
        let room = self.somewhere.and_then(Somewhere::room);
        if rule.any_team {
            // The room has no units of its own that could follow.
            let follows = (rule.owner_follows && self.decided.owner != Team::Room).then(|| self.say("who_owner_follows", &[owner]));
            return std::iter::once(self.say("who_any", &[])).chain(follows).collect();
        }
        if let Some(room) = room.filter(|room| room.organisation == Organisation::ByPost) {
            return vec![self.say("who_by_post", &[room.agency_id.to_string()])];
        }
        let costs = &self.policy.ranking;
        vec![self.say("who_own", &[owner, costs.other_team_ms.to_string(), costs.other_station_ms.to_string()])]
    }

    fn lending(&self) -> Vec<String> {
        let lending = &self.policy.lending;
        let Some(rule) = self.rule().filter(|rule| !rule.any_team) else { return Vec::new() };
        if rule.mode == DispatchMode::Manual {
            return vec![self.say("lending_manual", &[])];
        }
        let first = (!lending.steps.contains(&LendingStep::OwnTeam)).then_some(LendingStep::OwnTeam);
        let steps =
            first.into_iter().chain(lending.steps.iter().copied()).map(|step| self.words.step(step)).collect::<Vec<_>>().join(" → ");
        let mut lines = vec![self.say("lending_steps", &[steps, lending.step_ms.to_string()])];
        if lending.community_minutes_per_month > 0 {
            lines.push(self.say("lending_budget", &[lending.community_minutes_per_month.to_string()]));
        }
        lines
    }

    fn plan_rule(&self) -> Option<&'a PlanRule> {
        self.decided.plan.as_ref().and_then(|key| self.policy.plan(key))
    }

    fn plan(&self) -> Vec<Line> {
        let Some(plan) = self.plan_rule() else { return vec![("label_plan", self.say("plan_none", &[]))] };
        let slots = plan.slots.iter().map(|slot| self.slot(slot)).collect::<Vec<_>>().join(self.words.one("；", "; "));
        let name = self.words.one(&plan.name_zh, &plan.name_en).to_owned();
        let prompts = plan.prompts.iter().map(|prompt| ("label_prompt", self.words.one(&prompt.zh, &prompt.en).to_owned()));
        std::iter::once(("label_plan", self.say("plan_named", &[name, slots]))).chain(prompts).collect()
    }

    /// The plan's name in the language; none where one unit goes.
    #[must_use]
    pub fn plan_name(&self) -> Option<&'a str> {
        self.plan_rule().map(|plan| self.words.one(&plan.name_zh, &plan.name_en))
    }

    fn slot(&self, slot: &PlanSlot) -> String {
        let mut more = String::new();
        if slot.count > 1 {
            more += &format!(" × {}", slot.count);
        }
        let kinds = slot.kinds.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(" ");
        let sworn = (slot.sworn > 0).then(|| format!("{} {}", slot.sworn, self.words.one("名民警", "sworn")));
        let parts = [
            (!kinds.is_empty()).then(|| self.words.kinds(&kinds)),
            slot.team.map(|team| self.words.team(team).to_owned()),
            sworn,
            (!slot.capabilities.is_empty()).then(|| slot.capabilities.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(", ")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            more += &format!(" ({})", parts.join(self.words.one("、", ", ")));
        }
        self.say("slot", &[slot.role.key().to_owned(), more])
    }

    fn clocks(&self) -> Vec<String> {
        let (orders, room) = (&self.policy.clocks, &self.policy.room_clocks);
        let hold = match self.rule() {
            Some(rule) if rule.may_hold => self.say("clocks_hold", &[room.hold_max_ms.to_string()]),
            _ => self.say("clocks_no_hold", &[]),
        };
        vec![
            self.say("clocks_order", &[orders.deliver_ms.to_string(), orders.acknowledge_ms.to_string()]),
            self.say("clocks_sign", &[room.sign_ms.to_string()]),
            self.say("clocks_scene", &[room.safety_check_ms.to_string()]),
            hold,
        ]
    }

    fn arrival(&self) -> String {
        if !self.rule().is_some_and(|rule| rule.arrival) {
            return self.say("arrival_none", &[]);
        }
        if self.policy.arrival_model == ArrivalModel::Echelon {
            let one = |level: AgencyLevel| match level {
                AgencyLevel::City => self.words.one("市", "city"),
                AgencyLevel::County => self.words.one("县", "county"),
                AgencyLevel::Station => self.words.one("派出所", "station"),
                AgencyLevel::Beat => self.words.one("警务区", "beat"),
                AgencyLevel::Post => self.words.one("警务站", "post"),
            };
            let clocked = self.policy.echelons.iter().filter(|rule| rule.arrive_ms > 0);
            let levels = clocked.map(|rule| self.say("arrival_level", &[one(rule.level).to_owned(), rule.arrive_ms.to_string()]));
            return self.say("arrival_echelon", &[levels.collect::<Vec<_>>().join(self.words.one("，", ", "))]);
        }
        match self.somewhere {
            Some(somewhere) => self.arrival_at(somewhere),
            None => {
                let all = self.policy.place_classes.iter().map(|rule| self.arrival_in(rule));
                all.collect::<Vec<_>>().join(self.words.one("；", "; "))
            }
        }
    }

    fn class_at(&self, somewhere: &Somewhere) -> Option<&'a domain::policy::PlaceClassRule> {
        let node = somewhere.agency().or_else(|| somewhere.room())?;
        let class = somewhere.tree().place_class(&node.agency_id);
        match class {
            Some(key) => self.policy.place_classes.iter().find(|rule| &rule.key == key),
            None => self.policy.place_classes.first(),
        }
    }

    fn arrival_at(&self, somewhere: &Somewhere) -> String {
        self.class_at(somewhere).map_or_else(|| self.say("arrival_none", &[]), |rule| self.arrival_in(rule))
    }

    fn arrival_in(&self, rule: &domain::policy::PlaceClassRule) -> String {
        let name = self.words.one(&rule.name_zh, &rule.name_en).to_owned();
        if rule.arrive_ms == 0 {
            return self.say("arrival_class_none", &[name]);
        }
        self.say("arrival_class", &[name, rule.arrive_ms.to_string()])
    }

    fn attendance(&self) -> String {
        let rule = &self.policy.attendance;
        let covered = rule.enabled && (rule.categories.is_empty() || rule.categories.contains(&self.decided.classification.category));
        if !covered {
            return self.say("attendance_not", &[]);
        }
        let Some(somewhere) = self.somewhere else { return self.say("attendance_rule", &[]) };
        match somewhere.beat() {
            Some(beat) => self.say("attendance_owed", &[self.words.agency(&beat.agency_id)]),
            None => self.say("attendance_no_beat", &[]),
        }
    }

    /// To whom one click hands it, in words; none where it is not.
    #[must_use]
    pub fn transfer(&self) -> Option<String> {
        let to = match self.decided.transfer_to? {
            TransferTarget::Fire119 => self.words.one("119 消防", "119, fire and rescue"),
            TransferTarget::Medical120 => self.words.one("120 急救", "120, medical emergency"),
            TransferTarget::CitizensLine12345 => self.words.one("12345 热线", "12345, the citizens' line"),
            TransferTarget::OtherJurisdiction => self.words.one("外地警方", "another jurisdiction's police"),
        };
        Some(self.say("transfer_to", &[to.to_owned(), self.policy.room_clocks.transfer_ms.to_string()]))
    }

    fn where_it_is(&self) -> Vec<Line> {
        let Some(somewhere) = self.somewhere else { return Vec::new() };
        let Some(room) = somewhere.room() else { return Vec::new() };
        let code = room.agency_id.to_string();
        let mut lines = Vec::new();
        if somewhere.agency().is_none() {
            lines.push(("label_where", self.say("where_outside", &[code])));
        } else {
            let beat = somewhere.beat().map(|beat| self.say("where_beat", &[beat.agency_id.to_string()]));
            let beat = beat.unwrap_or_else(|| self.say("where_no_beat", &[]));
            lines.push(("label_where", self.say("where_station", &[code, beat])));
        }
        if let Some(class) = self.class_at(somewhere) {
            lines.push(("label_where", self.say("where_class", &[self.words.one(&class.name_zh, &class.name_en).to_owned()])));
        }
        for node in somewhere.beat().into_iter().chain(Some(room)).filter(|node| somewhere.agency().is_some() && node.parent.is_some()) {
            let around = node.neighbours.iter().map(|id| self.words.agency(id)).collect::<Vec<_>>().join(self.words.one("、", ", "));
            let around = if around.is_empty() { self.say("nobody", &[]) } else { around };
            lines.push(("label_neighbours", self.say("neighbours_of", &[node.agency_id.to_string(), around])));
        }
        lines
    }

    /// The same for programs: keys and numbers, reasons as codes and in words.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let (decided, rule) = (&self.decided, self.rule());
        let mode = match rule.map(|rule| rule.mode) {
            _ if !decided.dispatch => "none",
            Some(DispatchMode::Automatic) => "automatic",
            Some(DispatchMode::Confirm) => "confirm",
            _ => "manual",
        };
        let sent = rule.filter(|_| decided.dispatch);
        let slots = self.plan_rule().map_or(&[][..], |plan| &plan.slots).iter().map(|slot| {
            let kinds: Vec<_> = slot.kinds.iter().map(|kind| kind.key()).collect();
            json!({ "role": slot.role.key(), "count": slot.count, "kinds": kinds, "team": slot.team.map(|team| team.key()),
                    "capabilities": slot.capabilities, "sworn": slot.sworn })
        });
        let slots: Vec<_> = if self.plan_rule().is_none() && decided.dispatch {
            vec![json!({ "role": AssignmentRole::Primary.key(), "count": 1 })]
        } else {
            slots.collect()
        };
        let somewhere = self.somewhere;
        let class = somewhere.and_then(|somewhere| self.class_at(somewhere));
        let room = somewhere.and_then(Somewhere::room);
        let beat = somewhere.and_then(Somewhere::beat);
        let codes = |node: Option<&AgencyNode>| node.map(|node| node.neighbours.iter().map(ToString::to_string).collect::<Vec<_>>());
        let arrive = class.filter(|_| self.policy.arrival_model == ArrivalModel::PlaceClass && sent.is_some_and(|rule| rule.arrival));
        json!({
            "classification": decided.classification.to_string(),
            "owner": decided.owner.key(),
            "priority": decided.priority.level(),
            "dispatch": mode,
            "dispatch_ms": rule.map(|rule| rule.dispatch_ms),
            "confirm_ms": sent.filter(|rule| rule.mode == DispatchMode::Confirm).map(|rule| rule.confirm_ms),
            "any_team": sent.is_some_and(|rule| rule.any_team),
            "owner_follows": decided.owner != Team::Room && sent.is_some_and(|rule| rule.owner_follows),
            "may_hold": sent.is_some_and(|rule| rule.may_hold),
            "deliver_ms": self.policy.clocks.deliver_ms,
            "acknowledge_ms": self.policy.clocks.acknowledge_ms,
            "sign_ms": self.policy.room_clocks.sign_ms,
            "arrive_ms": arrive.map(|class| class.arrive_ms).filter(|ms| *ms > 0),
            "feedback_ms": self.policy.feedback_ms(&decided.classification),
            "plan": decided.plan.as_ref().map(|key| key.as_str()),
            "slots": slots,
            "transfer_to": decided.transfer_to.map(TransferTarget::key),
            "nuisance": decided.nuisance,
            "reasons": decided.reasons.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "words": self.lines().into_iter().map(|(label, text)| format!("{}: {text}", self.words.phrase(label, &[]))).collect::<Vec<_>>(),
            "agency": somewhere.and_then(|s| s.agency().or_else(|| s.tree().root())).map(|node| node.agency_id.as_str()),
            "station": room.map(|node| node.agency_id.as_str()),
            "beat": beat.map(|node| node.agency_id.as_str()),
            "place_class": class.map(|class| class.key.as_str()),
            "station_neighbours": codes(room),
            "beat_neighbours": codes(beat),
            "inside_boundary": somewhere.map(|somewhere| somewhere.agency().is_some()),
            "h3_cell": somewhere.and_then(|s| s.place.position()).map(|position| places::h3_cell(position).to_string()),
        })
    }
}

/// Lines as they are printed, labels in one column; Chinese characters take two columns of a terminal.
#[must_use]
pub fn printed(lines: &[Line], words: &Words<'_>) -> String {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let labels: Vec<String> = lines.iter().map(|(label, _)| words.phrase(label, &[])).collect();
    let width = labels.iter().map(|label| wide(label)).max().unwrap_or(0) + 2;
    let rows = labels.iter().zip(lines).map(|(label, (_, text))| format!("{label}{}{text}", " ".repeat(width - wide(label))));
    rows.collect::<Vec<_>>().join("\n")
}
