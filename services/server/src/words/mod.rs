//! Words for the terminal: what the core says in codes and values, in Chinese or English. The console's words for reasons are written
//! from these.

#[cfg(test)]
mod on_screen;
mod phrases;
mod reasons;

use domain::agency::AgencyTree;
use domain::classification::{Classification, Team};
use domain::ids::{AgencyId, CategoryKey, TypeKey};
use domain::incident::LendingStep;
use domain::policy::{NamedReason, Policy};
use domain::reason::Reason;
use domain::unit::UnitKind;

/// In which language.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    #[default]
    En,
}

/// One wording: a code, and its text in Chinese and English. `{0}` is the first value as it is; `{0:team}` is the name of the team
/// it names, and so for `what` (category or category/type), `agency`, `step`, `kinds` (one or several, blanks between), `role`, `key`
/// (a coded reason), and `ms` (milliseconds as a time somebody reads).
pub(crate) struct Wording {
    pub(crate) code: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

/// Words in one language, with the names that a policy and an organisation give.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// In which language.
    pub language: Language,
    /// Names of categories, types and reasons.
    pub policy: &'a Policy,
    /// Names of agencies; codes are shown as they are without one.
    pub agencies: Option<&'a AgencyTree>,
}

impl Words<'_> {
    /// A reason as an operator reads it; its code and values where this release has no words for it.
    #[must_use]
    pub fn reason(&self, reason: &Reason) -> String {
        let found = reasons::REASONS.iter().find(|wording| wording.code == reason.code);
        found.map_or_else(|| reason.to_string(), |wording| self.fill(self.text(wording), &reason.values))
    }

    /// A phrase of the explanations, by its code, with its values.
    pub(crate) fn phrase(&self, code: &str, values: &[String]) -> String {
        let found = phrases::PHRASES.iter().find(|wording| wording.code == code);
        found.map_or_else(|| code.to_owned(), |wording| self.fill(self.text(wording), values))
    }

    fn text(&self, wording: &Wording) -> &'static str {
        self.one(wording.zh, wording.en)
    }

    /// The one of two texts that is in this language.
    pub(crate) fn one<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn fill(&self, template: &str, values: &[String]) -> String {
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            let (index, sort) = place.split_once(':').unwrap_or((place, ""));
            let value = index.parse().ok().and_then(|index: usize| values.get(index)).map_or("", String::as_str);
            out.push_str(&self.value(sort, value));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn value(&self, sort: &str, value: &str) -> String {
        match sort {
            "team" => Team::ALL.into_iter().find(|team| team.key() == value).map_or(value, |team| self.team(team)).to_owned(),
            "what" => self.classification_text(value),
            "agency" => self.agency_text(value),
            "step" => LendingStep::ALL.into_iter().find(|step| step.key() == value).map_or(value, |step| self.step(step)).to_owned(),
            "kinds" => self.kinds(value),
            "role" => self.role(value).to_owned(),
            "key" => self.key(value),
            "ms" => value.parse().map_or_else(|_| value.to_owned(), |ms| self.duration(ms)),
            _ => value.to_owned(),
        }
    }

    /// A time span as somebody reads it.
    pub(crate) fn duration(&self, ms: u64) -> String {
        let (seconds, minutes, hours) = (ms / 1_000, ms / 60_000, ms / 3_600_000);
        let unit = |count: u64, zh: &str, en: &str| format!("{count}{}{}", self.one("", " "), self.one(zh, en));
        if ms == 0 {
            self.one("立即", "at once").to_owned()
        } else if !ms.is_multiple_of(1_000) {
            unit(ms, "毫秒", "ms")
        } else if seconds < 120 && !seconds.is_multiple_of(60) || seconds < 60 {
            unit(seconds, "秒", "s")
        } else if !seconds.is_multiple_of(60) {
            format!("{}{}{}", unit(minutes, "分", "min"), self.one("", " "), unit(seconds % 60, "秒", "s"))
        } else if minutes < 120 || !minutes.is_multiple_of(60) {
            unit(minutes, "分钟", "min")
        } else {
            unit(hours, "小时", "h")
        }
    }

    /// A team's name.
    pub(crate) fn team(&self, team: Team) -> &'static str {
        match team {
            Team::Community => self.one("社区警务队", "community team"),
            Team::Case => self.one("案件办理队", "case team"),
            Team::Room => self.one("综合指挥室", "command room"),
            Team::Traffic => self.one("交警", "traffic force"),
            Team::Patrol => self.one("巡特警", "patrol special police"),
        }
    }

    /// A lending step's name.
    pub(crate) fn step(&self, step: LendingStep) -> &'static str {
        match step {
            LendingStep::OwnTeam => self.one("本队", "own team"),
            LendingStep::OtherTeam => self.one("本所他队", "other teams of the station"),
            LendingStep::AdjacentBeat => self.one("相邻警务区", "adjacent beats"),
            LendingStep::NeighbourStation => self.one("邻所", "neighbour stations"),
            LendingStep::Whistle => self.one("吹哨", "whistle"),
            LendingStep::County => self.one("全县", "the whole county"),
            LendingStep::City => self.one("报市局", "the city"),
        }
    }

    /// Kinds of unit, keys with blanks between.
    pub(crate) fn kinds(&self, keys: &str) -> String {
        keys.split(' ').map(|kind| self.kind(kind)).collect::<Vec<_>>().join(self.one("、", " or "))
    }

    fn kind(&self, key: &str) -> &'static str {
        const KINDS: [(UnitKind, &str, &str); 7] = [
            (UnitKind::Foot, "步巡", "foot patrol"),
            (UnitKind::Car, "警车", "car"),
            (UnitKind::Motorcycle, "摩托车", "motorcycle"),
            (UnitKind::Drone, "无人机", "drone"),
            (UnitKind::GridWorker, "网格员", "grid worker"),
            (UnitKind::Guards, "保安", "guards"),
            (UnitKind::Volunteers, "义警", "volunteers"),
        ];
        KINDS.into_iter().find(|(kind, _, _)| kind.key() == key).map_or("?", |(_, zh, en)| self.one(zh, en))
    }

    /// A role's name.
    pub(crate) fn role<'k>(&self, key: &'k str) -> &'k str {
        match key {
            "primary" => self.one("主责", "primary"),
            "backup" => self.one("支援", "backup"),
            "overwatch" => self.one("空中支援", "overwatch"),
            "beat_attendance" => self.one("社区到场", "beat attendance"),
            other => other,
        }
    }

    /// Category and type by the policy's names.
    pub(crate) fn classification(&self, what: &Classification) -> String {
        let Some(category) = self.policy.category(&what.category) else { return what.to_string() };
        let name = self.one(&category.name_zh, &category.name_en);
        match &what.kind {
            None => name.to_owned(),
            Some(kind) => {
                let rule = category.types.iter().find(|rule| &rule.key == kind);
                let kind = rule.map_or(kind.as_str(), |rule| self.one(&rule.name_zh, &rule.name_en));
                format!("{name}{}{kind}", self.one("·", " · "))
            }
        }
    }

    fn classification_text(&self, text: &str) -> String {
        let (category, kind) = text.split_once('/').map_or((text, None), |(category, kind)| (category, Some(kind)));
        let parsed = CategoryKey::new(category).ok().zip(kind.map(TypeKey::new).transpose().ok());
        parsed.map_or_else(|| text.to_owned(), |(category, kind)| self.classification(&Classification { category, kind }))
    }

    /// An agency by its name and code.
    pub(crate) fn agency(&self, id: &AgencyId) -> String {
        let node = self.agencies.and_then(|agencies| agencies.get(id));
        node.map_or_else(|| id.to_string(), |node| format!("{} {id}", self.one(&node.name_zh, &node.name_en)))
    }

    fn agency_text(&self, code: &str) -> String {
        AgencyId::new(code).map_or_else(|_| code.to_owned(), |id| self.agency(&id))
    }

    fn key(&self, key: &str) -> String {
        let (policy, reasons) = (self.policy, &self.policy.reasons);
        let lists: [&[NamedReason]; 7] = [
            &policy.availability_reasons,
            &policy.decline_reasons,
            &policy.clear_reasons,
            &policy.dispositions,
            &reasons.override_owner,
            &reasons.recall,
            &reasons.excuse,
        ];
        let named = lists.into_iter().flatten().find(|row| row.key.as_str() == key);
        named.map_or_else(|| key.to_owned(), |row| self.one(&row.name_zh, &row.name_en).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::policy::{DEFAULT_TEXT, parse};
    use std::collections::BTreeSet;

    /// Every code in the core's source with how many values it has, from its constructors.
    fn codes_in_source() -> Vec<(String, usize)> {
        let source = include_str!("../../../domain/src/reason.rs");
        let calls = source.match_indices("reason(\"").map(|(at, found)| &source[at + found.len()..]);
        calls
            .map(|rest| {
                let (code, after) = rest.split_once('"').unwrap();
                let (_, after) = after.split_once('[').unwrap();
                let mut depth = 0i32;
                let inside: String = after
                    .chars()
                    .take_while(|c| {
                        depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
                        depth >= 0
                    })
                    .collect();
                let mut depth = 0i32;
                let commas = inside.trim().trim_end_matches(',').chars().filter(|c| {
                    depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
                    *c == ',' && depth == 0
                });
                let values = if inside.trim().is_empty() { 0 } else { commas.count() + 1 };
                (code.to_owned(), values)
            })
            .collect()
    }

    fn places_in(template: &str) -> BTreeSet<usize> {
        let places = template.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next());
        places.map(|place| place.parse().unwrap()).collect()
    }

    #[test]
    fn every_reason_of_the_core_has_words_in_both_languages() {
        let codes = codes_in_source();
        assert!(codes.len() > 50, "{codes:?}");
        for (code, values) in &codes {
            let wordings: Vec<_> = reasons::REASONS.iter().filter(|wording| wording.code == code).collect();
            assert_eq!(wordings.len(), 1, "{code} has {} wordings", wordings.len());
            for text in [wordings[0].zh, wordings[0].en] {
                assert!(!text.trim().is_empty(), "{code}");
                assert!(places_in(text).iter().all(|place| place < values), "{code} has {values} values: {text:?}");
            }
            assert_eq!(places_in(wordings[0].zh), places_in(wordings[0].en), "{code} says the same in both languages");
        }
        let known: BTreeSet<&str> = codes.iter().map(|(code, _)| code.as_str()).collect();
        let gone: Vec<_> = reasons::REASONS.iter().filter(|wording| !known.contains(wording.code)).map(|wording| wording.code).collect();
        assert!(gone.is_empty(), "words for reasons that the core does not give: {gone:?}");
    }

    #[test]
    fn phrases_say_the_same_in_both_languages() {
        let mut seen = BTreeSet::new();
        for wording in phrases::PHRASES {
            assert!(seen.insert(wording.code), "{} appears twice", wording.code);
            assert_eq!(places_in(wording.zh), places_in(wording.en), "{}", wording.code);
        }
    }

    #[test]
    fn values_are_named_in_the_language() {
        let policy = parse("p.toml", DEFAULT_TEXT).unwrap();
        let words = |language| Words { language, policy: &policy, agencies: None };
        let what =
            |category: &str, kind: &str| Classification { category: CategoryKey::new(category).unwrap(), kind: TypeKey::new(kind).ok() };
        let moved = Reason::owner_moved(Team::Community, Team::Case, &what("criminal", "assault"));
        assert_eq!(words(Language::Zh).reason(&moved), "核实为刑事·故意伤害，由社区警务队转案件办理队");
        assert_eq!(words(Language::En).reason(&moved), "verified as Criminal · Assault: moved from the community team to the case team");
        let borrowed = Reason::borrowed(Team::Patrol, 120_000);
        assert_eq!(words(Language::En).reason(&borrowed), "borrowed from the patrol special police, counted 2 min farther");
        let unknown = Reason { code: "of_tomorrow".into(), values: vec!["x".to_owned()] };
        assert_eq!(words(Language::Zh).reason(&unknown), "of_tomorrow(x)");
    }

    #[test]
    fn a_time_span_is_read_at_a_glance() {
        let policy = parse("p.toml", DEFAULT_TEXT).unwrap();
        let words = Words { language: Language::En, policy: &policy, agencies: None };
        for (ms, expected) in [
            (0, "at once"),
            (250, "250 ms"),
            (15_000, "15 s"),
            (60_000, "1 min"),
            (90_000, "90 s"),
            (150_000, "2 min 30 s"),
            (1_800_000, "30 min"),
            (5_400_000, "90 min"),
            (86_400_000, "24 h"),
        ] {
            assert_eq!(words.duration(ms), expected);
        }
        assert_eq!(Words { language: Language::Zh, ..words }.duration(150_000), "2分30秒");
    }
}
