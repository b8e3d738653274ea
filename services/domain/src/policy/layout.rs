//! Where everything stands in a policy's text, so that every error names its line; and a second, row-by-row reading of a text that
//! the first could not take, so that every row with a mistake is named and not only the first.

use super::{
    ArrivalModel, AttendanceRule, Bands, CategoryRule, Clocks, DuplicateRule, EchelonRule, KindRule, LendingRule, NamedReason,
    PlaceClassRule, PlanRule, PriorityRule, RankingCosts, RepeatRule, RoomClocks, RoomReasons, SafetyRule, StaffingRule,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use toml::Spanned;

type Rows = Vec<Spanned<IgnoredAny>>;
type Section = Option<Spanned<IgnoredAny>>;

/// Every list and section with its place; what it holds is not looked at.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Loose {
    priority: Rows,
    kind: Rows,
    category: Rows,
    disposition: Rows,
    decline_reason: Rows,
    clear_reason: Rows,
    availability_reason: Rows,
    read_purpose: Rows,
    place_class: Rows,
    echelon: Rows,
    plan: Rows,
    staffing: Rows,
    clocks: Section,
    ranking: Section,
    room_clocks: Section,
    lending: Section,
    attendance: Section,
    duplicates: Section,
    repeats: Section,
    safety: Section,
    bands: Section,
    reasons: Section,
}

/// A part of a policy: every field may be absent. Reading a part says what is wrong in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only for its errors")]
struct Part {
    name: Option<String>,
    arrival_model: Option<ArrivalModel>,
    clocks: Option<Clocks>,
    ranking: Option<RankingCosts>,
    room_clocks: Option<RoomClocks>,
    lending: Option<LendingRule>,
    attendance: Option<AttendanceRule>,
    duplicates: Option<DuplicateRule>,
    repeats: Option<RepeatRule>,
    safety: Option<SafetyRule>,
    bands: Option<Bands>,
    place_class: Option<Vec<PlaceClassRule>>,
    echelon: Option<Vec<EchelonRule>>,
    plan: Option<Vec<PlanRule>>,
    staffing: Option<Vec<StaffingRule>>,
    reasons: Option<RoomReasons>,
    priority: Option<Vec<PriorityRule>>,
    kind: Option<Vec<KindRule>>,
    category: Option<Vec<CategoryRule>>,
    disposition: Option<Vec<NamedReason>>,
    decline_reason: Option<Vec<NamedReason>>,
    clear_reason: Option<Vec<NamedReason>>,
    availability_reason: Option<Vec<NamedReason>>,
    read_purpose: Option<Vec<NamedReason>>,
}

/// Something wrong in the form of a text.
pub(super) struct FormError {
    /// Where, in bytes from the beginning.
    pub(super) offset: usize,
    /// What is wrong and what was expected.
    pub(super) message: String,
}

/// Where the lists' rows and the sections of a policy's text begin.
#[derive(Default)]
pub(super) struct Layout<'a> {
    text: &'a str,
    lists: BTreeMap<&'static str, Vec<usize>>,
    sections: BTreeMap<&'static str, usize>,
    /// All beginnings, ascending.
    starts: Vec<usize>,
}

