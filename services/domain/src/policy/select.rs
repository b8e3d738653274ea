//! What the table says of one classification, and why.

use super::{CategoryRule, KindRule, NamedReason, PlanRule, Policy, PriorityRule};
use crate::agency::AgencyLevel;
use crate::classification::{Classification, Priority, Team, TransferTarget};
use crate::ids::{CategoryKey, ReasonKey};
use crate::reason::Reason;
use crate::unit::UnitKind;

/// What the table decides for one classification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// The classification the row was found for: without the type when the type is not in the table.
    pub classification: Classification,
    /// The owning team.
    pub owner: Team,
    /// How urgent.
    pub priority: Priority,
    /// Whether a unit is to be sent at all.
    pub dispatch: bool,
    /// Whether it is flagged as false or nuisance.
    pub nuisance: bool,
    /// Response plan; none sends one unit.
    pub plan: Option<ReasonKey>,
    /// To whom it is handed with one click.
    pub transfer_to: Option<TransferTarget>,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Policy {
    /// One category's row.
    #[must_use]
    pub fn category(&self, key: &CategoryKey) -> Option<&CategoryRule> {
        self.categories.iter().find(|rule| &rule.key == key)
    }

    /// What holds for a priority. A checked policy has a row for each.
    #[must_use]
    pub fn priority(&self, priority: Priority) -> Option<&PriorityRule> {
        self.priorities.iter().find(|rule| rule.level == priority.level())
    }

    /// What holds for a kind of unit; none when the policy says nothing of it.
    #[must_use]
    pub fn kind(&self, kind: UnitKind) -> Option<&KindRule> {
        self.kinds.iter().find(|rule| rule.kind == kind)
    }

    /// What the table decides; none when the category is not in it.
    #[must_use]
    pub fn decide(&self, what: &Classification) -> Option<Decided> {
        let category = self.category(&what.category)?;
        let type_rule = what.kind.as_ref().and_then(|kind| category.types.iter().find(|rule| &rule.key == kind));
        let used = Classification { category: category.key.clone(), kind: type_rule.map(|rule| rule.key.clone()) };
        let owner = type_rule.and_then(|rule| rule.owner).unwrap_or(category.owner);
        let level = type_rule.and_then(|rule| rule.priority).unwrap_or(category.priority);
        let priority = Priority::new(level).ok()?;
        let mut reasons = vec![Reason::owner_by_table(&used, owner), Reason::priority_by_table(&used, priority)];
        if let (Some(given), None) = (&what.kind, type_rule) {
            reasons.push(Reason::type_not_in_policy(given.as_str(), &used));
        }
        Some(Decided {
            classification: used,
            owner,
            priority,
            dispatch: category.dispatch,
            nuisance: category.nuisance,
            plan: type_rule.and_then(|rule| rule.plan.clone()).or_else(|| category.plan.clone()),
            transfer_to: category.transfer_to,
            reasons,
        })
    }

    /// A response plan.
    #[must_use]
    pub fn plan(&self, key: &ReasonKey) -> Option<&PlanRule> {
        self.plans.iter().find(|rule| &rule.key == key)
    }

    /// How soon somebody should be at places of `class`, in milliseconds; none where no clock runs. The first class holds where
    /// a place has none.
    #[must_use]
    pub fn arrive_ms(&self, class: Option<&ReasonKey>) -> Option<u64> {
        let rule = match class {
            Some(key) => self.place_classes.iter().find(|rule| &rule.key == key),
            None => self.place_classes.first(),
        };
        rule.map(|rule| rule.arrive_ms).filter(|ms| *ms > 0)
    }

    /// How soon a unit whose home is of `level` should be there, in milliseconds; none where no clock runs.
    #[must_use]
    pub fn echelon_ms(&self, level: AgencyLevel) -> Option<u64> {
        self.echelons.iter().find(|rule| rule.level == level).map(|rule| rule.arrive_ms).filter(|ms| *ms > 0)
    }

    /// How soon the outcome of an incident is owed after clearing, in milliseconds.
    #[must_use]
    pub fn feedback_ms(&self, what: &Classification) -> u64 {
        self.category(&what.category).and_then(|rule| rule.feedback_ms).unwrap_or(self.room_clocks.feedback_ms)
    }

    /// Whether `key` is in `list`; if not, the keys that are, for an error message.
    pub(crate) fn expect_key(list: &[NamedReason], key: &ReasonKey) -> Result<(), String> {
        if list.iter().any(|row| &row.key == key) {
            return Ok(());
        }
        Err(format!("one of {}", list.iter().map(|row| row.key.as_str()).collect::<Vec<_>>().join(", ")))
    }
}