impl<'a> Layout<'a> {
    /// The layout of a text; an empty one where it is not TOML or a list is no list, so that everything stands at the beginning.
    pub(super) fn of(text: &'a str) -> Self {
        let loose: Loose = toml::from_str(text).unwrap_or_default();
        let lists: BTreeMap<_, Vec<usize>> = [
            ("priority", &loose.priority),
            ("kind", &loose.kind),
            ("category", &loose.category),
            ("disposition", &loose.disposition),
            ("decline_reason", &loose.decline_reason),
            ("clear_reason", &loose.clear_reason),
            ("availability_reason", &loose.availability_reason),
            ("read_purpose", &loose.read_purpose),
            ("place_class", &loose.place_class),
            ("echelon", &loose.echelon),
            ("plan", &loose.plan),
            ("staffing", &loose.staffing),
        ]
        .into_iter()
        .map(|(name, rows)| (name, rows.iter().map(|row| row.span().start).collect()))
        .collect();
        let sections: BTreeMap<_, usize> = [
            ("clocks", &loose.clocks),
            ("ranking", &loose.ranking),
            ("room_clocks", &loose.room_clocks),
            ("lending", &loose.lending),
            ("attendance", &loose.attendance),
            ("duplicates", &loose.duplicates),
            ("repeats", &loose.repeats),
            ("safety", &loose.safety),
            ("bands", &loose.bands),
            ("reasons", &loose.reasons),
        ]
        .into_iter()
        .filter_map(|(name, section)| Some((name, section.as_ref()?.span().start)))
        .collect();
        let mut starts: Vec<usize> = lists.values().flatten().chain(sections.values()).copied().collect();
        starts.sort_unstable();
        Self { text, lists, sections, starts }
    }

    /// The text from `start` to where the next row or section begins.
    fn block(&self, start: usize) -> &'a str {
        let end = self.starts.get(self.starts.partition_point(|other| *other <= start)).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where row `index` of `list` says `field`; where the row begins when it does not say it in a line of its own.
    pub(super) fn row(&self, list: &str, index: usize, field: &str) -> usize {
        let start = self.lists.get(list).and_then(|rows| rows.get(index)).copied().unwrap_or(0);
        start + field_in(self.block(start), field).unwrap_or(0)
    }

    /// Where row `index` of `list` has `needle`; where the row begins when it has not.
    pub(super) fn within(&self, list: &str, index: usize, needle: &str) -> usize {
        let start = self.row(list, index, "");
        start + self.block(start).find(needle).unwrap_or(0)
    }

    /// Where `section` says `field`; where it begins when it does not; the beginning of the text when there is no such section.
    pub(super) fn section(&self, section: &str, field: &str) -> usize {
        let Some(start) = self.sections.get(section).copied() else { return 0 };
        start + field_in(self.block(start), field).unwrap_or(0)
    }

    /// The sections and lists that every policy has and this text lacks; none where the text is not read at all.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        const SECTIONS: [&str; 2] = ["clocks", "ranking"];
        const LISTS: [&str; 8] =
            ["priority", "kind", "category", "disposition", "decline_reason", "clear_reason", "availability_reason", "read_purpose"];
        if self.starts.is_empty() {
            return Vec::new();
        }
        let sections = SECTIONS.into_iter().filter(|name| !self.sections.contains_key(name));
        sections.chain(LISTS.into_iter().filter(|name| self.lists.get(name).is_none_or(Vec::is_empty))).collect()
    }

    /// What is wrong in the form of each row and section, each read by itself: at most one error a part.
    pub(super) fn form_errors(&self) -> Vec<FormError> {
        let first = self.starts.first().copied().unwrap_or(self.text.len());
        let preamble = (0, self.text.get(..first).unwrap_or_default());
        let blocks = self.starts.iter().map(|start| (*start, self.block(*start)));
        // A list that is written as one value has rows that are no documents of their own.
        let parts = std::iter::once(preamble).chain(blocks.filter(|(_, block)| block.starts_with('[')));
        parts
            .filter_map(|(start, block)| {
                let error = toml::from_str::<Part>(block).err()?;
                let offset = start + error.span().map_or(0, |span| span.start);
                Some(FormError { offset, message: error.message().trim().to_owned() })
            })
            .collect()
    }
}

/// The line of `block` that gives `field` a value.
fn field_in(block: &str, field: &str) -> Option<usize> {
    let mut offset = 0;
    for line in block.split_inclusive('\n') {
        let said = line.trim_start();
        if said.strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return Some(offset + (line.len() - said.len()));
        }
        offset += line.len();
    }
    None
}
